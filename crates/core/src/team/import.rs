//! Plans a batch from a file of email addresses and roles. Each line plans a change of the row with its address, or
//! has a reason why it plans none. Addresses are compared by [`address_key`], which is stricter than the folding of a
//! search.

use std::collections::HashSet;

use lapel_domain::{Collaborator, TeamRole, address_key, fold};

use super::addresses::{AddressMatch, Addresses};
use super::batch::Item;
use super::import_file::Line;
use super::plan::plan_row;
use crate::kernel::state::Caller;
use crate::views::{BatchRow, BatchRowState, LeftOutReason, RoleKind};

/// Plans all lines of a file, in their order.
pub(super) fn plan_lines<'a>(
    caller: &Caller,
    rows: impl Iterator<Item = &'a Collaborator>,
    lines: Vec<Line>,
) -> Vec<Item> {
    let addresses = Addresses::new(rows);
    let mut seen = HashSet::new();
    lines.iter().map(|line| plan_line(caller, line, &addresses, &mut seen)).collect()
}

/// Plans a line. `seen` contains the addresses of the previous lines.
fn plan_line(caller: &Caller, line: &Line, addresses: &Addresses<'_>, seen: &mut HashSet<String>) -> Item {
    if line.unclear {
        return item_without_row(line, LeftOutReason::UnclearQuotes);
    }
    let key = address_key(&line.email);
    let row = match addresses.find(&key) {
        AddressMatch::One(row) => row,
        _ if key.is_empty() || line.role.is_empty() => return item_without_row(line, LeftOutReason::Incomplete),
        AddressMatch::None => return item_without_row(line, LeftOutReason::UnknownEmail),
        AddressMatch::Several => return item_without_row(line, LeftOutReason::AmbiguousEmail),
    };
    let role = team_role(&line.role);
    let mut item = plan_row(caller, row, RoleKind::Team, role_text(role.as_ref(), line));
    item.shown.line = Some(line.number);
    let is_first = seen.insert(key);
    if line.role.is_empty() {
        item.leave_out(LeftOutReason::Incomplete);
    } else if !is_first {
        item.leave_out(LeftOutReason::Twice);
    } else if role.is_none() {
        item.leave_out(LeftOutReason::UnknownRole);
    }
    item
}

/// The item for a line without a row, with the texts of the file.
fn item_without_row(line: &Line, reason: LeftOutReason) -> Item {
    let shown = BatchRow {
        line: Some(line.number),
        name: line.email.clone(),
        email: line.email.clone(),
        from: String::new(),
        to: role_text(team_role(&line.role).as_ref(), line).to_owned(),
        state: BatchRowState::LeftOut,
        left_out: None,
        error: None,
    };
    Item { id: String::new(), user_id: None, seen: None, shown, gives_admin: false, can_undo: false }.left_out(reason)
}

/// The role as the service spells it; the text of the file if it is not a role.
fn role_text<'a>(role: Option<&'a TeamRole>, line: &'a Line) -> &'a str {
    role.map_or(line.role.as_str(), TeamRole::as_str)
}

/// Parses a role as the service or the page spells it. Owner is not accepted, because nobody can give this role.
fn team_role(word: &str) -> Option<TeamRole> {
    match fold(word).as_str() {
        "admin" | "administrator" | "administrador" => Some(TeamRole::Admin),
        "editor" => Some(TeamRole::Editor),
        "viewer" | "lector" => Some(TeamRole::Viewer),
        "unassigned" | "sin asignar" => Some(TeamRole::Unassigned),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
