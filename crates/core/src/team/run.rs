//! Runs a batch: a few rows at a time, with waits if the server asks for them, until all rows are done or the batch
//! is cancelled. Each row has its own result.

use std::sync::Arc;
use std::time::Duration;

use lapel_api::ApiErrorKind;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use super::batch::Batch;
use super::change::Planned;
use super::crawl::PARALLEL_REQUESTS;
use super::plan::plan_row;
use super::service::TeamService;
use crate::kernel::backoff::{Backoff, random};
use crate::kernel::connectivity::is_unreached;
use crate::kernel::deadline::Deadline;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::{Cancellation, Misuse};
use crate::kernel::session::Session;
use crate::views::{BatchRow, BatchRowState, BatchState, LeftOutReason, RoleChangeRequest, RoleKind};

/// How often one row is tried while the server is busy or cannot be reached.
const MAX_WAITS: usize = 5;

/// The longest wait for a busy server, even if it asks for more.
const MAX_WAIT: Duration = Duration::from_secs(10 * 60);

/// After this many consecutive rows without a connection, the remaining rows are cancelled.
const MAX_UNREACHED: usize = 8;

/// How often a row is tried again without a connection.
const MAX_RETRIES: u32 = 2;

/// How often the progress is published to the UI.
const SHOW_INTERVAL: Duration = Duration::from_millis(100);

/// A running batch.
#[derive(Clone)]
struct Run {
    service: Arc<TeamService>,
    session: Session,
    batch: Uuid,
    organization: String,
    kind: RoleKind,
    cancelled: watch::Receiver<bool>,
    /// The time until which all rows wait, because the server has asked for it.
    pause: Arc<watch::Sender<Option<Deadline>>>,
}

impl TeamService {
    /// Starts the planned changes. They run in the background.
    pub(crate) fn run_batch(&self) -> Result<(), Failure> {
        let (session, _) = self.state.read().team_session()?;
        let run = self.team.update(|team| {
            let batch = team.batch.as_mut().ok_or(Misuse::NoBatch)?;
            if batch.state != BatchState::Planned {
                return Err(Misuse::NotPlanned.into());
            }
            batch.state = BatchState::Running;
            self.new_run(session, batch)
        })?;
        self.tasks.spawn(run.run());
        Ok(())
    }

    /// Restarts the changes that failed or were cancelled, from the current roles of the rows. They run in the
    /// background.
    pub(crate) fn retry_batch(&self) -> Result<(), Failure> {
        let (session, _) = self.state.read().team_session()?;
        let caller = self.state.read().caller()?;
        let run = self.team.update(|team| {
            let batch = team.batch.as_mut().filter(|batch| batch.state == BatchState::Over).ok_or(Misuse::NoBatch)?;
            for index in batch.indices(|state| matches!(state, BatchRowState::Failed | BatchRowState::Cancelled)) {
                let kind = batch.kind;
                batch.change(index, |item| match team.roster.get(&item.id) {
                    Some(entry) => {
                        let again = plan_row(&caller, &entry.row, kind, &item.shown.to);
                        item.shown = BatchRow { line: item.shown.line, ..again.shown };
                        item.can_undo = again.can_undo;
                    }
                    None => item.leave_out(LeftOutReason::NotAllowed),
                });
            }
            batch.state = BatchState::Running;
            batch.stopped = None;
            batch.cancel = watch::Sender::new(false);
            self.new_run(session, batch)
        })?;
        self.tasks.spawn(run.run());
        Ok(())
    }

    fn new_run(&self, session: Session, batch: &Batch) -> Result<Run, Failure> {
        Ok(Run {
            service: self.this.upgrade().ok_or(Cancellation::App)?,
            session,
            batch: batch.id,
            organization: batch.organization.clone(),
            kind: batch.kind,
            cancelled: batch.cancel.subscribe(),
            pause: Arc::new(watch::Sender::new(None)),
        })
    }
}

impl Run {
    async fn run(self) {
        let planned = self.change(false, |batch| batch.indices(|state| state == BatchRowState::Planned));
        let mut planned = planned.unwrap_or_default().into_iter();
        let mut running = JoinSet::new();
        let (mut unreached, mut stopped, mut shown_at) = (0, None, Instant::now());
        planned.by_ref().take(PARALLEL_REQUESTS).for_each(|index| self.start_row(&mut running, index));
        while let Some(finished) = running.join_next().await {
            let Ok((index, outcome)) = finished else { continue };
            match &outcome {
                Err(error) if error.is_signed_out() => unreached = MAX_UNREACHED,
                Err(error) if is_unreached(error) => unreached += 1,
                _ => unreached = 0,
            }
            if unreached >= MAX_UNREACHED {
                stopped = outcome.as_ref().err().cloned().or(stopped);
            }
            let shows = shown_at.elapsed() >= SHOW_INTERVAL;
            if shows {
                shown_at = Instant::now();
            }
            self.change(shows, |batch| batch.change(index, |item| note_outcome(&mut item.shown, outcome)));
            if unreached < MAX_UNREACHED && !*self.cancelled.borrow() {
                planned.by_ref().take(1).for_each(|index| self.start_row(&mut running, index));
            }
        }
        self.change(true, |batch| {
            batch.cancel_rest();
            batch.state = BatchState::Over;
            batch.waits_until = None;
            batch.stopped = stopped.filter(|_| batch.has_cancelled());
        });
    }

