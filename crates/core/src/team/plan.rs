//! Plans of many changes: which rows get which role, and which are left out and why. Nothing is changed by a plan.

use lapel_domain::{Collaborator, TeamRole, UserRole};

use super::batch::{Batch, Item};
use super::role_options::{can_undo, check, confirmation, role_of};
use super::{Caller, no_team};
use crate::app::App;
use crate::state::State;
use crate::views::{
    AppError, BatchRow, BatchRowState, BatchState, Confirmation, ErrorCode, LeftOutReason, RoleKind, TeamQuery,
};

impl App {
    /// Plans one role for all selected rows that a query finds.
    ///
    /// # Errors
    /// Where no team is open, or a batch is running.
    pub fn plan_batch(&self, query: &TeamQuery, kind: RoleKind, role: &str) -> Result<(), AppError> {
        self.plan(|state| {
            let caller = state.caller().ok_or_else(no_team)?;
            let team = state.team.as_mut().ok_or_else(no_team)?;
            let rows = team.roster.selected(query);
            let items = rows.into_iter().map(|entry| planned(&caller, &entry.row, kind, role)).collect();
            let organization = team.organization.clone().ok_or_else(no_team)?;
            Ok(Batch::planned(organization, kind, Some(role.to_owned()), items))
        })
    }

    /// Plans the way back of what a batch has made.
    ///
    /// # Errors
    /// Where there is no batch, or it is running.
    pub fn undo_batch(&self) -> Result<(), AppError> {
        self.plan(|state| {
            let caller = state.caller().ok_or_else(no_team)?;
            let team = state.team.as_ref().ok_or_else(no_team)?;
            let batch = team.batch.as_ref().ok_or_else(no_team)?;
            let made = batch.items.iter().filter(|item| item.shown.state == BatchRowState::Done);
            let item = |item: &Item| {
                let (from, to) = (item.shown.to.clone(), item.shown.from.clone());
                let shown = BatchRow { state: BatchRowState::Planned, line: None, from, to, ..item.shown.clone() };
                let back = Item { shown, gives_admin: false, ..item.clone() };
                match team.roster.get(&item.id) {
                    _ if !item.can_undo => back.left_out(LeftOutReason::CannotGoBack),
                    Some(entry) => {
                        // From the role that it was given: where it has another one by now, that is noticed then.
                        let row = with_role(&entry.row, batch.kind, &back.shown.from);
                        let gives_admin =
                            confirmation(&caller, &row, batch.kind, &back.shown.to) == Some(Confirmation::GivesAdmin);
                        let can_undo = can_undo(&caller, &row, batch.kind, &back.shown.to);
                        Item { gives_admin, can_undo, ..back }
                    }
                    None => back.left_out(LeftOutReason::CannotGoBack),
                }
            };
            let items = made.map(item).collect();
            let mut back = Batch::planned(batch.organization.clone(), batch.kind, None, items);
            back.undoes = true;
            Ok(back)
        })
    }

    /// Puts a plan in the place of the batch that is there, unless that one is running.
    pub(super) fn plan(&self, make: impl FnOnce(&mut State) -> Result<Batch, AppError>) -> Result<(), AppError> {
        self.inner.update(|state| {
            let former = state.team.as_ref().and_then(|team| team.batch.as_ref());
            if former.is_some_and(|batch| matches!(batch.state, BatchState::Running | BatchState::Waiting)) {
                return Err(AppError::new(ErrorCode::Internal, "a batch is running"));
            }
            let batch = make(state)?;
            state.team.get_or_insert_default().batch = Some(batch);
            Ok(())
        })
    }
}

/// Plans a role for a row, or leaves it out.
pub(super) fn planned(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Item {
    let item = Item {
        id: row.id.clone(),
        user_id: row.user_id.clone(),
        shown: BatchRow {
            line: None,
            name: row.display_name(),
            email: row.email.clone(),
            from: role_of(row, kind).unwrap_or_default().to_owned(),
            to: to.to_owned(),
            state: BatchRowState::Planned,
            left_out: None,
            error: None,
        },
        gives_admin: confirmation(caller, row, kind, to) == Some(Confirmation::GivesAdmin),
        can_undo: can_undo(caller, row, kind, to),
    };
    match why_left_out(caller, row, kind, to) {
        Some(reason) => item.left_out(reason),
        None => item,
    }
}

fn why_left_out(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Option<LeftOutReason> {
    if caller.is(row) {
        return Some(LeftOutReason::OwnRow);
    }
    match kind {
        RoleKind::Team if row.team_role == TeamRole::Owner => return Some(LeftOutReason::Owner),
        RoleKind::User if row.pending || row.user_role.is_none() => return Some(LeftOutReason::Pending),
        RoleKind::User if row.user_role == Some(UserRole::ServiceAccount) => {
            return Some(LeftOutReason::ServiceAccount);
        }
        _ => {}
    }
    if role_of(row, kind) == Some(to) {
        return Some(LeftOutReason::NoChange);
    }
    check(caller, row, kind, to).is_err().then_some(LeftOutReason::NotAllowed)
}

/// A row as if it had this role.
fn with_role(row: &Collaborator, kind: RoleKind, role: &str) -> Collaborator {
    match kind {
        RoleKind::Team => Collaborator { team_role: role.into(), ..row.clone() },
        RoleKind::User => Collaborator { user_role: Some(role.into()), ..row.clone() },
    }
}
