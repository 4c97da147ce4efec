//! The team of an organization: read page by page, kept on this computer, searched in memory, and its roles changed.
//!
//! Who may change what is decided in `lapel_domain`; what is kept, in `lapel_store`.

mod addresses;
mod batch;
mod change;
mod find;
mod history;
mod import;
mod index;
mod left_out;
mod list_file;
mod list_records;
mod page_rows;
mod person;
mod plan;
mod present;
mod reading;
mod refresh;
mod role_options;
mod roster;
mod run;
mod window;

use std::collections::HashMap;
use std::sync::Arc;

use lapel_api::{ApiError, ApiErrorKind};
use lapel_domain::{Collaborator, Organization, TeamRole, UserRole};
use lapel_store::Account;

pub(crate) use batch::Batch;
pub(crate) use present::present_team;
pub(crate) use refresh::TeamRefresh;

use crate::app::{App, Inner};
use crate::state::{Session, State};
use crate::views::{AppError, ErrorCode, SelectionChange, TeamProgress, TeamQuery, TeamWindow};
use roster::Roster;
use window::Showing;

/// What is known of the teams of the account on the page.
#[derive(Default)]
pub(crate) struct Team {
    pub(crate) organizations: Vec<Organization>,
    /// Id of the one whose rows are here.
    pub(crate) organization: Option<String>,
    /// Whether what the store keeps of it is here.
    pub(crate) loaded: bool,
    pub(crate) roster: Roster,
    /// The roster's version that the page was told of. While a team is being read it lags behind, so that the page does
    /// not ask again for every page of it.
    pub(crate) shown_version: u64,
    pub(crate) as_of: Option<i64>,
    pub(crate) refreshing: Option<TeamProgress>,
    pub(crate) error: Option<AppError>,
    /// Whether it is to be read as soon as there is a connection.
    pub(crate) wanted: bool,
    pub(crate) batch: Option<Batch>,
    /// The languages that were given to others since the sign-in, by the ids of the people: none of them can be read.
    pub(crate) languages_given: HashMap<String, String>,
}

impl Team {
    /// The signed-in person's team role; none where their row was not read yet.
    pub(crate) fn own_role(&self) -> Option<&TeamRole> {
        self.roster.own().map(|entry| &entry.row.team_role)
    }
}

/// The signed-in person, as the rules see them in the team on the page.
pub(crate) struct Caller {
    /// Id of the person.
    pub(crate) id: String,
    /// Team role; [`TeamRole::Unassigned`] where the own row is not known, which may nothing.
    pub(crate) team: TeamRole,
    pub(crate) user: UserRole,
}

impl Caller {
    pub(crate) fn is(&self, row: &Collaborator) -> bool {
        row.user_id.as_deref() == Some(&self.id)
    }
}

impl State {
    /// The signed-in person in the team on the page.
    pub(crate) fn caller(&self) -> Option<Caller> {
        let (account, team) = (self.account.as_ref()?, self.team.as_ref()?);
        let user = self.profile.as_ref().map(|cached| cached.profile.role.clone());
        Some(Caller {
            id: account.user_id.clone(),
            team: team.own_role().cloned().unwrap_or(TeamRole::Unassigned),
            user: user.unwrap_or(UserRole::Unknown(String::new())),
        })
    }
}

impl App {
    /// Shows the team of an organization, or of the one shown last: what this computer keeps of it, and then a refresh.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn open_team(&self, organization: Option<String>) -> Result<(), AppError> {
        let account = self.inner.account()?;
        self.inner.load_team(&account, organization).await?;
        self.inner.start_team_refresh();
        Ok(())
    }

    /// Reads the team from the server again.
    pub fn refresh_team(&self) {
        self.inner.start_team_refresh();
    }

    /// Some of the rows that a query finds.
    ///
    /// # Errors
    /// Where no team is open.
    pub fn team_rows(&self, query: &TeamQuery, from: usize, count: usize) -> Result<TeamWindow, AppError> {
        let mut state = self.inner.state();
        let account = state.account.clone().ok_or_else(no_team)?;
        let showing = Showing { account: account.id, person: &account.user_id, pictures: &self.inner.pictures };
        let team = state.team.as_mut().ok_or_else(no_team)?;
        Ok(team.roster.window(query, from, count, &showing))
    }

    /// Changes the selection among what a query finds.
    ///
    /// # Errors
    /// Where no team is open.
    pub fn select_team(&self, query: &TeamQuery, change: &SelectionChange) -> Result<(), AppError> {
        let mut state = self.inner.state();
        let team = state.team.as_mut().ok_or_else(no_team)?;
        team.roster.change_selection(query, change);
        Ok(())
    }
}

