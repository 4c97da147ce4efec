//! The open connections, at most one per account. All sessions of an account share its connection, so its tokens are
//! renewed in one place, and an inactive account whose tokens are only in memory does not lose them. Renewed tokens
//! are written to the keyring from here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lapel_api::{Connection, Endpoint, Http, LoadingTokens, SavingTokens, TokenSaveError, TokenStore, Tokens};
use lapel_store::Account;

use crate::app::{App, Inner};
use crate::secrets::{Secrets, VaultError};
use crate::views::TokenKeeping;

/// How long the app waits at exit for token renewals in flight.
const RENEWAL_TIMEOUT_AT_EXIT: Duration = Duration::from_secs(10);

/// How long a rejected renewal waits for the keyring, which may show a prompt first.
const KEYRING_READ_TIMEOUT: Duration = Duration::from_secs(20);

/// Name of an account's entry in the keyring. It contains the user's id, because the email may change.
pub(crate) fn entry_name(account: &Account) -> String {
    format!("{} {}", account.server, account.user_id)
}

/// The connections by the name of their keyring entry.
#[derive(Default)]
pub(crate) struct Connections(Mutex<HashMap<String, OpenConnection>>);

#[derive(Clone)]
struct OpenConnection {
    connection: Connection,
    token_store: Arc<KeyringTokenStore>,
}

/// Writes renewed tokens to the keyring.
struct KeyringTokenStore {
    app: Weak<Inner>,
    /// Held directly, not through `app`, so that tokens can still be written while the app exits.
    secrets: Secrets,
    entry: String,
    /// Whether the tokens are in memory only.
    in_memory: AtomicBool,
    /// Set once the account has signed out or signed in again. Tokens that arrive later are not stored.
    ended: Arc<AtomicBool>,
}

impl App {
    /// Aborts all running tasks and waits up to ten seconds for token renewals in flight. Call it before the process
    /// exits: the server accepts each refresh token once, so a renewal whose response is not stored loses the
    /// session.
    pub async fn finish(&self) {
        self.inner.abort_session_tasks();
        if tokio::time::timeout(RENEWAL_TIMEOUT_AT_EXIT, self.inner.connections.wait_for_renewals()).await.is_err() {
            tracing::warn!("the app exits while tokens are being renewed");
        }
    }
}

impl Connections {
    /// The connection of an account and where its tokens are stored; none if there is none or the server has ended
    /// it.
    pub(crate) fn get(&self, account: &Account) -> Option<(Connection, TokenKeeping)> {
        let open = self.lock().get(&entry_name(account)).cloned();
        open.filter(|open| !open.connection.has_ended()).map(|open| (open.connection, open.token_store.token_keeping()))
    }

    /// Ends the connection of an account. A renewal in flight completes, but its tokens are dropped: the connection
    /// no longer writes to the keyring entry.
    pub(crate) fn end(&self, account: &Account) {
        if let Some(open) = self.lock().remove(&entry_name(account)) {
            open.token_store.ended.store(true, Ordering::Release);
        }
    }

    /// Waits for all renewals in flight.
    async fn wait_for_renewals(&self) {
        let all: Vec<Connection> = self.lock().values().map(|open| open.connection.clone()).collect();
        for connection in all {
            connection.renewed().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, OpenConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Opens a connection for an account and replaces its previous one. The tokens are new or come from the keyring.
    pub(crate) fn connect(
        self: &Arc<Self>,
        http: Http,
        account: &Account,
        endpoint: Endpoint,
        tokens: Tokens,
        token_keeping: TokenKeeping,
    ) -> Connection {
        self.connections.end(account);
        let entry = entry_name(account);
        let token_store = Arc::new(KeyringTokenStore {
            app: Arc::downgrade(self),
            secrets: self.secrets.clone(),
            entry: entry.clone(),
            in_memory: AtomicBool::new(token_keeping == TokenKeeping::Memory),
            ended: Arc::default(),
        });
        let connection = Connection::new(http, endpoint, tokens, token_store.clone());
        self.connections.lock().insert(entry, OpenConnection { connection: connection.clone(), token_store });
        connection
    }
}

impl KeyringTokenStore {
    fn token_keeping(&self) -> TokenKeeping {
        if self.in_memory.load(Ordering::Acquire) { TokenKeeping::Memory } else { TokenKeeping::Keyring }
    }

    /// Records where the tokens are stored, and publishes it if the account is the active one.
    fn record_save(&self, saved: &Result<(), VaultError>) {
        self.in_memory.store(saved.is_err(), Ordering::Release);
        let Some(app) = self.app.upgrade().filter(|_| !self.ended.load(Ordering::Acquire)) else { return };
        app.update(|state| {
            if state.session.as_ref().is_some_and(|session| entry_name(&session.account) == self.entry) {
                state.token_keeping = token_keeping(saved);
            }
        });
    }
}

impl TokenStore for KeyringTokenStore {
    fn save<'a>(&'a self, tokens: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async move {
            let saved = self.secrets.set_unless(&self.ended, self.entry.clone(), tokens.to_stored()).await;
            self.record_save(&saved);
            saved.map_err(|error| TokenSaveError(Box::new(error)))
        })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async move {
            let read = tokio::time::timeout(KEYRING_READ_TIMEOUT, self.secrets.get(self.entry.clone())).await;
            let stored =
                read.ok()?.inspect_err(|error| tracing::warn!(%error, "the keyring cannot be read")).ok()??;
            // After a new sign-in the entry holds the tokens of another connection.
            Tokens::from_stored(&stored).ok().filter(|_| !self.ended.load(Ordering::Acquire))
        })
    }
}

/// Where tokens are stored, given the outcome of writing them to the keyring.
pub(crate) fn token_keeping(saved: &Result<(), VaultError>) -> TokenKeeping {
    if saved.is_ok() { TokenKeeping::Keyring } else { TokenKeeping::Memory }
}
