//! Refreshing the open team: one refresh at a time, and another one when the server can be reached again after a
//! failure. `crawl` reads the rows.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};

use lapel_domain::Organization;
use lapel_roster::Roster;

use super::crawl::Crawl;
use super::failures::team_failure;
use super::service::TeamService;
use super::team_cell::Team;
use crate::kernel::connectivity::is_offline;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;
use crate::views::TeamProgress;

/// The maximum number of pages of the list of organizations. A page has up to 100 organizations.
const MAX_ORGANIZATION_PAGES: u32 = 100;

/// When the window comes forward, a team that was read more than this many milliseconds ago is read again.
const RECENT: i64 = 60_000;

/// The progress before the number of pages is known.
const STARTED: TeamProgress = TeamProgress { done: 0, total: None };

impl TeamService {
    /// Refreshes the open team, unless a refresh of it is already running.
    pub(crate) fn start_refresh(&self) {
        self.start(true);
    }

    /// The window has come forward: the open team may be old. After a failed connection, the next successful sync starts
    /// the refresh, and coming forward already starts that sync.
    pub(crate) fn come_forward(&self) {
        let account = {
            let state = self.state.read();
            let is_offline = is_offline(state.error.as_ref());
            state.session.as_ref().filter(|_| !is_offline).map(|session| session.account.id)
        };
        let is_opened = account.is_some() && *self.opened_by.lock().unwrap_or_else(PoisonError::into_inner) == account;
        let now = self.now();
        let is_due = self.team.read(|team| {
            let read_at = team.refresh_ended_at.or(team.as_of);
            // The clock may have been set back.
            let is_recent = read_at.is_some_and(|read_at| (0..=RECENT).contains(&(now - read_at)));
            Ok(!is_recent && !team.is_wanted && !is_offline(team.error.as_ref()))
        });
        if is_opened && is_due.unwrap_or_default() {
            self.start(false);
        }
    }

    /// `asked` means that the user has requested the refresh.
    fn start(&self, asked: bool) {
        let Some(service) = self.this.upgrade() else { return };
        let session = self.state.read().session.clone();
        let open = self.team.read(|team| Ok(team.organization.clone())).ok().flatten().unwrap_or_default();
        let Some(session) = session else { return self.refresh_when_connected() };
        let mut refresh = self.refresh.lock();
        if let Some((organization, task)) = &*refresh {
            if *organization == open && !task.is_finished() {
                return;
            }
            task.abort();
        }
        let task = self.tasks.spawn(async move { service.refresh(session, asked).await });
        *refresh = Some((open, task));
    }

    /// Starts a refresh after the next successful sync, unless another refresh has started by then.
    fn refresh_when_connected(&self) {
        let mut connectivity = self.connectivity.clone();
        connectivity.mark_unchanged();
        // Without an open team, there is nothing to refresh.
        let is_open = self.team.update(|team| {
            team.is_wanted = true;
            Ok(())
        });
        if is_open.is_err() {
            return;
        }
        let service = self.this.clone();
        let waiter = tokio::spawn(async move {
            // An error means that the app is closing.
            if connectivity.changed().await.is_err() {
                return;
            }
            let Some(service) = service.upgrade() else { return };
            if service.team.read(|team| Ok(team.is_wanted)).unwrap_or_default() {
                service.start(false);
            }
        });
        let mut former = self.connection_waiter.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(former) = former.replace(waiter.abort_handle()) {
            former.abort();
        }
    }

    async fn refresh(self: Arc<Self>, session: Session, asked: bool) {
        self.team.update_any(&session, |team| {
            team.refreshing = Some(STARTED);
            team.is_wanted = false;
        });
        let outcome = self.read_team(&session).await;
        // This task is removed before the outcome is published, because the UI may start the next refresh immediately.
        self.refresh.lock().take_if(|(_, task)| Some(task.id()) == tokio::task::try_id());
        let error = outcome.as_ref().err().filter(|error| !error.is_signed_out()).cloned();
        let (offline, now) = (is_offline(error.as_ref()), self.now());
        self.team.update_any(&session, |team| {
            team.refreshing = None;
            team.refresh_ended_at = Some(now);
            team.shown_version = team.roster.version();
            team.error.clone_from(&error);
        });
        if offline {
            self.refresh_when_connected();
        }
        if asked && offline {
            // A sync updates the connection state of the whole UI.
            self.sync.start();
        }
        // Must be last, because updates of an ended session are ignored.
        self.state.expire_if_signed_out(&session, &outcome);
        if let Err(error) = outcome {
            tracing::debug!(%error, "the team could not be read");
        }
    }

    async fn read_team(&self, session: &Session) -> Result<(), Failure> {
        self.read_organizations(session).await?;
        let open = self.team.read(|team| Ok(team.organization.clone()))?;
        // The user may belong to no organization.
        let Some(organization) = open else { return Ok(()) };
        let Some(service) = self.this.upgrade() else { return Ok(()) };
        Crawl::new(service, session, organization).run().await
    }

    /// Reads the list of organizations. Opens one if none is open, or if the open one is no longer listed.
    async fn read_organizations(&self, session: &Session) -> Result<(), Failure> {
        let mut organizations: Vec<Organization> = Vec::new();
        for page in 1..=MAX_ORGANIZATION_PAGES {
            let response = session.connection.organizations(page).await.map_err(team_failure)?;
            let is_last = response.items.is_empty() || page >= response.total_pages;
            organizations.extend(response.items);
            if is_last {
                break;
            }
        }
        let mut seen = HashSet::new();
        organizations.retain(|organization| seen.insert(organization.id.clone()));
        let (id, to_store, now) = (session.account.id, organizations.clone(), self.now());
        // The list is updated in memory even if the disk fails.
        let stored = self.disk.run(move |store| store.store_organizations(id, &to_store, now)).await;
        let mut is_still_listed = false;
        self.team.update_any(session, |team| {
            let open = team.organization.as_ref();
            is_still_listed = open.is_some_and(|open| organizations.iter().any(|listed| listed.id == *open));
            team.organizations = Arc::new(organizations);
            if !is_still_listed {
                let refreshing = team.refreshing;
                let roster = Roster::new([], team.roster.version() + 1, &session.account.user_id, HashSet::new());
                let organizations = Arc::clone(&team.organizations);
                team.replace(Team { organizations, refreshing, roster, ..Team::default() });
            }
        });
        stored?;
        if !is_still_listed {
            self.load(&session.account, None).await?;
            self.team.update_any(session, |team| team.refreshing = Some(STARTED));
        }
        Ok(())
    }
}
