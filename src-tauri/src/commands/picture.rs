//! Choosing a picture and cutting it.

use lapel_core::App;
use lapel_core::views::{AppError, ErrorCode, OpenedPicture, PictureCrop, PictureView, PreparedPicture};
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, State};

use crate::clipboard::{self, Found};

#[tauri::command]
pub(crate) async fn open_picture(core: State<'_, App>, request: Request<'_>) -> Result<OpenedPicture, AppError> {
    match request.body() {
        InvokeBody::Raw(bytes) => core.open_picture(bytes).await,
        InvokeBody::Json(_) => Err(AppError::new(ErrorCode::Internal, "the bytes of the picture came as text")),
    }
}

#[tauri::command]
pub(crate) async fn open_dropped_picture(core: State<'_, App>) -> Result<OpenedPicture, AppError> {
    core.open_dropped_picture().await
}

#[tauri::command]
pub(crate) async fn open_clipboard_picture(
    app: AppHandle,
    core: State<'_, App>,
) -> Result<Option<OpenedPicture>, AppError> {
    match clipboard::picture(&app).await {
        Some(Found::Bytes(bytes)) => core.open_picture(&bytes).await.map(Some),
        Some(Found::File(path)) => core.open_picture_file(path).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub(crate) async fn reopen_picture(core: State<'_, App>, id: String) -> Result<OpenedPicture, AppError> {
    core.reopen_picture(&id).await
}

#[tauri::command]
pub(crate) async fn render_picture(
    core: State<'_, App>,
    id: String,
    crop: PictureCrop,
) -> Result<PictureView, AppError> {
    core.render_picture(&id, &crop).await
}

#[tauri::command]
pub(crate) async fn use_picture(
    core: State<'_, App>,
    id: String,
    crop: PictureCrop,
) -> Result<PreparedPicture, AppError> {
    core.use_picture(&id, &crop).await
}

#[tauri::command]
pub(crate) async fn close_picture(core: State<'_, App>, id: String) -> Result<(), AppError> {
    core.close_picture(&id);
    Ok(())
}

#[tauri::command]
pub(crate) async fn preview_picture_url(core: State<'_, App>, url: String) -> Result<PictureView, AppError> {
    core.preview_picture_url(&url).await
}

#[tauri::command]
pub(crate) async fn cancel_upload(core: State<'_, App>) -> Result<(), AppError> {
    core.cancel_upload();
    Ok(())
}
