//! A secret for an authenticator app, and switching two-factor authentication off.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use common::{Bench, PASSWORD, code, seen, tokens, totp};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/auth/two-factor";

async fn remove(bench: &Bench, token: &str, body: &Value) -> common::Seen {
    seen(bench.request(Method::DELETE, PATH).bearer_auth(token).json(body)).await
}

#[tokio::test]
async fn a_secret_as_text_as_address_and_as_picture() {
    let bench = Bench::new().await;
    let token = bench.token("editor").await;
    let (status, body) = bench.get(&token, PATH).await;
    assert_eq!(status, 200);
    let text = |key: &str| body["data"][key].as_str().unwrap().to_owned();
    let secret = text("secret");
    assert_eq!(totp_rs::Secret::try_from_base32(&secret).unwrap().as_bytes().len(), 20);
    assert_eq!(
        text("uri"),
        format!("otpauth://totp/Lapel%20sandbox:editor%40example.com?secret={secret}&issuer=Lapel%20sandbox")
    );
    assert!(text("qr").starts_with("data:image/png;base64,iVBORw0KGgo"));
    assert_ne!(bench.get(&token, PATH).await.1["data"]["secret"], secret);
    assert_eq!(bench.get(&token, "/users/profile").await.1["data"]["has2FAActive"], false, "it is only shown");
    assert_eq!(code(&seen(bench.request(Method::GET, PATH)).await), (401, 4002));
}

#[tokio::test]
async fn two_factor_is_switched_off_with_the_password() {
    let bench = Bench::new().await;
    let email = "twofactor@example.com";
    let (token, _) = tokens(&bench.login(email, PASSWORD, Some(&totp(0))).await.1);
    assert_eq!(bench.get(&token, "/users/profile").await.1["data"]["has2FAActive"], true);
    for body in
        [json!({}), json!({ "password": "" }), json!({ "password": 1 }), json!({ "password": "x", "language": "nl" })]
    {
        assert_eq!(code(&remove(&bench, &token, &body).await), (400, 5000), "{body}");
    }
    assert_eq!(code(&remove(&bench, &token, &json!({ "password": "not it" })).await), (403, 4006));
    assert_eq!(code(&bench.login(email, PASSWORD, None).await), (401, 4014));
    let right = json!({ "password": PASSWORD, "language": "de" });
    assert_eq!(code(&remove(&bench, &token, &right).await), (200, 0));
    assert_eq!(bench.get(&token, "/users/profile").await.1["data"]["has2FAActive"], false);
    assert_eq!(bench.login(email, PASSWORD, None).await.0, 200);
    assert_eq!(code(&remove(&bench, &token, &right).await), (404, 3001), "there is none left");
    assert_eq!(code(&seen(bench.request(Method::DELETE, PATH).json(&right)).await), (401, 4002));
}
