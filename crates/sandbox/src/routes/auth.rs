//! Sign-in, token renewal, sign-out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use rusqlite::Connection;

use crate::app::App;
use crate::config::CodeStatus;
use crate::fields::{self, Fields, InvalidValue};
use crate::response::{ApiError, HandlerResult, done, success};
use crate::sessions::TokenPair;
use crate::users::Secrets;
use crate::{body, clock, headers, passwords, sessions, users};

struct Credentials {
    email: String,
    password: String,
    code: Option<String>,
}

/// POST /auth/login
pub(super) async fn login(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> HandlerResult {
    let fields = body::object(&headers, body, ApiError::bad_request).await?;
    let Credentials { email, password, code } =
        credentials(&fields).map_err(|InvalidValue(message)| ApiError::bad_request(message))?;
    let secrets = app.database.transact(move |db| users::secrets_by_email(db, &email)).await?;
    let hash = secrets.as_ref().and_then(|secrets| secrets.password_hash.clone());
    let matches = app.passwords.verify(password, hash).await?;
    let Some(secrets) = secrets.filter(|_| matches) else { return Err(ApiError::invalid_credentials()) };
    let (lifetimes, origin, status) = (app.lifetimes, headers::origin(&headers), app.quirks().code_status);
    let session = app.database.transact(move |db| {
        check_code(db, &secrets, code.as_deref(), status)?;
        db.execute("UPDATE user SET last_login = ?2 WHERE id = ?1", (&secrets.user, clock::now()))?;
        let mut session = sessions::begin(db, &secrets.user, lifetimes)?;
        let user = users::load(db, &secrets.user)?.ok_or_else(ApiError::not_found)?;
        session["user"] = users::document(db, &user, &origin)?;
        Ok(session)
    });
    Ok(success(session.await?))
}

fn credentials(fields: &Fields) -> Result<Credentials, InvalidValue> {
    if fields.required("provider")? != "traditional" {
        return Err(InvalidValue("provider must be traditional".to_owned()));
    }
    fields.optional_language()?;
    let payload = fields.object("payload")?;
    let (email, password) = (payload.required("email")?, payload.password("password")?);
    fields::email(email)?;
    let code = payload.text("twoFactorCode")?;
    if code.is_some_and(|code| !(1..=6).contains(&code.chars().count())) {
        return Err(InvalidValue("twoFactorCode must have 1 to 6 characters".to_owned()));
    }
    Ok(Credentials { email: email.to_owned(), password, code: code.map(str::to_owned) })
}

/// Checks the two-factor code. Each code is valid once: its time step must be later than the last one used.
fn check_code(db: &Connection, secrets: &Secrets, code: Option<&str>, status: CodeStatus) -> Result<(), ApiError> {
    let Some(secret) = &secrets.totp_secret else { return Ok(()) };
    let code = code.ok_or_else(|| ApiError::code_required(status))?;
    let seconds = u64::try_from(clock::now() / 1000).unwrap_or_default();
    let step = passwords::totp_step(secret, code, seconds)?.and_then(|step| i64::try_from(step).ok());
    let Some(step) = step else { return Err(ApiError::wrong_code(status)) };
    // One statement, so that only one of two concurrent sign-ins with the same code succeeds.
    let sql = "UPDATE user SET totp_last_step = ?2 WHERE id = ?1 AND totp_last_step < ?2";
    if db.execute(sql, (&secrets.user, step))? == 0 { Err(ApiError::wrong_code(status)) } else { Ok(()) }
}

/// POST /auth/refresh
///
/// Ignores the Authorization header: the token pair identifies the session.
pub(super) async fn refresh(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> HandlerResult {
    let fields = body::object(&headers, body, ApiError::bad_request).await?;
    let last = pair(&fields).map_err(|InvalidValue(message)| ApiError::bad_request(message))?;
    let (lifetimes, keeps_refresh_token) = (app.lifetimes, app.quirks().keeps_refresh_token);
    let renewed = app.database.transact(move |db| sessions::renew(db, &last, lifetimes, keeps_refresh_token)).await?;
    Ok(success(renewed.ok_or_else(ApiError::invalid_pair)?))
}

fn pair(fields: &Fields) -> Result<TokenPair, InvalidValue> {
    let token = |key| match fields.required(key)? {
        "" => Err(InvalidValue(format!("{key} must not be empty"))),
        token => Ok(token.to_owned()),
    };
    Ok(TokenPair { access: token("lastAccessToken")?, refresh: token("refreshToken")? })
}

/// POST /auth/logout
pub(super) async fn logout(State(app): State<Arc<App>>, headers: HeaderMap) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    if app.quirks().no_logout {
        return Err(ApiError::route_not_found());
    }
    app.database.transact(move |db| sessions::end(db, caller.session)).await?;
    Ok(done("Signed out"))
}
