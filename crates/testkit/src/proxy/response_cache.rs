//! The latest documents that passed through the proxy, for faults that respond with an earlier one.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use super::message::Message;

/// Larger responses, such as full pages of a team, are not stored.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The body and ETag of a response.
#[derive(Clone)]
pub(super) struct Document {
    pub(super) etag: Option<String>,
    body: String,
}

impl Document {
    /// A 200 response with this document.
    pub(super) fn to_response(&self) -> Message {
        let mut response = Message::response(200, "application/json", &self.body);
        response.headers.extend(self.etag.as_ref().map(|etag| format!("etag: {etag}")));
        response
    }
}

#[derive(Default)]
struct Documents {
    /// The last response to a GET of the profile, by the Authorization header of the request.
    profiles: HashMap<String, Document>,
    /// The last document of a person or team row by its id, from reads and writes.
    by_id: HashMap<String, Document>,
}

#[derive(Default)]
pub(super) struct ResponseCache(Mutex<Documents>);

impl ResponseCache {
    /// Stores the documents of a successful response.
    pub(super) fn store(&self, request: &Message, response: &Message) {
        let body = response.content();
        if response.status() != 200 || body.len() > MAX_BODY_BYTES {
            return;
        }
        let Ok(envelope) = serde_json::from_slice::<Value>(&body) else { return };
        let body = String::from_utf8_lossy(&body).into_owned();
        let document = Document { etag: response.header("etag").map(str::to_owned), body };
        let mut documents = self.documents();
        if reads_profile(request) {
            documents.profiles.insert(credentials(request), document.clone());
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

    /// The stored document for the profile or team row that this request reads or writes.
    pub(super) fn lookup(&self, request: &Message) -> Option<Document> {
        let documents = self.documents();
        if reads_profile(request) {
            return documents.profiles.get(&credentials(request)).cloned();
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
