//! The documents that have passed the proxy, for the faults that answer with an earlier one, as a cache does.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use super::message::Message;

/// Larger answers, such as whole pages of a team, are not remembered.
const LARGEST: usize = 64 * 1024;

/// An answer of the server's: its tag and its body.
#[derive(Clone)]
pub(super) struct Document {
    pub(super) etag: Option<String>,
    body: String,
}

impl Document {
    /// The answer that holds it.
    pub(super) fn answer(&self) -> Message {
        let mut answer = Message::own(200, "application/json", &self.body);
        answer.headers.extend(self.etag.as_ref().map(|etag| format!("etag: {etag}")));
        answer
    }
}

#[derive(Default)]
struct Documents {
    /// What reading the own profile last answered, by the Authorization header of the request.
    read: HashMap<String, Document>,
    /// What was last said of a person or a row of a team, by its id: when it was read, and after a change.
    by_id: HashMap<String, Document>,
}

#[derive(Default)]
pub(super) struct Memory(Mutex<Documents>);

impl Memory {
    /// Remembers what the server answered.
    pub(super) fn note(&self, request: &Message, answer: &Message) {
        let body = answer.content();
        if answer.status() != 200 || body.len() > LARGEST {
            return;
        }
        let Ok(envelope) = serde_json::from_slice::<Value>(&body) else { return };
        let body = String::from_utf8_lossy(&body).into_owned();
        let document = Document { etag: answer.header("etag").map(str::to_owned), body };
        let mut documents = self.documents();
        if reads_profile(request) {
            documents.read.insert(credentials(request), document.clone());
        }
        if let Some(id) = envelope.pointer("/data/id").and_then(Value::as_str) {
            documents.by_id.insert(id.to_owned(), document);
        }
        for row in envelope.pointer("/data/items").and_then(Value::as_array).into_iter().flatten() {
            if let Some(id) = row["id"].as_str() {
                let body = json!({ "status": true, "data": row }).to_string();
                documents.by_id.insert(id.to_owned(), Document { etag: None, body });
            }
        }
    }

    /// The document that was seen before this request for the same profile or row.
    pub(super) fn recall(&self, request: &Message) -> Option<Document> {
        let documents = self.documents();
        if reads_profile(request) {
            return documents.read.get(&credentials(request)).cloned();
        }
        let (method, path) = request.target();
        let id = path.rsplit('/').next().filter(|_| method == "PUT")?;
        documents.by_id.get(id).cloned()
    }

    fn documents(&self) -> MutexGuard<'_, Documents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn reads_profile(request: &Message) -> bool {
    let (method, path) = request.target();
    method == "GET" && path == "/v1/users/profile"
}

fn credentials(request: &Message) -> String {
    request.header("authorization").unwrap_or_default().to_owned()
}
