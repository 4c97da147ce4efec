//! The requests of a signed-in user: read the profile, update a user, upload a picture, sign out. Team requests are
//! in `team`. `session` decides when tokens are renewed; `wire` defines the documents.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use lapel_domain::Profile;
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use serde_json::Value;
use tracing::instrument;

use crate::envelope::EmptyBody;
use crate::request::{Payload, RawResponse};
use crate::session::Session;
use crate::token_state::SessionTokens;
use crate::transport::send_request;
use crate::upload::PictureUpload;
use crate::wire::{UserUpdate, lenient, read_user};
use crate::{ApiError, ApiErrorKind, Delivery, Endpoint, Http, TokenSaveError, TokenStore, Tokens, envelope, routes};

/// A session on a server. Cloning is cheap; clones share the session.
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

struct Inner {
    http: Http,
    endpoint: Endpoint,
    session: Arc<Session>,
}

/// A profile and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// The profile.
    pub profile: Profile,
    /// The server's ETag of this version, if it sends one.
    pub etag: Option<String>,
}

/// How the profile is read. Both modes bypass HTTP caches: the response decides whether an edit has arrived, so it
/// must not be outdated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadMode<'a> {
    /// Only if the server's version differs from this ETag. Without an ETag, the profile is always sent.
    Since(Option<&'a str>),
    /// Always, even if the caller knows the current version.
    Afresh,
}

/// The result of reading the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "matched immediately, never stored")]
pub enum Fetched {
    /// The version that the caller knows is still current.
    NotModified,
    /// The current version.
    Profile(Versioned),
}

/// A response with a valid envelope.
pub(crate) struct ApiResponse {
    pub(crate) raw: RawResponse,
    pub(crate) data: Value,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}

impl Connection {
    /// Creates a connection from tokens of [`crate::login`] or the keyring. Sends nothing.
    pub fn new(http: Http, endpoint: Endpoint, tokens: Tokens, token_store: Arc<dyn TokenStore>) -> Self {
        let session = Arc::new(Session::new(http.clone(), endpoint.clone(), tokens, token_store));
        Self(Arc::new(Inner { http, endpoint, session }))
    }

    /// The server's address.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// Whether the server has refused to renew the session. This is final: the user must sign in again.
    pub fn has_ended(&self) -> bool {
        self.0.session.has_ended()
    }

    /// Waits until the running renewal, if any, has saved its tokens or failed. Call this before the process exits:
    /// an exit interrupts the renewal. The new tokens are then lost, and the server may have invalidated the old ones.
    pub async fn renewed(&self) {
        self.0.session.wait_for_renewal().await;
    }

    /// Stores the current tokens again, for example after a keyring could not be written. Waits for a running renewal.
    ///
    /// # Errors
    /// If the token store cannot be written.
    pub async fn save_tokens(&self) -> Result<(), TokenSaveError> {
        let session = &self.0.session;
        loop {
            self.renewed().await;
            let current = Arc::clone(&session.state().current);
            session.token_store.save(&current.tokens).await?;
            // A renewal in the meantime may have stored its tokens first.
            let state = session.state();
            if state.renewal.is_none() && state.current.generation == current.generation {
                return Ok(());
            }
        }
    }

    /// Reads the signed-in user's profile, unless the version named by `mode` is still current.
    ///
    /// # Errors
    /// [`ApiErrorKind::Missing`] with `known` if the user no longer exists.
    #[instrument(skip_all)]
    pub async fn profile(&self, mode: ReadMode<'_>) -> Result<Fetched, ApiError> {
        let url = routes::profile(&self.0.endpoint);
        let known_etag = match mode {
            ReadMode::Since(etag) => etag,
            ReadMode::Afresh => None,
        };
        let empty_body = if known_etag.is_some() { EmptyBody::NotModified } else { EmptyBody::Never };
        let request = || {
            let request = self.client().get(url.clone()).header(CACHE_CONTROL, "no-cache");
            Ok(with_condition(request, IF_NONE_MATCH, known_etag))
        };
        let response = self.call(Payload::Document, empty_body, request).await?;
        if response.data.is_null() {
            return Ok(Fetched::NotModified);
        }
        self.read_versioned(response).map(Fetched::Profile)
    }

    /// Changes the fields of a user that are `Some` in `update`. Returns the changed user, or `None` if the server
    /// does not send it (204). `if_match` is the ETag that the change is based on. Servers without ETags ignore it. A
    /// weak ETag is not sent, because it never matches (RFC 9110, 13.1.1).
    ///
    /// # Errors
    /// [`ApiErrorKind::Changed`] if `if_match` no longer matches; [`ApiErrorKind::Rejected`] with the server's
    /// message.
    #[instrument(skip_all)]
    pub async fn update_user(
        &self,
        user_id: &str,
        update: &UserUpdate,
        if_match: Option<&str>,
    ) -> Result<Option<Versioned>, ApiError> {
        let url = routes::user(&self.0.endpoint, user_id);
        let body = update.with_full_picture_address(&self.0.endpoint);
        let strong_etag = if_match.filter(|etag| !etag.starts_with("W/"));
        let request = || Ok(with_condition(self.client().put(url.clone()), IF_MATCH, strong_etag).json(&body));
        let response = self.call(Payload::Document, EmptyBody::NoContent, request).await?;
        if response.data.is_null() { Ok(None) } else { self.read_versioned(response).map(Some) }
    }

