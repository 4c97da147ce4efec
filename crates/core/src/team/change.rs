//! Changing one role. A change needs a connection and is never queued. The row is read first, and a change counts as
//! made only after the server has confirmed it.

use lapel_api::{ApiError, ApiErrorKind, Delivery, UserUpdate};
use lapel_domain::{Collaborator, TeamRole};

use super::failures::put_failure;
use super::role_options::{can_undo, check, role_of};
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::session::Session;
use crate::views::{HistoryOutcome, RoleChangeRequest, RoleChanged, RoleKind};

/// How often a role is sent if the server accepts it and does not store it.
const MAX_SENDS: usize = 3;

/// The batch that a change is part of.
#[derive(Clone, Copy)]
pub(super) struct Planned<'a> {
    /// Id of the batch.
    pub(super) batch: &'a str,
    /// Id of the person who had the row when it was planned; none for an invitation.
    pub(super) user_id: Option<&'a str>,
    /// Whether an earlier attempt may have made the change. Then it is a success if the row already has the role.
    pub(super) may_be_made: bool,
}

impl TeamService {
    /// Changes a role, and returns after the server has confirmed it.
    ///
    /// Fails with [`Failure::RoleMoved`] if the row has another role than the user saw, with [`Failure::RowGone`], with
    /// a failure of [`check`], or with that of the request.
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
        let (outcome, result) = self.send_role(session, organization, &row, request, update.as_ref()).await;
        self.record_outcome(recorded, outcome).await;
        result.map(|()| changed)
    }

    /// Sends the new role until the row has it. A user role is sent in an `update`. Returns the outcome for the
    /// history, and the result for the user.
    async fn send_role(
        &self,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        request: &RoleChangeRequest,
        update: Option<&UserUpdate>,
    ) -> (HistoryOutcome, Result<(), Failure>) {
        for _ in 0..MAX_SENDS {
            let failure = match self.put_role(session, organization, row, &request.to, update).await {
                Ok(Some(after)) if role_of(&after, request.kind) == Some(&request.to) => {
                    return (HistoryOutcome::Made, self.put_row(session, organization, after).await);
                }
                Ok(_) => None,
                Err(error) if error.delivery == Delivery::Unknown => Some(error),
                Err(error) => {
                    if error.kind == ApiErrorKind::Forbidden {
                        self.read_rights(session, organization, row).await;
                    }
                    return (HistoryOutcome::Failed, Err(put_failure(error)));
                }
            };
            // The response does not show whether the role was stored, so the row is read again.
            let after = match self.read_row(session, organization, &request.id, row.user_id.as_deref()).await {
                Ok(after) => after,
                Err(error) => return (HistoryOutcome::Unknown, Err(failure.map_or(error, put_failure))),
            };
            match role_of(&after, request.kind).unwrap_or_default() {
                role if role == request.to => return (HistoryOutcome::Made, Ok(())),
                role if role == request.from => {}
                role => {
                    return (
                        HistoryOutcome::Failed,
                        Err(failure.map_or_else(|| Failure::RoleMoved(role.to_owned()), put_failure)),
                    );
                }
            }
            if let Some(error) = failure {
                return (HistoryOutcome::Failed, Err(Failure::NotChanged(error)));
            }
        }
        (HistoryOutcome::Failed, Err(Failure::NotKept { field: None }))
    }

    /// Sends the new role. Returns the row after it; none if the server did not return it, or returned another one.
    async fn put_role(
        &self,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        role: &str,
        update: Option<&UserUpdate>,
    ) -> Result<Option<Collaborator>, ApiError> {
        let Some((user_id, update)) = row.user_id.as_ref().zip(update) else {
            let after = session.connection.update_collaborator(organization, &row.id, &TeamRole::from(role)).await?;
            return Ok(after.filter(|after| is_same_row(after, row)));
        };
        let after = self.update_other(session, user_id, row, update).await?;
        if *user_id == session.account.user_id {
            // The user's own profile shows the role as well.
            self.sync.start();
        }
        Ok(after.map(|after| Collaborator { user_role: Some(after.role), ..row.clone() }))
    }

    /// Reads again the roles that a rejection may be based on: of the row, of the user's own row, and their user
    /// role. Otherwise the page would show outdated roles.
    async fn read_rights(&self, session: &Session, organization: &str, row: &Collaborator) {
        let other = self.read_row(session, organization, &row.id, row.user_id.as_deref()).await.map(drop);
        let own = self.read_own_row(session, organization).await;
        for error in [other, own].into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "the roles behind a rejection could not be read");
        }
        self.sync.start();
    }
}

/// Whether a response is about the row that was changed.
fn is_same_row(response: &Collaborator, row: &Collaborator) -> bool {
    let is_same_person = row.user_id.is_none() || response.user_id == row.user_id;
    response.id == row.id && response.organization == row.organization && is_same_person
}
