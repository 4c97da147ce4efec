//! The state that the proxy and its round trips share. The logic is in the modules of the fields.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicUsize},
};

use super::{
    fault_rules::FaultRules, recorder::Recorder, request_log::RequestLog, response_cache::ResponseCache,
    seen_tokens::SeenTokens,
};

/// The state of one proxy.
pub(super) struct Shared {
    pub(super) upstream: SocketAddr,
    rules: Mutex<FaultRules>,
    pub(super) log: RequestLog,
    pub(super) tokens: SeenTokens,
    pub(super) cache: ResponseCache,
    pub(super) recorder: Option<Recorder>,
    /// Number of responses received from the server.
    pub(super) responses: AtomicUsize,
}

impl Shared {
    pub(super) fn new(upstream: SocketAddr, recorder: Option<Recorder>) -> Self {
        Self {
            upstream,
            rules: Mutex::new(FaultRules::new()),
            log: RequestLog::default(),
            tokens: SeenTokens::default(),
            cache: ResponseCache::default(),
            recorder,
            responses: AtomicUsize::new(0),
        }
    }

    pub(super) fn rules(&self) -> MutexGuard<'_, FaultRules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
