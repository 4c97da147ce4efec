//! Routes that are blocked while the API answers others, values that the server accepts and does not keep, and sessions that
//! something else refuses: what is counted over several exchanges, and what becomes of the edits.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use lapel_api::{ApiError, ApiErrorKind};
use lapel_domain::Field;
use lapel_store::{Edit, EditState, Store};
use serde::{Deserialize, Serialize};

use crate::app::Inner;
use crate::state::Session;
use crate::views::{AppError, ErrorCode, ProfileField};

/// After so many answers in a row that are not the API's own, it is this route that is blocked.
const BLOCKED_AFTER: u32 = 3;
/// From so many answers in a row that refuse the session without being the API's own, signing in again is offered.
const SIGN_IN_HELPS_AFTER: u32 = 3;
/// How long a blocked route is left alone, in milliseconds, unless a person asks.
const BLOCKED_FOR: i64 = 60 * 60 * 1000;
/// How long an answer that is older than what is known is not believed, in milliseconds: longer than most caches keep one.
const OLD_FOR: i64 = 5 * 60 * 1000;
/// The word for a route that is blocked for the size of the request, which stays what it is: a person has to ask.
pub(super) const TOO_LARGE: &str = "size";
/// The word for a renewal of the session that something between has kept from the server.
pub(crate) const RENEWAL: &str = "renewal";
/// So often a value is sent in one exchange that the server does not keep.
const SENDS: u32 = 3;
/// So many exchanges send it before the person is told.
const EXCHANGES: u32 = 2;

/// What carries a change to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Route {
    /// PUT of the user.
    Update,
    /// Upload of a picture.
    Upload,
}

/// What is counted while a session lasts.
#[derive(Default)]
pub(crate) struct Counters {
    /// Answers in a row that were not the API's own.
    between: HashMap<Route, u32>,
    /// The same for those that refused the session (401) on any route, or kept it from being renewed.
    unauthorized: u32,
    /// Since when the profile could only be had in an older form than the known one, in milliseconds since 1970.
    old_since: Option<i64>,
    /// How often the value of a field was accepted and not kept, for each save.
    not_kept: HashMap<(String, Field), u32>,
}

/// What follows from a value that was accepted and not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotKept {
    /// It is sent again at once.
    Again,
    /// It is sent again by a later exchange.
    Later,
    /// The person is told, and decides.
    Tell,
}

/// Why an edit is parked, as it is stored.
#[derive(Serialize, Deserialize)]
struct Reason {
    #[serde(flatten)]
    error: AppError,
    /// When the route was tried last, in milliseconds since 1970, where it was blocked.
    #[serde(rename = "triedAt", default, skip_serializing_if = "Option::is_none")]
    tried_at: Option<i64>,
}

impl Counters {
    /// Takes a request's outcome in, and answers whether it shows its route to be blocked. A broken connection or a busy
    /// server says nothing about it.
    fn note_outcome<T>(&mut self, route: Route, outcome: &Result<T, ApiError>) -> bool {
        let count = self.between.entry(route).or_default();
        match outcome {
            // Of the route itself nothing was heard.
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

    fn note_not_kept(&mut self, save_id: &str, field: Field) -> NotKept {
        let count = self.not_kept.entry((save_id.to_owned(), field)).or_default();
        *count += 1;
        match *count {
            count if count >= SENDS * EXCHANGES => NotKept::Tell,
            count if count % SENDS == 0 => NotKept::Later,
            _ => NotKept::Again,
        }
    }

    /// Takes in whether the profile could only be had in an older form than the known one, and answers whether that is not to
    /// be believed; `now` in milliseconds since 1970.
    fn note_age(&mut self, is_old: bool, now: i64) -> bool {
        let since = *self.old_since.get_or_insert(now);
        let distrusts = is_old && (0..OLD_FOR).contains(&now.saturating_sub(since));
        if !distrusts {
            self.old_since = None;
        }
        distrusts
    }

    /// Takes the outcome of an exchange in, and answers whether signing in again may help.
    fn note_sync(&mut self, outcome: &Result<(), AppError>) -> bool {
        match outcome {
            Ok(()) => (self.unauthorized, self.old_since) = (0, None),
            Err(error) if error.code == ErrorCode::OtherPerson => return true,
            Err(error) if error.code == ErrorCode::Between => {
                let refuses =
                    error.details.http_status == Some(401) || error.details.problem.as_deref() == Some(RENEWAL);
                self.unauthorized = if refuses { self.unauthorized + 1 } else { 0 };
                return self.unauthorized >= SIGN_IN_HELPS_AFTER;
            }
            Err(_) => {}
        }
        false
    }
}

/// The stored form of a reason.
pub(super) fn write_reason(error: &AppError, tried_at: Option<i64>) -> Result<String, AppError> {
    serde_json::to_string(&Reason { error: error.clone(), tried_at })
        .map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))
}

