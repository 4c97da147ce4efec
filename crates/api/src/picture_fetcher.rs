//! Downloads pictures from the API or from any public https host. Does not check whether the bytes are a picture.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, LOCATION};
use reqwest::{Client, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tracing::instrument;
use url::{Host, Url};

use crate::connection_failure::{causes, is_tls};
use crate::http::{build_client, client_builder};
use crate::public_address::{NotPublic, PublicOnly, is_public};
use crate::request::{BodyError, read_body};
use crate::{Endpoint, Http, HttpError};

const MAX_BYTES: usize = 16 * 1024 * 1024;
const MAX_REDIRECTS: usize = 5;
const MAX_CONCURRENT: usize = 4;
/// Time limit for one picture, including redirects.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a picture could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureFetchError {
    /// The address is invalid, contains credentials, or is neither https nor on the API's origin.
    #[error("not an address that pictures are fetched from")]
    Address,
    /// The host is not on the public internet.
    #[error("the picture's host is not on the public internet")]
    NotPublic,
    /// Too many redirects, or a redirect without a valid target.
    #[error("too many redirects")]
    Redirects,
    /// The server responded with this status.
    #[error("the server responded with HTTP status {0}")]
    Status(u16),
    /// More than 16 MiB.
    #[error("the picture is too large")]
    TooLarge,
    /// The host's certificate is not trusted.
    #[error("the certificate of the picture's host is not trusted")]
    Tls,
    /// The host could not be reached within the time limit.
    #[error("the picture's host could not be reached")]
    Network,
}

/// Fetches up to four pictures at a time, without credentials, cookies or Referer. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct PictureFetcher {
    http: Http,
    public_hosts: Client,
    permits: Arc<Semaphore>,
}

impl PictureFetcher {
    /// Creates a fetcher that uses `http` for the API and its own client for all other hosts. That client never uses
    /// a proxy: a proxy resolves host names itself, so this crate could not check that the address is public.
    pub fn new(http: Http) -> Result<Self, HttpError> {
        let timeouts = http.timeouts;
        let public_hosts = build_client(|| client_builder(timeouts).no_proxy().dns_resolver(PublicOnly))?;
        Ok(Self { http, public_hosts, permits: Arc::new(Semaphore::new(MAX_CONCURRENT)) })
    }

    /// Fetches the bytes at an address in its stored form (see [`Endpoint::to_stored`]). `api` is the API in use; only
    /// pictures on its origin may be fetched over http.
    #[instrument(skip_all)]
    pub async fn fetch(&self, api: Option<&Endpoint>, url: &str) -> Result<Vec<u8>, PictureFetchError> {
        // The semaphore is never closed. If it were, fetching without a permit would be better than failing.
        let _permit = self.permits.acquire().await.ok();
        timeout(TOTAL_TIMEOUT, self.follow(api, url)).await.unwrap_or(Err(PictureFetchError::Network))
    }

    async fn follow(&self, api: Option<&Endpoint>, url: &str) -> Result<Vec<u8>, PictureFetchError> {
        let absolute = api.map_or_else(|| url.to_owned(), |api| api.complete(url));
        let mut url = Url::parse(&absolute).map_err(|_| PictureFetchError::Address)?;
        for _ in 0..=MAX_REDIRECTS {
            let client = self.client_for(api, &url)?;
            let request = client.get(url.clone()).header(ACCEPT, "image/*");
            let idle = self.http.timeouts.read_idle;
            let sending = timeout(self.http.timeouts.connect + idle, request.send()).await;
            let response = sending.map_err(|_| PictureFetchError::Network)?.map_err(|error| fetch_error(&error))?;
            if !response.status().is_redirection() {
                return read(response, idle).await;
            }
            url = redirect_target(&response).ok_or(PictureFetchError::Redirects)?;
        }
        Err(PictureFetchError::Redirects)
    }

    /// Checks one address of a redirect chain and returns the client for it.
    fn client_for(&self, api: Option<&Endpoint>, url: &Url) -> Result<&Client, PictureFetchError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(PictureFetchError::Address);
        }
        if let Some(api) = api.filter(|api| api.is_own(url)) {
            return Ok(self.http.client(api));
        }
        if url.scheme() != "https" {
            return Err(PictureFetchError::Address);
        }
        // IP addresses bypass the resolver. The URL parser has already normalized unusual spellings.
        let public = match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(_)) => true,
            None => return Err(PictureFetchError::Address),
        };
        if public { Ok(&self.public_hosts) } else { Err(PictureFetchError::NotPublic) }
    }
}

fn redirect_target(response: &Response) -> Option<Url> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    response.url().join(location).ok()
}

async fn read(response: Response, idle: Duration) -> Result<Vec<u8>, PictureFetchError> {
    if !response.status().is_success() {
        return Err(PictureFetchError::Status(response.status().as_u16()));
    }
    match read_body(response, idle, MAX_BYTES).await {
        Ok(mut body) => Ok(std::mem::take(&mut *body)),
        Err(BodyError::TooLarge) => Err(PictureFetchError::TooLarge),
        Err(BodyError::Broken(error)) => Err(fetch_error(&error)),
        Err(BodyError::Stalled) => Err(PictureFetchError::Network),
    }
}

fn fetch_error(error: &reqwest::Error) -> PictureFetchError {
    if causes(error).any(|cause| cause.is::<NotPublic>()) {
        PictureFetchError::NotPublic
    } else if is_tls(error) {
        PictureFetchError::Tls
    } else {
        PictureFetchError::Network
    }
}
