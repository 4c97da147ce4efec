//! What counts as offline. Both the sync and the team go by this one rule.

use crate::views::{AppError, ErrorCode};

/// Whether there is no connection, or the server cannot be used at the moment. Such a failure passes without the person.
pub(crate) fn is_offline(error: Option<&AppError>) -> bool {
    use ErrorCode::{Between, NotKept, OtherPerson, Redirected, Transient};
    let passes = |code| matches!(code, Between | NotKept | OtherPerson | Redirected | Transient);
    error.is_some_and(|error| is_unreached(error) || passes(error.code))
}

/// Whether no server was reached.
pub(crate) fn is_unreached(error: &AppError) -> bool {
    matches!(error.code, ErrorCode::Network | ErrorCode::UnknownServer | ErrorCode::Tls | ErrorCode::Proxy)
}
