//! Carrying out a batch: a few rows at a time, waiting where the server asks for it, until the end or until it is
//! cancelled. Each row has a result of its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use super::batch::Batch;
use super::change::Planned;
use super::no_team;
use super::plan::planned;
use super::reading::AT_ONCE;
use crate::app::{App, Inner};
use crate::deadline::Deadline;
use crate::snapshot_view::is_unreached;
use crate::state::Session;
use crate::views::{
    AppError, BatchRow, BatchRowState, BatchState, ErrorCode, LeftOutReason, RoleChangeRequest, RoleKind,
};

/// How often one row waits for a busy server.
const MOST_WAITS: usize = 5;

/// Longest time that a server is waited for, whatever it asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

/// After so many rows in a row without a connection the rest is not tried.
const MOST_UNREACHED: usize = 8;

/// How long a row waits before it is tried again where there was no connection.
const AGAIN_AFTER: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// How often the page is told how far a batch is.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// A batch that runs.
#[derive(Clone)]
struct Run {
    inner: Arc<Inner>,
    session: Session,
    batch: Uuid,
    organization: String,
    kind: RoleKind,
    stopped: watch::Receiver<bool>,
    /// Until when all rows wait.
    pause: Arc<watch::Sender<Option<Deadline>>>,
}

impl App {
    /// Makes the planned changes; answers at once.
    ///
    /// # Errors
    /// Where there is no plan, or no session to make it in.
    pub fn run_batch(&self) -> Result<(), AppError> {
        let (session, _) = self.inner.team_session()?;
        let run = self.inner.update(|state| -> Result<Run, AppError> {
            let batch = state.team.as_mut().and_then(|team| team.batch.as_mut()).ok_or_else(no_team)?;
            if batch.state != BatchState::Planned {
                return Err(AppError::new(ErrorCode::Internal, "the batch is not a plan"));
            }
            batch.state = BatchState::Running;
            Ok(self.inner.run_of(session, batch))
        })?;
        self.start_run(run);
        Ok(())
    }

    /// Tries what failed or was cancelled once more, from the roles that the rows have now; answers at once.
    ///
    /// # Errors
    /// Where there is no batch that is over, or no session.
    pub fn retry_batch(&self) -> Result<(), AppError> {
        let (session, _) = self.inner.team_session()?;
        let run = self.inner.update(|state| -> Result<Run, AppError> {
            let caller = state.caller().ok_or_else(no_team)?;
            let team = state.team.as_mut().ok_or_else(no_team)?;
            let batch = team.batch.as_mut().filter(|batch| batch.state == BatchState::Over).ok_or_else(no_team)?;
            for at in batch.places(|state| matches!(state, BatchRowState::Failed | BatchRowState::Cancelled)) {
                let kind = batch.kind;
                batch.change(at, |item| match team.roster.get(&item.id) {
                    Some(entry) => {
                        let again = planned(&caller, &entry.row, kind, &item.shown.to);
                        item.shown = BatchRow { line: item.shown.line, ..again.shown };
                        item.can_undo = again.can_undo;
                    }
                    None => item.leave_out(LeftOutReason::NotAllowed),
                });
            }
            batch.state = BatchState::Running;
            batch.stopped = None;
            batch.stop = watch::Sender::new(false);
            Ok(self.inner.run_of(session, batch))
        })?;
        self.start_run(run);
        Ok(())
    }

    fn start_run(&self, run: Run) {
        let task = tokio::spawn(async move { run.run().await });
        self.inner.abort_with_session(task.abort_handle());
    }
}

impl Inner {
    fn run_of(self: &Arc<Self>, session: Session, batch: &Batch) -> Run {
        Run {
            inner: Arc::clone(self),
            session,
            batch: batch.id,
            organization: batch.organization.clone(),
            kind: batch.kind,
            stopped: batch.stop.subscribe(),
            pause: Arc::new(watch::Sender::new(None)),
        }
    }
}

impl Run {
    async fn run(self) {
        let places = self.change(false, |batch| batch.places(|state| state == BatchRowState::Planned));
        let mut places = places.unwrap_or_default().into_iter();
        let mut running = JoinSet::new();
        let (mut unreached, mut stopped, mut told_at) = (0, None, Instant::now());
        places.by_ref().take(AT_ONCE).for_each(|at| self.start(&mut running, at));
        while let Some(finished) = running.join_next().await {
            let Ok((at, outcome)) = finished else { continue };
            match &outcome {
                Err(error) if error.code == ErrorCode::SignedOut => unreached = MOST_UNREACHED,
                Err(error) if is_unreached(error) => unreached += 1,
                _ => unreached = 0,
            }
            if unreached >= MOST_UNREACHED {
                stopped = outcome.as_ref().err().cloned().or(stopped);
            }
            let tells = told_at.elapsed() >= TELL_EVERY;
            if tells {
                told_at = Instant::now();
            }
            self.change(tells, |batch| batch.change(at, |item| note(&mut item.shown, outcome)));
            if unreached < MOST_UNREACHED && !*self.stopped.borrow() {
                places.by_ref().take(1).for_each(|at| self.start(&mut running, at));
            }
        }
        self.change(true, |batch| {
            batch.cancel_rest();
            batch.state = BatchState::Over;
            batch.waits_until = None;
            batch.stopped = stopped.filter(|_| batch.has_cancelled());
        });
    }

