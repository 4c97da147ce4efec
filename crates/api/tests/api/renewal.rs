//! Session renewal: when it happens, how often, and what its failures mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lapel_api::{ApiErrorKind, Connection, Delivery, ReadMode, Secret, Tokens, UserUpdate};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::server::{Request, Response, Server, TestTokenStore, json as respond, session, user};

const PROFILE: &str = "GET /v1/users/profile";
const REFRESH: &str = "POST /v1/auth/refresh";

fn tokens(expires_at: Option<i64>) -> Tokens {
    Tokens {
        access: Secret::new("old".into()),
        access_expires_at: expires_at,
        refresh: Some(Secret::new("refresh-1".into())),
    }
}

fn pair(access: &str, refresh: &str) -> Value {
    json!({ "lastAccessToken": access, "refreshToken": refresh })
}

async fn read(connection: &Connection) -> Result<(), lapel_api::ApiError> {
    connection.profile(ReadMode::Since(None)).await.map(drop)
}

fn refusal(code: i64) -> Response {
    respond(401, json!({ "status": false, "error": { "code": code, "message": "Invalid Token" } }))
}

/// Accepts only the access token `new`, and renews only the pair `old` and `refresh-1`.
fn normal_server(request: &Request) -> Response {
    match (request.line.as_str(), request.bearer()) {
        (REFRESH, _) if request.json() == pair("old", "refresh-1") => session("new", "refresh-2", 3600),
        (REFRESH, _) => refusal(4011),
        (_, "new") => respond(200, user()),
        _ => refusal(4004),
    }
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once_and_saved_before_its_first_use() {
    let token_store = Arc::new(TestTokenStore::default());
    let saved_before_use = Arc::new(AtomicUsize::new(usize::MAX));
    let (store, counter) = (Arc::clone(&token_store), Arc::clone(&saved_before_use));
    let server = Server::start(move |request| {
        if request.bearer() == "new" {
            counter.store(store.saved.lock().unwrap().len(), Ordering::SeqCst);
        }
        normal_server(request)
    })
    .await;
    let connection = server.connection_with(tokens(None), token_store.clone());
    connection.update_user("1", &UserUpdate::default(), None).await.unwrap();
    assert_eq!((server.count("PUT /v1/users/1"), server.count(REFRESH)), (2, 1));
    assert_eq!(saved_before_use.load(Ordering::SeqCst), 1, "saved before the first use");
    let saved = token_store.saved.lock().unwrap().clone();
    assert_eq!((saved[0].access.expose(), saved[0].refresh.as_ref().unwrap().expose()), ("new", "refresh-2"));
    connection.profile(ReadMode::Since(None)).await.unwrap();
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn codes_4002_and_4004_start_a_renewal_with_any_status() {
    for (status, code) in [(200, 4002), (403, 4004), (400, 4002)] {
        let server = Server::start(move |request| match request.bearer() {
            "old" => respond(status, json!({ "status": false, "error": { "code": code, "message": "" } })),
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
    let rejected = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&rejected);
    let server = Server::start_async(move |request| {
        let gate = Arc::clone(&gate);
        Box::pin(async move {
            if request.bearer() == "old" {
                gate.add_permits(1);
            } else if request.line == REFRESH {
                // Respond only after all requests were rejected.
                let _all = gate.acquire_many(20).await.unwrap();
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
    assert_eq!(requests[0].header("authorization"), None, "the token pair in the body identifies the session");
}

/// The expected consequence of a response to a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// The session has ended, and nothing more is sent.
    SessionEnded,
    /// An error of this kind; the next request sends the same pair again.
    Retry(ApiErrorKind),
}

#[tokio::test]
async fn only_a_refusal_by_the_api_ends_the_session_and_other_failures_are_retried_with_the_same_pair() {
    use ApiErrorKind::{Between, Changed, Network, Redirected, Transient, Unreadable};
    use Expected::{Retry, SessionEnded};
    let in_envelope = |code: i64| json!({ "status": false, "error": { "code": code, "message": "No" } }).to_string();
    let table: Vec<(u16, String, Expected)> = vec![
        (400, in_envelope(4011), SessionEnded),
        (401, in_envelope(4011), SessionEnded),
        (403, in_envelope(4011), SessionEnded),
        (200, in_envelope(4011), SessionEnded),
        (503, in_envelope(4004), SessionEnded),
        (400, in_envelope(5000), SessionEnded),
        (401, in_envelope(9999), SessionEnded),
        (403, in_envelope(4003), SessionEnded),
        (404, in_envelope(3001), SessionEnded),
        (409, in_envelope(9999), SessionEnded),
        (412, in_envelope(9999), SessionEnded),
        (418, in_envelope(4013), SessionEnded),
        (408, in_envelope(4011), Retry(Transient)),
        (429, in_envelope(9999), Retry(Transient)),
        (500, in_envelope(4011), Retry(Transient)),
        (503, in_envelope(9999), Retry(Transient)),
        (408, String::new(), Retry(Transient)),
        (429, String::new(), Retry(Transient)),
        (502, "<html>".into(), Retry(Transient)),
        (409, "<html>".into(), Retry(Changed)),
        (302, "<html>".into(), Retry(Redirected)),
        (200, r#"{"status":true,"data":{}}"#.into(), Retry(Unreadable)),
        (200, r#"{"status":true,"data":{"refreshToken":{"token":"r"}}}"#.into(), Retry(Unreadable)),
        (200, "<html>".into(), Retry(Between)),
        (204, String::new(), Retry(Between)),
        (304, String::new(), Retry(Between)),
        (400, r#"{"error":"blocked"}"#.into(), Retry(Between)),
        (401, String::new(), Retry(Between)),
        (401, r#"{"status":false,"error":{}}"#.into(), Retry(Between)),
        (403, "<html>".into(), Retry(Between)),
        (404, "<html>".into(), Retry(Between)),
        (407, "<html>".into(), Retry(Between)),
        (451, "<html>".into(), Retry(Between)),
        (0, String::new(), Retry(Network)),
    ];
    for (status, body, expected) in table {
        let row = format!("{status} with {body}");
        let broken = Arc::new(AtomicBool::new(true));
        let (is_broken, response_body) = (Arc::clone(&broken), body.clone());
        let server = Server::start(move |request| match request.line.as_str() {
            REFRESH if is_broken.load(Ordering::SeqCst) && status == 0 => Response::Reset,
            REFRESH if is_broken.load(Ordering::SeqCst) => {
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
        broken.store(false, Ordering::SeqCst);
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
    let session_response = |access: &str, refresh: Value| {
        let access = json!({ "token": access, "expireAt": "2024-01-01T00:00:01Z" });
        respond(200, json!({ "status": true, "data": { "accessToken": access, "refreshToken": refresh } }))
    };
    let server = Server::start(move |request| match (request.line.as_str(), request.bearer()) {
        (REFRESH, _) if request.json() == pair("old", "refresh-1") => session_response("second", Value::Null),
        (REFRESH, _) if request.json() == pair("second", "refresh-1") => {
            session_response("third", json!({ "token": "refresh-2" }))
        }
        (_, "third") => respond(200, user()),
        _ => refusal(4004),
    })
    .await;
    let token_store = Arc::new(TestTokenStore::default());
    let connection = server.connection_with(tokens(None), token_store.clone());
    // The server rejects the second access token as well, so the first request fails after its renewal.
    assert_eq!(read(&connection).await.unwrap_err().kind, ApiErrorKind::SignedOut);
    read(&connection).await.unwrap();
    let saved = token_store.saved.lock().unwrap().clone();
    let refresh = |index: usize| saved[index].refresh.as_ref().unwrap().expose().to_owned();
    assert_eq!((refresh(0).as_str(), refresh(1).as_str()), ("refresh-1", "refresh-2"));
}

/// A server that responds to a renewal only when the first semaphore gets a permit. It adds a permit to the second
/// one when a renewal arrives.
async fn server_with_delayed_renewal() -> (Server, Arc<Semaphore>, Arc<Semaphore>) {
    let (gate, arrived) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (server_gate, server_arrived) = (Arc::clone(&gate), Arc::clone(&arrived));
    let server = Server::start_async(move |request| {
        let (gate, arrived) = (Arc::clone(&server_gate), Arc::clone(&server_arrived));
        Box::pin(async move {
            if request.line == REFRESH {
                arrived.add_permits(1);
                let _permit = gate.acquire().await.unwrap();
            }
            normal_server(&request)
        })
    })
    .await;
    (server, gate, arrived)
}

#[tokio::test]
async fn cancelling_a_request_does_not_cancel_the_renewal() {
    let (server, gate, arrived) = server_with_delayed_renewal().await;
    let token_store = Arc::new(TestTokenStore::default());
    let connection = server.connection_with(tokens(Some(0)), token_store.clone());
    let clone = connection.clone();
    let cancelled = tokio::spawn(async move { read(&clone).await });
    arrived.acquire().await.unwrap().forget();
    cancelled.abort();
    assert!(cancelled.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    // The new tokens are saved although no request waits for them.
    connection.renewed().await;
    assert_eq!(token_store.saved.lock().unwrap().len(), 1);
    read(&connection).await.unwrap();
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn a_pair_saved_by_another_process_is_used_and_renewed_if_it_has_expired() {
    let other_pair = |expires_at| Tokens {
        access: Secret::new("other-process".into()),
        access_expires_at: expires_at,
        refresh: Some(Secret::new("refresh-9".into())),
    };
    for (expires_at, is_accepted, refreshes) in [(None, true, 1), (Some(0), true, 2), (None, false, 2)] {
        let server = Server::start(move |request| match (request.line.as_str(), request.bearer()) {
            (REFRESH, _) if request.json() == pair("other-process", "refresh-9") => session("new", "refresh-10", 3600),
            (REFRESH, _) => refusal(4011),
            (_, "other-process") if is_accepted => respond(200, user()),
            (_, "new") => respond(200, user()),
            _ => refusal(4004),
        })
        .await;
        let token_store = Arc::new(TestTokenStore {
            saved_by_other_process: Some(other_pair(expires_at)).into(),
            ..TestTokenStore::default()
        });
        let connection = server.connection_with(tokens(Some(0)), token_store.clone());
        read(&connection).await.unwrap();
        read(&connection).await.unwrap();
        assert_eq!(server.count(REFRESH), refreshes, "{expires_at:?} {is_accepted}");
        assert_eq!(
            token_store.saved.lock().unwrap().len(),
            refreshes - 1,
            "a pair saved by another process is not saved again"
        );
    }
}

#[tokio::test]
async fn the_session_ends_if_the_stored_pair_is_the_refused_one_or_is_refused_too() {
    let refused_pair = Tokens { access: Secret::new("older".into()), ..tokens(Some(0)) };
    for (stored, refreshes) in [(tokens(Some(0)), 1), (refused_pair, 2)] {
        let server = Server::start(|_| refusal(4011)).await;
        let token_store =
            Arc::new(TestTokenStore { saved_by_other_process: Some(stored).into(), ..TestTokenStore::default() });
        let connection = server.connection_with(tokens(Some(0)), token_store);
        for _ in 0..2 {
            let error = read(&connection).await.unwrap_err();
            assert_eq!((error.kind, error.code), (ApiErrorKind::SignedOut, Some(4011)));
        }
        assert_eq!((server.count(REFRESH), server.count(PROFILE)), (refreshes, 0));
    }
}

#[tokio::test]
async fn requests_that_wait_for_a_renewal_share_its_failure() {
    let permits = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&permits);
    let server = Server::start_async(move |request| {
        let gate = Arc::clone(&gate);
        Box::pin(async move {
            if request.line == REFRESH {
                let _permit = gate.acquire().await.unwrap();
            }
            Response::Complete(503, vec![], vec![])
        })
    })
    .await;
    let connection = server.connection_with(tokens(Some(0)), Arc::new(TestTokenStore::default()));
    let mut calls: Vec<_> = (0..20).map(|_| Box::pin(connection.profile(ReadMode::Since(None)))).collect();
    // Poll each request until it waits: the first for the server, the others for the renewal of the first.
    for call in &mut calls {
        tokio::select! {
            biased;
            result = call => panic!("the renewal must wait: {result:?}"),
            () = std::future::ready(()) => {}
        }
    }
    permits.add_permits(1);
    for call in calls {
        assert_eq!(call.await.unwrap_err().kind, ApiErrorKind::Transient);
    }
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn a_failing_keyring_does_not_end_the_session() {
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
        REFRESH => session("new", "refresh-2", 3600),
        _ => refusal(4004),
    })
    .await;
    let connection = server.connection_with(tokens(None), Arc::new(TestTokenStore::default()));
    let error = connection.update_user("1", &UserUpdate::default(), None).await.unwrap_err();
    assert_eq!(error.kind, ApiErrorKind::SignedOut);
    assert_eq!((server.count("PUT /v1/users/1"), server.count(REFRESH)), (2, 1));
}

#[tokio::test]
async fn an_api_token_is_never_renewed() {
    let server = Server::start(|_| refusal(4004)).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ApiErrorKind::SignedOut, Some(4004)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_a_valid_header_value_is_not_sent() {
    let server = Server::start(|_| respond(200, user())).await;
    let invalid = Tokens::api_token(Secret::new("two\nlines".into()));
    let error = server
        .connection_with(invalid, Arc::new(TestTokenStore::default()))
        .profile(ReadMode::Since(None))
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::SignedOut, Delivery::NotSent));
    assert!(server.requests().is_empty());
}
