//! Plans batches: which rows get which role, which rows are left out, and why. A plan changes nothing.

use lapel_domain::{Collaborator, TeamRole, UserRole};

use super::batch::{Batch, Item};
use super::role_options::{can_undo, check, confirmation, role_of};
use super::roster::Roster;
use crate::kernel::state::Caller;
use crate::views::{BatchRow, BatchRowState, Confirmation, LeftOutReason, RoleKind};

/// Plans a batch that undoes the changes of a batch.
pub(super) fn plan_undo(caller: &Caller, roster: &Roster, batch: &Batch) -> Batch {
    let made = batch.items.iter().filter(|item| item.shown.state == BatchRowState::Done);
    let items = made.map(|item| plan_item_undo(caller, roster, batch.kind, item)).collect();
    let mut undo = Batch::planned(batch.organization.clone(), batch.kind, None, items);
    undo.undoes = true;
    undo
}

fn plan_item_undo(caller: &Caller, roster: &Roster, kind: RoleKind, item: &Item) -> Item {
    let (from, to) = (item.shown.to.clone(), item.shown.from.clone());
    let shown = BatchRow { state: BatchRowState::Planned, line: None, from, to, error: None, ..item.shown.clone() };
    let undo = Item { shown, gives_admin: false, ..item.clone() };
    match roster.get(&item.id) {
        Some(entry) if item.can_undo => {
            // The undo starts from the role that the batch has given. If the row has another role now, its change will
            // fail.
            let row = with_role(&entry.row, kind, &undo.shown.from);
            let gives_admin = confirmation(caller, &row, kind, &undo.shown.to) == Some(Confirmation::GivesAdmin);
            let can_undo = can_undo(caller, &row, kind, &undo.shown.to);
            Item { gives_admin, can_undo, seen: entry.seen, ..undo }
        }
        _ => undo.left_out(LeftOutReason::CannotGoBack),
    }
}

/// Plans a role for a row, or leaves it out.
pub(super) fn plan_row(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Item {
    let item = Item {
        id: row.id.clone(),
        user_id: row.user_id.clone(),
        seen: None,
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

/// A copy of the row with this role.
fn with_role(row: &Collaborator, kind: RoleKind, role: &str) -> Collaborator {
    match kind {
        RoleKind::Team => Collaborator { team_role: role.into(), ..row.clone() },
        RoleKind::User => Collaborator { user_role: Some(role.into()), ..row.clone() },
    }
}

#[cfg(test)]
mod tests;
