//! A moment to wait for, by two clocks. The monotonic one stands still while the computer sleeps, and the wall clock is set
//! by people and jumps: what comes first ends the wait.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::app::Clock;

/// How often the wall clock is looked at: no timer follows it.
const CLOCK_EVERY: Duration = Duration::from_secs(2);

/// A moment in the future.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    monotonic: Instant,
    /// Milliseconds since 1970.
    wall: i64,
}

impl Deadline {
    /// The moment after `wait`; `now` is the time in milliseconds since 1970.
    pub(crate) fn after(wait: Duration, now: i64) -> Self {
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let far = Duration::from_secs(365 * 24 * 60 * 60);
        Self { monotonic: Instant::now() + wait.min(far), wall: now.saturating_add(millis) }
    }

    /// Whether it comes before another one.
    pub(crate) fn is_before(&self, other: &Self) -> bool {
        self.monotonic < other.monotonic
    }

    /// Whether it has come by one of the clocks.
    pub(crate) fn has_passed(&self, now: i64) -> bool {
        Instant::now() >= self.monotonic || now >= self.wall
    }

    /// Waits until it has come.
    pub(crate) async fn wait(self, clock: &Clock) {
        while !self.has_passed(clock()) {
            sleep(CLOCK_EVERY.min(self.monotonic.saturating_duration_since(Instant::now()))).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn either_clock_ends_the_wait() {
        let wall = Arc::new(AtomicI64::new(0));
        let shown = Arc::clone(&wall);
        let clock: Clock = Arc::new(move || shown.load(Ordering::Relaxed));
        let hour = Duration::from_secs(3600);

        // The wall clock is set back: the monotonic one ends it.
        let begun = Instant::now();
        let deadline = Deadline::after(hour, clock());
        wall.store(-1_000_000_000, Ordering::Relaxed);
        deadline.wait(&clock).await;
        assert!((hour..hour + 2 * CLOCK_EVERY).contains(&begun.elapsed()));

        // The computer has slept, or the clock was set ahead.
        let begun = Instant::now();
        let deadline = Deadline::after(hour, clock());
        wall.store(-1_000_000_000 + 3_600_000, Ordering::Relaxed);
        deadline.wait(&clock).await;
        assert!(begun.elapsed() < CLOCK_EVERY);
    }
}
