//! Starts sessions: at app start with the tokens from the keyring, or by signing in. `session_end` ends them.
//!
//! If the server or the input check rejects a sign-in, nothing has changed.

use std::sync::Arc;

use lapel_api::{
    AddressError, ApiError, Connection, Endpoint, Fetched, LoadingTokens, ReadMode, SavingTokens, StoredTokensError,
    TokenStore, Tokens, login,
};
use lapel_domain::Profile;
use lapel_store::{Account, CachedProfile};

use crate::app::{App, Inner, load_active_account};
use crate::connections::{entry_name, token_keeping};
use crate::credentials::{Credentials, api_token, invalid_server};
use crate::sandbox_server::SANDBOX;
use crate::secrets::VaultError;
use crate::state::{Activity, Session};
use crate::sync::apply_fetched_profile;
use crate::views::{AppError, ErrorCode, SessionState, SignIn, TokenKeeping, TokenSignIn};

/// After this wait for the keyring, the snapshot says that it is locked. The user may be looking at an unlock prompt,
/// so the read continues, and its result still counts.
const KEYRING_PROMPT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(4);

impl App {
    /// Does everything that the first paint must not wait for: resumes the session and syncs, or starts the demo
    /// server.
    pub async fn start(&self) {
        let inner = &self.inner;
        inner.remove_leftovers().await;
        inner.load_team_ahead();
        let account = inner.state().account.clone();
        match account {
            Some(account) if account.signed_in => inner.resume_session(&account).await,
            Some(_) => {}
            None => {
                // A new user probably signs in to the demo server, so start it before they submit the form.
                if let Err(error) = inner.sandbox.endpoint().await {
                    tracing::error!(%error, "the demo server did not start");
                }
            }
        }
    }

    /// Reads the keyring again.
    ///
    /// # Errors
    /// [`ErrorCode::KeyringLocked`] or [`ErrorCode::KeyringAbsent`] if the keyring still cannot be read.
    pub async fn retry_keyring(&self) -> Result<(), AppError> {
        let account = self.inner.account()?;
        self.inner.resume_session(&account).await;
        match self.inner.state().session_state {
            SessionState::KeyringLocked => Err(AppError::new(ErrorCode::KeyringLocked, "the keyring is locked")),
            SessionState::KeyringAbsent => Err(AppError::new(ErrorCode::KeyringAbsent, "there is no keyring")),
            _ => Ok(()),
        }
    }

    /// Signs in with email and password.
    pub async fn sign_in(&self, request: SignIn) -> Result<(), AppError> {
        let inner = &self.inner;
        let (server, endpoint) = inner.resolve_typed_server(&request.server).await?;
        let Credentials { email, password, two_factor_code } = Credentials::check(request)?;
        let http = &inner.network()?.http;
        let login = login(http, &endpoint, &email, &password, two_factor_code.as_deref(), None);
        let (tokens, profile) = inner.unless_cancelled(login).await?;
        inner.begin_session(server, endpoint, tokens, profile, false).await
    }

    /// Cancels the sign-in that is waiting for its server, if any.
    pub fn cancel_sign_in(&self) {
        self.inner.sign_in_cancelled.notify_waiters();
    }

    /// Signs in with an API token.
    pub async fn sign_in_with_token(&self, request: TokenSignIn) -> Result<(), AppError> {
        let inner = &self.inner;
        let (server, endpoint) = inner.resolve_typed_server(&request.server).await?;
        let tokens = Tokens::api_token(api_token(request.token)?);
        let token_store: Arc<dyn TokenStore> = Arc::new(DiscardingTokenStore);
        let connection = Connection::new(inner.network()?.http.clone(), endpoint.clone(), tokens.clone(), token_store);
        match inner.unless_cancelled(connection.profile(ReadMode::Since(None))).await {
            Ok(Fetched::Profile(versioned)) => {
                inner.begin_session(server, endpoint, tokens, versioned.profile, true).await
            }
            Ok(Fetched::NotModified) => Err(AppError::new(ErrorCode::Unreadable, "unexpected 304 Not Modified")),
            Err(error) if error.code == ErrorCode::SignedOut => {
                Err(AppError { code: ErrorCode::TokenRefused, ..error })
            }
            Err(error) => Err(error),
        }
    }
}