impl Inner {
    /// Brings what the store keeps of a team into memory, unless it is there already.
    pub(crate) async fn load_team(
        self: &Arc<Self>,
        account: &Account,
        organization: Option<String>,
    ) -> Result<(), AppError> {
        let turn = Arc::clone(&self.team_writes).lock_owned().await;
        let preferred = {
            let state = self.state();
            let open = state.team.as_ref().filter(|team| team.loaded).and_then(|team| team.organization.clone());
            if open.is_some() && (organization.is_none() || organization == open) {
                return Ok(());
            }
            organization.or_else(|| state.profile.as_ref()?.profile.organization_id.clone())
        };
        self.update(|state| {
            state.team.get_or_insert_default();
        });
        let (id, person, inner) = (account.id, account.user_id.clone(), Arc::clone(self));
        self.with_store(move |store| {
            let _turn = turn;
            let kept: Vec<Organization> = store.organizations(id)?.into_iter().map(|kept| kept.organization).collect();
            let listed = |wanted: &String| kept.iter().any(|organization| organization.id == *wanted);
            let organization = preferred.filter(listed).or_else(|| kept.first().map(|first| first.id.clone()));

            let (rows, as_of) = match &organization {
                Some(organization) => (store.collaborators(id, organization)?, store.team_as_of(id, organization)?),
                None => (Vec::new(), None),
            };
            let version = inner.state().team.as_ref().map_or(0, |team| team.roster.version) + 1;
            // Built before the state is held: this takes its time.
            let mut roster = Roster::new(rows, version, &person);
            roster.find(&TeamQuery::default());
            inner.update(|state| {
                if state.account.as_ref().is_some_and(|active| active.id == id) {
                    let shown_version = version;
                    let (loaded, organizations) = (true, kept);
                    let fresh =
                        Team { organizations, organization, loaded, roster, shown_version, as_of, ..Team::default() };
                    state.team = Some(fresh);
                }
            });
            Ok(())
        })
        .await
    }

    /// Loads what is kept of the team before anybody asks for it, so that the page finds it there. Where nothing is kept,
    /// nothing happens.
    pub(crate) fn load_team_ahead(self: &Arc<Self>) {
        let inner = Arc::clone(self);
        tokio::spawn(async move {
            let Ok(account) = inner.account() else { return };
            let id = account.id;
            let kept = inner.with_store(move |store| store.organizations(id)).await;
            if kept.is_ok_and(|kept| !kept.is_empty()) {
                let loaded = inner.load_team(&account, None).await;
                loaded.unwrap_or_else(|error| tracing::warn!(message = error.message, "the team was not loaded"));
            }
        });
    }

    /// The session and the organization that a change of the team is made in.
    pub(crate) fn team_session(&self) -> Result<(Session, String), AppError> {
        let state = self.state();
        let session = state.session.clone();
        let session = session.ok_or_else(|| AppError::new(ErrorCode::SignedOut, "no session"))?;
        let organization = state.team.as_ref().and_then(|team| team.organization.clone()).ok_or_else(no_team)?;
        Ok((session, organization))
    }

    /// Changes what is known of the team, unless another session or organization is on the page by now.
    pub(crate) fn update_team(&self, session: &Session, organization: &str, change: impl FnOnce(&mut Team)) {
        self.update_for(session, |state| {
            let open = state.team.as_mut().filter(|team| team.organization.as_deref() == Some(organization));
            if let Some(team) = open {
                change(team);
            }
        });
    }

    /// Keeps a row that the server answered by itself, on the disk and in memory.
    pub(crate) async fn put_row(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        row: Collaborator,
    ) -> Result<(), AppError> {
        let turn = Arc::clone(&self.team_writes).lock_owned().await;
        let (inner, session, organization) = (Arc::clone(self), session.clone(), organization.to_owned());
        self.with_store(move |store| {
            let _turn = turn;
            // A disk that fails must not keep the page from showing what the server has.
            let kept = store.put_collaborator(session.account.id, &organization, &row, inner.now());
            inner.update_team(&session, &organization, |team| {
                team.roster.put(row, None);
                team.shown_version = team.roster.version;
            });
            kept
        })
        .await
    }
}

/// Nothing was opened; a mistake of ours.
fn no_team() -> AppError {
    AppError::new(ErrorCode::Internal, "no team is open")
}

/// What an answer of a team's routes means: 3001 there says that the organization or the row is gone.
fn team_failure(error: ApiError) -> AppError {
    let gone = matches!(error.kind, ApiErrorKind::Missing { known: true });
    let failure = AppError::from(error);
    if gone { AppError { code: ErrorCode::TeamGone, ..failure } } else { failure }
}
