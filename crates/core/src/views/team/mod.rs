//! The team: its summary in the snapshot, windows of its rows, role changes and batches.
//!
//! A team may have 100,000 rows, so the snapshot does not contain them. The page requests the window that it shows.

mod batch;
mod person;
mod role_change;
mod rows;
mod tags;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AppError, PictureView};

pub use batch::{BatchRow, BatchRowState, BatchState, BatchView, BatchWindow, LeftOut, LeftOutReason};
pub use lapel_roster::{FacetCount, MemberState, SelectionChange, TeamColumn, TeamCounts, TeamQuery};
pub use person::PersonView;
pub use role_change::{
    Ability, ChangeKind, Confirmation, HistoryCounts, HistoryOutcome, HistoryRow, HistoryWindow, RoleChangeRequest,
    RoleChanged, RoleDialog, RoleKind, RoleOffer, TeamRoleChoice,
};
pub use rows::{FoundPeople, TeamRow, TeamWindow, TextMarks};
pub use tags::{TagSuggestions, TagsChangeRequest, TagsChanged, TagsEdit};

/// An organization to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamOrganization {
    /// Its id.
    pub id: String,
    /// Its name; the slug or id if it has none.
    pub name: String,
    /// Its logo.
    pub picture: Option<PictureView>,
}

/// The progress of a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamProgress {
    /// Number of pages that were read.
    pub done: u32,
    /// Total number of pages; none before the first page was read.
    pub total: Option<u32>,
}

/// Why the user cannot change roles or tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TeamReason {
    /// These changes need a connection.
    Offline,
    /// The session has ended.
    SignedOut,
    /// The user's roles do not allow it.
    NoRight,
    /// The user's own row was not read yet.
    NotKnown,
}

/// How much of a team was loaded that was never read completely. Counts, searches, selections and exports contain only these
/// people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamPartial {
    /// Number of rows.
    #[ts(type = "number")]
    pub loaded: usize,
    /// Number of rows of the whole team, as the server counts them; none if that is not known.
    #[ts(type = "number | null")]
    pub expected: Option<u64>,
}

/// What the signed-in user may do in the team at the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamRights {
    /// Team roles that they may give to others, as the server spells them. The role with the most rights comes first.
    pub team_roles: Vec<String>,
    /// User roles that they may give to others. If there are any, they may also change name, picture and language of
    /// others.
    pub user_roles: Vec<String>,
    /// Whether they may change the tags of all rows.
    pub tags: bool,
    /// Why nothing can be changed; none if something can.
    pub reason: Option<TeamReason>,
}

/// The team of one organization.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamView {
    /// The organizations that the user belongs to.
    pub organizations: Vec<TeamOrganization>,
    /// Id of the open organization; none if the user belongs to none, or if that is not known yet.
    pub organization: Option<String>,
    /// Whether the cached rows are in memory. Before that, the number of rows is not known.
    pub loaded: bool,
    /// Increases when rows have changed. Windows of a smaller version are out of date.
    #[ts(type = "number")]
    pub version: u64,
    /// Number of rows.
    #[ts(type = "number")]
    pub total: usize,
    /// When the team was last read completely, in milliseconds since 1970; none if it never was.
    #[ts(type = "number | null")]
    pub as_of: Option<i64>,
    /// Says that not all people were loaded yet; none if they were, or before a team is open.
    pub partial: Option<TeamPartial>,
    /// The running refresh.
    pub refreshing: Option<TeamProgress>,
    /// Why the last refresh failed.
    pub error: Option<AppError>,
    /// What the user may do.
    pub rights: TeamRights,
}

/// An exported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Exported {
    /// Its path.
    pub path: String,
    /// Number of its rows, without the header.
    #[ts(type = "number")]
    pub rows: usize,
    /// Whether rows may be missing, because the team was never read completely.
    pub partial: bool,
    /// Whether it has only the selected ones of the rows that were found.
    pub selected: bool,
}

/// Email addresses that were copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CopiedEmails {
    /// Number of copied addresses. An address that several rows have is copied once.
    #[ts(type = "number")]
    pub copied: usize,
    /// Number of rows without an address.
    #[ts(type = "number")]
    pub without_address: usize,
    /// Number of addresses that were not copied, because the text would be too long.
    #[ts(type = "number")]
    pub left_out: usize,
    /// Whether rows may be missing, because the team was never read completely.
    pub partial: bool,
    /// Whether only the selected ones of the rows that were found were considered.
    pub selected: bool,
}

/// What separates the cells of an exported file. Spreadsheets expect a semicolon where the decimal separator is a comma.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ListSeparator {
    /// A comma.
    #[default]
    Comma,
    /// A semicolon.
    Semicolon,
}
