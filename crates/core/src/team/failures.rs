//! Maps failures of a team's routes to errors for the UI.

use lapel_api::{ApiError, ApiErrorKind};

use crate::views::{AppError, ErrorCode};

/// The failure of a team's route: code 3001 means that the organization is gone.
pub(super) fn team_failure(error: ApiError) -> AppError {
    gone_as(error, ErrorCode::TeamGone)
}

/// The failure of a PUT about a row. The row was read just before, so code 3001 means that it is gone now.
pub(super) fn put_failure(error: ApiError) -> AppError {
    gone_as(error, ErrorCode::RowGone)
}

pub(super) fn row_gone() -> AppError {
    AppError::new(ErrorCode::RowGone, "the row is not in the team")
}

fn gone_as(error: ApiError, code: ErrorCode) -> AppError {
    let is_gone = matches!(error.kind, ApiErrorKind::Missing { known: true });
    let failure = AppError::from(error);
    if is_gone { AppError { code, ..failure } } else { failure }
}
