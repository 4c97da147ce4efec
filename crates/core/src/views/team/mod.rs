//! The team as the page sees it: its state in the snapshot, windows of its rows, and what a change of a role brings.
//!
//! A team may have 100,000 rows, so rows are no part of the snapshot: the page asks for the window that it shows.

mod batch;
mod person;
mod role_change;
mod rows;

use serde::Serialize;
use ts_rs::TS;

use super::{AppError, PictureView};

pub use batch::{BatchRow, BatchRowState, BatchState, BatchView, BatchWindow, LeftOut, LeftOutReason};
pub use person::PersonView;
pub use role_change::{
    Ability, Confirmation, HistoryOutcome, HistoryRow, HistoryWindow, RoleChangeRequest, RoleChanged, RoleDialog,
    RoleKind, RoleOffer, TeamRoleChoice,
};
pub use rows::{
    FacetCount, MemberState, SelectionChange, TeamColumn, TeamCounts, TeamQuery, TeamRow, TeamWindow, TextMarks,
};

/// An organization to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamOrganization {
    /// Its id.
    pub id: String,
    /// Its name; the slug or id where it has none.
    pub name: String,
    /// Its logo.
    pub picture: Option<PictureView>,
}

/// How far the reading of a team is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamProgress {
    /// Pages that are here.
    pub done: u32,
    /// Pages in all; none before the first one came.
    pub total: Option<u32>,
}

/// Why roles cannot be changed at the moment, or not by this person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TeamReason {
    /// Role changes need a connection.
    Offline,
    /// The person's roles do not include it.
    NoRight,
    /// The person's own row was not read yet.
    NotKnown,
}

/// What the signed-in person may do in a team, here and now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamRights {
    /// Team roles that they may give to others, as the server spells them, the one with the most rights first.
    pub team_roles: Vec<String>,
    /// User roles that they may give to others. Whoever may give some may also change name, picture and language of others.
    pub user_roles: Vec<String>,
    /// Why no role can be changed, where that is so.
    pub reason: Option<TeamReason>,
}

/// The team of one organization.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamView {
    /// The organizations that the person belongs to.
    pub organizations: Vec<TeamOrganization>,
    /// Id of the one whose team is shown; none where the person belongs to none, or that is not known yet.
    pub organization: Option<String>,
    /// Whether the rows that this computer keeps are here; before that, nothing can be said about them.
    pub loaded: bool,
    /// Grows whenever rows changed: what was asked for at a smaller one is out of date.
    #[ts(type = "number")]
    pub version: u64,
    /// Number of rows.
    #[ts(type = "number")]
    pub total: usize,
    /// When the team was last read to its end, in milliseconds since 1970; none where it never was.
    #[ts(type = "number | null")]
    pub as_of: Option<i64>,
    /// A reading that goes on.
    pub refreshing: Option<TeamProgress>,
    /// Why the last reading failed.
    pub error: Option<AppError>,
    /// What the person may do.
    pub rights: TeamRights,
    /// Many changes at once: planned, running or done.
    pub batch: Option<BatchView>,
}

/// A file that was written for the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Exported {
    /// Where it is.
    pub path: String,
    /// Lines in it, without the one with the names of the columns.
    #[ts(type = "number")]
    pub rows: usize,
}
