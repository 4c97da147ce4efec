//! One exchange with the server: read the profile, let every edit meet it, send what differs, take the answer over.
//!
//! The same walk refreshes, sends, and resolves deliveries whose outcome is unknown. There is one at a time, and what
//! a person saves meanwhile is looked at by the next one.

mod answer;
mod counters;
mod fetch;
mod needed;
mod reconcile;
mod retry;
mod send;
mod version;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{MutexGuard, PoisonError};

use lapel_domain::Field;
use tokio::task::AbortHandle;

pub(crate) use answer::empties_left_out;
pub(crate) use counters::{Counters, RENEWAL, read_reason};
pub(crate) use fetch::check_person;
pub(crate) use needed::{missing_failure, waits_for};
pub(crate) use reconcile::{ResponseOutcome, apply_fetched_profile, commit_response};
pub(crate) use retry::RetryScheduler;
pub use retry::{Backoff, NetworkProbe};
pub(crate) use send::{update_of, upload_refusal};
pub(crate) use version::{RefusedVersion, UNCHANGED};

use crate::app::{App, Inner};
use crate::state::{Activity, Session, State};
use crate::views::{AppError, ErrorCode, SessionState};
use send::Next;

/// How often one exchange reads and sends before it leaves the rest to the next: the profile may change under it.
const MOST_ROUNDS: usize = 12;

/// Handles to end what is running.
#[derive(Default)]
pub(crate) struct Running {
    tasks: Vec<AbortHandle>,
    upload: Option<AbortHandle>,
    /// One waits for its turn already: a second one would find nothing left to do.
    waiting: Arc<AtomicBool>,
}

impl App {
    /// Reads the profile from the server and sends what waits. Where the session could not be taken up at the start, that
    /// is tried again first.
    pub fn refresh(&self) {
        let account = {
            let state = self.inner.state();
            state.account.clone().filter(|_| state.session.is_none() && state.session_state == SessionState::Starting)
        };
        let Some(account) = account else {
            self.inner.update(|state| state.asked = true);
            self.inner.forget_failures();
            return self.inner.start_sync();
        };
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move { inner.resume(&account).await });
    }

    /// Ends the upload that is on its way, if any; its edit is dropped and the former picture stays.
    pub fn cancel_upload(&self) {
        if let Some(upload) = self.inner.running().upload.take() {
            upload.abort();
        }
    }
}

impl Inner {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts an exchange, or lets the one that waits for its turn do.
    pub(crate) fn start_sync(self: &Arc<Self>) {
        let waiting = Arc::clone(&self.running().waiting);
        if waiting.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::clone(self);
        let task = tokio::spawn(async move {
            let _turn = inner.sync_lock.lock().await;
            waiting.store(false, Ordering::Release);
            // A network that comes while it fails is another one than it failed in.
            let ways = (inner.network_probe)();
            inner.sync().await;
            inner.schedule_retry(ways);
            if inner.state().error.is_none() {
                inner.start_wanted_team_refresh();
            }
        });
        self.abort_with_session(task.abort_handle());
    }

    /// Lets a task end with the session.
    pub(crate) fn abort_with_session(&self, task: AbortHandle) {
        let mut running = self.running();
        running.tasks.retain(|task| !task.is_finished());
        running.tasks.push(task);
    }

    /// Does something that ends with the session.
    ///
    /// # Errors
    /// Its own, or [`ErrorCode::Cancelled`].
    pub(crate) async fn run_in_session<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, AppError>> + Send + 'static,
    ) -> Result<T, AppError> {
        let task = tokio::spawn(work);
        self.abort_with_session(task.abort_handle());
        task.await.unwrap_or_else(|_| Err(AppError::new(ErrorCode::Cancelled, "the session ended")))
    }

    /// Shows the session as ended where the server said so, and passes the outcome on.
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

    /// Ends everything that runs for the session, for sign-out.
    pub(crate) fn abort_session_tasks(&self) {
        let mut running = self.running();
        let upload = running.upload.take();
        running.tasks.drain(..).chain(upload).for_each(|task| task.abort());
        // The ended task can no longer say so itself.
        running.waiting = Arc::default();
        drop(running);
        self.opened.forget();
        self.cancel_retry();
        self.reset_counters();
    }

    async fn sync(&self) {
        let Some(session) = self.state().session.clone() else { return };
        let mut asked = false;
        // Who asks from here on means the next exchange.
        self.update_for(&session, |state| {
            asked = std::mem::take(&mut state.asked);
            state.activity = Activity::Refreshing { asked };
        });
        let outcome = self.sync_with(&session, asked).await;
        if outcome.is_err()
            && let Err(error) = self.reload(&session.account).await
        {
            tracing::warn!(%error, "edits that moved before the failure are not shown");
        }
        let sign_in_helps = self.note_sync(&outcome);
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

    /// `asked`: by a person, who does not want to wait for the hour of a blocked route.
    async fn sync_with(&self, session: &Session, asked: bool) -> Result<(), AppError> {
        self.release_blocked(session, asked).await?;
        let (mut one_at_a_time, mut refused) = (false, RefusedVersion::default());
        for _ in 0..MOST_ROUNDS {
            // What is saved while the profile is being read is for the next read to judge.
            let saved = self.save_ids(session);
            let server = self.read_after_refusal(session, &mut refused).await?;
            let mut to_send = self.reconcile(session, &server.profile, saved).await?;
            if one_at_a_time {
                // The others may wait for the language.
                to_send.sort_by_key(|edit| edit.field != Field::Language);
                to_send.truncate(1);
            }
            if !to_send.is_empty() {
                self.update_for(session, |state| state.activity = Activity::Sending);
                match self.send(session, &server, to_send, &refused).await? {
                    Next::Same => {}
                    Next::OneAtATime => one_at_a_time = true,
                    Next::Changed { by_api } => refused.note(server, by_api),
                    Next::Waits => return Ok(()),
                }
            }
            if !self.has_waiting(session) {
                return Ok(());
            }
        }
        Err(AppError::new(ErrorCode::Changed, "the profile changed again and again"))
    }

    /// Changes the state, unless another session is on the page by now.
    pub(crate) fn update_for(&self, session: &Session, change: impl FnOnce(&mut State)) {
        self.update(|state| {
            if state.session.as_ref().is_some_and(|active| active.id == session.id) {
                change(state);
            }
        });
    }
}

/// The server has ended the session: sign-in appears over the page, and everything that was typed stays.
fn expire(state: &mut State) {
    state.session = None;
    state.session_state = SessionState::Expired;
    state.error = None;
    if let Some(team) = &mut state.team {
        // Whatever reads it belongs to the session, and can no longer say how it ended.
        team.refreshing = None;
    }
}
