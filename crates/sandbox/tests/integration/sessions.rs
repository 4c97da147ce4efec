//! Sign-in, two-factor codes, token renewal, sign-out, passwords.

use std::time::Duration;

use crate::common::{PASSWORD, TestServer, code, config, send, tokens, totp};
use lapel_sandbox::{CodeStatus, Config, Quirks};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn login_returns_a_session_and_the_user() {
    let server = TestServer::new().await;
    let (status, body) = server.login("Owner@Example.com", PASSWORD, None).await;
    assert_eq!(status, 200);
    assert_eq!(body["data"]["user"]["email"], "owner@example.com");
    assert!(body["data"]["user"]["activityTrace"]["lastLogin"]["dashboard"].is_string());
    assert!(body["data"]["refreshToken"]["expireAt"].as_str() > body["data"]["accessToken"]["expireAt"].as_str());
    assert_eq!(server.get(&tokens(&body).0, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn wrong_credentials_get_the_same_response_whether_the_user_exists_or_not() {
    let server = TestServer::new().await;
    let unknown = server.login("nobody@example.com", PASSWORD, None).await;
    let known = server.login("owner@example.com", "not it", None).await;
    assert_eq!(code(&known), (403, 4006));
    assert_eq!(unknown, known);
}

#[tokio::test]
async fn invalid_login_bodies_are_refused() {
    let server = TestServer::new().await;
    let bodies = [
        json!({}),
        json!([]),
        json!({ "provider": "sso", "payload": { "email": "owner@example.com", "password": PASSWORD } }),
        json!({ "provider": "traditional", "payload": 1 }),
        json!({ "provider": "traditional", "payload": { "email": "owner", "password": PASSWORD } }),
        json!({ "provider": "traditional", "payload": { "email": "owner@example.com" } }),
        json!({ "provider": "traditional", "payload": { "email": "owner@example.com", "password": "" } }),
        json!({ "provider": "traditional", "payload": { "email": "owner@example.com", "password": "a".repeat(129) } }),
        json!({ "provider": "traditional", "payload": { "email": "o@example.com", "password": "a", "twoFactorCode": "" } }),
        json!({ "provider": "traditional", "payload": { "email": "o@example.com", "password": "a", "twoFactorCode": "1234567" } }),
        json!({ "provider": "traditional", "payload": { "email": "o@example.com", "password": "a", "twoFactorCode": 123456 } }),
        json!({ "provider": "traditional", "language": "english", "payload": { "email": "o@example.com", "password": "a" } }),
    ];
    for body in bodies {
        let response = send(server.request(Method::POST, "/auth/login").json(&body)).await;
        assert_eq!(code(&response), (400, 5000), "{body}");
    }
}

#[tokio::test]
async fn a_two_factor_code_is_required_and_valid_once() {
    let server = TestServer::new().await;
    let email = "twofactor@example.com";
    assert_eq!(code(&server.login(email, PASSWORD, None).await), (401, 4014));
    assert_eq!(code(&server.login(email, "not it", Some(&totp(0))).await), (403, 4006));
    for wrong in [&totp(-300), "1", "abcdef", "+12345", "ü🙂 \n "] {
        assert_eq!(code(&server.login(email, PASSWORD, Some(wrong)).await), (401, 4013), "{wrong:?}");
    }
    let right = totp(0);
    assert_eq!(server.login(email, PASSWORD, Some(&right)).await.0, 200);
    assert_eq!(code(&server.login(email, PASSWORD, Some(&right)).await), (401, 4013));
    // The code of the next time step is within the tolerance and was not used yet.
    assert_eq!(server.login(email, PASSWORD, Some(&totp(30))).await.0, 200);
}

#[tokio::test]
async fn the_status_of_the_two_factor_codes_is_configurable() {
    let server = TestServer::new().await;
    for (code_status, expected) in
        [(CodeStatus::Unauthorized401, 401), (CodeStatus::BadRequest400, 400), (CodeStatus::Forbidden403, 403)]
    {
        server.sandbox.set_quirks(Quirks { code_status, ..Quirks::default() });
        let email = "twofactor@example.com";
        assert_eq!(code(&server.login(email, PASSWORD, None).await), (expected, 4014));
        assert_eq!(code(&server.login(email, PASSWORD, Some(&totp(-300))).await), (expected, 4013));
    }
}

#[tokio::test]
async fn requests_without_a_valid_token_are_refused() {
    let server = TestServer::new().await;
    let profile = || server.request(Method::GET, "/users/profile");
    assert_eq!(code(&send(profile()).await), (401, 4002));
    assert_eq!(code(&send(profile().basic_auth("owner", Some("x"))).await), (401, 4002));
    assert_eq!(code(&send(profile().header("authorization", "Bearer ")).await), (401, 4002));
    assert_eq!(code(&send(profile().bearer_auth("nonsense")).await), (401, 4004));
    assert_eq!(code(&send(profile().bearer_auth("a".repeat(5000))).await), (401, 4004));
    let (_, refresh) = server.session("owner").await;
    assert_eq!(code(&send(profile().bearer_auth(refresh)).await), (401, 4004), "a refresh token gives no access");
}

#[tokio::test]
async fn expired_access_tokens_can_be_renewed() {
    let server = TestServer::with(Config { access_token_ttl: Duration::ZERO, ..config() }).await;
    let pair = server.session("owner").await;
    assert_eq!(code(&server.get(&pair.0, "/users/profile").await), (401, 4004));
    assert_eq!(server.refresh(&pair).await.0, 200);

    let server = TestServer::new().await;
    let pair = server.session("owner").await;
    server.sandbox.expire_access_tokens().await.unwrap();
    assert_eq!(code(&server.get(&pair.0, "/users/profile").await), (401, 4004));
    let (status, renewed) = server.refresh(&pair).await;
    assert_eq!(status, 200);
    let names: Vec<&String> = renewed["data"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["accessToken", "refreshToken"], "only the tokens, no profile");
    assert!(renewed["data"]["refreshToken"]["expireAt"].as_str() > renewed["data"]["accessToken"]["expireAt"].as_str());
    let (_, profile) = server.get(&tokens(&renewed).0, "/users/profile").await;
    assert_eq!(profile["data"]["email"], "owner@example.com");
}

#[tokio::test]
async fn expired_refresh_tokens_are_refused() {
    let server = TestServer::with(Config { refresh_token_ttl: Duration::ZERO, ..config() }).await;
    let pair = server.session("owner").await;
    assert_eq!(code(&server.refresh(&pair).await), (401, 4011));
}

#[tokio::test]
async fn renewal_replaces_both_tokens_and_accepts_only_the_current_pair() {
    let server = TestServer::new().await;
    let first = server.session("owner").await;
    let second = tokens(&server.refresh(&first).await.1);
    assert_ne!(first.0, second.0);
    assert_ne!(first.1, second.1);
    assert_eq!(code(&server.get(&first.0, "/users/profile").await), (401, 4004), "the old access token is invalid");
    let (other_session, _) = server.session("owner").await;
    let mixed = [
        first.clone(),
        (first.0, second.1.clone()),
        (second.0.clone(), first.1),
        (other_session, second.1.clone()),
        (second.1.clone(), second.0.clone()),
        ("nonsense".to_owned(), second.1.clone()),
    ];
    for pair in mixed {
        assert_eq!(code(&server.refresh(&pair).await), (401, 4011), "{pair:?}");
    }
    // The refused renewals have not ended the session.
    assert_eq!(server.get(&second.0, "/users/profile").await.0, 200);
    let third = tokens(&server.refresh(&second).await.1);
    assert_eq!(server.get(&third.0, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn only_one_of_several_concurrent_renewals_succeeds() {
    let server = TestServer::new().await;
    let pair = server.session("owner").await;
    let (one, other, third) = tokio::join!(server.refresh(&pair), server.refresh(&pair), server.refresh(&pair));
    let mut codes = [&one, &other, &third].map(code);
    codes.sort_unstable();
    assert_eq!(codes, [(200, 0), (401, 4011), (401, 4011)]);
}

#[tokio::test]
async fn renewal_ignores_the_authorization_header() {
    let server = TestServer::new().await;
    let (access, refresh) = server.session("owner").await;
    let body = json!({ "lastAccessToken": access, "refreshToken": refresh });
    let request = server.request(Method::POST, "/auth/refresh").bearer_auth("nonsense");
    assert_eq!(send(request.json(&body)).await.0, 200);
}

#[tokio::test]
async fn invalid_renewal_bodies_are_refused() {
    let server = TestServer::new().await;
    let (access, refresh) = server.session("owner").await;
    let bodies = [
        json!({}),
        json!({ "refreshToken": refresh }),
        json!({ "lastAccessToken": access }),
        json!({ "lastAccessToken": "", "refreshToken": refresh }),
        json!({ "lastAccessToken": access, "refreshToken": "" }),
        json!({ "lastAccessToken": null, "refreshToken": refresh }),
        json!({ "lastAccessToken": access, "refreshToken": [refresh] }),
    ];
    for body in bodies {
        let response = send(server.request(Method::POST, "/auth/refresh").json(&body)).await;
        assert_eq!(code(&response), (400, 5000), "{body}");
    }
    assert_eq!(server.refresh(&(access, refresh)).await.0, 200, "refused renewals do not use up the pair");
}

#[tokio::test]
async fn a_quirk_renews_only_the_access_token() {
    let quirks = Quirks { keeps_refresh_token: true, ..Quirks::default() };
    let server = TestServer::with(Config { quirks, ..config() }).await;
    let (first, refresh) = server.session("owner").await;
    let (status, renewed) = server.refresh(&(first.clone(), refresh.clone())).await;
    assert_eq!((status, renewed["data"].get("refreshToken")), (200, None));
    let second = renewed["data"]["accessToken"]["token"].as_str().unwrap().to_owned();
    assert_eq!(code(&server.refresh(&(first, refresh.clone())).await), (401, 4011));
    assert_eq!(server.refresh(&(second, refresh)).await.0, 200);
}

#[tokio::test]
async fn logout_ends_only_the_current_session() {
    let server = TestServer::new().await;
    let (other, _) = server.session("owner").await;
    let pair = server.session("owner").await;
    assert_eq!(server.post(&pair.0, "/auth/logout", &json!({})).await.0, 200);
    assert_eq!(code(&server.post(&pair.0, "/auth/logout", &json!({})).await), (401, 4004));
    assert_eq!(code(&server.refresh(&pair).await), (401, 4011));
    assert_eq!(server.get(&other, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn the_no_logout_quirk_refuses_logout_and_keeps_the_session() {
    let server = TestServer::with(Config { quirks: Quirks { no_logout: true, ..Quirks::default() }, ..config() }).await;
    let token = server.token("owner").await;
    let response = server.post(&token, "/auth/logout", &json!({})).await;
    assert_eq!(response.0, 404);
    assert_ne!(code(&response).1, 3001);
    assert_eq!(server.get(&token, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn end_all_sessions_invalidates_all_tokens() {
    let server = TestServer::new().await;
    let pair = server.session("owner").await;
    server.sandbox.end_all_sessions().await.unwrap();
    assert_eq!(code(&server.get(&pair.0, "/users/profile").await), (401, 4004));
    assert_eq!(code(&server.refresh(&pair).await), (401, 4011));
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let server = TestServer::new().await;
    let (other, _) = server.session("editor").await;
    let (current, _) = server.session("editor").await;
    let change = async |password: &str, new: &str| {
        let body = json!({ "password": password, "newPassword": new });
        code(&server.post(&current, "/auth/register/update-password", &body).await)
    };
    assert_eq!(change("not it", "a-new-password").await, (403, 4006));
    assert_eq!(change(PASSWORD, "short-1").await, (400, 5057));
    assert_eq!(change(PASSWORD, "onlyletters").await, (400, 5057));
    assert_eq!(change(PASSWORD, &"a-".repeat(65)).await, (400, 5000));
    assert_eq!(change(PASSWORD, "a-new-password").await, (200, 0));
    assert_eq!(code(&server.login("editor@example.com", PASSWORD, None).await), (403, 4006));
    assert_eq!(server.login("editor@example.com", "a-new-password", None).await.0, 200);
    assert_eq!(server.get(&current, "/users/profile").await.0, 200);
    assert_eq!(code(&server.get(&other, "/users/profile").await), (401, 4004));
}

#[tokio::test]
async fn of_two_concurrent_password_changes_one_succeeds_and_its_session_continues() {
    let server = TestServer::new().await;
    let (first, _) = server.session("editor").await;
    let (second, _) = server.session("editor").await;
    let change = async |token: &str, new: &str| {
        let body = json!({ "password": PASSWORD, "newPassword": new });
        server.post(token, "/auth/register/update-password", &body).await.0
    };
    let statuses = tokio::join!(change(&first, "a-new-password"), change(&second, "another-password"));
    // The other request finds another password, or arrives when the change has already ended its session.
    let successful = match statuses {
        (200, 403 | 401) => &first,
        (403 | 401, 200) => &second,
        other => panic!("exactly one change succeeds, not {other:?}"),
    };
    assert_eq!(server.get(successful, "/users/profile").await.0, 200);
}
