//! Sets a new password, with the current password or with the token from a mail.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use rusqlite::Connection;

use crate::app::App;
use crate::fields::{Fields, InvalidValue};
use crate::links::{self, Kind};
use crate::response::{ApiError, HandlerResult, done};
use crate::{body, clock, passwords, sessions, users};

/// POST /auth/register/update-password
///
/// Ends all other sessions of the user.
pub(super) async fn update(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, ApiError::bad_request).await?;
    let (current, new) = secrets(&fields, "password", "newPassword")?;
    let user = caller.user.clone();
    let secrets = app.database.transact(move |db| users::secrets_by_id(db, &user)).await?;
    let stored = secrets.and_then(|secrets| secrets.password_hash);
    if !app.passwords.verify(current, stored.clone()).await? {
        return Err(ApiError::invalid_credentials());
    }
    if !passwords::is_strong(&new) {
        return Err(ApiError::weak_password());
    }
    let hash = app.passwords.hash(new).await?;
    let changed = app.database.transact(move |db| {
        // Only if the password has not changed since it was verified.
        let sql = "UPDATE user SET password_hash = ?2, last_action = ?3, updated_at = ?3 WHERE id = ?1 AND password_hash IS ?4";
        let rows = db.execute(sql, (&caller.user, hash, clock::now(), stored))?;
        if rows > 0 {
            sessions::end_others(db, &caller)?;
        }
        Ok(rows > 0)
    });
    if changed.await? { Ok(done("Password updated")) } else { Err(ApiError::invalid_credentials()) }
}

/// POST /auth/register/change-password
///
/// Ends all sessions of the user. If the password is too weak, the token stays valid.
pub(super) async fn change(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> HandlerResult {
    let fields = body::object(&headers, body, ApiError::bad_request).await?;
    let (token, new) = secrets(&fields, "token", "password")?;
    if token.is_empty() {
        return Err(ApiError::bad_request("token must not be empty"));
    }
    let checked_token = token.clone();
    if !app.database.transact(move |db| links::is_valid(db, Kind::Password, &checked_token)).await? {
        return Err(ApiError::invalid_credentials());
    }
    if !passwords::is_strong(&new) {
        return Err(ApiError::weak_password());
    }
    let hash = app.passwords.hash(new).await?;
    app.database.transact(move |db| set(db, &token, &hash)).await?;
    Ok(done("Password changed"))
}

fn set(db: &Connection, token: &str, hash: &str) -> Result<(), ApiError> {
    // Check the token again, so that only one of two concurrent changes succeeds.
    let user = links::redeem(db, Kind::Password, token)?.ok_or_else(ApiError::invalid_credentials)?;
    db.execute("UPDATE user SET password_hash = ?2, updated_at = ?3 WHERE id = ?1", (&user, hash, clock::now()))?;
    sessions::end_all_of(db, &user)
}

/// Reads two required secrets.
fn secrets(fields: &Fields, first: &str, second: &str) -> Result<(String, String), ApiError> {
    let both = fields.secret(first).and_then(|one| Ok((one, fields.secret(second)?)));
    both.map_err(|InvalidValue(message)| ApiError::bad_request(message))
}
