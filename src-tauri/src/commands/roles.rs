//! Commands that change roles and tags, one at a time or in a batch, and the history of these changes.

use lapel_core::App;
use lapel_core::views::{
    AppError, BatchRowState, BatchWindow, Changed, ErrorCode, Exported, HistoryWindow, ListSeparator, Revision,
    RoleChangeRequest, RoleChanged, RoleDialog, RoleKind, TagSuggestions, TagsChangeRequest, TagsChanged, TagsEdit,
    TeamQuery,
};
use tauri::State;
use tauri::ipc::{InvokeBody, Request};

#[tauri::command]
pub(crate) async fn role_dialog(core: State<'_, App>, id: String) -> Result<RoleDialog, AppError> {
    core.role_dialog(&id)
}

#[tauri::command]
pub(crate) async fn change_role(
    core: State<'_, App>,
    request: RoleChangeRequest,
) -> Result<Changed<RoleChanged>, AppError> {
    core.change_role(request).await
}

#[tauri::command]
pub(crate) async fn team_tags(core: State<'_, App>, selected: Option<TeamQuery>) -> Result<TagSuggestions, AppError> {
    core.team_tags(selected.as_ref()).await
}

#[tauri::command]
pub(crate) async fn change_tags(
    core: State<'_, App>,
    request: TagsChangeRequest,
) -> Result<Changed<TagsChanged>, AppError> {
    core.change_tags(request).await
}

#[tauri::command]
pub(crate) async fn plan_tags(core: State<'_, App>, query: TeamQuery, edit: TagsEdit) -> Result<Revision, AppError> {
    core.plan_tags(&query, &edit)
}

#[tauri::command]
pub(crate) async fn plan_batch(
    core: State<'_, App>,
    query: TeamQuery,
    kind: RoleKind,
    role: String,
) -> Result<Revision, AppError> {
    core.plan_batch(&query, kind, &role)
}

#[tauri::command]
pub(crate) async fn import_batch(core: State<'_, App>, request: Request<'_>) -> Result<Revision, AppError> {
    match request.body() {
        InvokeBody::Raw(bytes) => core.import_batch(bytes),
        InvokeBody::Json(_) => Err(AppError::new(ErrorCode::Internal, "the bytes of the file came as text")),
    }
}

#[tauri::command]
pub(crate) async fn batch_rows(
    core: State<'_, App>,
    only: Option<BatchRowState>,
    from: usize,
    count: usize,
) -> Result<BatchWindow, AppError> {
    core.batch_rows(only, from, count)
}

#[tauri::command]
pub(crate) async fn run_batch(core: State<'_, App>) -> Result<Revision, AppError> {
    core.run_batch().await
}

#[tauri::command]
pub(crate) async fn cancel_batch(core: State<'_, App>) -> Result<Revision, AppError> {
    core.cancel_batch()
}

#[tauri::command]
pub(crate) async fn retry_batch(core: State<'_, App>) -> Result<Revision, AppError> {
    core.retry_batch().await
}

#[tauri::command]
pub(crate) async fn undo_batch(core: State<'_, App>) -> Result<Revision, AppError> {
    core.undo_batch().await
}

#[tauri::command]
pub(crate) async fn close_batch(core: State<'_, App>) -> Result<Revision, AppError> {
    core.close_batch().await
}

#[tauri::command]
pub(crate) async fn open_batch(core: State<'_, App>, id: &str) -> Result<Revision, AppError> {
    core.open_batch(id).await
}

#[tauri::command]
pub(crate) async fn role_history(
    core: State<'_, App>,
    search: String,
    from: usize,
    count: usize,
) -> Result<HistoryWindow, AppError> {
    core.role_history(&search, from, count).await
}

#[tauri::command]
pub(crate) async fn export_history(
    core: State<'_, App>,
    search: String,
    separator: ListSeparator,
) -> Result<Exported, AppError> {
    core.export_history(&search, separator).await
}
