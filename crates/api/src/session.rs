//! The tokens in use, and when they are to be renewed. The renewal itself is in `renewal`; which requests need tokens is in
//! `connection`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::renewal::Renewal;
use crate::wire::millis;
use crate::{ApiError, Endpoint, Http, TokenStore, Tokens};

/// How long before its end an access token is renewed, in milliseconds; less for one that lives shorter.
const AHEAD: i64 = 60_000;

/// The tokens of one generation; each renewal makes the next.
pub(crate) struct SessionTokens {
    pub(crate) tokens: Tokens,
    /// Whether another process got them from the server, and this one found them in the keyring.
    pub(crate) of_another_process: bool,
    pub(crate) generation: u64,
    due: Option<Due>,
}

/// When to renew. Either clock may be wrong: the monotonic one stands still while the computer sleeps, the other one is
/// set by people.
struct Due {
    monotonic: Instant,
    /// Milliseconds since 1970.
    wall: i64,
}

impl SessionTokens {
    fn new(tokens: Tokens) -> Self {
        let due = tokens.access_expires_at.filter(|_| tokens.refresh.is_some()).and_then(|end| {
            let remaining = end.saturating_sub(millis(SystemTime::now())).max(0);
            let ahead = AHEAD.min(remaining / 3);
            let wait = Duration::from_millis(u64::try_from(remaining - ahead).ok()?);
            Some(Due { monotonic: Instant::now().checked_add(wait)?, wall: end - ahead })
        });
        Self { tokens, of_another_process: false, generation: 0, due }
    }

    /// The tokens that follow these.
    pub(crate) fn followed_by(&self, tokens: Tokens, of_another_process: bool) -> Self {
        Self { of_another_process, generation: self.generation + 1, ..Self::new(tokens) }
    }

    pub(crate) fn is_due(&self) -> bool {
        self.due.as_ref().is_some_and(|due| Instant::now() >= due.monotonic || millis(SystemTime::now()) >= due.wall)
    }
}

/// The session of a connection.
pub(crate) struct Session {
    pub(crate) http: Http,
    pub(crate) endpoint: Endpoint,
    pub(crate) token_store: Arc<dyn TokenStore>,
    present: Mutex<Present>,
}

/// How the session stands.
pub(crate) struct Present {
    pub(crate) held: Arc<SessionTokens>,
    /// The one that is on its way.
    pub(crate) renewal: Option<Renewal>,
    /// Why the server has refused to renew: this is final.
    pub(crate) refused: Option<ApiError>,
}

impl Session {
    pub(crate) fn new(http: Http, endpoint: Endpoint, tokens: Tokens, token_store: Arc<dyn TokenStore>) -> Self {
        let present = Present { held: Arc::new(SessionTokens::new(tokens)), renewal: None, refused: None };
        Self { http, endpoint, token_store, present: Mutex::new(present) }
    }

    pub(crate) fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.present().refused.is_some()
    }

    /// Tokens to send a request with, renewed where they end soon.
    pub(crate) async fn usable(self: &Arc<Self>) -> Result<Arc<SessionTokens>, ApiError> {
        let held = Arc::clone(&self.present().held);
        if held.is_due() { self.renew(&held).await } else { Ok(held) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::Secret;

    fn held(remaining: Option<i64>, refresh: bool) -> SessionTokens {
        let tokens = Tokens {
            access: Secret::new("a".into()),
            access_expires_at: remaining.map(|remaining| millis(SystemTime::now()).saturating_add(remaining)),
            refresh: refresh.then(|| Secret::new("r".into())),
        };
        SessionTokens::new(tokens)
    }

    #[test]
    fn renewal_is_due_a_minute_ahead_or_a_third_of_a_short_life() {
        for (remaining, wait) in [(3_600_000, 3_540_000), (180_000, 120_000), (90_000, 60_000), (30_000, 20_000)] {
            let due = held(Some(remaining), true).due.unwrap();
            let until = due.monotonic.duration_since(Instant::now()).as_millis();
            assert!((wait - 5_000..=wait).contains(&until), "{remaining}: {until}");
        }
        assert!(held(Some(-1), true).is_due());
        assert!(held(Some(0), true).is_due());
        assert!(!held(Some(90_000), true).is_due());
    }

    #[test]
    fn nothing_is_due_where_nobody_knows_the_end_or_nothing_can_be_renewed() {
        assert!(!held(None, true).is_due());
        assert!(!held(Some(-1), false).is_due());
        assert!(!held(Some(i64::MAX), true).is_due());
    }

    #[test]
    fn a_clock_that_jumps_ahead_makes_renewal_due() {
        let mut held = held(Some(3_600_000), true);
        held.due.as_mut().unwrap().wall = millis(SystemTime::now()) - 1;
        assert!(held.is_due());
    }
}
