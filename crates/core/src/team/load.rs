//! Opening a team: loads its cached rows into memory.

use std::collections::HashSet;
use std::sync::{Arc, mpsc};
use std::{mem, panic, thread};

use lapel_domain::Organization;
use lapel_roster::Roster;
use lapel_store::{Account, AccountId, CachedCollaborator, Store, StoreError};

use super::history::outcome_name;
use super::service::TeamService;
use super::team_cell::Team;
use crate::kernel::error::Failure;
use crate::views::{HistoryOutcome, TeamQuery};

/// The number of rows that one thread passes to the other at once.
const PART: usize = 1024;

/// The number of parts that may wait.
const PARTS_AHEAD: usize = 8;

impl TeamService {
    /// Loads the cached rows of an organization into memory, unless they are loaded. Without an organization, keeps
    /// the open one, or else opens the one of the profile.
    pub(super) async fn load(&self, account: &Account, organization: Option<String>) -> Result<(), Failure> {
        let guard = Arc::clone(&self.writes).lock_owned().await;
        let open = self.team.read(|team| Ok(team.organization.clone().filter(|_| team.loaded))).unwrap_or_default();
        if open.is_some() && (organization.is_none() || organization == open) {
            return Ok(());
        }
        let preferred = organization.or_else(|| self.state.read().known_profile()?.organization_id.clone());
        self.team.open(account.id, |_| ());
        let Some(service) = self.this.upgrade() else { return Ok(()) };
        let (id, person) = (account.id, account.user_id.clone());
        self.disk
            .run(move |store| {
                let _guard = guard;
                let cached = store.organizations(id)?;
                let organizations: Vec<Organization> = cached.into_iter().map(|cached| cached.organization).collect();
                let is_listed = |wanted: &String| organizations.iter().any(|organization| organization.id == *wanted);
                let first = || organizations.first().map(|first| first.id.clone());
                let organization = preferred.filter(is_listed).or_else(first);
                let version = service.team.read(|team| Ok(team.roster.version())).unwrap_or_default() + 1;
                // Built and searched before the team is locked, because this is slow.
                let (mut roster, as_of, expected) = match &organization {
                    Some(organization) => (
                        read_roster(store, id, organization, version, &person)?,
                        store.team_as_of(id, organization)?,
                        store.expected_rows(id, organization)?,
                    ),
                    None => (Roster::new([], version, &person, HashSet::new()), None, None),
                };
                roster.found_rows(&TeamQuery::default(), 0, 0);
                service.team.open(id, |team| {
                    team.replace(Team {
                        organizations: Arc::new(organizations),
                        organization,
                        loaded: true,
                        roster,
                        shown_version: version,
                        as_of,
                        expected,
                        ..Team::default()
                    });
                    service.restore_selection(team);
                });
                Ok(())
            })
            .await
    }

    /// Whether the account's organizations were read before.
    pub(super) async fn has_cached_team(&self, account: AccountId) -> Result<bool, Failure> {
        Ok(!self.disk.run(move |store| store.organizations(account)).await?.is_empty())
    }

    /// Loads the cached rows before the team page is opened. Does nothing if no organization is cached.
    pub(crate) fn load_ahead(&self) {
        let Some(service) = self.this.upgrade() else { return };
        tokio::spawn(async move {
            let Ok(account) = service.state.read().active_account() else { return };
            if service.has_cached_team(account.id).await.unwrap_or_default() {
                let loaded = service.load(&account, None).await;
                loaded.unwrap_or_else(|error| tracing::warn!(%error, "the team could not be loaded"));
            }
        });
    }
}

/// Reads the rows of a team. A thread of its own builds the roster in the meantime, because for a large team both take long.
fn read_roster(
    store: &Store,
    account: AccountId,
    organization: &str,
    version: u64,
    person: &str,
) -> Result<Roster, StoreError> {
    let changed = store.changed_rows(account, organization, outcome_name(HistoryOutcome::Made))?;
    let (sender, receiver) = mpsc::sync_channel(PARTS_AHEAD);
    thread::scope(|scope| {
        let roster = scope.spawn(move || Roster::new(receiver.into_iter().flatten(), version, person, changed));
        let mut part = Vec::with_capacity(PART);
        let read = store.read_collaborators(account, organization, |row| {
            part.push(row);
            if part.len() == PART {
                send_part(&sender, mem::replace(&mut part, Vec::with_capacity(PART)));
            }
        });
        send_part(&sender, part);
        drop(sender);
        let roster = roster.join().unwrap_or_else(|panic| panic::resume_unwind(panic));
        read.map(|()| roster)
    })
}

fn send_part(sender: &mpsc::SyncSender<Vec<CachedCollaborator>>, part: Vec<CachedCollaborator>) {
    // Fails only if the other thread has panicked, which joining it reports.
    let _ = sender.send(part);
}
