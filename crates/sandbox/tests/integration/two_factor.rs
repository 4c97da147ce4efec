//! The secret for an authenticator app, and switching two-factor authentication off.

use crate::common::{PASSWORD, TestServer, code, send, tokens, totp};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/auth/two-factor";

async fn remove(server: &TestServer, token: &str, body: &Value) -> crate::common::StatusAndBody {
    send(server.request(Method::DELETE, PATH).bearer_auth(token).json(body)).await
}

#[tokio::test]
async fn a_new_secret_is_shown_as_text_uri_and_qr_code() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    let (status, body) = server.get(&token, PATH).await;
    assert_eq!(status, 200);
    let text = |key: &str| body["data"][key].as_str().unwrap().to_owned();
    let secret = text("secret");
    assert_eq!(totp_rs::Secret::try_from_base32(&secret).unwrap().as_bytes().len(), 20);
    assert_eq!(
        text("uri"),
        format!("otpauth://totp/Lapel%20sandbox:editor%40example.com?secret={secret}&issuer=Lapel%20sandbox")
    );
    assert!(text("qr").starts_with("data:image/png;base64,iVBORw0KGgo"));
    assert_ne!(server.get(&token, PATH).await.1["data"]["secret"], secret);
    assert_eq!(
        server.get(&token, "/users/profile").await.1["data"]["has2FAActive"],
        false,
        "showing a secret does not switch two-factor on"
    );
    assert_eq!(code(&send(server.request(Method::GET, PATH)).await), (401, 4002));
}

#[tokio::test]
async fn two_factor_is_switched_off_with_the_password() {
    let server = TestServer::new().await;
    let email = "twofactor@example.com";
    let (token, _) = tokens(&server.login(email, PASSWORD, Some(&totp(0))).await.1);
    assert_eq!(server.get(&token, "/users/profile").await.1["data"]["has2FAActive"], true);
    for body in
        [json!({}), json!({ "password": "" }), json!({ "password": 1 }), json!({ "password": "x", "language": "nl" })]
    {
        assert_eq!(code(&remove(&server, &token, &body).await), (400, 5000), "{body}");
    }
    assert_eq!(code(&remove(&server, &token, &json!({ "password": "not it" })).await), (403, 4006));
    assert_eq!(code(&server.login(email, PASSWORD, None).await), (401, 4014));
    let right = json!({ "password": PASSWORD, "language": "de" });
    assert_eq!(code(&remove(&server, &token, &right).await), (200, 0));
    assert_eq!(server.get(&token, "/users/profile").await.1["data"]["has2FAActive"], false);
    assert_eq!(server.login(email, PASSWORD, None).await.0, 200);
    assert_eq!(code(&remove(&server, &token, &right).await), (404, 3001), "it is already switched off");
    assert_eq!(code(&send(server.request(Method::DELETE, PATH).json(&right)).await), (401, 4002));
}
