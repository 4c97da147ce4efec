//! Why a use case failed. Services decide by the variants of [`Failure`]; `views::failure_view` makes the errors of the
//! page out of them.
//!
//! The `Display` texts are for logs. Texts for users are not part of the core.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use lapel_api::{AddressError, ApiError, ApiErrorKind, PictureFetchError};
use lapel_domain::{
    EmailError, Field, LanguageError, LinkError, Missing, NameError, PictureUrlError, RoleDenial, TagError,
    TeamRoleDenial, TokenError, UserRole,
};
use lapel_picture::PictureError;
use lapel_store::StoreError;

use super::error_reasons::{Cancellation, ExportProblem, ListProblem, Misuse, PasswordProblem, PictureGone};
use super::vault::VaultError;

/// An error of another crate. Nothing depends on its type.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

/// Why a use case failed.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Failure {
    // Failed requests, with the error of the API client.
    /// A request failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The upload of a picture failed.
    #[error(transparent)]
    Upload(ApiError),
    /// A write failed with an unknown outcome, and the server still has the same values as before.
    #[error(transparent)]
    NotChanged(ApiError),
    /// The response at sign-in is not one of the API, so the typed address may be wrong.
    #[error(transparent)]
    NotTheApi(ApiError),
    /// The server rejected the API token at sign-in.
    #[error(transparent)]
    TokenRefused(ApiError),
    /// The current password is wrong. Unlike [`ApiErrorKind::WrongCredentials`], this is not about the email address.
    #[error(transparent)]
    WrongPassword(ApiError),
    /// The outcome of a request that sets a password is unknown.
    #[error(transparent)]
    PasswordUnknown(ApiError),
    /// The server does not accept the token of a link in a mail.
    #[error(transparent)]
    LinkRefused(ApiError),
    /// The email address is already verified; with the failed request, if the server said so in its response.
    #[error("the email address is already verified")]
    AlreadyVerified(Option<ApiError>),
    /// Two-factor authentication is still on; with the failed request, unless it seemed to succeed.
    #[error("two-factor authentication is still on")]
    TwoFactorKept(Option<ApiError>),
    /// The server does not accept uploads.
    #[error(transparent)]
    UploadRefused(ApiError),
    /// An intermediary (proxy, captive portal) blocks the route of the PUT.
    #[error(transparent)]
    UpdateBlocked(ApiError),
    /// An intermediary blocks the route of uploads.
    #[error(transparent)]
    UploadBlocked(ApiError),
    /// The organization no longer exists, or the user no longer belongs to it.
    #[error(transparent)]
    TeamGone(ApiError),
    /// The row is no longer in the team; with the failed request, if the server said so in its response.
    #[error("the row is not in the team")]
    RowGone(Option<ApiError>),

    // What the core itself finds wrong with the server and its responses.
    /// The session is not connected yet.
    #[error("no connection yet")]
    NotConnected,
    /// The server has asked to wait too many times.
    #[error("the server keeps asking to wait")]
    StaysBusy,
    /// Only a response that is older than the known profile could be read. It comes from an intermediary.
    #[error("only an old response could be read")]
    OldResponse,
    /// A 304 although the request was not conditional.
    #[error("304 to an unconditional request")]
    UnexpectedNotModified,
    /// The response is about another person than the signed-in user.
    #[error("the response is about another person")]
    OtherPerson,
    /// The server accepted a change and did not store it; with the field, if only one is concerned.
    #[error("the server accepted a change and did not store it")]
    NotKept { field: Option<Field> },
    /// Changes by others interrupted every attempt.
    #[error("the profile keeps changing")]
    KeepsChanging,
    /// The server rejects a write because the profile has changed, but each read returns the same profile.
    #[error("rejected as changed, although nothing has changed")]
    RejectedAsChanged,

    // The session and the data on this computer.
    /// No account is active.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The active account has no session.
    #[error("no session")]
    NoSession,
    /// Something ended the work before it was done.
    #[error(transparent)]
    Cancelled(#[from] Cancellation),
    /// The data folder cannot be used.
    #[error("the data folder cannot be used")]
    SavingDisabled,
    /// The database or the picture folder failed.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// There are unsent edits, or drafts of changes to others.
    #[error("{count} edits are not sent")]
    UnsentEdits { count: usize },
    /// The keyring is locked.
    #[error("the keyring is locked")]
    KeyringLocked,
    /// This computer has no keyring.
    #[error("there is no keyring")]
    KeyringAbsent,
    /// Several entries of the keyring match the account.
    #[error("several entries of the keyring match")]
    KeyringAmbiguous,
    /// The keyring service has no default keyring.
    #[error("the keyring service has no default keyring")]
    KeyringNotSetUp,
    /// The user is signed out, but the keyring still has the token.
    #[error(transparent)]
    TokenLeft(VaultError),
    /// The demo server did not start, for this reason.
    #[error("{0}")]
    SandboxFailed(String),

    // Typed values that are not valid.
    /// Not a valid server address.
    #[error(transparent)]
    InvalidServer(#[from] AddressError),
    /// Not a valid email address.
    #[error(transparent)]
    InvalidEmail(#[from] EmailError),
    /// Not a valid password.
    #[error(transparent)]
    InvalidPassword(#[from] PasswordProblem),
    /// Not a valid new password.
    #[error("{0}")]
    InvalidNewPassword(PasswordProblem),
    /// Not the link of a mail, and not its token.
    #[error(transparent)]
    InvalidLink(#[from] LinkError),
    /// Not a valid two-factor code.
    #[error("the two-factor code is too long")]
    InvalidCode,
    /// Not a valid API token.
    #[error(transparent)]
    InvalidToken(#[from] TokenError),
    /// Not a valid first or last name.
    #[error("{error}")]
    InvalidName { field: Field, error: NameError },
    /// The service does not accept this language, or does not accept it any more.
    #[error(transparent)]
    LanguageNotOffered(#[from] LanguageError),
    /// Not a valid address of a picture.
    #[error(transparent)]
    InvalidPictureUrl(#[from] PictureUrlError),

    // Pictures.
    /// A picture could not be fetched from its address.
    #[error(transparent)]
    PictureFetch(#[from] PictureFetchError),
    /// The file is not a picture that Lapel can open.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// According to the preferences, pictures are not loaded from other servers.
    #[error("pictures from other servers are not loaded")]
    RemotePicturesOff,
    /// The picture is no longer on this computer or no longer open.
    #[error(transparent)]
    PictureGone(#[from] PictureGone),
    /// The path is that of a folder or a device.
    #[error("not a regular file")]
    NotAFile,
    /// The process that decodes pictures could not be used.
    #[error("decoding a picture: {0}")]
    PictureProcess(Arc<io::Error>),

    // Roles and changes to others.
    /// The user role of a row may not be changed like this.
    #[error(transparent)]
    UserRoleDenied(#[from] RoleDenial),
    /// The team role of a row may not be changed like this.
    #[error(transparent)]
    TeamRoleDenied(#[from] TeamRoleDenial),
    /// An invitation has no user role that could be changed.
    #[error("an invitation has no user role")]
    NoUserRole,
    /// The user may not change their own role like this.
    #[error(transparent)]
    OwnRoleDenied(RoleDenial),
    /// The server has this role instead of the expected one.
    #[error("the server has another role now")]
    RoleMoved(String),
    /// A tag is not valid.
    #[error(transparent)]
    InvalidTag(#[from] TagError),
    /// Only owners and admins of a team may change its tags.
    #[error("only owners and admins may change tags")]
    TagsDenied,
    /// The row has other tags than the expected ones.
    #[error("the row has other tags now")]
    TagsMoved,
    /// The field has another value on the server than the user saw.
    #[error("the field has another value now")]
    PersonMoved { field: Field },
    /// Only administrators may change the details of others.
    #[error("only an administrator may change a member")]
    OnlyAdmins,
    /// A PUT would empty the user's own language, because the service does not accept its present value.
    #[error("the server would empty the language")]
    OwnLanguageNeeded,
    /// A PUT would empty the role, because the service does not accept its present value; with that role, if it is known.
    #[error("the server would empty the role")]
    RoleNotSent(Option<UserRole>),
    /// A PUT would empty the language of somebody else, which is not known here; with the field, if a form shows it.
    #[error("the server empties what is left out")]
    LanguageNeeded { field: Option<Field> },
    /// The file is not a list of email addresses and roles.
    #[error(transparent)]
    NotAList(#[from] ListProblem),
    /// The team was never read completely, so addresses may belong to rows that are not known yet.
    #[error("the team was never read to its end")]
    TeamNotRead,
    /// A batch of role changes is running, and only one can run at a time.
    #[error("a batch is running")]
    BatchRunning,
    /// The exported file could not be written.
    #[error(transparent)]
    Export(#[from] ExportProblem),
    /// The file manager could not be opened, for this reason.
    #[error("the file manager: {0}")]
    FolderNotShown(String),
    /// The browser could not be opened, for this reason.
    #[error("the browser: {0}")]
    PageNotOpened(String),
    /// A text could not be put into the clipboard, for this reason.
    #[error("the clipboard: {0}")]
    NotCopied(String),

    // Bugs.
    /// The page asked for something that it does not offer in this state.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// Something failed that should always work, such as a background thread.
    #[error("{cause}")]
    Internal { cause: Cause, field: Option<Field> },
}

impl Failure {
    /// Something failed that should always work.
    pub(crate) fn internal(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::Internal { cause: Arc::new(error), field: None }
    }

    /// Something failed around a picture that should always work.
    pub(crate) fn internal_picture(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::Internal { cause: Arc::new(error), field: Some(Field::Picture) }
    }

    /// What the user has to choose before anything is sent. `role` is the role that cannot be sent, if it is known.
    pub(crate) fn missing(missing: Missing, role: Option<&UserRole>) -> Self {
        match missing {
            Missing::Language => Self::OwnLanguageNeeded,
            Missing::Role => Self::RoleNotSent(role.cloned()),
        }
    }

    /// The failed request, if its kind says what failed; none after a more specific failure, such as a blocked route.
    pub(crate) fn request(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) | Self::Upload(error) | Self::NotChanged(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the user has to sign in again.
    pub(crate) fn is_signed_out(&self) -> bool {
        let session_ended = |error: &ApiError| error.kind == ApiErrorKind::SignedOut;
        matches!(self, Self::NotSignedIn | Self::NoSession) || self.request().is_some_and(session_ended)
    }

    /// How long the server asks to wait before the request is repeated.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.request().and_then(retry_after_seconds).map(|seconds| Duration::from_secs(seconds.into()))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

/// How long the server asks to wait, rounded up to seconds.
pub(crate) fn retry_after_seconds(error: &ApiError) -> Option<u32> {
    error.retry_after.map(|wait| u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX))
}

/// Whether the response says that the request is too large for its route. A retry would be too large as well, so only the
/// user can start one.
pub(crate) fn is_too_large(http_status: Option<u16>) -> bool {
    matches!(http_status, Some(413 | 414 | 431))
}
