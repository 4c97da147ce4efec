//! When a team is read anew, and what comes of it: one reading at a time, of the team that is open, and once more where there
//! was no connection. How its rows are read is in `reading`.

use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError};

use lapel_domain::Organization;
use tokio::task::AbortHandle;

use super::reading::Reading;
use super::roster::Roster;
use super::{Team, team_failure};
use crate::app::Inner;
use crate::snapshot_view::is_offline;
use crate::state::Session;
use crate::views::{AppError, ErrorCode, TeamProgress};

/// Most pages of the list of organizations: ten thousand of them.
const MOST_ORGANIZATION_PAGES: u32 = 100;

/// The reading that goes on, to end it where another team is opened.
#[derive(Default)]
pub(crate) struct TeamRefresh {
    running: Option<(String, AbortHandle)>,
}

impl Inner {
    /// Reads the open team anew, unless it is being read.
    pub(crate) fn start_team_refresh(self: &Arc<Self>) {
        self.start_reading(true);
    }

    /// `asked` where a person wants it, and not only the end of an exchange.
    fn start_reading(self: &Arc<Self>, asked: bool) {
        let (session, open) = {
            let mut state = self.state();
            let Some(session) = state.session.clone() else {
                state.team.iter_mut().for_each(|team| team.wanted = true);
                return;
            };
            (session, state.team.as_ref().and_then(|team| team.organization.clone()).unwrap_or_default())
        };
        let mut refresh = self.team_refresh();
        if let Some((organization, task)) = &refresh.running {
            if *organization == open && !task.is_finished() {
                return;
            }
            task.abort();
        }
        let inner = Arc::clone(self);
        let task = tokio::spawn(async move { inner.refresh_team(session, asked).await });
        self.abort_with_session(task.abort_handle());
        refresh.running = Some((open, task.abort_handle()));
    }

    /// Reads the open team where that was not possible before; called when there is a connection.
    pub(crate) fn start_wanted_team_refresh(self: &Arc<Self>) {
        if self.state().team.as_ref().is_some_and(|team| team.wanted) {
            self.start_reading(false);
        }
    }

    fn team_refresh(&self) -> MutexGuard<'_, TeamRefresh> {
        self.team_refresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn refresh_team(self: Arc<Self>, session: Session, asked: bool) {
        self.update_for(&session, |state| {
            let team = state.team.get_or_insert_default();
            team.refreshing = Some(TeamProgress { done: 0, total: None });
            team.wanted = false;
        });
        let outcome = self.read_team(&session).await;
        // Before the outcome is shown: whoever sees it may ask for the next reading at once.
        self.team_refresh().running.take_if(|(_, task)| Some(task.id()) == tokio::task::try_id());
        let error = outcome.as_ref().err().filter(|error| error.code != ErrorCode::SignedOut).cloned();
        self.update_for(&session, |state| {
            let team = state.team.get_or_insert_default();
            team.refreshing = None;
            team.shown_version = team.roster.version;
            team.wanted = is_offline(error.as_ref());
            team.error.clone_from(&error);
        });
        if asked && is_offline(error.as_ref()) {
            // So that the whole page knows whether there is a connection.
            self.start_sync();
        }
        // Last: nothing of an ended session is shown any more. Otherwise the outcome stands there already.
        self.expire_if_signed_out(&session, outcome)
            .unwrap_or_else(|error| tracing::debug!(%error, "the team was not read"));
    }

    async fn read_team(self: &Arc<Self>, session: &Session) -> Result<(), AppError> {
        self.read_organizations(session).await?;
        let open = self.state().team.as_ref().and_then(|team| team.organization.clone());
        // None: the person belongs to no organization.
        let Some(organization) = open else { return Ok(()) };
        Reading::of(self, session, organization).read().await
    }

    /// Reads the list of organizations, and opens one where none was known yet.
    async fn read_organizations(self: &Arc<Self>, session: &Session) -> Result<(), AppError> {
        let mut organizations: Vec<Organization> = Vec::new();
        for page in 1..=MOST_ORGANIZATION_PAGES {
            let answer = session.connection.organizations(page).await.map_err(team_failure)?;
            let last = answer.items.is_empty() || page >= answer.total_pages;
            organizations.extend(answer.items);
            if last {
                break;
            }
        }
        let mut seen = HashSet::new();
        organizations.retain(|organization| seen.insert(organization.id.clone()));
        let (id, kept, now) = (session.account.id, organizations.clone(), self.now());
        // A disk that fails must not keep the page from showing what the server has.
        let outcome = self.with_store(move |store| store.keep_organizations(id, &kept, now)).await;
        let open = self.state().team.as_ref().and_then(|team| team.organization.clone());
        let still_there = open.is_some_and(|open| organizations.iter().any(|organization| organization.id == open));
        self.update_for(session, |state| {
            let team = state.team.get_or_insert_default();
            team.organizations = organizations;
            if !still_there {
                *team = Team {
                    organizations: std::mem::take(&mut team.organizations),
                    refreshing: team.refreshing,
                    roster: Roster::new(Vec::new(), team.roster.version + 1, &session.account.user_id),
                    batch: team.batch.take(),
                    ..Team::default()
                };
            }
        });
        outcome?;
        if !still_there {
            self.load_team(&session.account, None).await?;
            self.update_for(session, |state| {
                state.team.get_or_insert_default().refreshing = Some(TeamProgress { done: 0, total: None });
            });
        }
        Ok(())
    }
}
