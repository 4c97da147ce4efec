//! A faulty network: a proxy on loopback in front of a server on loopback.
//!
//! The app is pointed at [`Proxy::base_url`]. One exchange per connection, HTTP/1.1, and every fault is a real one on the
//! socket. It knows nothing of the API behind it.

mod exchange;
mod fault;
mod log;
mod message;
mod secrets;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

pub use self::{
    fault::{Envelope, Fault},
    log::{Mark, Request},
};
use self::{log::Log, secrets::Secrets};
use crate::{Outcome, Trouble};

/// One fault for the next request that fits.
struct Single {
    method: Option<String>,
    path_prefix: String,
    fault: Fault,
}

/// One fault for every so many requests that fit.
struct Nth {
    every: usize,
    seen: usize,
    method: String,
    path_prefix: String,
    fault: Fault,
}

struct Rules {
    always: Fault,
    singles: VecDeque<Single>,
    nth: Option<Nth>,
}

struct Shared {
    upstream: SocketAddr,
    rules: Mutex<Rules>,
    log: Log,
    secrets: Secrets,
}

/// The running proxy. Dropping it closes the door and every open connection.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Whether the door shall be open, and whether it is.
    wanted: watch::Sender<bool>,
    open: watch::Receiver<bool>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Opens the door on a free port and passes everything on to `upstream`.
    ///
    /// # Errors
    /// [`Trouble::Io`] where no port can be had.
    pub async fn start(upstream: SocketAddr) -> Outcome<Self> {
        let what = || Trouble::io("opening the proxy");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(what())?;
        let address = listener.local_addr().map_err(what())?;
        let rules = Mutex::new(Rules { always: Fault::Pass, singles: VecDeque::new(), nth: None });
        let shared = Arc::new(Shared { upstream, rules, log: Log::default(), secrets: Secrets::default() });
        let (wanted, wanted_seen) = watch::channel(true);
        let (open_said, open) = watch::channel(true);
        let task = tokio::spawn(serve(listener, Arc::clone(&shared), wanted_seen, open_said));
        Ok(Self { address, shared, wanted, open, task })
    }

    /// `http://127.0.0.1:N/v1`, what the app is pointed at.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// What happens to every request from now on, unless a single fault fits it. [`Fault::Offline`] closes the door, so
    /// that connecting itself is refused; this answers when the door is closed or open again.
    pub async fn always(&self, fault: Fault) {
        let open = fault != Fault::Offline;
        self.rules().always = fault;
        self.wanted.send_replace(open);
        // Only fails when the serving task is gone, which ends the test by itself.
        self.open.clone().wait_for(|is| *is == open).await.ok();
    }

    /// What happens to the next request that no other single fault fits.
    pub fn next(&self, fault: Fault) {
        self.rules().singles.push_back(Single { method: None, path_prefix: String::new(), fault });
    }

    /// What happens to the next request with this method whose path begins so.
    pub fn next_on(&self, method: &str, path_prefix: &str, fault: Fault) {
        let single = Single { method: Some(method.to_owned()), path_prefix: path_prefix.to_owned(), fault };
        self.rules().singles.push_back(single);
    }

    /// What happens to every so many requests with this method whose path begins so.
    pub fn every_nth_on(&self, every: usize, method: &str, path_prefix: &str, fault: Fault) {
        let (method, path_prefix) = (method.to_owned(), path_prefix.to_owned());
        self.rules().nth = Some(Nth { every, seen: 0, method, path_prefix, fault });
    }

    /// Forgets the single faults that have not happened, and those of every so many requests.
    pub fn forget_singles(&self) {
        let mut rules = self.rules();
        rules.singles.clear();
        rules.nth = None;
    }

    /// The present end of the log, to look at what comes after it.
    pub fn mark(&self) -> Mark {
        self.shared.log.mark()
    }

    /// The requests since `mark`.
    pub fn requests(&self, mark: Mark) -> Vec<Request> {
        self.shared.log.since(mark)
    }

    /// Waits up to 15 s for a request since `mark` with this method whose path begins so: until it has arrived here,
    /// delivered or not.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] with the requests that came instead.
    pub async fn wait_for(&self, mark: Mark, method: &str, path_prefix: &str) -> Outcome<Request> {
        self.shared.log.wait_for(mark, method, path_prefix).await
    }

    /// Every access and refresh token that went through.
    pub fn tokens(&self) -> Vec<String> {
        self.shared.secrets.all()
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.shared.rules()
    }
}

impl Rules {
    fn nth_fault(&mut self, method: &str, path: &str) -> Option<Fault> {
        let nth = self.nth.as_mut().filter(|nth| nth.method == method && path.starts_with(&nth.path_prefix))?;
        nth.seen += 1;
        nth.seen.is_multiple_of(nth.every).then(|| nth.fault.clone())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault for one request; a single fault is used up.
    fn fault_for(&self, method: &str, path: &str) -> Fault {
        let mut rules = self.rules();
        let fits = |single: &Single| {
            single.method.as_deref().is_none_or(|wanted| wanted == method) && path.starts_with(&single.path_prefix)
        };
        match rules.singles.iter().position(fits).and_then(|at| rules.singles.remove(at)) {
            Some(single) => single.fault,
            None => rules.nth_fault(method, path).unwrap_or_else(|| rules.always.clone()),
        }
    }
}

/// Takes connections while the door shall be open. The exchanges end with this task.
async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut wanted: watch::Receiver<bool>,
    open: watch::Sender<bool>,
) {
    let Ok(address) = listener.local_addr() else { return };
    let mut listener = Some(listener);
    let mut exchanges = JoinSet::new();
    loop {
        let shall_be_open = *wanted.borrow_and_update();
        if !shall_be_open {
            listener = None;
        } else if listener.is_none() {
            listener = bind_again(address).await;
        }
        open.send_replace(listener.is_some());
        let changed = match &listener {
            Some(door) => tokio::select! {
                changed = wanted.changed() => changed,
                taken = door.accept() => {
                    if let Ok((stream, _)) = taken {
                        exchanges.spawn(exchange::handle(stream, Arc::clone(&shared)));
                    }
                    Ok(())
                }
            },
            None => wanted.changed().await,
        };
        while exchanges.try_join_next().is_some() {}
        if changed.is_err() {
            return;
        }
    }
}

/// Opens the door again at its old address; connections of before may keep it for a moment.
async fn bind_again(address: SocketAddr) -> Option<TcpListener> {
    for _ in 0..100 {
        let opened = TcpSocket::new_v4().and_then(|socket| {
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(64)
        });
        match opened {
            Ok(listener) => return Some(listener),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    None
}
