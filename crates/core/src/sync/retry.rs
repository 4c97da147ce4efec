//! Schedules the next automatic sync: after a failure with backoff, and at once if the network changes or the window
//! comes to the front, but never before the time in the server's `Retry-After`.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::app::{App, Clock, Inner};
use crate::deadline::Deadline;

/// Returns the local addresses that this computer uses to reach other networks; empty without a network. A different
/// result means that the network has changed.
pub type NetworkProbe = Arc<dyn Fn() -> Vec<IpAddr> + Send + Sync>;

/// How often the network is checked while a retry is scheduled.
const NETWORK_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// A profile read more recently than this is not read again when the window comes to the front.
const RECENT_READ: Duration = Duration::from_secs(30);

/// The time of the next try is shown only if the wait is at least this long.
const MIN_SHOWN_WAIT: Duration = Duration::from_secs(10);

/// The waits between automatic retries.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The wait after the first failure. Each further failure doubles it.
    pub first: Duration,
    /// The maximum wait, before jitter.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), max: Duration::from_secs(60) }
    }
}

impl Backoff {
    /// The wait after this many failures in a row. `jitter`, from 0 to 1, adds up to a quarter, so that the apps do
    /// not all reconnect to a recovered server at the same time.
    fn wait(self, failures: u32, jitter: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        doubled.min(self.max).mul_f64(1.0 + jitter / 4.0)
    }
}

/// The past failures and the next retry of the session.
#[derive(Default)]
pub(crate) struct RetryScheduler {
    failures: u32,
    /// No automatic sync starts before this time, which the server has set (`Retry-After`).
    not_before: Option<Deadline>,
    /// When the latest sync succeeded; none if it failed.
    read_at: Option<Instant>,
    waiter: Option<AbortHandle>,
}

impl App {
    /// The window has come to the front. Starts a sync, because the shown profile may be outdated and the network may
    /// be back.
    pub fn come_forward(&self) {
        let (session, failed) = {
            let state = self.inner.state();
            (state.session.is_some(), state.error.is_some())
        };
        let was_read_recently = self.inner.retry_scheduler().read_at.is_some_and(|at| at.elapsed() < RECENT_READ);
        if session && (failed || !was_read_recently) {
            self.inner.start_sync_when_allowed();
        }
    }
}

impl Inner {
    pub(super) fn retry_scheduler(&self) -> MutexGuard<'_, RetryScheduler> {
        self.retry_scheduler.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Resets the backoff, because the user did something that needs a sync.
    pub(crate) fn reset_backoff(&self) {
        self.retry_scheduler().failures = 0;
    }

    /// Starts a sync, unless the server's `Retry-After` has not passed. The scheduled retry does the work then.
    pub(crate) fn start_sync_when_allowed(self: &Arc<Self>) {
        self.reset_backoff();
        let now = self.now();
        if self.retry_scheduler().not_before.is_none_or(|time| time.has_passed(now)) {
            self.start_sync();
        }
    }

    /// Schedules the next automatic sync if the last one failed or left an edit to a blocked route. `addresses` are
    /// this computer's addresses at the start of that sync.
    pub(super) fn schedule_retry(self: &Arc<Self>, addresses: Vec<IpAddr>) {
        let (session, error) = {
            let state = self.state();
            (state.session.clone(), state.error.clone())
        };
        let blocked_until = session.as_ref().and_then(|session| self.next_blocked_try(session));
        let now = self.now();
        let mut scheduler = self.retry_scheduler();
        scheduler.abort_waiter();
        let Some((session, error)) = session.zip(error) else {
            *scheduler = RetryScheduler { read_at: Some(Instant::now()), ..RetryScheduler::default() };
            if let Some(until) = blocked_until {
                let wait = Duration::from_millis(u64::try_from(until.saturating_sub(now)).unwrap_or_default());
                scheduler.waiter = Some(self.start_waiter(Deadline::after(wait, now), addresses));
            }
            return;
        };
        let retry_after = error.details.retry_after.map(|seconds| Duration::from_secs(seconds.into()));
        scheduler.failures = scheduler.failures.saturating_add(1);
        scheduler.read_at = None;
        scheduler.not_before = retry_after.map(|wait| Deadline::after(wait, now));
        let wait = self.backoff.wait(scheduler.failures, random_jitter()).max(retry_after.unwrap_or_default());
        scheduler.waiter = Some(self.start_waiter(Deadline::after(wait, now), addresses));
        drop(scheduler);
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let next_try = (wait >= MIN_SHOWN_WAIT).then(|| self.now().saturating_add(millis));
        self.update_for(&session, |state| state.next_try = next_try);
    }

    fn start_waiter(self: &Arc<Self>, due: Deadline, addresses: Vec<IpAddr>) -> AbortHandle {
        let clock = Arc::clone(&self.clock);
        let waiter = tokio::spawn(wait_for_next(Arc::downgrade(self), clock, due, addresses)).abort_handle();
        self.abort_with_session(waiter.clone());
        waiter
    }

    /// Cancels the scheduled retry and resets the backoff, at the end of a session.
    pub(super) fn cancel_retry(&self) {
        let mut scheduler = self.retry_scheduler();
        scheduler.abort_waiter();
        *scheduler = RetryScheduler::default();
    }
}

/// Waits until `due` or a network change, then starts a sync. Holds the app weakly, so that it can be dropped.
async fn wait_for_next(app: Weak<Inner>, clock: Clock, due: Deadline, addresses: Vec<IpAddr>) {
    tokio::select! {
        () = due.wait(&clock) => {}
        () = network_changed(&app, addresses) => {
            let not_before = app.upgrade().and_then(|inner| {
                let mut scheduler = inner.retry_scheduler();
                // Name resolution may not work yet on a new network. With a reset backoff, the next try comes soon.
                scheduler.failures = 0;
                scheduler.not_before
            });
            if let Some(time) = not_before {
                time.wait(&clock).await;
            }
        }
    }
    if let Some(inner) = app.upgrade() {
        inner.start_sync();
    }
}

/// Waits until the addresses differ from `before`. A lost network does not count as a change.
async fn network_changed(app: &Weak<Inner>, mut before: Vec<IpAddr>) {
    loop {
        tokio::time::sleep(NETWORK_CHECK_INTERVAL).await;
        let addresses = app.upgrade().map(|inner| (inner.network_probe)()).unwrap_or_default();
        if addresses != before && !addresses.is_empty() {
            return;
        }
        before = addresses;
    }
}

impl RetryScheduler {
    fn abort_waiter(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            waiter.abort();
        }
    }
}

/// A random number from 0 to 1. The random seed of the standard library's hasher is good enough for jitter.
fn random_jitter() -> f64 {
    f64::from(u16::try_from(RandomState::new().hash_one(()) >> 48).unwrap_or_default()) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_jitter_adds_up_to_a_quarter() {
        let seconds = |failures, jitter| Backoff::default().wait(failures, jitter).as_secs_f64();
        let waits: Vec<f64> = (1..=8).map(|failures| seconds(failures, 0.0)).collect();
        assert_eq!(waits, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]);
        assert_eq!([seconds(1, 1.0), seconds(u32::MAX, 1.0)], [1.25, 75.0]);
        assert!((0..100).all(|_| (0.0..=1.0).contains(&random_jitter())));
    }
}
