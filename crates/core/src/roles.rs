//! Changing the own user role: online, in a PUT of its own, never stored as an edit.

use std::sync::Arc;

use lapel_api::ApiErrorKind;
use lapel_domain::{UserRole, may_change_user_role, reset_fields, what_is_missing};

use crate::app::{App, Inner};
use crate::exchange::{missing_failure, update_of};
use crate::state::Session;
use crate::views::{AppError, ErrorCode};

/// How often the PUT is repeated over a profile that changed in between.
const MOST_TRIES: usize = 3;

impl App {
    /// Gives the signed-in person another user role, and answers when the server has said yes.
    ///
    /// # Errors
    /// Why it was not changed.
    pub async fn change_own_role(&self, role: &str) -> Result<(), AppError> {
        let inner = &self.inner;
        let session = inner.state().session.clone();
        let session = session.ok_or_else(|| AppError::new(ErrorCode::SignedOut, "no session"))?;
        let (worker, role) = (Arc::clone(inner), UserRole::from(role.to_owned()));
        inner
            .within_session(async move {
                let _turn = worker.exchange.lock().await;
                let outcome = worker.heed_end(&session, worker.put_role(&session, role).await);
                if outcome.is_err() {
                    // Whether it was changed all the same, the next read tells.
                    worker.start_exchange();
                }
                outcome
            })
            .await
    }
}

impl Inner {
    async fn put_role(&self, session: &Session, role: UserRole) -> Result<(), AppError> {
        for _ in 0..MOST_TRIES {
            let server = self.read_profile(session).await?;
            let present = &server.profile.role;
            if *present == role {
                return Ok(());
            }
            may_change_user_role(present, present, &role)
                .map_err(|denial| AppError::new(ErrorCode::RoleNotAllowed, denial.to_string()))?;
            let key = session.account.server.clone();
            let sends_all = self.with_store(move |store| store.resets_omitted(&key)).await?;
            if let Some(missing) = what_is_missing(&server.profile, &[], true).filter(|_| sends_all) {
                return Err(missing_failure(missing, None));
            }
            let mut update = update_of(&[], sends_all.then_some(&server));
            update.role = Some(role.as_str().to_owned());
            match session.connection.update_user(&session.account.user_id, &update, server.etag.as_deref()).await {
                Ok(after) => {
                    let reset = reset_fields(&[], true, &server.profile, &after.profile);
                    return self.take_over(session, &server, &after, Vec::new(), reset).await;
                }
                Err(error) if error.kind == ApiErrorKind::Changed => {}
                Err(error) if matches!(error.kind, ApiErrorKind::Missing { known: true }) => {
                    let gone = AppError::from(error);
                    self.park_all(session, &gone).await?;
                    return Err(gone);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::new(ErrorCode::Changed, "the profile changed again and again"))
    }
}
