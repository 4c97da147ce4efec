//! Maps failures of a team's routes. There, code 3001 means that the organization or the row is gone.

use lapel_api::{ApiError, ApiErrorKind};

use crate::kernel::error::Failure;

/// The failure of a team's route: code 3001 means that the organization is gone.
pub(super) fn team_failure(error: ApiError) -> Failure {
    if is_gone(&error) { Failure::TeamGone(error) } else { error.into() }
}

/// The failure of a PUT about a row. The row was read just before, so code 3001 means that it is gone now.
pub(super) fn put_failure(error: ApiError) -> Failure {
    if is_gone(&error) { Failure::RowGone(Some(error)) } else { error.into() }
}

fn is_gone(error: &ApiError) -> bool {
    matches!(error.kind, ApiErrorKind::Missing { known: true })
}
