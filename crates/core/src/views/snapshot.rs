//! The state that the page renders.

use serde::Serialize;
use ts_rs::TS;

use super::{
    AccountView, BatchView, DraftValues, EditView, InterfaceLanguage, Preferences, ProfileView, SecurityView,
    SessionState, StorageState, SyncView, TeamView, TokenKeeping, UploadView,
};

/// The number of a snapshot. It increases with each change.
pub type Revision = u64;

/// The answer to a command that changes the state and also has a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Changed<T> {
    /// The snapshot of this revision contains the change.
    #[ts(type = "number")]
    pub revision: Revision,
    /// The result.
    pub value: T,
}

/// Everything that the page shows, at one point in time. A later snapshot has a greater revision.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Snapshot {
    /// Its number.
    #[ts(type = "number")]
    pub revision: Revision,
    /// The preferences of this computer.
    pub preferences: Preferences,
    /// The current language of the interface.
    pub interface_language: InterfaceLanguage,
    /// The active account; none on the sign-in page.
    pub account: Option<AccountView>,
    /// Other accounts on this computer that the user can switch to.
    pub other_accounts: Vec<AccountView>,
    /// The state of the session.
    pub session: SessionState,
    /// Where the token is stored.
    pub token_keeping: TokenKeeping,
    /// The profile as last read from the server.
    pub profile: Option<ProfileView>,
    /// What the page may offer for the security of the active account; none on the sign-in page.
    pub security: Option<SecurityView>,
    /// Edits that the server has not accepted yet, in the order of the form.
    pub edits: Vec<EditView>,
    /// The draft: values that were typed and not saved.
    pub draft: Option<DraftValues>,
    /// Whether the profile is up to date, and whether edits are waiting.
    pub sync: SyncView,
    /// The running upload.
    pub upload: Option<UploadView>,
    /// The team; none before the team page is opened, or cached rows are loaded ahead.
    pub team: Option<TeamView>,
    /// The batch of role changes, if there is one: planned, running, finished or interrupted.
    pub batch: Option<BatchView>,
    /// Whether the data folder can be used.
    pub storage: StorageState,
}
