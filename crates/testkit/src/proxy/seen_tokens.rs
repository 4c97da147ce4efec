//! The tokens that passed through the proxy, so that tests can check that they are not leaked.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use super::message::Message;

/// Shorter tokens could match unrelated text.
const MIN_LENGTH: usize = 12;

#[derive(Default)]
pub(super) struct SeenTokens(Mutex<BTreeSet<String>>);

impl SeenTokens {
    /// Notes the bearer token of a request.
    pub(super) fn note_request(&self, request: &Message) {
        let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        self.note(bearer.map(str::to_owned));
    }

    /// Notes the tokens in the response to a sign-in or token refresh.
    pub(super) fn note_response(&self, response: &Message) {
        let document: Value = serde_json::from_slice(&response.content()).unwrap_or_default();
        let token = |name: &str| document.pointer(&format!("/data/{name}/token"))?.as_str().map(str::to_owned);
        self.note([token("accessToken"), token("refreshToken")].into_iter().flatten());
    }

    pub(super) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn note(&self, tokens: impl IntoIterator<Item = String>) {
        let long = tokens.into_iter().filter(|token| token.len() >= MIN_LENGTH);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(long);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_chunked_responses_are_noted() {
        let response = Message {
            first_line: "HTTP/1.1 200 OK".into(),
            headers: vec!["Transfer-Encoding: chunked".into()],
            body: b"1c\r\n{\"data\":{\"accessToken\":{\"tok\r\n1a\r\nen\":\"a-chunked-token-1\"}}}\r\n0\r\n\r\n"
                .to_vec(),
        };
        let seen = SeenTokens::default();
        seen.note_response(&response);
        assert_eq!(seen.all(), ["a-chunked-token-1"]);
    }
}
