//! The waits of a running batch: all rows wait as long as a busy server asks for.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

use super::service::TeamService;
use crate::kernel::deadline::Deadline;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::{Cancellation, Misuse};
use crate::views::BatchState;

/// The longest wait for a busy server, even if it asks for more. After it, the server is asked again.
const MAX_WAIT: Duration = Duration::from_secs(60 * 60);

/// Makes the rows of a run wait.
#[derive(Clone)]
pub(super) struct Pause {
    service: Arc<TeamService>,
    batch: Uuid,
    /// The time until which all rows wait.
    until: watch::Sender<Option<Deadline>>,
    cancelled: watch::Receiver<bool>,
}

impl TeamService {
    /// Ends the wait of the batch. Returns whether it was waiting.
    pub(super) fn end_pause(&self) -> Result<bool, Failure> {
        self.batch.update(|batch| {
            let is_waiting = batch.state == BatchState::Waiting;
            if is_waiting {
                batch.state = BatchState::Running;
                batch.waits_until = None;
                batch.pause.send_replace(None);
            }
            Ok(is_waiting)
        })
    }
}

impl Pause {
    pub(super) fn new(
        service: Arc<TeamService>,
        batch: Uuid,
        until: watch::Sender<Option<Deadline>>,
        cancelled: watch::Receiver<bool>,
    ) -> Self {
        Self { service, batch, until, cancelled }
    }

    /// Makes all rows wait, because the server has asked for it.
    pub(super) fn pause(&self, wait: Duration) {
        let (wait, now) = (wait.min(MAX_WAIT), self.service.now());
        let until = Deadline::after(wait, now);
        let is_later = self.until.send_if_modified(|pause| {
            let is_later = pause.is_none_or(|before| before.is_before(&until));
            if is_later {
                *pause = Some(until);
            }
            is_later
        });
        if is_later {
            self.show(
                BatchState::Waiting,
                Some(now.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))),
            );
        }
    }

    /// Waits as long as the server has asked for, or until the user wants to try again. Fails if the batch is cancelled in the
    /// meantime.
    pub(super) async fn wait(&self) -> Result<(), Failure> {
        let (mut cancelled, mut changes) = (self.cancelled.clone(), self.until.subscribe());
        loop {
            let until = *changes.borrow_and_update();
            let Some(until) = until.filter(|until| !until.has_passed(self.service.now())) else { return Ok(()) };
            tokio::select! {
                () = until.wait(&self.service.clock) => self.show(BatchState::Running, None),
                _ = changes.changed() => {}
                _ = cancelled.wait_for(|cancelled| *cancelled) => return Err(Cancellation::Batch.into()),
            }
        }
    }

    fn show(&self, state: BatchState, waits_until: Option<i64>) {
        let shown = self.service.batch.update(|batch| {
            if batch.id != self.batch {
                return Err(Misuse::NoBatch.into());
            }
            batch.state = state;
            batch.waits_until = waits_until;
            Ok(())
        });
        shown.unwrap_or_else(|error| tracing::debug!(%error, "another batch has taken the place of this one"));
    }
}
