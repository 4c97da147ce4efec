//! Runs a batch: a few rows at a time, until all rows have a result or the batch is stopped. Every change is stored before
//! it is sent, so that a run that is interrupted can be continued.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use super::batch::{Batch, Item};
use super::change::is_forbidden;
use super::crawl::PARALLEL_REQUESTS;
use super::role_options::may_change_roles;
use super::row_key::RowChange;
use super::run_ledger::{NamedChange, RowOutcome, RunLedger};
use super::run_retry::RunningRow;
use super::run_row::RowChanger;
use super::run_wait::Pause;
use crate::kernel::connectivity::is_unreached;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::views::{BatchRowState, BatchState, ChangeKind, LeftOutReason};

/// After this many consecutive rows without a connection, the remaining rows are cancelled.
const MAX_UNREACHED: usize = 8;

/// After this many consecutive rejections for lack of rights, the remaining rows are cancelled, even if the user still
/// seems to have the right.
const MAX_FORBIDDEN: usize = 2;

/// How many changes are stored before they are sent. After a crash, as many may have to be looked up; each write waits for
/// the disk.
const STORED_AHEAD: usize = 64;

/// How often the progress is published to the UI.
const SHOW_INTERVAL: Duration = Duration::from_millis(100);

/// A running batch.
pub(super) struct Run {
    pub(super) changer: Arc<RowChanger>,
    pub(super) batch: Uuid,
    pub(super) cancelled: watch::Receiver<bool>,
    pub(super) pause: Pause,
    pub(super) ledger: RunLedger,
    /// The consecutive rows without a connection.
    pub(super) unreached: usize,
    /// The consecutive rows that were rejected for lack of rights.
    pub(super) forbidden: usize,
    /// Why the run stops before its end.
    pub(super) stopped: Option<Failure>,
}

impl Run {
    pub(super) async fn run(mut self) {
        let mut planned = self.planned_rows();
        let (mut stored, mut running, mut shown_at) = (VecDeque::new(), JoinSet::new(), Instant::now());
        loop {
            while running.len() < PARALLEL_REQUESTS && self.continues() {
                if stored.is_empty() {
                    stored = self.start_rows(&mut planned).await;
                }
                let Some(change) = stored.pop_front() else { break };
                self.start_row(&mut running, change);
            }
            let Some(finished) = running.join_next().await else { break };
            let Ok(outcome) = finished else { continue };
            self.stop_if_pointless(&outcome).await;
            let shows = shown_at.elapsed() >= SHOW_INTERVAL;
            if shows {
                shown_at = Instant::now();
            }
            self.note(outcome, shows);
            if self.ledger.is_due() {
                self.store().await;
            }
        }
        stored.into_iter().for_each(|change| self.ledger.note(RowOutcome::not_sent(change.index)));
        self.store().await;
        self.finish().await;
    }

    fn continues(&self) -> bool {
        self.stopped.is_none() && !*self.cancelled.borrow()
    }

    /// The rows to change, in the order of their pages: the rows of one page are read together.
    fn planned_rows(&self) -> VecDeque<usize> {
        let planned = self.change(false, |batch| {
            let mut planned = batch.indices(|state| state == BatchRowState::Planned);
            planned.sort_by_key(|&index| batch.items[index].seen.map_or(u32::MAX, |seen| seen.page));
            planned
        });
        planned.unwrap_or_default().into()
    }

    /// Stores that the next rows are about to be changed, and returns them. If they cannot be stored, the run stops.
    async fn start_rows(&mut self, planned: &mut VecDeque<usize>) -> VecDeque<RowChange> {
        let indices: Vec<usize> = planned.drain(..planned.len().min(STORED_AHEAD)).collect();
        let rows = self.change(false, |batch| {
            let rows = indices.iter().filter_map(|&index| Some((index, batch.items.get(index)?)));
            // They may have been cancelled since.
            let rows = rows.filter(|(_, item)| item.shown.state == BatchRowState::Planned);
            rows.map(|(index, item)| (named_change(index, item), item.change(index))).unzip()
        });
        let (named, changes): (Vec<NamedChange>, VecDeque<RowChange>) = rows.unwrap_or_default();
        if named.is_empty() {
            return VecDeque::new();
        }
        match self.ledger.start(&named).await {
            Ok(()) => changes,
            Err(error) => {
                self.stopped = Some(error);
                VecDeque::new()
            }
        }
    }

