//! A log of the requests that arrived at the proxy. It omits headers and bodies because they contain secrets.

use std::sync::{Mutex, PoisonError};

use tokio::{sync::watch, time::timeout};

use crate::{Result, TestError, waiting::PATIENCE};

/// A position in the log.
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

/// A request that arrived at the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, such as PUT.
    pub method: String,
    /// The path with query.
    pub path: String,
    /// Whether the server has received it and responded.
    pub delivered: bool,
}

pub(super) struct RequestLog {
    requests: Mutex<Vec<Request>>,
    changed: watch::Sender<()>,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self { requests: Mutex::default(), changed: watch::channel(()).0 }
    }
}

impl RequestLog {
    pub(super) fn arrived(&self, method: &str, path: &str) -> usize {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(Request { method: method.to_owned(), path: path.to_owned(), delivered: false });
        self.changed.send_replace(());
        requests.len() - 1
    }

    pub(super) fn delivered(&self, at: usize) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(request) = requests.get_mut(at) {
            request.delivered = true;
        }
        self.changed.send_replace(());
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.requests.lock().unwrap_or_else(PoisonError::into_inner).len())
    }

    pub(super) fn since(&self, mark: Mark) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).iter().skip(mark.0).cloned().collect()
    }

    pub(super) async fn wait_for(&self, mark: Mark, method: &str, path_prefix: &str) -> Result<Request> {
        let mut changed = self.changed.subscribe();
        let found = timeout(PATIENCE, async {
            loop {
                let matches = |request: &Request| request.method == method && request.path.starts_with(path_prefix);
                if let Some(request) = self.since(mark).into_iter().find(matches) {
                    return request;
                }
                // Cannot fail: `self` owns the sender.
                changed.changed().await.ok();
            }
        });
        let timed_out = || TestError::TimedOut(format!("{method} {path_prefix}; instead {:?}", self.since(mark)));
        found.await.map_err(|_| timed_out())
    }
}
