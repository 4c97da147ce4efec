//! The types that are sent to and from the page. ts-rs generates their TypeScript in `ui/src/host/generated`.
//!
//! The page renders one [`Snapshot`]. Commands change the state, and each change produces a new snapshot. Such a command
//! does not return the snapshot, only the [`Revision`] that contains its change. These types contain no rules and no
//! tokens, and they are independent of the types of the store and of the API.

mod boot;
mod data_export;
mod edit;
mod error;
mod failure_view;
mod field;
mod picture;
mod preferences;
pub(crate) mod problem_words;
mod profile;
mod security;
pub(crate) mod security_view;
mod session;
mod snapshot;
pub(crate) mod snapshot_view;
mod sync;
mod team;
pub(crate) mod team_view;

pub use boot::{Boot, Limits};
pub use data_export::{DataTexts, SavedFile};
pub use edit::{BaseValues, DraftValues, EditState, EditView, Keep, PictureChoice, ProfileChanges, SeenConflict};
pub use error::{AppError, CertificateView, ErrorCode, ErrorDetails};
pub use field::ProfileField;
pub use picture::{FoundPicture, OpenedPicture, PictureCrop, PictureNote, PictureView, PreparedPicture};
pub use preferences::{InterfaceLanguage, LanguagePreference, Preferences, Theme};
pub use profile::{
    ActivityView, OrganizationView, ProfileView, RoleChoice, RoleReason, RoleView, StoredAsView, UpdatedView,
};
pub use security::{
    ForgottenPassword, NoPasswordReason, PasswordChange, PasswordConfirmation, PasswordReset, SecurityView, TypedSecret,
};
pub use session::{
    AccountView, ServerKind, ServerOffer, SessionState, SignIn, SignOutScope, TokenKeeping, TokenSignIn, UnsentWork,
};
pub use snapshot::{Changed, Revision, Snapshot};
pub use sync::{StorageState, SyncState, SyncView, UploadView};
pub use team::{
    Ability, BatchRow, BatchRowState, BatchState, BatchView, BatchWindow, ChangeKind, Confirmation, CopiedEmails,
    Exported, FacetCount, FoundPeople, HistoryCounts, HistoryOutcome, HistoryRow, HistoryWindow, LeftOut,
    LeftOutReason, ListSeparator, MemberState, PersonView, RoleChangeRequest, RoleChanged, RoleDialog, RoleKind,
    RoleOffer, SelectionChange, TagSuggestions, TagsChangeRequest, TagsChanged, TagsEdit, TeamColumn, TeamCounts,
    TeamOrganization, TeamPartial, TeamProgress, TeamQuery, TeamReason, TeamRights, TeamRoleChoice, TeamRow, TeamView,
    TeamWindow, TextMarks,
};
