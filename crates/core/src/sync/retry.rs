//! When the next sync starts automatically: after a failure with growing waits, at once when the network changes or the window
//! comes forward, and never before the time that the server has asked for.

use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::scheduler::RetryScheduler;
use super::service::SyncService;
use crate::kernel::backoff::random;
use crate::kernel::deadline::Deadline;
use crate::kernel::sync_handle::StartSync;

/// How often the network is probed while a sync waits for it.
const PROBE_INTERVAL: Duration = Duration::from_secs(2);

/// The shortest wait that is shown.
const LONG_WAIT: Duration = Duration::from_secs(10);

impl SyncService {
    /// Schedules the next sync after a failed one, or after one that has left edits with a blocked route. `addresses` is what
    /// the network probe returned when the sync began.
    pub(super) fn schedule_retry(&self, addresses: Vec<IpAddr>) {
        let (session, error) = {
            let state = self.state.read();
            (state.session.clone(), state.error.clone())
        };
        let blocked_until = session.as_ref().and_then(|session| self.next_blocked_try(session));
        let now = self.now();
        let mut scheduler = self.scheduler.lock();
        scheduler.cancel();
        let Some((session, error)) = session.zip(error) else {
            *scheduler = RetryScheduler { succeeded_at: Some(Instant::now()), ..RetryScheduler::default() };
            if let Some(until) = blocked_until {
                let wait = Duration::from_millis(u64::try_from(until.saturating_sub(now)).unwrap_or_default());
                scheduler.waiter = Some(self.spawn_waiter(Deadline::after(wait, now), addresses));
            }
            return;
        };
        let requested_wait = error.retry_after();
        scheduler.failures = scheduler.failures.saturating_add(1);
        scheduler.succeeded_at = None;
        scheduler.not_before = requested_wait.map(|wait| Deadline::after(wait, now));
        let wait = self.backoff.wait(scheduler.failures, random()).max(requested_wait.unwrap_or_default());
        scheduler.waiter = Some(self.spawn_waiter(Deadline::after(wait, now), addresses));
        drop(scheduler);
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let next_try = (wait >= LONG_WAIT).then(|| self.now().saturating_add(millis));
        self.state.update_for(&session, |state| state.next_try = next_try);
    }

    fn spawn_waiter(&self, due: Deadline, addresses: Vec<IpAddr>) -> AbortHandle {
        self.tasks.spawn(wait_and_start(self.this.clone(), due, addresses))
    }
}

/// Waits for the next retry and starts it. Holds the service weakly, so that it does not keep a closed app alive.
async fn wait_and_start(service: Weak<SyncService>, due: Deadline, addresses: Vec<IpAddr>) {
    let Some(clock) = service.upgrade().map(|service| Arc::clone(&service.clock)) else { return };
    tokio::select! {
        () = due.wait(&clock) => {}
        () = network_changed(&service, addresses) => {
            let not_before = service.upgrade().and_then(|service| {
                let mut scheduler = service.scheduler.lock();
                // Name resolution may still fail right after the network has changed, so the next wait is short again.
                scheduler.failures = 0;
                scheduler.not_before
            });
            if let Some(time) = not_before {
                time.wait(&clock).await;
            }
        }
    }
    if let Some(service) = service.upgrade() {
        StartSync::start(&*service);
    }
}

/// Waits until this computer has other addresses than `before`. The loss of all addresses is not worth a retry.
async fn network_changed(service: &Weak<SyncService>, mut before: Vec<IpAddr>) {
    loop {
        tokio::time::sleep(PROBE_INTERVAL).await;
        let now = service.upgrade().map(|service| (service.network_probe)()).unwrap_or_default();
        if now != before && !now.is_empty() {
            return;
        }
        before = now;
    }
}
