//! The security of an account.

use lapel_api::Secret;

use super::App;
use crate::session;
use crate::views::{AppError, ForgottenPassword, PasswordChange, PasswordConfirmation, PasswordReset, Revision};

impl App {
    /// Changes the password of the signed-in person. The server may end sessions with it; if it ends this one, the person
    /// signs in again.
    ///
    /// Fails with [`crate::views::ErrorCode::WrongPassword`], `WeakPassword`, or `PasswordUnknown` if the response was lost.
    pub async fn change_password(&self, request: PasswordChange) -> Result<(), AppError> {
        Ok(self.services.session.change_password(request).await?)
    }

    /// Asks a server for a mail with a link for a new password. `server` is `ServerOffer.key` or a typed address. Needs no
    /// session. Succeeds also if nobody has the address.
    ///
    /// Fails with [`crate::views::ErrorCode::TooSoon`] shortly after another mail.
    pub async fn forgot_password(&self, server: &str, email: &str) -> Result<ForgottenPassword, AppError> {
        Ok(self.services.session.forgot_password(server, email).await?)
    }

    /// Sets a new password with the link of a mail. Needs no session.
    ///
    /// Fails with [`crate::views::ErrorCode::LinkRefused`], `WeakPassword`, or `PasswordUnknown` if the response was lost.
    pub async fn reset_password(&self, request: PasswordReset) -> Result<(), AppError> {
        Ok(self.services.session.reset_password(request).await?)
    }

    /// Asks the server for another mail that verifies the email address of the active account.
    ///
    /// Fails with [`crate::views::ErrorCode::WrongPassword`], `AlreadyVerified`, or `TooSoon` shortly after another mail.
    pub async fn resend_verification(&self, request: PasswordConfirmation) -> Result<(), AppError> {
        Ok(self.services.session.resend_verification(request).await?)
    }

    /// Opens the service's page where two-factor authentication is switched on, in the browser.
    ///
    /// Fails with [`crate::views::ErrorCode::PageNotOpened`], or if the server has no known page.
    pub async fn open_two_factor_page(&self) -> Result<(), AppError> {
        Ok(self.services.session.open_two_factor_page().await?)
    }

    /// Switches two-factor authentication of the signed-in person off. The profile is read again.
    ///
    /// Fails with [`crate::views::ErrorCode::WrongPassword`], or `TwoFactorKept` if the server left it on.
    pub async fn remove_two_factor(&self, request: PasswordConfirmation) -> Result<Revision, AppError> {
        let password = session::password(Secret::new(request.password.0))?;
        self.revision_after(self.services.sync.remove_two_factor(password).await)
    }
}
