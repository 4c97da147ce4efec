//! HTTP basics (hosts, unknown routes, malformed and oversized requests), the request log, starting and stopping.

use std::time::Duration;

use crate::common::{EDITOR, TestServer, code, config, send};
use lapel_sandbox::{Config, Sandbox, StartError};
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends raw bytes and reads until the server closes the connection.
async fn send_raw(server: &TestServer, request: &str) -> String {
    let mut stream = TcpStream::connect(server.sandbox.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    String::from_utf8(response).unwrap()
}

#[tokio::test]
async fn only_loopback_hosts_are_accepted() {
    let server = TestServer::new().await;
    let path = "/v1/users/profile";
    for host in ["127.0.0.1", "localhost:8787", "[::1]:1", "LOCALHOST"] {
        let response =
            send_raw(&server, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await;
        assert!(response.starts_with("HTTP/1.1 401"), "{host}: {response}");
    }
    let refused = [
        "Host: example.com\r\n",
        "Host: 127.0.0.1.example.com\r\n",
        "Host: localhost@example.com\r\n",
        "Host: 0.0.0.0\r\n",
        "Host: \r\n",
        "",
        "Host: localhost\r\nHost: example.com\r\n",
    ];
    for header in refused {
        let response = send_raw(&server, &format!("GET {path} HTTP/1.1\r\n{header}Connection: close\r\n\r\n")).await;
        assert!(response.starts_with("HTTP/1.1 403") && response.contains("4003"), "{header}: {response}");
    }
    let absolute = "GET http://example.com/v1/users/profile HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(send_raw(&server, absolute).await.starts_with("HTTP/1.1 403"));
}

#[tokio::test]
async fn other_origins_get_no_cors_headers() {
    let server = TestServer::new().await;
    for method in [Method::OPTIONS, Method::GET] {
        let request = server.request(method, "/users/profile").header("origin", "https://example.com");
        let response = send(request.header("access-control-request-method", "GET")).await;
        assert!([401, 405].contains(&response.0));
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_refused() {
    let server = TestServer::new().await;
    for path in ["/", "/users", "/users/", "/nothing", "/organizations/acme-industries", "/users/a/b", "/%ff"] {
        assert_eq!(code(&send(server.request(Method::GET, path)).await), (404, 3000), "{path}");
    }
    let response = server.request(Method::DELETE, "/users/profile").send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert!(response.headers()["allow"].to_str().unwrap().contains("GET"));
    assert_eq!(code(&send(server.request(Method::TRACE, "/auth/login")).await), (405, 3002));
}

#[tokio::test]
async fn malformed_bodies_are_refused_with_the_code_of_the_operation() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    let deep = "[".repeat(20_000);
    let bodies =
        ["", "{", "null", "1", "\"x\"", "{\"lastName\":\"\\ud800\"}", "{\"lastName\":1e999}", "\u{feff}{}", &deep];
    for body in bodies {
        let request = server.request(Method::PUT, &format!("/users/{EDITOR}")).bearer_auth(&token);
        let response = send(request.header("content-type", "application/json").body(body.to_owned())).await;
        assert_eq!(code(&response), (400, 5120), "{body:.40}");
        let request = server.request(Method::POST, "/auth/login").header("content-type", "application/json");
        assert_eq!(code(&send(request.body(body.to_owned())).await), (400, 5000), "{body:.40}");
    }
    let invalid_utf8 = server.request(Method::POST, "/auth/refresh").header("content-type", "application/json");
    assert_eq!(code(&send(invalid_utf8.body(b"{\"refreshToken\":\"\xff\"}".to_vec())).await), (400, 5000));
    let wrong_kind =
        server.request(Method::PUT, &format!("/users/{EDITOR}")).bearer_auth(&token).body("{\"lastName\":\"X\"}");
    assert_eq!(code(&send(wrong_kind.header("content-type", "text/plain")).await), (400, 5120));
    let doubled = server.request(Method::PUT, &format!("/users/{EDITOR}")).bearer_auth(&token);
    let doubled = doubled
        .header("content-type", "application/json; charset=utf-8")
        .body("{\"lastName\":\"X\",\"lastName\":\"Y\"}");
    assert_eq!(send(doubled).await.1["data"]["lastName"], "Y");
}

#[tokio::test]
async fn oversized_bodies_are_refused() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    for (length, expected) in [(60 * 1024, (200, 0)), (65 * 1024, (413, 5413)), (400 * 1024, (413, 5413))] {
        let body = format!("{{\"ignored\":\"{}\"}}", "a".repeat(length));
        let request = server.request(Method::PUT, &format!("/users/{EDITOR}")).bearer_auth(&token);
        let response = send(request.header("content-type", "application/json").body(body)).await;
        assert_eq!(code(&response), expected, "{length}");
    }
}

#[tokio::test]
async fn the_log_contains_method_and_path_of_the_last_thousand_requests() {
    let server = TestServer::new().await;
    for number in 0..1005 {
        server.request(Method::GET, &format!("/nothing/{number}?secret=1")).send().await.unwrap();
    }
    let log = server.sandbox.requests();
    assert_eq!(log.len(), 1000);
    assert_eq!(log[0], ("GET".to_owned(), "/v1/nothing/5".to_owned()));
    assert_eq!(log[999], ("GET".to_owned(), "/v1/nothing/1004".to_owned()));
}

#[tokio::test]
async fn latency_delays_every_response() {
    let server = TestServer::with(Config { latency: Duration::from_millis(150), ..config() }).await;
    let start = std::time::Instant::now();
    assert_eq!(server.request(Method::GET, "/users/profile").send().await.unwrap().status(), 401);
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn stopping_waits_for_a_running_request() {
    let server = TestServer::with(Config { latency: Duration::from_millis(300), ..config() }).await;
    let running = tokio::spawn(server.request(Method::GET, "/users/profile").send());
    while server.sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let address = server.sandbox.address();
    server.sandbox.stop().await;
    assert_eq!(running.await.unwrap().unwrap().status(), 401);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn dropping_the_sandbox_stops_the_server() {
    let sandbox = Sandbox::start(config()).await.unwrap();
    let (address, handle) = (sandbox.address(), sandbox.handle());
    drop(sandbox);
    let port_closed = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await
        }
    };
    tokio::time::timeout(Duration::from_secs(10), port_closed).await.expect("the server stops listening");
    assert!(handle.requests().is_empty());
}

#[tokio::test]
async fn a_port_in_use_is_an_error() {
    let first = Sandbox::start(config()).await.unwrap();
    let second = Sandbox::start(Config { port: first.address().port(), ..config() }).await;
    assert!(matches!(second, Err(StartError::Listen { .. })));
}
