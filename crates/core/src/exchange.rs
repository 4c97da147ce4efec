//! One exchange with the server: read the profile, let every edit meet it, send what differs, take the answer over.
//!
//! The same walk refreshes, sends, and resolves deliveries whose outcome is unknown. There is one at a time, and what
//! a person saves meanwhile is looked at by the next one.

mod meet;
mod needed;
mod replay;
mod send;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{MutexGuard, PoisonError};

use lapel_api::{Fetched, Versioned};
use lapel_domain::{Field, same_value};
use lapel_store::CachedProfile;
use tokio::task::AbortHandle;

pub(crate) use meet::take_read;
pub(crate) use needed::{missing_failure, waits_for};
pub(crate) use replay::Replay;
pub use replay::{Pace, Ways};
pub(crate) use send::{update_of, upload_refusal};

use crate::app::{App, Inner};
use crate::state::{Activity, Session, State};
use crate::views::{AppError, ErrorCode, SessionState};

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
            return self.inner.start_exchange();
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
    pub(crate) fn start_exchange(self: &Arc<Self>) {
        let waiting = Arc::clone(&self.running().waiting);
        if waiting.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::clone(self);
        let task = tokio::spawn(async move {
            let _turn = inner.exchange.lock().await;
            waiting.store(false, Ordering::Release);
            // A network that comes while it fails is another one than it failed in.
            let ways = (inner.ways)();
            inner.exchange().await;
            inner.plan_next(ways);
            if inner.state().error.is_none() {
                inner.start_wanted_team_refresh();
            }
        });
        self.tie(task.abort_handle());
    }

    /// Lets a task end with the session.
    pub(crate) fn tie(&self, task: AbortHandle) {
        let mut running = self.running();
        running.tasks.retain(|task| !task.is_finished());
        running.tasks.push(task);
    }

    /// Does something that ends with the session.
    ///
    /// # Errors
    /// Its own, or [`ErrorCode::Cancelled`].
    pub(crate) async fn within_session<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, AppError>> + Send + 'static,
    ) -> Result<T, AppError> {
        let task = tokio::spawn(work);
        self.tie(task.abort_handle());
        task.await.unwrap_or_else(|_| Err(AppError::new(ErrorCode::Cancelled, "the session ended")))
    }

    /// Shows the session as ended where the server said so, and passes the outcome on.
    pub(crate) fn heed_end<T>(&self, session: &Session, outcome: Result<T, AppError>) -> Result<T, AppError> {
        if outcome.as_ref().is_err_and(|error| error.code == ErrorCode::SignedOut) {
            self.update_for(session, expire);
        }
        outcome
    }

    /// Ends everything that runs for the session, for sign-out.
    pub(crate) fn end_exchange(&self) {
        let mut running = self.running();
        let upload = running.upload.take();
        running.tasks.drain(..).chain(upload).for_each(|task| task.abort());
        // The ended task can no longer say so itself.
        running.waiting = Arc::default();
        drop(running);
        self.opened.forget();
        self.end_replay();
    }

    async fn exchange(&self) {
        let Some(session) = self.state().session.clone() else { return };
        self.update_for(&session, |state| state.activity = Activity::Refreshing);
        let outcome = self.exchange_with(&session).await;
        if outcome.is_err()
            && let Err(error) = self.reload(&session.account).await
        {
            tracing::warn!(%error, "edits that moved before the failure are not shown");
        }
        self.update_for(&session, |state| {
            state.activity = Activity::Idle;
            state.asked = false;
            state.upload = None;
            match outcome {
                Ok(()) => state.error = None,
                Err(error) if error.code == ErrorCode::SignedOut => expire(state),
                Err(error) => state.error = Some(error),
            }
        });
    }

    async fn exchange_with(&self, session: &Session) -> Result<(), AppError> {
        let mut one_at_a_time = false;
        for _ in 0..MOST_ROUNDS {
            // What is saved while the profile is being read is for the next read to judge.
            let saved = self.save_ids(session);
            let server = self.read_profile(session).await?;
            let mut to_send = self.meet(session, &server.profile, saved).await?;
            if one_at_a_time {
                // The others may wait for the language.
                to_send.sort_by_key(|edit| edit.field != Field::Language);
                to_send.truncate(1);
            }
            if !to_send.is_empty() {
                self.update_for(session, |state| state.activity = Activity::Sending);
                match self.send(session, &server, to_send).await? {
                    send::Next::Same => {}
                    send::Next::OneAtATime => one_at_a_time = true,
                    send::Next::Waits => return Ok(()),
                }
            }
            if !self.has_waiting(session) {
                return Ok(());
            }
        }
        Err(AppError::new(ErrorCode::Changed, "the profile changed again and again"))
    }

    /// Reads the profile and takes it over as the cached one.
    pub(crate) async fn read_profile(&self, session: &Session) -> Result<Versioned, AppError> {
        let cached = self.state().profile.clone();
        let etag = cached.as_ref().and_then(|cached| cached.etag.as_deref());
        let fetched = match session.connection.profile(etag).await {
            Err(error) if matches!(error.kind, lapel_api::ApiErrorKind::Missing { known: true }) => {
                let failure = AppError::from(error);
                self.park_all(session, &failure).await?;
                return Err(failure);
            }
            fetched => fetched?,
        };
        let server = match (fetched, cached) {
            (Fetched::Profile(versioned), _) => versioned,
            (Fetched::NotModified, Some(cached)) => Versioned { profile: cached.profile, etag: cached.etag },
            (Fetched::NotModified, None) => {
                return Err(AppError::new(ErrorCode::Unreadable, "not modified since never"));
            }
        };
        self.take_profile(session, &server).await?;
        Ok(server)
    }

    async fn take_profile(&self, session: &Session, server: &Versioned) -> Result<(), AppError> {
        let (account, cached) = (session.account.clone(), self.cached(server));
        let kept = cached.clone();
        // A disk that fails must not keep the page from showing what the server has.
        let outcome = self.with_store(move |store| take_read(store, &account, &kept)).await;
        self.update_for(session, |state| {
            note_updates(state, &cached);
            state.profile = Some(cached);
            state.checked = true;
            if outcome.is_ok() {
                // What was just written shows that the disk works again.
                state.storage = state.storage_found;
            }
        });
        outcome
    }

    pub(crate) fn cached(&self, server: &Versioned) -> CachedProfile {
        CachedProfile { profile: server.profile.clone(), etag: server.etag.clone(), fetched_at: self.now() }
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

/// Notes which fields somebody else has changed. A field with an edit is none of them: the edit tells of it, or its answer
/// was lost and the value is the person's own.
fn note_updates(state: &mut State, server: &CachedProfile) {
    let Some(before) = &state.profile else { return };
    let moved = |field: &Field| !same_value(*field, before.profile.value(*field), server.profile.value(*field));
    let has_edit = |field: &Field| state.edits.iter().any(|edit| edit.field == *field);
    let moved: Vec<Field> = Field::ALL.into_iter().filter(|field| moved(field) && !has_edit(field)).collect();
    if !moved.is_empty() {
        let (fields, at) = state.updated.get_or_insert_default();
        fields.extend(moved);
        *at = server.fetched_at;
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
