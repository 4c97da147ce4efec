//! The faults that the proxy can inject: network failures, wrong responses from intermediaries (proxies, captive
//! portals, caches), and servers that do not do what was requested.

use std::time::Duration;

/// The error body of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The API error code, such as 5120.
    pub code: i64,
    /// The error message.
    pub message: String,
}

/// A response that does not come from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeResponse {
    /// The HTTP status.
    pub status: u16,
    /// The Content-Type. Omitted for 204 and 304, which have no body.
    pub content_type: String,
    /// The body. Omitted for 204 and 304.
    pub body: String,
    /// Further headers as name and value.
    pub headers: Vec<(String, String)>,
}

impl FakeResponse {
    /// A response without further headers.
    pub fn new(status: u16, content_type: &str, body: &str) -> Self {
        Self { status, content_type: content_type.to_owned(), body: body.to_owned(), headers: Vec::new() }
    }

    /// An HTML page, as captive portals and firewalls send.
    pub fn page(status: u16) -> Self {
        let page =
            "<!doctype html><html><title>Welcome</title><body>Please accept the terms of this network.</body></html>";
        Self::new(status, "text/html; charset=utf-8", page)
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// How a server normalizes text before it stores it (names of a person, tags of a team row).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredForm {
    /// Trimmed, with runs of white space collapsed to one space.
    SingleSpaces,
    /// Unicode NFD instead of NFC.
    Decomposed,
    /// With an uppercase first letter.
    Capitalized,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No fault: the request is forwarded.
    Pass,
    /// If [`Proxy::always`](super::Proxy::always) sets it, the proxy refuses connections. In other rules, the same as
    /// [`Fault::ResetBefore`].
    Offline,
    /// The connection is reset and the request is not delivered.
    ResetBefore,
    /// The request is delivered, but the connection is reset before the response is sent.
    ResetAfter,
    /// The request is not delivered and there is never a response.
    Stall,
    /// The request is delivered and there is never a response.
    StallAfter,
    /// The response is delayed.
    Latency(Duration),
    /// The connection ends after this many bytes of the response body.
    Truncate(usize),
    /// Some bytes of the response body are changed.
    CorruptBody,
    /// Status 200 with this JSON document; the request is not delivered.
    Json(String),
    /// Status 200 with `status: false`.
    StatusFalse200(Envelope),
    /// An error status; the request is not delivered.
    Status {
        /// The HTTP status.
        status: u16,
        /// The API error in the body; plain text if `None`.
        envelope: Option<Envelope>,
        /// Retry-After in seconds.
        retry_after: Option<u64>,
    },
    /// A JSON response of this many bytes; the request is not delivered.
    HugeBody(u64),
    /// A redirect; the request is not delivered.
    Redirect {
        /// The HTTP status, such as 303.
        status: u16,
        /// The target, an absolute URL or a path on the same server.
        location: String,
    },
    /// An intermediary (firewall, captive portal, gateway) responds; the request is not delivered.
    Respond(FakeResponse),
    /// The request is delivered, but this response replaces the server's own.
    RespondAfter(FakeResponse),
    /// The request is not delivered. The response is an earlier document: for a GET of the profile, the last one read
    /// with the same credentials; for a PUT, the last one seen for the same person or team row. If there is none,
    /// the request is forwarded.
    StaleInstead,
    /// Like [`Fault::StaleInstead`], but the request is delivered, and an error response of the server is passed
    /// through.
    StaleAfter,
    /// An HTTP cache: a GET of the profile returns the last document read with the same credentials, or 304 if the
    /// client already has it. Requests with `Cache-Control: no-cache` and all other requests are forwarded.
    Cached,
    /// The response's ETag becomes weak, as behind a compressing gateway.
    WeakEtag,
    /// The response's ETag is replaced by a different one each time. Request headers are not translated back, so
    /// If-Match never matches.
    RewrittenEtag,
    /// The response's ETag is removed.
    NoEtag,
    /// The names and tags in a PUT are normalized before the server receives them, as if the server normalized them.
    Normalizes(StoredForm),
    /// These fields are removed from a PUT before the server receives it, as if the server ignored them.
    Drops(Vec<String>),
    /// The request is delivered, but a successful response describes another person: other id, email, name and role.
    /// Team rows get another id as well.
    SomebodyElse,
    /// The request is delivered, but the team rows in a successful response belong to another organization.
    OtherOrganization,
    /// The request is delivered, and a successful response becomes 204 without a body.
    NoContent,
}

impl Fault {
    /// An error status with a plain text body.
    pub fn status(status: u16) -> Self {
        Self::Status { status, envelope: None, retry_after: None }
    }

    /// An error status with an API error as its body.
    pub fn refused(status: u16, code: i64, message: &str) -> Self {
        let envelope = Some(Envelope { code, message: message.to_owned() });
        Self::Status { status, envelope, retry_after: None }
    }

    /// A response of an intermediary.
    pub fn respond(status: u16, content_type: &str, body: &str) -> Self {
        Self::Respond(FakeResponse::new(status, content_type, body))
    }

    /// An HTML page of an intermediary.
    pub fn page(status: u16) -> Self {
        Self::Respond(FakeResponse::page(status))
    }

    /// A server that ignores these fields of a PUT.
    pub fn drops(fields: &[&str]) -> Self {
        Self::Drops(fields.iter().map(|&field| field.to_owned()).collect())
    }

    /// A redirect with this status.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::Redirect { status, location: location.to_owned() }
    }
}
