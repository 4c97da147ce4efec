//! The tokens in use and their renewal: ahead of their end, or after the server refused them; one renewal at a time, and
//! kept before the first use. Which requests need tokens is in `connection`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::ACCEPT;

use crate::exchange::{Load, exchange};
use crate::wire::{millis, read_session, refresh_body};
use crate::{ApiError, ApiErrorKind, Delivery, Endpoint, Http, TokenKeeper, Tokens, envelope, routes};

/// How long before its end an access token is renewed, in milliseconds; less for one that lives shorter.
const AHEAD: i64 = 60_000;

/// The tokens of one generation; each renewal makes the next.
pub(crate) struct Held {
    pub(crate) tokens: Tokens,
    generation: u64,
    due: Option<Due>,
}

/// When to renew. Either clock may be wrong: the monotonic one stands still while the computer sleeps, the other one is
/// set by people.
struct Due {
    monotonic: Instant,
    /// Milliseconds since 1970.
    wall: i64,
}

impl Held {
    fn new(tokens: Tokens, generation: u64) -> Self {
        let due = tokens.access_expires_at.filter(|_| tokens.refresh.is_some()).and_then(|end| {
            let remaining = end.saturating_sub(millis(SystemTime::now())).max(0);
            let ahead = AHEAD.min(remaining / 3);
            let wait = Duration::from_millis(u64::try_from(remaining - ahead).ok()?);
            Some(Due { monotonic: Instant::now().checked_add(wait)?, wall: end - ahead })
        });
        Self { tokens, generation, due }
    }

    fn is_due(&self) -> bool {
        self.due.as_ref().is_some_and(|due| Instant::now() >= due.monotonic || millis(SystemTime::now()) >= due.wall)
    }
}

/// The session of a connection.
pub(crate) struct Session {
    held: Mutex<Arc<Held>>,
    renewing: tokio::sync::Mutex<LastFailure>,
    /// How many renewals have come to an end.
    finished: AtomicU64,
    keeper: Arc<dyn TokenKeeper>,
}

#[derive(Default)]
struct LastFailure {
    error: Option<ApiError>,
    /// Whether the server refused to renew: it will not think better of it.
    final_word: bool,
}

impl Session {
    pub(crate) fn new(tokens: Tokens, keeper: Arc<dyn TokenKeeper>) -> Self {
        Self {
            held: Mutex::new(Arc::new(Held::new(tokens, 0))),
            renewing: tokio::sync::Mutex::default(),
            finished: AtomicU64::new(0),
            keeper,
        }
    }

    fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tokens to send a request with, renewed where they end soon.
    pub(crate) async fn usable(&self, http: &Http, endpoint: &Endpoint) -> Result<Arc<Held>, ApiError> {
        let held = self.held();
        if held.is_due() { self.renew(http, endpoint, &held).await } else { Ok(held) }
    }

    /// Newer tokens than those that were used. Whoever waits for a renewal shares its outcome, also its failure: behind
    /// a dead network each of many requests would otherwise wait for a time limit of its own.
    ///
    /// May be dropped at any point: a refresh token stays valid until what it was exchanged for is used (contract:
    /// refresh).
    pub(crate) async fn renew(&self, http: &Http, endpoint: &Endpoint, used: &Held) -> Result<Arc<Held>, ApiError> {
        let finished_before = self.finished.load(Ordering::Acquire);
        let mut last_failure = self.renewing.lock().await;
        let held = self.held();
        if held.generation != used.generation {
            return Ok(held);
        }
        let shared = last_failure.final_word || self.finished.load(Ordering::Acquire) != finished_before;
        if let Some(error) = last_failure.error.as_ref().filter(|_| shared) {
            return Err(error.clone());
        }
        let outcome = request(http, endpoint, &held.tokens).await;
        self.finished.fetch_add(1, Ordering::AcqRel);
        match outcome {
            Ok(tokens) => {
                if let Err(error) = self.keeper.keep(&tokens).await {
                    tracing::warn!(%error, "the renewed tokens stay in memory only");
                }
                *last_failure = LastFailure::default();
                let fresh = Arc::new(Held::new(tokens, held.generation + 1));
                *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
                Ok(fresh)
            }
            Err(error) => {
                let final_word = error.kind == ApiErrorKind::SignedOut;
                *last_failure = LastFailure { error: Some(error.clone()), final_word };
                Err(error)
            }
        }
    }
}

async fn request(http: &Http, endpoint: &Endpoint, tokens: &Tokens) -> Result<Tokens, ApiError> {
    let Some(refresh) = &tokens.refresh else {
        return Err(ApiError::new(ApiErrorKind::SignedOut, Delivery::NotSent));
    };
    let request = http
        .client(endpoint)
        .post(routes::refresh(endpoint))
        .header(ACCEPT, "application/json")
        .json(&refresh_body(refresh));
    let reply = exchange(request, http, Load::Document).await?;
    let mut data = envelope::data(&reply).map_err(refused)?;
    let mut renewed = read_session(&mut data, envelope::server_time(reply.date.as_deref()))
        .ok_or_else(|| envelope::unreadable(&reply))?;
    // A server that does not rotate refresh tokens need not repeat the one it has.
    renewed.refresh = renewed.refresh.or_else(|| Some(refresh.clone()));
    tracing::info!("the session was renewed");
    Ok(renewed)
}

/// A refused renewal ends the session, however the server words it. A busy server or a broken connection does not.
fn refused(error: ApiError) -> ApiError {
    match error.kind {
        ApiErrorKind::SignedOut
        | ApiErrorKind::WrongCredentials
        | ApiErrorKind::Forbidden
        | ApiErrorKind::Missing { .. }
        | ApiErrorKind::Rejected => ApiError { kind: ApiErrorKind::SignedOut, ..error },
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::Secret;

    fn held(remaining: Option<i64>, refresh: bool) -> Held {
        let tokens = Tokens {
            access: Secret::new("a".into()),
            access_expires_at: remaining.map(|remaining| millis(SystemTime::now()).saturating_add(remaining)),
            refresh: refresh.then(|| Secret::new("r".into())),
        };
        Held::new(tokens, 0)
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
