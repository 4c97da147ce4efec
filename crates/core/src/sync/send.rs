//! Sending edits: a picture is uploaded first, then one PUT carries all fields that differ.

use lapel_api::{ApiError, ApiErrorKind, Delivery, Versioned};
use lapel_store::{Edit, EditValue, Store};

use super::prepare::{Prepared, prepare};
use super::reconcile::Round;
use super::response::{Next, Put};
use super::service::SyncService;
use super::update_body::{LeftOut, role_to_send, update_body};
use super::version::RejectedVersion;
use crate::kernel::error::Failure;
use crate::kernel::rejection::Route;
use crate::kernel::session::Session;

impl SyncService {
    /// Sends the edits of a round.
    pub(super) async fn send(
        &self,
        session: &Session,
        round: Round,
        rejected: &RejectedVersion,
    ) -> Result<Next, Failure> {
        let Round { server, to_send, prepared } = round;
        if let Some(prepared) = prepared {
            return self.put(session, &server, prepared, rejected).await;
        }
        let (mut ready, mut upload_failure) = (Vec::new(), None);
        for edit in to_send {
            let EditValue::LocalPicture(id) = &edit.mine else {
                ready.push(edit);
                continue;
            };
            match self.upload_once(session, &edit, id).await {
                Ok(true) => ready.push(edit),
                // The edit has changed. The next round reads the profile again and compares it with the new address.
                Ok(false) => return Ok(Next::Continue),
                // The next sync uploads it again; the other edits do not wait for it.
                Err(error) => upload_failure = Some(error),
            }
        }
        let next = if ready.is_empty() {
            Next::Continue
        } else {
            let (account, profile, now) = (session.account.clone(), server.profile.clone(), self.now());
            let prepare = move |store: &Store| prepare(store, &account, &profile, &ready, now);
            let prepared = self.disk.update_account(&session.account, prepare).await?;
            self.put(session, &server, prepared, rejected).await?
        };
        upload_failure.map_or(Ok(next), Err)
    }

    async fn put(
        &self,
        session: &Session,
        server: &Versioned,
        prepared: Prepared,
        rejected: &RejectedVersion,
    ) -> Result<Next, Failure> {
        let Prepared { edits, values, left_out, must_wait, rewrites_versions } = prepared;
        let sends_all = left_out == LeftOut::Nothing;
        self.state.update_for(session, |state| state.sends_all = sends_all);
        if must_wait {
            return Ok(Next::Wait);
        }
        if values.is_empty() {
            // All edits were replaced by later saves, which the next round sends.
            return Ok(Next::Continue);
        }
        let condition = rejected.condition(server, rewrites_versions);
        let mut update = update_body(&values, sends_all.then_some(server));
        let tries_partial = left_out == LeftOut::UnchangedAsTrial;
        if tries_partial {
            // A server that still empties omitted fields would also empty the role.
            update.role = role_to_send(server);
        }
        let response = session.connection.update_user(&session.account.user_id, &update, condition).await;
        let blocked = self.counters.lock().note_outcome(Route::Update, &response);
        match response {
            Ok(response) => {
                let put = Put { before: server, edits: &edits, values: &values, tries_partial };
                let next = self.handle_response(session, &put, response).await?;
                self.release_open(session, Route::Update).await?;
                Ok(next)
            }
            // Perhaps only one of the values is blocked; it must not hold up the others.
            Err(_) if blocked && edits.len() > 1 => {
                self.return_to_waiting(session, &edits, true).await?;
                Ok(Next::OneAtATime)
            }
            Err(error) if blocked => {
                self.mark_rejected(session, edits, &Failure::UpdateBlocked(error), Some(self.now())).await?;
                Ok(Next::Continue)
            }
            Err(error) => self.handle_failure(session, error, &edits).await,
        }
    }

    async fn handle_failure(&self, session: &Session, error: ApiError, sent: &[Edit]) -> Result<Next, Failure> {
        if error.delivery == Delivery::Unknown {
            // The edits stay in flight; the next read shows whether they arrived. If an intermediary reports that the profile has
            // changed, this sync reads it again immediately.
            let changed = error.kind == ApiErrorKind::Changed;
            return if changed { Ok(Next::Changed { by_api: false }) } else { Err(error.into()) };
        }
        self.return_to_waiting(session, sent, false).await?;
        let is_rejected = matches!(error.kind, ApiErrorKind::Rejected | ApiErrorKind::Forbidden);
        match error.kind {
            ApiErrorKind::Changed => Ok(Next::Changed { by_api: true }),
            ApiErrorKind::Missing { known: true } => {
                let gone = error.into();
                self.mark_all_rejected(session, &gone).await?;
                Err(gone)
            }
            _ if is_rejected && sent.len() > 1 => Ok(Next::OneAtATime),
            _ if is_rejected => {
                let waiting = sent.iter().map(|edit| Edit { in_flight: false, ..edit.clone() }).collect();
                self.mark_rejected(session, waiting, &error.into(), None).await?;
                Ok(Next::Continue)
            }
            _ => Err(error.into()),
        }
    }

    /// Returns sent edits to the waiting ones. `may_come_late`: they may still arrive at the server.
    async fn return_to_waiting(&self, session: &Session, sent: &[Edit], may_come_late: bool) -> Result<(), Failure> {
        let (id, fields) = (session.account.id, sent.iter().map(|edit| edit.field).collect::<Vec<_>>());
        let return_them = move |store: &Store| store.return_to_waiting(id, &fields, may_come_late);
        self.disk.update_account(&session.account, return_them).await
    }
}
