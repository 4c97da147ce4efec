//! What reaches the server at all: hosts, unknown routes, broken and oversized requests; the log; starting and stopping.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use std::time::Duration;

use common::{Bench, EDITOR, code, config, seen};
use lapel_sandbox::{Config, Sandbox, StartError};
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends bytes as they are and reads until the server closes.
async fn raw(bench: &Bench, request: &str) -> String {
    let mut stream = TcpStream::connect(bench.sandbox.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn only_names_of_this_computer_are_answered() {
    let bench = Bench::new().await;
    let path = "/v1/users/profile";
    for host in ["127.0.0.1", "localhost:8787", "[::1]:1", "LOCALHOST"] {
        let answer = raw(&bench, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{host}: {answer}");
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
        let answer = raw(&bench, &format!("GET {path} HTTP/1.1\r\n{header}Connection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("4003"), "{header}: {answer}");
    }
    let absolute = "GET http://example.com/v1/users/profile HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(raw(&bench, absolute).await.starts_with("HTTP/1.1 403"));
}

#[tokio::test]
async fn pages_of_other_origins_get_no_permission() {
    let bench = Bench::new().await;
    for method in [Method::OPTIONS, Method::GET] {
        let request = bench.request(method, "/users/profile").header("origin", "https://example.com");
        let answer = seen(request.header("access-control-request-method", "GET")).await;
        assert!([401, 405].contains(&answer.0));
    }
}

#[tokio::test]
async fn unknown_routes_and_methods() {
    let bench = Bench::new().await;
    for path in ["/", "/users", "/users/", "/nothing", "/organizations/acme-industries", "/users/a/b", "/%ff"] {
        assert_eq!(code(&seen(bench.request(Method::GET, path)).await), (404, 3000), "{path}");
    }
    let answer = bench.request(Method::DELETE, "/users/profile").send().await.unwrap();
    assert_eq!(answer.status(), 405);
    assert!(answer.headers()["allow"].to_str().unwrap().contains("GET"));
    assert_eq!(code(&seen(bench.request(Method::TRACE, "/auth/login")).await), (405, 3002));
}

#[tokio::test]
async fn broken_bodies_are_refused_with_the_code_of_the_operation() {
    let bench = Bench::new().await;
    let token = bench.token("editor").await;
    let deep = "[".repeat(20_000);
    let bodies =
        ["", "{", "null", "1", "\"x\"", "{\"lastName\":\"\\ud800\"}", "{\"lastName\":1e999}", "\u{feff}{}", &deep];
    for body in bodies {
        let request = bench.request(Method::PUT, &format!("/users/{EDITOR}")).bearer_auth(&token);
        let answer = seen(request.header("content-type", "application/json").body(body.to_owned())).await;
        assert_eq!(code(&answer), (400, 5120), "{body:.40}");
        let request = bench.request(Method::POST, "/auth/login").header("content-type", "application/json");
        assert_eq!(code(&seen(request.body(body.to_owned())).await), (400, 5000), "{body:.40}");
    }
    let invalid_utf8 = bench.request(Method::POST, "/auth/refresh").header("content-type", "application/json");
    assert_eq!(code(&seen(invalid_utf8.body(b"{\"refreshToken\":\"\xff\"}".to_vec())).await), (400, 5000));
    let wrong_kind =
        bench.request(Method::PUT, &format!("/users/{EDITOR}")).bearer_auth(&token).body("{\"lastName\":\"X\"}");
    assert_eq!(code(&seen(wrong_kind.header("content-type", "text/plain")).await), (400, 5120));
    let doubled = bench.request(Method::PUT, &format!("/users/{EDITOR}")).bearer_auth(&token);
    let doubled = doubled
        .header("content-type", "application/json; charset=utf-8")
        .body("{\"lastName\":\"X\",\"lastName\":\"Y\"}");
    assert_eq!(seen(doubled).await.1["data"]["lastName"], "Y");
}

#[tokio::test]
async fn bodies_are_capped() {
    let bench = Bench::new().await;
    let token = bench.token("editor").await;
    for (length, expected) in [(60 * 1024, (200, 0)), (65 * 1024, (413, 5413)), (400 * 1024, (413, 5413))] {
        let body = format!("{{\"ignored\":\"{}\"}}", "a".repeat(length));
        let request = bench.request(Method::PUT, &format!("/users/{EDITOR}")).bearer_auth(&token);
        let answer = seen(request.header("content-type", "application/json").body(body)).await;
        assert_eq!(code(&answer), expected, "{length}");
    }
}

#[tokio::test]
async fn the_log_holds_the_last_thousand_by_method_and_path() {
    let bench = Bench::new().await;
    for number in 0..1005 {
        bench.request(Method::GET, &format!("/nothing/{number}?secret=1")).send().await.unwrap();
    }
    let log = bench.sandbox.requests();
    assert_eq!(log.len(), 1000);
    assert_eq!(log[0], ("GET".to_owned(), "/v1/nothing/5".to_owned()));
    assert_eq!(log[999], ("GET".to_owned(), "/v1/nothing/1004".to_owned()));
}

#[tokio::test]
async fn latency_delays_every_answer() {
    let bench = Bench::with(Config { latency: Duration::from_millis(150), ..config() }).await;
    let start = std::time::Instant::now();
    assert_eq!(bench.request(Method::GET, "/users/profile").send().await.unwrap().status(), 401);
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn stopping_lets_a_running_request_end() {
    let bench = Bench::with(Config { latency: Duration::from_millis(300), ..config() }).await;
    let running = tokio::spawn(bench.request(Method::GET, "/users/profile").send());
    while bench.sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let address = bench.sandbox.address();
    bench.sandbox.stop().await;
    assert_eq!(running.await.unwrap().unwrap().status(), 401);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn dropping_stops_it_too() {
    let sandbox = Sandbox::start(config()).await.unwrap();
    let (address, handle) = (sandbox.address(), sandbox.handle());
    drop(sandbox);
    let gone = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the port is free again");
    assert!(handle.requests().is_empty());
}

#[tokio::test]
async fn a_taken_port() {
    let first = Sandbox::start(config()).await.unwrap();
    let second = Sandbox::start(Config { port: first.address().port(), ..config() }).await;
    assert!(matches!(second, Err(StartError::Listen { .. })));
}
