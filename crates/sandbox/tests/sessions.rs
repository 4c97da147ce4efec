//! Signing in, the six-digit code, renewal and its reuse, signing out, passwords.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{Bench, PASSWORD, code, config, seen, tokens};
use lapel_sandbox::{Config, Quirks};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn login_answers_a_session_and_the_person() {
    let bench = Bench::new().await;
    let (status, body) = bench.login("Owner@Example.com", PASSWORD, None).await;
    assert_eq!(status, 200);
    assert_eq!(body["data"]["user"]["email"], "owner@example.com");
    assert!(body["data"]["user"]["activityTrace"]["lastLogin"]["dashboard"].is_string());
    assert!(body["data"]["refreshToken"]["expireAt"].as_str() > body["data"]["accessToken"]["expireAt"].as_str());
    assert_eq!(bench.get(&tokens(&body).0, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn a_wrong_pair_is_refused_alike_whether_the_person_exists_or_not() {
    let bench = Bench::new().await;
    let unknown = bench.login("nobody@example.com", PASSWORD, None).await;
    let known = bench.login("owner@example.com", "not it", None).await;
    assert_eq!(code(&known), (403, 4006));
    assert_eq!(unknown, known);
}

#[tokio::test]
async fn login_bodies_that_do_not_fit() {
    let bench = Bench::new().await;
    let bodies = [
        json!({}),
        json!([]),
        json!({ "provider": "sso", "payload": { "email": "owner@example.com", "password": PASSWORD } }),
        json!({ "provider": "traditional", "payload": 1 }),
        json!({ "provider": "traditional", "payload": { "email": "owner", "password": PASSWORD } }),
        json!({ "provider": "traditional", "payload": { "email": "owner@example.com" } }),
        json!({ "provider": "traditional", "payload": { "email": "owner@example.com", "password": "" } }),
        json!({ "provider": "traditional", "payload": { "email": "owner@example.com", "password": "a".repeat(129) } }),
        json!({ "provider": "traditional", "payload": { "email": "o@example.com", "password": "a", "twoFactorCode": "12345" } }),
        json!({ "provider": "traditional", "language": "english", "payload": { "email": "o@example.com", "password": "a" } }),
    ];
    for body in bodies {
        let answer = seen(bench.request(Method::POST, "/auth/login").json(&body)).await;
        assert_eq!(code(&answer), (400, 5000), "{body}");
    }
}

/// The code for a moment, by the crate that the server also uses; that crate is held against the RFC's vectors elsewhere.
fn totp(offset: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    totp.generate(now.checked_add_signed(offset).unwrap()).to_string()
}

#[tokio::test]
async fn the_code_is_asked_for_checked_and_good_once() {
    let bench = Bench::new().await;
    let email = "twofactor@example.com";
    assert_eq!(code(&bench.login(email, PASSWORD, None).await), (403, 4010));
    assert_eq!(code(&bench.login(email, "not it", Some(&totp(0))).await), (403, 4006));
    assert_eq!(code(&bench.login(email, PASSWORD, Some(&totp(-300))).await), (403, 4011));
    let right = totp(0);
    assert_eq!(bench.login(email, PASSWORD, Some(&right)).await.0, 200);
    assert_eq!(code(&bench.login(email, PASSWORD, Some(&right)).await), (403, 4011));
    // The next step is within the tolerance, and a new code.
    assert_eq!(bench.login(email, PASSWORD, Some(&totp(30))).await.0, 200);
}

#[tokio::test]
async fn requests_without_a_good_token() {
    let bench = Bench::new().await;
    let profile = || bench.request(Method::GET, "/users/profile");
    assert_eq!(code(&seen(profile()).await), (401, 4002));
    assert_eq!(code(&seen(profile().basic_auth("owner", Some("x"))).await), (401, 4002));
    assert_eq!(code(&seen(profile().header("authorization", "Bearer ")).await), (401, 4002));
    assert_eq!(code(&seen(profile().bearer_auth("nonsense")).await), (401, 4004));
    assert_eq!(code(&seen(profile().bearer_auth("a".repeat(5000))).await), (401, 4004));
    let (_, refresh) = bench.session("owner").await;
    assert_eq!(code(&seen(profile().bearer_auth(refresh)).await), (401, 4004), "a refresh token opens nothing");
}

#[tokio::test]
async fn access_tokens_expire_and_are_renewed() {
    let bench = Bench::with(Config { access_token_ttl: Duration::ZERO, ..config() }).await;
    let (access, refresh) = bench.session("owner").await;
    assert_eq!(code(&bench.get(&access, "/users/profile").await), (401, 4004));
    assert_eq!(bench.refresh(&refresh).await.0, 200);

    let bench = Bench::new().await;
    let (access, refresh) = bench.session("owner").await;
    bench.sandbox.expire_access_tokens().await.unwrap();
    assert_eq!(code(&bench.get(&access, "/users/profile").await), (401, 4004));
    let (status, renewed) = bench.refresh(&refresh).await;
    assert_eq!(status, 200);
    assert_eq!(renewed["data"]["user"]["email"], "owner@example.com");
    assert_eq!(bench.get(&tokens(&renewed).0, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn refresh_tokens_expire() {
    let bench = Bench::with(Config { refresh_token_ttl: Duration::ZERO, ..config() }).await;
    let (_, refresh) = bench.session("owner").await;
    assert_eq!(code(&bench.refresh(&refresh).await), (401, 4004));
    assert_eq!(code(&bench.refresh("nonsense").await), (401, 4004));
}

#[tokio::test]
async fn a_refresh_token_stays_good_until_the_new_pair_is_used() {
    let bench = Bench::new().await;
    let (_, first) = bench.session("owner").await;
    // Two answers that got lost, then one that arrives.
    assert_eq!(bench.refresh(&first).await.0, 200);
    assert_eq!(bench.refresh(&first).await.0, 200);
    let (access, second) = tokens(&bench.refresh(&first).await.1);
    assert_eq!(bench.get(&access, "/users/profile").await.0, 200);
    // From here on the first one is reuse, and takes the whole family along.
    assert_eq!(code(&bench.refresh(&first).await), (401, 4004));
    assert_eq!(code(&bench.get(&access, "/users/profile").await), (401, 4004));
    assert_eq!(code(&bench.refresh(&second).await), (401, 4004));
}

#[tokio::test]
async fn using_the_new_refresh_token_settles_it_too() {
    let bench = Bench::new().await;
    let (other, _) = bench.session("owner").await;
    let (_, first) = bench.session("owner").await;
    let (_, second) = tokens(&bench.refresh(&first).await.1);
    let (access, _) = tokens(&bench.refresh(&second).await.1);
    assert_eq!(code(&bench.refresh(&first).await), (401, 4004));
    assert_eq!(code(&bench.get(&access, "/users/profile").await), (401, 4004));
    assert_eq!(
        bench.get(&other, "/users/profile").await.0,
        200,
        "another sign-in of the same person is another family"
    );
}

#[tokio::test]
async fn logout_ends_the_family_and_only_it() {
    let bench = Bench::new().await;
    let (other, _) = bench.session("owner").await;
    let (access, refresh) = bench.session("owner").await;
    assert_eq!(bench.post(&access, "/auth/logout", &json!({})).await.0, 200);
    assert_eq!(code(&bench.post(&access, "/auth/logout", &json!({})).await), (401, 4004));
    assert_eq!(code(&bench.refresh(&refresh).await), (401, 4004));
    assert_eq!(bench.get(&other, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn a_server_without_logout() {
    let bench = Bench::with(Config { quirks: Quirks { no_logout: true, ..Quirks::default() }, ..config() }).await;
    let token = bench.token("owner").await;
    let answer = bench.post(&token, "/auth/logout", &json!({})).await;
    assert_eq!(answer.0, 404);
    assert_ne!(code(&answer).1, 3001);
    assert_eq!(bench.get(&token, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn all_sessions_end_at_once() {
    let bench = Bench::new().await;
    let (access, refresh) = bench.session("owner").await;
    bench.sandbox.end_all_sessions().await.unwrap();
    assert_eq!(code(&bench.get(&access, "/users/profile").await), (401, 4004));
    assert_eq!(code(&bench.refresh(&refresh).await), (401, 4004));
}

#[tokio::test]
async fn a_new_password() {
    let bench = Bench::new().await;
    let (elsewhere, _) = bench.session("editor").await;
    let (here, _) = bench.session("editor").await;
    let change = async |password: &str, new: &str| {
        let body = json!({ "password": password, "newPassword": new });
        code(&bench.post(&here, "/auth/register/update-password", &body).await)
    };
    assert_eq!(change("not it", "a-new-password").await, (403, 4006));
    assert_eq!(change(PASSWORD, "short-1").await, (400, 5057));
    assert_eq!(change(PASSWORD, "onlyletters").await, (400, 5057));
    assert_eq!(change(PASSWORD, &"a-".repeat(65)).await, (400, 5000));
    assert_eq!(change(PASSWORD, "a-new-password").await, (200, 0));
    assert_eq!(code(&bench.login("editor@example.com", PASSWORD, None).await), (403, 4006));
    assert_eq!(bench.login("editor@example.com", "a-new-password", None).await.0, 200);
    assert_eq!(bench.get(&here, "/users/profile").await.0, 200);
    assert_eq!(code(&bench.get(&elsewhere, "/users/profile").await), (401, 4004));
}