impl Inner {
    /// Waits for the response, or until [`App::cancel_sign_in`].
    async fn unless_cancelled<T>(&self, request: impl Future<Output = Result<T, ApiError>>) -> Result<T, AppError> {
        tokio::select! {
            response = request => response.map_err(|error| sign_in_error(error.into())),
            () = self.sign_in_cancelled.notified() => Err(AppError::new(ErrorCode::Cancelled, "cancelled")),
        }
    }

    /// Removes files and keyring entries that interrupted work left behind. Failures have no visible effect, so they
    /// are only logged.
    async fn remove_leftovers(self: &Arc<Self>) {
        let swept = self.with_store(|store| store.sweep_held_pictures().and(store.sweep_picture_files())).await;
        if let Err(error) = swept {
            tracing::warn!(%error, "leftover pictures could not be removed");
        }
        let inner = Arc::clone(self);
        tokio::spawn(async move { inner.remove_left_entries().await });
    }

    /// The key and the current address of a known server, or of an address that the user typed.
    async fn resolve_typed_server(&self, typed: &str) -> Result<(String, Endpoint), AppError> {
        let known = self.servers().iter().any(|offer| offer.key == typed) || self.state().has_account_on(typed);
        if !known {
            Endpoint::typed(typed).map_err(invalid_server)?;
        }
        self.resolve_server(typed).await
    }

    /// The key and the current address of a server, without the checks for typed addresses.
    async fn resolve_server(&self, key: &str) -> Result<(String, Endpoint), AppError> {
        if key == SANDBOX {
            return Ok((SANDBOX.to_owned(), self.sandbox.endpoint().await?));
        }
        let invalid = |reason| invalid_server(AddressError { reason, suggestion: None });
        let endpoint = Endpoint::parse(key).map_err(invalid)?;
        Ok((endpoint.key(), endpoint))
    }

    /// Continues the session of an account: with its open connection if there is one, otherwise with its tokens from
    /// the keyring.
    pub(crate) async fn resume_session(self: &Arc<Self>, account: &Account) {
        if self.connections.get(account).is_some() {
            return self.reconnect(account, None).await;
        }
        let mut read = std::pin::pin!(self.secrets.get(entry_name(account)));
        let entry = match tokio::time::timeout(KEYRING_PROMPT_TIMEOUT, &mut read).await {
            Ok(entry) => entry,
            Err(_) => {
                self.show_session_state(account, SessionState::KeyringLocked);
                read.await
            }
        };
        let outcome = match entry {
            Ok(Some(stored)) => match Tokens::from_stored(&stored) {
                Ok(tokens) => return self.reconnect(account, Some(tokens)).await,
                Err(StoredTokensError::RefreshTokenAlone) => SessionState::Expired,
                Err(StoredTokensError::NotASession) => SessionState::TokenLost,
            },
            Ok(None) => SessionState::TokenLost,
            Err(VaultError::Absent) => SessionState::KeyringAbsent,
            Err(error @ (VaultError::Locked | VaultError::Failed(_))) => {
                tracing::warn!(%error, "the token cannot be read from the keyring");
                SessionState::KeyringLocked
            }
        };
        self.show_session_state(account, outcome);
    }

    fn show_session_state(&self, account: &Account, session_state: SessionState) {
        self.update(|state| {
            // A user may have signed in during the keyring prompt.
            if state.account.as_ref().is_some_and(|active| active.id == account.id) && state.session.is_none() {
                state.session_state = session_state;
            }
        });
    }

