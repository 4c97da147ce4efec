//! Broken networks, and responses that are not from the API.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use flate2::Compression;
use flate2::write::GzEncoder;
use lapel_api::{ApiError, ApiErrorKind, Connection, Delivery, ReadMode, Secret, Tokens, UserUpdate};

use crate::server::{Response, Server, TestTokenStore, http, user};

async fn put(connection: &Connection) -> ApiError {
    connection.update_user("1", &UserUpdate::default(), None).await.unwrap_err()
}

#[tokio::test]
async fn a_request_to_a_missing_server_was_not_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = lapel_api::Endpoint::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let token = Tokens::api_token(Secret::new("key".into()));
    let error = put(&Connection::new(http(), endpoint, token, Arc::new(TestTokenStore::default()))).await;
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::NotSent));
}

#[tokio::test]
async fn a_failure_after_the_request_leaves_the_delivery_unknown() {
    for fault in 0..5 {
        let server = Server::start(move |_| match fault {
            0 => Response::Reset,
            1 => Response::Raw(vec![]),
            2 => Response::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":true,".to_vec()),
            3 => Response::Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"sta\r\n".to_vec()),
            _ => Response::Stall(""),
        })
        .await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::Unknown), "fault {fault}");
        assert_eq!(server.requests().len(), 1, "the request is not repeated automatically");
    }
}

#[tokio::test]
async fn a_stalled_body_is_aborted() {
    let server = Server::start(|_| Response::Stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::Unknown));
}

#[tokio::test]
async fn a_response_that_is_not_from_the_api_is_from_an_intermediary() {
    let document = user().to_string();
    let html = "<!doctype html><title>Sign in to this network</title>".to_owned();
    let without_id = r#"{"status":true,"data":{"email":"a@example.com"}}"#.to_owned();
    let (between, unreadable) = (ApiErrorKind::Between, ApiErrorKind::Unreadable);
    for (body, kind) in [
        (html, between),
        (document[..document.len() / 2].to_owned(), between),
        (String::new(), between),
        (without_id, unreadable),
    ] {
        let server = Server::start(move |_| Response::Complete(200, vec![], body.clone().into_bytes())).await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (kind, Delivery::Unknown));
        assert_eq!(error.http_status, Some(200));
    }
}

#[tokio::test]
async fn a_response_that_is_not_valid_http_is_unreadable() {
    let not_gzip =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 30\r\n\r\nthis is not packed in any way.";
    for bytes in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], not_gzip] {
        let server = Server::start(move |_| Response::Raw(bytes.to_vec())).await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::Unreadable, Delivery::Unknown));
    }
}

#[tokio::test]
async fn an_endless_response_is_aborted() {
    for head in ["HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n", "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"]
    {
        let server = Server::start(move |_| Response::Flood(head)).await;
        let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::TooLarge, Delivery::Unknown));
        // The server may have sent more than the limit, because both sockets buffer data.
        assert!(server.flooded.load(Ordering::Relaxed) < 32 * 1024 * 1024);
    }
}

#[tokio::test]
async fn a_compressed_response_is_limited_by_its_decompressed_size() {
    let compress = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let (small, bomb) = (compress(user().to_string().as_bytes()), compress(&vec![b' '; 64 * 1024 * 1024]));
    assert!(bomb.len() < 1024 * 1024);
    let server = Server::start(move |request| {
        let body = if request.line.starts_with("GET") { small.clone() } else { bomb.clone() };
        Response::Complete(200, vec![("content-encoding", "gzip".into())], body)
    })
    .await;
    server.connection().profile(ReadMode::Since(None)).await.unwrap();
    assert_eq!(put(&server.connection()).await.kind, ApiErrorKind::TooLarge);
}

#[tokio::test]
async fn a_busy_servers_retry_after_is_returned() {
    let server =
        Server::start(|_| Response::Complete(429, vec![("retry-after", "7".into())], b"slow down".to_vec())).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Transient, Delivery::Answered));
    assert_eq!(error.retry_after.unwrap().as_secs(), 7);
}

#[tokio::test]
async fn a_truncated_error_response_is_from_an_intermediary() {
    let server =
        Server::start(|_| Response::Raw(b"HTTP/1.1 403 No\r\ncontent-length: 500\r\n\r\n{\"status\":fal".to_vec()))
            .await;
    let error = put(&server.connection()).await;
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Between, Delivery::Unknown));
}
