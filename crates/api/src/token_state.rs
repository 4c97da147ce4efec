//! The current tokens of a session and the decision when to renew them. `session` shares this state between requests;
//! `renewal` renews the tokens.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

use crate::wire::millis;
use crate::{ApiError, Tokens};

/// How long before its expiry an access token is renewed, in milliseconds. A token with less than three
/// minutes left is renewed after two thirds of that time.
const RENEW_EARLY_MILLIS: i64 = 60_000;

/// The result that all requests waiting for the same renewal receive.
pub(crate) type RenewalResult = Result<Arc<SessionTokens>, ApiError>;

/// A running renewal; receives the result when it ends.
pub(crate) type Renewal = watch::Receiver<Option<RenewalResult>>;

/// The tokens of one generation. Each renewal creates the next generation.
pub(crate) struct SessionTokens {
    pub(crate) tokens: Tokens,
    /// Whether another process obtained them and this process loaded them from the keyring.
    pub(crate) from_other_process: bool,
    pub(crate) generation: u64,
    due: Option<Due>,
}

/// When to renew, by two clocks: the monotonic clock may stop while the computer sleeps, and users can change the
/// wall clock. The renewal is due as soon as either clock says so.
struct Due {
    monotonic: Instant,
    /// Milliseconds since 1970.
    wall: i64,
}

impl SessionTokens {
    fn new(tokens: Tokens) -> Self {
        let due = tokens.access_expires_at.filter(|_| tokens.refresh.is_some()).and_then(|expires_at| {
            let remaining = expires_at.saturating_sub(millis(SystemTime::now())).max(0);
            let early = RENEW_EARLY_MILLIS.min(remaining / 3);
            let wait = Duration::from_millis(u64::try_from(remaining - early).ok()?);
            Some(Due { monotonic: Instant::now().checked_add(wait)?, wall: expires_at - early })
        });
        Self { tokens, from_other_process: false, generation: 0, due }
    }

    pub(crate) fn next_generation(&self, tokens: Tokens, from_other_process: bool) -> Self {
        Self { from_other_process, generation: self.generation + 1, ..Self::new(tokens) }
    }

    pub(crate) fn is_due(&self) -> bool {
        self.due.as_ref().is_some_and(|due| Instant::now() >= due.monotonic || millis(SystemTime::now()) >= due.wall)
    }
}

pub(crate) struct SessionState {
    pub(crate) current: Arc<SessionTokens>,
    /// The running renewal.
    pub(crate) renewal: Option<Renewal>,
    /// The error with which the server refused a renewal. This is final.
    pub(crate) refusal: Option<ApiError>,
}

impl SessionState {
    pub(crate) fn new(tokens: Tokens) -> Self {
        Self { current: Arc::new(SessionTokens::new(tokens)), renewal: None, refusal: None }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::Secret;

    fn session_tokens(remaining: Option<i64>, refresh: bool) -> SessionTokens {
        let tokens = Tokens {
            access: Secret::new("a".into()),
            access_expires_at: remaining.map(|remaining| millis(SystemTime::now()).saturating_add(remaining)),
            refresh: refresh.then(|| Secret::new("r".into())),
        };
        SessionTokens::new(tokens)
    }

    #[test]
    fn renewal_is_due_a_minute_early_or_after_two_thirds_of_a_short_lifetime() {
        for (remaining, wait) in [(3_600_000, 3_540_000), (180_000, 120_000), (90_000, 60_000), (30_000, 20_000)] {
            let due = session_tokens(Some(remaining), true).due.unwrap();
            let actual_wait = due.monotonic.duration_since(Instant::now()).as_millis();
            assert!((wait - 5_000..=wait).contains(&actual_wait), "{remaining}: {actual_wait}");
        }
        assert!(session_tokens(Some(-1), true).is_due());
        assert!(session_tokens(Some(0), true).is_due());
        assert!(!session_tokens(Some(90_000), true).is_due());
    }

    #[test]
    fn renewal_is_not_due_without_a_known_expiry_or_a_refresh_token() {
        assert!(!session_tokens(None, true).is_due());
        assert!(!session_tokens(Some(-1), false).is_due());
        assert!(!session_tokens(Some(i64::MAX), true).is_due());
    }

    #[test]
    fn a_clock_that_jumps_ahead_makes_renewal_due() {
        let mut tokens = session_tokens(Some(3_600_000), true);
        tokens.due.as_mut().unwrap().wall = millis(SystemTime::now()) - 1;
        assert!(tokens.is_due());
    }
}
