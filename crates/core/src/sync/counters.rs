//! What is counted over several syncs of one session: blocked routes, values that the server does not store, and sessions that
//! an intermediary rejects.

use std::collections::HashMap;

use lapel_api::{ApiError, ApiErrorKind};
use lapel_domain::Field;

use crate::kernel::error::Failure;
use crate::kernel::rejection::Route;

/// After this many responses in a row that are not the API's own, the route counts as blocked.
const BLOCKED_AFTER: u32 = 3;
/// After this many responses in a row that reject the session and are not the API's own, the page offers to sign in again.
const SIGN_IN_HELPS_AFTER: u32 = 3;
/// How long a response that is older than the known profile is not believed, in milliseconds: longer than most caches keep
/// a response.
const DISTRUST_FOR: i64 = 5 * 60 * 1000;
/// How often one sync sends a value that the server does not store.
const SENDS_PER_SYNC: u32 = 3;
/// How many syncs send such a value before the person has to decide.
const SYNCS: u32 = 2;

/// The counters of one session.
#[derive(Default)]
pub(super) struct Counters {
    /// Responses in a row that were not the API's own.
    intermediary: HashMap<Route, u32>,
    /// Responses in a row that were not the API's own and rejected the session (401), or kept it from being renewed.
    unauthorized: u32,
    /// Since when only an older profile than the known one could be read, in milliseconds since 1970.
    old_since: Option<i64>,
    /// How often a value was accepted and not stored, by save and field.
    not_kept: HashMap<(String, Field), u32>,
}

/// What happens next to a value that was accepted and not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotKept {
    /// It is sent again in this sync.
    SendNow,
    /// It is sent again in a later sync.
    SendLater,
    /// The person decides.
    Reject,
}

