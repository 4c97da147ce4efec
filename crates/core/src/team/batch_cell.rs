//! The batch of role changes in memory. It has its own lock, and is published after a change. It belongs to the session,
//! not to the open team: it goes on while the page shows another team.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lapel_store::AccountId;

use super::batch::Batch;
use crate::kernel::deadline::Clock;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::kernel::state::BatchSummary;
use crate::kernel::state_cell::StateCell;
use crate::kernel::tasks::{PerSession, SessionTasks};

/// Holds the batch and publishes it.
pub(super) struct BatchCell {
    batch: PerSession<Option<Batch>>,
    state: Arc<StateCell>,
    clock: Clock,
    /// The number of published summaries.
    published: AtomicU64,
}

impl BatchCell {
    pub(super) fn new(state: Arc<StateCell>, tasks: &Arc<SessionTasks>, clock: Clock) -> Self {
        Self { batch: PerSession::new(tasks), state, clock, published: AtomicU64::new(0) }
    }

    /// Reads the batch, or changes it without publishing.
    pub(super) fn read<T>(&self, read: impl FnOnce(&mut Batch) -> Result<T, Failure>) -> Result<T, Failure> {
        read(self.batch.lock().as_mut().ok_or(Misuse::NoBatch)?)
    }

    /// Changes the batch and publishes it.
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut Batch) -> Result<T, Failure>) -> Result<T, Failure> {
        self.replace(|batch| change(batch.as_mut().ok_or(Misuse::NoBatch)?))
    }

    /// Adds, replaces or removes the batch, and publishes it.
    pub(super) fn replace<T>(
        &self,
        change: impl FnOnce(&mut Option<Batch>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let account = self.state.read().active_account()?.id;
        let (result, summary) = {
            let mut batch = self.batch.lock();
            let result = change(&mut batch);
            (result, self.summary(account, batch.as_ref()))
        };
        self.state.update(|state| {
            let is_later = |known: &BatchSummary| known.account != account || known.sequence < summary.sequence;
            if state.is_active_account(account) && state.batch.as_ref().is_none_or(is_later) {
                state.batch = Some(summary);
            }
        });
        result
    }

    fn summary(&self, account: AccountId, batch: Option<&Batch>) -> BatchSummary {
        let sequence = self.published.fetch_add(1, Ordering::Relaxed) + 1;
        BatchSummary { account, sequence, view: batch.map(|batch| batch.view((self.clock)())) }
    }
}
