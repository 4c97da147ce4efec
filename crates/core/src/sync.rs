//! A sync: reads the profile, reconciles each stored edit with it, sends the edits that differ, and applies the
//! response.
//!
//! The same procedure refreshes the profile, sends edits, and resolves edits in flight whose outcome is unknown. Only
//! one sync runs at a time. Edits that are saved during a sync are picked up by its next round or by the next sync.

mod counters;
mod fetch;
mod reconcile;
mod response;
mod retry;
mod send;
mod unsendable;
mod version;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{MutexGuard, PoisonError};

use lapel_domain::Field;
use tokio::task::AbortHandle;

pub(crate) use counters::{FailureCounters, PROBLEM_RENEWAL, read_reason};
pub(crate) use fetch::check_person;
pub(crate) use reconcile::{ResponseOutcome, apply_fetched_profile, commit_response};
pub(crate) use response::shows_put_replaces_all;
pub(crate) use retry::RetryScheduler;
pub use retry::{Backoff, NetworkProbe};
pub(crate) use send::{build_update, upload_rejection};
pub(crate) use unsendable::{missing_failure, waiting_reason};
pub(crate) use version::{PROBLEM_UNCHANGED, RejectedWrites};

use crate::app::{App, Inner};
use crate::state::{Activity, Session, State};
use crate::views::{AppError, ErrorCode, SessionState};
use send::NextStep;

/// How often one sync reads and sends. Bounds the loop in case the profile keeps changing.
const MAX_ROUNDS: usize = 12;

/// Handles of the tasks that end with the session.
#[derive(Default)]
pub(crate) struct SessionTasks {
    tasks: Vec<AbortHandle>,
    upload: Option<AbortHandle>,
    /// Whether a sync is waiting for the lock. A second one would have nothing left to do.
    sync_is_queued: Arc<AtomicBool>,
}

impl App {
    /// Starts a sync at the user's request. If the session could not be resumed at the start, resumes it first.
    pub fn refresh(&self) {
        let account = {
            let state = self.inner.state();
            state.account.clone().filter(|_| state.session.is_none() && state.session_state == SessionState::Starting)
        };
        let Some(account) = account else {
            self.inner.update(|state| state.sync_requested = true);
            self.inner.reset_backoff();
            return self.inner.start_sync();
        };
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move { inner.resume_session(&account).await });
    }

    /// Aborts the running upload, if any. Its edit is dropped, and the previous picture stays.
    pub fn cancel_upload(&self) {
        if let Some(upload) = self.inner.session_tasks().upload.take() {
            upload.abort();
        }
    }
}

impl Inner {
    fn session_tasks(&self) -> MutexGuard<'_, SessionTasks> {
        self.session_tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a sync, unless one is already waiting to start.
    pub(crate) fn start_sync(self: &Arc<Self>) {
        let is_queued = Arc::clone(&self.session_tasks().sync_is_queued);
        if is_queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::clone(self);
        let task = tokio::spawn(async move {
            let _guard = inner.sync_lock.lock().await;
            is_queued.store(false, Ordering::Release);
            // Read the addresses before the sync: if the network changes during it, the retry must see the change.
            let addresses = (inner.network_probe)();
            inner.sync().await;
            inner.schedule_retry(addresses);
            if inner.state().error.is_none() {
                inner.start_wanted_team_refresh();
            }
        });
        self.abort_with_session(task.abort_handle());
    }

    /// Aborts the task when the session ends.
    pub(crate) fn abort_with_session(&self, task: AbortHandle) {
        let mut session_tasks = self.session_tasks();
        session_tasks.tasks.retain(|task| !task.is_finished());
        session_tasks.tasks.push(task);
    }

