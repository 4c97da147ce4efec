//! The recorder writes the same lines that the contract check (tests/contract/judge_test.py) is tested with.

use std::net::SocketAddr;

use lapel_testkit::proxy::{Fault, Proxy};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::client::{BODY, address, ask, counting_server};

const RECORDED: &str = include_str!("../../../../tests/contract/recorded.jsonl");

const PUT: &str = r#"{"firstName":"Ana","language":"es"}"#;
const SIGN_IN: &str = r#"{"provider":"traditional","payload":{"email":"owner@example.com","password":"lapel-demo","twoFactorCode":"918273"}}"#;
const REFRESH: &str = r#"{"lastAccessToken":"access-1","refreshToken":"refresh-1"}"#;
const FORM: &str = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\n\
    1234\r\n--b--\r\n";

/// Sends a request without the header that marks test clients, so that the proxy takes it for a request of the app.
async fn send(to: SocketAddr, line: &str, headers: &[&str], body: &str) {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let mut head = format!("{line} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
    headers.iter().for_each(|header| head += &format!("{header}\r\n"));
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
}

fn documents(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn requests_are_recorded_once_and_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let (upstream, _) = counting_server(BODY).await;
    let proxy = Proxy::start_recording(upstream, folder.path()).await.unwrap();
    let to = address(&proxy);
    let token = "authorization: Bearer secret-token";
    let (json, accept) = ("content-type: application/json", "accept: application/json");
    // Requests are recorded even if a fault blocks them.
    proxy.always(Fault::page(403)).await;

    let length = |body: &str| format!("content-length: {}", body.len());
    send(to, "POST /v1/auth/login", &[json, accept, &length(SIGN_IN)], SIGN_IN).await;
    send(to, "POST /v1/auth/refresh", &[json, accept, &length(REFRESH)], REFRESH).await;
    for _ in 0..2 {
        send(to, "GET /v1/users/profile", &[token, accept, "if-none-match: \"a1\""], "").await;
        send(to, "GET /v1/users/profile", &[token, accept, "If-None-Match: \"b2\""], "").await;
    }
    let path = "/v1/users/65f0a1c00000000000000001";
    send(to, &format!("PUT {path}"), &[token, json, accept, "if-match: \"a1\"", &length(PUT)], PUT).await;
    let form = "content-type: multipart/form-data; boundary=b";
    let chunked = format!("{:x}\r\n{FORM}\r\n0\r\n\r\n", FORM.len());
    send(to, "POST /v1/upload/logo/logo", &[token, form, accept, "transfer-encoding: chunked"], &chunked).await;
    let rows = "/v1/organizations/acme-industries/collaborators/";
    send(to, &format!("GET {rows}?page=1&limit=100&sort=createdAt:asc"), &[token, accept], "").await;
    send(to, "POST /v1/auth/logout", &[token, accept, "content-length: 0"], "").await;
    send(to, "GET /v1/pictures/0123456789abcdef", &["accept: image/*"], "").await;

    // The request that follows a redirect is marked as redirected.
    proxy.next(Fault::redirect(303, "/v1/elsewhere"));
    send(to, &format!("PUT {path}"), &[token, json, accept, "if-match: \"a1\"", &length(PUT)], PUT).await;
    send(to, "GET /v1/elsewhere", &[token, accept], "").await;

    // Requests of test clients are not recorded.
    ask(&proxy, "GET", "/v1/nonsense").await.unwrap();

    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let recorded = std::fs::read_to_string(&files[0]).unwrap();
    assert_eq!(documents(&recorded), documents(RECORDED));
    for secret in ["secret-token", "lapel-demo", "918273", "access-1", "refresh-1"] {
        assert!(!recorded.contains(secret), "{secret}");
    }
}
