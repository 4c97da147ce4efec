//! Changing one role. A change needs a connection and is never queued. The row is read first, and a change counts as
//! made only after the server has confirmed it.

use lapel_api::{ApiError, ApiErrorKind, UserUpdate};
use lapel_domain::{Collaborator, TeamRole};

use super::role_options::{can_undo, check, role_of};
use super::row_key::RowKey;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::role_change::{NotSent, RoleTarget, Sent, send_role};
use crate::kernel::session::Session;
use crate::views::{HistoryOutcome, RoleChangeRequest, RoleChanged, RoleKind};

/// A role of a row, as the target of a change.
pub(super) struct RowRole<'a> {
    pub(super) service: &'a TeamService,
    pub(super) session: &'a Session,
    pub(super) organization: &'a str,
    /// The row as it was read before.
    pub(super) row: &'a Collaborator,
    pub(super) kind: RoleKind,
    /// What to send for a user role.
    pub(super) update: Option<UserUpdate>,
    /// The row as the server has returned it last; the caller stores it.
    pub(super) after: Option<Collaborator>,
}

impl RoleTarget for RowRole<'_> {
    async fn send(&mut self, role: &str) -> Result<Sent, Failure> {
        let after = match self.put(role).await {
            Ok(after) => after,
            Err(error) => return Err(self.service.put_refused(self.session, self.organization, self.row, error).await),
        };
        // Only a response with the role shows that it was stored.
        let Some(after) = after.filter(|after| role_of(after, self.kind) == Some(role)) else {
            return Ok(Sent::NotShown);
        };
        self.after = Some(after);
        Ok(Sent::Has(role.to_owned()))
    }

    async fn read(&mut self) -> Result<String, Failure> {
        let row = self.service.fetch_row(self.session, self.organization, &RowKey::of(self.row, None)).await?;
        let role = role_of(&row, self.kind).unwrap_or_default().to_owned();
        self.after = Some(row);
        Ok(role)
    }
}

impl RowRole<'_> {
    /// Sends the role. Returns the changed row; none if the server did not return it, or returned a different row.
    async fn put(&self, role: &str) -> Result<Option<Collaborator>, ApiError> {
        let Self { service, session, row, .. } = self;
        let Some((user_id, update)) = row.user_id.as_ref().zip(self.update.as_ref()) else {
            let (organization, role) = (self.organization, TeamRole::from(role));
            let after = session.connection.update_collaborator(organization, &row.id, &role).await?;
            return Ok(after.filter(|after| is_same_row(after, row)));
        };
        let after = service.update_other(session, user_id, row, update).await?;
        if *user_id == session.account.user_id {
            // The user's own profile shows the role as well.
            service.sync.start();
        }
        Ok(after.map(|after| Collaborator { user_role: Some(after.role), ..(*row).clone() }))
    }
}

impl TeamService {
    /// Changes a role, and returns after the server has confirmed it.
    ///
    /// Fails with [`Failure::RoleMoved`] if the row has another role than the user saw, with [`Failure::RowGone`] if
    /// it is no longer in the team, with a failure of [`check`], or with the failure of the request.
    pub(crate) async fn change_role(&self, request: RoleChangeRequest) -> Result<RoleChanged, Failure> {
        let (session, organization) = self.state.read().team_session()?;
        let service = self.this.upgrade().ok_or(Cancellation::App)?;
        self.tasks
            .run_in_session(async move {
                let changed = service.change_role_in(&session, &organization, &request).await;
                service.state.expire_if_signed_out(&session, &changed);
                changed
            })
            .await
    }

    async fn change_role_in(
        &self,
        session: &Session,
        organization: &str,
        request: &RoleChangeRequest,
    ) -> Result<RoleChanged, Failure> {
        let row = self.read_row(session, organization, &request.id, None).await?;
        let current = role_of(&row, request.kind).unwrap_or_default().to_owned();
        let caller = self.state.read().caller()?;
        let changed = RoleChanged {
            id: row.id.clone(),
            name: row.display_name(),
            kind: request.kind,
            from: request.from.clone(),
            to: request.to.clone(),
            can_undo: can_undo(&caller, &row, request.kind, &request.to),
        };
        let was_made = self.settle_change(session, &row.id, request.kind, &current, Some(HistoryOutcome::Failed)).await;
        if current != request.from {
            // The response to an earlier attempt was lost, and that attempt was successful.
            let is_made = was_made && current == request.to;
            return if is_made { Ok(changed) } else { Err(Failure::RoleMoved(current)) };
        }
        check(&caller, &row, request.kind, &request.to)?;
        let update = match request.kind {
            RoleKind::User => Some(self.role_update(session, &row, &request.to).await?),
            RoleKind::Team => None,
        };
        // Recorded before the request, so that the history has the change even if the computer is switched off now.
        let recorded = self.record_change(session, organization, &row, &changed).await;
        let mut target =
            RowRole { service: self, session, organization, row: &row, kind: request.kind, update, after: None };
        let sent = send_role(&mut target, &request.from, &request.to).await;
        let after = target.after.take();
        self.record_outcome(session, &row.id, recorded, outcome_of(&sent)).await;
        let stored = match after {
            Some(after) => self.put_row(session, organization, after).await,
            None => Ok(()),
        };
        sent.map_err(|not_sent| not_sent.failure).and(stored).map(|()| changed)
    }
}

/// Whether the server has rejected a change because the user may not make it.
pub(super) fn is_forbidden(failure: &Failure) -> bool {
    failure.request().is_some_and(|error| error.kind == ApiErrorKind::Forbidden)
}

/// The outcome of a change for the history.
pub(super) fn outcome_of(sent: &Result<(), NotSent>) -> HistoryOutcome {
    match sent {
        Ok(()) => HistoryOutcome::Made,
        Err(not_sent) if not_sent.is_unknown => HistoryOutcome::Unknown,
        Err(_) => HistoryOutcome::Failed,
    }
}

/// Whether a response is about the row that was changed.
fn is_same_row(response: &Collaborator, row: &Collaborator) -> bool {
    let is_same_person = row.user_id.is_none() || response.user_id == row.user_id;
    response.id == row.id && response.organization == row.organization && is_same_person
}
