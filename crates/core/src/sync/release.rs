//! Releases edits that wait for a blocked route, so that they are sent again.

use lapel_store::{Edit, Store};

use super::service::SyncService;
use crate::kernel::error::Failure;
use crate::kernel::rejection::{Route, blocked_reason, blocked_route, due_at, is_due};
use crate::kernel::session::Session;

impl SyncService {
    /// Releases the edits whose blocked route is due; all of them if a person has `asked`.
    pub(super) async fn release_blocked(&self, session: &Session, asked: bool) -> Result<(), Failure> {
        let now = self.now();
        let is_released = move |edit: &Edit| if asked { blocked_reason(edit).is_some() } else { is_due(edit, now) };
        self.release(session, is_released).await
    }

    /// Releases the edits of a route that has just let a request through. An edit whose request was too large stays blocked.
    pub(super) async fn release_open(&self, session: &Session, route: Route) -> Result<(), Failure> {
        let is_released = move |edit: &Edit| due_at(edit).is_some() && blocked_route(edit) == Some(route);
        self.release(session, is_released).await
    }

    async fn release(
        &self,
        session: &Session,
        is_released: impl Fn(&Edit) -> bool + Send + Sync + 'static,
    ) -> Result<(), Failure> {
        if !self.edits(session).iter().any(&is_released) {
            return Ok(());
        }
        let account = session.account.id;
        let release = move |store: &Store| {
            let edits = store.edits(account)?;
            edits.iter().filter(|edit| is_released(edit)).try_for_each(|edit| store.send_again(account, edit.field))
        };
        self.disk.update_account(&session.account, release).await
    }

    /// When the first blocked route is due, in milliseconds since 1970.
    pub(super) fn next_blocked_try(&self, session: &Session) -> Option<i64> {
        self.edits(session).iter().filter_map(due_at).min()
    }
}
