//! Sign-in with email and password.

use lapel_domain::Profile;
use reqwest::header::ACCEPT;
use tracing::instrument;

use crate::envelope::EmptyBody;
use crate::request::Payload;
use crate::transport::send_request;
use crate::wire::{login_body, read_session, read_user};
use crate::{ApiError, ApiErrorKind, Endpoint, Http, Secret, Tokens, envelope, routes};

/// Signs in. `language` is a BCP 47 tag; the server may use that language for messages to the user.
///
/// # Errors
/// The user can correct [`ApiErrorKind::WrongCredentials`], [`ApiErrorKind::TwoFactorRequired`] and
/// [`ApiErrorKind::TwoFactorWrong`]. The other kinds are the same as for every request.
#[instrument(skip_all)]
pub async fn login(
    http: &Http,
    endpoint: &Endpoint,
    email: &str,
    password: &Secret,
    two_factor_code: Option<&str>,
    language: Option<&str>,
) -> Result<(Tokens, Profile), ApiError> {
    let body = login_body(email, password, two_factor_code, language);
    let request = || {
        let request = http.client(endpoint).post(routes::login(endpoint)).header(ACCEPT, "application/json");
        Ok(request.json(&body))
    };
    let response = send_request(http, endpoint, Payload::Document, request).await?;
    let mut data = envelope::data(&response, EmptyBody::Never).map_err(as_credentials_error)?;
    let profile = data.get("user").and_then(|user| read_user(user, endpoint));
    let tokens = read_session(&mut data, envelope::server_time(response.date.as_deref()));
    tokens.zip(profile).ok_or_else(|| envelope::unreadable(&response))
}

/// Without a session, as at sign-in, none could have ended. The known codes mean wrong credentials; for any other code,
/// the server's message explains more than the kind.
pub(crate) fn as_credentials_error(error: ApiError) -> ApiError {
    match (error.kind, error.code) {
        (ApiErrorKind::SignedOut, Some(4002 | 4004)) => ApiError { kind: ApiErrorKind::WrongCredentials, ..error },
        (ApiErrorKind::SignedOut, _) => ApiError { kind: ApiErrorKind::Rejected, ..error },
        _ => error,
    }
}
