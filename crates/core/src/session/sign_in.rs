//! Continuing the last session at startup, and signing in.

use std::sync::Arc;

use lapel_api::{ApiError, ApiErrorKind, Connection, Endpoint, Fetched, ReadMode, Tokens, login};
use lapel_domain::Profile;
use lapel_store::{Account, CachedProfile};

use super::connections::{NoTokenStore, entry_name, note_keeping, token_keeping};
use super::credentials::{Credentials, api_token};
use super::service::SessionService;
use crate::kernel::drafts::load_active_account;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::session::Session;
use crate::kernel::state::Activity;
use crate::views::{SessionState, SignIn, TokenSignIn};

impl SessionService {
    /// Continues the last session, or starts the demo server for a new user. Called after the first paint.
    pub(crate) async fn start(&self) {
        let account = self.state.read().account.clone();
        match account {
            Some(account) if account.signed_in => self.resume(&account).await,
            Some(_) => {}
            None => {
                // A new user probably signs in there first: it should be running by the time they have read the page.
                if let Err(error) = self.sandbox.endpoint().await {
                    tracing::error!(%error, "the demo server did not start");
                }
            }
        }
    }

    /// Signs in with email and password.
    pub(crate) async fn sign_in(&self, request: SignIn) -> Result<(), Failure> {
        let (server, endpoint) = self.typed_server(&request.server).await?;
        let Credentials { email, password, two_factor_code } = Credentials::check(request)?;
        let http = self.network.http()?;
        let login = login(&http, &endpoint, &email, &password, two_factor_code.as_deref(), None);
        let (tokens, profile) = self.until_cancelled(login).await?;
        self.enter(server, endpoint, tokens, profile, false).await
    }

    /// Cancels a running sign-in.
    pub(crate) fn cancel_sign_in(&self) {
        self.sign_in_cancelled.notify_waiters();
    }

    /// Signs in with an API token.
    pub(crate) async fn sign_in_with_token(&self, request: TokenSignIn) -> Result<(), Failure> {
        let (server, endpoint) = self.typed_server(&request.server).await?;
        let tokens = Tokens::api_token(api_token(request.token)?);
        let (http, token_store) = (self.network.http()?, Arc::new(NoTokenStore));
        let connection = Connection::new(http, endpoint.clone(), tokens.clone(), token_store);
        match self.until_cancelled(connection.profile(ReadMode::Since(None))).await {
            Ok(Fetched::Profile(read)) => self.enter(server, endpoint, tokens, read.profile, true).await,
            Ok(Fetched::NotModified) => Err(Failure::UnexpectedNotModified),
            Err(Failure::Api(error)) if error.kind == ApiErrorKind::SignedOut => Err(Failure::TokenRefused(error)),
            Err(error) => Err(error),
        }
    }

    /// Waits for the response, or until the person cancels.
    async fn until_cancelled<T>(&self, request: impl Future<Output = Result<T, ApiError>>) -> Result<T, Failure> {
        tokio::select! {
            response = request => response.map_err(at_sign_in),
            () = self.sign_in_cancelled.notified() => Err(Cancellation::SignIn.into()),
        }
    }

    /// The key and the present address of an offered server, of the server of an account, or of a typed address.
    pub(super) async fn typed_server(&self, typed: &str) -> Result<(String, Endpoint), Failure> {
        let is_offered = self.servers.offers().iter().any(|offer| offer.key == typed);
        if !is_offered && !self.state.read().has_account_on(typed) {
            Endpoint::typed(typed)?;
        }
        self.server(typed).await
    }

    /// Makes the account that has signed in the active one, and loads its cached data.
    async fn enter(
        &self,
        server: String,
        endpoint: Endpoint,
        tokens: Tokens,
        profile: Profile,
        by_token: bool,
    ) -> Result<(), Failure> {
        self.tasks.end_session();
        let former = self.state.read().account.clone();
        let fetched_at = (self.clock)();
        let account = self
            .disk
            .run(move |store| {
                let account = store.sign_in(&server, &profile.id, &profile.email, by_token)?;
                // A known profile may be newer than this response. The sync that follows reads it again.
                if store.profile(account.id)?.is_none() {
                    let cached = CachedProfile { profile, etag: None, fetched_at };
                    store.store_profile(account.id, &cached)?;
                }
                // Facts about the server are tried again after a sign-in.
                store.expire_facts(&server)?;
                // The keyring entry is in use again, so the next start must not remove it.
                store.forget_left_keyring_entry(&entry_name(&account))?;
                Ok(account)
            })
            .await?;
        if let Some(former) = former.filter(|former| former.id != account.id) {
            self.sign_out_former(&former).await;
        }
        self.disk.reload_accounts().await?;
        let http = self.network.http()?;
        // Before the entry is written: a renewal of the former session must not write it afterwards.
        self.connections.close(&account);
        let saved = self.secrets.set(entry_name(&account), tokens.to_stored()).await;
        if let Err(error) = &saved {
            tracing::warn!(%error, "the token is in memory only");
        }
        let keeping = token_keeping(&saved);
        note_keeping(&self.disk, account.id, keeping).await;
        let session = Session::new(&account, self.connections.connect(http, &account, endpoint, tokens, keeping));
        self.state.update(|state| {
            state.forget_account();
            if let Err(error) = load_active_account(self.disk.store(), state) {
                tracing::error!(%error, "the account cannot be read back");
            }
            state.token_keeping = keeping;
            state.session_state = SessionState::SignedIn;
            state.session = Some(session);
            state.activity = Activity::Idle;
            state.preferences.last_server = Some(account.server);
        });
        self.sync.start();
        Ok(())
    }

    /// Signs out the formerly active account after another person has signed in. It keeps its data, but not its token. A token
    /// that cannot be removed now is removed by a later start.
    async fn sign_out_former(&self, former: &Account) {
        let (id, entry) = (former.id, entry_name(former));
        let name = entry.clone();
        if let Err(error) = self.disk.run(move |store| store.mark_signed_out(id, &name)).await {
            tracing::error!(%error, "the former account still counts as signed in");
        }
        self.connections.close(former);
        if let Err(error) = self.remove_left_entry(entry, false).await {
            tracing::warn!(%error, "the former token is still in the keyring");
        }
    }
}

/// Before the first sign-in the address may be wrong: a response that is not the API's may come from another server.
pub(super) fn at_sign_in(error: ApiError) -> Failure {
    match error.kind {
        ApiErrorKind::Intermediary | ApiErrorKind::TooLarge => Failure::NotTheApi(error),
        _ => error.into(),
    }
}
