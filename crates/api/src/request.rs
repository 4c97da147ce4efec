//! One request and its answer as bytes: time limits, the size limit, and what a broken connection means. What the answer
//! says is read in `envelope`.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{DATE, ETAG, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{Client, Request, RequestBuilder, Response, StatusCode};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::http::Timeouts;
use crate::names::UnknownName;
use crate::target::Target;
use crate::tls_failure::TlsFault;
use crate::{ApiError, ApiErrorKind, Delivery, Http};

/// Most bytes of an answer, after unpacking.
const MOST_JSON: usize = 2 * 1024 * 1024;
/// The same for a page of a team.
const MOST_TEAM: usize = 8 * 1024 * 1024;
/// Longest header value that is kept, in bytes.
const LONGEST_HEADER: usize = 2048;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Its status.
    pub(crate) status: StatusCode,
    /// The version of what was read or written.
    pub(crate) etag: Option<String>,
    /// The server's clock.
    pub(crate) date: Option<String>,
    /// How long to wait, unread.
    pub(crate) retry_after: Option<String>,
    /// Where a redirect leads, unread.
    pub(crate) location: Option<String>,
    /// The body; it may hold tokens.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// The host that was asked, with its port where that is not the usual one.
    pub(crate) host: String,
}

/// What a request or its answer carries, which decides how long it may take and how large the answer may be.
#[derive(Clone, Copy)]
pub(crate) enum Load {
    /// A document, or nothing.
    Document,
    /// A page of a team as the answer.
    Team,
    /// A picture: the wait for the answer includes sending it.
    Picture,
}

/// Sends a request and reads the whole answer.
pub(crate) async fn send_once(request: RequestBuilder, http: &Http, load: Load) -> Result<Reply, ApiError> {
    let (client, request) = request.build_split();
    let request = request.map_err(|error| broken(&error))?;
    let target = Target::of(http, request.url())?;
    send(client, request, http.timeouts, load, &target).await.map_err(|error| error.at(target.host()))
}

async fn send(
    client: Client,
    mut request: Request,
    timeouts: Timeouts,
    load: Load,
    target: &Target<'_>,
) -> Result<Reply, ApiError> {
    let (first_wait, total) = match load {
        Load::Document | Load::Team => (timeouts.connect + timeouts.read_idle, timeouts.total),
        Load::Picture => (timeouts.upload, timeouts.upload),
    };
    let most = match load {
        Load::Document | Load::Picture => MOST_JSON,
        Load::Team => MOST_TEAM,
    };
    *request.timeout_mut() = Some(total);
    let sending = timeout(first_wait, client.execute(request)).await;
    let response = sending.map_err(|_| lost())?.map_err(|error| target.failure(&error))?;
    let kept = |name: HeaderName| header(response.headers(), &name);
    let (etag, date, retry_after, location) = (kept(ETAG), kept(DATE), kept(RETRY_AFTER), kept(LOCATION));
    let status = response.status();
    let body = match read_body(response, timeouts.read_idle, most).await {
        Ok(body) => body,
        // A refusal without its words: whose it was is not known.
        Err(_) if status.is_client_error() => Zeroizing::default(),
        Err(BodyError::TooLarge) => {
            return Err(ApiError::new(ApiErrorKind::TooLarge, Delivery::Unknown).with_status(status.as_u16()));
        }
        Err(BodyError::Broken(error)) => return Err(broken(&error).with_status(status.as_u16())),
        Err(BodyError::Stalled) => return Err(lost().with_status(status.as_u16())),
    };
    Ok(Reply { status, etag, date, retry_after, location, body, host: target.host().to_owned() })
}

/// Why a body was not read to its end.
pub(crate) enum BodyError {
    /// More bytes than allowed.
    TooLarge,
    /// The connection broke.
    Broken(reqwest::Error),
    /// No byte came for too long.
    Stalled,
}

/// Reads a body in pieces and stops at the first byte too many: announced lengths and packed bodies both lie.
pub(crate) async fn read_body(
    mut response: Response,
    idle: Duration,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let mut body = Zeroizing::new(Vec::new());
    loop {
        let piece = timeout(idle, response.chunk()).await.map_err(|_| BodyError::Stalled)?;
        let Some(piece) = piece.map_err(BodyError::Broken)? else { return Ok(body) };
        if body.len() + piece.len() > most {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= LONGEST_HEADER).then(|| value.to_owned())
}

/// No answer in time.
fn lost() -> ApiError {
    ApiError::new(ApiErrorKind::Network, Delivery::Unknown)
}

/// What a failure of the connection means. Only a failure to connect is sure to have carried nothing to the server.
pub(crate) fn broken(error: &reqwest::Error) -> ApiError {
    let kind = if is_tls(error) {
        ApiErrorKind::Tls(TlsFault::Untrusted)
    } else if causes(error).any(|cause| cause.is::<UnknownName>()) {
        ApiErrorKind::UnknownServer
    } else if is_gibberish(error) {
        ApiErrorKind::Unreadable
    } else {
        ApiErrorKind::Network
    };
    let delivery = if error.is_connect() || error.is_builder() { Delivery::NotSent } else { Delivery::Unknown };
    // The root alone: what stands above it names the whole address.
    tracing::debug!(reason = root(error).to_string(), "the connection failed");
    ApiError::new(kind, delivery)
}

fn root(error: &reqwest::Error) -> &dyn Error {
    let mut last: &dyn Error = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last
}

/// Whether bytes came that are not HTTP, or not packed as announced. A connection that broke while they came fails in
/// hyper below the unpacking.
fn is_gibberish(error: &reqwest::Error) -> bool {
    let below = |wanted: &dyn Fn(&hyper::Error) -> bool| {
        causes(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(wanted))
    };
    // A body that took too long counts as undecodable too.
    !error.is_timeout() && (below(&hyper::Error::is_parse) || (error.is_decode() && !below(&|_| true)))
}

/// Whether TLS failed.
pub(crate) fn is_tls(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.is::<rustls::Error>())
}

/// An error and its causes. The standard library's I/O error hides what it wraps from `source`.
pub(crate) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}
