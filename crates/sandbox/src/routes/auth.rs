//! Signing in, renewing, signing out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::answer::{Answer, Refusal, done, success};
use crate::app::App;
use crate::fields::{self, Fields, Misfit};
use crate::sessions::Issued;
use crate::users::Secrets;
use crate::{body, clock, headers, passwords, sessions, users};

struct Credentials {
    email: String,
    password: String,
    code: Option<String>,
}

/// POST /auth/login
pub(super) async fn login(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Answer {
    let fields = body::object(&headers, body, Refusal::request).await?;
    let Credentials { email, password, code } =
        credentials(&fields).map_err(|Misfit(sentence)| Refusal::request(sentence))?;
    let secrets = app.database.transact(move |db| users::secrets_by_email(db, &email)).await?;
    let hash = secrets.as_ref().and_then(|secrets| secrets.password_hash.clone());
    let fits = app.passwords.fits(password, hash).await?;
    let Some(secrets) = secrets.filter(|_| fits) else { return Err(Refusal::credentials()) };
    let (lifetimes, origin) = (app.lifetimes, headers::origin(&headers));
    let session = app.database.transact(move |db| {
        check_code(db, &secrets, code.as_deref())?;
        db.execute("UPDATE user SET last_login = ?2 WHERE id = ?1", (&secrets.user, clock::now()))?;
        let issued = sessions::begin(db, &secrets.user, lifetimes)?;
        document(db, &secrets.user, issued, &origin)
    });
    Ok(success(session.await?))
}

fn credentials(fields: &Fields) -> Result<Credentials, Misfit> {
    if fields.required("provider")? != "traditional" {
        return Err(Misfit("provider must be traditional".to_owned()));
    }
    if let Some(language) = fields.text("language")? {
        fields::language(language)?;
    }
    let payload = fields.object("payload")?;
    let (email, password) = (payload.required("email")?, payload.required("password")?);
    fields::email(email)?;
    fields::at_most("Password", password, 128)?;
    if password.is_empty() {
        return Err(Misfit("password must not be empty".to_owned()));
    }
    let code = payload.text("twoFactorCode")?;
    if code.is_some_and(|code| code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Misfit("twoFactorCode must have six digits".to_owned()));
    }
    Ok(Credentials { email: email.to_owned(), password: password.to_owned(), code: code.map(str::to_owned) })
}

/// Each code is good once: only steps after the last one that was used count.
fn check_code(db: &Connection, secrets: &Secrets, code: Option<&str>) -> Result<(), Refusal> {
    let Some(secret) = &secrets.totp_secret else { return Ok(()) };
    let code = code.ok_or_else(Refusal::code_required)?;
    let seconds = u64::try_from(clock::now() / 1000).unwrap_or_default();
    let step = passwords::code_step(secret, code, seconds)?.and_then(|step| i64::try_from(step).ok());
    let Some(step) = step else { return Err(Refusal::code_wrong()) };
    // In one statement, so that of two sign-ins at once only one gets in.
    let sql = "UPDATE user SET totp_last_step = ?2 WHERE id = ?1 AND totp_last_step < ?2";
    if db.execute(sql, (&secrets.user, step))? == 0 { Err(Refusal::code_wrong()) } else { Ok(()) }
}

/// POST /auth/refresh
pub(super) async fn refresh(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Answer {
    let fields = body::object(&headers, body, Refusal::request).await?;
    let token = fields.required("refreshToken").map_err(|Misfit(sentence)| Refusal::request(sentence))?.to_owned();
    let (lifetimes, origin) = (app.lifetimes, headers::origin(&headers));
    // The refusal is made outside: inside it would undo the end of the family.
    let session = app.database.transact(move |db| match sessions::renew(db, &token, lifetimes)? {
        Some((user, issued)) => document(db, &user, issued, &origin).map(Some),
        None => Ok(None),
    });
    Ok(success(session.await?.ok_or_else(Refusal::invalid_token)?))
}

fn document(db: &Connection, user: &str, issued: Issued, origin: &str) -> Result<Value, Refusal> {
    let user = users::load(db, user)?.ok_or_else(Refusal::not_found)?;
    let user = users::document(db, &user, origin)?;
    Ok(json!({ "accessToken": issued.access, "refreshToken": issued.refresh, "user": user }))
}

/// POST /auth/logout
pub(super) async fn logout(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let caller = app.caller(&headers).await?;
    if app.quirks().no_logout {
        return Err(Refusal::no_route());
    }
    app.database.transact(move |db| sessions::end(db, caller.family)).await?;
    Ok(done("Signed out"))
}
