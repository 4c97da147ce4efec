//! The error type of all commands: a code that the page translates, an English message for logs, and details.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ProfileField;

/// The kinds of failures that the page distinguishes. A new code also needs its entry in the page's table of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ErrorCode {
    /// Not a valid server address (`details.problem`: `empty`, `notAnAddress`, `port`, `scheme`, `notSecure`,
    /// `credentials`, `query`, `route`, `tooLong`; `details.suggestion`: an address that may be meant).
    InvalidServer,
    /// Not a valid email address (`details.problem`: `empty`, `tooLong`, `notAnAddress`).
    InvalidEmail,
    /// Not a valid password (`details.problem`: `empty`, `tooLong`).
    InvalidPassword,
    /// Not a valid new password (`details.problem`: `empty`, `tooShort`, `tooLong`).
    InvalidNewPassword,
    /// Not the link of a mail about a forgotten password, and not its token (`details.problem`: `empty`, `spaces`,
    /// `noToken`, `tooLong`).
    InvalidLink,
    /// Not a valid two-factor code: it must have 1 to 6 characters.
    InvalidCode,
    /// Not a valid API token (`details.problem`: `empty`, `spaces`, `characters`).
    InvalidToken,
    /// The server could not be reached.
    Network,
    /// The host name cannot be resolved.
    UnknownServer,
    /// The server's certificate is not trusted, or the TLS handshake failed (`details.problem`: `expired`,
    /// `notYetValid`, `otherHost`, `unknownIssuer`, `notForServers`, `revoked`, `noTls`, `handshake`, `untrusted`).
    Tls,
    /// The connection failed at the proxy (`details.problem`: `setting`, `kind`, `unreachable`, `credentials`,
    /// `refused`, `untrusted`).
    Proxy,
    /// The server is busy or temporarily unavailable.
    Transient,
    /// An intermediary (proxy, captive portal) responded instead of the server (`details.problem`: `renewal` if it
    /// blocks the renewal of the session).
    Intermediary,
    /// Only an older version of the profile than the known one could be read. An intermediary may keep it; if it is still so after
    /// five minutes, it is the server's.
    OlderProfile,
    /// An intermediary blocks one route, while the server responds on others (`details.problem`: `size` if the
    /// request is too large for the intermediary).
    RouteBlocked,
    /// The server accepted a change and did not store it.
    NotKept,
    /// The response is about another person.
    OtherPerson,
    /// The session has ended: the user has to sign in again.
    SignedOut,
    /// Email or password is wrong.
    WrongCredentials,
    /// The current password is wrong.
    WrongPassword,
    /// The server does not accept the new password, because it is too simple. Its message is in the details.
    WeakPassword,
    /// No response of the server arrived, so the password may have been changed or not.
    PasswordUnknown,
    /// The link of the mail is unknown, used or expired.
    LinkRefused,
    /// The server sends the next mail only later (`details.retryAfter`, if the server says when).
    TooSoon,
    /// The email address is already verified.
    AlreadyVerified,
    /// The server did not switch two-factor authentication off, for example because it asks for a code, for which its API
    /// has no field.
    TwoFactorKept,
    /// The server requires the six-digit code.
    TwoFactorRequired,
    /// The six-digit code is wrong or has expired.
    TwoFactorWrong,
    /// The server rejected the API token.
    TokenRefused,
    /// The server does not allow this to the signed-in user.
    Forbidden,
    /// There is no such API at this address.
    Missing,
    /// The user no longer exists on the server.
    PersonGone,
    /// Other changes to the profile interrupted every attempt. `details.problem` is `unchanged` if the server says so
    /// although the values are the same as before.
    Changed,
    /// The server rejected the values. Its message is in the details.
    Rejected,
    /// The server redirects to another host.
    Redirected,
    /// The response does not have the form that the API defines.
    Unreadable,
    /// Not a valid first or last name: empty, too long, or with control characters (`details.problem`).
    InvalidName,
    /// The service does not accept this language, or no longer. The user has to choose another one.
    LanguageNotOffered,
    /// Not an https address of a picture (`details.problem`: `tooLong`), or one that Lapel does not load (`private`,
    /// `redirects`).
    InvalidPictureUrl,
    /// No picture can be loaded from this address.
    PictureNotFound,
    /// According to the preferences, pictures are not loaded from other servers.
    RemotePicturesOff,
    /// The file is not a picture.
    NotAPicture,
    /// A picture format that Lapel does not support (`details.problem`).
    UnsupportedPicture,
    /// The picture has too many bytes or pixels.
    PictureTooLarge,
    /// The picture is truncated or damaged.
    DamagedPicture,
    /// The prepared picture is no longer on this computer.
    PictureGone,
    /// The server does not accept uploads. The user can enter the address of a picture instead.
    UploadRefused,
    /// The user cancelled the work, something newer replaced it, or the app is closing.
    Cancelled,
    /// The signed-in user may not set this role (`details.problem`: as in `RoleOffer.reason`, or `givesOwner`,
    /// `givesUnknown`, `notGiven`, `noChange`).
    RoleNotAllowed,
    /// The row has another role now (`details.problem`: that role). Nothing was changed.
    RoleMoved,
    /// Not a valid tag (`details.problem`: `empty`, `tooLong`, `control`, `tooMany`).
    InvalidTag,
    /// The signed-in user may not change the tags of this team.
    TagsNotAllowed,
    /// The row has other tags now. Nothing was changed.
    TagsMoved,
    /// The row is no longer in the team. Nothing was changed.
    RowGone,
    /// The organization no longer exists, or the user no longer belongs to it.
    TeamGone,
    /// A changed field has another value on the server now. Nothing was changed.
    PersonMoved,
    /// This server empties fields that a PUT leaves out, and it does not accept the user's current language. The user
    /// has to choose another one first.
    OwnLanguageNeeded,
    /// This server empties fields that a PUT leaves out, and the API does not accept the current role in a PUT
    /// (`details.problem`: the role, if it is known). Nothing was sent.
    RoleNotSent,
    /// This server empties fields that a PUT leaves out, and the language of other people cannot be read. The user
    /// has to choose it.
    LanguageNeeded,
    /// The file is not a list of email addresses and roles (`details.problem`: `tooLarge`, `text`, `columns`,
    /// `ambiguousEmail`, `ambiguousRole`, `ambiguousHistory`, `empty`; `details.columns`: the ambiguous ones).
    NotAList,
    /// The team was never read completely on this computer, so the addresses in a list may belong to rows that are
    /// not known yet.
    TeamNotRead,
    /// A batch of role changes is running, and only one can run at a time.
    BatchRunning,
    /// The exported file could not be written (`details.problem`: `full`, `folder`).
    ExportFailed,
    /// The file manager could not be opened.
    FolderNotShown,
    /// The browser could not be opened.
    PageNotOpened,
    /// The text could not be put into the clipboard.
    NotCopied,
    /// There are unsent edits (`details.count`).
    UnsentEdits,
    /// The keyring is locked.
    KeyringLocked,
    /// This computer has no keyring.
    KeyringAbsent,
    /// Several entries of the keyring match the account. Only another program makes such entries.
    KeyringAmbiguous,
    /// The keyring service of this computer has no keyring for new entries.
    KeyringNotSetUp,
    /// The user is signed out, but several entries of the keyring match the account. They are removed only with the user's
    /// consent.
    TokenAmbiguous,
    /// The user is signed out, but the token could not be removed from the keyring. Lapel tries again at each start.
    TokenLeft,
    /// Lapel could not read or write its data.
    StorageFailed,
    /// Saving is disabled because of the state of the data folder.
    SavingDisabled,
    /// The demo server inside the app did not start.
    SandboxFailed,
    /// A bug in Lapel.
    Internal,
}

