//! The security of an account: what the page may offer, and the input of its forms.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a person cannot use the forms about their password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum NoPasswordReason {
    /// They signed in with an API token.
    ApiToken,
    /// They sign in by SSO.
    Sso,
    /// Their account has no password.
    NoPassword,
}

/// The security of the active account. The profile says when the person last signed in and whether two-factor
/// authentication is on; `Snapshot.tokenKeeping` says where the token is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SecurityView {
    /// Why the forms about the password are not offered; none if they are.
    pub no_password: Option<NoPasswordReason>,
    /// Whether two-factor authentication is on; none if the server did not say.
    pub two_factor: Option<bool>,
    /// Whether the email address is verified; none if the server did not say.
    pub verified: Option<bool>,
    /// The service's page where two-factor authentication is switched on; none if the server has no known one.
    pub two_factor_page: Option<String>,
}

/// A password, or the link of a mail, as it was typed. `Debug` does not show it. The core moves the text out of it, into a
/// type that wipes it.
#[derive(Clone, Deserialize, TS)]
#[serde(transparent)]
#[ts(export, type = "string")]
pub struct TypedSecret(pub String);

impl fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A new password of the signed-in person. Never stored, never logged.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PasswordChange {
    /// The current password.
    pub current: TypedSecret,
    /// The new password.
    pub new_password: TypedSecret,
}

/// A new password for a person who has the link of a mail. Never stored, never logged.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PasswordReset {
    /// `ServerOffer.key`, or a typed address.
    pub server: String,
    /// The whole link, or its token.
    pub link: TypedSecret,
    /// The new password.
    pub new_password: TypedSecret,
}

/// The current password of the signed-in person, for a request that needs it. Never stored, never logged.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PasswordConfirmation {
    /// The current password.
    pub password: TypedSecret,
}

/// The server was asked for a mail with a link for a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ForgottenPassword {
    /// The link, from the demo server only, because it sends no mails; none if nobody has the address.
    pub demo_link: Option<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn debug_shows_no_password_and_no_link() {
        let change = r#"{"current":"hunter2","newPassword":"hunter3"}"#;
        let reset = r#"{"server":"sandbox","link":"https://a/?token=hunter2","newPassword":"hunter3"}"#;
        let change: PasswordChange = serde_json::from_str(change).unwrap();
        let reset: PasswordReset = serde_json::from_str(reset).unwrap();
        let confirmation: PasswordConfirmation = serde_json::from_str(r#"{"password":"hunter2"}"#).unwrap();
        assert_eq!((change.current.0.as_str(), reset.new_password.0.as_str()), ("hunter2", "hunter3"));
        assert!(!format!("{change:?} {reset:#?} {confirmation:?}").contains("hunter"));
    }
}
