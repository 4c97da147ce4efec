//! Running syncs: on request, one at a time, with up to [`MAX_ROUNDS`] rounds each.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use lapel_store::EditState;

use super::response::Next;
use super::service::SyncService;
use super::version::RejectedVersion;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;
use crate::kernel::state::Activity;
use crate::kernel::sync_handle::StartSync;

/// How often one sync reads and sends before it fails, because the profile keeps changing.
const MAX_ROUNDS: usize = 12;

impl StartSync for SyncService {
    fn start(&self) {
        let is_waiting = Arc::clone(&self.running.lock().is_waiting);
        if is_waiting.swap(true, Ordering::AcqRel) {
            return;
        }
        let Some(service) = self.this.upgrade() else { return };
        self.tasks.spawn(async move {
            let _guard = service.lock.lock().await;
            is_waiting.store(false, Ordering::Release);
            // Read before the requests: if the network changes during the sync, the retry must notice it.
            let addresses = (service.network_probe)();
            service.sync().await;
            service.schedule_retry(addresses);
            if service.state.read().error.is_none() {
                service.successes.send_modify(|successes| *successes += 1);
            }
        });
    }

    fn start_when_allowed(&self) {
        if self.scheduler.lock().allow_now(self.now()) {
            self.start();
        }
    }

    fn forget_blocked_routes(&self) {
        self.counters.lock().forget_blocked_routes();
    }

    fn forget_failures(&self) {
        *self.counters.lock() = Default::default();
    }
}

impl SyncService {
    /// A person asks for a sync.
    pub(crate) fn refresh(&self) {
        self.state.update(|state| state.asked = true);
        self.scheduler.lock().reset_failures();
        self.start();
    }

    /// The window has come forward: the shown profile may be old, and the network may be back.
    pub(crate) fn come_forward(&self) {
        let (has_session, has_failed) = {
            let state = self.state.read();
            (state.session.is_some(), state.error.is_some())
        };
        if has_session && (has_failed || !self.scheduler.lock().was_read_recently()) {
            self.start_when_allowed();
        }
    }

    /// Cancels the running upload. Its edit is removed and the former picture stays.
    pub(crate) fn cancel_upload(&self) {
        if let Some(upload) = self.running.lock().upload.take() {
            upload.notify_one();
        }
    }

    async fn sync(&self) {
        let Some(session) = self.state.read().session.clone() else { return };
        let mut asked = false;
        // If a person asks from here on, that is for the next sync.
        self.state.update_for(&session, |state| {
            asked = std::mem::take(&mut state.asked);
            state.activity = Activity::Refreshing { asked };
        });
        let outcome = self.sync_session(&session, asked).await;
        if outcome.is_err()
            && let Err(error) = self.disk.reload(&session.account).await
        {
            tracing::warn!(%error, "edits that changed before the failure are not shown");
        }
        let sign_in_helps = self.counters.lock().note_sync(&outcome);
        self.state.update_for(&session, |state| {
            state.activity = Activity::Idle;
            state.upload = None;
            state.sign_in_helps = sign_in_helps;
            match outcome {
                Ok(()) => state.error = None,
                Err(error) if error.is_signed_out() => state.expire(),
                Err(error) => state.error = Some(error),
            }
        });
    }

    /// With `asked`, blocked routes are tried again before they are due, because a person has asked for it.
    async fn sync_session(&self, session: &Session, asked: bool) -> Result<(), Failure> {
        self.release_blocked(session, asked).await?;
        let (mut one_at_a_time, mut rejected) = (false, RejectedVersion::default());
        for _ in 0..MAX_ROUNDS {
            // What is saved while the profile is being read must be compared with the next read.
            let save_ids = self.edits(session).into_iter().map(|edit| edit.save_id).collect();
            let server = self.read_after_rejection(session, &mut rejected).await?;
            let round = self.reconcile(session, server.clone(), save_ids, one_at_a_time).await?;
            if !round.to_send.is_empty() {
                match self.send(session, round, &rejected).await? {
                    Next::Continue => {}
                    Next::OneAtATime => one_at_a_time = true,
                    Next::Changed { by_api } => rejected.note(server, by_api),
                    Next::Wait => return Ok(()),
                }
            }
            if !self.edits(session).iter().any(|edit| edit.state == EditState::Waiting) {
                return Ok(());
            }
        }
        Err(Failure::KeepsChanging)
    }
}
