//! Reads request bodies, with a limit on size and time, and parses them as JSON.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::fields::Fields;
use crate::response::ApiError;

/// Maximum length of a JSON body, in bytes.
pub(crate) const MAX_JSON_BYTES: usize = 64 * 1024;

const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads the whole body. A body longer than `cap` is an error, but up to eight times `cap` is read and discarded
/// first: if the connection were closed while the client is still writing, the client would not get the response.
pub(crate) async fn read(body: Body, cap: usize) -> Result<Bytes, ApiError> {
    tokio::time::timeout(READ_TIMEOUT, collect(body, cap)).await.map_err(|_| ApiError::timeout())?
}

async fn collect(mut body: Body, cap: usize) -> Result<Bytes, ApiError> {
    let mut bytes = Vec::new();
    let mut total = 0_usize;
    while let Some(frame) = body.frame().await {
        // The client has disconnected and does not read this response.
        let frame = frame.map_err(|_| ApiError::bad_request("The body ended early"))?;
        let Ok(data) = frame.into_data() else { continue };
        total = total.saturating_add(data.len());
        if total <= cap {
            bytes.extend_from_slice(&data);
        } else if total > cap.saturating_mul(8) {
            break;
        }
    }
    if total > cap { Err(ApiError::too_large()) } else { Ok(Bytes::from(bytes)) }
}

/// Reads a JSON object. `to_error` makes the error for a malformed body: its error code depends on the operation.
pub(crate) async fn object(
    headers: &HeaderMap,
    body: Body,
    to_error: fn(&'static str) -> ApiError,
) -> Result<Fields, ApiError> {
    let bytes = read(body, MAX_JSON_BYTES).await?;
    if !is_json(headers) {
        return Err(to_error("The body must be application/json"));
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(map)) => Ok(Fields(map)),
        Ok(_) => Err(to_error("The body must be a JSON object")),
        Err(_) => Err(to_error("The body is not valid JSON")),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
