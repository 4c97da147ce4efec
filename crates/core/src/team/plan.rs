//! Plans batches: which rows get which role or tags, which rows are left out, and why. A plan changes nothing.

use lapel_domain::{Collaborator, MAX_TAGS, TagsChange, TeamRole, UserRole};
use lapel_roster::Roster;

use super::batch::{Batch, Item, Wish};
use super::role_options::{check, confirmation, role_of};
use super::row_value::{after_change, can_undo_change, check_change, tags_text};
use crate::kernel::state::Caller;
use crate::views::{BatchRow, BatchRowState, ChangeKind, Confirmation, LeftOutReason, RoleKind, TagsEdit};

/// Plans a batch that undoes the changes of a batch.
pub(super) fn plan_undo(caller: &Caller, roster: &Roster, batch: &Batch) -> Batch {
    let made = batch.items.iter().filter(|item| item.shown.state == BatchRowState::Done);
    let items = made.map(|item| plan_item_undo(caller, roster, batch.kind, item)).collect();
    // Each row gets its own role back. Of tags, the opposite is known.
    let wish = batch.tags().map(|TagsEdit { add, remove }| TagsEdit { add: remove.clone(), remove: add.clone() });
    let mut undo = Batch::planned(batch.organization.clone(), batch.kind, wish.map(Wish::Tags), items);
    undo.undoes = true;
    undo
}

fn plan_item_undo(caller: &Caller, roster: &Roster, kind: ChangeKind, item: &Item) -> Item {
    let (from, to) = (item.shown.to.clone(), item.shown.from.clone());
    let shown = BatchRow { state: BatchRowState::Planned, line: None, from, to, error: None, ..item.shown.clone() };
    let undo = Item { shown, gives_admin: false, ..item.clone() };
    match roster.get(&item.id) {
        Some(entry) if item.can_undo => {
            // The undo starts from what the batch has made. If the row has something else now, its change will fail.
            let row = after_change(&entry.row, kind, &undo.shown.to, &undo.shown.from);
            let gives_admin = gives_admin(caller, &row, kind, &undo.shown.to);
            let can_undo = can_undo_change(caller, &row, kind, &undo.shown.to);
            Item { gives_admin, can_undo, seen: entry.seen, ..undo }
        }
        _ => undo.left_out(LeftOutReason::CannotGoBack),
    }
}

/// Plans a role for a row, or leaves it out.
pub(super) fn plan_row(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Item {
    let from = role_of(row, kind).unwrap_or_default();
    let item = item(caller, row, kind.into(), [from.to_owned(), to.to_owned()]);
    match why_left_out(caller, row, kind, to) {
        Some(reason) => item.left_out(reason),
        None => item,
    }
}

/// Plans the part of a change of tags that a row needs, or leaves it out. Unlike with roles, this includes the user's own row
/// and owners: tags give no rights.
pub(super) fn plan_tags(caller: &Caller, row: &Collaborator, wished: &TagsChange) -> Item {
    let change = wished.for_tags(&row.tags);
    let after = change.applied_to(&row.tags).len();
    let item = item(caller, row, ChangeKind::Tags, [tags_text(&change.removed), tags_text(&change.added)]);
    if change.is_empty() {
        item.left_out(LeftOutReason::NoChange)
    } else if check_change(caller, row, ChangeKind::Tags, &item.shown.to).is_err() {
        item.left_out(LeftOutReason::NotAllowed)
    } else if after > MAX_TAGS && after > row.tags.len() {
        item.left_out(LeftOutReason::TooManyTags)
    } else {
        item
    }
}

fn item(caller: &Caller, row: &Collaborator, kind: ChangeKind, [from, to]: [String; 2]) -> Item {
    Item {
        id: row.id.clone(),
        user_id: row.user_id.clone(),
        seen: None,
        gives_admin: gives_admin(caller, row, kind, &to),
        can_undo: can_undo_change(caller, row, kind, &to),
        is_outside: false,
        shown: BatchRow {
            line: None,
            name: row.display_name(),
            email: row.email.clone(),
            from,
            to,
            state: BatchRowState::Planned,
            left_out: None,
            error: None,
        },
    }
}

fn gives_admin(caller: &Caller, row: &Collaborator, kind: ChangeKind, to: &str) -> bool {
    kind.role().and_then(|kind| confirmation(caller, row, kind, to)) == Some(Confirmation::GivesAdmin)
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

#[cfg(test)]
mod tests;
