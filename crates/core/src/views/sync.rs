//! The state of the sync and of the store.

use serde::Serialize;
use ts_rs::TS;

use super::AppError;

/// The state that the sidebar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SyncState {
    /// The profile is up to date: it was read from the server since the app started.
    Fresh,
    /// The profile comes from the cache, or the last sync failed. `as_of` says how old it is.
    Stale,
    /// The profile is being read.
    Refreshing,
    /// No connection to the server.
    WaitingForNetwork,
    /// An edit is in flight.
    Sending,
    /// An edited field has changed on the server as well.
    Conflict,
    /// The server rejected an edit, or an edit cannot be sent before the user has changed another value.
    Refused,
    /// There is no session: the user has to sign in.
    SignedOut,
    /// Lapel cannot read or write its data.
    StorageFailed,
}

/// The state of the sync, with the values that its message needs.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SyncView {
    /// The state.
    pub state: SyncState,
    /// When the profile was last read from the server, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub as_of: Option<i64>,
    /// Number of edited fields that the server has not accepted yet.
    #[ts(type = "number")]
    pub unsent: usize,
    /// The failure of the last sync, until one succeeds.
    pub error: Option<AppError>,
    /// Whether the failed sync is retried automatically.
    pub tries_again: bool,
    /// Whether signing in again may resolve the failure, although the session has not ended.
    pub sign_in_helps: bool,
    /// When the next retry starts, in milliseconds since 1970; none if the wait is too short to be shown.
    #[ts(type = "number | null")]
    pub next_try: Option<i64>,
}

/// Progress of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UploadView {
    /// Bytes that were sent.
    #[ts(type = "number")]
    pub sent: u64,
    /// Total number of bytes.
    #[ts(type = "number")]
    pub total: u64,
}

/// Whether the store can be used. In every state after `MovedAside`, the files are left as they are and saving is
/// disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum StorageState {
    /// The store works.
    Sound,
    /// A damaged database was moved aside, and a new one is in use.
    MovedAside,
    /// A newer version of Lapel has written the database.
    Newer,
    /// Another program has locked the database.
    Busy,
    /// The database cannot be written.
    ReadOnly,
    /// The disk is full.
    Full,
    /// Another failure.
    Failed,
}
