//! Changing one role: online, at once or not at all. The row is read again before, and what the server says counts.

use std::sync::Arc;

use lapel_api::{ApiError, ApiErrorKind, Delivery, UserUpdate};
use lapel_domain::{Collaborator, TeamRole};
use lapel_store::SeenOn;

use super::page_rows::page_of_team;
use super::role_options::{can_undo, check, role_of};
use super::{no_team, team_failure};
use crate::app::{App, Inner};
use crate::state::Session;
use crate::sync::PROBLEM_UNCHANGED;
use crate::views::{AppError, ErrorCode, HistoryOutcome, RoleChangeRequest, RoleChanged, RoleKind};

/// How often a role is sent that the server accepts and does not keep.
const MOST_SENDS: usize = 3;

/// The part of a batch that a change is.
#[derive(Clone, Copy)]
pub(super) struct Planned<'a> {
    /// Names the batch.
    pub(super) batch: &'a str,
    /// Id of the person whose row it was when it was planned; none for an invitation.
    pub(super) user_id: Option<&'a str>,
}

impl App {
    /// Changes a role, and answers when the server has said yes.
    ///
    /// # Errors
    /// Why it was not changed: [`ErrorCode::RoleMoved`] where the row has another role than the person saw,
    /// [`ErrorCode::RowGone`], [`ErrorCode::RoleNotAllowed`], or what the server said.
    pub async fn change_role(&self, request: RoleChangeRequest) -> Result<RoleChanged, AppError> {
        let (session, organization) = self.inner.team_session()?;
        let inner = Arc::clone(&self.inner);
        let work = async move {
            let changed = inner.change_role_in(&session, &organization, &request, None).await;
            inner.expire_if_signed_out(&session, changed)
        };
        self.inner.run_in_session(work).await
    }
}

impl Inner {
    /// The same within a session; `planned` says which batch it is part of.
    pub(super) async fn change_role_in(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        request: &RoleChangeRequest,
        planned: Option<Planned<'_>>,
    ) -> Result<RoleChanged, AppError> {
        let person = planned.and_then(|planned| planned.user_id);
        let row = self.read_row(session, organization, &request.id, person).await?;
        let present = role_of(&row, request.kind).unwrap_or_default().to_owned();
        if present != request.from {
            let moved = AppError::new(ErrorCode::RoleMoved, "the row has another role by now");
            return Err(moved.problem(&present));
        }
        let caller = self.state().caller().ok_or_else(no_team)?;
        check(&caller, &row, request.kind, &request.to)?;
        let update = match request.kind {
            RoleKind::User => Some(self.role_update(session, &row, &request.to).await?),
            RoleKind::Team => None,
        };
        let changed = RoleChanged {
            id: row.id.clone(),
            name: row.display_name(),
            kind: request.kind,
            from: request.from.clone(),
            to: request.to.clone(),
            can_undo: can_undo(&caller, &row, request.kind, &request.to),
        };
        // Noted before it is sent: whatever happens to this computer meanwhile, the record knows of it.
        let batch = planned.map(|planned| planned.batch);
        let noted = self.note_change(session, organization, &row, &changed, batch).await;
        let (outcome, made) = self.send_role(session, organization, &row, request, update.as_ref()).await;
        self.settle_change(noted, outcome).await;
        made.map(|()| changed)
    }

