//! Classifies connection failures: their kind, and whether the request may have reached the server.

use std::error::Error;

use crate::names::UnknownName;
use crate::tls_failure::TlsFault;
use crate::{ApiError, ApiErrorKind, Delivery};

/// Classifies a connection failure. If building the request or connecting failed, the request certainly did not reach
/// the server; after any other failure it may have.
pub(crate) fn connection_error(error: &reqwest::Error) -> ApiError {
    let kind = if is_tls(error) {
        ApiErrorKind::Tls(TlsFault::Untrusted)
    } else if causes(error).any(|cause| cause.is::<UnknownName>()) {
        ApiErrorKind::UnknownServer
    } else if is_malformed(error) {
        ApiErrorKind::Unreadable
    } else {
        ApiErrorKind::Network
    };
    let delivery = if error.is_connect() || error.is_builder() { Delivery::NotSent } else { Delivery::Unknown };
    // Log only the root cause, because the errors above it contain the full URL.
    tracing::debug!(reason = root_cause(error).to_string(), "the connection failed");
    ApiError::new(kind, delivery)
}

fn root_cause(error: &reqwest::Error) -> &dyn Error {
    let mut last: &dyn Error = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last
}

/// Whether the response was not HTTP, or not compressed as announced. If the connection breaks during the body, the
/// decoding error has a hyper error as its cause, so that case is excluded.
fn is_malformed(error: &reqwest::Error) -> bool {
    let has_hyper_cause = |condition: &dyn Fn(&hyper::Error) -> bool| {
        causes(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(condition))
    };
    // reqwest also reports a timeout during the body as a decoding error.
    !error.is_timeout()
        && (has_hyper_cause(&hyper::Error::is_parse) || (error.is_decode() && !has_hyper_cause(&|_| true)))
}

pub(crate) fn is_tls(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.is::<rustls::Error>())
}

/// An error and all its causes. `std::io::Error::source` skips the wrapped error itself, so `get_ref` is used for it.
pub(crate) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}
