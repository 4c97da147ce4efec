//! Windows of a team's rows: what is asked for, and what is shown.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::super::PictureView;

/// Whether somebody has accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MemberState {
    /// A member.
    Member,
    /// An invitation that nobody has accepted yet.
    Pending,
}

/// What rows are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TeamColumn {
    /// The shown name.
    Name,
    /// The email address.
    Email,
    /// The team role, the one with the most rights first.
    TeamRole,
    /// The user role, the one with the most rights first; none last.
    UserRole,
    /// Single sign-on before none.
    Sso,
    /// The tags as a list.
    Tags,
    /// Members before invitations.
    State,
    /// Since when, the longest first.
    Since,
}

/// Which rows, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct TeamQuery {
    /// Words that name, email address or id hold, without case and accents; empty for all.
    pub search: String,
    /// Only rows with this team role.
    pub team_role: Option<String>,
    /// Only rows with this user role.
    pub user_role: Option<String>,
    /// Only members, or only invitations.
    pub state: Option<MemberState>,
    /// Only rows with this tag.
    pub tag: Option<String>,
    /// Order; none for owners first, then by name.
    pub sort: Option<TeamColumn>,
    /// Whether the order is turned round.
    pub descending: bool,
}

/// Places of a text that the search found: pairs of start and end, in UTF-16 units.
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
    /// First and last name; else the email address, else the id.
    pub name: String,
    /// What stands where there is no picture.
    pub initials: String,
    /// The email address, of an invitation the invited one; empty where there is none.
    pub email: String,
    /// The picture.
    pub picture: Option<PictureView>,
    /// Team role as the server spells it.
    pub team_role: String,
    /// User role as the server spells it; none for an invitation.
    pub user_role: Option<String>,
    /// Whether the person signs in by SSO.
    pub sso: Option<bool>,
    /// Tags.
    pub tags: Vec<String>,
    /// Whether this is an invitation that nobody has accepted yet.
    pub pending: bool,
    /// Since when, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub since: Option<i64>,
    /// Whether this is the signed-in person.
    pub is_self: bool,
    /// Whether the row is selected.
    pub selected: bool,
    /// Places in the name that the search found.
    pub name_marks: TextMarks,
    /// Places in the email address that the search found.
    pub email_marks: TextMarks,
    /// Places in the id that the search found; the id is shown where there are some.
    pub id_marks: TextMarks,
}

/// How many rows have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FacetCount {
    /// The value: a role as the server spells it, or a tag.
    pub value: String,
    /// Rows that have it, under the search and all filters but the one for this.
    #[ts(type = "number")]
    pub count: usize,
}

/// Counts per value: filters that say what they would leave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamCounts {
    /// Per team role, the one with the most rights first; also those that no row has under the other filters.
    pub team_roles: Vec<FacetCount>,
    /// The same for user roles.
    pub user_roles: Vec<FacetCount>,
    /// Members.
    #[ts(type = "number")]
    pub members: usize,
    /// Invitations.
    #[ts(type = "number")]
    pub pending: usize,
    /// Per tag, by name.
    pub tags: Vec<FacetCount>,
}

/// Some of the rows that a query finds, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamWindow {
    /// `TeamView.version` that this is of.
    #[ts(type = "number")]
    pub version: u64,
    /// How many rows the query finds.
    #[ts(type = "number")]
    pub found: usize,
    /// Place of the first row here.
    #[ts(type = "number")]
    pub from: usize,
    /// The rows.
    pub rows: Vec<TeamRow>,
    /// Counts per value.
    pub counts: TeamCounts,
    /// How many of the found rows are selected; what a filter hides never is.
    #[ts(type = "number")]
    pub selected: usize,
}

/// What happens to the selection. Only rows that the query finds are ever selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum SelectionChange {
    /// One row more or less.
    Toggle {
        /// Id of the row.
        id: String,
    },
    /// All rows from one place to another, both included, besides what is selected.
    Range {
        /// A place in the query's order.
        #[ts(type = "number")]
        from: usize,
        /// Another one, before or after it.
        #[ts(type = "number")]
        to: usize,
    },
    /// All rows that the query finds, and nothing else.
    All,
    /// None.
    None,
}
