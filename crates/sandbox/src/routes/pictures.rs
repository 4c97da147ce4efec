//! Upload and download of pictures.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::json;

use super::path_params::{PathParams, path_params};
use crate::app::App;
use crate::config::Uploads;
use crate::pictures::MAX_PICTURE_BYTES;
use crate::response::{ApiError, HandlerResult, success};
use crate::{body, headers, pictures};

/// Maximum length of the form: the file, and the boundaries and headers around it.
const MAX_FORM_BYTES: usize = MAX_PICTURE_BYTES + 64 * 1024;

/// POST /upload/logo/logo
///
/// Stores the picture only. It becomes a user's picture when a PUT sets its URL.
pub(super) async fn upload(State(app): State<Arc<App>>, request: Request) -> HandlerResult {
    app.caller(request.headers()).await?;
    let origin = headers::origin(request.headers());
    let (parts, body) = request.into_parts();
    let bytes = body::read(body, MAX_FORM_BYTES).await?;
    match app.quirks().uploads {
        Uploads::Accepted => {}
        Uploads::Refused403 => return Err(ApiError::forbidden()),
        Uploads::Missing404 => return Err(ApiError::route_not_found()),
    }
    let file = file(Request::from_parts(parts, Body::from(bytes))).await?;
    if file.len() > MAX_PICTURE_BYTES {
        return Err(ApiError::too_large());
    }
    let kind = pictures::sniff(&file).ok_or_else(ApiError::unsupported_file)?;
    let id = app.database.transact(move |db| Ok(pictures::store(db, kind, &file)?)).await?;
    Ok(success(json!({ "id": id, "url": pictures::address(&origin, &id) })))
}

/// The bytes of the form field `file`.
async fn file(request: Request) -> Result<Bytes, ApiError> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| ApiError::no_file())?;
    while let Some(field) = form.next_field().await.map_err(|_| ApiError::no_file())? {
        if field.name() == Some("file") {
            return field.bytes().await.map_err(|_| ApiError::no_file());
        }
    }
    Err(ApiError::no_file())
}

/// GET /pictures/{id}
///
/// Needs no token, because image elements cannot send one.
pub(super) async fn show(State(app): State<Arc<App>>, path: PathParams<String>, headers: HeaderMap) -> HandlerResult {
    let id = path_params(path)?;
    let tag = format!("\"{id}\"");
    let picture = app.database.transact(move |db| pictures::load(db, &id)).await?.ok_or_else(ApiError::not_found)?;
    let fresh = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    if headers::if_none_match_holds(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, fresh).into_response());
    }
    Ok((fresh, [(header::CONTENT_TYPE, picture.kind)], picture.bytes).into_response())
}
