//! The state of the app. `views::snapshot_view` makes the snapshot for the page from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lapel_domain::{Collaborator, Field, Organization, Profile, TeamRole, UserRole, missing_for_full_update};
use lapel_store::{Account, AccountId, CachedProfile, Condition, Edit, EditState, EditValue};

use super::error::Failure;
use super::error_reasons::Misuse;
use super::other_accounts::OtherAccount;
use super::session::Session;
use super::shown_profile::unsent_fields;
use crate::views::{
    BatchView, DraftValues, Preferences, Revision, SessionState, StorageState, TeamProgress, TokenKeeping, UploadView,
};

/// What is going on between this computer and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    Idle,
    /// Reading the profile; `asked` if a person has asked for it.
    Refreshing {
        asked: bool,
    },
    Sending,
}

/// Everything behind a snapshot.
pub(crate) struct State {
    pub(crate) revision: Revision,
    pub(crate) preferences: Preferences,
    /// The system's locale, used before sign-in.
    pub(crate) system_language: String,
    /// The storage state at the start.
    pub(crate) storage_found: StorageState,
    /// The storage state now.
    pub(crate) storage: StorageState,
    pub(crate) account: Option<Account>,
    pub(crate) other_accounts: Vec<OtherAccount>,
    pub(crate) session_state: SessionState,
    pub(crate) token_keeping: TokenKeeping,
    pub(crate) session: Option<Session>,
    pub(crate) profile: Option<CachedProfile>,
    pub(crate) edits: Vec<Edit>,
    /// The fields that somebody else has changed since the person last saved, and when the last change was seen.
    pub(crate) updated: Option<(BTreeSet<Field>, i64)>,
    /// Fields of the last save whose values the server stores in another form, with that form.
    pub(crate) stored_as: BTreeMap<Field, String>,
    pub(crate) draft: Option<DraftValues>,
    pub(crate) activity: Activity,
    /// Whether a person has asked for the next sync.
    pub(crate) asked: bool,
    /// Whether the profile was read from the server since the start or the sign-in.
    pub(crate) checked: bool,
    /// The failure of the last sync, until the next success.
    pub(crate) error: Option<Failure>,
    /// Whether signing in again may help against that failure, although the session has not ended.
    pub(crate) sign_in_helps: bool,
    /// When the next retry starts, in milliseconds since 1970, if it is far enough away to be worth showing.
    pub(crate) next_try: Option<i64>,
    pub(crate) upload: Option<UploadView>,
    /// Whether each PUT carries all fields, because the server empties those that are left out.
    pub(crate) sends_all: bool,
    /// The open team, once its page was opened.
    pub(crate) team: Option<TeamSummary>,
    /// The batch of role changes.
    pub(crate) batch: Option<BatchSummary>,
}

/// What the page and the rules need to know about the open team. Its rows are in the team service.
#[derive(Clone)]
pub(crate) struct TeamSummary {
    pub(crate) account: AccountId,
    /// Grows with each summary; an older one never replaces a newer one.
    pub(crate) sequence: u64,
    pub(crate) organizations: Arc<Vec<Organization>>,
    /// Id of the open organization.
    pub(crate) organization: Option<String>,
    /// Whether its cached rows are in memory.
    pub(crate) loaded: bool,
    /// The version of the rows that the page was told about.
    pub(crate) version: u64,
    pub(crate) total: usize,
    /// When all rows were last read, in milliseconds since 1970.
    pub(crate) as_of: Option<i64>,
    /// The number of rows according to the server, while not all of them were read.
    pub(crate) expected: Option<u64>,
    pub(crate) refreshing: Option<TeamProgress>,
    pub(crate) error: Option<Failure>,
    /// The team role of the signed-in person; none before their row was read.
    pub(crate) own_role: Option<TeamRole>,
}

/// The batch of role changes for the page.
#[derive(Clone)]
pub(crate) struct BatchSummary {
    pub(crate) account: AccountId,
    /// Grows with each summary; an older one never replaces a newer one.
    pub(crate) sequence: u64,
    /// None if there is no batch.
    pub(crate) view: Option<BatchView>,
}

impl Caller {
    /// Whether a row is that of the signed-in person.
    pub(crate) fn is(&self, row: &Collaborator) -> bool {
        row.user_id.as_deref() == Some(&self.id)
    }
}

/// The signed-in person, as the rules for roles see them.
pub(crate) struct Caller {
    /// Id of the person.
    pub(crate) id: String,
    /// Their role in the open team; [`TeamRole::Unassigned`], which permits nothing, while it is not known.
    pub(crate) team: TeamRole,
    pub(crate) user: UserRole,
}

impl State {
    /// The state while nobody is signed in.
    pub(crate) fn signed_out(preferences: Preferences, system_language: String, storage: StorageState) -> Self {
        Self {
            revision: 0,
            preferences,
            system_language,
            storage_found: storage,
            storage,
            account: None,
            other_accounts: Vec::new(),
            session_state: SessionState::SignedOut,
            token_keeping: TokenKeeping::Keyring,
            session: None,
            profile: None,
            edits: Vec::new(),
            updated: None,
            stored_as: BTreeMap::new(),
            draft: None,
            activity: Activity::Idle,
            asked: false,
            checked: false,
            error: None,
            sign_in_helps: false,
            next_try: None,
            upload: None,
            sends_all: false,
            team: None,
            batch: None,
        }
    }

    /// The state of the next start, before it reads the disk.
    pub(crate) fn at_next_start(&self) -> Self {
        Self::signed_out(self.preferences.clone(), self.system_language.clone(), self.storage_found)
    }

    /// Forgets everything about the active account.
    pub(crate) fn forget_account(&mut self) {
        let empty = self.at_next_start();
        let others = std::mem::take(&mut self.other_accounts);
        *self = Self { revision: self.revision, storage: self.storage, other_accounts: others, ..empty };
    }

