//! Reads the parameters in the path of a route. The handlers check the values.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;

use crate::response::ApiError;

/// The extractor for the path parameters of a route.
pub(super) type PathParams<T> = Result<Path<T>, PathRejection>;

/// The path parameters of a route. Returns 404 if they cannot be decoded.
pub(super) fn path_params<T>(path: PathParams<T>) -> Result<T, ApiError> {
    path.map(|Path(values)| values).map_err(|_| ApiError::not_found())
}
