//! Two-factor authentication: a secret to begin with, and switching it off.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::json;

use crate::answer::{Answer, Refusal, success};
use crate::app::App;
use crate::fields::{Fields, Misfit};
use crate::{body, clock, passwords, users};

/// GET /auth/two-factor
///
/// A new secret at every call, which is kept nowhere: how the service switches two-factor on with it is not documented.
pub(super) async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let caller = app.caller(&headers).await?;
    let user = app.database.transact(move |db| users::load(db, &caller.user)).await?.ok_or_else(Refusal::not_found)?;
    let key = passwords::new_code_key(&user.email)?;
    Ok(success(json!({ "secret": key.secret, "qr": key.picture, "uri": key.uri })))
}

/// DELETE /auth/two-factor
pub(super) async fn remove(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Answer {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, Refusal::request).await?;
    let password = password(&fields).map_err(|Misfit(sentence)| Refusal::request(sentence))?;
    let user = caller.user.clone();
    let secrets = app.database.transact(move |db| users::secrets_by_id(db, &user)).await?;
    if !app.passwords.fits(password, secrets.and_then(|secrets| secrets.password_hash)).await? {
        return Err(Refusal::credentials());
    }
    app.database.transact(move |db| {
        let sql = "UPDATE user SET totp_secret = NULL, last_action = ?2, updated_at = ?2 WHERE id = ?1 AND totp_secret IS NOT NULL";
        if db.execute(sql, (&caller.user, clock::now()))? == 0 { Err(Refusal::not_found()) } else { Ok(()) }
    })
    .await?;
    Ok(success(json!({})))
}

fn password(fields: &Fields) -> Result<String, Misfit> {
    fields.optional_language()?;
    fields.password("password")
}