    /// Sends the new role until the row has it; a user role in an `update`. What the record is told, and what the person.
    async fn send_role(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        request: &RoleChangeRequest,
        update: Option<&UserUpdate>,
    ) -> (HistoryOutcome, Result<(), AppError>) {
        for _ in 0..MOST_SENDS {
            let failure = match self.put_role_of(session, organization, row, &request.to, update).await {
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
            // What came of it, only the row tells.
            let now = match self.read_row(session, organization, &request.id, row.user_id.as_deref()).await {
                Ok(now) => now,
                Err(error) => return (HistoryOutcome::Unknown, Err(failure.map_or(error, put_failure))),
            };
            match role_of(&now, request.kind).unwrap_or_default() {
                role if role == request.to => return (HistoryOutcome::Made, Ok(())),
                role if role == request.from => {}
                role => {
                    let moved = AppError::new(ErrorCode::RoleMoved, "the row has another role by now").problem(role);
                    return (HistoryOutcome::Failed, Err(failure.map_or(moved, put_failure)));
                }
            }
            if let Some(error) = failure {
                return (HistoryOutcome::Failed, Err(put_failure(error).problem(PROBLEM_UNCHANGED)));
            }
        }
        let not_kept = AppError::new(ErrorCode::NotKept, "the server accepted the role and did not keep it");
        (HistoryOutcome::Failed, Err(not_kept))
    }

    /// Reads again what the server has decided a refusal by: the other's row, the own one and the own user role. So nobody is
    /// shown a role that they no longer have.
    async fn read_rights(self: &Arc<Self>, session: &Session, organization: &str, row: &Collaborator) {
        let other = self.read_row(session, organization, &row.id, row.user_id.as_deref()).await.map(drop);
        let own = self.read_own_row(session, organization).await;
        for error in [other, own].into_iter().filter_map(Result::err) {
            tracing::warn!(message = error.message, "what a refusal was decided by could not be read");
        }
        self.start_sync();
    }

    /// Reads a row again before it is changed: by its address, or where it has none by the page that held it. `person` is the
    /// id of the person whose row is meant, where somebody has planned a change for them; else the one that is known here.
    ///
    /// # Errors
    /// [`ErrorCode::RowGone`] where it is no longer this person's row in this organization.
    pub(super) async fn read_row(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        id: &str,
        person: Option<&str>,
    ) -> Result<Collaborator, AppError> {
        let known = {
            let state = self.state();
            let entry = state.team.as_ref().and_then(|team| team.roster.get(id));
            entry.map(|entry| (entry.row.email.clone(), entry.seen, entry.row.user_id.clone()))
        };
        let (email, seen, user_id) = known.ok_or_else(row_gone)?;
        let found = match seen {
            _ if !email.is_empty() => self.find_by_email(session, organization, &email, id).await,
            Some(SeenOn { page, rows }) => {
                let page = page_of_team(session, organization, page, rows).await;
                page.map(|page| page.items.into_iter().find(|row| row.id == id))
            }
            None => Ok(None),
        };
        let found = found.map_err(team_failure)?;
        let person = person.or(user_id.as_deref());
        let row = found.filter(|row| is_persons(row, person)).ok_or_else(row_gone)?;
        self.put_row(session, organization, row.clone()).await?;
        Ok(row)
    }

    /// Sends the new role; answers the row as it is then, or none where the server did not say, or spoke of another one.
    async fn put_role_of(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        role: &str,
        update: Option<&UserUpdate>,
    ) -> Result<Option<Collaborator>, ApiError> {
        let Some((user_id, update)) = row.user_id.as_ref().zip(update) else {
            let after = session.connection.update_collaborator(organization, &row.id, &TeamRole::from(role)).await?;
            return Ok(after.filter(|after| is_of(after, row)));
        };
        let after = self.update_other(session, user_id, row, update).await?;
        if *user_id == session.account.user_id {
            // The own profile shows the role too.
            self.start_sync();
        }
        Ok(after.map(|after| Collaborator { user_role: Some(after.role), ..row.clone() }))
    }
}

/// Whether a row is this person's; where nobody is known, it is an invitation, which may have been accepted since.
fn is_persons(row: &Collaborator, person: Option<&str>) -> bool {
    person.is_none_or(|person| row.user_id.as_deref() == Some(person))
}

/// Whether an answer is about the row that was changed.
fn is_of(answer: &Collaborator, row: &Collaborator) -> bool {
    answer.id == row.id && answer.organization == row.organization && is_persons(answer, row.user_id.as_deref())
}

pub(super) fn row_gone() -> AppError {
    AppError::new(ErrorCode::RowGone, "the row is not in the team")
}

/// What a refused PUT means: the row was there a moment ago, so that 3001 is about it.
pub(super) fn put_failure(error: ApiError) -> AppError {
    let gone = matches!(error.kind, ApiErrorKind::Missing { known: true });
    let failure = team_failure(error);
    if gone { AppError { code: ErrorCode::RowGone, ..failure } } else { failure }
}