    fn start_row(&mut self, running: &mut JoinSet<RowOutcome>, change: RowChange) {
        let is_started = self.change(false, |batch| {
            let mut is_started = false;
            batch.change(change.index, |item| {
                is_started = item.shown.state == BatchRowState::Planned;
                if is_started {
                    item.shown.state = BatchRowState::Running;
                }
            });
            is_started
        });
        if is_started == Some(true) {
            let row = RunningRow { changer: Arc::clone(&self.changer), pause: self.pause.clone() };
            running.spawn(row.change(change));
        } else {
            self.ledger.note(RowOutcome::not_sent(change.index));
        }
    }

    /// Stops the run if the remaining rows would fail as well: without a connection, or if the user has lost the right
    /// to change roles.
    async fn stop_if_pointless(&mut self, outcome: &RowOutcome) {
        let failure = outcome.failure.as_ref();
        self.unreached = if failure.is_some_and(is_unreached) { self.unreached + 1 } else { 0 };
        self.forbidden = if failure.is_some_and(is_forbidden) { self.forbidden + 1 } else { 0 };
        let is_pointless = failure.is_some_and(Failure::is_signed_out)
            || self.unreached >= MAX_UNREACHED
            || self.forbidden >= MAX_FORBIDDEN
            || self.forbidden > 0 && !self.may_still_change().await;
        if is_pointless && self.stopped.is_none() {
            self.stopped.clone_from(&outcome.failure);
        }
    }

    /// Reads the right of the user again.
    async fn may_still_change(&self) -> bool {
        let RowChanger { service, session, organization, kind, .. } = &*self.changer;
        let own = service.read_own_row(session, organization).await.ok().flatten();
        // The user role was read at the start of the run; a rejection means that it has changed.
        *kind != ChangeKind::User && own.is_some_and(|own| may_change_roles(&own.team_role))
    }

    /// Notes the outcome of a row. With `shows`, it is published.
    fn note(&mut self, outcome: RowOutcome, shows: bool) {
        let RowOutcome { index, state, failure, .. } = &outcome;
        self.change(shows, |batch| {
            batch.change(*index, |item| {
                item.shown.state = *state;
                item.shown.left_out = (*state == BatchRowState::LeftOut).then_some(LeftOutReason::NoChange);
                item.shown.error = failure.as_ref().map(Into::into);
            });
        });
        self.ledger.note(outcome);
    }

    /// Stores what has happened since the last time. A failure is shown as the storage state, and tried again.
    async fn store(&mut self) {
        if let Err(error) = self.ledger.store().await {
            tracing::error!(%error, "the outcomes of role changes were not stored");
        }
    }

    async fn finish(mut self) {
        let stopped = self.stopped.take();
        if stopped.as_ref().is_some_and(is_unreached) {
            // A sync finds out whether the server can be reached, and the page shows it.
            self.changer.service.sync.start();
        }
        let is_complete = self.change(true, |batch| {
            batch.cancel_rest();
            batch.state = BatchState::Over;
            batch.waits_until = None;
            batch.timed_from = None;
            batch.stopped = stopped.filter(|_| batch.has_cancelled());
            batch.is_complete()
        });
        let service = &self.changer.service;
        if is_complete == Some(true) {
            service.close_stored(self.changer.session.account.id).await;
        }
        service.look_up_unknown();
    }

    /// Changes the batch, unless another one has replaced it. With `shows`, the change is published.
    fn change<T>(&self, shows: bool, change: impl FnOnce(&mut Batch) -> T) -> Option<T> {
        let change_batch = |batch: &mut Batch| match batch.id == self.batch {
            true => Ok(change(batch)),
            false => Err(Misuse::NoBatch.into()),
        };
        let cell = &self.changer.service.batch;
        if shows { cell.update(change_batch).ok() } else { cell.read(change_batch).ok() }
    }
}

fn named_change(index: usize, item: &Item) -> NamedChange {
    NamedChange {
        index,
        id: item.id.clone(),
        name: item.shown.name.clone(),
        email: item.shown.email.clone(),
        from: item.shown.from.clone(),
        to: item.shown.to.clone(),
    }
}
