//! Commands that choose, crop and upload pictures.

use lapel_core::views::{
    AppError, ErrorCode, FoundPicture, OpenedPicture, PictureCrop, PictureView, PreparedPicture, Revision,
};
use lapel_core::{App, Piece};
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, State};

use crate::clipboard::{self, ClipboardPicture};

#[tauri::command]
pub(crate) async fn add_to_picture(core: State<'_, App>, request: Request<'_>) -> Result<(), AppError> {
    core.add_piece(piece(&request)?).await
}

#[tauri::command]
pub(crate) async fn open_picture(core: State<'_, App>, request: Request<'_>) -> Result<OpenedPicture, AppError> {
    core.open_last_piece(piece(&request)?).await
}

/// The piece of a file in a request. The body is the bytes, the header `piece-of` is the number of the file, and the
/// header `piece-at` is the offset in the file.
fn piece<'a>(request: &'a Request<'_>) -> Result<Piece<'a>, AppError> {
    let number = |name: &str| request.headers().get(name)?.to_str().ok()?.parse().ok();
    match (number("piece-of"), number("piece-at"), request.body()) {
        (Some(file), Some(at), InvokeBody::Raw(bytes)) => Ok(Piece { file, at, bytes }),
        _ => Err(AppError::new(ErrorCode::Internal, "not a piece of a picture")),
    }
}

#[tauri::command]
pub(crate) async fn open_dropped_picture(core: State<'_, App>) -> Result<FoundPicture, AppError> {
    core.open_dropped_picture().await
}

#[tauri::command]
pub(crate) async fn open_clipboard_picture(
    app: AppHandle,
    core: State<'_, App>,
) -> Result<Option<FoundPicture>, AppError> {
    match clipboard::picture(&app).await {
        Some(ClipboardPicture::Bytes(bytes)) => {
            core.open_picture(&bytes).await.map(|picture| Some(FoundPicture::Opened { picture }))
        }
        Some(ClipboardPicture::Location(location)) => core.open_pasted_picture(location).await.map(Some),
        Some(ClipboardPicture::Html(bytes)) => Ok(Some(FoundPicture::html(&bytes))),
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
pub(crate) async fn cancel_upload(core: State<'_, App>) -> Result<Revision, AppError> {
    Ok(core.cancel_upload())
}
