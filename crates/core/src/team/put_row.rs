//! Storing a single row that the server has returned.

use std::sync::Arc;

use lapel_domain::Collaborator;

use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;

impl TeamService {
    /// Stores a row on the disk and in memory.
    pub(super) async fn put_row(
        &self,
        session: &Session,
        organization: &str,
        row: Collaborator,
    ) -> Result<(), Failure> {
        let guard = Arc::clone(&self.writes).lock_owned().await;
        let Some(service) = self.this.upgrade() else { return Ok(()) };
        let (session, organization) = (session.clone(), organization.to_owned());
        self.disk
            .run(move |store| {
                let _guard = guard;
                // The row is updated in memory even if the disk fails.
                let stored = store.put_collaborator(session.account.id, &organization, &row, service.now());
                service.team.update_for(&session, &organization, |team| {
                    team.roster.put(row, None);
                    team.shown_version = team.roster.version;
                });
                stored
            })
            .await
    }
}
