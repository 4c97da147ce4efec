//! What the app knows at one moment. The page's picture of it is made in `present`.

use std::collections::{BTreeMap, BTreeSet};

use lapel_api::{Connection, Endpoint};
use lapel_domain::Field;
use lapel_store::{Account, CachedProfile, Condition, Edit};
use uuid::Uuid;

use crate::team::Team;
use crate::views::{AppError, DraftValues, Preferences, SessionState, StorageState, TokenKeeping, UploadView};

/// A signed-in account with its connection. Work in progress holds a clone: it never touches another account.
#[derive(Clone)]
pub(crate) struct Session {
    /// Tells it from a later session of the same account.
    pub(crate) id: Uuid,
    pub(crate) account: Account,
    pub(crate) endpoint: Endpoint,
    pub(crate) connection: Connection,
}

impl Session {
    /// A session of its own over the connection of an account.
    pub(crate) fn new(account: &Account, connection: Connection) -> Self {
        let endpoint = connection.endpoint().clone();
        Self { id: Uuid::new_v4(), account: account.clone(), endpoint, connection }
    }
}

/// What goes on between this computer and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    Idle,
    /// Reading the profile; because a person has asked for it, or not.
    Refreshing {
        asked: bool,
    },
    Sending,
}

/// Everything behind a snapshot.
pub(crate) struct State {
    pub(crate) revision: u64,
    pub(crate) preferences: Preferences,
    /// The system's locale, for the time before sign-in.
    pub(crate) system_language: String,
    /// How the database was found at the start.
    pub(crate) storage_found: StorageState,
    /// How it is now.
    pub(crate) storage: StorageState,
    pub(crate) account: Option<Account>,
    pub(crate) other_accounts: Vec<Account>,
    pub(crate) session_state: SessionState,
    pub(crate) token_keeping: TokenKeeping,
    pub(crate) session: Option<Session>,
    pub(crate) profile: Option<CachedProfile>,
    pub(crate) edits: Vec<Edit>,
    /// What somebody else was seen to have changed since the person last saved, and when that was seen last.
    pub(crate) updated: Option<(BTreeSet<Field>, i64)>,
    /// What the server keeps in a form of its own of what was saved last, with that form.
    pub(crate) stored_as: BTreeMap<Field, String>,
    pub(crate) draft: Option<DraftValues>,
    pub(crate) activity: Activity,
    /// Whether a person has asked for the next exchange.
    pub(crate) asked: bool,
    /// Whether the profile was read from the server since the start or the sign-in.
    pub(crate) checked: bool,
    /// The last failure of a check or sending, until the next success.
    pub(crate) error: Option<AppError>,
    /// Whether signing in again may help against that failure, although the session has not ended.
    pub(crate) sign_in_helps: bool,
    /// When what has failed is tried again, in milliseconds since 1970, where people would wait for it.
    pub(crate) next_try: Option<i64>,
    pub(crate) upload: Option<UploadView>,
    /// Whether the server was seen to empty what a PUT leaves out, so that each carries everything.
    pub(crate) sends_all: bool,
    /// The team, once its page was opened.
    pub(crate) team: Option<Team>,
}

impl State {
    /// Whether an account of this computer is on a server.
    pub(crate) fn has_account_on(&self, server: &str) -> bool {
        self.account.iter().chain(&self.other_accounts).any(|account| account.server == server)
    }

    /// Nobody signed in.
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
        }
    }

    /// Forgets everything about the account.
    pub(crate) fn forget_account(&mut self) {
        let empty = Self::signed_out(self.preferences.clone(), self.system_language.clone(), self.storage_found);
        let others = std::mem::take(&mut self.other_accounts);
        *self = Self { revision: self.revision, storage: self.storage, other_accounts: others, ..empty };
    }

    /// Whether the database is in use, so that what is saved is there after the next start. A disk that is full for the
    /// moment is found out by trying.
    pub(crate) fn can_save(&self) -> bool {
        matches!(self.storage_found, StorageState::Sound | StorageState::MovedAside)
    }
}

/// How the page calls the condition of the database.
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
