//! Sending a request to where it leads. Redirects are followed here, and not by the HTTP client, which turns a PUT into a
//! GET on some of them, and could not send an upload twice. One request and its answer are in `request`.

use reqwest::{Method, RequestBuilder, StatusCode};
use url::Url;

use crate::request::{Load, Reply, send_once};
use crate::{ApiError, Endpoint, Http};

/// Most redirects of one request that are followed.
const MOST_REDIRECTS: usize = 5;

/// Sends the request that `request` makes, and once more for each redirect that is followed: within the origin, and never
/// with another method. Any other redirect is handed back as the answer, so nothing is sent there.
pub(crate) async fn send_request(
    http: &Http,
    endpoint: &Endpoint,
    load: Load,
    request: impl Fn() -> Result<RequestBuilder, ApiError>,
) -> Result<Reply, ApiError> {
    let (mut target, mut redirects) = (None::<Url>, 0);
    loop {
        let (client, made) = request()?.build_split();
        let mut made = made.map_err(|error| crate::request::broken(&error))?;
        if let Some(target) = target.take() {
            *made.url_mut() = target;
        }
        let (method, url) = (made.method().clone(), made.url().clone());
        let reply = send_once(RequestBuilder::from_parts(client, made), http, load).await?;
        let next = followed(&reply, &method, &url).filter(|next| redirects < MOST_REDIRECTS && endpoint.is_own(next));
        match next {
            Some(next) => (target, redirects) = (Some(next), redirects + 1),
            None => return Ok(reply),
        }
    }
}

/// Where a redirect leads, if one with this method may be followed at all: 301, 302 and 303 would change any method but
/// GET (RFC 9110, 15.4).
fn followed(reply: &Reply, method: &Method, from: &Url) -> Option<Url> {
    let keeps_method = match reply.status {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => *method == Method::GET,
        _ => false,
    };
    reply.location.as_deref().filter(|_| keeps_method).and_then(|location| from.join(location).ok())
}
