//! Signs out of an account (at the server if it is reachable, and always on this computer), or switches to another
//! account without signing out.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, Inner, PROFILE_FORM, load_active_account};
use crate::connections::entry_name;
use crate::snapshot_view::unsent_count;
use crate::state::State;
use crate::views::{AppError, ErrorCode};

/// How long sign-out waits for the server before it continues locally.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_secs(5);

impl App {
    /// Signs out and removes the account's token, cache, pictures, drafts and edits.
    ///
    /// # Errors
    /// [`ErrorCode::UnsentEdits`] if there are unsent edits or drafts about team members and `discard_unsent` is
    /// false; nothing has changed then. [`ErrorCode::TokenLeft`] if everything was removed except the keyring entry.
    pub async fn sign_out(&self, discard_unsent: bool) -> Result<(), AppError> {
        let inner = &self.inner;
        let account = inner.account()?;
        let id = account.id;
        // The draft of the user's own profile does not count: the page asks about it when the form is closed.
        let team_drafts = inner.with_store(move |store| store.drafts_besides(id, PROFILE_FORM)).await?;
        let count = unsent_count(&inner.state().edits) + team_drafts;
        if count > 0 && !discard_unsent {
            let mut failure = AppError::new(ErrorCode::UnsentEdits, format!("{count} edits wait to be sent"));
            failure.details.count = i64::try_from(count).ok();
            return Err(failure);
        }
        inner.abort_session_tasks();
        let session = inner.state().session.clone();
        if let Some(session) = session {
            match tokio::time::timeout(SIGN_OUT_TIMEOUT, session.connection.logout()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the server did not confirm the sign-out"),
                Err(_) => tracing::warn!("the server did not confirm the sign-out in time"),
            }
        }
        // End the connection before removing the entry, so that a late renewal cannot write it again.
        inner.connections.end(&account);
        let entry = entry_name(&account);
        let removed = inner.secrets.remove(entry.clone()).await;
        let is_left = removed.is_err();
        inner
            .with_store(move |store| {
                if is_left {
                    store.note_left_entry(&entry)?;
                }
                store.remove_account(account.id)
            })
            .await?;
        inner.update(State::clear_account);
        inner.reload_accounts().await?;
        removed.map_err(|error| AppError::new(ErrorCode::TokenLeft, error.to_string()))
    }

    /// Shows the sign-in page. The account stays signed in, with all its data.
    pub async fn leave_account(&self) -> Result<(), AppError> {
        let inner = &self.inner;
        inner.abort_session_tasks();
        inner.with_store(|store| store.activate(None)).await?;
        inner.update(State::clear_account);
        inner.reload_accounts().await
    }

    /// Makes another account of this computer the active one and resumes its session.
    pub async fn switch_account(&self, id: i64) -> Result<(), AppError> {
        let inner = &self.inner;
        let other = inner.state().other_accounts.iter().find(|account| account.id.number() == id).cloned();
        let other = other.ok_or_else(|| AppError::new(ErrorCode::Internal, "no such account"))?;
        inner.abort_session_tasks();
        let active = other.id;
        inner.with_store(move |store| store.activate(Some(active))).await?;
        inner.update(|state| {
            state.clear_account();
            if let Err(error) = load_active_account(&inner.store, state) {
                tracing::error!(%error, "the account cannot be read");
            }
            state.preferences.last_server = Some(other.server.clone());
        });
        inner.load_team_ahead();
        if other.signed_in {
            let inner = Arc::clone(inner);
            tokio::spawn(async move { inner.resume_session(&other).await });
        }
        Ok(())
    }
}

impl Inner {
    /// Removes keyring entries that could not be removed at sign-out.
    pub(crate) async fn remove_left_entries(&self) {
        let entries = || self.with_store(|store| store.left_entries());
        for name in entries().await.unwrap_or_default() {
            // Check again: a sign-in in the meantime may have put the entry back into use.
            if !entries().await.unwrap_or_default().contains(&name) {
                continue;
            }
            match self.secrets.remove(name.clone()).await {
                Ok(()) => {
                    let forgotten = self.with_store(move |store| store.forget_left_entry(&name)).await;
                    forgotten
                        .unwrap_or_else(|error| tracing::warn!(%error, "a removed entry is still listed for removal"));
                }
                Err(error) => tracing::warn!(%error, "an old token could not be removed from the keyring"),
            }
        }
    }
}
