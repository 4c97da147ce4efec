//! Plans the lines of a list of email addresses and roles. Each line plans a change of the row with its address, or has
//! a reason why it plans none. Addresses are compared by [`address_key`], which is stricter than the folding of a
//! search.

use std::collections::HashSet;

use lapel_domain::{TeamRole, address_key};

use super::addresses::{AddressMatch, Addresses};
use super::batch::Item;
use super::file_words::{team_role, word_key};
use super::import_file::Line;
use super::plan::plan_row;
use crate::kernel::state::Caller;
use crate::views::{BatchRow, BatchRowState, LeftOutReason, RoleKind};

/// Plans all lines of a list, in their order.
pub(super) fn plan_lines(caller: &Caller, addresses: &Addresses<'_>, lines: &[Line]) -> Vec<Item> {
    let mut seen = HashSet::new();
    lines.iter().map(|line| plan_line(caller, line, addresses, &mut seen)).collect()
}

/// Plans a line. `seen` contains the addresses of the previous lines that are planned or change nothing. Of two such
/// lines of a person the first counts, so that no person gets two roles. A line with a mistake does not hide a later one
/// that corrects it.
fn plan_line(caller: &Caller, line: &Line, addresses: &Addresses<'_>, seen: &mut HashSet<String>) -> Item {
    let role = team_role(&line.role);
    let without_row = |reason| item_without_row(line.number, &line.email, "", role_text(role.as_ref(), line), reason);
    if line.unclear {
        return without_row(LeftOutReason::UnclearQuotes);
    }
    let key = address_key(&line.email);
    let row = match addresses.find(&key) {
        AddressMatch::One(row) => row,
        _ if key.is_empty() || line.role.is_empty() => return without_row(LeftOutReason::Incomplete),
        AddressMatch::None => return without_row(LeftOutReason::UnknownEmail),
        AddressMatch::Several => return without_row(LeftOutReason::AmbiguousEmail),
    };
    let mut item = plan_row(caller, row, RoleKind::Team, role_text(role.as_ref(), line));
    item.shown.line = Some(line.number);
    // Also a role that cannot be given is unchanged: owner, or one that only the service knows.
    let is_unchanged = role
        .as_ref()
        .map_or_else(|| word_key(&line.role) == word_key(row.team_role.as_str()), |role| *role == row.team_role);
    if line.role.is_empty() {
        item.leave_out(LeftOutReason::Incomplete);
    } else if seen.contains(&key) {
        item.leave_out(LeftOutReason::Twice);
    } else if is_unchanged {
        item.leave_out(LeftOutReason::NoChange);
    } else if role.is_none_or(|role| role == TeamRole::Owner) {
        item.leave_out(LeftOutReason::UnknownRole);
    }
    if matches!(item.shown.left_out, None | Some(LeftOutReason::NoChange)) {
        seen.insert(key);
    }
    item
}

/// The item for a line without a row, with the texts of the file.
pub(super) fn item_without_row(number: usize, email: &str, from: &str, to: &str, reason: LeftOutReason) -> Item {
    let shown = BatchRow {
        line: Some(number),
        name: email.to_owned(),
        email: email.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        state: BatchRowState::LeftOut,
        left_out: None,
        error: None,
    };
    Item { id: String::new(), user_id: None, seen: None, shown, gives_admin: false, can_undo: false, is_outside: false }
        .left_out(reason)
}

/// The role as the service spells it; the text of the file if it is not a role.
fn role_text<'a>(role: Option<&'a TeamRole>, line: &'a Line) -> &'a str {
    role.map_or(line.role.as_str(), TeamRole::as_str)
}

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;
