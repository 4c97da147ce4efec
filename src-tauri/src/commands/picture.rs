//! Choosing a picture.

use lapel_core::App;
use lapel_core::views::{AppError, ErrorCode, PictureView, PreparedPicture};
use tauri::State;
use tauri::ipc::{InvokeBody, Request};

#[tauri::command]
pub(crate) async fn prepare_picture(core: State<'_, App>, request: Request<'_>) -> Result<PreparedPicture, AppError> {
    match request.body() {
        InvokeBody::Raw(bytes) => core.prepare_picture(bytes).await,
        InvokeBody::Json(_) => Err(AppError::new(ErrorCode::Internal, "the bytes of the picture came as text")),
    }
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
