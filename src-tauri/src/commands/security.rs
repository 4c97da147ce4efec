//! The password, the verification of the email address, two-factor authentication, and the export of one's own data.

use lapel_core::App;
use lapel_core::views::{
    AppError, DataTexts, ForgottenPassword, ListSeparator, PasswordChange, PasswordConfirmation, PasswordReset,
    Revision, SavedFile,
};
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

#[tauri::command]
pub(crate) async fn open_two_factor_page(core: State<'_, App>) -> Result<(), AppError> {
    core.open_two_factor_page().await
}

#[tauri::command]
pub(crate) async fn export_data(
    core: State<'_, App>,
    texts: DataTexts,
    separator: ListSeparator,
) -> Result<SavedFile, AppError> {
    core.export_data(texts, separator).await
}

#[tauri::command]
pub(crate) async fn show_exported_data(core: State<'_, App>) -> Result<(), AppError> {
    core.show_exported_data().await
}
