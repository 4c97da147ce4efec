//! Changing one role. A change needs a connection and is never queued. The row is read first, and a change counts as
//! made only after the server has confirmed it.

use lapel_api::{ApiError, UserUpdate};
use lapel_domain::{Collaborator, TeamRole};

use super::role_options::{can_undo, check, role_of};
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::role_change::{NotSent, RoleTarget, Sent, send_role};
use crate::kernel::session::Session;
use crate::views::{HistoryOutcome, RoleChangeRequest, RoleChanged, RoleKind};

/// The batch that a change is part of.
#[derive(Clone, Copy)]
pub(super) struct Planned<'a> {
    /// Id of the batch.
    pub(super) batch: &'a str,
    /// The user id of the row when it was planned; none for an invitation.
    pub(super) user_id: Option<&'a str>,
    /// Whether an earlier attempt may have made the change. Then it is a success if the row already has the role.
    pub(super) may_be_made: bool,
}

/// A role of a row, as the target of a change.
struct RowRole<'a> {
    service: &'a TeamService,
    session: &'a Session,
    organization: &'a str,
    /// The row as it was read before.
    row: &'a Collaborator,
    kind: RoleKind,
    /// What to send for a user role.
    update: Option<UserUpdate>,
    /// Whether the changed row could be stored on the disk.
    stored: Result<(), Failure>,
}

impl RoleTarget for RowRole<'_> {
    async fn send(&mut self, role: &str) -> Result<Sent, Failure> {
        let after = match self.put(role).await {
            Ok(after) => after.filter(|after| role_of(after, self.kind) == Some(role)),
            Err(error) => return Err(self.service.put_refused(self.session, self.organization, self.row, error).await),
        };
        // Only a response with the role shows that it was stored.
        let Some(after) = after else { return Ok(Sent::NotShown) };
        self.stored = self.service.put_row(self.session, self.organization, after).await;
        Ok(Sent::Has(role.to_owned()))
    }

    async fn read(&mut self) -> Result<String, Failure> {
        let person = self.row.user_id.as_deref();
        let row = self.service.read_row(self.session, self.organization, &self.row.id, person).await?;
        Ok(role_of(&row, self.kind).unwrap_or_default().to_owned())
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
                let changed = service.change_role_in(&session, &organization, &request, None).await;
                service.state.expire_if_signed_out(&session, &changed);
                changed
            })
            .await
    }

    /// Like [`Self::change_role`], in this session and, with `planned`, as part of a batch.
    pub(super) async fn change_role_in(
        &self,
        session: &Session,
        organization: &str,
        request: &RoleChangeRequest,
        planned: Option<Planned<'_>>,
    ) -> Result<RoleChanged, Failure> {
        let person = planned.and_then(|planned| planned.user_id);
        let row = self.read_row(session, organization, &request.id, person).await?;
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
        if current != request.from {
            let is_made = current == request.to && planned.is_some_and(|planned| planned.may_be_made);
            return if is_made { Ok(changed) } else { Err(Failure::RoleMoved(current)) };
        }
        check(&caller, &row, request.kind, &request.to)?;
        let update = match request.kind {
            RoleKind::User => Some(self.role_update(session, &row, &request.to).await?),
            RoleKind::Team => None,
        };
        // Recorded before the request, so that the history has the change even if the computer is switched off now.
        let batch = planned.map(|planned| planned.batch);
        let recorded = self.record_change(session, organization, &row, &changed, batch).await;
        let mut target =
            RowRole { service: self, session, organization, row: &row, kind: request.kind, update, stored: Ok(()) };
        let sent = send_role(&mut target, &request.from, &request.to).await;
        self.record_outcome(recorded, outcome_of(&sent)).await;
        sent.map_err(|not_sent| not_sent.failure).and(target.stored).map(|()| changed)
    }
}

/// The outcome of a change for the history.
fn outcome_of(sent: &Result<(), NotSent>) -> HistoryOutcome {
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
