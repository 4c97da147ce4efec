//! Beginning a session: at the start from the keyring, or by signing in. Its end is in `session_end`.

use std::sync::Arc;

use lapel_api::{
    AddressError, ApiError, Connection, Endpoint, Fetched, LoadingTokens, ReadMode, SavingTokens, StoredTokensError,
    TokenStore, Tokens, login,
};
use lapel_domain::Profile;
use lapel_store::{Account, CachedProfile};

use crate::app::{App, Inner, load_active_account};
use crate::connections::{entry_name, keeping};
use crate::credentials::{Credentials, api_token, invalid_server};
use crate::sandbox_server::SANDBOX;
use crate::secrets::VaultError;
use crate::state::{Activity, Session};
use crate::sync::apply_fetched_profile;
use crate::views::{AppError, ErrorCode, SessionState, SignIn, TokenKeeping, TokenSignIn};

/// How long the start waits before it says that the keyring is locked. The answer to its prompt still counts later.
const PROMPT_PATIENCE: std::time::Duration = std::time::Duration::from_secs(4);

impl App {
    /// What waits until the first paint: the keyring, the sandbox, the network, unsent edits.
    pub async fn start(&self) {
        let inner = &self.inner;
        inner.sweep().await;
        inner.load_team_ahead();
        let account = inner.state().account.clone();
        match account {
            Some(account) if account.signed_in => inner.resume(&account).await,
            Some(_) => {}
            None => {
                // A newcomer signs in there: better that it is up when they have read the page.
                if let Err(error) = inner.sandbox.endpoint().await {
                    tracing::error!(%error, "the demo server did not start");
                }
            }
        }
    }

    /// Asks the keyring once more.
    ///
    /// # Errors
    /// Where it still does not answer.
    pub async fn retry_keyring(&self) -> Result<(), AppError> {
        let account = self.inner.account()?;
        self.inner.resume(&account).await;
        match self.inner.state().session_state {
            SessionState::KeyringLocked => Err(AppError::new(ErrorCode::KeyringLocked, "the keyring is locked")),
            SessionState::KeyringAbsent => Err(AppError::new(ErrorCode::KeyringAbsent, "there is no keyring")),
            _ => Ok(()),
        }
    }

    /// Signs in with email and password.
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub async fn sign_in(&self, request: SignIn) -> Result<(), AppError> {
        let inner = &self.inner;
        let (server, endpoint) = inner.typed_server(&request.server).await?;
        let Credentials { email, password, two_factor_code } = Credentials::check(request)?;
        let http = &inner.network()?.http;
        let login = login(http, &endpoint, &email, &password, two_factor_code.as_deref(), None);
        let (tokens, profile) = inner.until_cancelled(login).await?;
        inner.enter(server, endpoint, tokens, profile, false).await
    }

    /// Ends the sign-in that waits for its server, if any.
    pub fn cancel_sign_in(&self) {
        self.inner.sign_in_cancelled.notify_waiters();
    }

    /// Signs in with an API token.
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub async fn sign_in_with_token(&self, request: TokenSignIn) -> Result<(), AppError> {
        let inner = &self.inner;
        let (server, endpoint) = inner.typed_server(&request.server).await?;
        let tokens = Tokens::api_token(api_token(request.token)?);
        let keeper: Arc<dyn TokenStore> = Arc::new(NeverKeeps);
        let connection = Connection::new(inner.network()?.http.clone(), endpoint.clone(), tokens.clone(), keeper);
        match inner.until_cancelled(connection.profile(ReadMode::Since(None))).await {
            Ok(Fetched::Profile(versioned)) => inner.enter(server, endpoint, tokens, versioned.profile, true).await,
            Ok(Fetched::NotModified) => Err(AppError::new(ErrorCode::Unreadable, "not modified since never")),
            Err(error) if error.code == ErrorCode::SignedOut => {
                Err(AppError { code: ErrorCode::TokenRefused, ..error })
            }
            Err(error) => Err(error),
        }
    }
}

impl Inner {
    /// Waits for the server's answer, or for the person who does not want to wait any more.
    async fn until_cancelled<T>(&self, request: impl Future<Output = Result<T, ApiError>>) -> Result<T, AppError> {
        tokio::select! {
            answer = request => answer.map_err(|error| at_sign_in(error.into())),
            () = self.sign_in_cancelled.notified() => Err(AppError::new(ErrorCode::Cancelled, "cancelled")),
        }
    }

    /// Removes what interrupted work has left behind. None of it matters to what the person sees.
    async fn sweep(self: &Arc<Self>) {
        let swept = self.with_store(|store| store.sweep_held_pictures().and(store.sweep_picture_files())).await;
        if let Err(error) = swept {
            tracing::warn!(%error, "leftovers stay");
        }
        let inner = Arc::clone(self);
        tokio::spawn(async move { inner.remove_left_entries().await });
    }

    /// The key and the present address of a server on offer, of an account, or as somebody has just typed it.
    async fn typed_server(&self, typed: &str) -> Result<(String, Endpoint), AppError> {
        let known = self.servers().iter().any(|offer| offer.key == typed) || self.state().has_account_on(typed);
        if !known {
            Endpoint::typed(typed).map_err(invalid_server)?;
        }
        self.server(typed).await
    }

    /// The key and the present address of a server whose address was taken before.
    async fn server(&self, key: &str) -> Result<(String, Endpoint), AppError> {
        if key == SANDBOX {
            return Ok((SANDBOX.to_owned(), self.sandbox.endpoint().await?));
        }
        let invalid = |reason| invalid_server(AddressError { reason, suggestion: None });
        let endpoint = Endpoint::parse(key).map_err(invalid)?;
        Ok((endpoint.key(), endpoint))
    }

