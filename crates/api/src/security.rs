//! Requests about the security of an account: its password, the verification of its email address, and two-factor
//! authentication. Some need no session, because a person who has forgotten the password cannot sign in.
//!
//! A response counts as a success only with the API's envelope: the person must not rely on a password that was not
//! changed.

use reqwest::Method;
use reqwest::header::ACCEPT;
use serde::Serialize;
use tracing::instrument;
use url::Url;

use crate::envelope::EmptyBody;
use crate::login::as_credentials_error;
use crate::request::Payload;
use crate::transport::send_request;
use crate::wire::{
    change_password_body, forgot_password_body, remove_two_factor_body, resend_verification_body, update_password_body,
};
use crate::{ApiError, ApiErrorKind, Connection, Delivery, Endpoint, Http, Secret, envelope, routes};

impl Connection {
    /// Replaces the signed-in user's password. The server may end other sessions, or all of them.
    ///
    /// # Errors
    /// [`ApiErrorKind::WrongCredentials`] if `current` is not the password; [`ApiErrorKind::WeakPassword`] if the
    /// server does not accept `new`. After [`Delivery::Unknown`] the password may have been replaced.
    #[instrument(skip_all)]
    pub async fn change_password(&self, current: &Secret, new: &Secret) -> Result<(), ApiError> {
        let url = routes::update_password(self.endpoint());
        self.send_security(Method::POST, url, &update_password_body(current, new)).await
    }

    /// Switches two-factor authentication off.
    ///
    /// # Errors
    /// [`ApiErrorKind::WrongCredentials`] if `password` is wrong; [`ApiErrorKind::Missing`] with `known` if two-factor
    /// authentication is not on; [`ApiErrorKind::TwoFactorWrong`] if the server asks for a code, for which this request
    /// has no field.
    #[instrument(skip_all)]
    pub async fn remove_two_factor(&self, password: &Secret) -> Result<(), ApiError> {
        let url = routes::two_factor(self.endpoint());
        self.send_security(Method::DELETE, url, &remove_two_factor_body(password)).await
    }

    /// Sends a password over a connection that is closed afterwards (see [`Http::separate`]).
    async fn send_security(&self, method: Method, url: Url, body: &impl Serialize) -> Result<(), ApiError> {
        let http = self.http().separate().map_err(|error| {
            tracing::error!(%error, "no connection for a password");
            ApiError::new(ApiErrorKind::Network, Delivery::NotSent)
        })?;
        let client = http.client(self.endpoint());
        let request = || Ok(client.request(method.clone(), url.clone()).json(body));
        let response = self.call(Payload::Document, EmptyBody::Never, request).await;
        response.map(drop).map_err(as_security_error)
    }
}

/// Asks for a mail with a link for a new password. `language` is a BCP 47 tag for the mail.
///
/// # Errors
/// [`ApiErrorKind::TooSoon`] shortly after another mail. A server that reveals that it does not know the address sends
/// [`ApiErrorKind::Missing`] with `known` or [`ApiErrorKind::WrongCredentials`].
#[instrument(skip_all)]
pub async fn forgot_password(
    http: &Http,
    endpoint: &Endpoint,
    email: &str,
    language: Option<&str>,
) -> Result<(), ApiError> {
    send_signed_out(http, endpoint, routes::forgot_password(endpoint), &forgot_password_body(email, language)).await
}

/// Sets a new password with the token of the link in a mail. The server may end all sessions of the user.
///
/// # Errors
/// [`ApiErrorKind::WrongCredentials`] if the token is unknown, used or expired; [`ApiErrorKind::WeakPassword`] if the
/// server does not accept the password; the token then stays valid. After [`Delivery::Unknown`] the password may have
/// been set.
#[instrument(skip_all)]
pub async fn reset_password(http: &Http, endpoint: &Endpoint, token: &Secret, new: &Secret) -> Result<(), ApiError> {
    send_signed_out(http, endpoint, routes::change_password(endpoint), &change_password_body(token, new)).await
}

/// Asks for another mail with a link that verifies the email address. `language` is a BCP 47 tag for the mail.
///
/// # Errors
/// [`ApiErrorKind::WrongCredentials`] if the password is wrong; [`ApiErrorKind::TooSoon`] shortly after another mail.
#[instrument(skip_all)]
pub async fn resend_verification(
    http: &Http,
    endpoint: &Endpoint,
    email: &str,
    password: &Secret,
    language: Option<&str>,
) -> Result<(), ApiError> {
    let body = resend_verification_body(email, password, language);
    send_signed_out(http, endpoint, routes::resend_verification(endpoint), &body).await
}

async fn send_signed_out(http: &Http, endpoint: &Endpoint, url: Url, body: &impl Serialize) -> Result<(), ApiError> {
    let request = || Ok(http.client(endpoint).post(url.clone()).header(ACCEPT, "application/json").json(body));
    let response = send_request(http, endpoint, Payload::Document, request).await?;
    let data = envelope::data(&response, EmptyBody::Never);
    data.map(drop).map_err(|error| as_security_error(as_credentials_error(error)))
}

/// These codes have a meaning of their own only for the requests in this file.
fn as_security_error(error: ApiError) -> ApiError {
    let kind = match error.code {
        Some(4007) => ApiErrorKind::TooSoon,
        Some(5057) => ApiErrorKind::WeakPassword,
        _ => return error,
    };
    ApiError { kind, delivery: Delivery::Answered, ..error }
}
