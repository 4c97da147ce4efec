//! New passwords: by the present one, and by the link of a mail.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use rusqlite::Connection;

use crate::answer::{Answer, Refusal, done};
use crate::app::App;
use crate::fields::{Fields, Misfit};
use crate::links::{self, Kind};
use crate::{body, clock, passwords, sessions, users};

/// POST /auth/register/update-password
///
/// The session that asks stays; every other one of the same person ends.
pub(super) async fn update(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Answer {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, Refusal::request).await?;
    let (present, new) = secrets(&fields, "password", "newPassword")?;
    let user = caller.user.clone();
    let secrets = app.database.transact(move |db| users::secrets_by_id(db, &user)).await?;
    let stored = secrets.and_then(|secrets| secrets.password_hash);
    if !app.passwords.fits(present, stored.clone()).await? {
        return Err(Refusal::credentials());
    }
    if !passwords::is_strong(&new) {
        return Err(Refusal::weak_password());
    }
    let hash = app.passwords.hash(new).await?;
    let changed = app.database.transact(move |db| {
        // Only where it is still the password that was checked.
        let sql = "UPDATE user SET password_hash = ?2, last_action = ?3, updated_at = ?3 WHERE id = ?1 AND password_hash IS ?4";
        let rows = db.execute(sql, (&caller.user, hash, clock::now(), stored))?;
        sessions::end_others(db, &caller)?;
        Ok(rows > 0)
    });
    if changed.await? { Ok(done("Password updated")) } else { Err(Refusal::credentials()) }
}

/// POST /auth/register/change-password
///
/// Every session of the person ends. A password that is too weak leaves the token good.
pub(super) async fn change(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Answer {
    let fields = body::object(&headers, body, Refusal::request).await?;
    let (token, new) = secrets(&fields, "token", "password")?;
    if token.is_empty() {
        return Err(Refusal::request("token must not be empty"));
    }
    let asked = token.clone();
    if !app.database.transact(move |db| links::holds(db, Kind::Password, &asked)).await? {
        return Err(Refusal::credentials());
    }
    if !passwords::is_strong(&new) {
        return Err(Refusal::weak_password());
    }
    let hash = app.passwords.hash(new).await?;
    app.database.transact(move |db| set(db, &token, &hash)).await?;
    Ok(done("Password changed"))
}

fn set(db: &Connection, token: &str, hash: &str) -> Result<(), Refusal> {
    // Asked once more, so that of two changes at once only one counts.
    let user = links::redeem(db, Kind::Password, token)?.ok_or_else(Refusal::credentials)?;
    db.execute("UPDATE user SET password_hash = ?2, updated_at = ?3 WHERE id = ?1", (&user, hash, clock::now()))?;
    sessions::end_all_of(db, &user)
}

/// Two secrets that must be there.
fn secrets(fields: &Fields, first: &str, second: &str) -> Result<(String, String), Refusal> {
    let both = fields.secret(first).and_then(|one| Ok((one, fields.secret(second)?)));
    both.map_err(|Misfit(sentence)| Refusal::request(sentence))
}
