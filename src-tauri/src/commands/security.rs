//! The password, the verification of the email address, and two-factor authentication.

use lapel_core::App;
use lapel_core::views::{AppError, ForgottenPassword, PasswordChange, PasswordConfirmation, PasswordReset, Revision};
use tauri::State;

#[tauri::command]
pub(crate) async fn change_password(core: State<'_, App>, request: PasswordChange) -> Result<(), AppError> {
    core.change_password(request).await
}

#[tauri::command]
pub(crate) async fn forgot_password(
    core: State<'_, App>,
    server: String,
    email: String,
) -> Result<ForgottenPassword, AppError> {
    core.forgot_password(&server, &email).await
}

#[tauri::command]
pub(crate) async fn reset_password(core: State<'_, App>, request: PasswordReset) -> Result<(), AppError> {
    core.reset_password(request).await
}

#[tauri::command]
pub(crate) async fn resend_verification(core: State<'_, App>, request: PasswordConfirmation) -> Result<(), AppError> {
    core.resend_verification(request).await
}

#[tauri::command]
pub(crate) async fn remove_two_factor(
    core: State<'_, App>,
    request: PasswordConfirmation,
) -> Result<Revision, AppError> {
    core.remove_two_factor(request).await
}
