//! A session on a server, shared by all requests of a connection. `token_state` decides when to renew the tokens;
//! `renewal` renews them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::token_state::SessionState;
use crate::{Endpoint, Http, TokenStore, Tokens};

/// A session on a server.
pub(crate) struct Session {
    pub(crate) http: Http,
    pub(crate) endpoint: Endpoint,
    pub(crate) token_store: Arc<dyn TokenStore>,
    state: Mutex<SessionState>,
}

impl Session {
    pub(crate) fn new(http: Http, endpoint: Endpoint, tokens: Tokens, token_store: Arc<dyn TokenStore>) -> Self {
        Self { http, endpoint, token_store, state: Mutex::new(SessionState::new(tokens)) }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, SessionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.state().refusal.is_some()
    }
}