/// Why an edit is parked. What a later version stored is a refusal without details.
pub(crate) fn read_reason(document: &str) -> AppError {
    let read = serde_json::from_str::<Reason>(document).map(|reason| reason.error);
    read.unwrap_or_else(|_| AppError::new(ErrorCode::Rejected, "refused"))
}

/// Whether a status is about the size of the request.
pub(super) fn is_about_size(status: Option<u16>) -> bool {
    matches!(status, Some(413 | 414 | 431))
}

/// Why an edit waits for a blocked route; none where it does not.
fn blocked_reason(edit: &Edit) -> Option<Reason> {
    let EditState::Refused { reason } = &edit.state else { return None };
    serde_json::from_str(reason).ok().filter(|reason: &Reason| reason.error.code == ErrorCode::RouteBlocked)
}

/// The route that an edit waits for, where it is blocked: a failed upload is about the picture, a PUT about all that it held.
fn blocked_route(edit: &Edit) -> Option<Route> {
    let is_upload = blocked_reason(edit)?.error.details.field == Some(ProfileField::Picture);
    Some(if is_upload { Route::Upload } else { Route::Update })
}

/// When an edit that waits for a blocked route is to be tried again without being asked, in milliseconds since 1970; none
/// where it is not.
fn tried_again_at(edit: &Edit) -> Option<i64> {
    let Reason { error, tried_at } = blocked_reason(edit)?;
    let repeats = !is_about_size(error.details.http_status);
    tried_at.filter(|_| repeats).map(|tried_at| tried_at.saturating_add(BLOCKED_FOR))
}

/// Whether the blocked route of an edit is to be tried by now. A clock that was set back is no reason to wait longer.
fn is_due(edit: &Edit, now: i64) -> bool {
    tried_again_at(edit).is_some_and(|due| now >= due || due - now > BLOCKED_FOR)
}

impl Inner {
    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was counted of blocked routes: what is saved anew begins anew.
    pub(crate) fn forget_blocked(&self) {
        self.counters().between.clear();
    }

    /// Whether an answer that is older than what is known is not believed yet. Something between may go on for some minutes
    /// answering with what it once held; after that, the server itself has gone back, or its clocks differ.
    pub(super) fn distrusts_old_answer(&self, is_old: bool) -> bool {
        self.counters().note_age(is_old, self.now())
    }

    /// Forgets what was counted, at the end of a session or where a person asks for another try.
    pub(crate) fn reset_counters(&self) {
        *self.counters() = Counters::default();
    }

    /// Whether a route is blocked by now.
    pub(super) fn note_outcome<T>(&self, route: Route, outcome: &Result<T, ApiError>) -> bool {
        self.counters().note_outcome(route, outcome)
    }

    /// What to do about a value that was accepted and not kept.
    pub(super) fn note_not_kept(&self, edit: &Edit) -> NotKept {
        self.counters().note_not_kept(&edit.save_id, edit.field)
    }

    /// Whether signing in again may help after such an outcome.
    pub(super) fn note_sync(&self, outcome: &Result<(), AppError>) -> bool {
        self.counters().note_sync(outcome)
    }

    /// Lets edits wait again whose blocked route is to be tried by now: all of them where a person `asked`.
    pub(super) async fn release_blocked(&self, session: &Session, asked: bool) -> Result<(), AppError> {
        let now = self.now();
        let is_tried = move |edit: &Edit| if asked { blocked_reason(edit).is_some() } else { is_due(edit, now) };
        self.release(session, is_tried).await
    }

