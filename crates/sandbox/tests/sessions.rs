//! Signing in, the six-digit code, renewal and its reuse, signing out, passwords.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use std::time::Duration;

use common::{Bench, PASSWORD, code, config, seen, tokens, totp};
use lapel_sandbox::{CodeStatus, Config, Quirks};
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
        json!({ "provider": "traditional", "payload": { "email": "o@example.com", "password": "a", "twoFactorCode": "" } }),
        json!({ "provider": "traditional", "payload": { "email": "o@example.com", "password": "a", "twoFactorCode": "1234567" } }),
        json!({ "provider": "traditional", "payload": { "email": "o@example.com", "password": "a", "twoFactorCode": 123456 } }),
        json!({ "provider": "traditional", "language": "english", "payload": { "email": "o@example.com", "password": "a" } }),
    ];
    for body in bodies {
        let answer = seen(bench.request(Method::POST, "/auth/login").json(&body)).await;
        assert_eq!(code(&answer), (400, 5000), "{body}");
    }
}

#[tokio::test]
async fn the_code_is_asked_for_checked_and_good_once() {
    let bench = Bench::new().await;
    let email = "twofactor@example.com";
    assert_eq!(code(&bench.login(email, PASSWORD, None).await), (401, 4014));
    assert_eq!(code(&bench.login(email, "not it", Some(&totp(0))).await), (403, 4006));
    for wrong in [&totp(-300), "1", "abcdef", "+12345", "ü🙂 \n "] {
        assert_eq!(code(&bench.login(email, PASSWORD, Some(wrong)).await), (401, 4013), "{wrong:?}");
    }
    let right = totp(0);
    assert_eq!(bench.login(email, PASSWORD, Some(&right)).await.0, 200);
    assert_eq!(code(&bench.login(email, PASSWORD, Some(&right)).await), (401, 4013));
    // The next step is within the tolerance, and a new code.
    assert_eq!(bench.login(email, PASSWORD, Some(&totp(30))).await.0, 200);
}

#[tokio::test]
async fn other_statuses_for_the_codes_about_two_factor() {
    let bench = Bench::new().await;
    for (code_status, expected) in
        [(CodeStatus::Unauthorized401, 401), (CodeStatus::BadRequest400, 400), (CodeStatus::Forbidden403, 403)]
    {
        bench.sandbox.set_quirks(Quirks { code_status, ..Quirks::default() });
        let email = "twofactor@example.com";
        assert_eq!(code(&bench.login(email, PASSWORD, None).await), (expected, 4014));
        assert_eq!(code(&bench.login(email, PASSWORD, Some(&totp(-300))).await), (expected, 4013));
    }
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
    let pair = bench.session("owner").await;
    assert_eq!(code(&bench.get(&pair.0, "/users/profile").await), (401, 4004));
    assert_eq!(bench.refresh(&pair).await.0, 200);

    let bench = Bench::new().await;
    let pair = bench.session("owner").await;
    bench.sandbox.expire_access_tokens().await.unwrap();
    assert_eq!(code(&bench.get(&pair.0, "/users/profile").await), (401, 4004));
    let (status, renewed) = bench.refresh(&pair).await;
    assert_eq!(status, 200);
    let names: Vec<&String> = renewed["data"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["accessToken", "refreshToken"], "a pair, and nobody's profile");
    assert!(renewed["data"]["refreshToken"]["expireAt"].as_str() > renewed["data"]["accessToken"]["expireAt"].as_str());
    let (_, profile) = bench.get(&tokens(&renewed).0, "/users/profile").await;
    assert_eq!(profile["data"]["email"], "owner@example.com");
}

#[tokio::test]
async fn refresh_tokens_expire() {
    let bench = Bench::with(Config { refresh_token_ttl: Duration::ZERO, ..config() }).await;
    let pair = bench.session("owner").await;
    assert_eq!(code(&bench.refresh(&pair).await), (401, 4011));
}

