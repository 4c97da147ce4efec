//! One row of the roster, and the ranks of roles in lists.

use lapel_domain::{Collaborator, TeamRole, UserRole};
use lapel_store::SeenOn;

/// A row, with its search text and its page.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row as the server sent it.
    pub row: Collaborator,
    /// [`Collaborator::search_text`].
    pub search_text: String,
    /// The page on which it was last seen.
    pub seen: Option<SeenOn>,
    /// Whether this account has changed its role or tags from this computer.
    pub changed_by_me: bool,
}

impl Entry {
    /// `seen` is the page of the row, and `changed_by_me` says whether this account has changed it.
    pub fn new(row: Collaborator, seen: Option<SeenOn>, changed_by_me: bool) -> Self {
        Self { search_text: row.search_text(), row, seen, changed_by_me }
    }
}

/// The rank of a team role in lists. The role with the most rights comes first, unknown roles last.
pub(crate) fn team_rank(role: &TeamRole) -> u8 {
    match role {
        TeamRole::Owner => 0,
        TeamRole::Admin => 1,
        TeamRole::Editor => 2,
        TeamRole::Viewer => 3,
        TeamRole::Unassigned => 4,
        TeamRole::Other(_) => 5,
    }
}

/// The rank of a user role, in the same way.
pub(crate) fn user_rank(role: &UserRole) -> u8 {
    match role {
        UserRole::Admin => 0,
        UserRole::AdminViewer => 1,
        UserRole::User => 2,
        UserRole::ServiceAccount => 3,
        UserRole::Unknown(_) => 4,
    }
}