    async fn reconnect(self: &Arc<Self>, account: &Account, stored: Option<Tokens>) {
        let server = self.resolve_server(&account.server).await;
        match server.and_then(|(_, endpoint)| Ok((endpoint, self.network()?.http.clone()))) {
            Ok((endpoint, http)) => {
                self.update(|state| {
                    let is_active = state.account.as_ref().is_some_and(|active| active.id == account.id);
                    if !is_active || state.session.is_some() {
                        return;
                    }
                    let connect = |tokens| {
                        let token_keeping = TokenKeeping::Keyring;
                        (self.connect(http, account, endpoint, tokens, token_keeping), token_keeping)
                    };
                    // A connection opened during the keyring read has newer tokens than `stored`.
                    let Some((connection, token_keeping)) =
                        self.connections.get(account).or_else(|| stored.map(connect))
                    else {
                        return;
                    };
                    state.session_state = SessionState::SignedIn;
                    state.token_keeping = token_keeping;
                    state.session = Some(Session::new(account, connection));
                });
                self.start_sync();
            }
            Err(error) => self.update(|state| state.error = Some(error)),
        }
    }

    /// Makes the account that has just signed in the active one, with the data that is stored for it.
    async fn begin_session(
        self: &Arc<Self>,
        server: String,
        endpoint: Endpoint,
        tokens: Tokens,
        profile: Profile,
        by_token: bool,
    ) -> Result<(), AppError> {
        self.abort_session_tasks();
        let previous = self.state().account.clone();
        let fetched_at = self.now();
        let account = self
            .with_store(move |store| {
                let account = store.sign_in(&server, &profile.id, &profile.email, by_token)?;
                // A cached profile may be newer than this response: it may have been read while the response was on
                // its way. The sync that follows reads the profile again.
                if store.profile(account.id)?.is_none() {
                    apply_fetched_profile(store, &account, &CachedProfile { profile, etag: None, fetched_at })?;
                }
                // After a sign-in, the facts about the server are checked again.
                store.age_facts(&server)?;
                // The keyring entry is in use again and must not be removed at the next start.
                store.forget_left_entry(&entry_name(&account))?;
                Ok(account)
            })
            .await?;
        if let Some(previous) = previous.filter(|previous| previous.id != account.id) {
            self.sign_out_previous(&previous).await;
        }
        self.reload_accounts().await?;
        let http = self.network()?.http.clone();
        // End the old connection before writing the entry, so that a late renewal cannot overwrite the new tokens.
        self.connections.end(&account);
        let saved = self.secrets.set(entry_name(&account), tokens.to_stored()).await;
        if let Err(error) = &saved {
            tracing::warn!(%error, "the token is stored in memory only");
        }
        let session = Session::new(&account, self.connect(http, &account, endpoint, tokens, token_keeping(&saved)));
        self.update(|state| {
            state.clear_account();
            if let Err(error) = load_active_account(&self.store, state) {
                tracing::error!(%error, "the account cannot be read");
            }
            state.token_keeping = token_keeping(&saved);
            state.session_state = SessionState::SignedIn;
            state.session = Some(session);
            state.activity = Activity::Idle;
            state.preferences.last_server = Some(account.server);
        });
        self.load_team_ahead();
        self.start_sync();
        Ok(())
    }

    /// Signs out the account that was active when another user signed in. Its data stays; its token is removed.
    async fn sign_out_previous(&self, previous: &Account) {
        let id = previous.id;
        if let Err(error) = self.with_store(move |store| store.mark_signed_out(id)).await {
            tracing::error!(%error, "the previous account could not be marked as signed out");
        }
        self.connections.end(previous);
        if let Err(error) = self.secrets.remove(entry_name(previous)).await {
            tracing::warn!(%error, "the previous token could not be removed from the keyring");
        }
    }
}

/// At sign-in the address may be wrong, so a response that is not from the API probably comes from another server,
/// not from an intermediary (proxy, captive portal).
fn sign_in_error(error: AppError) -> AppError {
    match error.code {
        ErrorCode::Between => AppError { code: ErrorCode::Missing, ..error },
        _ => error,
    }
}

/// Stores nothing. For an API token that is only being checked: it is never renewed.
struct DiscardingTokenStore;

impl TokenStore for DiscardingTokenStore {
    fn save<'a>(&'a self, _tokens: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async { Ok(()) })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async { None })
    }
}
