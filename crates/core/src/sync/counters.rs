//! Counts failures across syncs and decides what happens to the edits: routes that an intermediary (proxy, captive
//! portal) blocks, values that the server accepts but does not store, and sessions that an intermediary rejects.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use lapel_api::{ApiError, ApiErrorKind};
use lapel_domain::Field;
use lapel_store::{Edit, EditState, Store};
use serde::{Deserialize, Serialize};

use crate::app::Inner;
use crate::state::Session;
use crate::views::{AppError, ErrorCode, ProfileField};

/// A route counts as blocked after this many responses in a row that are not from the API.
const BLOCKED_AFTER: u32 = 3;
/// Signing in again is offered after this many responses in a row that reject the session but are not from the API.
const SIGN_IN_HELPS_AFTER: u32 = 3;
/// The wait before a blocked route is tried again automatically, in milliseconds.
const BLOCKED_RETRY_INTERVAL: i64 = 60 * 60 * 1000;
/// How long responses older than the cached profile are distrusted, in milliseconds. Most caches expire sooner.
const DISTRUST_DURATION: i64 = 5 * 60 * 1000;
/// Problem code of a route that is blocked because of the size of the request. It is not tried again automatically.
pub(super) const PROBLEM_TOO_LARGE: &str = "size";
/// Problem code of a token renewal that an intermediary blocked.
pub(crate) const PROBLEM_RENEWAL: &str = "renewal";
/// How often one sync sends a value that the server does not store.
const MAX_SENDS_PER_SYNC: u32 = 3;
/// How many syncs send it before the edit is rejected.
const MAX_SYNCS: u32 = 2;

/// A request that sends a change to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Route {
    /// PUT of the user.
    Update,
    /// Upload of a picture.
    Upload,
}

/// The counts of a session.
#[derive(Default)]
pub(crate) struct FailureCounters {
    /// Responses in a row that were not from the API.
    not_from_api: HashMap<Route, u32>,
    /// Syncs in a row in which an intermediary rejected the session (401) or blocked the token renewal.
    unauthorized: u32,
    /// Since when all responses have been older than the cached profile, in milliseconds since 1970.
    old_since: Option<i64>,
    /// How often the server accepted but did not store the value, by save and field.
    not_stored: HashMap<(String, Field), u32>,
}

/// What happens to a value that the server accepted but did not store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotStoredAction {
    /// It is sent again in this sync.
    SendNow,
    /// It is sent again in a later sync.
    SendLater,
    /// The edit is rejected, and the user decides.
    Reject,
}

/// Why an edit is rejected, in the form in which it is stored.
#[derive(Serialize, Deserialize)]
struct StoredReason {
    #[serde(flatten)]
    error: AppError,
    /// When the blocked route was last tried, in milliseconds since 1970. None for other reasons.
    #[serde(rename = "triedAt", default, skip_serializing_if = "Option::is_none")]
    tried_at: Option<i64>,
}

impl FailureCounters {
    /// Counts the outcome of a request. Returns whether the route now counts as blocked. A broken connection or a
    /// busy server does not change the count.
    fn record_outcome<T>(&mut self, route: Route, outcome: &Result<T, ApiError>) -> bool {
        let count = self.not_from_api.entry(route).or_default();
        match outcome {
            // The request itself was not sent, so this says nothing about the route.
            Err(error) if error.in_renewal => false,
            Err(error) if matches!(error.kind, ApiErrorKind::Between | ApiErrorKind::TooLarge) => {
                *count += 1;
                *count >= BLOCKED_AFTER
            }
            Err(error) if error.code.is_none() => false,
            _ => {
                *count = 0;
                false
            }
        }
    }

    fn record_not_stored(&mut self, save_id: &str, field: Field) -> NotStoredAction {
        let count = self.not_stored.entry((save_id.to_owned(), field)).or_default();
        *count += 1;
        match *count {
            count if count >= MAX_SENDS_PER_SYNC * MAX_SYNCS => NotStoredAction::Reject,
            count if count % MAX_SENDS_PER_SYNC == 0 => NotStoredAction::SendLater,
            _ => NotStoredAction::SendNow,
        }
    }

