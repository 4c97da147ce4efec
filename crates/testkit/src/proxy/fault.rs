//! The ways in which a network and what sits in it fail.

use std::time::Duration;

/// What a server says beside a failing status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The code, such as 5120.
    pub code: i64,
    /// The sentence.
    pub message: String,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it is passed on.
    Pass,
    /// There is no connection. As a single fault: reset as soon as the request was read.
    Offline,
    /// The connection is reset; the server never saw the request.
    ResetBefore,
    /// The server did what was asked, and the connection is reset before the answer.
    ResetAfter,
    /// The server never sees the request, and no answer ever comes.
    Stall,
    /// The server did what was asked, and no answer ever comes.
    StallAfter,
    /// The answer comes this much later.
    Latency(Duration),
    /// Only this many bytes of the answer's body arrive before the connection ends.
    Truncate(usize),
    /// The answer's body arrives damaged.
    CorruptBody,
    /// A page instead of an answer, as from a hotel's network.
    Html,
    /// Status 200 with this document, whatever was asked.
    Json(String),
    /// Status 200 with `status: false`.
    StatusFalse200(Envelope),
    /// A failing status of the server or of something before it.
    Status {
        /// The HTTP status.
        status: u16,
        /// In the API's form where given, else plain text.
        envelope: Option<Envelope>,
        /// Retry-After in seconds.
        retry_after: Option<u64>,
    },
    /// A JSON answer of this many bytes.
    HugeBody(u64),
    /// Status 307 to this address.
    Redirect(String),
}

impl Fault {
    /// A failing status without more.
    pub fn status(status: u16) -> Self {
        Self::Status { status, envelope: None, retry_after: None }
    }

    /// A failing status in the API's form.
    pub fn refused(status: u16, code: i64, message: &str) -> Self {
        let envelope = Some(Envelope { code, message: message.to_owned() });
        Self::Status { status, envelope, retry_after: None }
    }
}
