//! What a signed-in person does: read the profile, change a user, upload a picture, sign out. The team is in `team`; when
//! tokens are renewed is decided in `session`; how the documents look in `wire`.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use lapel_domain::Profile;
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use serde_json::Value;
use tracing::instrument;

use crate::envelope::Bodyless;
use crate::request::{Load, Reply};
use crate::session::{Session, SessionTokens};
use crate::transport::send_request;
use crate::upload::PictureUpload;
use crate::wire::{UserUpdate, lenient, read_user};
use crate::{ApiError, ApiErrorKind, Delivery, Endpoint, Http, TokenStore, Tokens, envelope, routes};

/// A server and a session on it. Cloning is cheap; clones share the session.
#[derive(Clone)]
pub struct Connection(Arc<Parts>);

struct Parts {
    http: Http,
    endpoint: Endpoint,
    session: Arc<Session>,
}

/// A profile and which version of it this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// The profile.
    pub profile: Profile,
    /// The server's mark of this version, where it has one.
    pub etag: Option<String>,
}

/// How the profile is read. No cache on the way may answer from what it holds: an old answer would prove that an edit
/// had arrived, or that it had not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadMode<'a> {
    /// Whether the version with this mark is still the present one, and the profile where it is not, or none was named.
    Since(Option<&'a str>),
    /// The profile itself, whatever is known of it.
    Afresh,
}

/// What reading the profile brought.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "taken apart where it is made, never stored")]
pub enum Fetched {
    /// The version that the caller named is still the present one.
    NotModified,
    /// The present version.
    Profile(Versioned),
}

/// An answer whose envelope is fine.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    pub(crate) data: Value,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}

impl Connection {
    /// A connection with tokens as they came from [`crate::login`] or the keyring. Nothing is sent yet.
    pub fn new(http: Http, endpoint: Endpoint, tokens: Tokens, token_store: Arc<dyn TokenStore>) -> Self {
        let session = Arc::new(Session::new(http.clone(), endpoint.clone(), tokens, token_store));
        Self(Arc::new(Parts { http, endpoint, session }))
    }

    /// The server.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// Whether the server has refused to renew the session: nothing more can be done with it.
    pub fn has_ended(&self) -> bool {
        self.0.session.has_ended()
    }

    /// Waits for the renewal that is on its way, if there is one, until its tokens are kept or it has failed. Nothing ends a
    /// renewal but the end of the process, which should wait for this: the tokens before are worth nothing once the server
    /// has answered.
    pub async fn renewed(&self) {
        self.0.session.renewed().await;
    }

    /// Reads the profile of the signed-in person, or learns that the version that `mode` names is still present.
    ///
    /// # Errors
    /// [`ApiErrorKind::Missing`] with `known` where this person no longer exists.
    #[instrument(skip_all)]
    pub async fn profile(&self, mode: ReadMode<'_>) -> Result<Fetched, ApiError> {
        let url = routes::profile(&self.0.endpoint);
        let known = match mode {
            ReadMode::Since(known) => known,
            ReadMode::Afresh => None,
        };
        let bodyless = if known.is_some() { Bodyless::NotModified } else { Bodyless::Never };
        let request = || {
            let request = self.client().get(url.clone()).header(CACHE_CONTROL, "no-cache");
            Ok(conditional(request, IF_NONE_MATCH, known))
        };
        let answer = self.call(Load::Document, bodyless, request).await?;
        if answer.data.is_null() {
            return Ok(Fetched::NotModified);
        }
        self.read(answer).map(Fetched::Profile)
    }

    /// Changes the fields of a user that are some in `update`, and answers the user as it is then; none where the server
    /// did not tell it (204). `if_match` is the version that the change was made from; servers without versions ignore it,
    /// and a weak one is not sent, because it never matches (RFC 9110, 13.1.1).
    ///
    /// # Errors
    /// [`ApiErrorKind::Changed`] where `if_match` no longer holds; [`ApiErrorKind::Rejected`] with the server's sentence.
    /// [`Delivery::Unknown`] asks for a read before anything is sent again.
    #[instrument(skip_all)]
    pub async fn update_user(
        &self,
        user_id: &str,
        update: &UserUpdate,
        if_match: Option<&str>,
    ) -> Result<Option<Versioned>, ApiError> {
        let url = routes::user(&self.0.endpoint, user_id);
        let body = update.completed(&self.0.endpoint);
        let strong = if_match.filter(|version| !version.starts_with("W/"));
        let request = || Ok(conditional(self.client().put(url.clone()), IF_MATCH, strong).json(&body));
        let answer = self.call(Load::Document, Bodyless::NoContent, request).await?;
        if answer.data.is_null() { Ok(None) } else { self.read(answer).map(Some) }
    }

