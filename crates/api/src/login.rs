//! Signing in with email and password. What happens with the session afterwards is in `connection`.

use lapel_domain::Profile;
use reqwest::header::ACCEPT;
use tracing::instrument;

use crate::envelope::Bodyless;
use crate::request::Load;
use crate::transport::send_request;
use crate::wire::{login_body, read_session, read_user};
use crate::{ApiError, ApiErrorKind, Endpoint, Http, Secret, Tokens, envelope, routes};

/// Signs in. `language` is the BCP 47 tag in which the server may write to the person.
///
/// # Errors
/// [`ApiErrorKind::WrongCredentials`], [`ApiErrorKind::TwoFactorRequired`] and [`ApiErrorKind::TwoFactorWrong`] are for
/// the person; any other kind as for every request.
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
    let reply = send_request(http, endpoint, Load::Document, request).await?;
    let mut data = envelope::data(&reply, Bodyless::Never).map_err(about_credentials)?;
    let profile = data.get("user").and_then(|user| read_user(user, endpoint));
    let tokens = read_session(&mut data, envelope::server_time(reply.date.as_deref()));
    tokens.zip(profile).ok_or_else(|| envelope::unreadable(&reply))
}

/// There is no session yet that could be over: a known code is about what was typed, of any other the server's own
/// sentence tells more.
fn about_credentials(error: ApiError) -> ApiError {
    match (error.kind, error.code) {
        (ApiErrorKind::SignedOut, Some(4002 | 4004)) => ApiError { kind: ApiErrorKind::WrongCredentials, ..error },
        (ApiErrorKind::SignedOut, _) => ApiError { kind: ApiErrorKind::Rejected, ..error },
        _ => error,
    }
}
