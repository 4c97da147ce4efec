//! Changing the user's own role: online, in a PUT of its own, never stored as an edit.

use lapel_api::{ApiErrorKind, Versioned};
use lapel_domain::{UserRole, cleared_fields, is_older, may_change_user_role, missing_for_full_update};

use super::fetch::check_person;
use super::reconcile::{ResponseOutcome, commit_response};
use super::response::put_replaced_all;
use super::service::SyncService;
use super::update_body::update_body;
use super::version::RejectedVersion;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::role_change::{RoleTarget, Sent, send_role};
use crate::kernel::server_facts::Fact;
use crate::kernel::session::Session;
use crate::kernel::sync_handle::StartSync;

/// The user's own role.
struct OwnRole<'a> {
    service: &'a SyncService,
    session: &'a Session,
    /// The profile that was read last.
    before: Versioned,
    rejected: RejectedVersion,
}

impl RoleTarget for OwnRole<'_> {
    async fn send(&mut self, role: &str) -> Result<Sent, Failure> {
        let after = self.service.put_role_once(self.session, &self.before, &role.into(), &mut self.rejected).await?;
        let Some(after) = after else { return Ok(Sent::Changed) };
        self.before = after;
        Ok(Sent::Has(self.before.profile.role.as_str().to_owned()))
    }

    async fn read(&mut self) -> Result<String, Failure> {
        self.before = self.service.read_after_put(self.session, &mut self.rejected).await?;
        Ok(self.before.profile.role.as_str().to_owned())
    }
}

impl SyncService {
    /// Gives the signed-in person another user role, and returns after the server has confirmed it.
    pub(crate) async fn change_own_role(&self, role: &str) -> Result<(), Failure> {
        let session = self.state.read().active_session()?;
        let (service, role) = (self.this.upgrade().ok_or(Cancellation::App)?, UserRole::from(role.to_owned()));
        self.tasks
            .run_in_session(async move {
                let _guard = service.lock.lock().await;
                let outcome = service.put_role(&session, role).await;
                service.state.expire_if_signed_out(&session, &outcome);
                if outcome.is_err() {
                    // The next read shows whether the role was changed nevertheless.
                    StartSync::start(&*service);
                }
                outcome
            })
            .await
    }

    async fn put_role(&self, session: &Session, role: UserRole) -> Result<(), Failure> {
        let before = self.read_profile(session).await?;
        let current = before.profile.role.clone();
        if current == role {
            return Ok(());
        }
        may_change_user_role(&current, &current, &role).map_err(Failure::OwnRoleDenied)?;
        let mut target = OwnRole { service: self, session, before, rejected: RejectedVersion::default() };
        send_role(&mut target, current.as_str(), role.as_str()).await.map_err(|not_sent| not_sent.failure)
    }

    /// Sends the role. `before` is the profile that was read last. Returns the profile after the PUT; none if the server
    /// has rejected it because the profile had changed.
    async fn put_role_once(
        &self,
        session: &Session,
        before: &Versioned,
        role: &UserRole,
        rejected: &mut RejectedVersion,
    ) -> Result<Option<Versioned>, Failure> {
        // A role must not be used to test whether the server still empties omitted fields, so an expired fact counts as well.
        let sends_all = self.facts.was_learned(&session.account.server, Fact::PutReplacesAll).await?;
        if let Some(missing) = missing_for_full_update(&before.profile, &[], true).filter(|_| sends_all) {
            return Err(Failure::missing(missing, None));
        }
        let mut update = update_body(&[], sends_all.then_some(before));
        update.role = Some(role.as_str().to_owned());
        let condition = self.condition(session, before, rejected).await?;
        let response = match session.connection.update_user(&session.account.user_id, &update, condition).await {
            Ok(response) => response,
            Err(error) if error.kind == ApiErrorKind::Changed => {
                rejected.note(before.clone(), error.code.is_some());
                return Ok(None);
            }
            Err(error) if matches!(error.kind, ApiErrorKind::Missing { known: true }) => {
                let gone = Failure::from(error);
                self.mark_all_rejected(session, &gone).await?;
                return Err(gone);
            }
            Err(error) => return Err(error.into()),
        };
        let (after, from_response) = self.profile_after(session, before, response, role).await?;
        let (account, cached, former) = (session.account.clone(), self.cached(&after), before.profile.clone());
        let cleared = cleared_fields(&[], true, &former, &after.profile);
        let put_replaces_all = put_replaced_all(&cleared, from_response, &former, &after.profile);
        let outcome = ResponseOutcome {
            put_replaces_all,
            arrived: Vec::new(),
            cleared,
            by_us: from_response,
            restores_cleared: false,
        };
        let commit = move |store: &lapel_store::Store| commit_response(store, &account, &former, &cached, &outcome);
        self.disk.update_account(&session.account, commit).await?;
        self.state.update_for(session, |state| state.checked = true);
        Ok(Some(after))
    }

    /// The profile after a PUT of a role, and whether it is that of the response. If the response does not contain the role,
    /// the profile is read again.
    async fn profile_after(
        &self,
        session: &Session,
        before: &Versioned,
        response: Option<Versioned>,
        role: &UserRole,
    ) -> Result<(Versioned, bool), Failure> {
        if let Some(response) = response {
            check_person(session, &response.profile)?;
            if response.profile.role == *role && !is_older(&response.profile, &before.profile) {
                return Ok((response, true));
            }
        }
        Ok((self.fetch_after(session, &before.profile).await?, false))
    }
}
