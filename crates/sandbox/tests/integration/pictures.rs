//! Pictures: uploads, URLs, and the value in a profile.

use crate::common::{EDITOR, PNG, TestServer, code, config, etag, send};
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
async fn an_uploaded_picture_can_be_downloaded() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    let (status, body) = server.upload(&token, "file", PNG.to_vec()).await;
    assert_eq!(status, 200);
    let id = body["data"]["id"].as_str().unwrap();
    assert_eq!(body["data"]["url"], format!("{}/pictures/{id}", server.sandbox.base_url()));
    // Without a token, because image elements cannot send one.
    let picture = server.request(Method::GET, &format!("/pictures/{id}")).send().await.unwrap();
    let header = |name| picture.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header(header::CONTENT_TYPE), "image/png");
    assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(header(header::CACHE_CONTROL).contains("immutable"));
    let tag = etag(&picture);
    assert_eq!(picture.bytes().await.unwrap(), PNG);
    let again = server.request(Method::GET, &format!("/pictures/{id}")).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    let (_, twice) = server.upload(&token, "file", PNG.to_vec()).await;
    assert_eq!(twice, body, "the same bytes are stored once");
}

#[tokio::test]
async fn uploads_that_are_not_pictures_are_refused() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    for bytes in [&b""[..], b"<svg/>", b"hello", b"%PDF-1.7"] {
        assert_eq!(code(&server.upload(&token, "file", bytes.to_vec()).await), (400, 5007), "{bytes:?}");
    }
    assert_eq!(code(&server.upload(&token, "picture", PNG.to_vec()).await), (400, 5006));
    assert_eq!(code(&server.post(&token, "/upload/logo/logo", &json!({})).await), (400, 5006));
    let raw = |kind: &'static str, body: &'static str| {
        send(
            server
                .request(Method::POST, "/upload/logo/logo")
                .bearer_auth(&token)
                .header("content-type", kind)
                .body(body),
        )
    };
    assert_eq!(code(&raw("multipart/form-data", "x").await), (400, 5006));
    assert_eq!(code(&raw("multipart/form-data; boundary=b", "--b\r\nbroken").await), (400, 5006));
    assert_eq!(code(&raw("multipart/form-data; boundary=b", "").await), (400, 5006));
    assert_eq!(code(&server.upload("nonsense", "file", PNG.to_vec()).await), (401, 4004));
    let missing = send(server.request(Method::GET, "/pictures/%00")).await;
    assert_eq!(code(&missing), (404, 3001));
}

#[tokio::test]
async fn pictures_of_more_than_five_mebibytes_are_refused() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    assert_eq!(server.upload(&token, "file", png_of(5 * MIB)).await.0, 200);
    assert_eq!(code(&server.upload(&token, "file", png_of(5 * MIB + 1)).await), (413, 5413));
    assert_eq!(code(&server.upload(&token, "file", png_of(12 * MIB)).await), (413, 5413));
}

#[tokio::test]
async fn uploads_can_be_refused_by_a_quirk() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    for (uploads, expected) in [(Uploads::Refused403, 403), (Uploads::Missing404, 404), (Uploads::Accepted, 200)] {
        server.sandbox.set_quirks(Quirks { uploads, ..Quirks::default() });
        let response = server.upload(&token, "file", PNG.to_vec()).await;
        assert_eq!(response.0, expected);
        assert_ne!(code(&response).1, 3001);
    }
}

#[tokio::test]
async fn urls_of_stored_pictures_follow_the_server_to_another_port() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: Database::File(folder.path().join("sandbox.db")), ..config() };
    let server = TestServer::with(config.clone()).await;
    let token = server.token("editor").await;
    let uploaded = server.upload(&token, "file", PNG.to_vec()).await.1["data"]["url"].as_str().unwrap().to_owned();
    // A URL with another loopback name and port means the same picture.
    let id = uploaded.rsplit('/').next().unwrap();
    let elsewhere = format!("https://localhost:1/v1/pictures/{id}");
    let (_, body) = server.put(&token, &format!("/users/{EDITOR}"), &json!({ "picture": elsewhere })).await;
    assert_eq!(body["data"]["picture"], uploaded);
    let (port, old) = (server.sandbox.address().port(), server.sandbox.base_url());
    // Occupy the port, so that the next start gets another one.
    server.sandbox.stop().await;
    let _occupied = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();

    let server = TestServer::with(config).await;
    let (_, body) = server.get(&token, "/users/profile").await;
    assert_ne!(server.sandbox.base_url(), old);
    assert_eq!(body["data"]["picture"], format!("{}/pictures/{id}", server.sandbox.base_url()));
}

#[tokio::test]
async fn other_urls_are_stored_unchanged() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    let unknown = format!("{}/pictures/{}", server.sandbox.base_url(), "0".repeat(32));
    for url in ["https://example.com/v1/pictures/x", "https://example.com/p.png?size=1#f", &unknown] {
        let (_, body) = server.put(&token, &format!("/users/{EDITOR}"), &json!({ "picture": url })).await;
        assert_eq!(body["data"]["picture"], url);
    }
}
