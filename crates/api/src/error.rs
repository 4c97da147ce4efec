//! What can go wrong with a request, in the kinds that decide what happens next. Which answer is which kind is decided
//! in `envelope`; how it is said to people is none of this crate's business.

use std::fmt;
use std::time::Duration;

use crate::{Certificate, ProxyFault, TlsFault};

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiErrorKind {
    /// The server could not be reached, or the connection broke.
    Network,
    /// No server has this name.
    UnknownServer,
    /// The server's certificate or its TLS is not to be trusted.
    Tls(TlsFault),
    /// The proxy on the way, or the setting that names it.
    Proxy(ProxyFault),
    /// Busy or broken for the moment: 408, 429, 5xx.
    Transient,
    /// The answer is not the API's own: something between this computer and the server answered in its place.
    Between,
    /// The session is over: 4002, 4004, another refusal of the API with 401, or a renewal that was refused.
    SignedOut,
    /// Email or password is wrong: 4006.
    WrongCredentials,
    /// The server asks for the six-digit code: 4014.
    TwoFactorRequired,
    /// The six-digit code is wrong or too old: 4013.
    TwoFactorWrong,
    /// Not allowed to this person: 4003, another refusal of the API with 403.
    Forbidden,
    /// Not there: 3001, another refusal of the API with 404.
    Missing {
        /// Whether the server said so by its own code (3001).
        known: bool,
    },
    /// Someone else was faster: 409, 412.
    Changed,
    /// The API refused the values: 5057, 5120, any other refusal.
    Rejected,
    /// The request was sent to another place, where it is not followed to.
    Redirected,
    /// An answer of the API that does not hold what was asked for, or bytes that are not HTTP.
    Unreadable,
    /// The answer is larger than an answer of this API can be.
    TooLarge,
}

/// What is known about a failed request's arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The request never reached the server.
    NotSent,
    /// The server may have carried it out.
    Unknown,
    /// The server answered that it did not carry it out.
    Answered,
}

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ApiError {
    /// What happened.
    pub kind: ApiErrorKind,
    /// The status of the answer, where there was one.
    pub http_status: Option<u16>,
    /// The code in the envelope.
    pub code: Option<i64>,
    /// The sentence in the envelope, at most 500 characters. Not part of the displayed text: it may name people.
    pub server_message: Option<String>,
    /// How long the server asks to wait, at most a day.
    pub retry_after: Option<Duration>,
    /// Whether the request may have been carried out.
    pub delivery: Delivery,
    /// The host that the request was for, with its port where that is not the usual one. Not part of the displayed text.
    pub host: Option<String>,
    /// The certificate that was refused: the server's, or with [`ProxyFault::Untrusted`] the proxy's.
    pub certificate: Option<Box<Certificate>>,
    /// The proxy on the way where the failure is about it, without its credentials; the variable's name where the setting
    /// cannot be read.
    pub proxy: Option<Box<str>>,
    /// Whether it was the renewal of the session that failed, which came before the request.
    pub in_renewal: bool,
}

impl ApiError {
    /// A failure without an answer to tell of.
    pub(crate) fn new(kind: ApiErrorKind, delivery: Delivery) -> Self {
        Self {
            kind,
            http_status: None,
            code: None,
            server_message: None,
            retry_after: None,
            delivery,
            host: None,
            certificate: None,
            proxy: None,
            in_renewal: false,
        }
    }

    /// The same failure with the host that the request was for.
    pub(crate) fn at(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    /// The same failure with the status of the answer.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ApiErrorKind::Network => "the server could not be reached",
            ApiErrorKind::UnknownServer => "no server has this name",
            ApiErrorKind::Tls(TlsFault::NoTls) => "what answered does not speak TLS",
            ApiErrorKind::Tls(TlsFault::Handshake) => "no TLS was agreed with the server",
            ApiErrorKind::Tls(_) => "the server's certificate is not trusted",
            ApiErrorKind::Proxy(ProxyFault::Setting) => "the proxy setting cannot be read",
            ApiErrorKind::Proxy(ProxyFault::Kind) => "the proxy is of a kind that is not supported",
            ApiErrorKind::Proxy(ProxyFault::Unreachable) => "the proxy does not answer",
            ApiErrorKind::Proxy(ProxyFault::Credentials) => "the proxy wants other credentials",
            ApiErrorKind::Proxy(ProxyFault::Refused) => "the proxy does not connect to the server",
            ApiErrorKind::Proxy(ProxyFault::Untrusted) => "the proxy's certificate is not trusted",
            ApiErrorKind::Transient => "the server is busy or broken for the moment",
            ApiErrorKind::Between => "something between this computer and the server answered in its place",
            ApiErrorKind::SignedOut => "the session is over",
            ApiErrorKind::WrongCredentials => "email or password is wrong",
            ApiErrorKind::TwoFactorRequired => "the server asks for a two-factor code",
            ApiErrorKind::TwoFactorWrong => "the two-factor code is not valid",
            ApiErrorKind::Forbidden => "the server forbids this",
            ApiErrorKind::Missing { .. } => "the server does not have this",
            ApiErrorKind::Changed => "someone else changed this meanwhile",
            ApiErrorKind::Rejected => "the server refused this",
            ApiErrorKind::Redirected => "the server sends the request to another place",
            ApiErrorKind::Unreadable => "the answer is not one of this API",
            ApiErrorKind::TooLarge => "the answer is too large",
        })?;
        if let Some(status) = self.http_status {
            write!(f, ", HTTP status {status}")?;
        }
        if let Some(code) = self.code {
            write!(f, ", code {code}")?;
        }
        match self.delivery {
            Delivery::Unknown => f.write_str(" (outcome unknown)"),
            Delivery::NotSent | Delivery::Answered => Ok(()),
        }
    }
}
