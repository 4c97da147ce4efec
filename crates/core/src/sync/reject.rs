//! Marks edits as rejected. They are not sent again until a person decides, or until their blocked route is due.

use lapel_store::{Edit, EditState, Store};

use super::service::SyncService;
use crate::kernel::error::Failure;
use crate::kernel::rejection::write_reason;
use crate::kernel::session::Session;

impl SyncService {
    /// Marks edits as rejected until a person decides. With `tried_at`, they are released when their blocked route is due.
    pub(super) async fn mark_rejected(
        &self,
        session: &Session,
        edits: Vec<Edit>,
        failure: &Failure,
        tried_at: Option<i64>,
    ) -> Result<(), Failure> {
        let (id, refused) = (session.account.id, EditState::Refused { reason: write_reason(failure, tried_at) });
        let mark = move |store: &Store| edits.iter().try_for_each(|edit| store.set_edit_state(id, edit, &refused));
        self.disk.update_account(&session.account, mark).await
    }

    /// Marks everything that waits as rejected: the person no longer exists on the server.
    pub(super) async fn mark_all_rejected(&self, session: &Session, failure: &Failure) -> Result<(), Failure> {
        let id = session.account.id;
        let edits = self.disk.run(move |store| store.edits(id)).await?;
        // An edit that changes nothing cannot be rejected.
        let waiting =
            edits.into_iter().filter(|edit| edit.state == EditState::Waiting && edit.changes_value()).collect();
        self.mark_rejected(session, waiting, failure, None).await
    }
}
