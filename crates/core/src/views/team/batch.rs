//! Batches of changes of roles or tags: the plan, the run, and a result for each row.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::super::AppError;
use super::{ChangeKind, Confirmation, TagsEdit};

/// The state of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum BatchState {
    /// A plan that was not started.
    Planned,
    /// Rows are being changed.
    Running,
    /// Waiting because the server asked for it. The batch continues automatically.
    Waiting,
    /// Finished: every row has its result.
    Over,
}

/// Why a row is left out of a plan or, with [`LeftOutReason::NoChange`], of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum LeftOutReason {
    /// The signed-in user's own row. They change their own roles one at a time.
    OwnRow,
    /// The row is an owner. Lapel cannot transfer ownership.
    Owner,
    /// The row has the role already, or the tags already are as wished.
    NoChange,
    /// The user may not make this change.
    NotAllowed,
    /// An invitation, which only has a team role.
    Pending,
    /// A service account, whose user role cannot be changed.
    ServiceAccount,
    /// The row cannot get its former role again.
    CannotGoBack,
    /// The row would have more tags than Lapel gives a row.
    TooManyTags,
    /// Import: nobody in the team has this address.
    UnknownEmail,
    /// Import: more than one member has this address, or no member and more than one invitation.
    AmbiguousEmail,
    /// Import: not a role that can be given.
    UnknownRole,
    /// Import: an earlier line has the same address.
    Twice,
    /// Import: the line has no address or no role.
    Incomplete,
    /// Import: the quotation marks of the line are ambiguous.
    UnclearQuotes,
    /// History: the change was not made.
    NotMade,
    /// History: a newer line of the same person undoes this change as well.
    Combined,
    /// History: the person has another role now than the change gave.
    OtherRoleNow,
    /// History: the role was changed in between, so an older change cannot be undone.
    ChangedBetween,
    /// History: a change of the other kind of role. A batch changes one kind.
    OtherKind,
    /// History: a change of tags, which is not undone from a file.
    Tags,
    /// History: a change in another organization.
    OtherOrganization,
}

/// The number of rows that a plan leaves out for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LeftOut {
    /// The reason.
    pub reason: LeftOutReason,
    /// The number of rows.
    #[ts(type = "number")]
    pub count: usize,
}

/// The state of one row of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum BatchRowState {
    /// To be changed.
    Planned,
    /// Left out of the plan, or of the run because somebody else has made the same change before it; `left_out` says why.
    LeftOut,
    /// The request is in flight.
    Running,
    /// The server has confirmed the change.
    Done,
    /// The change was not made; `error` says why.
    Failed,
    /// The change was sent, and it is not known whether the server made it; `error` says why. It is looked up as soon as
    /// the server can be reached.
    Unknown,
    /// The change was not sent, because the batch was cancelled or has stopped.
    Cancelled,
}

/// A batch without its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BatchView {
    /// The state.
    pub state: BatchState,
    /// Id of the organization.
    pub organization: String,
    /// Name of the organization; its id if the organization is not known any more.
    pub organization_name: String,
    /// Whether it was interrupted, for example by a crash or a sign-out, and has come back from the disk.
    pub interrupted: bool,
    /// What is changed.
    pub kind: ChangeKind,
    /// The role that all rows get; none if each row has its own, as in an import or when a batch is undone, and for tags.
    pub role: Option<String>,
    /// What is done to the tags of all rows, as far as they need it; none for roles.
    pub tags: Option<TagsEdit>,
    /// Whether it undoes an earlier batch.
    pub undoes: bool,
    /// Whether it was imported from a file.
    pub from_file: bool,
    /// Number of rows, including those left out.
    #[ts(type = "number")]
    pub total: usize,
    /// Number of rows to change.
    #[ts(type = "number")]
    pub changes: usize,
    /// Number of rows that were changed.
    #[ts(type = "number")]
    pub done: usize,
    /// Number of rows that failed.
    #[ts(type = "number")]
    pub failed: usize,
    /// Number of rows that were cancelled.
    #[ts(type = "number")]
    pub cancelled: usize,
    /// Number of rows that were sent and whose outcome is not known.
    #[ts(type = "number")]
    pub unknown: usize,
    /// While it runs: the number of rows per minute, once it can be estimated.
    pub per_minute: Option<u32>,
    /// While it runs: the remaining time in seconds, once it can be estimated.
    pub remaining: Option<u32>,
    /// Before it starts: the hours that it takes at least, if it needs more requests than the service accepts in an hour.
    pub hours: Option<u32>,
    /// Numbers of rows left out, by reason.
    pub left_out: Vec<LeftOut>,
    /// Why the batch stopped before its end. The remaining rows were cancelled.
    pub stopped: Option<AppError>,
    /// Number of planned rows that are admins now and lose this role.
    #[ts(type = "number")]
    pub admins: usize,
    /// Number of planned rows that become admins.
    #[ts(type = "number")]
    pub new_admins: usize,
    /// The confirmation that the plan needs.
    pub confirmation: Option<Confirmation>,
    /// Number of rows that were changed, or may have been, and whose change can be undone.
    #[ts(type = "number")]
    pub can_undo: usize,
    /// Number of rows that a further run may change: they were not sent, or failed for a reason that may pass.
    #[ts(type = "number")]
    pub can_retry: usize,
    /// The end of the wait that the server asked for, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub waits_until: Option<i64>,
}

/// One row of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BatchRow {
    /// Number of its line in the imported file.
    #[ts(type = "number | null")]
    pub line: Option<usize>,
    /// The display name; the text of the file if nobody has that address.
    pub name: String,
    /// The email address.
    pub email: String,
    /// The role before; empty if nobody has that address. For tags, a list in JSON of the tags to remove.
    pub from: String,
    /// The role to give; the text of the file if that is not a role. For tags, a list in JSON of the tags to add.
    pub to: String,
    /// The state.
    pub state: BatchRowState,
    /// Why it was left out.
    pub left_out: Option<LeftOutReason>,
    /// Why it failed.
    pub error: Option<AppError>,
}

/// A window of the rows of a batch. The rows to change come first, in the order of the plan, then those that the plan leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BatchWindow {
    /// Number of all rows; if one state was requested, of the rows in it.
    #[ts(type = "number")]
    pub found: usize,
    /// Index of the first row in this window.
    #[ts(type = "number")]
    pub from: usize,
    /// The rows.
    pub rows: Vec<BatchRow>,
}
