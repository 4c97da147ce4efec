//! The reasons of those failures that have several, unless another crate defines them.

use std::io;
use std::sync::Arc;

/// What ended the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cancellation {
    /// The user cancelled the sign-in.
    #[error("cancelled")]
    SignIn,
    /// The user cancelled the batch of role changes.
    #[error("the batch was cancelled")]
    Batch,
    /// Another refresh of the team has replaced this one.
    #[error("another refresh has replaced this one")]
    Refresh,
    /// The session ended.
    #[error("the session ended")]
    Session,
    /// The app is closing.
    #[error("the app is closed")]
    App,
}

/// Why a password cannot be valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordProblem {
    /// It has no characters.
    #[error("the password is empty")]
    Empty,
    /// It has fewer characters than the API accepts for a new password.
    #[error("the password is too short")]
    TooShort,
    /// It has more characters than the API accepts.
    #[error("the password is too long")]
    TooLong,
}

/// Why a picture is not available.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum PictureGone {
    /// The prepared picture of an edit or a form.
    #[error("the prepared picture is gone")]
    Prepared,
    /// The page asked for an id that it was not shown.
    #[error("no picture of this id")]
    UnknownId,
    /// The picture in the editor was closed.
    #[error("no picture of this id is open")]
    Closed,
    /// The file was opened for an account that is no longer active.
    #[error("another account is active")]
    OtherAccount,
    /// A piece of the file is missing.
    #[error("the piece does not continue the file")]
    WrongPiece,
    /// The file cannot be read.
    #[error("{0}")]
    File(Arc<io::Error>),
}

/// Why an exported file could not be written.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ExportProblem {
    /// The disk is full.
    #[error("the disk is full: {0}")]
    Full(Arc<io::Error>),
    /// The folder for downloads is missing, or nothing can be written to it.
    #[error("the folder cannot be used: {0}")]
    Folder(Arc<io::Error>),
    /// Any other reason.
    #[error("{0}")]
    Other(Arc<io::Error>),
}

/// What a column of an imported file contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnMeaning {
    /// The email addresses.
    Email,
    /// The roles to give.
    Role,
    /// A part of the changes in an exported history.
    History,
}

/// Why a file is not a list of email addresses and roles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ListProblem {
    /// It has too many bytes.
    #[error("not a list: too large")]
    TooLarge,
    /// It is not text.
    #[error("not a list: not a text")]
    NotText,
    /// The columns of the addresses and roles cannot be found.
    #[error("not a list: no columns")]
    Columns,
    /// Several columns can be meant; with their names in the file.
    #[error("not a list: ambiguous columns")]
    Ambiguous { meaning: ColumnMeaning, columns: Vec<String> },
    /// It has no lines.
    #[error("not a list: empty")]
    Empty,
}

/// The page asked for something that it does not offer in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misuse {
    /// It needs an open team.
    #[error("no team is open")]
    NoTeam,
    /// It needs a batch of role changes, perhaps one that has ended.
    #[error("no batch")]
    NoBatch,
    /// Only a planned batch can be started.
    #[error("the batch is not a plan")]
    NotPlanned,
    /// An edit needs a profile to start from.
    #[error("no profile to start from")]
    NoProfile,
    /// This computer has no account with this id.
    #[error("no such account")]
    NoAccount,
    /// No file was exported since the start.
    #[error("no file was exported")]
    NothingExported,
    /// The server has no known page for two-factor authentication.
    #[error("no page is known for two-factor authentication")]
    NoTwoFactorPage,
    /// Colors are written `#rrggbb`.
    #[error("a color is written #rrggbb")]
    Color,
    /// The database could not be opened, so there is no picture folder either.
    #[error("there is no folder for pictures")]
    NoPictureFolder,
    /// A first page is not this long.
    #[error("the first page is too long")]
    LongPage,
}
