//! The renewal of sessions: when, how often, and what its failures mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lapel_api::{ApiErrorKind, Delivery, Look, Secret, Tokens, UserUpdate};
use serde_json::json;
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

fn refused(code: i64) -> Answer {
    reply(401, json!({ "status": false, "error": { "code": code, "message": "Invalid Token" } }))
}

/// Takes only `new`, and renews only `refresh-1`.
fn ordinary(request: &Request) -> Answer {
    match (request.line.as_str(), request.bearer()) {
        (REFRESH, _) if request.json()["refreshToken"] == "refresh-1" => session("new", "refresh-2", 3600),
        (REFRESH, _) => refused(4004),
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
    connection.profile(Look::Since(None)).await.unwrap();
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
        server.connection_with(tokens(None), Arc::new(Keeper::default())).profile(Look::Since(None)).await.unwrap();
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
            tokio::spawn(async move { connection.profile(Look::Since(None)).await })
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
    connection.profile(Look::Since(None)).await.unwrap();
    let lines: Vec<String> = server.requests().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, [REFRESH, PROFILE]);
}

#[tokio::test]
async fn a_session_is_over_when_its_renewal_is_refused_and_nothing_more_is_tried() {
    for status in [400, 401, 403, 404] {
        let server = Server::start(move |request| match request.line.as_str() {
            REFRESH => reply(status, json!({ "status": false, "error": { "code": 1, "message": "" } })),
            _ => refused(4004),
        })
        .await;
        let connection = server.connection_with(tokens(None), Arc::new(Keeper::default()));
        for _ in 0..2 {
            let error = connection.profile(Look::Since(None)).await.unwrap_err();
            assert_eq!((error.kind, error.delivery), (ApiErrorKind::SignedOut, Delivery::Answered), "{status}");
        }
        assert_eq!(server.count(REFRESH), 1);
    }
}

#[tokio::test]
async fn a_failed_renewal_is_not_signed_out_and_the_next_one_may_work() {
    for (fault, kind) in [(0, ApiErrorKind::Network), (503, ApiErrorKind::Transient), (200, ApiErrorKind::Between)] {
        let broken = Arc::new(AtomicBool::new(true));
        let switch = Arc::clone(&broken);
        let server = Server::start(move |request| match request.line.as_str() {
            REFRESH if switch.load(Ordering::SeqCst) && fault == 0 => Answer::Reset,
            REFRESH if switch.load(Ordering::SeqCst) => Answer::Reply(fault, vec![], b"<html>".to_vec()),
            _ => ordinary(request),
        })
        .await;
        let connection = server.connection_with(tokens(Some(0)), Arc::new(Keeper::default()));
        let error = connection.update_user("1", &UserUpdate::default(), None).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (kind, Delivery::NotSent));
        assert_eq!(server.count("PUT /v1/users/1"), 0);
        broken.store(false, Ordering::SeqCst);
        connection.update_user("1", &UserUpdate::default(), None).await.unwrap();
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
    let mut calls: Vec<_> = (0..20).map(|_| Box::pin(connection.profile(Look::Since(None)))).collect();
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
    connection.profile(Look::Since(None)).await.unwrap();
    connection.profile(Look::Since(None)).await.unwrap();
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
    let error = server.connection().profile(Look::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ApiErrorKind::SignedOut, Some(4004)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_text_that_is_no_header_is_no_token() {
    let server = Server::start(|_| reply(200, user())).await;
    let odd = Tokens::api_token(Secret::new("two\nlines".into()));
    let error = server.connection_with(odd, Arc::new(Keeper::default())).profile(Look::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::SignedOut, Delivery::NotSent));
    assert!(server.requests().is_empty());
}