    /// Uploads a picture and answers its address as it is stored. `progress` is told the bytes handed to the connection
    /// and their total; it starts again where the server wanted a renewed session first. Dropping the future cancels.
    ///
    /// # Errors
    /// [`ApiErrorKind::Forbidden`] and [`ApiErrorKind::Missing`] from servers that take no pictures of people.
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
        let answer = self.call(Load::Picture, Bodyless::Never, request).await?;
        let address = answer.data.as_object().and_then(|data| lenient::text(data, "url"));
        match address.filter(|address| !address.is_empty()) {
            Some(address) => Ok(self.0.endpoint.localise(&address)),
            None => Err(envelope::unreadable(&answer.reply)),
        }
    }

    /// Ends the session on the server. One that is over already counts as done, and so does any answer that is not the
    /// API's own: a server without this route gives such a one, and nobody waits for it.
    ///
    /// # Errors
    /// Where the server could not be asked, or refused.
    #[instrument(skip_all)]
    pub async fn logout(&self) -> Result<(), ApiError> {
        let url = routes::logout(&self.0.endpoint);
        let answer = self.call(Load::Document, Bodyless::NoContent, || Ok(self.client().post(url.clone()))).await;
        match answer {
            Ok(_) => Ok(()),
            Err(error) if matches!(error.kind, ApiErrorKind::SignedOut | ApiErrorKind::Missing { .. }) => Ok(()),
            Err(error) if error.http_status.is_some() && error.code.is_none() => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        self.0.http.client(&self.0.endpoint)
    }

    fn read(&self, answer: Answer) -> Result<Versioned, ApiError> {
        match read_user(&answer.data, &self.0.endpoint) {
            Some(profile) => Ok(Versioned { profile, etag: answer.reply.etag }),
            None => Err(envelope::unreadable(&answer.reply)),
        }
    }

    /// Sends a request with tokens that hold; once more, with renewed ones, where the server says they do not.
    pub(crate) async fn call(
        &self,
        load: Load,
        bodyless: Bodyless,
        request: impl Fn() -> Result<RequestBuilder, ApiError>,
    ) -> Result<Answer, ApiError> {
        let session = &self.0.session;
        let mut held = session.usable().await.map_err(|error| delivered(error, Delivery::NotSent))?;
        let mut just_renewed = false;
        loop {
            match self.send(&held, load, bodyless, &request).await {
                Err(error)
                    if error.kind == ApiErrorKind::SignedOut && held.tokens.refresh.is_some() && !just_renewed =>
                {
                    held = session.renew(&held).await.map_err(|error| delivered(error, Delivery::Answered))?;
                    // Those of another process may have come to their end since.
                    just_renewed = !held.of_another_process;
                }
                outcome => return outcome,
            }
        }
    }

    async fn send(
        &self,
        held: &SessionTokens,
        load: Load,
        bodyless: Bodyless,
        request: impl Fn() -> Result<RequestBuilder, ApiError>,
    ) -> Result<Answer, ApiError> {
        // A text that cannot even be a header is no token of any server.
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", held.tokens.access.expose()))
            .map_err(|_| ApiError::new(ApiErrorKind::SignedOut, Delivery::NotSent))?;
        bearer.set_sensitive(true);
        let request = || Ok(request()?.header(AUTHORIZATION, bearer.clone()).header(ACCEPT, "application/json"));
        let reply = send_request(&self.0.http, &self.0.endpoint, load, request).await?;
        let data = envelope::data(&reply, bodyless)?;
        Ok(Answer { reply, data })
    }
}

/// A failed renewal tells about the request that it was for, not about itself.
fn delivered(error: ApiError, delivery: Delivery) -> ApiError {
    ApiError { delivery, ..error }
}

fn conditional(request: RequestBuilder, name: reqwest::header::HeaderName, version: Option<&str>) -> RequestBuilder {
    match version {
        Some(version) => request.header(name, version),
        None => request,
    }
}
