//! Continuing the session of an account, with its open connection or with tokens from the keyring.

use std::time::Duration;

use lapel_api::{StoredTokensError, Tokens};
use lapel_store::Account;

use super::connections::entry_name;
use super::secrets::VaultError;
use super::service::SessionService;
use crate::kernel::session::Session;
use crate::views::{SessionState, TokenKeeping};

/// How long the keyring may take before the page says that it is locked. A later answer to its prompt still counts.
const KEYRING_PROMPT_TIMEOUT: Duration = Duration::from_secs(4);

impl SessionService {
    /// Continues the session of an account.
    pub(crate) async fn resume(&self, account: &Account) {
        if self.connections.of(account).is_some() {
            return self.reconnect(account, None).await;
        }
        let mut reading = std::pin::pin!(self.secrets.get(entry_name(account)));
        let read = match tokio::time::timeout(KEYRING_PROMPT_TIMEOUT, &mut reading).await {
            Ok(read) => read,
            Err(_) => {
                self.show_session_state(account, SessionState::KeyringLocked);
                reading.await
            }
        };
        let session_state = match read {
            Ok(Some(stored)) => match Tokens::from_stored(&stored) {
                Ok(tokens) => return self.reconnect(account, Some(tokens)).await,
                Err(StoredTokensError::RefreshTokenAlone) => SessionState::Expired,
                Err(StoredTokensError::NotASession) => SessionState::TokenLost,
            },
            Ok(None) => {
                let id = account.id;
                let was_in_memory = self.disk.run(move |store| store.is_token_in_memory(id)).await.unwrap_or_default();
                if was_in_memory { SessionState::TokenNotKept } else { SessionState::TokenLost }
            }
            Err(VaultError::Absent) => SessionState::KeyringAbsent,
            Err(VaultError::Ambiguous) => SessionState::KeyringAmbiguous,
            Err(error @ (VaultError::Locked | VaultError::NotSetUp | VaultError::Failed(_))) => {
                tracing::warn!(%error, "the token cannot be read");
                SessionState::KeyringLocked
            }
        };
        self.show_session_state(account, session_state);
    }

    fn show_session_state(&self, account: &Account, session_state: SessionState) {
        self.state.update(|state| {
            // Somebody may have signed in while the keyring waited for the person.
            if state.is_active_account(account.id) && state.session.is_none() {
                state.session_state = session_state;
            }
        });
    }

    async fn reconnect(&self, account: &Account, stored: Option<Tokens>) {
        let server = self.server(&account.server).await;
        match server.and_then(|(_, endpoint)| Ok((endpoint, self.network.http()?))) {
            Ok((endpoint, http)) => {
                self.state.update(|state| {
                    if !state.is_active_account(account.id) || state.session.is_some() {
                        return;
                    }
                    let connect = |tokens| {
                        let keeping = TokenKeeping::Keyring;
                        (self.connections.connect(http, account, endpoint, tokens, keeping), keeping)
                    };
                    // An open connection has newer tokens than those that were read.
                    let connection = self.connections.of(account).or_else(|| stored.map(connect));
                    let Some((connection, keeping)) = connection else { return };
                    state.session_state = SessionState::SignedIn;
                    state.token_keeping = keeping;
                    state.session = Some(Session::new(account, connection));
                });
                self.sync.start();
            }
            Err(error) => self.state.update(|state| state.error = Some(error)),
        }
    }
}
