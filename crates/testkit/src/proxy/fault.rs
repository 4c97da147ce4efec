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

/// An answer that the server did not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The Content-Type. Not sent with 204 and 304, which have no body.
    pub content_type: String,
    /// The body. Not sent with 204 and 304.
    pub body: String,
    /// Further headers, by name and value.
    pub headers: Vec<(String, String)>,
}

impl Answer {
    /// An answer without further headers.
    pub fn new(status: u16, content_type: &str, body: &str) -> Self {
        Self { status, content_type: content_type.to_owned(), body: body.to_owned(), headers: Vec::new() }
    }

    /// The page of a captive portal or a firewall.
    pub fn page(status: u16) -> Self {
        let page =
            "<!doctype html><html><title>Welcome</title><body>Please accept the terms of this network.</body></html>";
        Self::new(status, "text/html; charset=utf-8", page)
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The form in which a server stores the names that it is sent: those of a person, and the tags of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredForm {
    /// Without space at the ends, and with one space where there are several.
    SingleSpaces,
    /// Unicode NFD instead of NFC.
    Decomposed,
    /// With a capital as the first letter.
    Capitalised,
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
    /// A redirect. The location may be a path on the same server.
    Redirect {
        /// Such as 303.
        status: u16,
        /// The address.
        location: String,
    },
    /// This answer in the server's place, which never sees the request: that of a firewall, a captive portal, a gateway.
    Answer(Answer),
    /// The server does what is asked, and this answer takes the place of its own.
    AnswerAfter(Answer),
    /// The server never sees the request. The answer is the document that came through here earlier: to a GET of the profile
    /// the one that the same credentials read last, to a PUT the one last seen for the same person or row of a team. Passed
    /// on where none was seen.
    StaleInstead,
    /// As [`Fault::StaleInstead`], but the server does what is asked, and where it refuses, its refusal is passed on.
    StaleAfter,
    /// A cache: a GET of the profile is answered with the document that the same credentials read last, or with 304 where the
    /// client has that one, unless the client sends `Cache-Control: no-cache`. Everything else is passed on.
    Cached,
    /// The answer's ETag becomes a weak one, as by a gateway that compresses.
    WeakEtag,
    /// The answer's ETag becomes another one each time. What the client makes of it is passed on as it is, so that If-Match
    /// never holds.
    RewrittenEtag,
    /// The answer's ETag is taken away.
    NoEtag,
    /// The server stores the names in a PUT in another form than the one sent.
    Normalises(StoredForm),
    /// The server accepts a PUT and does not keep these fields.
    Drops(Vec<String>),
    /// A successful answer is about somebody else: another id, email, name and role of a person, in rows of a team too, which
    /// get another id themselves. The server does what is asked.
    SomebodyElse,
    /// The rows of a team in a successful answer belong to another organization. The server does what is asked.
    OtherOrganization,
    /// The server does what is asked, and its success is answered with 204 and no body.
    NoContent,
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

    /// An answer in the server's place.
    pub fn answer(status: u16, content_type: &str, body: &str) -> Self {
        Self::Answer(Answer::new(status, content_type, body))
    }

    /// A page in the server's place.
    pub fn page(status: u16) -> Self {
        Self::Answer(Answer::page(status))
    }

    /// A server that accepts a PUT and does not keep these fields.
    pub fn drops(fields: &[&str]) -> Self {
        Self::Drops(fields.iter().map(|&field| field.to_owned()).collect())
    }

    /// A redirect with this status.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::Redirect { status, location: location.to_owned() }
    }
}
