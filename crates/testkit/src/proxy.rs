//! A fault-injecting HTTP proxy on loopback in front of a server on loopback.
//!
//! Tests point the app at [`Proxy::base_url`]. Each connection carries one HTTP/1.1 request, and faults happen on the
//! real socket. Some faults replace a profile or a team row, so the proxy knows the JSON form of these two.

mod fake_response;
mod fault;
mod fault_rules;
mod message;
mod recorder;
mod request_log;
mod response_cache;
mod rewrite;
mod round_trip;
mod seen_tokens;
mod shared;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, MutexGuard},
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

pub use self::{
    fault::{Envelope, FakeResponse, Fault, StoredForm},
    recorder::TEST_HEADER,
    request_log::{Mark, Request},
};
use self::{
    fault_rules::{FaultRules, Route},
    recorder::Recorder,
    shared::Shared,
};
use crate::{Result, TestError};

/// A running proxy. Dropping it closes the listener and every connection.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Whether the listener should be open.
    should_listen: watch::Sender<bool>,
    /// Whether the listener is open.
    listening: watch::Receiver<bool>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port and forwards to `upstream`. Records the requests if LAPEL_RECORDED_REQUESTS names a
    /// folder.
    pub async fn start(upstream: SocketAddr) -> Result<Self> {
        let folder = std::env::var_os(recorder::FOLDER_VARIABLE).filter(|folder| !folder.is_empty());
        let recorder = folder.map(|folder| Recorder::new(folder.as_ref())).transpose()?;
        Self::start_with(upstream, recorder).await
    }

    /// Like [`Proxy::start`], but always records the requests, in `folder`.
    pub async fn start_recording(upstream: SocketAddr, folder: &Path) -> Result<Self> {
        Self::start_with(upstream, Some(Recorder::new(folder)?)).await
    }

    async fn start_with(upstream: SocketAddr, recorder: Option<Recorder>) -> Result<Self> {
        let what = || TestError::io("starting the proxy");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(what())?;
        let address = listener.local_addr().map_err(what())?;
        let shared = Arc::new(Shared::new(upstream, recorder));
        let (should_listen, should_listen_changes) = watch::channel(true);
        let (listening_updates, listening) = watch::channel(true);
        let task = tokio::spawn(serve(listener, Arc::clone(&shared), should_listen_changes, listening_updates));
        Ok(Self { address, shared, should_listen, listening, task })
    }

    /// The API base URL for the app: `http://127.0.0.1:N/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Applies `fault` to every request that no other rule matches. [`Fault::Offline`] closes the listener, so that
    /// connections are refused. Returns after the listener has been closed or reopened.
    pub async fn always(&self, fault: Fault) {
        let listen = fault != Fault::Offline;
        self.rules().always(fault);
        self.should_listen.send_replace(listen);
        // Fails only if the proxy task has ended; the test fails then anyway.
        self.listening.clone().wait_for(|listening| *listening == listen).await.ok();
    }

    /// Applies `fault` once, to the next request that no earlier one-time fault matches.
    pub fn next(&self, fault: Fault) {
        self.rules().next(Route::any(), fault);
    }

    /// Applies `fault` once, to the next request with this method and path prefix.
    pub fn next_on(&self, method: &str, path_prefix: &str, fault: Fault) {
        self.rules().next(Route::new(method, path_prefix), fault);
    }

    /// Applies `fault` to every request with this method and path prefix until [`Proxy::clear_on`] or
    /// [`Proxy::clear_rules`]. Replaces an earlier rule for the same method and prefix.
    pub fn always_on(&self, method: &str, path_prefix: &str, fault: Fault) {
        self.rules().always_on(Route::new(method, path_prefix), fault);
    }

    /// Removes the rule that [`Proxy::always_on`] set for this method and prefix.
    pub fn clear_on(&self, method: &str, path_prefix: &str) {
        self.rules().clear_on(&Route::new(method, path_prefix));
    }

    /// Applies `fault` to every `every`-th request with this method and path prefix.
    pub fn every_nth_on(&self, every: usize, method: &str, path_prefix: &str, fault: Fault) {
        self.rules().every_nth_on(every, Route::new(method, path_prefix), fault);
    }

    /// Removes all rules except the fault set by [`Proxy::always`].
    pub fn clear_rules(&self) {
        self.rules().clear();
    }

    /// The current end of the request log, for [`Proxy::requests`] and [`Proxy::wait_for`].
    pub fn mark(&self) -> Mark {
        self.shared.log.mark()
    }

    /// The requests since `mark`.
    pub fn requests(&self, mark: Mark) -> Vec<Request> {
        self.shared.log.since(mark)
    }

    /// The requests since `mark` that may change something: all but GET.
    pub fn writes(&self, mark: Mark) -> Vec<Request> {
        self.requests(mark).into_iter().filter(|request| request.method != "GET").collect()
    }

    /// Waits until a request with this method and path prefix has arrived since `mark`, delivered to the server or
    /// not. The timeout error lists the requests that arrived instead.
    pub async fn wait_for(&self, mark: Mark, method: &str, path_prefix: &str) -> Result<Request> {
        Ok(self.wait_for_requests(mark, method, path_prefix, 1).await?.swap_remove(0))
    }

    /// Like [`Proxy::wait_for`], but waits for at least `count` such requests and returns all of them in order.
    pub async fn wait_for_requests(
        &self,
        mark: Mark,
        method: &str,
        path_prefix: &str,
        count: usize,
    ) -> Result<Vec<Request>> {
        self.shared.log.wait_for(mark, method, path_prefix, count).await
    }

    /// Every access and refresh token that passed through the proxy.
    pub fn tokens(&self) -> Vec<String> {
        self.shared.tokens.all()
    }

    fn rules(&self) -> MutexGuard<'_, FaultRules> {
        self.shared.rules()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Accepts connections while the listener should be open. Aborting this task aborts all running round trips.
async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut should_listen: watch::Receiver<bool>,
    listening: watch::Sender<bool>,
) {
    let Ok(address) = listener.local_addr() else { return };
    let mut listener = Some(listener);
    let mut round_trips = JoinSet::new();
    loop {
        let listen = *should_listen.borrow_and_update();
        if !listen {
            listener = None;
        } else if listener.is_none() {
            listener = bind_again(address).await;
        }
        listening.send_replace(listener.is_some());
        let changed = match &listener {
            Some(listener) => tokio::select! {
                changed = should_listen.changed() => changed,
                accepted = listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        round_trips.spawn(round_trip::handle(stream, Arc::clone(&shared)));
                    }
                    Ok(())
                }
            },
            None => should_listen.changed().await,
        };
        while round_trips.try_join_next().is_some() {}
        if changed.is_err() {
            return;
        }
    }
}

/// Binds the old address again, with retries for up to 2 s because earlier connections may still occupy it.
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
