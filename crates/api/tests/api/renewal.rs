//! Session renewal: when it happens, how often, and what its failures mean. A renewal exchanges a token pair (access
//! token and refresh token) for a new one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lapel_api::{ApiErrorKind, Connection, Delivery, ReadMode, Secret, Tokens, UserUpdate};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::server::{Request, Response, Server, TestTokenStore, json_response, session_response, user_response_body};

pub(crate) const PROFILE: &str = "GET /v1/users/profile";
pub(crate) const REFRESH: &str = "POST /v1/auth/refresh";

// Error codes of the API, with their names from tests/contract/openapi.yaml.
pub(crate) const ENTITY_NOT_FOUND: i64 = 3001;
pub(crate) const NO_AUTH_TOKEN: i64 = 4002;
pub(crate) const FORBIDDEN: i64 = 4003;
pub(crate) const INVALID_TOKEN: i64 = 4004;
/// "Last access token and refresh token invalid": the API rejects the token pair.
pub(crate) const TOKEN_PAIR_INVALID: i64 = 4011;
pub(crate) const INVALID_TWO_FACTOR_CODE: i64 = 4013;
/// "The request does not fit the contract".
pub(crate) const BAD_REQUEST: i64 = 5000;
/// A code that the contract does not contain.
pub(crate) const UNKNOWN_CODE: i64 = 9999;

/// The status in a table row that stands for a connection reset instead of a response.
pub(crate) const RESET: u16 = 0;

/// The token pair `old` and `refresh-1`. `expires_at` is the expiry of the access token: `Some(0)` is in the past,
/// `None` means that the client does not know it.
pub(crate) fn tokens(expires_at: Option<i64>) -> Tokens {
    Tokens {
        access: Secret::new("old".into()),
        access_expires_at: expires_at,
        refresh: Some(Secret::new("refresh-1".into())),
    }
}

/// The body of a renewal with this pair.
pub(crate) fn pair(access: &str, refresh: &str) -> Value {
    json!({ "lastAccessToken": access, "refreshToken": refresh })
}

pub(crate) async fn read(connection: &Connection) -> Result<(), lapel_api::ApiError> {
    connection.profile(ReadMode::Since(None)).await.map(drop)
}

/// The API's response to a request whose tokens it rejects with this code.
pub(crate) fn rejection(code: i64) -> Response {
    json_response(401, json!({ "status": false, "error": { "code": code, "message": "Invalid Token" } }))
}

