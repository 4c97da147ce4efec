//! The password of an account: changing it, setting a new one after it was forgotten, and the mail that verifies the email
//! address. Nothing here is repeated automatically.

use lapel_api::{ApiError, ApiErrorKind, Delivery, Secret, forgot_password, resend_verification, reset_password};
use lapel_domain::{LANGUAGES, parse_email};

use super::credentials::{new_password, password};
use super::service::SessionService;
use super::sign_in::at_sign_in;
use crate::kernel::desktop::ask;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::{Cancellation, Misuse};
use crate::kernel::server_keys::{SANDBOX, two_factor_page};
use crate::views::{ForgottenPassword, InterfaceLanguage, PasswordChange, PasswordConfirmation, PasswordReset};

impl SessionService {
    /// Changes the password of the signed-in person.
    ///
    /// Fails with [`Failure::PasswordUnknown`] if the outcome is unknown. The server may end the session with the change; the
    /// sync that follows notices it.
    pub(crate) async fn change_password(&self, request: PasswordChange) -> Result<(), Failure> {
        // Both are wrapped first, so that both are wiped if one of them is not valid.
        let (current, new) = (Secret::new(request.current.0), Secret::new(request.new_password.0));
        let (current, new) = (password(current)?, new_password(new)?);
        let session = self.state.read().active_session()?;
        let service = self.this.upgrade().ok_or(Cancellation::App)?;
        let work = async move {
            let changed = session.connection.change_password(&current, &new).await;
            let outcome = changed.map_err(|error| password_failure(error, Failure::WrongPassword));
            service.state.expire_if_signed_out(&session, &outcome);
            if matches!(outcome, Ok(()) | Err(Failure::PasswordUnknown(_))) {
                service.sync.start();
            }
            outcome
        };
        self.tasks.run_in_session(work).await
    }

    /// Asks the server for a mail with a link for a new password. The result is the same whether or not somebody has the
    /// address.
    pub(crate) async fn forgot_password(&self, server: &str, email: &str) -> Result<ForgottenPassword, Failure> {
        let (key, endpoint) = self.typed_server(server).await?;
        let email = parse_email(email)?;
        let asked = forgot_password(&self.network.http()?, &endpoint, &email, Some(self.mail_language())).await;
        match asked {
            Ok(()) => {}
            // A server that reveals that nobody has the address. Only the address could be wrong in the request.
            Err(error)
                if matches!(error.kind, ApiErrorKind::Missing { known: true } | ApiErrorKind::WrongCredentials) => {}
            // Somebody has signed in there already, so the address is right.
            Err(error) if self.state.read().has_account_on(&key) => return Err(error.into()),
            Err(error) => return Err(at_sign_in(error)),
        }
        let demo_link = if key == SANDBOX { self.sandbox.last_link(&email) } else { None };
        Ok(ForgottenPassword { demo_link })
    }

    /// Sets a new password with the link of a mail.
    ///
    /// Fails with [`Failure::LinkRefused`] if the link is not valid any more, and with [`Failure::PasswordUnknown`] if the
    /// outcome is unknown. The server may end all sessions of the person; the sync that follows notices it.
    pub(crate) async fn reset_password(&self, request: PasswordReset) -> Result<(), Failure> {
        let new = Secret::new(request.new_password.0);
        let (token, new) = (Secret::pasted_link(request.link.0)?, new_password(new)?);
        let (_, endpoint) = self.typed_server(&request.server).await?;
        let reset = reset_password(&self.network.http()?, &endpoint, &token, &new).await;
        let outcome = reset.map_err(|error| match error.kind {
            ApiErrorKind::Missing { known: true } => Failure::LinkRefused(error),
            _ => password_failure(error, Failure::LinkRefused),
        });
        if matches!(outcome, Ok(()) | Err(Failure::PasswordUnknown(_))) && self.state.read().session.is_some() {
            self.sync.start();
        }
        outcome
    }

    /// Asks the server for another mail that verifies the email address of the active account.
    ///
    /// Fails with [`Failure::AlreadyVerified`] if the address is verified. A server may also accept the request then, so the
    /// profile is asked first.
    pub(crate) async fn resend_verification(&self, request: PasswordConfirmation) -> Result<(), Failure> {
        let password = password(Secret::new(request.password.0))?;
        let (account, email, is_verified) = {
            let state = self.state.read();
            let (account, profile) = (state.active_account()?, state.known_profile());
            let email = profile.map(|profile| profile.email.clone()).filter(|email| !email.is_empty());
            let is_verified = profile.and_then(lapel_domain::Profile::is_verified);
            (account.clone(), email.unwrap_or(account.email), is_verified)
        };
        if is_verified == Some(true) {
            return Err(Failure::AlreadyVerified(None));
        }
        let (_, endpoint) = self.server(&account.server).await?;
        let (http, language) = (self.network.http()?, self.mail_language());
        let resent = resend_verification(&http, &endpoint, &email, &password, Some(language)).await;
        resent.map_err(|error| match error.kind {
            ApiErrorKind::WrongCredentials => Failure::WrongPassword(error),
            ApiErrorKind::Forbidden => {
                // The profile then shows it, too.
                self.sync.start();
                Failure::AlreadyVerified(Some(error))
            }
            _ => error.into(),
        })
    }

    /// Opens the service's page for two-factor authentication in the browser. Only the public service has a known page.
    pub(crate) async fn open_two_factor_page(&self) -> Result<(), Failure> {
        let server = self.state.read().active_account()?.server;
        let page = two_factor_page(&server).ok_or(Misuse::NoTwoFactorPage)?;
        ask(&self.desktop, move |desktop| desktop.open_page(page), Failure::PageNotOpened).await
    }

    /// The language of mails: that of the page, in which the person has asked, if the service has it.
    fn mail_language(&self) -> &'static str {
        let shown = self.state.snapshot().interface_language.as_str();
        LANGUAGES.into_iter().find(|&language| language == shown).unwrap_or(InterfaceLanguage::ENGLISH.as_str())
    }
}

/// Why a password was not set. `wrong` is the reason if the server refuses the credentials, which are the current password
/// or the token of a link.
fn password_failure(error: ApiError, wrong: fn(ApiError) -> Failure) -> Failure {
    match (error.kind, error.delivery) {
        (ApiErrorKind::WrongCredentials, _) => wrong(error),
        (_, Delivery::Unknown) => Failure::PasswordUnknown(error),
        _ => error.into(),
    }
}
