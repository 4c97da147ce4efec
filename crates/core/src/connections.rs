//! The connections of this process, one for each account: whichever session of an account asks, its tokens are renewed in one
//! place, and an account that rests keeps the tokens that cannot be kept elsewhere. Renewed tokens go to the keyring from here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lapel_api::{Connection, Endpoint, Http, LoadingTokens, SavingTokens, TokenSaveError, TokenStore, Tokens};
use lapel_store::Account;

use crate::app::{App, Inner};
use crate::secrets::{Secrets, VaultError};
use crate::views::TokenKeeping;

/// How long the end of the app waits for a renewal that is on its way.
const LAST_WAIT: Duration = Duration::from_secs(10);

/// How long a renewal that was refused waits for the keyring, which may ask its person first.
const READ_LIMIT: Duration = Duration::from_secs(20);

/// Name of an account's entry in the keyring. The person's id, not the email, which may change.
pub(crate) fn entry_name(account: &Account) -> String {
    format!("{} {}", account.server, account.user_id)
}

/// The connections by the names of their entries.
#[derive(Default)]
pub(crate) struct Connections(Mutex<HashMap<String, Open>>);

/// A connection, and who keeps its tokens.
#[derive(Clone)]
struct Open {
    connection: Connection,
    keeper: Arc<Keeper>,
}

/// Keeps renewed tokens in the keyring.
struct Keeper {
    app: Weak<Inner>,
    /// The thread of the keyring itself: a pair is kept also while the app ends.
    secrets: Secrets,
    entry: String,
    /// Whether the tokens are in memory only.
    in_memory: AtomicBool,
    /// The account has signed out, or in again: whatever still comes is not kept.
    over: Arc<AtomicBool>,
}

impl App {
    /// Ends what is running, but for renewals of sessions that are on their way: these it waits for, up to ten seconds. To be
    /// called before the process ends: the server takes each pair of tokens once, and one whose answer is not kept is lost.
    pub async fn finish(&self) {
        self.inner.abort_session_tasks();
        if tokio::time::timeout(LAST_WAIT, self.inner.connections.renewed()).await.is_err() {
            tracing::warn!("the app ends while a session is being renewed");
        }
    }
}

impl Connections {
    /// The connection of an account and where its tokens are kept; none where there is none yet, or the server has ended it.
    pub(crate) fn of(&self, account: &Account) -> Option<(Connection, TokenKeeping)> {
        let open = self.open().get(&entry_name(account)).cloned();
        open.filter(|open| !open.connection.has_ended()).map(|open| (open.connection, open.keeper.keeping()))
    }

    /// Ends the connection of an account. A renewal that is on its way comes to its end, and its tokens are dropped: nothing
    /// is written to the entry any more, but what is written or removed from now on.
    pub(crate) fn end(&self, account: &Account) {
        if let Some(open) = self.open().remove(&entry_name(account)) {
            open.keeper.over.store(true, Ordering::Release);
        }
    }

    /// Waits for all renewals that are on their way.
    async fn renewed(&self) {
        let all: Vec<Connection> = self.open().values().map(|open| open.connection.clone()).collect();
        for connection in all {
            connection.renewed().await;
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Connects an account with tokens that were just given out to it or kept before, in place of its former connection.
    pub(crate) fn connect(
        self: &Arc<Self>,
        http: Http,
        account: &Account,
        endpoint: Endpoint,
        tokens: Tokens,
        keeping: TokenKeeping,
    ) -> Connection {
        self.connections.end(account);
        let entry = entry_name(account);
        let keeper = Arc::new(Keeper {
            app: Arc::downgrade(self),
            secrets: self.secrets.clone(),
            entry: entry.clone(),
            in_memory: AtomicBool::new(keeping == TokenKeeping::Memory),
            over: Arc::default(),
        });
        let connection = Connection::new(http, endpoint, tokens, keeper.clone());
        self.connections.open().insert(entry, Open { connection: connection.clone(), keeper });
        connection
    }
}

impl Keeper {
    fn keeping(&self) -> TokenKeeping {
        if self.in_memory.load(Ordering::Acquire) { TokenKeeping::Memory } else { TokenKeeping::Keyring }
    }

    /// Notes where the tokens are, and shows it where the account is on the page.
    fn note(&self, kept: &Result<(), VaultError>) {
        self.in_memory.store(kept.is_err(), Ordering::Release);
        let Some(app) = self.app.upgrade().filter(|_| !self.over.load(Ordering::Acquire)) else { return };
        app.update(|state| {
            if state.session.as_ref().is_some_and(|session| entry_name(&session.account) == self.entry) {
                state.token_keeping = keeping(kept);
            }
        });
    }
}

impl TokenStore for Keeper {
    fn save<'a>(&'a self, tokens: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async move {
            let kept = self.secrets.set_unless(&self.over, self.entry.clone(), tokens.to_stored()).await;
            self.note(&kept);
            kept.map_err(|error| TokenSaveError(Box::new(error)))
        })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async move {
            let read = tokio::time::timeout(READ_LIMIT, self.secrets.get(self.entry.clone())).await;
            let stored =
                read.ok()?.inspect_err(|error| tracing::warn!(%error, "the keyring is not read again")).ok()??;
            // Whoever has signed in again meanwhile has tokens of their own.
            Tokens::from_stored(&stored).ok().filter(|_| !self.over.load(Ordering::Acquire))
        })
    }
}

/// Where tokens are, after that outcome of keeping them.
pub(crate) fn keeping(kept: &Result<(), VaultError>) -> TokenKeeping {
    if kept.is_ok() { TokenKeeping::Keyring } else { TokenKeeping::Memory }
}
