//! Session renewal: exchanges the current token pair for a new one and saves the new pair before its first use. At
//! most one renewal runs at a time.
//!
//! The server accepts each pair only once, so a renewal must not be cancelled together with the request that needs
//! it. It runs as its own task, and every request that needs tokens waits for its result.

use std::sync::Arc;

use reqwest::header::ACCEPT;
use tokio::sync::watch;

use crate::envelope::EmptyBody;
use crate::request::Payload;
use crate::session::Session;
use crate::token_state::{Renewal, RenewalResult, SessionTokens};
use crate::transport::send_request;
use crate::wire::{read_session, refresh_body};
use crate::{ApiError, ApiErrorKind, Delivery, Secret, Tokens, envelope, routes};

/// How many token pairs one renewal tries: its own, then pairs that other processes have saved in the meantime.
const MAX_TOKEN_PAIRS: usize = 3;

impl Session {
    /// The current tokens, renewed first if they expire soon.
    pub(crate) async fn valid_tokens(self: &Arc<Self>) -> Result<Arc<SessionTokens>, ApiError> {
        let current = Arc::clone(&self.state().current);
        if current.is_due() { self.renew(&current).await } else { Ok(current) }
    }

    /// Returns tokens newer than `used`. All callers that wait for the same renewal share its result, including a
    /// failure: otherwise each of many requests on a dead network would wait for its own timeout. Dropping this
    /// future does not cancel the renewal.
    pub(crate) async fn renew(self: &Arc<Self>, used: &SessionTokens) -> RenewalResult {
        let mut renewal = {
            let mut state = self.state();
            if state.current.generation != used.generation {
                return Ok(Arc::clone(&state.current));
            }
            if let Some(refusal) = &state.refusal {
                return Err(refusal.clone());
            }
            // If the task of the last renewal ended without a result, start a new one.
            match state.renewal.take().filter(|renewal| renewal.has_changed().is_ok()) {
                Some(renewal) => state.renewal.insert(renewal).clone(),
                None => {
                    let renewal = self.start_renewal(Arc::clone(&state.current));
                    state.renewal.insert(renewal).clone()
                }
            }
        };
        let result = renewal.wait_for(Option::is_some).await.ok().and_then(|result| result.clone());
        result.unwrap_or_else(|| Err(ApiError::new(ApiErrorKind::Network, Delivery::NotSent)))
    }

    pub(crate) async fn wait_for_renewal(&self) {
        let renewal = self.state().renewal.clone();
        if let Some(mut renewal) = renewal {
            // An error means that the task is gone, so there is nothing left to wait for.
            let _task_gone = renewal.wait_for(Option::is_some).await.is_err();
        }
    }

    fn start_renewal(self: &Arc<Self>, current: Arc<SessionTokens>) -> Renewal {
        let (sender, renewal) = watch::channel(None);
        let session = Arc::clone(self);
        tokio::spawn(async move {
            let result = session.refresh_pair(current).await;
            let result = result.map_err(|error| ApiError { in_renewal: true, ..error });
            {
                let mut state = session.state();
                state.renewal = None;
                match &result {
                    Ok(renewed) => state.current = Arc::clone(renewed),
                    Err(error) if error.kind == ApiErrorKind::SignedOut => state.refusal = Some(error.clone()),
                    Err(_) => {}
                }
            }
            sender.send_replace(Some(result));
        });
        renewal
    }

    /// Exchanges the pair. If the server refuses it, uses the pair that another process has saved in the meantime.
    async fn refresh_pair(&self, mut current: Arc<SessionTokens>) -> RenewalResult {
        let mut tried = Vec::new();
        loop {
            let refusal = match self.request_refresh(&current.tokens).await {
                Ok(tokens) => {
                    if let Err(error) = self.token_store.save(&tokens).await {
                        tracing::warn!(%error, "the renewed tokens could not be saved and stay in memory only");
                    }
                    return Ok(Arc::new(current.next_generation(tokens, false)));
                }
                Err(error) if is_refusal(&error) => ApiError { kind: ApiErrorKind::SignedOut, ..error },
                Err(error) => return Err(error),
            };
            tried.push(current.tokens.clone());
            match self.token_store.load().await.filter(|saved| tried.len() < MAX_TOKEN_PAIRS && !tried.contains(saved))
            {
                Some(saved) => current = Arc::new(current.next_generation(saved, true)),
                None => return Err(refusal),
            }
            tracing::info!("another process has renewed the session");
            if !current.is_due() {
                return Ok(current);
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
        let response = send_request(http, endpoint, Payload::Document, request).await?;
        let mut data = envelope::data(&response, EmptyBody::Never)?;
        let mut renewed = read_session(&mut data, envelope::server_time(response.date.as_deref()))
            .ok_or_else(|| envelope::unreadable(&response))?;
        // Servers that do not rotate refresh tokens may leave the refresh token out of the response.
        renewed.refresh = renewed.refresh.or_else(|| Some(Secret::clone(refresh)));
        tracing::info!("the session was renewed");
        Ok(renewed)
    }
}

/// Whether the API itself refused the renewal permanently, with any code. A busy server, a broken connection or an
/// intermediary (proxy, captive portal) has not refused it: the same pair is sent again later.
fn is_refusal(error: &ApiError) -> bool {
    // The code comes from the API's envelope, so an error with a code is from the API.
    let busy = matches!(error.http_status, Some(408 | 429 | 500..));
    error.kind == ApiErrorKind::SignedOut || (error.code.is_some() && !busy)
}
