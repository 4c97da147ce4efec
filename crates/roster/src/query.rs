//! Searching, filtering, sorting and selecting rows of a team: what the page asks for, and the counts that it gets.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether a row is a member or an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MemberState {
    /// A member.
    Member,
    /// An invitation that nobody has accepted yet.
    Pending,
}

/// The column that rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TeamColumn {
    /// The display name.
    Name,
    /// The email address.
    Email,
    /// The team role. The one with the most rights comes first.
    TeamRole,
    /// The user role. The one with the most rights comes first, rows without a user role last.
    UserRole,
    /// Single sign-on: rows with it come first.
    Sso,
    /// The tags, compared as lists.
    Tags,
    /// Members come before invitations.
    State,
    /// The creation time of the row. The earliest comes first.
    Since,
}

/// The rows to find, and their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct TeamQuery {
    /// Words to find in name, email address, id or tags, as `lapel_domain::search_words` splits them; empty for all
    /// rows. In the id, only words count that `lapel_domain::matches_id` accepts.
    pub search: String,
    /// Only rows with this team role.
    pub team_role: Option<String>,
    /// Only rows with this user role.
    pub user_role: Option<String>,
    /// Only members, or only invitations.
    pub state: Option<MemberState>,
    /// Only rows that have all of these tags.
    pub tags: Vec<String>,
    /// Only rows that sign in by single sign-on, or only rows that do not. Rows of which the server does not say it match
    /// neither.
    pub sso: Option<bool>,
    /// Only rows whose role or tags this account has changed from this computer, according to the history.
    pub changed_by_me: bool,
    /// The column to sort by; none for owners first, then by name.
    pub sort: Option<TeamColumn>,
    /// Whether the order is reversed.
    pub descending: bool,
}

/// The number of rows with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FacetCount {
    /// The value: a role as the server spells it, or a tag.
    pub value: String,
    /// Number of rows that have it and match the search and all other filters.
    #[ts(type = "number")]
    pub count: usize,
}

/// Counts for each value of a filter: the number of rows that the filter would find.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamCounts {
    /// For each team role, the one with the most rights first. Includes roles with a count of zero.
    pub team_roles: Vec<FacetCount>,
    /// For each user role, in the same way.
    pub user_roles: Vec<FacetCount>,
    /// Number of members.
    #[ts(type = "number")]
    pub members: usize,
    /// Number of invitations.
    #[ts(type = "number")]
    pub pending: usize,
    /// For each tag, sorted by name: the rows that would be left if it was chosen as well. So, unlike the other counts,
    /// these consider the filter's own chosen values.
    pub tags: Vec<FacetCount>,
    /// Number of rows that sign in by single sign-on.
    #[ts(type = "number")]
    pub sso: usize,
    /// Number of rows that do not.
    #[ts(type = "number")]
    pub no_sso: usize,
    /// Number of rows whose role or tags this account has changed from this computer.
    #[ts(type = "number")]
    pub changed_by_me: usize,
}

/// A change of the selection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum SelectionChange {
    /// Select or deselect one row.
    Toggle {
        /// Id of the row.
        id: String,
    },
    /// Also select the rows of a range, including both ends.
    Range {
        /// An index in the query's order.
        #[ts(type = "number")]
        from: usize,
        /// The index of the other end, before or after `from`.
        #[ts(type = "number")]
        to: usize,
    },
    /// Select all rows that the query finds, and no others.
    All,
    /// Select no row.
    None,
}
