//! Errors of requests, classified by how the caller reacts to them. `envelope` maps responses to kinds. The messages
//! are for logs; texts for users are not part of this crate.

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
    /// TLS with the server failed, or its certificate is not trusted.
    Tls(TlsFault),
    /// The proxy failed, or the proxy setting cannot be used.
    Proxy(ProxyFault),
    /// The server is temporarily busy or broken: 408, 429, 5xx.
    Transient,
    /// The response is not from the API: an intermediary (proxy, captive portal) responded instead of the server.
    Intermediary,
    /// The session has ended: 4002, 4004, any other 401 from the API, or a refused renewal.
    SignedOut,
    /// Email or password is wrong: 4006.
    WrongCredentials,
    /// The server requires the six-digit code: 4014.
    TwoFactorRequired,
    /// The six-digit code is wrong or expired: 4013.
    TwoFactorWrong,
    /// The same request was sent too soon before: 4007, for mails.
    TooSoon,
    /// The server does not accept the new password: 5057.
    WeakPassword,
    /// The user does not have permission: 4003, or any other 403 from the API.
    Forbidden,
    /// Not found: 3001, or any other 404 from the API.
    Missing {
        /// Whether the API sent its own code for this (3001).
        known: bool,
    },
    /// Someone else has changed the same object: 409, 412.
    Changed,
    /// The API rejected the values: 5120, or any other error code.
    Rejected,
    /// The server redirected the request to a target that is not followed.
    Redirected,
    /// A response of the API without the requested data, or bytes that are not HTTP.
    Unreadable,
    /// The response exceeds the size limit.
    TooLarge,
}

/// Whether the server may have carried out a failed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The request never reached the server.
    NotSent,
    /// The server may have carried the request out.
    Unknown,
    /// The server responded that it did not carry the request out.
    Answered,
}

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ApiError {
    /// What failed.
    pub kind: ApiErrorKind,
    /// The status of the response, if there was one.
    pub http_status: Option<u16>,
    /// The error code in the envelope.
    pub code: Option<i64>,
    /// The message in the envelope, at most 500 characters. Not part of `Display`, because it may name people.
    pub server_message: Option<String>,
    /// How long the server asks to wait, limited to one day.
    pub retry_after: Option<Duration>,
    /// Whether the request may have been carried out.
    pub delivery: Delivery,
    /// The host of the request, with its port unless it is the default port. Not part of `Display`.
    pub host: Option<String>,
    /// The rejected certificate: the server's, or the proxy's for [`ProxyFault::Untrusted`].
    pub certificate: Option<Box<Certificate>>,
    /// The proxy without its credentials, if the failure concerns the proxy; the name of the environment variable if
    /// the setting cannot be read.
    pub proxy: Option<Box<str>>,
    /// Whether the session renewal failed, not the actual request.
    pub in_renewal: bool,
}

impl ApiError {
    /// An error without a response.
    pub fn new(kind: ApiErrorKind, delivery: Delivery) -> Self {
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

    pub(crate) fn with_host(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

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
            ApiErrorKind::Tls(TlsFault::NoTls) => "the peer does not speak TLS",
            ApiErrorKind::Tls(TlsFault::Handshake) => "the TLS handshake with the server failed",
            ApiErrorKind::Tls(_) => "the server's certificate is not trusted",
            ApiErrorKind::Proxy(ProxyFault::Setting) => "the proxy setting cannot be read",
            ApiErrorKind::Proxy(ProxyFault::Kind) => "this kind of proxy is not supported",
            ApiErrorKind::Proxy(ProxyFault::Unreachable) => "the proxy does not respond",
            ApiErrorKind::Proxy(ProxyFault::Credentials) => "the proxy requires other credentials",
            ApiErrorKind::Proxy(ProxyFault::Refused) => "the proxy refused to connect to the server",
            ApiErrorKind::Proxy(ProxyFault::Untrusted) => "the proxy's certificate is not trusted",
            ApiErrorKind::Transient => "the server is temporarily busy or broken",
            ApiErrorKind::Intermediary => "an intermediary responded instead of the server",
            ApiErrorKind::SignedOut => "the session has ended",
            ApiErrorKind::WrongCredentials => "email or password is wrong",
            ApiErrorKind::TwoFactorRequired => "the server requires a two-factor code",
            ApiErrorKind::TwoFactorWrong => "the two-factor code is not valid",
            ApiErrorKind::TooSoon => "the same request was sent too soon before",
            ApiErrorKind::WeakPassword => "the server does not accept the new password",
            ApiErrorKind::Forbidden => "the server forbids this",
            ApiErrorKind::Missing { .. } => "the server does not have this",
            ApiErrorKind::Changed => "someone else has changed this in the meantime",
            ApiErrorKind::Rejected => "the server refused this",
            ApiErrorKind::Redirected => "the server redirected the request to an address that is not followed",
            ApiErrorKind::Unreadable => "the response does not have the expected format",
            ApiErrorKind::TooLarge => "the response is too large",
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