impl ErrorCode {
    /// The name of the code, as the page and the store spell it.
    pub(crate) fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }

    /// The code of a name; none if it is not known.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }
}

/// Details of a failure. All of them are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct ErrorDetails {
    /// The code in the server's envelope, such as 5120.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<i32>")]
    pub server_code: Option<i64>,
    /// The message in the server's envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_message: Option<String>,
    /// The field that the failure is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<ProfileField>,
    /// The exact problem, as a fixed word that the page can translate. The codes list their words; for pictures and
    /// names: `empty`, `tooLong`, `control`; `svg`, `jpegXl`, `rareJpeg`, `rareHeif`, `bmp`, `ico`, `pdf`,
    /// `tiffNumbers`, `tiffDepth`, `tiffCompression`, `tiffOldJpeg`, `tiffColors`, `text`; `linkedHeic`, `linkedAvif`,
    /// `linkedTiff`; `private`, `redirects`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How long the server asks to wait, in seconds; at most 18 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// A number for the page's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<i32>")]
    pub count: Option<i64>,
    /// The HTTP status of the response; none if there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The host of the request, with its port unless that is the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The certificate that Lapel rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateView>,
    /// The proxy of the request with its port, never with user name or password. If its setting cannot be parsed, the
    /// name of the environment variable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// A value that may be meant instead of the typed one. The user has to agree to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// The names of the columns that make an imported file ambiguous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
}

/// The data of a certificate that an administrator needs to help the user. All texts come from the certificate
/// itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CertificateView {
    /// The subject; empty if it has none.
    pub subject: String,
    /// The host names that it is valid for.
    pub names: Vec<String>,
    /// The issuer.
    pub issuer: String,
    /// Start of its validity, in milliseconds since 1970.
    #[ts(type = "number")]
    pub not_before: i64,
    /// End of its validity, in milliseconds since 1970.
    #[ts(type = "number")]
    pub not_after: i64,
}

/// The failure of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
#[ts(export)]
pub struct AppError {
    /// The page chooses text, severity and action by it.
    pub code: ErrorCode,
    /// An English message for logs.
    pub message: String,
    /// Details.
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

    /// The same failure, with the word for [`ErrorDetails::problem`].
    #[must_use]
    pub fn problem(mut self, word: &str) -> Self {
        self.details.problem = Some(word.to_owned());
        self
    }
}
