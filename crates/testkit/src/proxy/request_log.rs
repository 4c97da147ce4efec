//! A log of the requests that arrived at the proxy. It leaves out headers and the values in bodies, because they may
//! contain secrets.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tokio::{sync::watch, time::timeout};

use super::message::Message;
use crate::{Result, TestError, waiting::PATIENCE};

/// A position in the log. The requests since a mark are those that arrived after it was taken.
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

/// A request that arrived at the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, such as PUT.
    pub method: String,
    /// The path, including the query.
    pub path: String,
    /// The names of the fields of the JSON body, sorted. Empty if the body is not a JSON object.
    pub body_fields: Vec<String>,
    /// When the proxy finished receiving the request.
    pub arrived_at: Instant,
    /// Whether the server has responded to it.
    pub delivered: bool,
}

pub(super) struct RequestLog {
    requests: Mutex<Vec<Request>>,
    /// Notifies the waiting tasks of every change.
    changed: watch::Sender<()>,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self { requests: Mutex::default(), changed: watch::channel(()).0 }
    }
}

impl RequestLog {
    /// Adds a request that has arrived. Returns its index, for [`Self::record_response`].
    pub(super) fn record_arrival(&self, request: &Message) -> usize {
        let (method, path) = request.target();
        let body = serde_json::from_slice::<serde_json::Map<_, _>>(&request.content()).unwrap_or_default();
        let mut body_fields: Vec<String> = body.into_iter().map(|(name, _)| name).collect();
        body_fields.sort_unstable();
        let entry = Request { method, path, body_fields, arrived_at: Instant::now(), delivered: false };
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(entry);
        self.changed.send_replace(());
        requests.len() - 1
    }

    /// Records that the server has responded to the request at `index`.
    pub(super) fn record_response(&self, index: usize) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(request) = requests.get_mut(index) {
            request.delivered = true;
        }
        self.changed.send_replace(());
    }

    /// The current end of the log.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.requests.lock().unwrap_or_else(PoisonError::into_inner).len())
    }

    /// The requests that arrived since `mark`, oldest first.
    pub(super) fn since(&self, mark: Mark) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).iter().skip(mark.0).cloned().collect()
    }

    /// Waits until at least `count` requests with this method and path prefix have arrived since `mark`, and returns
    /// them. It waits only for their arrival, not for the response of the server.
    pub(super) async fn wait_for(
        &self,
        mark: Mark,
        method: &str,
        path_prefix: &str,
        count: usize,
    ) -> Result<Vec<Request>> {
        let mut changed = self.changed.subscribe();
        let found = timeout(PATIENCE, async {
            loop {
                let matches = |request: &Request| request.method == method && request.path.starts_with(path_prefix);
                let found: Vec<Request> = self.since(mark).into_iter().filter(matches).collect();
                if found.len() >= count {
                    return found;
                }
                // Cannot fail: `self` owns the sender.
                changed.changed().await.ok();
            }
        });
        let timed_out = || {
            TestError::TimedOut(format!(
                "{count} times {method} {path_prefix}; requests since the mark: {:?}",
                self.since(mark)
            ))
        };
        found.await.map_err(|_| timed_out())
    }
}
