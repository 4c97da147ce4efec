//! Requests for mails with links, and the pages that the links open.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};

use crate::app::App;
use crate::fields::{self, Fields, InvalidValue};
use crate::links::{self, Kind};
use crate::mail::Mail;
use crate::page::Parameters;
use crate::response::{ApiError, HandlerResult, done};
use crate::users::User;
use crate::{body, clock, headers, users};

/// POST /auth/register/forgot-password
///
/// The response does not reveal whether a user has this address.
pub(super) async fn forgot_password(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> HandlerResult {
    let fields = body::object(&headers, body, ApiError::bad_request).await?;
    let email = email(&fields).map_err(|InvalidValue(message)| ApiError::bad_request(message))?;
    // No mail for users with single sign-on: they have no password here.
    send_link(&app, Kind::Password, email, headers::origin(&headers), |user| !user.sso).await?;
    Ok(done("Mail sent where somebody has this address"))
}

/// POST /auth/register/verify-resend
pub(super) async fn resend_verification(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> HandlerResult {
    let fields = body::object(&headers, body, ApiError::bad_request).await?;
    let invalid = |InvalidValue(message)| ApiError::bad_request(message);
    let (email, password) = (email(&fields).map_err(invalid)?, fields.password("password").map_err(invalid)?);
    let key = email.clone();
    let secrets = app.database.transact(move |db| users::secrets_by_email(db, &key)).await?;
    let stored = secrets.and_then(|secrets| secrets.password_hash);
    if !app.passwords.verify(password, stored).await? {
        return Err(ApiError::invalid_credentials());
    }
    send_link(&app, Kind::Verification, email, headers::origin(&headers), |user| !user.is_verified()).await?;
    Ok(done("Mail sent where the address is not verified yet"))
}

fn email(fields: &Fields) -> Result<String, InvalidValue> {
    let email = fields.required("email")?;
    fields::email(email)?;
    fields.optional_language()?;
    Ok(email.to_owned())
}

/// Sends a mail to the user with this address. Sends none if there is no such user or the user is not eligible.
async fn send_link(
    app: &App,
    kind: Kind,
    email: String,
    origin: String,
    eligible: fn(&User) -> bool,
) -> Result<(), ApiError> {
    let interval = app.mail_interval;
    let mail = app.database.transact(move |db| {
        let user = users::by_email(db, &email)?.filter(eligible);
        let token = links::issue(db, kind, &email, user.as_ref().map(|user| user.id.as_str()), interval)?;
        let link = |token| format!("{origin}{}?token={token}", kind.path());
        Ok(user.zip(token).map(|(user, token)| Mail { to: user.email, link: link(token) }))
    });
    // Send after the transaction, when the token is stored and the link is valid.
    if let Some(mail) = mail.await? {
        app.outbox.send(mail);
    }
    Ok(())
}

/// GET /verify (link in a mail)
pub(super) async fn verify(State(app): State<Arc<App>>, uri: Uri) -> HandlerResult {
    let token = token(&uri)?;
    app.database
        .transact(move |db| {
            let user = links::redeem(db, Kind::Verification, &token)?.ok_or_else(ApiError::invalid_credentials)?;
            db.execute(
                "UPDATE user SET verification = 'verified', updated_at = ?2 WHERE id = ?1",
                (user, clock::now()),
            )?;
            Ok(())
        })
        .await?;
    Ok(done("The address is verified"))
}

/// GET /change-password (link in a mail)
///
/// Only shows instructions: the app that requested the mail sets the new password, with the token of the link.
pub(super) async fn change_password(State(app): State<Arc<App>>, uri: Uri) -> HandlerResult {
    let token = token(&uri)?;
    let valid = app.database.transact(move |db| links::is_valid(db, Kind::Password, &token)).await?;
    if !valid {
        return Err(ApiError::invalid_credentials());
    }
    Ok(done("Copy this address and set the new password in the program where you asked for it"))
}

fn token(uri: &Uri) -> Result<String, ApiError> {
    Parameters::parse(uri)?.text("token", 128)?.ok_or_else(ApiError::invalid_credentials)
}