impl Counters {
    /// Counts the outcome of a request, and returns whether its route counts as blocked. A broken connection or a busy server
    /// says nothing about the route.
    pub(super) fn note_outcome<T>(&mut self, route: Route, outcome: &Result<T, ApiError>) -> bool {
        let count = self.intermediary.entry(route).or_default();
        match outcome {
            // Only the renewal of the session failed. The request itself was not sent.
            Err(error) if error.in_renewal => false,
            Err(error) if is_from_intermediary(error) => {
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

    /// Counts a value that was accepted and not stored.
    pub(super) fn note_not_kept(&mut self, save_id: &str, field: Field) -> NotKept {
        let count = self.not_kept.entry((save_id.to_owned(), field)).or_default();
        *count += 1;
        match *count {
            count if count >= SENDS_PER_SYNC * SYNCS => NotKept::Reject,
            count if count % SENDS_PER_SYNC == 0 => NotKept::SendLater,
            _ => NotKept::SendNow,
        }
    }

    /// Records whether only an older profile than the known one could be read, and returns whether it is not believed yet.
    /// `now` is in milliseconds since 1970.
    pub(super) fn note_age(&mut self, is_old: bool, now: i64) -> bool {
        let since = *self.old_since.get_or_insert(now);
        let distrusts = is_old && (0..DISTRUST_FOR).contains(&now.saturating_sub(since));
        if !distrusts {
            self.old_since = None;
        }
        distrusts
    }

    /// Counts the outcome of a sync, and returns whether signing in again may help.
    pub(super) fn note_sync(&mut self, outcome: &Result<(), Failure>) -> bool {
        match outcome {
            Ok(()) => (self.unauthorized, self.old_since) = (0, None),
            Err(Failure::OtherPerson) => return true,
            Err(Failure::OldResponse) => self.unauthorized = 0,
            Err(Failure::Api(error)) if is_from_intermediary(error) => {
                self.unauthorized = if rejects_session(error) { self.unauthorized + 1 } else { 0 };
                return self.unauthorized >= SIGN_IN_HELPS_AFTER;
            }
            Err(_) => {}
        }
        false
    }

    /// Forgets which routes seemed blocked.
    pub(super) fn forget_blocked_routes(&mut self) {
        self.intermediary.clear();
    }
}

/// Whether an intermediary responded. No response of the API is too large.
fn is_from_intermediary(error: &ApiError) -> bool {
    matches!(error.kind, ApiErrorKind::Intermediary | ApiErrorKind::TooLarge)
}

/// Whether an intermediary rejected the session or kept it from being renewed.
fn rejects_session(error: &ApiError) -> bool {
    error.http_status == Some(401) || error.in_renewal && error.kind == ApiErrorKind::Intermediary
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use lapel_api::Delivery;

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
    fn a_route_counts_as_blocked_after_three_responses_in_a_row_that_are_not_the_apis_own() {
        let mut counters = Counters::default();
        let between = error(ApiErrorKind::Intermediary, None);
        let blocked: Vec<bool> = (0..4).map(|_| counters.note_outcome(Route::Update, &between)).collect();
        assert_eq!(blocked, [false, false, true, true]);
        assert!(!counters.note_outcome(Route::Upload, &between), "routes are counted separately");
        let in_renewal = between.clone().map_err(|error| ApiError { in_renewal: true, ..error });
        assert!(!counters.note_outcome(Route::Update, &in_renewal), "a failed renewal says nothing about the route");
        // A broken connection or a busy server changes nothing; a response of the API resets the count.
        for kind in [ApiErrorKind::Network, ApiErrorKind::Transient, ApiErrorKind::Changed, ApiErrorKind::Redirected] {
            assert!(!counters.note_outcome(Route::Update, &error(kind, None)), "{kind:?}");
        }
        assert!(counters.note_outcome(Route::Update, &between));
        assert!(!counters.note_outcome(Route::Update, &error(ApiErrorKind::Rejected, Some(5120))));
        assert!(!counters.note_outcome(Route::Update, &between));
    }

    #[test]
    fn a_value_that_is_not_stored_is_sent_three_times_in_each_of_two_syncs_and_then_rejected() {
        let mut counters = Counters::default();
        let seen: Vec<NotKept> = (0..7).map(|_| counters.note_not_kept("a", Field::FirstName)).collect();
        use NotKept::{Reject, SendLater, SendNow};
        assert_eq!(seen, [SendNow, SendNow, SendLater, SendNow, SendNow, Reject, Reject]);
        assert_eq!(counters.note_not_kept("b", Field::FirstName), SendNow);
        assert_eq!(counters.note_not_kept("a", Field::LastName), SendNow, "fields are counted separately");
    }

    #[test]
    fn signing_in_again_is_offered_after_the_third_rejection_by_an_intermediary() {
        let mut counters = Counters::default();
        let response = |kind, http_status| {
            let failed = error(kind, None).map_err(|error| ApiError { http_status: Some(http_status), ..error });
            failed.map_err(Failure::from)
        };
        let refusal = response(ApiErrorKind::Intermediary, 401);
        let offered: Vec<bool> = (0..3).map(|_| counters.note_sync(&refusal)).collect();
        assert_eq!(offered, [false, false, true]);
        // Without a network it does not help, and the count stays.
        assert!(!counters.note_sync(&error(ApiErrorKind::Network, None).map_err(Failure::from)));
        assert!(counters.note_sync(&refusal));
        assert!(!counters.note_sync(&Ok(())));
        assert!(!counters.note_sync(&refusal));
        // Another status says nothing about the session.
        assert!(!counters.note_sync(&Ok(())));
        for status in [401, 401, 403, 401, 401] {
            assert!(!counters.note_sync(&response(ApiErrorKind::Intermediary, status)), "not three in a row");
        }
        assert!(counters.note_sync(&Err(Failure::OtherPerson)));
    }

    #[test]
    fn an_older_response_is_not_believed_for_five_minutes() {
        let mut counters = Counters::default();
        let old: Vec<bool> = [0, 1, 299_999, 300_000].map(|now| counters.note_age(true, now)).into();
        assert_eq!(old, [true, true, true, false]);
        assert!(counters.note_age(true, 300_001), "the five minutes start again");
        assert!(!counters.note_age(false, 300_002));
        assert!(counters.note_age(true, 900_000), "the five minutes start again");
        assert!(!counters.note_age(true, 0), "a clock that was set back ends the distrust");
    }
}