    /// Goes on with the session of an account: over its connection where this process has one, else with its tokens from the
    /// keyring.
    pub(crate) async fn resume(self: &Arc<Self>, account: &Account) {
        if self.connections.of(account).is_some() {
            return self.connect_again(account, None).await;
        }
        let mut asked = std::pin::pin!(self.secrets.get(entry_name(account)));
        let answer = match tokio::time::timeout(PROMPT_PATIENCE, &mut asked).await {
            Ok(answer) => answer,
            Err(_) => {
                self.show_session_state(account, SessionState::KeyringLocked);
                asked.await
            }
        };
        let outcome = match answer {
            Ok(Some(stored)) => match Tokens::from_stored(&stored) {
                Ok(tokens) => return self.connect_again(account, Some(tokens)).await,
                Err(StoredTokensError::RefreshTokenAlone) => SessionState::Expired,
                Err(StoredTokensError::NotASession) => SessionState::TokenLost,
            },
            Ok(None) => SessionState::TokenLost,
            Err(VaultError::Absent) => SessionState::KeyringAbsent,
            Err(error @ (VaultError::Locked | VaultError::Failed(_))) => {
                tracing::warn!(%error, "the token cannot be read");
                SessionState::KeyringLocked
            }
        };
        self.show_session_state(account, outcome);
    }

    fn show_session_state(&self, account: &Account, session_state: SessionState) {
        self.update(|state| {
            // Somebody may have signed in while the keyring was asking.
            if state.account.as_ref().is_some_and(|active| active.id == account.id) && state.session.is_none() {
                state.session_state = session_state;
            }
        });
    }

    async fn connect_again(self: &Arc<Self>, account: &Account, stored: Option<Tokens>) {
        let server = self.server(&account.server).await;
        match server.and_then(|(_, endpoint)| Ok((endpoint, self.network()?.http.clone()))) {
            Ok((endpoint, http)) => {
                self.update(|state| {
                    let is_active = state.account.as_ref().is_some_and(|active| active.id == account.id);
                    if !is_active || state.session.is_some() {
                        return;
                    }
                    let connect = |tokens| {
                        let keeping = TokenKeeping::Keyring;
                        (self.connect(http, account, endpoint, tokens, keeping), keeping)
                    };
                    // One that was made meanwhile has newer tokens than those that were read.
                    let Some((connection, keeping)) = self.connections.of(account).or_else(|| stored.map(connect))
                    else {
                        return;
                    };
                    state.session_state = SessionState::SignedIn;
                    state.token_keeping = keeping;
                    state.session = Some(Session::new(account, connection));
                });
                self.start_sync();
            }
            Err(error) => self.update(|state| state.error = Some(error)),
        }
    }

    /// Shows the account that has just signed in, with whatever was kept of it.
    async fn enter(
        self: &Arc<Self>,
        server: String,
        endpoint: Endpoint,
        tokens: Tokens,
        profile: Profile,
        by_token: bool,
    ) -> Result<(), AppError> {
        self.abort_session_tasks();
        let former = self.state().account.clone();
        let fetched_at = self.now();
        let account = self
            .with_store(move |store| {
                let account = store.sign_in(&server, &profile.id, &profile.email, by_token)?;
                // Whoever is known here may have been heard of while the answer was on its way: it would turn the page
                // back behind that. The exchange that follows reads anew.
                if store.profile(account.id)?.is_none() {
                    apply_fetched_profile(store, &account, &CachedProfile { profile, etag: None, fetched_at })?;
                }
                // What was learnt of the server is asked anew.
                store.age_facts(&server)?;
                // The entry is in use again and must not be removed at the next start.
                store.forget_left_entry(&entry_name(&account))?;
                Ok(account)
            })
            .await?;
        if let Some(former) = former.filter(|former| former.id != account.id) {
            self.leave_behind(&former).await;
        }
        self.reload_accounts().await?;
        let http = self.network()?.http.clone();
        // Before the entry is written: a renewal of the session before must not come after.
        self.connections.end(&account);
        let kept = self.secrets.set(entry_name(&account), tokens.to_stored()).await;
        if let Err(error) = &kept {
            tracing::warn!(%error, "the token is kept in memory only");
        }
        let session = Session::new(&account, self.connect(http, &account, endpoint, tokens, keeping(&kept)));
        self.update(|state| {
            state.forget_account();
            if let Err(error) = load_active_account(&self.store, state) {
                tracing::error!(%error, "the account cannot be read back");
            }
            state.token_keeping = keeping(&kept);
            state.session_state = SessionState::SignedIn;
            state.session = Some(session);
            state.activity = Activity::Idle;
            state.preferences.last_server = Some(account.server);
        });
        self.load_team_ahead();
        self.start_sync();
        Ok(())
    }

    /// Another person signed in over the page of this one: the account rests with all it has, without its token.
    async fn leave_behind(&self, former: &Account) {
        let id = former.id;
        if let Err(error) = self.with_store(move |store| store.mark_signed_out(id)).await {
            tracing::error!(%error, "the former account still counts as signed in");
        }
        self.connections.end(former);
        if let Err(error) = self.secrets.remove(entry_name(former)).await {
            tracing::warn!(%error, "the former token stays in the keyring");
        }
    }
}

/// Before the first sign-in nobody knows whether the address is right: what is no answer of the API may be that of another
/// server.
fn at_sign_in(error: AppError) -> AppError {
    match error.code {
        ErrorCode::Between => AppError { code: ErrorCode::Missing, ..error },
        _ => error,
    }
}

/// For a token that is only being tried: there is nothing to renew.
struct NeverKeeps;

impl TokenStore for NeverKeeps {
    fn save<'a>(&'a self, _tokens: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async { Ok(()) })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async { None })
    }
}
