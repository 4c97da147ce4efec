//! Windows of the rows of a team.

use lapel_roster::TeamCounts;
use serde::Serialize;
use ts_rs::TS;

use super::super::PictureView;
use super::TeamPartial;

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
