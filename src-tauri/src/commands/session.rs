//! Signing in and out, and switching accounts.

use lapel_core::App;
use lapel_core::views::{AppError, Revision, SignIn, SignOutScope, TokenSignIn, UnsentWork};
use tauri::State;

use crate::preferences_file::PreferencesFile;

#[tauri::command]
pub(crate) async fn sign_in(
    core: State<'_, App>,
    file: State<'_, PreferencesFile>,
    request: SignIn,
) -> Result<Revision, AppError> {
    let revision = core.sign_in(request).await?;
    file.save(&core.preferences());
    Ok(revision)
}

#[tauri::command]
pub(crate) async fn sign_in_with_token(
    core: State<'_, App>,
    file: State<'_, PreferencesFile>,
    request: TokenSignIn,
) -> Result<Revision, AppError> {
    let revision = core.sign_in_with_token(request).await?;
    file.save(&core.preferences());
    Ok(revision)
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
) -> Result<Revision, AppError> {
    let revision = core.switch_account(id).await?;
    file.save(&core.preferences());
    Ok(revision)
}

#[tauri::command]
pub(crate) async fn leave_account(core: State<'_, App>) -> Result<Revision, AppError> {
    core.leave_account().await
}

#[tauri::command]
pub(crate) async fn sign_out(
    core: State<'_, App>,
    scope: SignOutScope,
    discard_unsent: bool,
) -> Result<Revision, AppError> {
    core.sign_out(scope, discard_unsent).await
}

#[tauri::command]
pub(crate) async fn unsent_work(core: State<'_, App>, scope: SignOutScope) -> Result<Vec<UnsentWork>, AppError> {
    core.unsent_work(scope).await
}

#[tauri::command]
pub(crate) async fn retry_keyring(core: State<'_, App>) -> Result<Revision, AppError> {
    core.retry_keyring().await
}

#[tauri::command]
pub(crate) async fn remove_surplus_entries(core: State<'_, App>) -> Result<Revision, AppError> {
    core.remove_surplus_entries().await
}
