//! Sends a request and follows redirects. The HTTP client does not follow them, because it would turn a PUT into a
//! GET for some of them and cannot send an upload twice. `request` sends a single request.

use reqwest::{Method, RequestBuilder, StatusCode};
use url::Url;

use crate::connection_failure::connection_error;
use crate::request::{Payload, RawResponse, send_once};
use crate::{ApiError, Endpoint, Http};

const MAX_REDIRECTS: usize = 5;

/// Sends the request that `build_request` builds, and builds and sends it again for every redirect. Follows only
/// redirects on the endpoint's origin that keep the method; any other redirect is returned as the response.
pub(crate) async fn send_request(
    http: &Http,
    endpoint: &Endpoint,
    payload: Payload,
    build_request: impl Fn() -> Result<RequestBuilder, ApiError>,
) -> Result<RawResponse, ApiError> {
    let (mut target, mut redirects) = (None::<Url>, 0);
    loop {
        let (client, request) = build_request()?.build_split();
        let mut request = request.map_err(|error| connection_error(&error))?;
        if let Some(target) = target.take() {
            *request.url_mut() = target;
        }
        let (method, url) = (request.method().clone(), request.url().clone());
        let response = send_once(RequestBuilder::from_parts(client, request), http, payload).await?;
        let next =
            redirect_target(&response, &method, &url).filter(|next| redirects < MAX_REDIRECTS && endpoint.is_own(next));
        match next {
            Some(next) => (target, redirects) = (Some(next), redirects + 1),
            None => return Ok(response),
        }
    }
}

/// The target of a redirect that keeps the method. 301, 302 and 303 keep only GET; other methods could become GET
/// (RFC 9110, 15.4).
fn redirect_target(response: &RawResponse, method: &Method, from: &Url) -> Option<Url> {
    let keeps_method = match response.status {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => *method == Method::GET,
        _ => false,
    };
    response.location.as_deref().filter(|_| keeps_method).and_then(|location| from.join(location).ok())
}
