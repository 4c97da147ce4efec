//! Windows of the rows of a team: the query and the result.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::super::PictureView;
use super::TeamPartial;

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

/// The parts of a text that the search found: pairs of start and end, in UTF-16 code units.
pub type TextMarks = Vec<(u32, u32)>;

/// A row of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamRow {
    /// Id of the row.
    pub id: String,
    /// Id of the person; none for an invitation.
    pub user_id: Option<String>,
    /// First and last name, else the email address, else the id.
    pub name: String,
    /// Shown if there is no picture.
    pub initials: String,
    /// The email address, for an invitation the invited one; empty if there is none.
    pub email: String,
    /// The picture.
    pub picture: Option<PictureView>,
    /// Team role as the server spells it.
    pub team_role: String,
    /// User role as the server spells it; none for an invitation.
    pub user_role: Option<String>,
    /// Whether the signed-in user's rights allow another team role for this row. A change needs a connection as well.
    pub may_change_team_role: bool,
    /// The same for the user role.
    pub may_change_user_role: bool,
    /// Whether the person signs in by SSO.
    pub sso: Option<bool>,
    /// Tags.
    pub tags: Vec<String>,
    /// Whether this is an invitation that nobody has accepted yet.
    pub pending: bool,
    /// The creation time of the row, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub since: Option<i64>,
    /// Whether this is the signed-in user.
    pub is_self: bool,
    /// Whether the row is selected.
    pub selected: bool,
    /// The parts of the name that the search found.
    pub name_marks: TextMarks,
    /// The parts of the email address that the search found.
    pub email_marks: TextMarks,
    /// The parts of the id that the search found. The page shows the id only if there are some.
    pub id_marks: TextMarks,
    /// The parts of each tag that the search found.
    pub tag_marks: Vec<TextMarks>,
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

/// A window of the rows that a query finds, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamWindow {
    /// The `TeamView.version` of these rows.
    #[ts(type = "number")]
    pub version: u64,
    /// Number of rows that the query finds.
    #[ts(type = "number")]
    pub found: usize,
    /// Index of the first row in this window.
    #[ts(type = "number")]
    pub from: usize,
    /// The rows.
    pub rows: Vec<TeamRow>,
    /// Counts for the filters.
    pub counts: TeamCounts,
    /// Number of found rows that are selected. Selected rows that the query does not find are not counted.
    #[ts(type = "number")]
    pub selected: usize,
}

/// The people that the search of the whole window finds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FoundPeople {
    /// The best matches, at most eight.
    pub people: Vec<TeamRow>,
    /// Number of people who were searched; zero if no team is known on this computer.
    #[ts(type = "number")]
    pub total: usize,
    /// Says that not all people of the team were searched.
    pub partial: Option<TeamPartial>,
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
