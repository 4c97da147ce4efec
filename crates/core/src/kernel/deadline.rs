//! A deadline measured with two clocks. The monotonic clock may stop while the computer sleeps, and the wall clock
//! may be changed by the user. The wait ends when the first of them reaches the deadline.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Returns the time in milliseconds since 1970 by this computer's clock, which may be wrong and may go backwards.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How often the wall clock is checked. Timers follow the monotonic clock only.
const CLOCK_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// A point in time to wait for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    monotonic: Instant,
    /// Milliseconds since 1970.
    wall: i64,
}

impl Deadline {
    /// The deadline after `wait`. `now` is the wall clock in milliseconds since 1970.
    pub(crate) fn after(wait: Duration, now: i64) -> Self {
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let max_wait = Duration::from_secs(365 * 24 * 60 * 60);
        Self { monotonic: Instant::now() + wait.min(max_wait), wall: now.saturating_add(millis) }
    }

    pub(crate) fn is_before(&self, other: &Self) -> bool {
        self.monotonic < other.monotonic
    }

    /// Whether it has passed by either clock.
    pub(crate) fn has_passed(&self, now: i64) -> bool {
        Instant::now() >= self.monotonic || now >= self.wall
    }

    pub(crate) async fn wait(self, clock: &Clock) {
        while !self.has_passed(clock()) {
            sleep(CLOCK_CHECK_INTERVAL.min(self.monotonic.saturating_duration_since(Instant::now()))).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn either_clock_ends_the_wait() {
        let wall = Arc::new(AtomicI64::new(0));
        let clock_time = Arc::clone(&wall);
        let clock: Clock = Arc::new(move || clock_time.load(Ordering::Relaxed));
        let hour = Duration::from_secs(3600);

        // The wall clock is set back: the monotonic clock ends the wait.
        let started = Instant::now();
        let deadline = Deadline::after(hour, clock());
        wall.store(-1_000_000_000, Ordering::Relaxed);
        deadline.wait(&clock).await;
        assert!((hour..hour + 2 * CLOCK_CHECK_INTERVAL).contains(&started.elapsed()));

        // The computer slept, or the wall clock was set ahead: the wall clock ends the wait.
        let started = Instant::now();
        let deadline = Deadline::after(hour, clock());
        wall.store(-1_000_000_000 + 3_600_000, Ordering::Relaxed);
        deadline.wait(&clock).await;
        assert!(started.elapsed() < CLOCK_CHECK_INTERVAL);
    }
}
