//! Finishing sign-outs: the removal of what a signed-out account left on this computer, and the end of its session at the server.
//!
//! The store has the list of what is left (`Store::begin_sign_out`). A sign-out works through it, and a start does the same with
//! what an interrupted sign-out did not reach.

use std::sync::Arc;
use std::time::Duration;

use lapel_api::{Connection, Secret, Tokens};

use super::connections::{NoTokenStore, server_of_entry};
use super::secrets::VaultError;
use super::service::SessionService;
use crate::kernel::error::Failure;

/// How long sign-out waits for the server before it continues locally.
const LOGOUT_TIMEOUT: Duration = Duration::from_secs(5);

impl SessionService {
    /// Finishes the sign-outs that were interrupted, or that could not remove a keyring entry. Does not wait for the server.
    pub(crate) async fn finish_sign_outs(&self) {
        if let Err(error) = self.remove_signed_out_accounts().await {
            tracing::warn!(%error, "the data of a signed-out account is still here");
        }
        let left = self.disk.run(|store| store.left_keyring_entries()).await.unwrap_or_default();
        for name in left {
            match self.remove_left_entry(name.clone(), false).await {
                Ok(Some(stored)) => self.spawn_logout(name, &stored),
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "an old token stays in the keyring"),
            }
        }
    }

    /// Removes the data of all accounts whose sign-out has begun.
    pub(super) async fn remove_signed_out_accounts(&self) -> Result<(), Failure> {
        self.disk.run(|store| store.remove_signed_out_accounts()).await
    }

    /// Removes a keyring entry of a signed-out account, unless the account has signed in again. Returns the removed tokens.
    /// Several entries of this name are removed only with consent.
    pub(super) async fn remove_left_entry(
        &self,
        name: String,
        has_consent: bool,
    ) -> Result<Option<Secret>, VaultError> {
        let (disk, entry) = (Arc::clone(&self.disk), name.clone());
        let is_left = move || match disk.store().left_keyring_entries() {
            Ok(left) => left.contains(&entry),
            Err(error) => {
                tracing::error!(%error, "the list of left keyring entries cannot be read");
                true
            }
        };
        let taken = self.secrets.take_if(name.clone(), has_consent, is_left).await?;
        let forgotten = self.disk.run(move |store| store.forget_left_keyring_entry(&name)).await;
        forgotten.unwrap_or_else(|error| tracing::warn!(%error, "a removed entry is still listed as left"));
        Ok(taken)
    }

    /// Tries to end the session of a removed keyring entry at the server, in the background.
    pub(super) fn spawn_logout(&self, name: String, stored: &Secret) {
        let (Some(service), Ok(tokens)) = (self.this.upgrade(), Tokens::from_stored(stored)) else { return };
        tokio::spawn(async move {
            let server = service.server(server_of_entry(&name)).await;
            let target = server.and_then(|(_, endpoint)| Ok((endpoint, service.network.http()?)));
            // The request must not keep the data folder open.
            drop(service);
            match target {
                Ok((endpoint, http)) => log_out(&Connection::new(http, endpoint, tokens, Arc::new(NoTokenStore))).await,
                Err(error) => tracing::warn!(%error, "the server of an interrupted sign-out cannot be asked"),
            }
        });
    }
}

/// Ends the session of a connection at the server. Waits only a short time: the sign-out on this computer does not depend on
/// it.
pub(super) async fn log_out(connection: &Connection) {
    match tokio::time::timeout(LOGOUT_TIMEOUT, connection.logout()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "it is unknown whether the server has ended the session"),
        Err(_) => tracing::warn!("the server did not end the session in time"),
    }
}
