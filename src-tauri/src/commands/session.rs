//! Signing in and out, and switching accounts.

use lapel_core::App;
use lapel_core::views::{AppError, SignIn, TokenSignIn};
use tauri::State;

use crate::preferences_file::PreferencesFile;

#[tauri::command]
pub(crate) async fn sign_in(
    core: State<'_, App>,
    file: State<'_, PreferencesFile>,
    request: SignIn,
) -> Result<(), AppError> {
    core.sign_in(request).await?;
    file.save(&core.preferences());
    Ok(())
}

#[tauri::command]
pub(crate) async fn sign_in_with_token(
    core: State<'_, App>,
    file: State<'_, PreferencesFile>,
    request: TokenSignIn,
) -> Result<(), AppError> {
    core.sign_in_with_token(request).await?;
    file.save(&core.preferences());
    Ok(())
}

#[tauri::command]
pub(crate) async fn cancel_sign_in(core: State<'_, App>) -> Result<(), AppError> {
    core.cancel_sign_in();
    Ok(())
}

#[tauri::command]
pub(crate) async fn switch_account(
    core: State<'_, App>,
    file: State<'_, PreferencesFile>,
    id: i64,
) -> Result<(), AppError> {
    core.switch_account(id).await?;
    file.save(&core.preferences());
    Ok(())
}

#[tauri::command]
pub(crate) async fn leave_account(core: State<'_, App>) -> Result<(), AppError> {
    core.leave_account().await
}

#[tauri::command]
pub(crate) async fn sign_out(core: State<'_, App>, discard_unsent: bool) -> Result<(), AppError> {
    core.sign_out(discard_unsent).await
}

#[tauri::command]
pub(crate) async fn retry_keyring(core: State<'_, App>) -> Result<(), AppError> {
    core.retry_keyring().await
}
