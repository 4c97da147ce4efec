//! Past failures and the next retry of one session.

use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::kernel::deadline::Deadline;

/// A profile that was read so recently is not read again when the window comes forward.
const RECENT: Duration = Duration::from_secs(30);

/// Past failures and the next retry of one session.
#[derive(Default)]
pub(super) struct RetryScheduler {
    pub(super) failures: u32,
    /// The server has asked for no automatic request before this time.
    pub(super) not_before: Option<Deadline>,
    /// When the last sync succeeded.
    pub(super) succeeded_at: Option<Instant>,
    pub(super) waiter: Option<AbortHandle>,
}

impl RetryScheduler {
    /// A person has asked for a sync: the next wait is short again.
    pub(super) fn reset_failures(&mut self) {
        self.failures = 0;
    }

    /// Resets the failures, and returns whether a sync may start now. If not, the scheduled retry starts it later.
    pub(super) fn allow_now(&mut self, now: i64) -> bool {
        self.reset_failures();
        self.not_before.is_none_or(|time| time.has_passed(now))
    }

    /// Whether the profile was read so recently that no sync is needed when the window comes forward.
    pub(super) fn was_read_recently(&self) -> bool {
        self.succeeded_at.is_some_and(|at| at.elapsed() < RECENT)
    }

    /// Cancels the scheduled retry.
    pub(super) fn cancel(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            waiter.abort();
        }
    }
}