    /// Changes the batch, unless another one is on the page by now; the page is told where it says so.
    fn change<T>(&self, tells: bool, change: impl FnOnce(&mut Batch) -> T) -> Option<T> {
        let of_state = |state: &mut crate::state::State| {
            let batch = state.team.as_mut()?.batch.as_mut().filter(|batch| batch.id == self.batch)?;
            Some(change(batch))
        };
        if tells { self.inner.update(of_state) } else { of_state(&mut self.inner.state()) }
    }

    fn start(&self, running: &mut JoinSet<(usize, Result<(), AppError>)>, at: usize) {
        let request = self.change(false, |batch| {
            let mut request = None;
            batch.change(at, |item| {
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
            running.spawn(async move { (at, run.one(&request, user_id.as_deref()).await) });
        }
    }

    async fn one(&self, request: &RoleChangeRequest, user_id: Option<&str>) -> Result<(), AppError> {
        let (batch, mut unreached) = (self.batch.to_string(), 0);
        let planned = Planned { batch: &batch, user_id };
        for _ in 0..MOST_WAITS {
            self.wait().await?;
            let changed = self.inner.change_role_in(&self.session, &self.organization, request, Some(planned)).await;
            match self.inner.expire_if_signed_out(&self.session, changed) {
                // A connection that is back in a moment is worth that moment.
                Err(error) if is_unreached(&error) && unreached < AGAIN_AFTER.len() => {
                    tokio::time::sleep(AGAIN_AFTER[unreached]).await;
                    unreached += 1;
                }
                // What was sent before had arrived.
                Err(error) if unreached > 0 && is_made(&error, request) => return Ok(()),
                Err(error) if error.code == ErrorCode::Transient && error.details.retry_after.is_some() => {
                    let seconds = error.details.retry_after.map_or(1, u64::from);
                    self.pause(Duration::from_secs(seconds).min(LONGEST_WAIT));
                }
                outcome => return outcome.map(|_| ()),
            }
        }
        Err(AppError::new(ErrorCode::Transient, "the server asked to wait again and again"))
    }

    /// All rows wait: the server has asked for it.
    fn pause(&self, wait: Duration) {
        let until = Deadline::after(wait, self.inner.now());
        self.pause.send_if_modified(|pause| {
            let later = pause.is_none_or(|before| before.is_before(&until));
            if later {
                *pause = Some(until);
            }
            later
        });
        let waits_until = self.inner.now().saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        self.change(true, |batch| {
            batch.state = BatchState::Waiting;
            batch.waits_until = Some(waits_until);
        });
    }

    /// Waits as long as the server has asked for.
    ///
    /// # Errors
    /// Where the batch was cancelled meanwhile.
    async fn wait(&self) -> Result<(), AppError> {
        let mut stopped = self.stopped.clone();
        loop {
            let until = *self.pause.borrow();
            let Some(until) = until.filter(|until| !until.has_passed(self.inner.now())) else { return Ok(()) };
            tokio::select! {
                () = until.wait(&self.inner.clock) => {
                    self.change(true, |batch| {
                        batch.state = BatchState::Running;
                        batch.waits_until = None;
                    });
                }
                _ = stopped.wait_for(|stopped| *stopped) => {
                    return Err(AppError::new(ErrorCode::Cancelled, "the batch was cancelled"));
                }
            }
        }
    }
}

/// Whether a row has the role already that it is to get.
fn is_made(error: &AppError, request: &RoleChangeRequest) -> bool {
    error.code == ErrorCode::RoleMoved && error.details.problem.as_ref() == Some(&request.to)
}

fn note(row: &mut BatchRow, outcome: Result<(), AppError>) {
    match outcome {
        Ok(()) => row.state = BatchRowState::Done,
        Err(error) if error.code == ErrorCode::Cancelled => row.state = BatchRowState::Cancelled,
        Err(error) => {
            row.state = BatchRowState::Failed;
            row.error = Some(error);
        }
    }
}
