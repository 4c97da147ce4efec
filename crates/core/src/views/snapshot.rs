//! The whole state behind the page.

use serde::Serialize;
use ts_rs::TS;

use super::{
    AccountView, DraftValues, EditView, InterfaceLanguage, Preferences, ProfileView, SessionState, StorageState,
    SyncView, TeamView, TokenKeeping, UploadView,
};

/// Everything the page shows, at one moment. A later one has a greater revision.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Snapshot {
    /// Grows with every change.
    #[ts(type = "number")]
    pub revision: u64,
    /// The choices of this computer.
    pub preferences: Preferences,
    /// The language that the interface speaks now.
    pub interface_language: InterfaceLanguage,
    /// The active account; none on the sign-in page.
    pub account: Option<AccountView>,
    /// Other accounts that are kept on this computer, to switch to.
    pub other_accounts: Vec<AccountView>,
    /// Where the session is.
    pub session: SessionState,
    /// Where the token is kept.
    pub token_keeping: TokenKeeping,
    /// The profile as last seen on the server.
    pub profile: Option<ProfileView>,
    /// What is saved here and not on the server yet, in the order of the form.
    pub edits: Vec<EditView>,
    /// What was typed and not saved, from the last draft.
    pub draft: Option<DraftValues>,
    /// Fresh, stale, waiting and so on.
    pub sync: SyncView,
    /// An upload on its way.
    pub upload: Option<UploadView>,
    /// The team, once its page was opened.
    pub team: Option<TeamView>,
    /// Whether the data folder is sound.
    pub storage: StorageState,
}
