//! Who is signed in where, and what signing in takes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What kind of server an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ServerKind {
    /// The demo server inside the app.
    Sandbox,
    /// The public service.
    Applivery,
    /// Another address.
    Other,
}

/// A server on offer, or the one in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServerOffer {
    /// What commands take as `server`: the word `sandbox`, or an address with `/v1`.
    pub key: String,
    /// What kind it is.
    pub kind: ServerKind,
}

/// An account on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountView {
    /// Its number on this computer.
    #[ts(type = "number")]
    pub id: i64,
    /// Its server.
    pub server: ServerOffer,
    /// Email address, for the sign-in form that appears over the page.
    pub email: String,
    /// Whether it signed in with an API token rather than a password.
    pub by_token: bool,
}

/// Where the session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SessionState {
    /// Nobody: the sign-in page.
    SignedOut,
    /// An account, and its token not fetched from the keyring yet.
    Starting,
    /// Signed in.
    SignedIn,
    /// The server ended the session: sign in again, over the page.
    Expired,
    /// The keyring is locked: unlock it and try again, or sign in again.
    KeyringLocked,
    /// This computer has no keyring, so the token of the last start is gone: sign in again.
    KeyringAbsent,
    /// The keyring has lost the entry: sign in again.
    TokenLost,
}

/// Where the token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TokenKeeping {
    /// In the keyring of the system.
    Keyring,
    /// In memory only: the next start will ask to sign in again.
    Memory,
}

/// Signing in with email and password. Never stored, never logged.
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
    /// The six-digit code, where the server asked for it.
    pub two_factor_code: Option<String>,
}

/// Signing in with an API token. Never stored outside the keyring, never logged.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TokenSignIn {
    /// `ServerOffer.key`, or a typed address.
    pub server: String,
    /// The token.
    pub token: String,
}
