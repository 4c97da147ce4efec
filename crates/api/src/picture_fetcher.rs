//! Fetching pictures by their address, from the API or from anywhere. Whether the bytes are a picture is not judged here.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, LOCATION};
use reqwest::{Client, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tracing::instrument;
use url::{Host, Url};

use crate::http::{base, build};
use crate::public_address::{NotPublic, PublicOnly, is_public};
use crate::request::{BodyError, causes, is_tls, read_body};
use crate::{Endpoint, Http, HttpError};

/// Most bytes of a picture.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Most redirects that are followed.
const MOST_REDIRECTS: usize = 5;
/// Most pictures that are fetched at the same time.
const AT_A_TIME: usize = 4;
/// Time for one picture, with its redirects.
const TOTAL: Duration = Duration::from_secs(30);

/// Why a picture could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureFetchError {
    /// Not the address of a picture: neither https nor the API's own.
    #[error("not an address that pictures are fetched from")]
    Address,
    /// The host is not on the public internet.
    #[error("the picture's host is not on the public internet")]
    NotPublic,
    /// It moved on too often, or nowhere.
    #[error("too many redirects")]
    Redirects,
    /// The server answered this status instead.
    #[error("the server answered with HTTP status {0}")]
    Status(u16),
    /// More than 16 MiB.
    #[error("the picture is too large")]
    TooLarge,
    /// The host's certificate is not trusted.
    #[error("the certificate of the picture's host is not trusted")]
    Tls,
    /// The host could not be reached, or not in time.
    #[error("the picture's host could not be reached")]
    Network,
}

/// Fetches pictures, four at a time, without credentials, cookies or Referer. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct PictureFetcher {
    http: Http,
    elsewhere: Client,
    places: Arc<Semaphore>,
}

impl PictureFetcher {
    /// Sets the client for other servers up; `http` fetches from the API itself. A proxy of the system is used for the
    /// API alone: behind one, it is the proxy that looks names up, and nothing here could tell where they lead.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn new(http: Http) -> Result<Self, HttpError> {
        let timeouts = http.timeouts;
        let elsewhere = build(|| base(timeouts).no_proxy().dns_resolver(PublicOnly))?;
        Ok(Self { http, elsewhere, places: Arc::new(Semaphore::new(AT_A_TIME)) })
    }

    /// The bytes at an address as it is stored. `own` is the API in use, whose pictures may come over http.
    ///
    /// # Errors
    /// The reason why there are none.
    #[instrument(skip_all)]
    pub async fn fetch(&self, own: Option<&Endpoint>, url: &str) -> Result<Vec<u8>, PictureFetchError> {
        // Never closed; were it, fetching without a place would be the lesser evil.
        let _place = self.places.acquire().await.ok();
        let fetching = timeout(TOTAL, self.follow(own, url));
        fetching.await.unwrap_or(Err(PictureFetchError::Network))
    }

    async fn follow(&self, own: Option<&Endpoint>, url: &str) -> Result<Vec<u8>, PictureFetchError> {
        let absolute = own.map_or_else(|| url.to_owned(), |own| own.complete(url));
        let mut url = Url::parse(&absolute).map_err(|_| PictureFetchError::Address)?;
        for _ in 0..=MOST_REDIRECTS {
            let client = self.client_for(own, &url)?;
            let request = client.get(url.clone()).header(ACCEPT, "image/*");
            let idle = self.http.timeouts.read_idle;
            let sending = timeout(self.http.timeouts.connect + idle, request.send()).await;
            let response = sending.map_err(|_| PictureFetchError::Network)?.map_err(|error| broken(&error))?;
            if !response.status().is_redirection() {
                return read(response, idle).await;
            }
            url = target(&response).ok_or(PictureFetchError::Redirects)?;
        }
        Err(PictureFetchError::Redirects)
    }

    /// Checks one address on the way and answers the client that may go there.
    fn client_for(&self, own: Option<&Endpoint>, url: &Url) -> Result<&Client, PictureFetchError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(PictureFetchError::Address);
        }
        if let Some(own) = own.filter(|own| own.is_own(url)) {
            return Ok(self.http.client(own));
        }
        if url.scheme() != "https" {
            return Err(PictureFetchError::Address);
        }
        // Literal addresses pass the resolver by. The URL parser has read every odd spelling of them already.
        let public = match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(_)) => true,
            None => return Err(PictureFetchError::Address),
        };
        if public { Ok(&self.elsewhere) } else { Err(PictureFetchError::NotPublic) }
    }
}

/// Where a redirect leads.
fn target(response: &Response) -> Option<Url> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    response.url().join(location).ok()
}

async fn read(response: Response, idle: Duration) -> Result<Vec<u8>, PictureFetchError> {
    if !response.status().is_success() {
        return Err(PictureFetchError::Status(response.status().as_u16()));
    }
    match read_body(response, idle, MOST_BYTES).await {
        Ok(mut body) => Ok(std::mem::take(&mut *body)),
        Err(BodyError::TooLarge) => Err(PictureFetchError::TooLarge),
        Err(BodyError::Broken(error)) => Err(broken(&error)),
        Err(BodyError::Stalled) => Err(PictureFetchError::Network),
    }
}

fn broken(error: &reqwest::Error) -> PictureFetchError {
    if causes(error).any(|cause| cause.is::<NotPublic>()) {
        PictureFetchError::NotPublic
    } else if is_tls(error) {
        PictureFetchError::Tls
    } else {
        PictureFetchError::Network
    }
}