    /// Records whether a response was older than the cached profile. Returns whether to distrust it. `now`:
    /// milliseconds since 1970.
    fn record_age(&mut self, is_old: bool, now: i64) -> bool {
        let since = *self.old_since.get_or_insert(now);
        let distrusts = is_old && (0..DISTRUST_DURATION).contains(&now.saturating_sub(since));
        if !distrusts {
            self.old_since = None;
        }
        distrusts
    }

    /// Counts the outcome of a sync. Returns whether signing in again may help.
    fn record_sync(&mut self, outcome: &Result<(), AppError>) -> bool {
        match outcome {
            Ok(()) => (self.unauthorized, self.old_since) = (0, None),
            Err(error) if error.code == ErrorCode::OtherPerson => return true,
            Err(error) if error.code == ErrorCode::Between => {
                let rejects_session =
                    error.details.http_status == Some(401) || error.details.problem.as_deref() == Some(PROBLEM_RENEWAL);
                self.unauthorized = if rejects_session { self.unauthorized + 1 } else { 0 };
                return self.unauthorized >= SIGN_IN_HELPS_AFTER;
            }
            Err(_) => {}
        }
        false
    }
}

/// Serializes the reason of a rejected edit.
pub(super) fn write_reason(error: &AppError, tried_at: Option<i64>) -> Result<String, AppError> {
    serde_json::to_string(&StoredReason { error: error.clone(), tried_at })
        .map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))
}

/// Reads the reason of a rejected edit. A reason stored by a newer version that cannot be read becomes `Rejected`.
pub(crate) fn read_reason(document: &str) -> AppError {
    let read = serde_json::from_str::<StoredReason>(document).map(|reason| reason.error);
    read.unwrap_or_else(|_| AppError::new(ErrorCode::Rejected, "refused"))
}

/// Whether the HTTP status means that the request is too large.
pub(super) fn is_about_size(status: Option<u16>) -> bool {
    matches!(status, Some(413 | 414 | 431))
}

/// The reason of an edit that waits for a blocked route; none for other edits.
fn blocked_reason(edit: &Edit) -> Option<StoredReason> {
    let EditState::Refused { reason } = &edit.state else { return None };
    serde_json::from_str(reason).ok().filter(|reason: &StoredReason| reason.error.code == ErrorCode::RouteBlocked)
}

/// The blocked route that an edit waits for. Only a blocked upload names the picture as its field.
fn blocked_route(edit: &Edit) -> Option<Route> {
    let is_upload = blocked_reason(edit)?.error.details.field == Some(ProfileField::Picture);
    Some(if is_upload { Route::Upload } else { Route::Update })
}

/// When the blocked route of an edit is tried again automatically, in milliseconds since 1970; none if it is not.
fn retry_at(edit: &Edit) -> Option<i64> {
    let StoredReason { error, tried_at } = blocked_reason(edit)?;
    let is_retried = !is_about_size(error.details.http_status);
    tried_at.filter(|_| is_retried).map(|tried_at| tried_at.saturating_add(BLOCKED_RETRY_INTERVAL))
}

/// Whether the blocked route of an edit is due for a retry. A clock that was set back does not lengthen the wait.
fn is_due(edit: &Edit, now: i64) -> bool {
    retry_at(edit).is_some_and(|due| now >= due || due - now > BLOCKED_RETRY_INTERVAL)
}

impl Inner {
    fn counters(&self) -> MutexGuard<'_, FailureCounters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Resets the counts of blocked routes, so that a new save starts with fresh counts.
    pub(crate) fn reset_blocked_routes(&self) {
        self.counters().not_from_api.clear();
    }

