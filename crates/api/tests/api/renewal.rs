//! The renewal of sessions: when, how often, and what its failures mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lapel_api::{ApiErrorKind, Connection, Delivery, ReadMode, Secret, Tokens, UserUpdate};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::server::{Answer, Keeper, Request, Server, json as reply, session, user};

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

fn refused(code: i64) -> Answer {
    reply(401, json!({ "status": false, "error": { "code": code, "message": "Invalid Token" } }))
}

/// Takes only `new`, and renews only the pair of `old` and `refresh-1`.
fn ordinary(request: &Request) -> Answer {
    match (request.line.as_str(), request.bearer()) {
        (REFRESH, _) if request.json() == pair("old", "refresh-1") => session("new", "refresh-2", 3600),
        (REFRESH, _) => refused(4011),
        (_, "new") => reply(200, user()),
        _ => refused(4004),
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_kept_before_its_first_use() {
    let keeper = Arc::new(Keeper::default());
    let seen = Arc::new(AtomicUsize::new(usize::MAX));
    let (watched, kept_at_use) = (Arc::clone(&keeper), Arc::clone(&seen));
    let server = Server::start(move |request| {
        if request.bearer() == "new" {
            kept_at_use.store(watched.kept.lock().unwrap().len(), Ordering::SeqCst);
        }
        ordinary(request)
    })
    .await;
    let connection = server.connection_with(tokens(None), keeper.clone());
    connection.update_user("1", &UserUpdate::default(), None).await.unwrap();
    assert_eq!((server.count("PUT /v1/users/1"), server.count(REFRESH)), (2, 1));
    assert_eq!(seen.load(Ordering::SeqCst), 1, "kept before it is used");
    let kept = keeper.kept.lock().unwrap().clone();
    assert_eq!((kept[0].access.expose(), kept[0].refresh.as_ref().unwrap().expose()), ("new", "refresh-2"));
    connection.profile(ReadMode::Since(None)).await.unwrap();
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn codes_4002_and_4004_renew_whatever_the_status() {
    for (status, code) in [(200, 4002), (403, 4004), (400, 4002)] {
        let server = Server::start(move |request| match request.bearer() {
            "old" => reply(status, json!({ "status": false, "error": { "code": code, "message": "" } })),
            _ => ordinary(request),
        })
        .await;
        server.connection_with(tokens(None), Arc::new(Keeper::default())).profile(ReadMode::Since(None)).await.unwrap();
        assert_eq!(server.count(REFRESH), 1);
    }
}

#[tokio::test]
async fn twenty_refused_requests_renew_once() {
    let arrived = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&arrived);
    let server = Server::start_async(move |request| {
        let gate = Arc::clone(&gate);
        Box::pin(async move {
            if request.bearer() == "old" {
                gate.add_permits(1);
            } else if request.line == REFRESH {
                // Answered only when all of them were refused.
                let _all = gate.acquire_many(20).await.unwrap();
            }
            ordinary(&request)
        })
    })
    .await;
    let keeper = Arc::new(Keeper::default());
    let connection = server.connection_with(tokens(None), keeper.clone());
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
    assert_eq!(keeper.kept.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_at_its_end_is_renewed_before_it_is_sent() {
    let server = Server::start(ordinary).await;
    let connection = server.connection_with(tokens(Some(0)), Arc::new(Keeper::default()));
    connection.profile(ReadMode::Since(None)).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.iter().map(|request| request.line.as_str()).collect::<Vec<_>>(), [REFRESH, PROFILE]);
    assert_eq!(requests[0].header("authorization"), None, "the pair alone says whose session it is");
}

/// What follows from each answer to a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Follows {
    /// The session is over, and nothing more is sent.
    Over,
    /// A failure of this kind; the same pair is sent again with the next request.
    Again(ApiErrorKind),
}

#[tokio::test]
async fn only_a_refusal_of_the_api_itself_ends_the_session_and_after_anything_else_the_same_pair_is_sent_again() {
    use ApiErrorKind::{Between, Changed, Network, Redirected, Transient, Unreadable};
    use Follows::{Again, Over};
    let in_envelope = |code: i64| json!({ "status": false, "error": { "code": code, "message": "No" } }).to_string();
    let table: Vec<(u16, String, Follows)> = vec![
        (400, in_envelope(4011), Over),
        (401, in_envelope(4011), Over),
        (403, in_envelope(4011), Over),
        (200, in_envelope(4011), Over),
        (503, in_envelope(4004), Over),
        (400, in_envelope(5000), Over),
        (401, in_envelope(9999), Over),
        (403, in_envelope(4003), Over),
        (404, in_envelope(3001), Over),
        (409, in_envelope(9999), Over),
        (412, in_envelope(9999), Over),
        (418, in_envelope(4013), Over),
        (408, in_envelope(4011), Again(Transient)),
        (429, in_envelope(9999), Again(Transient)),
        (500, in_envelope(4011), Again(Transient)),
        (503, in_envelope(9999), Again(Transient)),
        (408, String::new(), Again(Transient)),
        (429, String::new(), Again(Transient)),
        (502, "<html>".into(), Again(Transient)),
        (409, "<html>".into(), Again(Changed)),
        (302, "<html>".into(), Again(Redirected)),
        (200, r#"{"status":true,"data":{}}"#.into(), Again(Unreadable)),
        (200, r#"{"status":true,"data":{"refreshToken":{"token":"r"}}}"#.into(), Again(Unreadable)),
        (200, "<html>".into(), Again(Between)),
        (204, String::new(), Again(Between)),
        (304, String::new(), Again(Between)),
        (400, r#"{"error":"blocked"}"#.into(), Again(Between)),
        (401, String::new(), Again(Between)),
        (401, r#"{"status":false,"error":{}}"#.into(), Again(Between)),
        (403, "<html>".into(), Again(Between)),
        (404, "<html>".into(), Again(Between)),
        (407, "<html>".into(), Again(Between)),
        (451, "<html>".into(), Again(Between)),
        (0, String::new(), Again(Network)),
    ];
    for (status, body, follows) in table {
        let row = format!("{status} with {body}");
        let broken = Arc::new(AtomicBool::new(true));
        let (switch, said) = (Arc::clone(&broken), body.clone());
        let server = Server::start(move |request| match request.line.as_str() {
            REFRESH if switch.load(Ordering::SeqCst) && status == 0 => Answer::Reset,
            REFRESH if switch.load(Ordering::SeqCst) => Answer::Reply(status, vec![], said.clone().into_bytes()),
            _ => ordinary(request),
        })
        .await;
        let connection = server.connection_with(tokens(Some(0)), Arc::new(Keeper::default()));
        let put = || async { connection.update_user("1", &UserUpdate::default(), None).await.map(drop) };
        let error = put().await.unwrap_err();
        let kind = match follows {
            Over => ApiErrorKind::SignedOut,
            Again(kind) => kind,
        };
        assert_eq!((error.kind, error.delivery), (kind, Delivery::NotSent), "{row}");
        assert_eq!(connection.has_ended(), follows == Over, "{row}");
        broken.store(false, Ordering::SeqCst);
        let next = put().await;
        assert_eq!(next.is_ok(), follows != Over, "{row}: {next:?}");
        let sent: Vec<Value> =
            server.requests().iter().filter(|request| request.line == REFRESH).map(Request::json).collect();
        assert_eq!(sent, vec![pair("old", "refresh-1"); if follows == Over { 1 } else { 2 }], "{row}");
        assert_eq!(server.count("PUT /v1/users/1"), usize::from(follows != Over), "{row}");
    }
}

#[tokio::test]
async fn an_answer_without_user_or_without_a_refresh_token_is_fine_and_the_former_one_goes_on() {
    let answer = |access: &str, refresh: Value| {
        let access = json!({ "token": access, "expireAt": "2024-01-01T00:00:01Z" });
        reply(200, json!({ "status": true, "data": { "accessToken": access, "refreshToken": refresh } }))
    };
    let server = Server::start(move |request| match (request.line.as_str(), request.bearer()) {
        (REFRESH, _) if request.json() == pair("old", "refresh-1") => answer("second", Value::Null),
        (REFRESH, _) if request.json() == pair("second", "refresh-1") => {
            answer("third", json!({ "token": "refresh-2" }))
        }
        (_, "third") => reply(200, user()),
        _ => refused(4004),
    })
    .await;
    let keeper = Arc::new(Keeper::default());
    let connection = server.connection_with(tokens(None), keeper.clone());
    // The second one has ended by the time it is used, which a clock that is wrong cannot tell.
    assert_eq!(read(&connection).await.unwrap_err().kind, ApiErrorKind::SignedOut);
    read(&connection).await.unwrap();
    let kept = keeper.kept.lock().unwrap().clone();
    let refresh = |at: usize| kept[at].refresh.as_ref().unwrap().expose().to_owned();
    assert_eq!((refresh(0).as_str(), refresh(1).as_str()), ("refresh-1", "refresh-2"));
}

/// A server that answers a renewal only when the gate is opened, and says when one has arrived.
async fn behind_a_gate() -> (Server, Arc<Semaphore>, Arc<Semaphore>) {
    let (gate, arrived) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (closed, bell) = (Arc::clone(&gate), Arc::clone(&arrived));
    let server = Server::start_async(move |request| {
        let (closed, bell) = (Arc::clone(&closed), Arc::clone(&bell));
        Box::pin(async move {
            if request.line == REFRESH {
                bell.add_permits(1);
                let _open = closed.acquire().await.unwrap();
            }
            ordinary(&request)
        })
    })
    .await;
    (server, gate, arrived)
}

#[tokio::test]
async fn a_request_that_is_cancelled_ends_no_renewal() {
    let (server, gate, arrived) = behind_a_gate().await;
    let keeper = Arc::new(Keeper::default());
    let connection = server.connection_with(tokens(Some(0)), keeper.clone());
    let asking = connection.clone();
    let cancelled = tokio::spawn(async move { read(&asking).await });
    arrived.acquire().await.unwrap().forget();
    cancelled.abort();
    assert!(cancelled.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    // Also where nobody asks any more: what the server has given out is kept.
    connection.renewed().await;
    assert_eq!(keeper.kept.lock().unwrap().len(), 1);
    read(&connection).await.unwrap();
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn a_pair_that_another_process_has_kept_is_used_as_it_is_or_renewed_where_it_has_ended() {
    let other = |expires_at| Tokens {
        access: Secret::new("theirs".into()),
        access_expires_at: expires_at,
        refresh: Some(Secret::new("refresh-9".into())),
    };
    for (expires_at, takes_it, refreshes) in [(None, true, 1), (Some(0), true, 2), (None, false, 2)] {
        let server = Server::start(move |request| match (request.line.as_str(), request.bearer()) {
            (REFRESH, _) if request.json() == pair("theirs", "refresh-9") => session("new", "refresh-10", 3600),
            (REFRESH, _) => refused(4011),
            (_, "theirs") if takes_it => reply(200, user()),
            (_, "new") => reply(200, user()),
            _ => refused(4004),
        })
        .await;
        let keeper = Arc::new(Keeper { by_another: Some(other(expires_at)).into(), ..Keeper::default() });
        let connection = server.connection_with(tokens(Some(0)), keeper.clone());
        read(&connection).await.unwrap();
        read(&connection).await.unwrap();
        assert_eq!(server.count(REFRESH), refreshes, "{expires_at:?} {takes_it}");
        assert_eq!(keeper.kept.lock().unwrap().len(), refreshes - 1, "what others have kept is kept");
    }
}

#[tokio::test]
async fn a_kept_pair_that_is_the_refused_one_itself_or_is_refused_too_ends_the_session() {
    let refused_too = Tokens { access: Secret::new("older".into()), ..tokens(Some(0)) };
    for (kept, refreshes) in [(tokens(Some(0)), 1), (refused_too, 2)] {
        let server = Server::start(|_| refused(4011)).await;
        let keeper = Arc::new(Keeper { by_another: Some(kept).into(), ..Keeper::default() });
        let connection = server.connection_with(tokens(Some(0)), keeper);
        for _ in 0..2 {
            let error = read(&connection).await.unwrap_err();
            assert_eq!((error.kind, error.code), (ApiErrorKind::SignedOut, Some(4011)));
        }
        assert_eq!((server.count(REFRESH), server.count(PROFILE)), (refreshes, 0));
    }
}

#[tokio::test]
async fn those_who_wait_for_a_renewal_share_its_failure() {
    let arrived = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&arrived);
    let server = Server::start_async(move |request| {
        let gate = Arc::clone(&gate);
        Box::pin(async move {
            if request.line == REFRESH {
                let _waiting = gate.acquire().await.unwrap();
            }
            Answer::Reply(503, vec![], vec![])
        })
    })
    .await;
    let connection = server.connection_with(tokens(Some(0)), Arc::new(Keeper::default()));
    let mut calls: Vec<_> = (0..20).map(|_| Box::pin(connection.profile(ReadMode::Since(None)))).collect();
    // Each is polled until it waits: the first for the server, the others for the first.
    for call in &mut calls {
        tokio::select! {
            biased;
            done = call => panic!("the renewal hangs: {done:?}"),
            () = std::future::ready(()) => {}
        }
    }
    arrived.add_permits(1);
    for call in calls {
        assert_eq!(call.await.unwrap_err().kind, ApiErrorKind::Transient);
    }
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn a_keyring_that_fails_does_not_end_the_session() {
    let server = Server::start(ordinary).await;
    let keeper = Arc::new(Keeper { fails: true, ..Keeper::default() });
    let connection = server.connection_with(tokens(None), keeper);
    connection.profile(ReadMode::Since(None)).await.unwrap();
    connection.profile(ReadMode::Since(None)).await.unwrap();
    assert_eq!(server.count(REFRESH), 1);
}

#[tokio::test]
async fn a_server_that_refuses_every_token_is_not_asked_for_ever() {
    let server = Server::start(|request| match request.line.as_str() {
        REFRESH => session("new", "refresh-2", 3600),
        _ => refused(4004),
    })
    .await;
    let connection = server.connection_with(tokens(None), Arc::new(Keeper::default()));
    let error = connection.update_user("1", &UserUpdate::default(), None).await.unwrap_err();
    assert_eq!(error.kind, ApiErrorKind::SignedOut);
    assert_eq!((server.count("PUT /v1/users/1"), server.count(REFRESH)), (2, 1));
}

#[tokio::test]
async fn an_api_token_is_never_renewed() {
    let server = Server::start(|_| refused(4004)).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ApiErrorKind::SignedOut, Some(4004)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_text_that_is_no_header_is_no_token() {
    let server = Server::start(|_| reply(200, user())).await;
    let odd = Tokens::api_token(Secret::new("two\nlines".into()));
    let error =
        server.connection_with(odd, Arc::new(Keeper::default())).profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::SignedOut, Delivery::NotSent));
    assert!(server.requests().is_empty());
}
