//! Responses that the proxy sends itself, without forwarding the request.

use super::{
    fault::{Envelope, FakeResponse, Fault},
    message::Message,
    response_cache::ResponseCache,
};

/// The response for a fault that blocks the request, or `None` if the request must be forwarded: because the fault
/// does not block it, or because the fault needs an earlier document and there is none.
pub(super) fn build(fault: &Fault, request: &Message, cache: &ResponseCache) -> Option<Message> {
    let response = match fault {
        Fault::Json(document) => Message::response(200, "application/json", document),
        Fault::StatusFalse200(envelope) => Message::response(200, "application/json", &error_body(envelope)),
        Fault::Status { status, envelope, retry_after } => {
            let mut response = match envelope {
                Some(envelope) => Message::response(*status, "application/json", &error_body(envelope)),
                None => Message::response(*status, "text/plain", "out of order"),
            };
            response.headers.extend(retry_after.map(|seconds| format!("retry-after: {seconds}")));
            response
        }
        Fault::Redirect { status, location } => redirect(*status, location),
        Fault::Respond(fake) => message(fake),
        Fault::StaleInstead => cache.lookup(request)?.to_response(),
        Fault::Cached => cached(request, cache)?,
        _ => return None,
    };
    Some(response)
}

/// The HTTP message of a fake response.
pub(super) fn message(fake: &FakeResponse) -> Message {
    let mut message = match fake.status {
        // RFC 9110: these never have a body.
        204 | 304 => Message::without_body(fake.status),
        status => Message::response(status, &fake.content_type, &fake.body),
    };
    message.headers.extend(fake.headers.iter().map(|(name, value)| format!("{name}: {value}")));
    message
}

fn redirect(status: u16, location: &str) -> Message {
    let mut response = Message::response(status, "text/plain", "");
    response.headers.push(format!("location: {location}"));
    response
}

/// The response of a cache that never expires its entries and revalidates only on `Cache-Control: no-cache`.
fn cached(request: &Message, cache: &ResponseCache) -> Option<Message> {
    let no_cache = request.header("cache-control").is_some_and(|value| value.to_ascii_lowercase().contains("no-cache"));
    if no_cache || request.target().0 != "GET" {
        return None;
    }
    let document = cache.lookup(request)?;
    let unchanged = document.etag.is_some() && request.header("if-none-match") == document.etag.as_deref();
    let mut response = document.to_response();
    if unchanged {
        response = Message::without_body(304);
        response.headers.extend(document.etag.map(|etag| format!("etag: {etag}")));
    }
    Some(response)
}

fn error_body(envelope: &Envelope) -> String {
    serde_json::json!({ "status": false, "error": { "code": envelope.code, "message": envelope.message } }).to_string()
}
