//! Plans the undo of the changes in an exported history. Each person gets back the role before their changes, if they
//! still have the role that the newest of them gave.

use std::cmp::Reverse;
use std::collections::HashMap;

use lapel_domain::{Collaborator, address_key};

use super::addresses::{AddressMatch, Addresses};
use super::batch::Item;
use super::import::item_without_row;
use super::import_file::ChangeLine;
use super::plan::plan_row;
use super::role_options::role_of;
use crate::kernel::state::Caller;
use crate::views::{BatchRowState, ChangeKind, HistoryOutcome, LeftOutReason, RoleKind};

/// The changes of one person, undone in thought from the newest one.
struct Chain<'a> {
    /// The role after undoing the changes so far.
    role: &'a str,
    /// Whether the newest change that is undone was found.
    is_begun: bool,
    /// Why no older change can be undone.
    end: Option<LeftOutReason>,
}

impl<'a> Chain<'a> {
    fn new(row: &'a Collaborator, kind: RoleKind) -> Self {
        Self { role: role_of(row, kind).unwrap_or_default(), is_begun: false, end: None }
    }

    /// Undoes the next older change. Returns why it is no item of its own; none for the newest one.
    fn undo(&mut self, line: &'a ChangeLine) -> Option<LeftOutReason> {
        if self.end.is_some() {
            return self.end;
        }
        if line.to == self.role {
            self.role = &line.from;
            let is_newest = !std::mem::replace(&mut self.is_begun, true);
            return (!is_newest).then_some(LeftOutReason::Combined);
        }
        if line.outcome == Some(HistoryOutcome::Unknown) && line.from == self.role {
            return Some(LeftOutReason::NotMade);
        }
        self.end = Some(if self.is_begun { LeftOutReason::ChangedBetween } else { LeftOutReason::OtherRoleNow });
        self.end
    }
}

/// Plans the lines of a history, in their order. A batch changes one kind of role: the one with more changes to undo.
/// `organization` is the open one, by the names that the history may have for it.
pub(super) fn plan_changes(
    caller: &Caller,
    addresses: &Addresses<'_>,
    organization: [&str; 2],
    lines: &[ChangeLine],
) -> (RoleKind, Vec<Item>) {
    let plan = |kind| plan_kind(caller, addresses, organization, lines, kind);
    let (team, user) = (plan(RoleKind::Team), plan(RoleKind::User));
    let changes = |items: &[Item]| items.iter().filter(|item| item.shown.state == BatchRowState::Planned).count();
    if changes(&user) > changes(&team) { (RoleKind::User, user) } else { (RoleKind::Team, team) }
}

fn plan_kind(
    caller: &Caller,
    addresses: &Addresses<'_>,
    organization: [&str; 2],
    lines: &[ChangeLine],
    kind: RoleKind,
) -> Vec<Item> {
    let mut newest_first: Vec<usize> = (0..lines.len()).collect();
    // The export has them in this order. A spreadsheet may have sorted them, or have changed the format of the times.
    if lines.iter().all(|line| line.at.is_some()) {
        newest_first.sort_by_key(|&index| Reverse(lines[index].at));
    }
    let mut chains: HashMap<&str, Chain<'_>> = HashMap::new();
    let mut answers: Vec<Result<&Collaborator, LeftOutReason>> = Vec::new();
    answers.resize(lines.len(), Err(LeftOutReason::Incomplete));
    for index in newest_first {
        let line = &lines[index];
        answers[index] = find_row(addresses, organization, line, kind).and_then(|row| {
            let chain = chains.entry(&row.id).or_insert_with(|| Chain::new(row, kind));
            chain.undo(line).map_or(Ok(row), Err)
        });
    }
    let role_before = |row: &Collaborator| chains.get(row.id.as_str()).map_or("", |chain| chain.role);
    let items = lines.iter().zip(answers).map(|(line, answer)| match answer {
        Ok(row) => {
            let mut item = plan_row(caller, row, kind, role_before(row));
            item.shown.line = Some(line.number);
            item
        }
        Err(reason) => item_without_row(line.number, &line.email, &line.to, &line.from, reason),
    });
    items.collect()
}

/// The row whose change a line describes, or why the line undoes none.
fn find_row<'a>(
    addresses: &Addresses<'a>,
    organization: [&str; 2],
    line: &ChangeLine,
    kind: RoleKind,
) -> Result<&'a Collaborator, LeftOutReason> {
    if line.unclear {
        return Err(LeftOutReason::UnclearQuotes);
    }
    if line.kind == Some(ChangeKind::Tags) {
        return Err(LeftOutReason::Tags);
    }
    let key = address_key(&line.email);
    let (Some(line_kind), Some(outcome)) = (line.kind, line.outcome) else { return Err(LeftOutReason::Incomplete) };
    if [&key, &line.from, &line.to, &line.organization].into_iter().any(String::is_empty) {
        return Err(LeftOutReason::Incomplete);
    }
    if outcome == HistoryOutcome::Failed {
        return Err(LeftOutReason::NotMade);
    }
    // The same person may be in both organizations.
    if !organization.contains(&line.organization.as_str()) {
        return Err(LeftOutReason::OtherOrganization);
    }
    if line_kind != kind.into() {
        return Err(LeftOutReason::OtherKind);
    }
    match addresses.find(&key) {
        AddressMatch::One(row) => Ok(row),
        AddressMatch::None => Err(LeftOutReason::UnknownEmail),
        AddressMatch::Several => Err(LeftOutReason::AmbiguousEmail),
    }
}

#[cfg(test)]
mod tests;
