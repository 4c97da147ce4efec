//! The open team in memory. It has its own lock, so that searching and exporting 100,000 rows never delay a save or a
//! snapshot.
//!
//! The state has only a summary of the team, which is published after each change. The lock of the state is never
//! taken while the lock of the team is held.

use std::collections::HashMap;
use std::sync::Arc;

use lapel_domain::{Organization, TeamRole};
use lapel_roster::Roster;
use lapel_store::AccountId;

use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::kernel::session::Session;
use crate::kernel::state::TeamSummary;
use crate::kernel::state_cell::StateCell;
use crate::kernel::tasks::{PerSession, SessionTasks};
use crate::views::TeamProgress;
use crate::views::team_view::organization_name;

/// The selected rows of a team while its user signs in again.
pub(super) struct KeptSelection {
    pub(super) account: AccountId,
    pub(super) organization: String,
    /// Ids of the rows.
    pub(super) rows: Vec<String>,
}

/// The data about the teams of the active account.
#[derive(Default)]
pub(super) struct Team {
    /// The account; none before a team is opened.
    pub(super) account: Option<AccountId>,
    pub(super) organizations: Arc<Vec<Organization>>,
    /// Id of the open organization.
    pub(super) organization: Option<String>,
    /// Whether the cached rows of the organization are in memory.
    pub(super) loaded: bool,
    pub(super) roster: Roster,
    /// The published version of the roster. During a refresh it is updated only from time to time, so that the UI does
    /// not request its window again after each page of rows.
    pub(super) shown_version: u64,
    /// When all rows were last read, in milliseconds since 1970.
    pub(super) as_of: Option<i64>,
    /// The number of rows according to the server, while not all of them were read.
    pub(super) expected: Option<u64>,
    pub(super) refreshing: Option<TeamProgress>,
    pub(super) error: Option<Failure>,
    /// When the last refresh of this session ended, successful or not, in milliseconds since 1970.
    pub(super) refresh_ended_at: Option<i64>,
    /// Whether a refresh starts as soon as the server can be reached.
    pub(super) is_wanted: bool,
    /// Languages that were set for others since the team was opened, by user id. The API does not return them.
    pub(super) languages_given: HashMap<String, String>,
    /// Sequence number of the last summary.
    pub(super) sequence: u64,
}

impl Team {
    /// The team role of the signed-in user; none before their row was read.
    fn own_role(&self) -> Option<TeamRole> {
        self.roster.own().map(|entry| entry.row.team_role.clone())
    }

    /// The name of the open organization; empty if none is open.
    pub(super) fn organization_name(&self) -> String {
        let open = self.organizations.iter().find(|listed| Some(&listed.id) == self.organization.as_ref());
        open.map(|organization| organization_name(organization).to_owned()).unwrap_or_default()
    }

    /// Whether the open team was never read completely, so that rows may be missing.
    pub(super) fn is_partial(&self) -> bool {
        self.organization.is_some() && self.as_of.is_none()
    }

    fn is_open(&self, account: AccountId, organization: &str) -> bool {
        self.account == Some(account) && self.organization.as_deref() == Some(organization)
    }

    /// Replaces everything but the account and the sequence number.
    pub(super) fn replace(&mut self, other: Self) {
        *self = Self { account: self.account, sequence: self.sequence, ..other };
    }

    fn summary(&mut self, account: AccountId) -> TeamSummary {
        self.sequence += 1;
        TeamSummary {
            account,
            sequence: self.sequence,
            organizations: Arc::clone(&self.organizations),
            organization: self.organization.clone(),
            loaded: self.loaded,
            version: self.shown_version,
            total: self.roster.len(),
            as_of: self.as_of,
            expected: self.expected,
            refreshing: self.refreshing,
            error: self.error.clone(),
            own_role: self.own_role(),
        }
    }
}

/// Holds the team of the session and publishes its summary.
pub(super) struct TeamCell {
    team: PerSession<Team>,
    state: Arc<StateCell>,
}

impl TeamCell {
    pub(super) fn new(state: Arc<StateCell>, tasks: &Arc<SessionTasks>) -> Self {
        Self { team: PerSession::new(tasks), state }
    }

    /// Reads the team of the active account, or changes it without publishing.
    pub(super) fn read<T>(&self, read: impl FnOnce(&mut Team) -> Result<T, Failure>) -> Result<T, Failure> {
        let account = self.active_account()?;
        let mut team = self.team.lock();
        if team.account == Some(account) { read(&mut team) } else { Err(Misuse::NoTeam.into()) }
    }

    /// Changes the team of the active account and publishes the change.
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut Team) -> Result<T, Failure>) -> Result<T, Failure> {
        let account = self.active_account()?;
        let (result, summary) = {
            let mut team = self.team.lock();
            if team.account != Some(account) {
                return Err(Misuse::NoTeam.into());
            }
            (change(&mut team), team.summary(account))
        };
        self.publish(summary);
        result
    }

    /// Changes the team, unless the session has ended or another organization is open.
    pub(super) fn update_for(&self, session: &Session, organization: &str, change: impl FnOnce(&mut Team)) {
        self.update_where(session, |team| {
            let is_open = team.is_open(session.account.id, organization);
            if is_open {
                change(team);
            }
            is_open
        });
    }

    /// Changes the team of a session's account, with any organization open, unless the session has ended.
    pub(super) fn update_any(&self, session: &Session, change: impl FnOnce(&mut Team)) {
        self.update_where(session, |team| {
            let account = session.account.id;
            let is_open = *team.account.get_or_insert(account) == account;
            if is_open {
                change(team);
            }
            is_open
        });
    }

    /// Opens the team of an account, empty unless it is already open, and changes it. Does nothing if the account is
    /// not active any more.
    pub(super) fn open(&self, account: AccountId, change: impl FnOnce(&mut Team)) {
        if !self.state.read().is_active_account(account) {
            return;
        }
        let summary = {
            let mut team = self.team.lock();
            if team.account != Some(account) {
                *team = Team { account: Some(account), ..Team::default() };
            }
            change(&mut team);
            team.summary(account)
        };
        self.publish(summary);
    }

    fn update_where(&self, session: &Session, change: impl FnOnce(&mut Team) -> bool) {
        if !self.state.read().is_active_session(session) {
            return;
        }
        let summary = {
            let mut team = self.team.lock();
            if !change(&mut team) {
                return;
            }
            team.summary(session.account.id)
        };
        self.publish(summary);
    }

    fn active_account(&self) -> Result<AccountId, Failure> {
        Ok(self.state.read().active_account()?.id)
    }

    /// Stores a summary in the state, unless the state has a later one or another account is active.
    fn publish(&self, summary: TeamSummary) {
        self.state.update(|state| {
            let is_later = |known: &TeamSummary| known.account != summary.account || known.sequence < summary.sequence;
            if state.is_active_account(summary.account) && state.team.as_ref().is_none_or(is_later) {
                state.team = Some(summary);
            }
        });
    }
}
