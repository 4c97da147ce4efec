//! Writing a single row, or removing it, on the disk and in memory.

use std::collections::HashSet;
use std::sync::Arc;

use lapel_domain::Collaborator;
use lapel_roster::Roster;
use lapel_store::{AccountId, Store, StoreError};

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
        let stored = row.clone();
        self.write_row(
            session,
            organization,
            move |store, account, organization, now| store.put_collaborator(account, organization, &stored, now),
            move |roster| roster.put(row, None),
        )
        .await
    }

    /// Removes a row that no longer exists on the server, from the disk and from memory.
    pub(super) async fn remove_row(&self, session: &Session, organization: &str, id: String) -> Result<(), Failure> {
        let removed = id.clone();
        self.write_row(
            session,
            organization,
            move |store, account, organization, _| store.remove_collaborator(account, organization, &removed),
            move |roster| roster.remove(&HashSet::from([id])),
        )
        .await
    }

    /// Changes a row on the disk, then in memory, even if the disk fails.
    async fn write_row(
        &self,
        session: &Session,
        organization: &str,
        on_disk: impl FnOnce(&Store, AccountId, &str, i64) -> Result<(), StoreError> + Send + 'static,
        in_memory: impl FnOnce(&mut Roster) + Send + 'static,
    ) -> Result<(), Failure> {
        let guard = Arc::clone(&self.writes).lock_owned().await;
        let Some(service) = self.this.upgrade() else { return Ok(()) };
        let (session, organization) = (session.clone(), organization.to_owned());
        self.disk
            .run(move |store| {
                let _guard = guard;
                let written = on_disk(store, session.account.id, &organization, service.now());
                service.team.update_for(&session, &organization, |team| {
                    in_memory(&mut team.roster);
                    team.shown_version = team.roster.version();
                });
                written
            })
            .await
    }
}