/// Accepts only the access token `new`, and renews only the pair `old` and `refresh-1`; the new refresh token is
/// `refresh-2`. Rejects everything else.
pub(crate) fn normal_server(request: &Request) -> Response {
    match (request.line.as_str(), request.bearer()) {
        (REFRESH, _) if request.json() == pair("old", "refresh-1") => session_response("new", "refresh-2", 3600),
        (REFRESH, _) => rejection(TOKEN_PAIR_INVALID),
        (_, Some("new")) => json_response(200, user_response_body()),
        _ => rejection(INVALID_TOKEN),
    }
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once_and_the_new_one_is_saved_before_use() {
    let token_store = Arc::new(TestTokenStore::default());
    let saved_at_first_use = Arc::new(AtomicUsize::new(usize::MAX));
    let (store, counter) = (Arc::clone(&token_store), Arc::clone(&saved_at_first_use));
    let server = Server::start(move |request| {
        if request.bearer() == Some("new") {
            counter.store(store.saved.lock().unwrap().len(), Ordering::SeqCst);
        }
        normal_server(request)
    })
    .await;
    let connection = server.connection_with(tokens(None), token_store.clone());
    connection.update_user("1", &UserUpdate::default(), None).await.unwrap();
    assert_eq!((server.count("PUT /v1/users/1"), server.count(REFRESH)), (2, 1));
    assert_eq!(saved_at_first_use.load(Ordering::SeqCst), 1, "the new tokens are saved before use");
    let saved = token_store.saved.lock().unwrap().clone();
    assert_eq!((saved[0].access.expose(), saved[0].refresh.as_ref().unwrap().expose()), ("new", "refresh-2"));
    connection.profile(ReadMode::Since(None)).await.unwrap();
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn codes_4002_and_4004_start_a_renewal_whatever_the_http_status() {
    for (status, code) in [(200, NO_AUTH_TOKEN), (403, INVALID_TOKEN), (400, NO_AUTH_TOKEN)] {
        let server = Server::start(move |request| match request.bearer() {
            Some("old") => json_response(status, json!({ "status": false, "error": { "code": code, "message": "" } })),
            _ => normal_server(request),
        })
        .await;
        server
            .connection_with(tokens(None), Arc::new(TestTokenStore::default()))
            .profile(ReadMode::Since(None))
            .await
            .unwrap();
        assert_eq!(server.count(REFRESH), 1);
    }
}

#[tokio::test]
async fn twenty_rejected_requests_share_one_renewal() {
    // Gets one permit for each rejected request.
    let rejected = Arc::new(Semaphore::new(0));
    let server = Server::start_async(move |request| {
        let rejected = Arc::clone(&rejected);
        Box::pin(async move {
            if request.bearer() == Some("old") {
                rejected.add_permits(1);
            } else if request.line == REFRESH {
                // Respond only after all requests are rejected, so that each of them needs the renewal.
                let _all = rejected.acquire_many(20).await.unwrap();
            }
            normal_server(&request)
        })
    })
    .await;
    let token_store = Arc::new(TestTokenStore::default());
    let connection = server.connection_with(tokens(None), token_store.clone());
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move { connection.profile(ReadMode::Since(None)).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    // Each request is sent twice: with the old token and with the new one.
    assert_eq!((server.count(REFRESH), server.count(PROFILE)), (1, 40));
    assert_eq!(token_store.saved.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_expired_token_is_renewed_before_the_request_is_sent() {
    let server = Server::start(normal_server).await;
    let connection = server.connection_with(tokens(Some(0)), Arc::new(TestTokenStore::default()));
    connection.profile(ReadMode::Since(None)).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.iter().map(|request| request.line.as_str()).collect::<Vec<_>>(), [REFRESH, PROFILE]);
    assert_eq!(
        requests[0].header("authorization"),
        None,
        "a renewal has no authorization header, because the token pair identifies the session"
    );
}

/// The expected effect of a failed renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// The session ends. Later requests fail without being sent.
    SessionEnded,
    /// The request fails with this kind of error. The next request repeats the renewal with the same pair.
    Retry(ApiErrorKind),
}

/// The session ends only if the API rejects the renewal, because then the pair will never be accepted again. A
/// rejection is an error in the API's envelope, with any code, unless the status means that the server is busy (408,
/// 429, 5xx). With the codes 4002 and 4004, the session ends even then. After any other failure, the pair may still be
/// valid.
#[tokio::test]
async fn only_a_rejection_by_the_api_ends_the_session_and_other_failures_are_retried_with_the_same_pair() {
    use ApiErrorKind::{Changed, Intermediary, Network, Redirected, Transient, Unreadable};
    use Expected::{Retry, SessionEnded};
    let in_envelope = |code: i64| json!({ "status": false, "error": { "code": code, "message": "No" } }).to_string();
    let table: Vec<(u16, String, Expected)> = vec![
        // The API rejects the pair. The status does not matter, unless it means a busy server (see below).
        (400, in_envelope(TOKEN_PAIR_INVALID), SessionEnded),
        (401, in_envelope(TOKEN_PAIR_INVALID), SessionEnded),
        (403, in_envelope(TOKEN_PAIR_INVALID), SessionEnded),
        (200, in_envelope(TOKEN_PAIR_INVALID), SessionEnded),
        // The token is invalid, even though the status means a busy server.
        (503, in_envelope(INVALID_TOKEN), SessionEnded),
        // The API rejects the renewal with any other code.
        (400, in_envelope(BAD_REQUEST), SessionEnded),
        (401, in_envelope(UNKNOWN_CODE), SessionEnded),
        (403, in_envelope(FORBIDDEN), SessionEnded),
        (404, in_envelope(ENTITY_NOT_FOUND), SessionEnded),
        (409, in_envelope(UNKNOWN_CODE), SessionEnded),
        (412, in_envelope(UNKNOWN_CODE), SessionEnded),
        (418, in_envelope(INVALID_TWO_FACTOR_CODE), SessionEnded),
        // The status means a busy server, with or without an envelope.
        (408, in_envelope(TOKEN_PAIR_INVALID), Retry(Transient)),
        (429, in_envelope(UNKNOWN_CODE), Retry(Transient)),
        (500, in_envelope(TOKEN_PAIR_INVALID), Retry(Transient)),
        (503, in_envelope(UNKNOWN_CODE), Retry(Transient)),
        (408, String::new(), Retry(Transient)),
        (429, String::new(), Retry(Transient)),
        (502, "<html>".into(), Retry(Transient)),
        // Gateways send these statuses without an envelope.
        (409, "<html>".into(), Retry(Changed)),
        (302, "<html>".into(), Retry(Redirected)),
        // The API reports success, but the response has no access token.
        (200, r#"{"status":true,"data":{}}"#.into(), Retry(Unreadable)),
        (200, r#"{"status":true,"data":{"refreshToken":{"token":"r"}}}"#.into(), Retry(Unreadable)),
        // Responses without a valid envelope are not from the API.
        (200, "<html>".into(), Retry(Intermediary)),
        (204, String::new(), Retry(Intermediary)),
        (304, String::new(), Retry(Intermediary)),
        (400, r#"{"error":"blocked"}"#.into(), Retry(Intermediary)),
        (401, String::new(), Retry(Intermediary)),
        (401, r#"{"status":false,"error":{}}"#.into(), Retry(Intermediary)),
        (403, "<html>".into(), Retry(Intermediary)),
        (404, "<html>".into(), Retry(Intermediary)),
        (407, "<html>".into(), Retry(Intermediary)),
        (451, "<html>".into(), Retry(Intermediary)),
        // There is no response.
        (RESET, String::new(), Retry(Network)),
    ];
    for (status, body, expected) in table {
        let row = format!("{status} with {body}");
        let fails_renewal = Arc::new(AtomicBool::new(true));
        let (fails, response_body) = (Arc::clone(&fails_renewal), body.clone());
        let server = Server::start(move |request| match request.line.as_str() {
            REFRESH if fails.load(Ordering::SeqCst) && status == RESET => Response::Reset,
            REFRESH if fails.load(Ordering::SeqCst) => {
                Response::Complete(status, vec![], response_body.clone().into_bytes())
            }
            _ => normal_server(request),
        })
        .await;
        let connection = server.connection_with(tokens(Some(0)), Arc::new(TestTokenStore::default()));
        let put = || async { connection.update_user("1", &UserUpdate::default(), None).await.map(drop) };
        let error = put().await.unwrap_err();
        let kind = match expected {
            SessionEnded => ApiErrorKind::SignedOut,
            Retry(kind) => kind,
        };
        assert_eq!((error.kind, error.delivery), (kind, Delivery::NotSent), "{row}");
        assert_eq!(connection.has_ended(), expected == SessionEnded, "{row}");
        fails_renewal.store(false, Ordering::SeqCst);
        let next = put().await;
        assert_eq!(next.is_ok(), expected != SessionEnded, "{row}: {next:?}");
        let sent: Vec<Value> =
            server.requests().iter().filter(|request| request.line == REFRESH).map(Request::json).collect();
        assert_eq!(sent, vec![pair("old", "refresh-1"); if expected == SessionEnded { 1 } else { 2 }], "{row}");
        assert_eq!(server.count("PUT /v1/users/1"), usize::from(expected != SessionEnded), "{row}");
    }
}

#[tokio::test]
async fn a_renewal_response_may_omit_the_user_and_the_refresh_token() {
    let session_without_user = |access: &str, refresh: Value| {
        let access = json!({ "token": access, "expireAt": "2024-01-01T00:00:01Z" });
        json_response(200, json!({ "status": true, "data": { "accessToken": access, "refreshToken": refresh } }))
    };
    let server = Server::start(move |request| match (request.line.as_str(), request.bearer()) {
        (REFRESH, _) if request.json() == pair("old", "refresh-1") => session_without_user("second", Value::Null),
        (REFRESH, _) if request.json() == pair("second", "refresh-1") => {
            session_without_user("third", json!({ "token": "refresh-2" }))
        }
        (_, Some("third")) => json_response(200, user_response_body()),
        _ => rejection(INVALID_TOKEN),
    })
    .await;
    let token_store = Arc::new(TestTokenStore::default());
    let connection = server.connection_with(tokens(None), token_store.clone());
    // The server also rejects the renewed token, so the first request fails although its renewal succeeded.
    assert_eq!(read(&connection).await.unwrap_err().kind, ApiErrorKind::SignedOut);
    read(&connection).await.unwrap();
    let saved = token_store.saved.lock().unwrap().clone();
    let refresh = |index: usize| saved[index].refresh.as_ref().unwrap().expose().to_owned();
    assert_eq!((refresh(0).as_str(), refresh(1).as_str()), ("refresh-1", "refresh-2"));
}

/// A server that delays its responses to renewals.
struct DelayedRenewal {
    server: Server,
    /// The server responds to a renewal when this has a permit.
    gate: Arc<Semaphore>,
    /// Gets one permit for each renewal that arrives at the server.
    arrived: Arc<Semaphore>,
}

impl DelayedRenewal {
    /// Starts a server that responds like `handle`.
    async fn start(handle: fn(&Request) -> Response) -> Self {
        let (gate, arrived) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (server_gate, server_arrived) = (Arc::clone(&gate), Arc::clone(&arrived));
        let server = Server::start_async(move |request| {
            let (gate, arrived) = (Arc::clone(&server_gate), Arc::clone(&server_arrived));
            Box::pin(async move {
                if request.line == REFRESH {
                    arrived.add_permits(1);
                    let _permit = gate.acquire().await.unwrap();
                }
                handle(&request)
            })
        })
        .await;
        Self { server, gate, arrived }
    }
}

#[tokio::test]
async fn cancelling_a_request_does_not_cancel_the_renewal() {
    let DelayedRenewal { server, gate, arrived } = DelayedRenewal::start(normal_server).await;
    let token_store = Arc::new(TestTokenStore::default());
    let connection = server.connection_with(tokens(Some(0)), token_store.clone());
    let clone = connection.clone();
    let cancelled = tokio::spawn(async move { read(&clone).await });
    arrived.acquire().await.unwrap().forget();
    cancelled.abort();
    assert!(cancelled.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    // The new tokens are saved even though no request waits for them.
    connection.renewed().await;
    assert_eq!(token_store.saved.lock().unwrap().len(), 1);
    read(&connection).await.unwrap();
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn requests_that_wait_for_a_renewal_share_its_failure() {
    let DelayedRenewal { server, gate, .. } = DelayedRenewal::start(|_| Response::Complete(503, vec![], vec![])).await;
    let connection = server.connection_with(tokens(Some(0)), Arc::new(TestTokenStore::default()));
    let mut calls: Vec<_> = (0..20).map(|_| Box::pin(connection.profile(ReadMode::Since(None)))).collect();
    // Poll each request once. The first then waits for its renewal, and the others wait for the same renewal.
    for call in &mut calls {
        tokio::select! {
            biased;
            result = call => panic!("the request finished before the renewal: {result:?}"),
            () = std::future::ready(()) => {}
        }
    }
    gate.add_permits(1);
    for call in calls {
        assert_eq!(call.await.unwrap_err().kind, ApiErrorKind::Transient);
    }
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn a_failure_to_save_the_new_tokens_does_not_end_the_session() {
    let server = Server::start(normal_server).await;
    let token_store = Arc::new(TestTokenStore { fails: true, ..TestTokenStore::default() });
    let connection = server.connection_with(tokens(None), token_store);
    connection.profile(ReadMode::Since(None)).await.unwrap();
    connection.profile(ReadMode::Since(None)).await.unwrap();
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn a_server_that_rejects_every_token_causes_only_one_renewal() {
    let server = Server::start(|request| match request.line.as_str() {
        REFRESH => session_response("new", "refresh-2", 3600),
        _ => rejection(INVALID_TOKEN),
    })
    .await;
    let connection = server.connection_with(tokens(None), Arc::new(TestTokenStore::default()));
    let error = connection.update_user("1", &UserUpdate::default(), None).await.unwrap_err();
    assert_eq!(error.kind, ApiErrorKind::SignedOut);
    assert_eq!((server.count("PUT /v1/users/1"), server.count(REFRESH)), (2, 1));
}

#[tokio::test]
async fn an_api_token_is_never_renewed() {
    let server = Server::start(|_| rejection(INVALID_TOKEN)).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ApiErrorKind::SignedOut, Some(INVALID_TOKEN)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_a_valid_header_value_is_not_sent() {
    let server = Server::start(|_| json_response(200, user_response_body())).await;
    let invalid_token = Tokens::api_token(Secret::new("two\nlines".into()));
    let error = server
        .connection_with(invalid_token, Arc::new(TestTokenStore::default()))
        .profile(ReadMode::Since(None))
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::SignedOut, Delivery::NotSent));
    assert!(server.requests().is_empty());
}