    /// Lets edits wait again whose route has just let something through; what is too large for it stays so.
    pub(super) async fn release_open(&self, session: &Session, route: Route) -> Result<(), AppError> {
        let is_released = move |edit: &Edit| tried_again_at(edit).is_some() && blocked_route(edit) == Some(route);
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

    /// When a blocked route is tried again without being asked, in milliseconds since 1970.
    pub(super) fn next_blocked_try(&self, session: &Session) -> Option<i64> {
        self.shown_edits(session).iter().filter_map(tried_again_at).min()
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
    fn a_route_is_blocked_after_three_answers_in_a_row_that_are_not_the_apis_own() {
        let mut counters = Counters::default();
        let between = error(ApiErrorKind::Between, None);
        let blocked: Vec<bool> = (0..4).map(|_| counters.note_outcome(Route::Update, &between)).collect();
        assert_eq!(blocked, [false, false, true, true]);
        assert!(!counters.note_outcome(Route::Upload, &between), "another route is another matter");
        let in_renewal = between.clone().map_err(|error| ApiError { in_renewal: true, ..error });
        assert!(!counters.note_outcome(Route::Update, &in_renewal), "so is the renewal before it");
        // A broken connection or a busy server is another failure, and changes nothing; a word of the API does.
        for kind in [ApiErrorKind::Network, ApiErrorKind::Transient, ApiErrorKind::Changed, ApiErrorKind::Redirected] {
            assert!(!counters.note_outcome(Route::Update, &error(kind, None)), "{kind:?}");
        }
        assert!(counters.note_outcome(Route::Update, &between));
        assert!(!counters.note_outcome(Route::Update, &error(ApiErrorKind::Rejected, Some(5120))));
        assert!(!counters.note_outcome(Route::Update, &between));
    }

    #[test]
    fn a_value_that_is_not_kept_is_sent_three_times_twice_and_then_told() {
        let mut counters = Counters::default();
        let seen: Vec<NotKept> = (0..7).map(|_| counters.note_not_kept("a", Field::FirstName)).collect();
        use NotKept::{Again, Later, Tell};
        assert_eq!(seen, [Again, Again, Later, Again, Again, Tell, Tell]);
        assert_eq!(counters.note_not_kept("b", Field::FirstName), Again);
        assert_eq!(counters.note_not_kept("a", Field::LastName), Again, "each field of a save counts for itself");
    }

    #[test]
    fn signing_in_again_is_offered_from_the_third_refusal_of_something_between() {
        let mut counters = Counters::default();
        let mut refusal = AppError::new(ErrorCode::Between, "");
        refusal.details.http_status = Some(401);
        let offered: Vec<bool> = (0..3).map(|_| counters.note_sync(&Err(refusal.clone()))).collect();
        assert_eq!(offered, [false, false, true]);
        // Behind a dead network it helps nobody, and what was counted stays.
        assert!(!counters.note_sync(&Err(AppError::new(ErrorCode::Network, ""))));
        assert!(counters.note_sync(&Err(refusal.clone())));
        assert!(!counters.note_sync(&Ok(())));
        assert!(!counters.note_sync(&Err(refusal.clone())));
        // A page with another status speaks of no session.
        assert!(!counters.note_sync(&Ok(())));
        for status in [401, 401, 403, 401, 401] {
            refusal.details.http_status = Some(status);
            assert!(!counters.note_sync(&Err(refusal.clone())), "not three in a row");
        }
        assert!(counters.note_sync(&Err(AppError::new(ErrorCode::OtherPerson, ""))));
    }

    #[test]
    fn an_older_answer_is_not_believed_for_some_minutes() {
        let mut counters = Counters::default();
        let old: Vec<bool> = [0, 1, 299_999, 300_000].map(|now| counters.note_age(true, now)).into();
        assert_eq!(old, [true, true, true, false]);
        assert!(counters.note_age(true, 300_001), "the next one is another");
        assert!(!counters.note_age(false, 300_002));
        assert!(counters.note_age(true, 900_000), "counted anew");
        assert!(!counters.note_age(true, 0), "a clock that was set back ends it");
    }

    fn parked(code: ErrorCode, status: u16, tried_at: Option<i64>) -> Edit {
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
        assert_eq!(tried_again_at(&parked(ErrorCode::RouteBlocked, 403, Some(5))), Some(3_600_005));
        assert_eq!(tried_again_at(&parked(ErrorCode::Rejected, 400, Some(5))), None);
        for status in [413, 414, 431] {
            assert_eq!(tried_again_at(&parked(ErrorCode::RouteBlocked, status, Some(5))), None);
        }
        assert_eq!(tried_again_at(&parked(ErrorCode::RouteBlocked, 403, None)), None);
    }

    #[test]
    fn a_reason_of_before_is_read_and_one_of_later_is_a_refusal() {
        let before = serde_json::to_string(&AppError::new(ErrorCode::Forbidden, "no")).unwrap();
        assert_eq!(read_reason(&before).code, ErrorCode::Forbidden);
        assert_eq!(read_reason(r#"{"code":"ofALaterVersion"}"#).code, ErrorCode::Rejected);
    }
}
