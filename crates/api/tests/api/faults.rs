//! Broken networks and answers that are not this API's.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use flate2::Compression;
use flate2::write::GzEncoder;
use lapel_api::{ApiError, ApiErrorKind, Connection, Delivery, ReadMode, Secret, Tokens, UserUpdate};

use crate::server::{Answer, Keeper, Server, http, user};

async fn put(connection: &Connection) -> ApiError {
    connection.update_user("1", &UserUpdate::default(), None).await.unwrap_err()
}

#[tokio::test]
async fn a_server_that_is_not_there_got_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = lapel_api::Endpoint::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let token = Tokens::api_token(Secret::new("key".into()));
    let error = put(&Connection::new(http(), endpoint, token, Arc::new(Keeper::default()))).await;
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::NotSent));
}

#[tokio::test]
async fn whatever_breaks_after_the_request_leaves_its_outcome_open() {
    for answer in 0..5 {
        let server = Server::start(move |_| match answer {
            0 => Answer::Reset,
            1 => Answer::Raw(vec![]),
            2 => Answer::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":true,".to_vec()),
            3 => Answer::Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"sta\r\n".to_vec()),
            _ => Answer::Stall(""),
        })
        .await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::Unknown), "fault {answer}");
        assert_eq!(server.requests().len(), 1, "never sent twice by itself");
    }
}

#[tokio::test]
async fn a_body_that_stops_coming_is_given_up() {
    let server = Server::start(|_| Answer::Stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::Unknown));
}

#[tokio::test]
async fn answers_of_something_else_come_from_between() {
    let whole = user().to_string();
    let html = "<!doctype html><title>Sign in to this network</title>".to_owned();
    let without_id = r#"{"status":true,"data":{"email":"a@example.com"}}"#.to_owned();
    let (between, unreadable) = (ApiErrorKind::Between, ApiErrorKind::Unreadable);
    for (body, kind) in [
        (html, between),
        (whole[..whole.len() / 2].to_owned(), between),
        (String::new(), between),
        (without_id, unreadable),
    ] {
        let server = Server::start(move |_| Answer::Reply(200, vec![], body.clone().into_bytes())).await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (kind, Delivery::Unknown));
        assert_eq!(error.http_status, Some(200));
    }
}

#[tokio::test]
async fn bytes_that_are_not_even_http_are_unreadable() {
    let packed =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 30\r\n\r\nthis is not packed in any way.";
    for bytes in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], packed] {
        let server = Server::start(move |_| Answer::Raw(bytes.to_vec())).await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::Unreadable, Delivery::Unknown));
    }
}

#[tokio::test]
async fn an_endless_answer_is_left_early() {
    for head in ["HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n", "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"]
    {
        let server = Server::start(move |_| Answer::Flood(head)).await;
        let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::TooLarge, Delivery::Unknown));
        // What the buffers of two sockets hold comes on top of the limit.
        assert!(server.flooded.load(Ordering::Relaxed) < 32 * 1024 * 1024);
    }
}

#[tokio::test]
async fn a_packed_answer_is_unpacked_and_measured_unpacked() {
    let pack = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let (small, bomb) = (pack(user().to_string().as_bytes()), pack(&vec![b' '; 64 * 1024 * 1024]));
    assert!(bomb.len() < 1024 * 1024);
    let server = Server::start(move |request| {
        let body = if request.line.starts_with("GET") { small.clone() } else { bomb.clone() };
        Answer::Reply(200, vec![("content-encoding", "gzip".into())], body)
    })
    .await;
    server.connection().profile(ReadMode::Since(None)).await.unwrap();
    assert_eq!(put(&server.connection()).await.kind, ApiErrorKind::TooLarge);
}

#[tokio::test]
async fn a_busy_server_says_how_long_to_wait() {
    let server = Server::start(|_| Answer::Reply(429, vec![("retry-after", "7".into())], b"slow down".to_vec())).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Transient, Delivery::Answered));
    assert_eq!(error.retry_after.unwrap().as_secs(), 7);
}

#[tokio::test]
async fn a_refusal_whose_words_are_cut_off_is_nobodys() {
    let server =
        Server::start(|_| Answer::Raw(b"HTTP/1.1 403 No\r\ncontent-length: 500\r\n\r\n{\"status\":fal".to_vec())).await;
    let error = put(&server.connection()).await;
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Between, Delivery::Unknown));
}
