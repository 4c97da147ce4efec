//! The renewal of a session: the last pair of tokens is exchanged for a new one, by one renewal at a time, and the new pair is
//! kept before its first use.
//!
//! The server takes each pair once. So nothing that a request, a window or a sign-out may end ends a renewal: it is a task of
//! its own, and whoever needs tokens waits for its outcome.

use std::sync::Arc;

use reqwest::header::ACCEPT;
use tokio::sync::watch;

use crate::envelope::Bodyless;
use crate::request::Load;
use crate::session::{Session, SessionTokens};
use crate::transport::send_request;
use crate::wire::{read_session, refresh_body};
use crate::{ApiError, ApiErrorKind, Delivery, Secret, Tokens, envelope, routes};

/// How many pairs one renewal tries: its own, and those that other processes have kept meanwhile.
const MOST_PAIRS: usize = 3;

/// What all who wait for a renewal get.
type Outcome = Result<Arc<SessionTokens>, ApiError>;

/// A renewal on its way; it will hold the outcome.
pub(crate) type Renewal = watch::Receiver<Option<Outcome>>;

impl Session {
    /// Newer tokens than those that were used. Whoever waits for a renewal shares its outcome, also its failure: behind
    /// a dead network each of many requests would otherwise wait for a time limit of its own. May be dropped at any point;
    /// the renewal goes on.
    pub(crate) async fn renew(self: &Arc<Self>, used: &SessionTokens) -> Outcome {
        let mut renewal = {
            let mut present = self.present();
            if present.held.generation != used.generation {
                return Ok(Arc::clone(&present.held));
            }
            if let Some(refused) = &present.refused {
                return Err(refused.clone());
            }
            // One whose task has ended without an outcome is begun anew.
            match present.renewal.take().filter(|renewal| renewal.has_changed().is_ok()) {
                Some(renewal) => present.renewal.insert(renewal).clone(),
                None => {
                    let renewal = self.begin(Arc::clone(&present.held));
                    present.renewal.insert(renewal).clone()
                }
            }
        };
        let outcome = renewal.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or_else(|| Err(ApiError::new(ApiErrorKind::Network, Delivery::NotSent)))
    }

    /// Waits for the renewal that is on its way, if there is one.
    pub(crate) async fn renewed(&self) {
        let renewal = self.present().renewal.clone();
        if let Some(mut renewal) = renewal {
            // An error says that its task is gone: nothing is left to wait for.
            let _gone = renewal.wait_for(Option::is_some).await.is_err();
        }
    }

    fn begin(self: &Arc<Self>, held: Arc<SessionTokens>) -> Renewal {
        let (tell, renewal) = watch::channel(None);
        let session = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = session.refresh_pair(held).await;
            let outcome = outcome.map_err(|error| ApiError { in_renewal: true, ..error });
            {
                let mut present = session.present();
                present.renewal = None;
                match &outcome {
                    Ok(fresh) => present.held = Arc::clone(fresh),
                    Err(error) if error.kind == ApiErrorKind::SignedOut => present.refused = Some(error.clone()),
                    Err(_) => {}
                }
            }
            tell.send_replace(Some(outcome));
        });
        renewal
    }

    /// Exchanges the pair; where the server refuses it, one that another process has kept meanwhile takes its place.
    async fn refresh_pair(&self, mut held: Arc<SessionTokens>) -> Outcome {
        let mut tried = Vec::new();
        loop {
            let refusal = match self.request_refresh(&held.tokens).await {
                Ok(tokens) => {
                    if let Err(error) = self.token_store.save(&tokens).await {
                        tracing::warn!(%error, "the renewed tokens stay in memory only");
                    }
                    return Ok(Arc::new(held.followed_by(tokens, false)));
                }
                Err(error) if is_refusal(&error) => ApiError { kind: ApiErrorKind::SignedOut, ..error },
                Err(error) => return Err(error),
            };
            tried.push(held.tokens.clone());
            match self.token_store.load().await.filter(|kept| tried.len() < MOST_PAIRS && !tried.contains(kept)) {
                Some(kept) => held = Arc::new(held.followed_by(kept, true)),
                None => return Err(refusal),
            }
            tracing::info!("another process has renewed the session");
            if !held.is_due() {
                return Ok(held);
            }
        }
    }

    async fn request_refresh(&self, tokens: &Tokens) -> Result<Tokens, ApiError> {
        let Tokens { access, refresh: Some(refresh), .. } = tokens else {
            return Err(ApiError::new(ApiErrorKind::SignedOut, Delivery::NotSent));
        };
        let (http, endpoint, body) = (&self.http, &self.endpoint, refresh_body(access, refresh));
        let request = || {
            let request = http.client(endpoint).post(routes::refresh(endpoint)).header(ACCEPT, "application/json");
            Ok(request.json(&body))
        };
        let reply = send_request(http, endpoint, Load::Document, request).await?;
        let mut data = envelope::data(&reply, Bodyless::Never)?;
        let mut renewed = read_session(&mut data, envelope::server_time(reply.date.as_deref()))
            .ok_or_else(|| envelope::unreadable(&reply))?;
        // A server that does not rotate refresh tokens need not repeat the one it has.
        renewed.refresh = renewed.refresh.or_else(|| Some(Secret::clone(refresh)));
        tracing::info!("the session was renewed");
        Ok(renewed)
    }
}

/// Whether the API itself has refused for good, however it words that. A busy server, a broken connection or something between
/// has not: the same pair is sent again later.
fn is_refusal(error: &ApiError) -> bool {
    // Only an envelope holds a code.
    let busy = matches!(error.http_status, Some(408 | 429 | 500..));
    error.kind == ApiErrorKind::SignedOut || (error.code.is_some() && !busy)
}
