//! Servers, accounts, the state of the session, and the data for signing in.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{PictureView, ProfileField};

/// The kind of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ServerKind {
    /// The demo server inside the app.
    Sandbox,
    /// The public service.
    Applivery,
    /// A server at another address.
    Other,
}

/// A server to choose, or the one in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServerOffer {
    /// The value for `server` in commands: the word `sandbox`, or an address with `/v1`.
    pub key: String,
    /// The kind.
    pub kind: ServerKind,
}

/// An account on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountView {
    /// Its id on this computer.
    #[ts(type = "number")]
    pub id: i64,
    /// The person's id on the server.
    pub user_id: String,
    /// The server.
    pub server: ServerOffer,
    /// Email address, also for the sign-in dialog over the page.
    pub email: String,
    /// Whether the user signed in with an API token and not with a password.
    pub by_token: bool,
    /// The person's name; the email address if no profile is cached.
    pub full_name: String,
    /// The initials of that name.
    pub initials: String,
    /// The person's picture, as last seen while the account was active.
    pub picture: Option<PictureView>,
    /// The number of fields with an edit that the server has not accepted yet.
    #[ts(type = "number")]
    pub unsent: usize,
}

/// The state of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SessionState {
    /// No account is active: the sign-in page is shown.
    SignedOut,
    /// An account is active, and its token was not read from the keyring yet.
    Starting,
    /// Signed in.
    SignedIn,
    /// The server has ended the session. The user signs in again, in a dialog over the page.
    Expired,
    /// The keyring is locked. The user can unlock it and try again, or sign in again.
    KeyringLocked,
    /// Several entries of the keyring match the account. The user can have the surplus removed, or sign in again.
    KeyringAmbiguous,
    /// This computer has no keyring, so the token was lost when the app was closed. The user has to sign in again.
    KeyringAbsent,
    /// The keyring does not have the token any more. The user has to sign in again.
    TokenLost,
    /// The token was in memory only, so it was lost when the app was closed. The user has to sign in again.
    TokenNotKept,
}

/// Where the token is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TokenKeeping {
    /// In the keyring of the operating system.
    Keyring,
    /// Only in memory: after the next start the user has to sign in again.
    Memory,
    /// Only in memory, because several entries of the keyring match the account.
    MemoryAmbiguous,
    /// Only in memory, because the keyring service of this computer has no keyring for new entries.
    MemoryNotSetUp,
}

/// Sign-in with email address and password. Never stored, never logged.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SignIn {
    /// `ServerOffer.key`, or a typed address.
    pub server: String,
    /// Email address.
    pub email: String,
    /// Password.
    pub password: String,
    /// The six-digit code; none if the server did not ask for it.
    pub two_factor_code: Option<String>,
}

/// Sign-in with an API token. Only ever stored in the keyring, never logged.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TokenSignIn {
    /// `ServerOffer.key`, or a typed address.
    pub server: String,
    /// The token.
    pub token: String,
}

/// The accounts to sign out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SignOutScope {
    /// The active account.
    ThisAccount,
    /// All accounts of this computer, also those that need to sign in again.
    AllAccounts,
}

/// What a sign-out of an account would lose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UnsentWork {
    /// `AccountView.id`.
    #[ts(type = "number")]
    pub account: i64,
    /// The fields with an edit that the server has not accepted yet, or with a value that is typed and not saved.
    pub fields: Vec<ProfileField>,
    /// Whether a role is chosen and not saved.
    pub role: bool,
    /// The number of other people with values that are typed and not saved.
    #[ts(type = "number")]
    pub drafts_about_others: usize,
}

impl UnsentWork {
    /// The number of changes.
    pub(crate) fn count(&self) -> usize {
        self.fields.len() + usize::from(self.role) + self.drafts_about_others
    }
}