    /// Changes the batch, unless another one has replaced it. With `shows`, the change is published.
    fn change<T>(&self, shows: bool, change: impl FnOnce(&mut Batch) -> T) -> Option<T> {
        let change_batch = |team: &mut super::team_cell::Team| {
            let batch = team.batch.as_mut().filter(|batch| batch.id == self.batch).ok_or(Misuse::NoBatch)?;
            Ok(change(batch))
        };
        let cell = &self.service.team;
        if shows { cell.update(change_batch).ok() } else { cell.read(change_batch).ok() }
    }

    fn start_row(&self, running: &mut JoinSet<(usize, Result<(), Failure>)>, index: usize) {
        let request = self.change(false, |batch| {
            let mut request = None;
            batch.change(index, |item| {
                // It may have been cancelled since.
                if item.shown.state != BatchRowState::Planned {
                    return;
                }
                item.shown.state = BatchRowState::Running;
                let (id, from, to) = (item.id.clone(), item.shown.from.clone(), item.shown.to.clone());
                request = Some((RoleChangeRequest { id, kind: self.kind, from, to }, item.user_id.clone()));
            });
            request
        });
        if let Some((request, user_id)) = request.flatten() {
            let run = self.clone();
            running.spawn(async move { (index, run.change_row(&request, user_id.as_deref()).await) });
        }
    }

    async fn change_row(&self, request: &RoleChangeRequest, user_id: Option<&str>) -> Result<(), Failure> {
        let (batch, mut unreached) = (self.batch.to_string(), 0);
        for _ in 0..MAX_WAITS {
            self.wait().await?;
            let planned = Planned { batch: &batch, user_id, may_be_made: unreached > 0 };
            let changed = self.service.change_role_in(&self.session, &self.organization, request, Some(planned)).await;
            self.service.state.expire_if_signed_out(&self.session, &changed);
            match changed {
                // A short interruption of the connection should not fail the row.
                Err(error) if is_unreached(&error) && unreached < MAX_RETRIES => {
                    unreached += 1;
                    tokio::time::sleep(Backoff::default().wait(unreached, random())).await;
                }
                outcome => match outcome.as_ref().err().and_then(requested_wait) {
                    Some(wait) => self.pause(wait.min(MAX_WAIT)),
                    None => return outcome.map(drop),
                },
            }
        }
        Err(Failure::StaysBusy)
    }

    /// Makes all rows wait, because the server has asked for it.
    fn pause(&self, wait: Duration) {
        let until = Deadline::after(wait, self.service.now());
        self.pause.send_if_modified(|pause| {
            let is_later = pause.is_none_or(|before| before.is_before(&until));
            if is_later {
                *pause = Some(until);
            }
            is_later
        });
        let waits_until = self.service.now().saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        self.change(true, |batch| {
            batch.state = BatchState::Waiting;
            batch.waits_until = Some(waits_until);
        });
    }

    /// Waits as long as the server has asked for. Fails if the batch is cancelled in the meantime.
    async fn wait(&self) -> Result<(), Failure> {
        let mut cancelled = self.cancelled.clone();
        loop {
            let until = *self.pause.borrow();
            let Some(until) = until.filter(|until| !until.has_passed(self.service.now())) else { return Ok(()) };
            tokio::select! {
                () = until.wait(&self.service.clock) => {
                    self.change(true, |batch| {
                        batch.state = BatchState::Running;
                        batch.waits_until = None;
                    });
                }
                _ = cancelled.wait_for(|cancelled| *cancelled) => return Err(Cancellation::Batch.into()),
            }
        }
    }
}

/// How long a busy server asks to wait; none after any other failure.
fn requested_wait(failure: &Failure) -> Option<Duration> {
    let is_busy = failure.request().is_some_and(|error| error.kind == ApiErrorKind::Transient);
    failure.retry_after().filter(|_| is_busy)
}

fn note_outcome(row: &mut BatchRow, outcome: Result<(), Failure>) {
    match outcome {
        Ok(()) => row.state = BatchRowState::Done,
        Err(Failure::Cancelled(_)) => row.state = BatchRowState::Cancelled,
        Err(error) => {
            row.state = BatchRowState::Failed;
            row.error = Some(error.into());
        }
    }
}
