//! Shows a new secret for two-factor authentication, and switches two-factor authentication off.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::json;

use crate::app::App;
use crate::fields::{Fields, InvalidValue};
use crate::response::{ApiError, HandlerResult, success};
use crate::{body, clock, passwords, users};

/// GET /auth/two-factor
///
/// Returns a new secret at every call and does not store it: the service does not document how two-factor is switched
/// on.
pub(super) async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let user = app.database.transact(move |db| users::load(db, &caller.user)).await?.ok_or_else(ApiError::not_found)?;
    let key = passwords::new_totp_key(&user.email)?;
    Ok(success(json!({ "secret": key.secret, "qr": key.qr_code, "uri": key.uri })))
}

/// DELETE /auth/two-factor
pub(super) async fn remove(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, ApiError::bad_request).await?;
    let password = password(&fields).map_err(|InvalidValue(message)| ApiError::bad_request(message))?;
    let user = caller.user.clone();
    let secrets = app.database.transact(move |db| users::secrets_by_id(db, &user)).await?;
    if !app.passwords.verify(password, secrets.and_then(|secrets| secrets.password_hash)).await? {
        return Err(ApiError::invalid_credentials());
    }
    app.database.transact(move |db| {
        let sql = "UPDATE user SET totp_secret = NULL, last_action = ?2, updated_at = ?2 WHERE id = ?1 AND totp_secret IS NOT NULL";
        if db.execute(sql, (&caller.user, clock::now()))? == 0 { Err(ApiError::not_found()) } else { Ok(()) }
    })
    .await?;
    Ok(success(json!({})))
}

fn password(fields: &Fields) -> Result<String, InvalidValue> {
    fields.optional_language()?;
    fields.password("password")
}
