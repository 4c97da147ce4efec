//! Signing out, and switching between accounts.

use std::time::Duration;

use super::connections::entry_name;
use super::service::SessionService;
use crate::kernel::drafts::{PROFILE_FORM, load_active_account};
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::kernel::state::State;

/// How long sign-out waits for the server before it continues locally.
const LOGOUT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the exit of the app waits for running renewals.
const FINISH_TIMEOUT: Duration = Duration::from_secs(10);

impl SessionService {
    /// Signs out and removes the token, the cache, pictures, drafts and edits of the account.
    ///
    /// Fails with [`Failure::UnsentEdits`] if there are edits, or drafts of changes to others, and `discard_unsent` is false;
    /// then nothing was done. Fails with [`Failure::TokenLeft`] if only the keyring entry could not be removed.
    pub(crate) async fn sign_out(&self, discard_unsent: bool) -> Result<(), Failure> {
        let account = self.state.read().active_account()?;
        let id = account.id;
        // The draft of the profile form is not counted: the page asks about it when the form is left.
        let drafts_about_others = self.disk.run(move |store| store.drafts_besides(id, PROFILE_FORM)).await?;
        let count = self.state.read().unsent_fields() + drafts_about_others;
        if count > 0 && !discard_unsent {
            return Err(Failure::UnsentEdits { count });
        }
        self.tasks.end_session();
        let session = self.state.read().session.clone();
        if let Some(session) = session {
            match tokio::time::timeout(LOGOUT_TIMEOUT, session.connection.logout()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the session could not be ended at the server"),
                Err(_) => tracing::warn!("the server did not end the session in time"),
            }
        }
        // Before the entry is removed: a running renewal must not write it again.
        self.connections.close(&account);
        let entry = entry_name(&account);
        let removed = self.secrets.remove(entry.clone()).await;
        let is_left = removed.is_err();
        self.disk
            .run(move |store| {
                if is_left {
                    store.store_left_keyring_entry(&entry)?;
                }
                store.remove_account(account.id)
            })
            .await?;
        self.state.update(State::forget_account);
        self.disk.reload_accounts().await?;
        removed.map_err(Failure::TokenLeft)
    }

    /// Shows the sign-in page for another person. The account stays signed in and keeps its data.
    pub(crate) async fn leave_account(&self) -> Result<(), Failure> {
        self.tasks.end_session();
        self.disk.run(|store| store.activate(None)).await?;
        self.state.update(State::forget_account);
        self.disk.reload_accounts().await
    }

    /// Makes another account of this computer the active one and continues its session.
    pub(crate) async fn switch_account(&self, id: i64) -> Result<(), Failure> {
        let account = self.state.read().other_accounts.iter().find(|account| account.id.number() == id).cloned();
        let account = account.ok_or(Misuse::NoAccount)?;
        self.tasks.end_session();
        let active = account.id;
        self.disk.run(move |store| store.activate(Some(active))).await?;
        self.state.update(|state| {
            state.forget_account();
            if let Err(error) = load_active_account(self.disk.store(), state) {
                tracing::error!(%error, "the account cannot be read");
            }
            state.preferences.last_server = Some(account.server.clone());
        });
        if account.signed_in
            && let Some(service) = self.this.upgrade()
        {
            tokio::spawn(async move { service.resume(&account).await });
        }
        Ok(())
    }

    /// Removes keyring entries that a sign-out could not remove.
    pub(crate) async fn remove_left_entries(&self) {
        let left = || self.disk.run(|store| store.left_keyring_entries());
        for name in left().await.unwrap_or_default() {
            // A sign-in in the meantime needs its entry.
            if !left().await.unwrap_or_default().contains(&name) {
                continue;
            }
            match self.secrets.remove(name.clone()).await {
                Ok(()) => {
                    let forgotten = self.disk.run(move |store| store.forget_left_keyring_entry(&name)).await;
                    forgotten.unwrap_or_else(|error| tracing::warn!(%error, "a removed entry is still listed as left"));
                }
                Err(error) => tracing::warn!(%error, "an old token stays in the keyring"),
            }
        }
    }

    /// Ends all running work, and waits up to ten seconds for running renewals. Must be called before the process exits: the
    /// server accepts each refresh token once, and a renewed one that is not stored is lost.
    pub(crate) async fn finish(&self) {
        self.tasks.end_session();
        if tokio::time::timeout(FINISH_TIMEOUT, self.connections.finish_renewals()).await.is_err() {
            tracing::warn!("the app exits during a renewal");
        }
    }
}
