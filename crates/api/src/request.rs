//! Sends one request and reads the response as bytes, within time and size limits. `envelope` reads the contents of
//! the response; `connection_failure` classifies failed connections.

use std::time::Duration;

use reqwest::header::{DATE, ETAG, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{Client, Request, RequestBuilder, Response, StatusCode};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::connection_failure::connection_error;
use crate::http::Timeouts;
use crate::target::Target;
use crate::{ApiError, ApiErrorKind, Delivery, Http};

/// Maximum size of a response after decompression.
const MAX_RESPONSE_BYTES: usize = 2 * 1024 * 1024;
/// Maximum size of a page of a team after decompression.
const MAX_TEAM_PAGE_BYTES: usize = 8 * 1024 * 1024;
/// Maximum length of a header value in bytes. A longer value counts as missing.
const MAX_HEADER_LENGTH: usize = 2048;

/// A response before its envelope is read.
#[derive(Debug)]
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    /// The version of the resource.
    pub(crate) etag: Option<String>,
    /// The server's clock, unparsed.
    pub(crate) date: Option<String>,
    /// How long the server asks to wait, unparsed.
    pub(crate) retry_after: Option<String>,
    /// The target of a redirect, unparsed.
    pub(crate) location: Option<String>,
    /// May contain tokens.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// The host of the request, with its port unless it is the scheme's default port.
    pub(crate) host: String,
}

/// What a request or its response carries. Decides the time limits and the size limit.
#[derive(Clone, Copy)]
pub(crate) enum Payload {
    /// A document or nothing.
    Document,
    /// A page of a team in the response.
    Team,
    /// A picture in the request. The time limit for the response includes the upload.
    Picture,
}

/// Sends a request and reads the whole response. Does not follow redirects.
pub(crate) async fn send_once(request: RequestBuilder, http: &Http, payload: Payload) -> Result<RawResponse, ApiError> {
    let (client, request) = request.build_split();
    let request = request.map_err(|error| connection_error(&error))?;
    let target = Target::new(http, request.url())?;
    send(client, request, http.timeouts, payload, &target).await.map_err(|error| error.with_host(target.host()))
}

async fn send(
    client: Client,
    mut request: Request,
    timeouts: Timeouts,
    payload: Payload,
    target: &Target<'_>,
) -> Result<RawResponse, ApiError> {
    let (first_wait, total) = match payload {
        Payload::Document | Payload::Team => (timeouts.connect + timeouts.read_idle, timeouts.total),
        Payload::Picture => (timeouts.upload, timeouts.upload),
    };
    let max_bytes = match payload {
        Payload::Document | Payload::Picture => MAX_RESPONSE_BYTES,
        Payload::Team => MAX_TEAM_PAGE_BYTES,
    };
    *request.timeout_mut() = Some(total);
    let sending = timeout(first_wait, client.execute(request)).await;
    let response = sending.map_err(|_| response_timeout())?.map_err(|error| target.to_api_error(&error))?;
    let header_value = |name: HeaderName| header(response.headers(), &name);
    let (etag, date) = (header_value(ETAG), header_value(DATE));
    let (retry_after, location) = (header_value(RETRY_AFTER), header_value(LOCATION));
    let status = response.status();
    let body = match read_body(response, timeouts.read_idle, max_bytes).await {
        Ok(body) => body,
        // A 4xx response whose body cannot be read counts as one without an envelope: its sender is unknown.
        Err(_) if status.is_client_error() => Zeroizing::default(),
        Err(BodyError::TooLarge) => {
            return Err(ApiError::new(ApiErrorKind::TooLarge, Delivery::Unknown).with_status(status.as_u16()));
        }
        Err(BodyError::Broken(error)) => return Err(connection_error(&error).with_status(status.as_u16())),
        Err(BodyError::Stalled) => return Err(response_timeout().with_status(status.as_u16())),
    };
    Ok(RawResponse { status, etag, date, retry_after, location, body, host: target.host().to_owned() })
}

/// Why a body could not be read completely.
pub(crate) enum BodyError {
    TooLarge,
    Broken(reqwest::Error),
    /// No data arrived within the idle limit.
    Stalled,
}

/// Reads a body chunk by chunk and stops as soon as it is too large. The `content-length` header cannot be trusted
/// and does not count decompressed bytes.
pub(crate) async fn read_body(
    mut response: Response,
    idle: Duration,
    max_bytes: usize,
) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let mut body = Zeroizing::new(Vec::new());
    loop {
        let chunk = timeout(idle, response.chunk()).await.map_err(|_| BodyError::Stalled)?;
        let Some(chunk) = chunk.map_err(BodyError::Broken)? else { return Ok(body) };
        if body.len() + chunk.len() > max_bytes {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= MAX_HEADER_LENGTH).then(|| value.to_owned())
}

fn response_timeout() -> ApiError {
    ApiError::new(ApiErrorKind::Network, Delivery::Unknown)
}
