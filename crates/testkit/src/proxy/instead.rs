//! What is answered in the server's place, which then never sees the request.

use super::{
    Fault, Shared,
    fault::{Answer, Envelope},
    message::Message,
};

/// The answer of a fault that lets nothing through. None where the server is to be asked: also where a fault would answer
/// with an earlier document and none was seen.
pub(super) fn answer(fault: &Fault, request: &Message, shared: &Shared) -> Option<Message> {
    let answer = match fault {
        Fault::Json(document) => Message::own(200, "application/json", document),
        Fault::StatusFalse200(envelope) => Message::own(200, "application/json", &in_the_apis_form(envelope)),
        Fault::Status { status, envelope, retry_after } => {
            let mut answer = match envelope {
                Some(envelope) => Message::own(*status, "application/json", &in_the_apis_form(envelope)),
                None => Message::own(*status, "text/plain", "out of order"),
            };
            answer.headers.extend(retry_after.map(|seconds| format!("retry-after: {seconds}")));
            answer
        }
        Fault::Redirect { status, location } => redirect(*status, location),
        Fault::Answer(answer) => chosen(answer),
        Fault::StaleInstead => shared.memory.recall(request)?.answer(),
        Fault::Cached => cached(request, shared)?,
        _ => return None,
    };
    Some(answer)
}

/// An answer word for word.
pub(super) fn chosen(answer: &Answer) -> Message {
    let mut message = match answer.status {
        // These end with the headers, whatever those say.
        204 | 304 => Message::bare(answer.status),
        status => Message::own(status, &answer.content_type, &answer.body),
    };
    message.headers.extend(answer.headers.iter().map(|(name, value)| format!("{name}: {value}")));
    message
}

fn redirect(status: u16, location: &str) -> Message {
    let mut answer = Message::own(status, "text/plain", "");
    answer.headers.push(format!("location: {location}"));
    answer
}

/// As a cache answers that takes what it has for good, and asks the server only where the client insists.
fn cached(request: &Message, shared: &Shared) -> Option<Message> {
    let insists = request.header("cache-control").is_some_and(|value| value.to_ascii_lowercase().contains("no-cache"));
    if insists || request.target().0 != "GET" {
        return None;
    }
    let document = shared.memory.recall(request)?;
    let unchanged = document.etag.is_some() && request.header("if-none-match") == document.etag.as_deref();
    let mut answer = document.answer();
    if unchanged {
        answer = Message::bare(304);
        answer.headers.extend(document.etag.map(|etag| format!("etag: {etag}")));
    }
    Some(answer)
}

fn in_the_apis_form(envelope: &Envelope) -> String {
    serde_json::json!({ "status": false, "error": { "code": envelope.code, "message": envelope.message } }).to_string()
}
