//! Taking pictures in and giving them out.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::json;

use super::{Placeholders, placeholders};
use crate::answer::{Answer, Refusal, success};
use crate::app::App;
use crate::config::Uploads;
use crate::pictures::PICTURE_CAP;
use crate::{body, headers, pictures};

/// Room for the boundaries and headers around the file.
const FORM_CAP: usize = PICTURE_CAP + 64 * 1024;

/// POST /upload/logo/logo
///
/// This is no write to the person: the picture belongs to nobody until a PUT names it.
pub(super) async fn upload(State(app): State<Arc<App>>, request: Request) -> Answer {
    app.caller(request.headers()).await?;
    let origin = headers::origin(request.headers());
    let (parts, body) = request.into_parts();
    let bytes = body::read(body, FORM_CAP).await?;
    match app.quirks().uploads {
        Uploads::Accepted => {}
        Uploads::Refused403 => return Err(Refusal::forbidden()),
        Uploads::Missing404 => return Err(Refusal::no_route()),
    }
    let file = file(Request::from_parts(parts, Body::from(bytes))).await?;
    if file.len() > PICTURE_CAP {
        return Err(Refusal::too_large());
    }
    let kind = pictures::sniff(&file).ok_or_else(Refusal::file_kind)?;
    let id = app.database.transact(move |db| Ok(pictures::store(db, kind, &file)?)).await?;
    Ok(success(json!({ "id": id, "url": pictures::address(&origin, &id) })))
}

/// The bytes of the form field `file`.
async fn file(request: Request) -> Result<Bytes, Refusal> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Refusal::no_file())?;
    while let Some(field) = form.next_field().await.map_err(|_| Refusal::no_file())? {
        if field.name() == Some("file") {
            return field.bytes().await.map_err(|_| Refusal::no_file());
        }
    }
    Err(Refusal::no_file())
}

/// GET /pictures/{id}, for everyone: an image element sends no token.
pub(super) async fn show(State(app): State<Arc<App>>, path: Placeholders<String>, headers: HeaderMap) -> Answer {
    let id = placeholders(path)?;
    let tag = format!("\"{id}\"");
    let picture = app.database.transact(move |db| pictures::load(db, &id)).await?.ok_or_else(Refusal::not_found)?;
    let fresh = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    if headers::none_match_holds(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, fresh).into_response());
    }
    Ok((fresh, [(header::CONTENT_TYPE, picture.kind)], picture.bytes).into_response())
}
