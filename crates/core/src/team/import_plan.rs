//! Plans a batch from an imported file: a list of roles, or a history.

use lapel_domain::Collaborator;

use super::addresses::Addresses;
use super::batch::Item;
use super::import::plan_lines;
use super::import_file::List;
use super::import_history::plan_changes;
use crate::kernel::state::Caller;
use crate::views::RoleKind;

/// The plan of a file: an item for each line, in their order.
pub(super) struct FilePlan {
    pub(super) kind: RoleKind,
    /// Whether the file is a history, whose changes are undone.
    pub(super) undoes: bool,
    pub(super) items: Vec<Item>,
}

/// Plans a file. `organization` is the open one, by the names that a history may have for it.
pub(super) fn plan_file<'a>(
    caller: &Caller,
    rows: impl Iterator<Item = &'a Collaborator>,
    organization: [&str; 2],
    list: &List,
) -> FilePlan {
    let addresses = Addresses::new(rows);
    match list {
        List::Roles(lines) => {
            FilePlan { kind: RoleKind::Team, undoes: false, items: plan_lines(caller, &addresses, lines) }
        }
        List::Changes(lines) => {
            let (kind, items) = plan_changes(caller, &addresses, organization, lines);
            FilePlan { kind, undoes: true, items }
        }
    }
}
