//! Changing the own user role: online, in a PUT of its own, never stored as an edit.

use lapel_api::{ApiErrorKind, Versioned};
use lapel_domain::{UserRole, may_change_user_role, reset_fields};
use lapel_store::Answer;
use uuid::Uuid;

use crate::app::{App, Inner};
use crate::exchange::update_of;
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
        let _turn = inner.exchange.lock().await;
        let outcome = inner.put_role(&session, UserRole::from(role.to_owned())).await;
        if outcome.as_ref().is_err_and(|error| error.code == ErrorCode::SignedOut) {
            inner.update_for(&session, crate::exchange::expire);
        }
        outcome
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
            let mut update = update_of(&[], sends_all.then_some(&server));
            update.role = Some(role.as_str().to_owned());
            match session.connection.update_user(&session.account.user_id, &update, server.etag.as_deref()).await {
                Ok(after) => return self.take_role(session, &server, &after).await,
                Err(error) if error.kind == ApiErrorKind::Changed => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::new(ErrorCode::Changed, "the profile changed again and again"))
    }

    async fn take_role(&self, session: &Session, before: &Versioned, after: &Versioned) -> Result<(), AppError> {
        let reset = reset_fields(&[], true, &before.profile, &after.profile);
        let emptied =
            reset.fields.iter().map(|&field| (field, before.profile.value(field).to_owned())).collect::<Vec<_>>();
        let (account, cached, now) = (session.account.clone(), self.cached(after), self.now());
        self.with_store(move |store| {
            let resets_omitted = (!reset.is_nothing()).then_some(account.server.as_str());
            let answer = Answer { cached: &cached, arrived: &[], reset: &emptied, resets_omitted };
            store.take_answer(account.id, &answer, &Uuid::new_v4().to_string(), now)
        })
        .await?;
        self.reload(&session.account).await
    }
}