    /// Runs `work`. If the session ends first, aborts it and returns [`ErrorCode::Cancelled`].
    pub(crate) async fn run_in_session<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, AppError>> + Send + 'static,
    ) -> Result<T, AppError> {
        let task = tokio::spawn(work);
        self.abort_with_session(task.abort_handle());
        task.await.unwrap_or_else(|_| Err(AppError::new(ErrorCode::Cancelled, "the session ended")))
    }

    /// Marks the session as expired if the outcome says that the server has ended it. Returns the outcome unchanged.
    pub(crate) fn expire_if_signed_out<T>(
        &self,
        session: &Session,
        outcome: Result<T, AppError>,
    ) -> Result<T, AppError> {
        if outcome.as_ref().is_err_and(|error| error.code == ErrorCode::SignedOut) {
            self.update_for(session, expire);
        }
        outcome
    }

    /// Aborts all tasks of the session and clears what belongs to it. For sign-out and a change of the account.
    pub(crate) fn abort_session_tasks(&self) {
        let mut session_tasks = self.session_tasks();
        let upload = session_tasks.upload.take();
        session_tasks.tasks.drain(..).chain(upload).for_each(|task| task.abort());
        // An aborted task cannot reset the flag itself.
        session_tasks.sync_is_queued = Arc::default();
        drop(session_tasks);
        self.picture_editor.clear();
        self.cancel_retry();
        self.reset_counters();
    }

    async fn sync(&self) {
        let Some(session) = self.state().session.clone() else { return };
        let mut by_user = false;
        // A request from here on belongs to the next sync.
        self.update_for(&session, |state| {
            by_user = std::mem::take(&mut state.sync_requested);
            state.activity = Activity::Refreshing { by_user };
        });
        let outcome = self.sync_with(&session, by_user).await;
        if outcome.is_err()
            && let Err(error) = self.reload(&session.account).await
        {
            tracing::warn!(%error, "edits that changed before the failure could not be read");
        }
        let sign_in_helps = self.record_sync(&outcome);
        self.update_for(&session, |state| {
            state.activity = Activity::Idle;
            state.upload = None;
            state.sign_in_helps = sign_in_helps;
            match outcome {
                Ok(()) => state.error = None,
                Err(error) if error.code == ErrorCode::SignedOut => expire(state),
                Err(error) => state.error = Some(error),
            }
        });
    }

    /// `by_user`: the user requested the sync, so blocked routes are tried again at once.
    async fn sync_with(&self, session: &Session, by_user: bool) -> Result<(), AppError> {
        self.release_blocked(session, by_user).await?;
        let (mut one_at_a_time, mut rejected_writes) = (false, RejectedWrites::default());
        for _ in 0..MAX_ROUNDS {
            // Edits that are saved during the read may be newer than the profile, so they wait for the next round.
            let saved = self.save_ids(session);
            let server = self.read_before_write(session, &mut rejected_writes).await?;
            let mut to_send = self.reconcile(session, &server.profile, saved).await?;
            if one_at_a_time {
                // Language first: the other fields may have to wait until it is sent (see `unsendable`).
                to_send.sort_by_key(|edit| edit.field != Field::Language);
                to_send.truncate(1);
            }
            if !to_send.is_empty() {
                self.update_for(session, |state| state.activity = Activity::Sending);
                match self.send(session, &server, to_send, &rejected_writes).await? {
                    NextStep::Continue => {}
                    NextStep::OneAtATime => one_at_a_time = true,
                    NextStep::Changed { by_api } => rejected_writes.record(server, by_api),
                    NextStep::WaitForUser => return Ok(()),
                }
            }
            if !self.has_waiting(session) {
                return Ok(());
            }
        }
        Err(AppError::new(ErrorCode::Changed, "the profile kept changing"))
    }

    /// Changes the state if the session is still the active one.
    pub(crate) fn update_for(&self, session: &Session, change: impl FnOnce(&mut State)) {
        self.update(|state| {
            if state.session.as_ref().is_some_and(|active| active.id == session.id) {
                change(state);
            }
        });
    }
}

/// Marks the session as expired. The page then shows the sign-in form on top, and drafts stay.
fn expire(state: &mut State) {
    state.session = None;
    state.session_state = SessionState::Expired;
    state.error = None;
    if let Some(team) = &mut state.team {
        // The task that refreshes the team ends with the session and cannot reset this itself.
        team.refreshing = None;
    }
}
