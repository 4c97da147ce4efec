//! Broken networks, and responses that are not from the API.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use flate2::Compression;
use flate2::write::GzEncoder;
use lapel_api::{ApiError, ApiErrorKind, Connection, Delivery, ReadMode, Secret, Tokens, UserUpdate};

use crate::server::{Response, Server, TestTokenStore, http, user_response_body};

/// Sends a write that must fail, and returns its error.
async fn put(connection: &Connection) -> ApiError {
    connection.update_user("1", &UserUpdate::default(), None).await.unwrap_err()
}

#[tokio::test]
async fn a_request_to_a_missing_server_counts_as_not_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = lapel_api::Endpoint::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    // Nothing listens on this port from now on.
    drop(listener);
    let token = Tokens::api_token(Secret::new("key".into()));
    let error = put(&Connection::new(http(), endpoint, token, Arc::new(TestTokenStore::default()))).await;
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::NotSent));
}

#[tokio::test]
async fn a_connection_failure_after_the_request_leaves_the_delivery_unknown() {
    // Functions create the responses, because a `Response` cannot be cloned.
    type Fault = (&'static str, fn() -> Response);
    let faults: [Fault; 5] = [
        ("the connection is reset", || Response::Reset),
        ("the connection is closed without a response", || Response::Raw(vec![])),
        ("the body is shorter than its content-length", || {
            Response::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":true,".to_vec())
        }),
        ("the last chunk is missing", || {
            Response::Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"sta\r\n".to_vec())
        }),
        ("the server does not respond", || Response::Stall("")),
    ];
    for (fault, response) in faults {
        let server = Server::start(move |_| response()).await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::Unknown), "{fault}");
        assert_eq!(server.requests().len(), 1, "{fault}: the request must not be repeated automatically");
    }
}

#[tokio::test]
async fn a_read_with_a_stalled_response_body_is_aborted() {
    let server = Server::start(|_| Response::Stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::Unknown));
}

#[tokio::test]
async fn a_success_response_without_an_envelope_counts_as_sent_by_an_intermediary() {
    let user = user_response_body().to_string();
    let login_page = "<!doctype html><title>Sign in to this network</title>".to_owned();
    let first_half = user[..user.len() / 2].to_owned();
    for body in [login_page, first_half, String::new()] {
        let server = Server::start(move |_| Response::Complete(200, vec![], body.clone().into_bytes())).await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::Intermediary, Delivery::Unknown));
        assert_eq!(error.http_status, Some(200));
    }
}

#[tokio::test]
async fn a_success_response_with_a_user_without_an_id_is_unreadable() {
    let without_id = br#"{"status":true,"data":{"email":"a@example.com"}}"#;
    let server = Server::start(|_| Response::Complete(200, vec![], without_id.to_vec())).await;
    let error = put(&server.connection()).await;
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Unreadable, Delivery::Unknown));
    assert_eq!(error.http_status, Some(200));
}

#[tokio::test]
async fn a_response_that_is_not_valid_http_or_gzip_is_unreadable() {
    let not_gzip =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 34\r\n\r\nthis is not compressed in any way.";
    for bytes in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], not_gzip] {
        let server = Server::start(move |_| Response::Raw(bytes.to_vec())).await;
        let error = put(&server.connection()).await;
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::Unreadable, Delivery::Unknown));
    }
}

#[tokio::test]
async fn a_response_over_the_size_limit_is_aborted() {
    for head in ["HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n", "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"]
    {
        let server = Server::start(move |_| Response::Flood(head)).await;
        let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::TooLarge, Delivery::Unknown));
        // The server may have written more than the limit, because both sockets buffer data.
        assert!(server.flood_bytes_written.load(Ordering::Relaxed) < 32 * 1024 * 1024);
    }
}

#[tokio::test]
async fn a_compressed_response_is_limited_by_its_decompressed_size() {
    let compress = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let (user, bomb) = (compress(user_response_body().to_string().as_bytes()), compress(&vec![b' '; 64 * 1024 * 1024]));
    assert!(bomb.len() < 1024 * 1024, "the compressed size must be below the limit");
    let server = Server::start(move |request| {
        let body = if request.line.starts_with("GET") { user.clone() } else { bomb.clone() };
        Response::Complete(200, vec![("content-encoding", "gzip".into())], body)
    })
    .await;
    server.connection().profile(ReadMode::Since(None)).await.unwrap();
    assert_eq!(put(&server.connection()).await.kind, ApiErrorKind::TooLarge);
}

#[tokio::test]
async fn retry_after_of_a_busy_server_is_returned() {
    let server =
        Server::start(|_| Response::Complete(429, vec![("retry-after", "7".into())], b"slow down".to_vec())).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Transient, Delivery::Answered));
    assert_eq!(error.retry_after.unwrap().as_secs(), 7);
}

#[tokio::test]
async fn a_truncated_error_response_counts_as_sent_by_an_intermediary() {
    let server =
        Server::start(|_| Response::Raw(b"HTTP/1.1 403 No\r\ncontent-length: 500\r\n\r\n{\"status\":fal".to_vec()))
            .await;
    let error = put(&server.connection()).await;
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Intermediary, Delivery::Unknown));
}