    /// Uploads a picture and returns its address in its stored form (see [`Endpoint::to_stored`]). `progress` receives
    /// the number of bytes sent so far and the total. It restarts if the upload is repeated after a session renewal
    /// or a redirect. Dropping the future cancels the upload.
    ///
    /// # Errors
    /// [`ApiErrorKind::Forbidden`] or [`ApiErrorKind::Missing`] if the server does not accept profile pictures.
    #[instrument(skip_all)]
    pub async fn upload_picture(
        &self,
        bytes: impl Into<Bytes>,
        mime: &str,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<String, ApiError> {
        let url = routes::picture(&self.0.endpoint);
        let upload = PictureUpload::new(bytes.into(), mime, progress);
        let request = || Ok(self.client().post(url.clone()).multipart(upload.form()?));
        let response = self.call(Payload::Picture, EmptyBody::Never, request).await?;
        let address = response.data.as_object().and_then(|data| lenient::text(data, "url"));
        match address.filter(|address| !address.is_empty()) {
            Some(address) => Ok(self.0.endpoint.to_stored(&address)),
            None => Err(envelope::unreadable(&response.raw)),
        }
    }

    /// Ends the session on the server. Also succeeds if the API responds that the session has already ended. Any other
    /// response is an error, because only the API's envelope says that the session has ended: an intermediary, or a
    /// server without this route, ends nothing.
    #[instrument(skip_all)]
    pub async fn logout(&self) -> Result<(), ApiError> {
        let url = routes::logout(&self.0.endpoint);
        match self.call(Payload::Document, EmptyBody::Never, || Ok(self.client().post(url.clone()))).await {
            Err(error) if error.kind != ApiErrorKind::SignedOut => Err(error),
            _ => Ok(()),
        }
    }

    pub(crate) fn http(&self) -> &Http {
        &self.0.http
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        self.0.http.client(&self.0.endpoint)
    }

    fn read_versioned(&self, response: ApiResponse) -> Result<Versioned, ApiError> {
        match read_user(&response.data, &self.0.endpoint) {
            Some(profile) => Ok(Versioned { profile, etag: response.raw.etag }),
            None => Err(envelope::unreadable(&response.raw)),
        }
    }

    /// Sends a request with the session's tokens. If the server rejects them, renews them and sends the request
    /// again.
    pub(crate) async fn call(
        &self,
        payload: Payload,
        empty_body: EmptyBody,
        request: impl Fn() -> Result<RequestBuilder, ApiError>,
    ) -> Result<ApiResponse, ApiError> {
        let session = &self.0.session;
        let mut current = session.valid_tokens().await.map_err(|error| with_delivery(error, Delivery::NotSent))?;
        let mut just_renewed = false;
        loop {
            match self.send(&current, payload, empty_body, &request).await {
                Err(error)
                    if error.kind == ApiErrorKind::SignedOut && current.tokens.refresh.is_some() && !just_renewed =>
                {
                    current =
                        session.renew(&current).await.map_err(|error| with_delivery(error, Delivery::Answered))?;
                    // Tokens from another process may have expired in the meantime. They then need a renewal too.
                    just_renewed = !current.from_other_process;
                }
                outcome => return outcome,
            }
        }
    }

    async fn send(
        &self,
        current: &SessionTokens,
        payload: Payload,
        empty_body: EmptyBody,
        request: impl Fn() -> Result<RequestBuilder, ApiError>,
    ) -> Result<ApiResponse, ApiError> {
        // A text that is not a valid header value cannot be a token.
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", current.tokens.access.expose()))
            .map_err(|_| ApiError::new(ApiErrorKind::SignedOut, Delivery::NotSent))?;
        bearer.set_sensitive(true);
        let request = || Ok(request()?.header(AUTHORIZATION, bearer.clone()).header(ACCEPT, "application/json"));
        let raw = send_request(&self.0.http, &self.0.endpoint, payload, request).await?;
        let data = envelope::data(&raw, empty_body)?;
        Ok(ApiResponse { raw, data })
    }
}

/// Replaces the delivery of a failed renewal by that of the request that needed the renewal.
fn with_delivery(error: ApiError, delivery: Delivery) -> ApiError {
    ApiError { delivery, ..error }
}

fn with_condition(request: RequestBuilder, name: reqwest::header::HeaderName, etag: Option<&str>) -> RequestBuilder {
    match etag {
        Some(etag) => request.header(name, etag),
        None => request,
    }
}
