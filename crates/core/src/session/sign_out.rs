//! Signing out, and switching between accounts.

use std::time::Duration;

use super::connections::entry_name;
use super::service::SessionService;
use super::sign_out_finish::log_out;
use crate::kernel::drafts::{PROFILE_FORM, load_active_account};
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::kernel::state::State;

/// How long the exit of the app waits for running renewals.
const FINISH_TIMEOUT: Duration = Duration::from_secs(10);

impl SessionService {
    /// Signs out and removes the token, the cache, pictures, drafts and edits of the account. The account disappears at once; the
    /// call then waits up to five seconds for the server.
    ///
    /// Fails with [`Failure::UnsentEdits`] if there are edits or drafts and `discard_unsent` is false; then nothing was done, as
    /// after a [`Failure::Store`] while the account is still shown. Fails with
    /// [`Failure::TokenLeft`] if only the keyring entry could not be removed. The next start removes what is left.
    pub(crate) async fn sign_out(&self, discard_unsent: bool) -> Result<(), Failure> {
        let account = self.state.read().active_account()?;
        let id = account.id;
        let drafts_about_others = self.disk.run(move |store| store.drafts_besides(id, PROFILE_FORM)).await?;
        let count = self.state.read().fields_to_lose() + drafts_about_others;
        if count > 0 && !discard_unsent {
            return Err(Failure::UnsentEdits { count });
        }
        // The wish is stored before anything else: whatever is interrupted from here on, the next start finishes it.
        let entry = entry_name(&account);
        let name = entry.clone();
        self.disk.run(move |store| store.begin_sign_out(id, &name)).await?;
        self.tasks.end_session();
        let session = self.state.read().session.clone();
        // Before the entry is removed: a running renewal must not write it again.
        self.connections.close(&account);
        self.state.update(State::forget_account);
        let reloaded = self.disk.reload_accounts().await;
        let data_removed = self.remove_signed_out_accounts().await;
        let entry_removed = self.remove_left_entry(entry, false).await;
        // Last, because the server may not respond.
        if let Some(session) = session {
            log_out(&session.connection).await;
        }
        data_removed.and(reloaded)?;
        entry_removed.map(drop).map_err(Failure::TokenLeft)
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
        let account = self.state.read().other_accounts.iter().find(|other| other.account.id.number() == id).cloned();
        let account = account.ok_or(Misuse::NoAccount)?.account;
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

    /// Ends all running work, and waits up to ten seconds for running renewals. Must be called before the process exits: the
    /// server accepts each refresh token once, and a renewed one that is not stored is lost.
    pub(crate) async fn finish(&self) {
        self.tasks.end_session();
        if tokio::time::timeout(FINISH_TIMEOUT, self.connections.finish_renewals()).await.is_err() {
            tracing::warn!("the app exits during a renewal");
        }
    }
}
