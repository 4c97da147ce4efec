//! Changing one role: online, immediately or not at all. The row is read before, and the server's response decides.

use lapel_api::{ApiError, ApiErrorKind, Delivery, UserUpdate};
use lapel_domain::{Collaborator, TeamRole};

use super::failures::put_failure;
use super::role_options::{can_undo, check, role_of};
use super::service::TeamService;
use crate::failure::UNCHANGED;
use crate::kernel::session::Session;
use crate::views::{AppError, ErrorCode, HistoryOutcome, RoleChangeRequest, RoleChanged, RoleKind};

/// How often a role is sent that the server accepts and does not store.
const MAX_SENDS: usize = 3;

/// The batch that a change is part of.
#[derive(Clone, Copy)]
pub(super) struct Planned<'a> {
    /// Id of the batch.
    pub(super) batch: &'a str,
    /// Id of the person who had the row when it was planned; none for an invitation.
    pub(super) user_id: Option<&'a str>,
    /// Whether the change was sent before and may have been made: then a row that has the role already is a success.
    pub(super) may_be_made: bool,
}

impl TeamService {
    /// Changes a role, and returns after the server has confirmed it.
    ///
    /// [`ErrorCode::RoleMoved`] if the row has another role than the person saw, [`ErrorCode::RowGone`],
    /// [`ErrorCode::RoleNotAllowed`], or what the server said.
    pub(crate) async fn change_role(&self, request: RoleChangeRequest) -> Result<RoleChanged, AppError> {
        let (session, organization) = self.state.read().team_session()?;
        let closed = || AppError::new(ErrorCode::Cancelled, "the app is closed");
        let service = self.this.upgrade().ok_or_else(closed)?;
        self.tasks
            .run_in_session(async move {
                let changed = service.change_role_in(&session, &organization, &request, None).await;
                service.state.expire_if_signed_out(&session, &changed);
                changed
            })
            .await
    }

    /// Changes a role within a session; `planned` is the batch that it is part of.
    pub(super) async fn change_role_in(
        &self,
        session: &Session,
        organization: &str,
        request: &RoleChangeRequest,
        planned: Option<Planned<'_>>,
    ) -> Result<RoleChanged, AppError> {
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
            return if is_made { Ok(changed) } else { Err(role_moved(&current)) };
        }
        check(&caller, &row, request.kind, &request.to)?;
        let update = match request.kind {
            RoleKind::User => Some(self.role_update(session, &row, &request.to).await?),
            RoleKind::Team => None,
        };
        // Recorded before it is sent, so that the history has it even if this computer stops now.
        let batch = planned.map(|planned| planned.batch);
        let recorded = self.record_change(session, organization, &row, &changed, batch).await;
        let (outcome, result) = self.send_role(session, organization, &row, request, update.as_ref()).await;
        self.record_outcome(recorded, outcome).await;
        result.map(|()| changed)
    }

    /// Sends the new role until the row has it; a user role in an `update`. Returns the outcome for the history, and the result
    /// for the person.
    async fn send_role(
        &self,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        request: &RoleChangeRequest,
        update: Option<&UserUpdate>,
    ) -> (HistoryOutcome, Result<(), AppError>) {
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
            // Only the row shows what became of the request.
            let after = match self.read_row(session, organization, &request.id, row.user_id.as_deref()).await {
                Ok(after) => after,
                Err(error) => return (HistoryOutcome::Unknown, Err(failure.map_or(error, put_failure))),
            };
            match role_of(&after, request.kind).unwrap_or_default() {
                role if role == request.to => return (HistoryOutcome::Made, Ok(())),
                role if role == request.from => {}
                role => return (HistoryOutcome::Failed, Err(failure.map_or_else(|| role_moved(role), put_failure))),
            }
            if let Some(error) = failure {
                return (HistoryOutcome::Failed, Err(put_failure(error).problem(UNCHANGED)));
            }
        }
        let not_kept = AppError::new(ErrorCode::NotKept, "the server accepted the role and did not store it");
        (HistoryOutcome::Failed, Err(not_kept))
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
            // The own profile shows the role as well.
            self.sync.start();
        }
        Ok(after.map(|after| Collaborator { user_role: Some(after.role), ..row.clone() }))
    }

    /// Reads again what a rejection was based on: the row, the user's own row and their user role. So nobody is shown a role
    /// that they do not have any more.
    async fn read_rights(&self, session: &Session, organization: &str, row: &Collaborator) {
        let other = self.read_row(session, organization, &row.id, row.user_id.as_deref()).await.map(drop);
        let own = self.read_own_row(session, organization).await;
        for error in [other, own].into_iter().filter_map(Result::err) {
            tracing::warn!(message = error.message, "the roles behind a rejection could not be read");
        }
        self.sync.start();
    }
}

fn role_moved(role: &str) -> AppError {
    AppError::new(ErrorCode::RoleMoved, "the row has another role now").problem(role)
}

/// Whether a response is about the row that was changed.
fn is_same_row(response: &Collaborator, row: &Collaborator) -> bool {
    let is_same_person = row.user_id.is_none() || response.user_id == row.user_id;
    response.id == row.id && response.organization == row.organization && is_same_person
}
