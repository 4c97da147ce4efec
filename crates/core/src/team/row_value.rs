//! What a change of a row changes: one of its roles, or tags. Plans, runs, the history and the store handle both as a text
//! before and a text after the change.
//!
//! For a role, the texts are the roles. For tags, they are lists in JSON: before the change, the row has the tags of the
//! first list and none of the second; after it, the other way round. The other tags of the row do not count, so an undo
//! keeps what others have changed meanwhile.

use lapel_domain::{ChangeKind as DomainChangeKind, Collaborator, TagsChange, may_change_tags};

use super::role_options::{can_undo, check, role_of};
use crate::kernel::error::Failure;
use crate::kernel::state::Caller;
use crate::views::{ChangeKind, RoleKind};

/// What a row has now, as one of the two texts of a change, or as another text if it is neither as before nor as after the
/// change.
pub(super) fn value_of(row: &Collaborator, kind: ChangeKind, from: &str, to: &str) -> String {
    let Some(kind) = kind.role() else {
        let change = tags_change(from, to);
        return match (change.is_before(&row.tags), change.is_after(&row.tags)) {
            (true, _) => from.to_owned(),
            (false, true) => to.to_owned(),
            (false, false) => tags_text(&row.tags),
        };
    };
    role_of(row, kind).unwrap_or_default().to_owned()
}

/// The failure if a row has another value than expected.
pub(super) fn moved(kind: ChangeKind, value: String) -> Failure {
    if kind == ChangeKind::Tags { Failure::TagsMoved } else { Failure::RoleMoved(value) }
}

/// Whether the caller may make a change of a row.
pub(super) fn check_change(caller: &Caller, row: &Collaborator, kind: ChangeKind, to: &str) -> Result<(), Failure> {
    match kind.role() {
        Some(kind) => check(caller, row, kind, to),
        None if may_change_tags(&caller.team) => Ok(()),
        None => Err(Failure::TagsDenied),
    }
}

/// Whether the caller can undo a change of a row that they may make.
pub(super) fn can_undo_change(caller: &Caller, row: &Collaborator, kind: ChangeKind, to: &str) -> bool {
    kind.role().is_none_or(|kind| can_undo(caller, row, kind, to))
}

/// A copy of the row as it is after a change.
pub(super) fn after_change(row: &Collaborator, kind: ChangeKind, from: &str, to: &str) -> Collaborator {
    match kind.role() {
        Some(RoleKind::Team) => Collaborator { team_role: to.into(), ..row.clone() },
        Some(RoleKind::User) => Collaborator { user_role: Some(to.into()), ..row.clone() },
        None => Collaborator { tags: tags_change(from, to).applied_to(&row.tags), ..row.clone() },
    }
}

/// The change of tags between two texts.
pub(super) fn tags_change(from: &str, to: &str) -> TagsChange {
    TagsChange { removed: read_tags(from), added: read_tags(to) }
}

/// Tags as a text.
pub(super) fn tags_text(tags: &[String]) -> String {
    serde_json::Value::from(tags).to_string()
}

/// The tags of a text; none if it cannot be read.
pub(super) fn read_tags(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

impl From<DomainChangeKind> for ChangeKind {
    fn from(kind: DomainChangeKind) -> Self {
        match kind {
            DomainChangeKind::TeamRole => Self::Team,
            DomainChangeKind::UserRole => Self::User,
            DomainChangeKind::Tags => Self::Tags,
        }
    }
}

impl From<ChangeKind> for DomainChangeKind {
    fn from(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::Team => Self::TeamRole,
            ChangeKind::User => Self::UserRole,
            ChangeKind::Tags => Self::Tags,
        }
    }
}