    /// Whether to distrust a response that is older than the cached profile. It may come from a cache for some
    /// minutes. After that, the server itself has an older state, or its clocks differ.
    pub(super) fn distrusts_old_response(&self, is_old: bool) -> bool {
        self.counters().record_age(is_old, self.now())
    }

    /// Resets all counts, at the end of a session or when the user requests another try.
    pub(crate) fn reset_counters(&self) {
        *self.counters() = FailureCounters::default();
    }

    pub(super) fn record_outcome<T>(&self, route: Route, outcome: &Result<T, ApiError>) -> bool {
        self.counters().record_outcome(route, outcome)
    }

    pub(super) fn record_not_stored(&self, edit: &Edit) -> NotStoredAction {
        self.counters().record_not_stored(&edit.save_id, edit.field)
    }

    pub(super) fn record_sync(&self, outcome: &Result<(), AppError>) -> bool {
        self.counters().record_sync(outcome)
    }

    /// Returns edits of blocked routes to waiting if a retry is due, or all of them if the user requested the sync
    /// (`by_user`).
    pub(super) async fn release_blocked(&self, session: &Session, by_user: bool) -> Result<(), AppError> {
        let now = self.now();
        let is_retried = move |edit: &Edit| if by_user { blocked_reason(edit).is_some() } else { is_due(edit, now) };
        self.release(session, is_retried).await
    }

    /// Returns the blocked edits of a route to waiting after a request on it succeeded, except requests that are too
    /// large.
    pub(super) async fn release_open(&self, session: &Session, route: Route) -> Result<(), AppError> {
        let is_released = move |edit: &Edit| retry_at(edit).is_some() && blocked_route(edit) == Some(route);
        self.release(session, is_released).await
    }

    async fn release(
        &self,
        session: &Session,
        is_released: impl Fn(&Edit) -> bool + Send + Sync + 'static,
    ) -> Result<(), AppError> {
        if !self.shown_edits(session).iter().any(&is_released) {
            return Ok(());
        }
        let account = session.account.id;
        let release = move |store: &Store| {
            let edits = store.edits(account)?;
            edits.iter().filter(|edit| is_released(edit)).try_for_each(|edit| store.send_again(account, edit.field))
        };
        self.update_account(&session.account, release).await
    }