    /// The server has ended the session. Sign-in appears over the page, and everything that was typed stays.
    pub(crate) fn expire(&mut self) {
        self.session = None;
        self.session_state = SessionState::Expired;
        self.error = None;
        if let Some(team) = &mut self.team {
            // The refresh is aborted with the session, so it cannot clear this itself.
            team.refreshing = None;
        }
    }

    /// Sets the inactive accounts. One that became the active account in the meantime is left out.
    pub(crate) fn set_other_accounts(&mut self, mut others: Vec<OtherAccount>) {
        others.retain(|other| !self.is_active_account(other.account.id));
        self.other_accounts = others;
    }

    pub(crate) fn is_active_account(&self, id: AccountId) -> bool {
        self.account.as_ref().is_some_and(|active| active.id == id)
    }

    pub(crate) fn is_active_session(&self, session: &Session) -> bool {
        self.session.as_ref().is_some_and(|active| active.id == session.id)
    }

    /// Whether an account of this computer is on a server.
    pub(crate) fn has_account_on(&self, server: &str) -> bool {
        let others = self.other_accounts.iter().map(|other| &other.account);
        self.account.iter().chain(others).any(|account| account.server == server)
    }

    /// Whether the database is in use, so that saved values survive a restart. A disk that is full at the moment is noticed
    /// when a write fails.
    pub(crate) fn can_save(&self) -> bool {
        matches!(self.storage_found, StorageState::Sound | StorageState::MovedAside)
    }

    /// The active account.
    pub(crate) fn active_account(&self) -> Result<Account, Failure> {
        self.account.clone().ok_or(Failure::NotSignedIn)
    }

    /// The active account, if its data can be saved.
    pub(crate) fn account_for_saving(&self) -> Result<Account, Failure> {
        match self.can_save() {
            true => self.active_account(),
            false => Err(Failure::SavingDisabled),
        }
    }

    /// The session of the active account.
    pub(crate) fn active_session(&self) -> Result<Session, Failure> {
        self.session.clone().ok_or(Failure::NoSession)
    }

    /// The session, and the organization whose team is open.
    pub(crate) fn team_session(&self) -> Result<(Session, String), Failure> {
        let session = self.active_session()?;
        let organization = self.team.as_ref().and_then(|team| team.organization.clone());
        Ok((session, organization.ok_or(Misuse::NoTeam)?))
    }

    /// The cached profile.
    pub(crate) fn known_profile(&self) -> Option<&Profile> {
        self.profile.as_ref().map(|cached| &cached.profile)
    }

    /// The edits of a session's account; none if another session has taken its place.
    pub(crate) fn edits_of(&self, session: &Session) -> &[Edit] {
        if self.is_active_session(session) { &self.edits } else { &[] }
    }

    /// The number of fields of the active account with an edit.
    pub(crate) fn unsent_fields(&self) -> usize {
        unsent_fields(&self.edits)
    }

    /// The inactive account that the page shows with the picture of this id.
    pub(crate) fn other_account_with_picture(&self, id: &str) -> Option<AccountId> {
        self.other_accounts.iter().find(|other| other.shows_picture(id)).map(|other| other.account.id)
    }

    /// Why waiting edits are not sent: the server empties what a PUT leaves out, and a value of the profile cannot be sent back.
    pub(crate) fn waits_for(&self) -> Option<Failure> {
        let profile = self.known_profile().filter(|_| self.sends_all)?;
        let waiting: Vec<Field> =
            self.edits.iter().filter(|edit| edit.state == EditState::Waiting).map(|edit| edit.field).collect();
        let missing = missing_for_full_update(profile, &waiting, false).filter(|_| !waiting.is_empty())?;
        Some(Failure::missing(missing, Some(&profile.role)))
    }

    /// The addresses of all pictures that a snapshot of this state shows.
    pub(crate) fn picture_addresses(&self) -> Vec<String> {
        let of_organizations = |organizations: &[Organization]| -> Vec<String> {
            organizations.iter().filter_map(|organization| organization.picture.clone()).collect()
        };
        let mut addresses = Vec::new();
        if let Some(profile) = self.known_profile() {
            addresses.push(profile.picture.clone());
            addresses.extend(profile.organization_info.iter().filter_map(|info| info.organization.picture.clone()));
            addresses.extend(of_organizations(&profile.organizations));
        }
        addresses.extend(self.edits.iter().filter_map(|edit| match (&edit.field, &edit.mine) {
            (Field::Picture, EditValue::Text(address)) => Some(address.clone()),
            _ => None,
        }));
        addresses.extend(self.team.iter().flat_map(|team| of_organizations(&team.organizations)));
        addresses
    }

    /// The signed-in person in the open team.
    pub(crate) fn caller(&self) -> Result<Caller, Failure> {
        let (account, team) = self.account.as_ref().zip(self.team.as_ref()).ok_or(Misuse::NoTeam)?;
        Ok(Caller {
            id: account.user_id.clone(),
            team: team.own_role.clone().unwrap_or(TeamRole::Unassigned),
            user: self.known_profile().map_or(UserRole::Unknown(String::new()), |profile| profile.role.clone()),
        })
    }
}

/// The storage state for the condition in which the database was found.
pub(crate) fn storage_state(condition: &Condition) -> StorageState {
    match condition {
        Condition::Sound => StorageState::Sound,
        Condition::MovedAside(_) => StorageState::MovedAside,
        Condition::Newer => StorageState::Newer,
        Condition::Busy => StorageState::Busy,
        Condition::ReadOnly => StorageState::ReadOnly,
        Condition::Full => StorageState::Full,
        Condition::Failed => StorageState::Failed,
    }
}
