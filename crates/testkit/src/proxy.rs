//! A faulty network: a proxy on loopback in front of a server on loopback.
//!
//! The app is pointed at [`Proxy::base_url`]. One exchange per connection, HTTP/1.1, and every fault is a real one on the
//! socket. Of the API behind it, it knows how a profile and a row of a team look: some faults answer with another one.

mod exchange;
mod fault;
mod instead;
mod log;
mod memory;
mod message;
mod record;
mod rewrite;
mod rules;
mod secrets;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicUsize},
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

pub use self::{
    fault::{Answer, Envelope, Fault, StoredForm},
    log::{Mark, Request},
    record::TEST_HEADER,
};
use self::{
    log::Log,
    memory::Memory,
    record::Recorder,
    rules::{Route, Rules},
    secrets::Secrets,
};
use crate::{Outcome, Trouble};

struct Shared {
    upstream: SocketAddr,
    rules: Mutex<Rules>,
    log: Log,
    secrets: Secrets,
    memory: Memory,
    recorder: Option<Recorder>,
    /// How many answers of the server have come back.
    answers: AtomicUsize,
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
    /// Opens the door on a free port and passes everything on to `upstream`. Where LAPEL_RECORDED_REQUESTS names a folder, the
    /// requests are recorded there.
    ///
    /// # Errors
    /// [`Trouble::Io`] where no port can be had, or nothing can be written to that folder.
    pub async fn start(upstream: SocketAddr) -> Outcome<Self> {
        let folder = std::env::var_os(record::FOLDER_VARIABLE).filter(|folder| !folder.is_empty());
        let recorder = folder.map(|folder| Recorder::new(folder.as_ref())).transpose()?;
        Self::start_with(upstream, recorder).await
    }

    /// The same with this folder in any case.
    ///
    /// # Errors
    /// [`Trouble::Io`] where no port can be had, or nothing can be written to the folder.
    pub async fn start_recording(upstream: SocketAddr, folder: &Path) -> Outcome<Self> {
        Self::start_with(upstream, Some(Recorder::new(folder)?)).await
    }

    async fn start_with(upstream: SocketAddr, recorder: Option<Recorder>) -> Outcome<Self> {
        let what = || Trouble::io("opening the proxy");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(what())?;
        let address = listener.local_addr().map_err(what())?;
        let shared = Arc::new(Shared {
            upstream,
            rules: Mutex::new(Rules::new()),
            log: Log::default(),
            secrets: Secrets::default(),
            memory: Memory::default(),
            recorder,
            answers: AtomicUsize::new(0),
        });
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
        self.rules().always(fault);
        self.wanted.send_replace(open);
        // Only fails when the serving task is gone, which ends the test by itself.
        self.open.clone().wait_for(|is| *is == open).await.ok();
    }

    /// What happens to the next request that no other single fault fits.
    pub fn next(&self, fault: Fault) {
        self.rules().next(Route::any(), fault);
    }

    /// What happens to the next request with this method whose path begins so.
    pub fn next_on(&self, method: &str, path_prefix: &str, fault: Fault) {
        self.rules().next(Route::new(method, path_prefix), fault);
    }

    /// What happens to every request with this method whose path begins so, until [`Proxy::pass_on`] or
    /// [`Proxy::forget_singles`]; what was said of the same requests before no longer holds. Others pass meanwhile.
    pub fn always_on(&self, method: &str, path_prefix: &str, fault: Fault) {
        self.rules().always_on(Route::new(method, path_prefix), fault);
    }

    /// Takes back what [`Proxy::always_on`] said of the same method and beginning.
    pub fn pass_on(&self, method: &str, path_prefix: &str) {
        self.rules().pass_on(&Route::new(method, path_prefix));
    }

    /// What happens to every so many requests with this method whose path begins so.
    pub fn every_nth_on(&self, every: usize, method: &str, path_prefix: &str, fault: Fault) {
        self.rules().every_nth_on(every, Route::new(method, path_prefix), fault);
    }

    /// Forgets the single faults that have not happened, those of one route, and those of every so many requests.
    pub fn forget_singles(&self) {
        self.rules().forget();
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

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
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
