//! Changes the signed-in user's own role. This needs a connection: it is one PUT, and it is never stored as an edit.

use std::sync::Arc;

use lapel_api::{ApiErrorKind, Versioned};
use lapel_domain::{UserRole, cleared_fields, is_older, may_change_user_role, missing_for_full_update};

use crate::app::{App, Inner};
use crate::server_facts::Fact;
use crate::state::Session;
use crate::sync::{
    RejectedWrites, ResponseOutcome, build_update, check_person, commit_response, missing_failure,
    shows_put_replaces_all,
};
use crate::views::{AppError, ErrorCode};

/// How often the PUT is sent if the profile changes between read and write.
const MAX_TRIES: usize = 3;

impl App {
    /// Changes the signed-in user's own role. Returns once the server has confirmed the change.
    ///
    /// # Errors
    /// [`ErrorCode::RoleNotAllowed`] if the user may not choose this role, [`ErrorCode::RoleMoved`] if the server now
    /// has a third role, [`ErrorCode::NotKept`] if the server accepts the request but does not change the role.
    pub async fn change_own_role(&self, role: &str) -> Result<(), AppError> {
        let inner = &self.inner;
        let session = inner.state().session.clone();
        let session = session.ok_or_else(|| AppError::new(ErrorCode::SignedOut, "no session"))?;
        let (worker, role) = (Arc::clone(inner), UserRole::from(role.to_owned()));
        inner
            .run_in_session(async move {
                let _guard = worker.sync_lock.lock().await;
                let outcome = worker.expire_if_signed_out(&session, worker.put_role(&session, role).await);
                if outcome.is_err() {
                    // The role may have changed anyway. The next read shows it.
                    worker.start_sync();
                }
                outcome
            })
            .await
    }
}

impl Inner {
    async fn put_role(&self, session: &Session, role: UserRole) -> Result<(), AppError> {
        let mut failure = AppError::new(ErrorCode::Changed, "the profile kept changing");
        let mut rejected_writes = RejectedWrites::default();
        for _ in 0..MAX_TRIES {
            let server = self.read_before_write(session, &mut rejected_writes).await?;
            let current = &server.profile.role;
            if *current == role {
                return Ok(());
            }
            may_change_user_role(current, current, &role)
                .map_err(|denial| AppError::new(ErrorCode::RoleNotAllowed, denial.to_string()))?;
            let Some(now) = self.put_role_once(session, &server, &role, &mut rejected_writes).await? else { continue };
            if now == role {
                return Ok(());
            }
            if now != *current {
                let moved = AppError::new(ErrorCode::RoleMoved, "the server has another role by now");
                return Err(moved.problem(now.as_str()));
            }
            failure = AppError::new(ErrorCode::NotKept, "the server accepted the role but did not store it");
        }
        Err(failure)
    }

    /// Sends the role, based on the profile that was just read. Returns the role that the server has afterwards; none
    /// if the profile changed between read and write.
    async fn put_role_once(
        &self,
        session: &Session,
        before: &Versioned,
        role: &UserRole,
        rejected_writes: &mut RejectedWrites,
    ) -> Result<Option<UserRole>, AppError> {
        // A change of a role does not probe whether the server still empties omitted fields.
        let sends_all = self.fact_ever_held(&session.account.server, Fact::PutReplacesAll).await?;
        if let Some(missing) = missing_for_full_update(&before.profile, &[], true).filter(|_| sends_all) {
            return Err(missing_failure(missing, None));
        }
        let mut update = build_update(&[], sends_all.then_some(before));
        update.role = Some(role.as_str().to_owned());
        let if_match = self.if_match(session, before, rejected_writes).await?;
        let result = session.connection.update_user(&session.account.user_id, &update, if_match).await;
        let response = match result {
            Ok(response) => response,
            Err(error) if error.kind == ApiErrorKind::Changed => {
                rejected_writes.record(before.clone(), error.code.is_some());
                return Ok(None);
            }
            Err(error) if matches!(error.kind, ApiErrorKind::Missing { known: true }) => {
                let gone = AppError::from(error);
                self.mark_all_rejected(session, &gone).await?;
                return Err(gone);
            }
            Err(error) => return Err(error.into()),
        };
        let (now, from_response) = self.role_after(session, before, response, role).await?;
        let (account, cached, was) = (session.account.clone(), self.to_cached(&now), before.profile.clone());
        let cleared = cleared_fields(&[], true, &was, &now.profile);
        let put_replaces_all = shows_put_replaces_all(&cleared, from_response, &was, &now.profile);
        let outcome = ResponseOutcome {
            put_replaces_all,
            arrived: Vec::new(),
            cleared,
            cleared_by_us: from_response,
            puts_back: false,
        };
        self.update_account(&session.account, move |store| commit_response(store, &account, &was, &cached, &outcome))
            .await?;
        self.update_for(session, |state| state.checked = true);
        Ok(Some(now.profile.role))
    }

    /// The profile after a PUT of a role, and whether it comes from the response. If the response does not contain
    /// the new role, the profile is read again.
    async fn role_after(
        &self,
        session: &Session,
        before: &Versioned,
        response: Option<Versioned>,
        role: &UserRole,
    ) -> Result<(Versioned, bool), AppError> {
        if let Some(response) = response {
            check_person(session, &response.profile)?;
            if response.profile.role == *role && !is_older(&response.profile, &before.profile) {
                return Ok((response, true));
            }
        }
        Ok((self.fetch_after_write(session, &before.profile).await?, false))
    }
}
