//! Changing one's own password.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;

use crate::answer::{Answer, Refusal, done};
use crate::app::App;
use crate::fields::{self, Fields, Misfit};
use crate::{body, clock, passwords, sessions, users};

/// POST /auth/register/update-password
///
/// The session that asks stays; every other one of the same person ends.
pub(super) async fn update(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Answer {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, Refusal::request).await?;
    let (present, new) = pair(&fields).map_err(|Misfit(sentence)| Refusal::request(sentence))?;
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

fn pair(fields: &Fields) -> Result<(String, String), Misfit> {
    let (present, new) = (fields.required("password")?, fields.required("newPassword")?);
    fields::at_most("password", present, 128)?;
    fields::at_most("newPassword", new, 128)?;
    Ok((present.to_owned(), new.to_owned()))
}
