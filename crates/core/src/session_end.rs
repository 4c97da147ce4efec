//! Ending a session on request: at the server if it can be reached, and on this computer in any case.

use std::time::Duration;

use crate::app::App;
use crate::present::unsent;
use crate::session::entry_name;
use crate::views::{AppError, ErrorCode};

/// How long the server may take to hear of it. The person does not wait for a network that is not there.
const GOODBYE: Duration = Duration::from_secs(5);

impl App {
    /// Signs out and removes token, cache, pictures, drafts and edits of the account.
    ///
    /// # Errors
    /// [`ErrorCode::UnsentEdits`] where edits wait and `discard_unsent` was not said; otherwise what could not be removed.
    pub async fn sign_out(&self, discard_unsent: bool) -> Result<(), AppError> {
        let inner = &self.inner;
        let account = inner.account()?;
        let count = unsent(&inner.state().edits);
        if count > 0 && !discard_unsent {
            let mut failure = AppError::new(ErrorCode::UnsentEdits, format!("{count} edits wait to be sent"));
            failure.details.count = i64::try_from(count).ok();
            return Err(failure);
        }
        inner.end_exchange();
        let session = inner.state().session.clone();
        if let Some(session) = session {
            match tokio::time::timeout(GOODBYE, session.connection.logout()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the server was not told"),
                Err(_) => tracing::warn!("the server was not told in time"),
            }
        }
        let forgotten = inner.secrets.remove(entry_name(&account)).await;
        if let Err(error) = &forgotten {
            tracing::warn!(%error, "the token stays in the keyring");
        }
        inner.with_store(move |store| store.remove_account(account.id)).await?;
        inner.update(crate::state::State::forget_account);
        Ok(())
    }
}
