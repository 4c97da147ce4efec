//! Leaving an account: ending its session, at the server if it can be reached and on this computer in any case, or only
//! letting another account take its place.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, Inner, PROFILE_FORM, load_active_account};
use crate::connections::entry_name;
use crate::snapshot_view::unsent;
use crate::state::State;
use crate::views::{AppError, ErrorCode};

/// How long the server may take to hear of it. The person does not wait for a network that is not there.
const GOODBYE: Duration = Duration::from_secs(5);

impl App {
    /// Signs out and removes token, cache, pictures, drafts and edits of the account.
    ///
    /// # Errors
    /// [`ErrorCode::UnsentEdits`] where edits wait, or something typed about others is not saved, and `discard_unsent` was
    /// not said; [`ErrorCode::TokenLeft`] where all is
    /// done but the keyring kept its entry; otherwise what could not be removed.
    pub async fn sign_out(&self, discard_unsent: bool) -> Result<(), AppError> {
        let inner = &self.inner;
        let account = inner.account()?;
        let id = account.id;
        // What is typed into the own form is asked about when that form is left.
        let about_others = inner.with_store(move |store| store.drafts_besides(id, PROFILE_FORM)).await?;
        let count = unsent(&inner.state().edits) + about_others;
        if count > 0 && !discard_unsent {
            let mut failure = AppError::new(ErrorCode::UnsentEdits, format!("{count} edits wait to be sent"));
            failure.details.count = i64::try_from(count).ok();
            return Err(failure);
        }
        inner.abort_session_tasks();
        let session = inner.state().session.clone();
        if let Some(session) = session {
            match tokio::time::timeout(GOODBYE, session.connection.logout()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the server was not told"),
                Err(_) => tracing::warn!("the server was not told in time"),
            }
        }
        // Before the entry is removed: a renewal that is still on its way must not write it anew.
        inner.connections.end(&account);
        let entry = entry_name(&account);
        let forgotten = inner.secrets.remove(entry.clone()).await;
        let left = forgotten.is_err();
        inner
            .with_store(move |store| {
                if left {
                    store.note_left_entry(&entry)?;
                }
                store.remove_account(account.id)
            })
            .await?;
        inner.update(State::forget_account);
        inner.reload_accounts().await?;
        forgotten.map_err(|error| AppError::new(ErrorCode::TokenLeft, error.to_string()))
    }

    /// Shows the sign-in page for another person; this account rests, signed in, with all it has.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn leave_account(&self) -> Result<(), AppError> {
        let inner = &self.inner;
        inner.abort_session_tasks();
        inner.with_store(|store| store.activate(None)).await?;
        inner.update(State::forget_account);
        inner.reload_accounts().await
    }

    /// Shows another account of this computer and goes on with its session.
    ///
    /// # Errors
    /// Where there is no such account, or the store fails.
    pub async fn switch_account(&self, id: i64) -> Result<(), AppError> {
        let inner = &self.inner;
        let other = inner.state().other_accounts.iter().find(|account| account.id.number() == id).cloned();
        let other = other.ok_or_else(|| AppError::new(ErrorCode::Internal, "no such account"))?;
        inner.abort_session_tasks();
        let active = other.id;
        inner.with_store(move |store| store.activate(Some(active))).await?;
        inner.update(|state| {
            state.forget_account();
            if let Err(error) = load_active_account(&inner.store, state) {
                tracing::error!(%error, "the account cannot be read");
            }
            state.preferences.last_server = Some(other.server.clone());
        });
        inner.load_team_ahead();
        if other.signed_in {
            let inner = Arc::clone(inner);
            tokio::spawn(async move { inner.resume(&other).await });
        }
        Ok(())
    }
}

impl Inner {
    /// Removes from the keyring what it did not let go at a sign-out.
    pub(crate) async fn remove_left_entries(&self) {
        let left = || self.with_store(|store| store.left_entries());
        for name in left().await.unwrap_or_default() {
            // Whoever has signed in there meanwhile needs it.
            if !left().await.unwrap_or_default().contains(&name) {
                continue;
            }
            match self.secrets.remove(name.clone()).await {
                Ok(()) => {
                    let forgotten = self.with_store(move |store| store.forget_left_entry(&name)).await;
                    forgotten.unwrap_or_else(|error| tracing::warn!(%error, "a removed entry is still noted"));
                }
                Err(error) => tracing::warn!(%error, "an old token stays in the keyring"),
            }
        }
    }
}
