//! When the next exchange comes by itself: after a failure sooner or later, at once where the network changes or the window
//! comes forward, and never before the time that a server has named.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::app::{App, Clock, Inner};
use crate::deadline::Deadline;

/// This computer's addresses that lead beyond it: another answer means another network, or the first one again.
pub type NetworkProbe = Arc<dyn Fn() -> Vec<IpAddr> + Send + Sync>;

/// How often the network is looked at while something waits for it.
const WAYS_EVERY: Duration = Duration::from_secs(2);

/// What was read so shortly before the window comes forward is not read again.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// A wait that is worth a word: below it the next try has come before anybody has read of it.
const LONG_WAIT: Duration = Duration::from_secs(10);

/// How long the app waits between its tries.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// After the first failure; each further one doubles it.
    pub first: Duration,
    /// At most, before jitter.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), max: Duration::from_secs(60) }
    }
}

impl Backoff {
    /// The wait after so many failures in a row. `jitter`, from 0 to 1, adds up to a quarter, so that the many apps that
    /// lost a server do not all come back to it in the same moment.
    fn wait(self, failures: u32, jitter: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        doubled.min(self.max).mul_f64(1.0 + jitter / 4.0)
    }
}

/// What is known of tries in the past, and the one to come. Ends with the session.
#[derive(Default)]
pub(crate) struct RetryScheduler {
    failures: u32,
    /// Nothing is asked by itself before: the server has said so.
    not_before: Option<Deadline>,
    /// When the server was last read without a failure.
    read_at: Option<Instant>,
    waiter: Option<AbortHandle>,
}

impl App {
    /// The window has come forward: what is shown may have been overtaken, and a network may be back.
    pub fn come_forward(&self) {
        let (session, failed) = {
            let state = self.inner.state();
            (state.session.is_some(), state.error.is_some())
        };
        let read_now = self.inner.retry_scheduler().read_at.is_some_and(|at| at.elapsed() < FRESH_FOR);
        if session && (failed || !read_now) {
            self.inner.start_sync_when_allowed();
        }
    }
}

impl Inner {
    pub(super) fn retry_scheduler(&self) -> MutexGuard<'_, RetryScheduler> {
        self.retry_scheduler.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A person has done something that asks for an exchange: the tries begin anew, and do not come later for it.
    pub(crate) fn forget_failures(&self) {
        self.retry_scheduler().failures = 0;
    }

    /// Starts an exchange, unless the server has named a time that has not come: then the next one does it.
    pub(crate) fn start_sync_when_allowed(self: &Arc<Self>) {
        self.forget_failures();
        let now = self.now();
        if self.retry_scheduler().not_before.is_none_or(|time| time.has_passed(now)) {
            self.start_sync();
        }
    }

    /// Lets the next exchange come by itself, where the last one has failed or has left something to a blocked route. `ways`
    /// led out of this computer when it began.
    pub(super) fn schedule_retry(self: &Arc<Self>, ways: Vec<IpAddr>) {
        let (session, error) = {
            let state = self.state();
            (state.session.clone(), state.error.clone())
        };
        let blocked_until = session.as_ref().and_then(|session| self.next_blocked_try(session));
        let now = self.now();
        let mut scheduler = self.retry_scheduler();
        scheduler.end_waiter();
        let Some((session, error)) = session.zip(error) else {
            *scheduler = RetryScheduler { read_at: Some(Instant::now()), ..RetryScheduler::default() };
            if let Some(until) = blocked_until {
                let wait = Duration::from_millis(u64::try_from(until.saturating_sub(now)).unwrap_or_default());
                scheduler.waiter = Some(self.start_waiter(Deadline::after(wait, now), ways));
            }
            return;
        };
        let asked_for = error.details.retry_after.map(|seconds| Duration::from_secs(seconds.into()));
        scheduler.failures = scheduler.failures.saturating_add(1);
        scheduler.read_at = None;
        scheduler.not_before = asked_for.map(|wait| Deadline::after(wait, now));
        let wait = self.backoff.wait(scheduler.failures, random()).max(asked_for.unwrap_or_default());
        scheduler.waiter = Some(self.start_waiter(Deadline::after(wait, now), ways));
        drop(scheduler);
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let next_try = (wait >= LONG_WAIT).then(|| self.now().saturating_add(millis));
        self.update_for(&session, |state| state.next_try = next_try);
    }

    fn start_waiter(self: &Arc<Self>, due: Deadline, ways: Vec<IpAddr>) -> AbortHandle {
        let clock = Arc::clone(&self.clock);
        let waiter = tokio::spawn(wait_for_next(Arc::downgrade(self), clock, due, ways)).abort_handle();
        self.abort_with_session(waiter.clone());
        waiter
    }

    /// Forgets what is known of tries, at the end of a session.
    pub(super) fn cancel_retry(&self) {
        let mut scheduler = self.retry_scheduler();
        scheduler.end_waiter();
        *scheduler = RetryScheduler::default();
    }
}

/// Waits for the next try. An app that is gone is not kept alive by it.
async fn wait_for_next(app: Weak<Inner>, clock: Clock, due: Deadline, ways: Vec<IpAddr>) {
    tokio::select! {
        () = due.wait(&clock) => {}
        () = network_changed(&app, ways) => {
            let not_before = app.upgrade().and_then(|inner| {
                let mut scheduler = inner.retry_scheduler();
                // Names may not be known yet in the first moments of a network: soon again, if need be.
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

/// Waits until there is another network than `before`. One that was lost is not worth a try.
async fn network_changed(app: &Weak<Inner>, mut before: Vec<IpAddr>) {
    loop {
        tokio::time::sleep(WAYS_EVERY).await;
        let now = app.upgrade().map(|inner| (inner.network_probe)()).unwrap_or_default();
        if now != before && !now.is_empty() {
            return;
        }
        before = now;
    }
}

impl RetryScheduler {
    fn end_waiter(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            waiter.abort();
        }
    }
}

/// From 0 to 1. The hashes of the standard library start from a random place; nothing here needs more.
fn random() -> f64 {
    f64::from(u16::try_from(RandomState::new().hash_one(()) >> 48).unwrap_or_default()) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_differ_by_a_quarter() {
        let seconds = |failures, jitter| Backoff::default().wait(failures, jitter).as_secs_f64();
        let waits: Vec<f64> = (1..=8).map(|failures| seconds(failures, 0.0)).collect();
        assert_eq!(waits, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]);
        assert_eq!([seconds(1, 1.0), seconds(u32::MAX, 1.0)], [1.25, 75.0]);
        assert!((0..100).all(|_| (0.0..=1.0).contains(&random())));
    }
}
