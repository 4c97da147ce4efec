//! Changing the own user role: online, in a PUT of its own, never stored as an edit.

use std::sync::Arc;

use lapel_api::{ApiErrorKind, Versioned};
use lapel_domain::{UserRole, cleared_fields, is_older, may_change_user_role, missing_for_full_update};

use crate::app::{App, Inner};
use crate::server_facts::Fact;
use crate::state::Session;
use crate::sync::{
    RefusedVersion, ResponseOutcome, check_person, commit_response, empties_left_out, missing_failure, update_of,
};
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
            .run_in_session(async move {
                let _turn = worker.sync_lock.lock().await;
                let outcome = worker.expire_if_signed_out(&session, worker.put_role(&session, role).await);
                if outcome.is_err() {
                    // Whether it was changed all the same, the next read tells.
                    worker.start_sync();
                }
                outcome
            })
            .await
    }
}

impl Inner {
    async fn put_role(&self, session: &Session, role: UserRole) -> Result<(), AppError> {
        let mut failure = AppError::new(ErrorCode::Changed, "the profile changed again and again");
        let mut refused = RefusedVersion::default();
        for _ in 0..MOST_TRIES {
            let server = self.read_after_refusal(session, &mut refused).await?;
            let present = &server.profile.role;
            if *present == role {
                return Ok(());
            }
            may_change_user_role(present, present, &role)
                .map_err(|denial| AppError::new(ErrorCode::RoleNotAllowed, denial.to_string()))?;
            let Some(now) = self.put_role_once(session, &server, &role, &mut refused).await? else { continue };
            if now == role {
                return Ok(());
            }
            if now != *present {
                let moved = AppError::new(ErrorCode::RoleMoved, "the server has another role by now");
                return Err(moved.problem(now.as_str()));
            }
            failure = AppError::new(ErrorCode::NotKept, "the server accepted the role and did not keep it");
        }
        Err(failure)
    }

    /// Sends the role over the profile that was just read, and answers the one that the server has then; none where the
    /// profile had changed in between.
    async fn put_role_once(
        &self,
        session: &Session,
        before: &Versioned,
        role: &UserRole,
        refused: &mut RefusedVersion,
    ) -> Result<Option<UserRole>, AppError> {
        // Changing a role is no occasion to find out whether the server still does so.
        let sends_all = self.was_learnt(&session.account.server, Fact::EmptiesLeftOut).await?;
        if let Some(missing) = missing_for_full_update(&before.profile, &[], true).filter(|_| sends_all) {
            return Err(missing_failure(missing, None));
        }
        let mut update = update_of(&[], sends_all.then_some(before));
        update.role = Some(role.as_str().to_owned());
        let condition = self.condition(session, before, refused).await?;
        let answer = session.connection.update_user(&session.account.user_id, &update, condition).await;
        let answered = match answer {
            Ok(answered) => answered,
            Err(error) if error.kind == ApiErrorKind::Changed => {
                refused.note(before.clone(), error.code.is_some());
                return Ok(None);
            }
            Err(error) if matches!(error.kind, ApiErrorKind::Missing { known: true }) => {
                let gone = AppError::from(error);
                self.mark_all_rejected(session, &gone).await?;
                return Err(gone);
            }
            Err(error) => return Err(error.into()),
        };
        let (now, from_answer) = self.role_after(session, before, answered, role).await?;
        let (account, cached, was) = (session.account.clone(), self.cached(&now), before.profile.clone());
        let cleared = cleared_fields(&[], true, &was, &now.profile);
        let put_replaces_all = empties_left_out(&cleared, from_answer, &was, &now.profile);
        let settled =
            ResponseOutcome { put_replaces_all, arrived: Vec::new(), cleared, by_us: from_answer, puts_back: false };
        self.update_account(&session.account, move |store| commit_response(store, &account, &was, &cached, &settled))
            .await?;
        self.update_for(session, |state| state.checked = true);
        Ok(Some(now.profile.role))
    }

    /// The profile after a PUT of a role: the answer where it holds the role, else as the server has it now. And whether it
    /// is the answer.
    async fn role_after(
        &self,
        session: &Session,
        before: &Versioned,
        answered: Option<Versioned>,
        role: &UserRole,
    ) -> Result<(Versioned, bool), AppError> {
        if let Some(answered) = answered {
            check_person(session, &answered.profile)?;
            if answered.profile.role == *role && !is_older(&answered.profile, &before.profile) {
                return Ok((answered, true));
            }
        }
        Ok((self.fetch_after(session, &before.profile).await?, false))
    }
}
