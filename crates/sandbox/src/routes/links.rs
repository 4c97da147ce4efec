//! Mails with links, and what a browser gets that follows one.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};

use crate::answer::{Answer, Refusal, done};
use crate::app::App;
use crate::fields::{self, Fields, Misfit};
use crate::links::{self, Kind};
use crate::mail::Mail;
use crate::page::Parameters;
use crate::users::User;
use crate::{body, clock, headers, users};

/// POST /auth/register/forgot-password
///
/// Answers the same whether or not somebody has the address.
pub(super) async fn forgot_password(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Answer {
    let fields = body::object(&headers, body, Refusal::request).await?;
    let email = email(&fields).map_err(|Misfit(sentence)| Refusal::request(sentence))?;
    // Where somebody else's service checks the password there is none to set here.
    ask(&app, Kind::Password, email, headers::origin(&headers), |user| !user.sso).await?;
    Ok(done("Mail sent where somebody has this address"))
}

/// POST /auth/register/verify-resend
pub(super) async fn resend_verification(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Answer {
    let fields = body::object(&headers, body, Refusal::request).await?;
    let misfit = |Misfit(sentence)| Refusal::request(sentence);
    let (email, password) = (email(&fields).map_err(misfit)?, fields.password("password").map_err(misfit)?);
    let key = email.clone();
    let secrets = app.database.transact(move |db| users::secrets_by_email(db, &key)).await?;
    let stored = secrets.and_then(|secrets| secrets.password_hash);
    if !app.passwords.fits(password, stored).await? {
        return Err(Refusal::credentials());
    }
    ask(&app, Kind::Verification, email, headers::origin(&headers), |user| !user.is_verified()).await?;
    Ok(done("Mail sent where the address is not verified yet"))
}

fn email(fields: &Fields) -> Result<String, Misfit> {
    let email = fields.required("email")?;
    fields::email(email)?;
    fields.optional_language()?;
    Ok(email.to_owned())
}

/// Sends a mail of this kind to whoever has this address and is meant to get it; nobody may.
async fn ask(app: &App, kind: Kind, email: String, origin: String, meant: fn(&User) -> bool) -> Result<(), Refusal> {
    let interval = app.mail_interval;
    let mail = app.database.transact(move |db| {
        let user = users::by_email(db, &email)?.filter(meant);
        let token = links::ask(db, kind, &email, user.as_ref().map(|user| user.id.as_str()), interval)?;
        let link = |token| format!("{origin}{}?token={token}", kind.path());
        Ok(user.zip(token).map(|(user, token)| Mail { to: user.email, link: link(token) }))
    });
    // Only now, when the token is kept: a link that arrives is good.
    if let Some(mail) = mail.await? {
        app.outbox.send(mail);
    }
    Ok(())
}

/// GET /verify, the link of a mail
pub(super) async fn verify(State(app): State<Arc<App>>, uri: Uri) -> Answer {
    let token = token(&uri)?;
    app.database
        .transact(move |db| {
            let user = links::redeem(db, Kind::Verification, &token)?.ok_or_else(Refusal::credentials)?;
            db.execute(
                "UPDATE user SET verification = 'verified', updated_at = ?2 WHERE id = ?1",
                (user, clock::now()),
            )?;
            Ok(())
        })
        .await?;
    Ok(done("The address is verified"))
}

/// GET /change-password, the link of a mail
///
/// It only says what to do: the new password is set by the program that asked for the mail, with the token of the link.
pub(super) async fn change_password(State(app): State<Arc<App>>, uri: Uri) -> Answer {
    let token = token(&uri)?;
    let holds = app.database.transact(move |db| links::holds(db, Kind::Password, &token)).await?;
    if !holds {
        return Err(Refusal::credentials());
    }
    Ok(done("Copy this address and set the new password in the program where you asked for it"))
}

fn token(uri: &Uri) -> Result<String, Refusal> {
    Parameters::of(uri)?.text("token", 128)?.ok_or_else(Refusal::credentials)
}
