//! How fresh the shown data is and what is on its way.

use serde::Serialize;
use ts_rs::TS;

use super::AppError;

/// The one state shown at the foot of the side bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SyncState {
    /// Shown as the server has it, checked since the start.
    Fresh,
    /// From the cache, or a check failed; `as_of` says how old.
    Stale,
    /// Being checked.
    Refreshing,
    /// No connection to the server.
    WaitingForNetwork,
    /// An edit is on its way.
    Sending,
    /// The same field was changed on the server too.
    Conflict,
    /// The server refused an edit.
    Refused,
    /// No session: sign in to go on.
    SignedOut,
    /// Lapel cannot read or write its data.
    StorageFailed,
}

/// The state with what belongs in its sentence.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SyncView {
    /// The state.
    pub state: SyncState,
    /// When the shown profile was last read from the server, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub as_of: Option<i64>,
    /// Number of edits that have not reached the server.
    #[ts(type = "number")]
    pub unsent: usize,
    /// The last failure of a check or a sending, until the next one succeeds.
    pub error: Option<AppError>,
    /// Whether what has failed is tried again without being asked.
    pub tries_again: bool,
    /// Whether signing in again may help against the failure, although the session has not ended.
    pub sign_in_helps: bool,
    /// When, in milliseconds since 1970; none where that is so soon that no word is needed.
    #[ts(type = "number | null")]
    pub next_try: Option<i64>,
}

/// Progress of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UploadView {
    /// Bytes handed to the network.
    #[ts(type = "number")]
    pub sent: u64,
    /// Bytes in all.
    #[ts(type = "number")]
    pub total: u64,
}

/// Whether what is typed can be kept on this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum StorageState {
    /// All is well.
    Sound,
    /// A damaged database was moved aside; a new one is in use.
    MovedAside,
    /// Written by a newer Lapel: left untouched, saving is disabled.
    Newer,
    /// Locked by another program: left untouched, saving is disabled.
    Busy,
    /// Cannot be written: left untouched, saving is disabled.
    ReadOnly,
    /// The disk is full: left untouched, saving is disabled.
    Full,
    /// Failed in another way: left untouched, saving is disabled.
    Failed,
}
