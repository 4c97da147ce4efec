//! Sessions and accounts.

use std::sync::Arc;

use super::App;
use crate::kernel::error::Failure;
use crate::views::{AppError, Revision, SessionState, SignIn, SignOutScope, TokenSignIn, UnsentWork};

impl App {
    /// Starts everything that must not delay the first paint: cleanup, the keyring, the demo server, the network.
    pub async fn start(&self) {
        let services = &self.services;
        let removed = services
            .disk
            .run(|store| store.remove_unused_local_pictures().and(store.remove_unlisted_picture_files()))
            .await;
        if let Err(error) = removed {
            tracing::warn!(%error, "left files could not be removed");
        }
        let session = Arc::clone(&services.session);
        tokio::spawn(async move { session.finish_sign_outs().await });
        services.team.load_ahead();
        tokio::join!(services.team.restore_batch(), services.session.start());
    }

    /// Reads the keyring again, or writes the tokens to it if the account is signed in.
    ///
    /// Fails with [`crate::views::ErrorCode::KeyringLocked`], `KeyringAbsent`, `KeyringAmbiguous` or `KeyringNotSetUp`.
    pub async fn retry_keyring(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.session.retry_keyring().await)
    }

    /// Removes the keyring entries that match a signed-out account, and all but one of those that match the active account.
    /// Another program may have made them, so the user must have agreed. Then uses the keyring again.
    ///
    /// Fails as [`App::retry_keyring`], or with `TokenLeft` for an entry of a signed-out account.
    pub async fn remove_surplus_entries(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.session.remove_surplus_entries().await)
    }

    /// Signs in with email and password. After a failure nothing has changed.
    pub async fn sign_in(&self, request: SignIn) -> Result<Revision, AppError> {
        self.services.team.keep_selection();
        let signed_in = self.services.session.sign_in(request).await;
        self.show_team_of(signed_in).await
    }

    /// Signs in with an API token. After a failure nothing has changed.
    pub async fn sign_in_with_token(&self, request: TokenSignIn) -> Result<Revision, AppError> {
        self.services.team.keep_selection();
        let signed_in = self.services.session.sign_in_with_token(request).await;
        self.show_team_of(signed_in).await
    }

    /// Loads the team after a sign-in. The same person finds their selection and the interrupted batch.
    async fn show_team_of(&self, signed_in: Result<(), Failure>) -> Result<Revision, AppError> {
        if let Err(failure) = signed_in {
            self.services.team.forget_selection();
            return Err(failure.into());
        }
        self.services.team.load_ahead();
        self.services.team.restore_batch().await;
        Ok(self.revision())
    }

    /// Cancels a running sign-in.
    pub fn cancel_sign_in(&self) {
        self.services.session.cancel_sign_in();
    }

    /// Signs out, and removes the tokens, caches, pictures, drafts and edits of the accounts. If the process ends meanwhile, the
    /// next start finishes it.
    ///
    /// Fails with [`crate::views::ErrorCode::UnsentEdits`] if there are edits or drafts and `discard_unsent` is false; then nothing
    /// was done. Fails with `TokenLeft` if only a keyring entry could not be removed.
    pub async fn sign_out(&self, scope: SignOutScope, discard_unsent: bool) -> Result<Revision, AppError> {
        self.revision_after(self.services.session.sign_out(scope, discard_unsent).await)
    }

    /// What a sign-out would lose, for the accounts that would lose something, the active one first.
    pub async fn unsent_work(&self, scope: SignOutScope) -> Result<Vec<UnsentWork>, AppError> {
        Ok(self.services.session.unsent_work_of(scope).await?)
    }

    /// Shows the sign-in page for another person. The account stays signed in and keeps its data.
    pub async fn leave_account(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.session.leave_account().await)
    }

    /// Makes another account of this computer the active one and continues its session.
    ///
    /// Fails if there is no such account, or if the store cannot be written.
    pub async fn switch_account(&self, id: i64) -> Result<Revision, AppError> {
        self.services.session.switch_account(id).await?;
        self.services.team.load_ahead();
        self.services.team.restore_batch().await;
        Ok(self.revision())
    }

    /// Ends all running work, and waits up to ten seconds for running renewals of sessions. Must be called before the process
    /// exits: the server accepts each refresh token once, and a renewed one that is not stored is lost.
    pub async fn finish(&self) {
        self.services.session.finish().await;
    }

    /// Reads the profile from the server and sends waiting edits. If the session could not be continued at startup, continues
    /// it first.
    pub fn refresh(&self) -> Revision {
        let unresumed = {
            let state = self.services.state.read();
            state.account.clone().filter(|_| state.session.is_none() && state.session_state == SessionState::Starting)
        };
        match unresumed {
            None => self.services.sync.refresh(),
            Some(account) => {
                let session = Arc::clone(&self.services.session);
                tokio::spawn(async move { session.resume(&account).await });
            }
        }
        self.revision()
    }

    /// Called when the window comes forward. Starts a sync if the shown profile may be old or the last sync has failed, and a
    /// refresh of the open team if it may be old.
    pub fn come_forward(&self) {
        self.services.sync.come_forward();
        self.services.team.come_forward();
    }
}
