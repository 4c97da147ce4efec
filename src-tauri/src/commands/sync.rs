//! Commands for the window, the snapshot and the pending edits.

use std::sync::Arc;

use lapel_core::App;
use lapel_core::views::{AppError, Keep, ProfileField, Revision, SeenConflict, Snapshot};
use tauri::{State, WebviewWindow};

#[tauri::command]
pub(crate) async fn painted(window: WebviewWindow) -> Result<(), AppError> {
    crate::window::show_painted(&window);
    Ok(())
}

#[tauri::command]
pub(crate) async fn start(core: State<'_, App>) -> Result<(), AppError> {
    core.start().await;
    Ok(())
}

#[tauri::command]
pub(crate) async fn keep_first_page(
    core: State<'_, App>,
    account: i64,
    page: String,
    exact: bool,
) -> Result<(), AppError> {
    core.keep_first_page(account, page, exact).await
}

#[tauri::command]
pub(crate) async fn acknowledge_closing(window: WebviewWindow) -> Result<(), AppError> {
    crate::window::acknowledge_closing(&window);
    Ok(())
}

#[tauri::command]
pub(crate) async fn close_window(window: WebviewWindow) -> Result<(), AppError> {
    crate::window::close(&window);
    Ok(())
}

#[tauri::command]
pub(crate) async fn next_snapshot(core: State<'_, App>, after: Option<Revision>) -> Result<Arc<Snapshot>, AppError> {
    Ok(core.next_snapshot(after).await)
}

#[tauri::command]
pub(crate) async fn refresh(core: State<'_, App>) -> Result<Revision, AppError> {
    Ok(core.refresh())
}

#[tauri::command]
pub(crate) async fn resolve_edits(
    core: State<'_, App>,
    conflicts: Vec<SeenConflict>,
    keep: Keep,
) -> Result<Revision, AppError> {
    core.resolve_edits(conflicts, keep).await
}

#[tauri::command]
pub(crate) async fn drop_edit(core: State<'_, App>, field: ProfileField) -> Result<Revision, AppError> {
    core.drop_edit(field).await
}

#[tauri::command]
pub(crate) async fn send_again(core: State<'_, App>, field: ProfileField) -> Result<Revision, AppError> {
    core.send_again(field).await
}
