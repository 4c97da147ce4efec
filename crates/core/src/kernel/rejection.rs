//! The stored reason why an edit is not sent any more, and the time when a blocked route is tried again.

use lapel_domain::Field;
use lapel_store::{Edit, EditState, RejectionDetails, RejectionDocument};

use super::error::{Failure, is_too_large};
use crate::views::{AppError, ErrorCode, ErrorDetails, ProfileField};

/// How long a blocked route is not tried again, in milliseconds, unless the user asks for it.
const BLOCKED_FOR: i64 = 60 * 60 * 1000;

/// The kinds of requests that carry a change to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Route {
    /// PUT of the user.
    Update,
    /// Upload of a picture.
    Upload,
}

/// The reason as a document for the store.
pub(crate) fn write_reason(failure: &Failure, tried_at: Option<i64>) -> Box<RejectionDocument> {
    Box::new(RejectionDocument { tried_at, ..error_document(&failure.into()) })
}

/// An error as a document for the store.
pub(crate) fn error_document(error: &AppError) -> RejectionDocument {
    let AppError { code, message, details } = error.clone();
    let details = RejectionDetails {
        server_code: details.server_code,
        server_message: details.server_message,
        field: details.field.map(|field| Field::from(field).as_str().to_owned()),
        problem: details.problem,
        retry_after: details.retry_after,
        count: details.count,
        http_status: details.http_status,
        host: details.host,
        proxy: details.proxy,
    };
    RejectionDocument { code: code.name(), message, details, tried_at: None }
}

/// The reason from the store. An unknown code, from a later version of Lapel, becomes a rejection without a reason.
pub(crate) fn read_reason(document: &RejectionDocument) -> AppError {
    let details = document.details.clone();
    let details = ErrorDetails {
        server_code: details.server_code,
        server_message: details.server_message,
        field: details.field.and_then(|field| Field::parse(&field)).map(ProfileField::from),
        problem: details.problem,
        retry_after: details.retry_after,
        count: details.count,
        http_status: details.http_status,
        host: details.host,
        proxy: details.proxy,
        ..ErrorDetails::default()
    };
    match ErrorCode::parse(&document.code) {
        Some(code) => AppError { code, message: document.message.clone(), details: Box::new(details) },
        None => AppError::new(ErrorCode::Rejected, "rejected"),
    }
}

/// Why an edit waits for a blocked route; none if it does not.
pub(crate) fn blocked_reason(edit: &Edit) -> Option<&RejectionDocument> {
    let EditState::Refused { reason } = &edit.state else { return None };
    Some(&**reason).filter(|reason| ErrorCode::parse(&reason.code) == Some(ErrorCode::RouteBlocked))
}

/// The blocked route that an edit waits for. Only the reason of a blocked upload names a field, the picture.
pub(crate) fn blocked_route(edit: &Edit) -> Option<Route> {
    let is_upload = blocked_reason(edit)?.details.field.as_deref() == Some(Field::Picture.as_str());
    Some(if is_upload { Route::Upload } else { Route::Update })
}

/// When the blocked route of an edit is tried again automatically, in milliseconds since 1970; none if only a person can
/// send it again.
pub(crate) fn due_at(edit: &Edit) -> Option<i64> {
    let reason = blocked_reason(edit)?;
    let repeats = !is_too_large(reason.details.http_status);
    reason.tried_at.filter(|_| repeats).map(|tried_at| tried_at.saturating_add(BLOCKED_FOR))
}

/// Whether it is time to try the blocked route of an edit again. A clock that was set back does not make the wait longer.
pub(crate) fn is_due(edit: &Edit, now: i64) -> bool {
    due_at(edit).is_some_and(|due| now >= due || due - now > BLOCKED_FOR)
}

#[cfg(test)]
mod tests {
    use lapel_api::{ApiError, ApiErrorKind, Delivery};
    use lapel_domain::Field;
    use lapel_store::EditValue;

    use super::*;

    fn response(kind: ApiErrorKind, status: u16) -> ApiError {
        ApiError { http_status: Some(status), ..ApiError::new(kind, Delivery::Answered) }
    }

    fn blocked(status: u16) -> Failure {
        Failure::UpdateBlocked(response(ApiErrorKind::Intermediary, status))
    }

    fn rejected(failure: &Failure, tried_at: Option<i64>) -> Edit {
        let reason = write_reason(failure, tried_at);
        Edit {
            field: Field::FirstName,
            in_flight: false,
            save_id: "a".into(),
            base: String::new(),
            mine: EditValue::Text("b".into()),
            state: EditState::Refused { reason },
            made_at: 0,
            unconfirmed_value: None,
        }
    }

    #[test]
    fn a_blocked_route_is_due_after_an_hour_unless_the_request_is_too_large_for_it() {
        assert_eq!(due_at(&rejected(&blocked(403), Some(5))), Some(3_600_005));
        assert_eq!(due_at(&rejected(&response(ApiErrorKind::Rejected, 400).into(), Some(5))), None);
        for status in [413, 414, 431] {
            assert_eq!(due_at(&rejected(&blocked(status), Some(5))), None);
        }
        assert_eq!(due_at(&rejected(&blocked(403), None)), None);
    }

    #[test]
    fn a_stored_failure_is_read_back_as_the_same_error() {
        let upload = Failure::UploadBlocked(response(ApiErrorKind::Intermediary, 403));
        assert_eq!(read_reason(&write_reason(&upload, Some(5))), AppError::from(upload.clone()));
        assert_eq!(blocked_route(&rejected(&upload, Some(5))), Some(Route::Upload));
        assert_eq!(blocked_route(&rejected(&blocked(403), None)), Some(Route::Update));
    }

    #[test]
    fn a_code_of_a_later_version_is_a_rejection() {
        let later = RejectionDocument { code: "ofALaterVersion".into(), ..RejectionDocument::default() };
        assert_eq!(read_reason(&later).code, ErrorCode::Rejected);
    }
}
