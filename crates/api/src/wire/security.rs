//! The request bodies about passwords, the verification of an email address, and two-factor authentication.

use serde::Serialize;

use crate::Secret;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdatePassword<'a> {
    password: &'a str,
    new_password: &'a str,
}

#[derive(Serialize)]
struct ChangePassword<'a> {
    token: &'a str,
    password: &'a str,
}

#[derive(Serialize)]
struct Confirmation<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

/// The body of `updatePassword`.
pub(crate) fn update_password_body<'a>(current: &'a Secret, new: &'a Secret) -> impl Serialize + 'a {
    UpdatePassword { password: current.expose(), new_password: new.expose() }
}

/// The body of `changePassword`. `token` is that of the link in a mail.
pub(crate) fn change_password_body<'a>(token: &'a Secret, new: &'a Secret) -> impl Serialize + 'a {
    ChangePassword { token: token.expose(), password: new.expose() }
}

/// The body of `forgotPassword`.
pub(crate) fn forgot_password_body<'a>(email: &'a str, language: Option<&'a str>) -> impl Serialize + 'a {
    Confirmation { email: Some(email), password: None, language }
}

/// The body of `resendVerification`.
pub(crate) fn resend_verification_body<'a>(
    email: &'a str,
    password: &'a Secret,
    language: Option<&'a str>,
) -> impl Serialize + 'a {
    Confirmation { email: Some(email), password: Some(password.expose()), language }
}

/// The body of `removeTwoFactor`.
pub(crate) fn remove_two_factor_body(password: &Secret) -> impl Serialize + '_ {
    Confirmation { email: None, password: Some(password.expose()), language: None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_follow_the_contract() {
        let (one, two) = (Secret::new("one".into()), Secret::new("two".into()));
        let bodies = [
            (
                serde_json::to_value(update_password_body(&one, &two)),
                json!({ "password": "one", "newPassword": "two" }),
            ),
            (serde_json::to_value(change_password_body(&one, &two)), json!({ "token": "one", "password": "two" })),
            (serde_json::to_value(forgot_password_body("a@b", None)), json!({ "email": "a@b" })),
            (
                serde_json::to_value(resend_verification_body("a@b", &one, Some("es"))),
                json!({ "email": "a@b", "password": "one", "language": "es" }),
            ),
            (serde_json::to_value(remove_two_factor_body(&one)), json!({ "password": "one" })),
        ];
        for (body, expected) in bodies {
            assert_eq!(body.unwrap(), expected);
        }
    }
}
