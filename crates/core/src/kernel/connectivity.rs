//! What counts as offline. The sync and the team use the same rule.

use lapel_api::{ApiError, ApiErrorKind};

use super::error::Failure;

/// Whether there is no connection, or the server cannot be used at the moment. Such a failure may pass without the user's
/// help.
pub(crate) fn is_offline(error: Option<&Failure>) -> bool {
    use ApiErrorKind::{Intermediary, Redirected, TooLarge, Transient};
    let passes = |error: &ApiError| matches!(error.kind, Intermediary | TooLarge | Redirected | Transient);
    error.is_some_and(|failure| match failure {
        Failure::OldResponse | Failure::OtherPerson | Failure::NotKept { .. } | Failure::StaysBusy => true,
        _ => is_unreached(failure) || failure.request().is_some_and(passes),
    })
}

/// Whether no server was reached.
pub(crate) fn is_unreached(failure: &Failure) -> bool {
    use ApiErrorKind::{Network, Proxy, Tls, UnknownServer};
    let unreached = |error: &ApiError| matches!(error.kind, Network | UnknownServer | Tls(_) | Proxy(_));
    matches!(failure, Failure::NotConnected) || failure.request().is_some_and(unreached)
}
