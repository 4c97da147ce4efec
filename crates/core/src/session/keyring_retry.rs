//! What the person can do about a problem with the keyring: try again, and let Lapel remove surplus entries.

use lapel_api::{Secret, Tokens};
use lapel_store::Account;

use super::connections::entry_name;
use super::secrets::VaultError;
use super::service::SessionService;
use crate::kernel::error::Failure;
use crate::views::SessionState;

impl SessionService {
    /// Reads the keyring again, or writes the tokens to it if the account is signed in.
    pub(crate) async fn retry_keyring(&self) -> Result<(), Failure> {
        let account = self.state.read().active_account()?;
        self.use_keyring(&account).await
    }

    /// Removes the surplus entries of the keyring, with the person's consent: all entries of signed-out accounts, and all but
    /// one of the active account. Then uses the keyring again.
    pub(crate) async fn remove_surplus_entries(&self) -> Result<(), Failure> {
        for name in self.disk.run(|store| store.left_keyring_entries()).await? {
            self.remove_left_entry(name, true).await.map_err(Failure::TokenLeft)?;
        }
        let Some(account) = self.state.read().account.clone() else { return Ok(()) };
        let is_session = |secret: &Secret| Tokens::from_stored(secret).is_ok();
        self.secrets.keep_one(entry_name(&account), is_session).await.map_err(|error| keyring_failure(&error))?;
        self.use_keyring(&account).await
    }

    async fn use_keyring(&self, account: &Account) -> Result<(), Failure> {
        let session = self.state.read().session.clone();
        if let Some(session) = session {
            let saved = session.connection.save_tokens().await;
            return saved.map_err(|error| match error.0.downcast_ref::<VaultError>() {
                Some(reason) => keyring_failure(reason),
                None => Failure::internal(error),
            });
        }
        self.resume(account).await;
        match self.state.read().session_state {
            SessionState::KeyringLocked => Err(Failure::KeyringLocked),
            SessionState::KeyringAbsent => Err(Failure::KeyringAbsent),
            SessionState::KeyringAmbiguous => Err(Failure::KeyringAmbiguous),
            _ => Ok(()),
        }
    }
}

fn keyring_failure(error: &VaultError) -> Failure {
    match error {
        VaultError::Absent => Failure::KeyringAbsent,
        VaultError::Ambiguous => Failure::KeyringAmbiguous,
        VaultError::NotSetUp => Failure::KeyringNotSetUp,
        VaultError::Locked | VaultError::Failed(_) => Failure::KeyringLocked,
    }
}
