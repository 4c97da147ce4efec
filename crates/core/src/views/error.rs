//! How a failure crosses to the page: a closed code, an English message for logs, the server's own words in the details.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ProfileField;

/// Every failure that the page tells apart. A code is added only together with its row in the page's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ErrorCode {
    /// Not the address of a server (`details.problem`: `empty`, `notAnAddress`, `port`, `scheme`, `notSecure`, `credentials`,
    /// `query`, `route`, `tooLong`; `details.suggestion`: the address that may be meant).
    InvalidServer,
    /// Not an email address (`details.problem`: `empty`, `tooLong`, `notAnAddress`).
    InvalidEmail,
    /// A password that no account can have (`details.problem`: `empty`, `tooLong`).
    InvalidPassword,
    /// A two-factor code that is none: it has 1 to 6 characters.
    InvalidCode,
    /// Not an API token (`details.problem`: `empty`, `spaces`, `characters`).
    InvalidToken,
    /// The server could not be reached.
    Network,
    /// No server has this name.
    UnknownServer,
    /// The server's certificate is not trusted, or no TLS came about (`details.problem`: `expired`, `notYetValid`, `otherHost`,
    /// `unknownIssuer`, `notForServers`, `revoked`, `noTls`, `handshake`, `untrusted`).
    Tls,
    /// The proxy is the trouble (`details.problem`: `setting`, `kind`, `unreachable`, `credentials`, `refused`, `untrusted`).
    Proxy,
    /// The server is busy or broken for the moment.
    Transient,
    /// Something between this computer and the server answered in its place (`details.problem`: `renewal` where it keeps the
    /// session from being renewed).
    Between,
    /// Something between this computer and the server blocks one route, while the server answers others (`details.problem`:
    /// `size` where the request is too large for it).
    RouteBlocked,
    /// The server accepts a change and does not keep it.
    NotKept,
    /// The server answered for somebody else.
    OtherPerson,
    /// The session is over; sign in again.
    SignedOut,
    /// Email or password is wrong.
    WrongCredentials,
    /// The server asks for the six-digit code.
    TwoFactorRequired,
    /// The six-digit code is wrong or too old.
    TwoFactorWrong,
    /// The API token was refused.
    TokenRefused,
    /// The server forbids this to the signed-in person.
    Forbidden,
    /// No such API answers at this address.
    Missing,
    /// The person no longer exists on the server.
    PersonGone,
    /// Someone else changed the profile meanwhile, again and again; or so it is said (`details.problem`: `unchanged`), although
    /// it is as it was.
    Changed,
    /// The server refused the values; its sentence is in the details.
    Rejected,
    /// The server sent us to another host.
    Redirected,
    /// The answer is not this API's.
    Unreadable,
    /// First or last name: empty, too long, or with control characters (`details.problem`).
    InvalidName,
    /// A language that the service does not take, or no longer: another one has to be chosen.
    LanguageNotOffered,
    /// Not an https address of a picture (`details.problem`: `tooLong`, or `private` and `redirects` where Lapel does not
    /// go there).
    InvalidPictureUrl,
    /// No picture can be had from this address.
    PictureNotFound,
    /// The preferences say that pictures of other servers are not loaded.
    RemotePicturesOff,
    /// Not a picture at all.
    NotAPicture,
    /// A kind of picture that Lapel does not read (`details.problem`).
    UnsupportedPicture,
    /// Too many bytes or pixels.
    PictureTooLarge,
    /// A picture that ends early or is broken inside.
    DamagedPicture,
    /// The prepared picture is no longer on this computer.
    PictureGone,
    /// The server takes no uploads; the address of a picture is the way on.
    UploadRefused,
    /// The person cancelled it.
    Cancelled,
    /// The rules do not let the signed-in person set this role (`details.problem`: as in `RoleOffer.reason`, or `givesOwner`,
    /// `givesUnknown`, `notGiven`, `noChange`).
    RoleNotAllowed,
    /// The row has another role by now (`details.problem`), and nothing was changed.
    RoleMoved,
    /// The row is no longer in the team, and nothing was changed.
    RowGone,
    /// The organization is no longer there, or the person no longer in it.
    TeamGone,
    /// The fields that were changed here have other values on the server by now, and nothing was changed.
    PersonMoved,
    /// This server empties what a change leaves out, and the own language is one that it does not take: another one has to be
    /// chosen first.
    OwnLanguageNeeded,
    /// This server empties what a change leaves out, and the role is one that cannot be sent along (`details.problem`: its
    /// spelling, where it is known). So nothing is sent.
    RoleNotSent,
    /// This server empties what a change leaves out, and the language of others cannot be read: one has to be chosen.
    LanguageNeeded,
    /// The file is no list of email addresses and roles (`details.problem`: `tooLarge`, `text`, `columns`, `empty`).
    NotAList,
    /// The team was never read to its end on this computer, so that nobody knows yet whom a list means.
    TeamNotRead,
    /// The file for the person could not be written.
    ExportFailed,
    /// There are edits that were not sent (`details.count`).
    UnsentEdits,
    /// The keyring is locked.
    KeyringLocked,
    /// This computer has no keyring.
    KeyringAbsent,
    /// Signed out, but the keyring did not let the token go; Lapel tries again at its next starts.
    TokenLeft,
    /// Lapel could not read or write its data.
    StorageFailed,
    /// Saving is disabled because of the state of the data folder.
    SavingDisabled,
    /// The demo server inside the app did not start.
    SandboxFailed,
    /// A mistake of ours.
    Internal,
}

/// What is known beyond the code; all of it optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct ErrorDetails {
    /// The code in the server's envelope, such as 5120.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<i32>")]
    pub server_code: Option<i64>,
    /// The sentence in the server's envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_message: Option<String>,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<ProfileField>,
    /// A closed word the page may translate: `empty`, `tooLong`, `control`; `svg`, `heic`, `avif`, `jpegXl`, `rareJpeg`,
    /// `bmp`, `ico`, `tiff`, `pdf`, `text`; `private`, `redirects`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How long the server asks to wait, in seconds, at most 18 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// A number that belongs in the sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<i32>")]
    pub count: Option<i64>,
    /// The status of the HTTP answer, where one came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The host that the request was for, with its port where that is not the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The certificate that was shown and not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateView>,
    /// The proxy on the way, with its port and never with its user name or password; the variable's name where the setting
    /// cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// What may be taken instead of what was typed, where the person agrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// A certificate as whoever asks an administrator for help needs it. Each text is the certificate's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CertificateView {
    /// Whom it was made out to; empty where it says nothing.
    pub subject: String,
    /// The hosts that it is valid for.
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// The moment from which it is valid, in milliseconds since 1970.
    #[ts(type = "number")]
    pub not_before: i64,
    /// The moment after which it is no longer valid, in milliseconds since 1970.
    #[ts(type = "number")]
    pub not_after: i64,
}

/// A failure as the page gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
#[ts(export)]
pub struct AppError {
    /// Decides text, severity and action on the page.
    pub code: ErrorCode,
    /// English, for logs.
    pub message: String,
    /// More, where there is more.
    pub details: Box<ErrorDetails>,
}

impl AppError {
    /// A failure without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Box::default() }
    }

    /// The same failure, about one field.
    #[must_use]
    pub fn about(mut self, field: ProfileField) -> Self {
        self.details.field = Some(field);
        self
    }

    /// The same failure with the closed word that says which.
    #[must_use]
    pub fn problem(mut self, word: &str) -> Self {
        self.details.problem = Some(word.to_owned());
        self
    }
}
