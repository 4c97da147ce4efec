//! Commands of the profile form.

use lapel_core::App;
use lapel_core::views::{AppError, DraftValues, ProfileChanges, Revision};
use tauri::State;

#[tauri::command]
pub(crate) async fn keep_draft(core: State<'_, App>, draft: DraftValues) -> Result<Revision, AppError> {
    core.keep_draft(draft).await
}

#[tauri::command]
pub(crate) async fn drop_draft(core: State<'_, App>) -> Result<Revision, AppError> {
    core.drop_draft().await
}

#[tauri::command]
pub(crate) async fn save_profile(core: State<'_, App>, changes: ProfileChanges) -> Result<Revision, AppError> {
    core.save_profile(changes).await
}

#[tauri::command]
pub(crate) async fn change_own_role(core: State<'_, App>, role: String) -> Result<Revision, AppError> {
    core.change_own_role(&role).await
}