    /// When the next blocked route is tried again automatically, in milliseconds since 1970.
    pub(super) fn next_blocked_try(&self, session: &Session) -> Option<i64> {
        self.shown_edits(session).iter().filter_map(retry_at).min()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use lapel_api::Delivery;
    use lapel_store::EditValue;

    use super::*;

    fn error(kind: ApiErrorKind, code: Option<i64>) -> Result<(), ApiError> {
        Err(ApiError {
            kind,
            http_status: Some(403),
            code,
            server_message: None,
            retry_after: None,
            delivery: Delivery::Unknown,
            host: None,
            certificate: None,
            proxy: None,
            in_renewal: false,
        })
    }

    #[test]
    fn a_route_is_blocked_after_three_responses_in_a_row_that_are_not_from_the_api() {
        let mut counters = FailureCounters::default();
        let between = error(ApiErrorKind::Between, None);
        let blocked: Vec<bool> = (0..4).map(|_| counters.record_outcome(Route::Update, &between)).collect();
        assert_eq!(blocked, [false, false, true, true]);
        assert!(!counters.record_outcome(Route::Upload, &between), "routes are counted separately");
        let in_renewal = between.clone().map_err(|error| ApiError { in_renewal: true, ..error });
        assert!(!counters.record_outcome(Route::Update, &in_renewal), "a failed renewal is not counted");
        // A broken connection or a busy server does not change the count. A response of the API resets it.
        for kind in [ApiErrorKind::Network, ApiErrorKind::Transient, ApiErrorKind::Changed, ApiErrorKind::Redirected] {
            assert!(!counters.record_outcome(Route::Update, &error(kind, None)), "{kind:?}");
        }
        assert!(counters.record_outcome(Route::Update, &between));
        assert!(!counters.record_outcome(Route::Update, &error(ApiErrorKind::Rejected, Some(5120))));
        assert!(!counters.record_outcome(Route::Update, &between));
    }

    #[test]
    fn a_value_that_is_not_stored_is_rejected_after_three_requests_in_each_of_two_syncs() {
        let mut counters = FailureCounters::default();
        let seen: Vec<NotStoredAction> = (0..7).map(|_| counters.record_not_stored("a", Field::FirstName)).collect();
        use NotStoredAction::{Reject, SendLater, SendNow};
        assert_eq!(seen, [SendNow, SendNow, SendLater, SendNow, SendNow, Reject, Reject]);
        assert_eq!(counters.record_not_stored("b", Field::FirstName), SendNow);
        assert_eq!(
            counters.record_not_stored("a", Field::LastName),
            SendNow,
            "each field of a save is counted separately"
        );
    }

    #[test]
    fn signing_in_again_is_offered_after_three_rejections_by_an_intermediary() {
        let mut counters = FailureCounters::default();
        let mut rejection = AppError::new(ErrorCode::Between, "");
        rejection.details.http_status = Some(401);
        let offered: Vec<bool> = (0..3).map(|_| counters.record_sync(&Err(rejection.clone()))).collect();
        assert_eq!(offered, [false, false, true]);
        // Without a network signing in does not help, and the count stays.
        assert!(!counters.record_sync(&Err(AppError::new(ErrorCode::Network, ""))));
        assert!(counters.record_sync(&Err(rejection.clone())));
        assert!(!counters.record_sync(&Ok(())));
        assert!(!counters.record_sync(&Err(rejection.clone())));
        // A response with another status does not reject the session.
        assert!(!counters.record_sync(&Ok(())));
        for status in [401, 401, 403, 401, 401] {
            rejection.details.http_status = Some(status);
            assert!(!counters.record_sync(&Err(rejection.clone())), "not three in a row");
        }
        assert!(counters.record_sync(&Err(AppError::new(ErrorCode::OtherPerson, ""))));
    }

    #[test]
    fn an_older_response_is_distrusted_for_five_minutes() {
        let mut counters = FailureCounters::default();
        let old: Vec<bool> = [0, 1, 299_999, 300_000].map(|now| counters.record_age(true, now)).into();
        assert_eq!(old, [true, true, true, false]);
        assert!(counters.record_age(true, 300_001), "the next one starts a new period");
        assert!(!counters.record_age(false, 300_002));
        assert!(counters.record_age(true, 900_000), "a current response ends the period");
        assert!(!counters.record_age(true, 0), "a clock that was set back ends the period");
    }

    fn rejected_edit(code: ErrorCode, status: u16, tried_at: Option<i64>) -> Edit {
        let mut error = AppError::new(code, "");
        error.details.http_status = Some(status);
        let reason = write_reason(&error, tried_at).unwrap();
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
    fn a_blocked_route_is_tried_again_after_an_hour_unless_the_request_is_too_large_for_it() {
        assert_eq!(retry_at(&rejected_edit(ErrorCode::RouteBlocked, 403, Some(5))), Some(3_600_005));
        assert_eq!(retry_at(&rejected_edit(ErrorCode::Rejected, 400, Some(5))), None);
        for status in [413, 414, 431] {
            assert_eq!(retry_at(&rejected_edit(ErrorCode::RouteBlocked, status, Some(5))), None);
        }
        assert_eq!(retry_at(&rejected_edit(ErrorCode::RouteBlocked, 403, None)), None);
    }

    #[test]
    fn reasons_of_older_versions_are_read_and_unknown_ones_become_rejected() {
        let older = serde_json::to_string(&AppError::new(ErrorCode::Forbidden, "no")).unwrap();
        assert_eq!(read_reason(&older).code, ErrorCode::Forbidden);
        assert_eq!(read_reason(r#"{"code":"ofALaterVersion"}"#).code, ErrorCode::Rejected);
    }
}
