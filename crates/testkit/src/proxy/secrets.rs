//! The tokens that went through the proxy, so that a test can look for them where none may be.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use super::message::Message;

/// Shorter ones would be found by chance.
const SHORTEST: usize = 12;

#[derive(Default)]
pub(super) struct Secrets(Mutex<BTreeSet<String>>);

impl Secrets {
    /// The bearer token of a request.
    pub(super) fn note_request(&self, request: &Message) {
        let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        self.note(bearer.map(str::to_owned));
    }

    /// The tokens in the answer to a sign-in or a renewal.
    pub(super) fn note_answer(&self, answer: &Message) {
        let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let token = |name: &str| document.pointer(&format!("/data/{name}/token"))?.as_str().map(str::to_owned);
        self.note([token("accessToken"), token("refreshToken")].into_iter().flatten());
    }

    pub(super) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn note(&self, tokens: impl IntoIterator<Item = String>) {
        let long = tokens.into_iter().filter(|token| token.len() >= SHORTEST);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(long);
    }
}
