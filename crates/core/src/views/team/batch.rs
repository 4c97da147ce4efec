//! Many changes of roles at once: the plan, its running, and a result per row.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::super::AppError;
use super::{Confirmation, RoleKind};

/// Where a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum BatchState {
    /// Only a plan.
    Planned,
    /// Being made.
    Running,
    /// Waiting because the server asked for it; goes on by itself.
    Waiting,
    /// Over, whatever became of its rows.
    Over,
}

/// Why a row is left out of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum LeftOutReason {
    /// The person themselves: own roles are changed one at a time.
    OwnRow,
    /// An owner; ownership is moved elsewhere.
    Owner,
    /// The row has the role already.
    NoChange,
    /// The rules do not let the person make this change.
    NotAllowed,
    /// An invitation has a team role only.
    Pending,
    /// A service account keeps its user role.
    ServiceAccount,
    /// The row cannot go back to its former role.
    CannotGoBack,
    /// Of a file: nobody in the team has this address.
    UnknownEmail,
    /// Of a file: more than one member has this address, or no member and more than one invitation.
    AmbiguousEmail,
    /// Of a file: not a role that can be given.
    UnknownRole,
    /// Of a file: an earlier line has this address already.
    Twice,
    /// Of a file: the line has no address or no role.
    Incomplete,
    /// Of a file: the line's quotation marks can be read in two ways.
    UnclearQuotes,
}

/// How many rows a plan leaves out for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LeftOut {
    /// The reason.
    pub reason: LeftOutReason,
    /// Rows.
    #[ts(type = "number")]
    pub count: usize,
}

/// Where one row of a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum BatchRowState {
    /// To be changed.
    Planned,
    /// Left out of the plan; `left_out` says why.
    LeftOut,
    /// On its way.
    Running,
    /// The server said yes.
    Done,
    /// Not made; `error` says why.
    Failed,
    /// Not made because the person cancelled the rest.
    Cancelled,
}

/// Many changes at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BatchView {
    /// Where it is.
    pub state: BatchState,
    /// Which role.
    pub kind: RoleKind,
    /// The role that all rows get; none where each has its own, as from a file or when a batch is undone.
    pub role: Option<String>,
    /// Whether it takes back an earlier batch.
    pub undoes: bool,
    /// Whether it came from a file.
    pub from_file: bool,
    /// Rows in all, with those left out.
    #[ts(type = "number")]
    pub total: usize,
    /// Rows to be changed.
    #[ts(type = "number")]
    pub changes: usize,
    /// Of these, how many are made.
    #[ts(type = "number")]
    pub done: usize,
    /// How many failed.
    #[ts(type = "number")]
    pub failed: usize,
    /// How many were cancelled.
    #[ts(type = "number")]
    pub cancelled: usize,
    /// Rows left out, by reason.
    pub left_out: Vec<LeftOut>,
    /// Why it stopped before its end by itself; the rest was not tried.
    pub stopped: Option<AppError>,
    /// How many of the rows to be changed are admins now, who lose that.
    #[ts(type = "number")]
    pub admins: usize,
    /// Why it is asked once more.
    pub confirmation: Option<Confirmation>,
    /// How many of the rows that are made could go back to their former role.
    #[ts(type = "number")]
    pub can_undo: usize,
    /// Until when it waits because the server asked for it, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub waits_until: Option<i64>,
}

/// One row of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BatchRow {
    /// Line of the file that it came from.
    #[ts(type = "number | null")]
    pub line: Option<usize>,
    /// The shown name; what the file says where nobody has that address.
    pub name: String,
    /// The email address.
    pub email: String,
    /// The present role; empty where nobody has that address.
    pub from: String,
    /// The role that it gets; as written in the file where that is none.
    pub to: String,
    /// Where it is.
    pub state: BatchRowState,
    /// Why it is left out.
    pub left_out: Option<LeftOutReason>,
    /// Why it failed.
    pub error: Option<AppError>,
}

/// Some rows of a batch; those to be changed first, in the order of the team, then those left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BatchWindow {
    /// Rows in all, of the asked state where one was asked for.
    #[ts(type = "number")]
    pub found: usize,
    /// Place of the first one here.
    #[ts(type = "number")]
    pub from: usize,
    /// The rows.
    pub rows: Vec<BatchRow>,
}
