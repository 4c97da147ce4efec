//! A log of the requests that arrived at the proxy. It omits headers and the values of bodies because they contain
//! secrets.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tokio::{sync::watch, time::timeout};

use super::message::Message;
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
    /// The names of the fields of the JSON body, sorted. Empty if the body is no JSON object.
    pub body_fields: Vec<String>,
    /// When the proxy had received the whole request.
    pub arrived_at: Instant,
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
    pub(super) fn arrived(&self, request: &Message) -> usize {
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
        let timed_out =
            || TestError::TimedOut(format!("{count} times {method} {path_prefix}; instead {:?}", self.since(mark)));
        found.await.map_err(|_| timed_out())
    }
}
