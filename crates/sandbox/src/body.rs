//! Bodies of requests: read under a cap and a time limit, then parsed. What they mean is not known here.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::answer::Refusal;
use crate::fields::Fields;

/// Most bytes of a JSON body.
pub(crate) const JSON_CAP: usize = 64 * 1024;

const READ_TIME: Duration = Duration::from_secs(30);

/// The whole body. One that is larger than the cap is read on for a while and thrown away: closing the connection on a
/// client that is still writing would cost it the answer.
pub(crate) async fn read(body: Body, cap: usize) -> Result<Bytes, Refusal> {
    tokio::time::timeout(READ_TIME, collect(body, cap)).await.map_err(|_| Refusal::too_slow())?
}

async fn collect(mut body: Body, cap: usize) -> Result<Bytes, Refusal> {
    let mut kept = Vec::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        // The client broke off: nobody reads this answer.
        let frame = frame.map_err(|_| Refusal::request("The body ended early"))?;
        let Ok(data) = frame.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= cap {
            kept.extend_from_slice(&data);
        } else if seen > cap.saturating_mul(8) {
            break;
        }
    }
    if seen > cap { Err(Refusal::too_large()) } else { Ok(Bytes::from(kept)) }
}

/// The JSON object in a body; what does not fit is refused by `refuse`, under the code of the operation.
pub(crate) async fn object(
    headers: &HeaderMap,
    body: Body,
    refuse: fn(&'static str) -> Refusal,
) -> Result<Fields, Refusal> {
    let bytes = read(body, JSON_CAP).await?;
    if !is_json(headers) {
        return Err(refuse("The body must be application/json"));
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(map)) => Ok(Fields(map)),
        Ok(_) => Err(refuse("The body must be a JSON object")),
        Err(_) => Err(refuse("The body is not valid JSON")),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
