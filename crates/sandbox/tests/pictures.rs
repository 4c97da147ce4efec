//! Pictures: uploads and what is refused, addresses, and the value in a profile.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use common::{Bench, EDITOR, PNG, code, config, etag, seen};
use lapel_sandbox::{Config, Database, Quirks, Uploads};
use reqwest::{Method, header};
use serde_json::json;

const MIB: usize = 1024 * 1024;

fn png_of(length: usize) -> Vec<u8> {
    let mut bytes = PNG.to_vec();
    bytes.resize(length, 0);
    bytes
}

#[tokio::test]
async fn an_upload_is_given_out_as_it_came() {
    let bench = Bench::new().await;
    let token = bench.token("editor").await;
    let (status, body) = bench.upload(&token, "file", PNG.to_vec()).await;
    assert_eq!(status, 200);
    let id = body["data"]["id"].as_str().unwrap();
    assert_eq!(body["data"]["url"], format!("{}/pictures/{id}", bench.sandbox.base_url()));
    // Without a token: an image element has none.
    let picture = bench.request(Method::GET, &format!("/pictures/{id}")).send().await.unwrap();
    let header = |name| picture.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header(header::CONTENT_TYPE), "image/png");
    assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(header(header::CACHE_CONTROL).contains("immutable"));
    let tag = etag(&picture);
    assert_eq!(picture.bytes().await.unwrap(), PNG);
    let again = bench.request(Method::GET, &format!("/pictures/{id}")).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    let (_, twice) = bench.upload(&token, "file", PNG.to_vec()).await;
    assert_eq!(twice, body, "the same bytes are kept once");
}

#[tokio::test]
async fn what_is_refused() {
    let bench = Bench::new().await;
    let token = bench.token("editor").await;
    for bytes in [&b""[..], b"<svg/>", b"hello", b"%PDF-1.7"] {
        assert_eq!(code(&bench.upload(&token, "file", bytes.to_vec()).await), (400, 5007), "{bytes:?}");
    }
    assert_eq!(code(&bench.upload(&token, "picture", PNG.to_vec()).await), (400, 5006));
    assert_eq!(code(&bench.post(&token, "/upload/logo/logo", &json!({})).await), (400, 5006));
    let raw = |kind: &'static str, body: &'static str| {
        seen(
            bench
                .request(Method::POST, "/upload/logo/logo")
                .bearer_auth(&token)
                .header("content-type", kind)
                .body(body),
        )
    };
    assert_eq!(code(&raw("multipart/form-data", "x").await), (400, 5006));
    assert_eq!(code(&raw("multipart/form-data; boundary=b", "--b\r\nbroken").await), (400, 5006));
    assert_eq!(code(&raw("multipart/form-data; boundary=b", "").await), (400, 5006));
    assert_eq!(code(&bench.upload("nonsense", "file", PNG.to_vec()).await), (401, 4004));
    let missing = seen(bench.request(Method::GET, "/pictures/%00")).await;
    assert_eq!(code(&missing), (404, 3001));
}

#[tokio::test]
async fn size() {
    let bench = Bench::new().await;
    let token = bench.token("editor").await;
    assert_eq!(bench.upload(&token, "file", png_of(5 * MIB)).await.0, 200);
    assert_eq!(code(&bench.upload(&token, "file", png_of(5 * MIB + 1)).await), (413, 5413));
    assert_eq!(code(&bench.upload(&token, "file", png_of(12 * MIB)).await), (413, 5413));
}

#[tokio::test]
async fn servers_that_take_no_uploads() {
    let bench = Bench::new().await;
    let token = bench.token("editor").await;
    for (uploads, expected) in [(Uploads::Refused403, 403), (Uploads::Missing404, 404), (Uploads::Accepted, 200)] {
        bench.sandbox.set_quirks(Quirks { uploads, ..Quirks::default() });
        let answer = bench.upload(&token, "file", PNG.to_vec()).await;
        assert_eq!(answer.0, expected);
        assert_ne!(code(&answer).1, 3001);
    }
}

#[tokio::test]
async fn own_addresses_follow_the_server_to_another_port() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: Database::File(folder.path().join("sandbox.db")), ..config() };
    let bench = Bench::with(config.clone()).await;
    let token = bench.token("editor").await;
    let uploaded = bench.upload(&token, "file", PNG.to_vec()).await.1["data"]["url"].as_str().unwrap().to_owned();
    // Another name of this computer and another port mean the same picture.
    let id = uploaded.rsplit('/').next().unwrap();
    let elsewhere = format!("https://localhost:1/v1/pictures/{id}");
    let (_, body) = bench.put(&token, &format!("/users/{EDITOR}"), &json!({ "picture": elsewhere })).await;
    assert_eq!(body["data"]["picture"], uploaded);
    let (port, old) = (bench.sandbox.address().port(), bench.sandbox.base_url());
    // Held so that the next start cannot get the same port.
    bench.sandbox.stop().await;
    let _held = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();

    let bench = Bench::with(config).await;
    let (_, body) = bench.get(&token, "/users/profile").await;
    assert_ne!(bench.sandbox.base_url(), old);
    assert_eq!(body["data"]["picture"], format!("{}/pictures/{id}", bench.sandbox.base_url()));
}

#[tokio::test]
async fn other_addresses_stay_as_they_are() {
    let bench = Bench::new().await;
    let token = bench.token("editor").await;
    let unknown = format!("{}/pictures/{}", bench.sandbox.base_url(), "0".repeat(32));
    for url in ["https://example.com/v1/pictures/x", "https://example.com/p.png?size=1#f", &unknown] {
        let (_, body) = bench.put(&token, &format!("/users/{EDITOR}"), &json!({ "picture": url })).await;
        assert_eq!(body["data"]["picture"], url);
    }
}
