//! The connections of this process, one per account.
//!
//! All sessions of an account share its connection, so its tokens are renewed in one place. The connection of an inactive
//! account stays open, because its tokens may be in memory only. Renewed tokens are written to the keyring from here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lapel_api::{Connection, Endpoint, Http, LoadingTokens, SavingTokens, TokenSaveError, TokenStore, Tokens};
use lapel_store::{Account, AccountId};

use super::secrets::{Secrets, VaultError};
use crate::kernel::disk::Disk;
use crate::kernel::state_cell::StateCell;
use crate::views::TokenKeeping;

/// How long reading newer tokens from the keyring may take after a rejected renewal. The keyring may have to ask the person
/// first.
const KEYRING_READ_TIMEOUT: Duration = Duration::from_secs(20);

/// Name of an account's entry in the keyring. It uses the id of the person, because the email address may change.
pub(super) fn entry_name(account: &Account) -> String {
    format!("{} {}", account.server, account.user_id)
}

/// Key of the server in the name of an account's keyring entry. Keys are addresses, so they have no space.
pub(super) fn server_of_entry(name: &str) -> &str {
    name.split_once(' ').map_or(name, |(server, _)| server)
}

/// The open connections by the names of their keyring entries.
pub(super) struct Connections {
    state: Weak<StateCell>,
    secrets: Secrets,
    disk: Weak<Disk>,
    open: Mutex<HashMap<String, OpenConnection>>,
}

#[derive(Clone)]
struct OpenConnection {
    connection: Connection,
    tokens: Arc<KeyringTokens>,
}

/// Stores renewed tokens in the keyring.
struct KeyringTokens {
    /// Weak, because the state holds the session and with it the connection.
    state: Weak<StateCell>,
    /// It has its own thread, so that tokens are stored even while the app exits.
    secrets: Secrets,
    /// Weak, because it holds the state.
    disk: Weak<Disk>,
    account: AccountId,
    entry: String,
    /// Where the tokens are.
    keeping: Mutex<TokenKeeping>,
    /// Whether the account has signed out or signed in again. Tokens that arrive after that are dropped.
    ended: Arc<AtomicBool>,
}

impl Connections {
    pub(super) fn new(state: Weak<StateCell>, secrets: Secrets, disk: Weak<Disk>) -> Self {
        Self { state, secrets, disk, open: Mutex::default() }
    }

    /// The connection of an account and where its tokens are stored; none if it is not open, or if the server has ended it.
    pub(super) fn of(&self, account: &Account) -> Option<(Connection, TokenKeeping)> {
        let open = self.open().get(&entry_name(account)).cloned();
        open.filter(|open| !open.connection.has_ended()).map(|open| (open.connection, open.tokens.keeping()))
    }

    /// Connects an account with tokens, in place of its former connection.
    pub(super) fn connect(
        &self,
        http: Http,
        account: &Account,
        endpoint: Endpoint,
        tokens: Tokens,
        keeping: TokenKeeping,
    ) -> Connection {
        self.close(account);
        let entry = entry_name(account);
        let token_store = Arc::new(KeyringTokens {
            state: Weak::clone(&self.state),
            secrets: self.secrets.clone(),
            disk: Weak::clone(&self.disk),
            account: account.id,
            entry: entry.clone(),
            keeping: Mutex::new(keeping),
            ended: Arc::default(),
        });
        let connection = Connection::new(http, endpoint, tokens, token_store.clone());
        self.open().insert(entry, OpenConnection { connection: connection.clone(), tokens: token_store });
        connection
    }

    /// Closes the connection of an account. A running renewal still completes, but its tokens are dropped: after this call only
    /// the caller writes to the keyring entry.
    pub(super) fn close(&self, account: &Account) {
        if let Some(open) = self.open().remove(&entry_name(account)) {
            open.tokens.ended.store(true, Ordering::Release);
        }
    }

    /// Waits for all running renewals.
    pub(super) async fn finish_renewals(&self) {
        let connections: Vec<Connection> = self.open().values().map(|open| open.connection.clone()).collect();
        for connection in connections {
            connection.renewed().await;
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, OpenConnection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyringTokens {
    fn keeping(&self) -> TokenKeeping {
        *self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers where the tokens are, also for the next start, and shows it if the account is active.
    async fn note_saved(&self, saved: &Result<(), VaultError>) {
        let keeping = token_keeping(saved);
        let before = std::mem::replace(&mut *self.keeping.lock().unwrap_or_else(PoisonError::into_inner), keeping);
        if let Some(disk) = self.disk.upgrade().filter(|_| before != keeping) {
            note_keeping(&disk, self.account, keeping).await;
        }
        let Some(state) = self.state.upgrade().filter(|_| !self.ended.load(Ordering::Acquire)) else { return };
        state.update(|state| {
            if state.session.as_ref().is_some_and(|session| entry_name(&session.account) == self.entry) {
                state.token_keeping = keeping;
            }
        });
    }
}

impl TokenStore for KeyringTokens {
    fn save<'a>(&'a self, tokens: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async move {
            let saved = self.secrets.set_unless(&self.ended, self.entry.clone(), tokens.to_stored()).await;
            self.note_saved(&saved).await;
            saved.map_err(|error| TokenSaveError(Box::new(error)))
        })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async move {
            let read = tokio::time::timeout(KEYRING_READ_TIMEOUT, self.secrets.get(self.entry.clone())).await;
            let stored =
                read.ok()?.inspect_err(|error| tracing::warn!(%error, "the keyring cannot be read again")).ok()??;
            // After another sign-in, the entry holds the tokens of that session.
            Tokens::from_stored(&stored).ok().filter(|_| !self.ended.load(Ordering::Acquire))
        })
    }
}

/// Stores whether the tokens of an account are in memory only.
pub(super) async fn note_keeping(disk: &Disk, account: AccountId, keeping: TokenKeeping) {
    let in_memory = keeping != TokenKeeping::Keyring;
    let noted = disk.run(move |store| store.set_token_in_memory(account, in_memory)).await;
    noted.unwrap_or_else(|error| tracing::warn!(%error, "the next start will not know where the token was"));
}

/// For tokens that are used for one request only: they are not stored.
pub(super) struct NoTokenStore;

impl TokenStore for NoTokenStore {
    fn save<'a>(&'a self, _tokens: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async { Ok(()) })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async { None })
    }
}

/// Where tokens are stored, given the result of writing them to the keyring.
pub(super) fn token_keeping(saved: &Result<(), VaultError>) -> TokenKeeping {
    match saved {
        Ok(()) => TokenKeeping::Keyring,
        Err(VaultError::Ambiguous) => TokenKeeping::MemoryAmbiguous,
        Err(VaultError::NotSetUp) => TokenKeeping::MemoryNotSetUp,
        Err(VaultError::Locked | VaultError::Absent | VaultError::Failed(_)) => TokenKeeping::Memory,
    }
}