#[tokio::test]
async fn both_tokens_rotate_and_only_the_last_pair_is_exchanged() {
    let bench = Bench::new().await;
    let first = bench.session("owner").await;
    let second = tokens(&bench.refresh(&first).await.1);
    assert_ne!(first.0, second.0);
    assert_ne!(first.1, second.1);
    assert_eq!(code(&bench.get(&first.0, "/users/profile").await), (401, 4004), "the former access token is replaced");
    let (stranger, _) = bench.session("owner").await;
    let mixed = [
        first.clone(),
        (first.0, second.1.clone()),
        (second.0.clone(), first.1),
        (stranger, second.1.clone()),
        (second.1.clone(), second.0.clone()),
        ("nonsense".to_owned(), second.1.clone()),
    ];
    for pair in mixed {
        assert_eq!(code(&bench.refresh(&pair).await), (401, 4011), "{pair:?}");
    }
    // None of that ended the session: a second client that sends an old pair costs the first one nothing.
    assert_eq!(bench.get(&second.0, "/users/profile").await.0, 200);
    let third = tokens(&bench.refresh(&second).await.1);
    assert_eq!(bench.get(&third.0, "/users/profile").await.0, 200);
}

#[tokio::test]
async fn of_renewals_at_once_only_one_succeeds() {
    let bench = Bench::new().await;
    let pair = bench.session("owner").await;
    let (one, other, third) = tokio::join!(bench.refresh(&pair), bench.refresh(&pair), bench.refresh(&pair));
    let mut codes = [&one, &other, &third].map(code);
    codes.sort_unstable();
    assert_eq!(codes, [(200, 0), (401, 4011), (401, 4011)]);
}

#[tokio::test]
async fn a_renewal_takes_no_notice_of_authorization() {
    let bench = Bench::new().await;
    let (access, refresh) = bench.session("owner").await;
    let body = json!({ "lastAccessToken": access, "refreshToken": refresh });
    let request = bench.request(Method::POST, "/auth/refresh").bearer_auth("nonsense");
    assert_eq!(seen(request.json(&body)).await.0, 200);
}

#[tokio::test]
async fn renewals_that_do_not_fit() {
    let bench = Bench::new().await;
    let (access, refresh) = bench.session("owner").await;
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
        let answer = seen(bench.request(Method::POST, "/auth/refresh").json(&body)).await;
        assert_eq!(code(&answer), (400, 5000), "{body}");
    }
    assert_eq!(bench.refresh(&(access, refresh)).await.0, 200, "none of them used the pair up");
}

#[tokio::test]
async fn a_server_that_renews_the_access_token_alone() {
    let quirks = Quirks { keeps_refresh_token: true, ..Quirks::default() };
    let bench = Bench::with(Config { quirks, ..config() }).await;
    let (first, refresh) = bench.session("owner").await;
    let (status, renewed) = bench.refresh(&(first.clone(), refresh.clone())).await;
    assert_eq!((status, renewed["data"].get("refreshToken")), (200, None));
    let second = renewed["data"]["accessToken"]["token"].as_str().unwrap().to_owned();
    assert_eq!(code(&bench.refresh(&(first, refresh.clone())).await), (401, 4011));
    assert_eq!(bench.refresh(&(second, refresh)).await.0, 200);
}

#[tokio::test]
async fn logout_ends_the_session_and_only_it() {
    let bench = Bench::new().await;
    let (other, _) = bench.session("owner").await;
    let pair = bench.session("owner").await;
    assert_eq!(bench.post(&pair.0, "/auth/logout", &json!({})).await.0, 200);
    assert_eq!(code(&bench.post(&pair.0, "/auth/logout", &json!({})).await), (401, 4004));
    assert_eq!(code(&bench.refresh(&pair).await), (401, 4011));
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
    let pair = bench.session("owner").await;
    bench.sandbox.end_all_sessions().await.unwrap();
    assert_eq!(code(&bench.get(&pair.0, "/users/profile").await), (401, 4004));
    assert_eq!(code(&bench.refresh(&pair).await), (401, 4011));
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
