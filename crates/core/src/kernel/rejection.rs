//! Why an edit is not sent any more, as it is stored with the edit, and when a blocked route is tried again.

use lapel_store::{Edit, EditState};
use serde::{Deserialize, Serialize};

use super::error::{Failure, is_too_large};
use crate::views::{AppError, ErrorCode, ProfileField};

/// How long a blocked route is left alone, in milliseconds, unless a person asks.
const BLOCKED_FOR: i64 = 60 * 60 * 1000;

/// The kinds of requests that carry a change to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Route {
    /// PUT of the user.
    Update,
    /// Upload of a picture.
    Upload,
}

/// The document that the store has of a reason. Databases of users contain it: its form must stay readable.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredReason {
    #[serde(flatten)]
    error: AppError,
    /// When a blocked route was tried last, in milliseconds since 1970.
    #[serde(rename = "triedAt", default, skip_serializing_if = "Option::is_none")]
    tried_at: Option<i64>,
}

/// The reason as a document for the store.
pub(crate) fn write_reason(failure: &Failure, tried_at: Option<i64>) -> Result<String, Failure> {
    serde_json::to_string(&StoredReason { error: failure.into(), tried_at }).map_err(Failure::internal)
}

/// The reason from the store. A document of a later version becomes a rejection without details.
pub(crate) fn read_reason(document: &str) -> AppError {
    let reason = serde_json::from_str::<StoredReason>(document).map(|reason| reason.error);
    reason.unwrap_or_else(|_| AppError::new(ErrorCode::Rejected, "rejected"))
}

/// Why an edit waits for a blocked route; none if it does not.
pub(crate) fn blocked_reason(edit: &Edit) -> Option<StoredReason> {
    let EditState::Refused { reason } = &edit.state else { return None };
    serde_json::from_str(reason).ok().filter(|reason: &StoredReason| reason.error.code == ErrorCode::RouteBlocked)
}

/// The blocked route that an edit waits for. A failed upload names the picture; a PUT is about all of its fields.
pub(crate) fn blocked_route(edit: &Edit) -> Option<Route> {
    let is_upload = blocked_reason(edit)?.error.details.field == Some(ProfileField::Picture);
    Some(if is_upload { Route::Upload } else { Route::Update })
}

/// When the blocked route of an edit is tried again automatically, in milliseconds since 1970; none if only a person can
/// send it again.
pub(crate) fn due_at(edit: &Edit) -> Option<i64> {
    let StoredReason { error, tried_at } = blocked_reason(edit)?;
    let repeats = !is_too_large(error.details.http_status);
    tried_at.filter(|_| repeats).map(|tried_at| tried_at.saturating_add(BLOCKED_FOR))
}

/// Whether the blocked route of an edit is due. A clock that was set back does not make the wait longer.
pub(crate) fn is_due(edit: &Edit, now: i64) -> bool {
    due_at(edit).is_some_and(|due| now >= due || due - now > BLOCKED_FOR)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use lapel_api::{ApiError, ApiErrorKind, Delivery};
    use lapel_domain::Field;
    use lapel_store::EditValue;

    use super::*;

    fn response(kind: ApiErrorKind, status: u16) -> ApiError {
        ApiError {
            kind,
            http_status: Some(status),
            code: None,
            server_message: None,
            retry_after: None,
            delivery: Delivery::Answered,
            host: None,
            certificate: None,
            proxy: None,
            in_renewal: false,
        }
    }

    fn blocked(status: u16) -> Failure {
        Failure::UpdateBlocked(response(ApiErrorKind::Between, status))
    }

    fn rejected(failure: &Failure, tried_at: Option<i64>) -> Edit {
        let reason = write_reason(failure, tried_at).unwrap();
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
    fn the_stored_document_keeps_its_form() {
        let upload = Failure::UploadBlocked(response(ApiErrorKind::Between, 403));
        let message = upload.to_string();
        let expected = format!(
            r#"{{"code":"routeBlocked","message":"{message}","details":{{"field":"picture","httpStatus":403}},"triedAt":5}}"#
        );
        assert_eq!(write_reason(&upload, Some(5)).unwrap(), expected);
        assert_eq!(blocked_route(&rejected(&upload, Some(5))), Some(Route::Upload));
        assert_eq!(blocked_route(&rejected(&blocked(403), None)), Some(Route::Update));
        assert_eq!(read_reason(&expected), AppError::from(upload));
    }

    #[test]
    fn reasons_of_earlier_versions_are_read_and_those_of_later_ones_become_a_rejection() {
        let earlier = serde_json::to_string(&AppError::new(ErrorCode::Forbidden, "no")).unwrap();
        assert_eq!(read_reason(&earlier).code, ErrorCode::Forbidden);
        assert_eq!(read_reason(r#"{"code":"ofALaterVersion"}"#).code, ErrorCode::Rejected);
    }
}
