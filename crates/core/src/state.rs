//! The state of the app in memory. `snapshot_view` turns it into the snapshot for the page.

use std::collections::{BTreeMap, BTreeSet};

use lapel_api::{Connection, Endpoint};
use lapel_domain::Field;
use lapel_store::{Account, CachedProfile, Condition, Edit};
use uuid::Uuid;

use crate::team::Team;
use crate::views::{AppError, DraftValues, Preferences, SessionState, StorageState, TokenKeeping, UploadView};

/// A signed-in account with its connection. Running tasks hold a clone, so they never act on another account.
#[derive(Clone)]
pub(crate) struct Session {
    /// Distinguishes this session from a later one of the same account.
    pub(crate) id: Uuid,
    pub(crate) account: Account,
    pub(crate) endpoint: Endpoint,
    pub(crate) connection: Connection,
}

impl Session {
    /// A new session, with a new id, that uses the connection of the account.
    pub(crate) fn new(account: &Account, connection: Connection) -> Self {
        let endpoint = connection.endpoint().clone();
        Self { id: Uuid::new_v4(), account: account.clone(), endpoint, connection }
    }
}

/// What the running sync does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    Idle,
    /// Reading the profile. `by_user`: the user requested it.
    Refreshing {
        by_user: bool,
    },
    Sending,
}

/// Everything that a snapshot is made from.
pub(crate) struct State {
    pub(crate) revision: u64,
    pub(crate) preferences: Preferences,
    /// The system's locale, used until a profile is known.
    pub(crate) system_language: String,
    /// The condition of the database when it was opened.
    pub(crate) storage_at_start: StorageState,
    /// The condition after the latest write.
    pub(crate) storage: StorageState,
    pub(crate) account: Option<Account>,
    pub(crate) other_accounts: Vec<Account>,
    pub(crate) session_state: SessionState,
    pub(crate) token_keeping: TokenKeeping,
    pub(crate) session: Option<Session>,
    pub(crate) profile: Option<CachedProfile>,
    pub(crate) edits: Vec<Edit>,
    /// The fields that another client changed since the user last saved, and when the latest change was read.
    pub(crate) updated: Option<(BTreeSet<Field>, i64)>,
    /// The fields of the last save whose value the server normalized, with the normalized value.
    pub(crate) stored_as: BTreeMap<Field, String>,
    pub(crate) draft: Option<DraftValues>,
    pub(crate) activity: Activity,
    /// Whether the user requested the next sync.
    pub(crate) sync_requested: bool,
    /// Whether the profile was read from the server since the start or the sign-in.
    pub(crate) checked: bool,
    /// The failure of the latest sync; none once a sync succeeds.
    pub(crate) error: Option<AppError>,
    /// Whether signing in again may fix `error`, although the session has not ended.
    pub(crate) sign_in_helps: bool,
    /// The time of the next retry, in milliseconds since 1970, if the wait is long enough to show it.
    pub(crate) next_try: Option<i64>,
    pub(crate) upload: Option<UploadView>,
    /// Whether each PUT sends all fields, because the server empties the ones that a PUT omits.
    pub(crate) sends_all: bool,
    /// The team; none until its page is opened.
    pub(crate) team: Option<Team>,
}

impl State {
    /// Whether this computer has an account on `server`.
    pub(crate) fn has_account_on(&self, server: &str) -> bool {
        self.account.iter().chain(&self.other_accounts).any(|account| account.server == server)
    }

    /// The state without an account.
    pub(crate) fn signed_out(preferences: Preferences, system_language: String, storage: StorageState) -> Self {
        Self {
            revision: 0,
            preferences,
            system_language,
            storage_at_start: storage,
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
            sync_requested: false,
            checked: false,
            error: None,
            sign_in_helps: false,
            next_try: None,
            upload: None,
            sends_all: false,
            team: None,
        }
    }

    /// Removes the active account and its data; preferences and the other accounts stay.
    pub(crate) fn clear_account(&mut self) {
        let empty = Self::signed_out(self.preferences.clone(), self.system_language.clone(), self.storage_at_start);
        let others = std::mem::take(&mut self.other_accounts);
        *self = Self { revision: self.revision, storage: self.storage, other_accounts: others, ..empty };
    }

    /// Whether the database is in use, so that saved data survives a restart. This does not cover a full disk: only a
    /// write shows that.
    pub(crate) fn can_save(&self) -> bool {
        matches!(self.storage_at_start, StorageState::Sound | StorageState::MovedAside)
    }
}

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
