//! What is done by mail: a forgotten password, an address that is not verified yet; links and how often they are sent.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use std::time::Duration;

use common::{Bench, EDITOR, PASSWORD, Stage, code, config, config_with_members, seen};
use lapel_sandbox::{Config, Mail};
use reqwest::Method;
use serde_json::{Value, json};

const FORGOT: &str = "/auth/register/forgot-password";
const CHANGE: &str = "/auth/register/change-password";
const RESEND: &str = "/auth/register/verify-resend";

async fn post(bench: &Bench, path: &str, body: Value) -> common::Seen {
    seen(bench.request(Method::POST, path).json(&body)).await
}

/// A sandbox that sends mails without a wait between them.
fn without_waits() -> Config {
    Config { mail_interval: Duration::ZERO, ..config() }
}

fn only_mail(bench: &Bench) -> Mail {
    let mails = bench.sandbox.take_mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.into_iter().next().unwrap()
}

fn token(mail: &Mail) -> String {
    mail.link.split_once("?token=").unwrap().1.to_owned()
}

/// A request for the link of a mail.
fn ask(bench: &Bench, method: Method, mail: &Mail) -> reqwest::RequestBuilder {
    let origin = bench.sandbox.base_url().trim_end_matches("/v1").to_owned();
    // The request goes below /v1; a link does not.
    let path = format!("/..{}", mail.link.strip_prefix(&origin).unwrap());
    bench.request(method, &path)
}

/// Follows the link of a mail, as a browser does.
async fn follow(bench: &Bench, mail: &Mail) -> common::Seen {
    seen(ask(bench, Method::GET, mail)).await
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_the_link_of_a_mail_once() {
    let bench = Bench::with(without_waits()).await;
    let pair = bench.session("editor").await;
    let answer = post(&bench, FORGOT, json!({ "email": "Editor@Example.com", "language": "es" })).await;
    assert_eq!(code(&answer), (200, 0));
    let mail = only_mail(&bench);
    assert_eq!(mail.to, "editor@example.com");
    assert_eq!(follow(&bench, &mail).await.0, 200, "the link leads somewhere, and looking is not using");

    let change = async |token: &str, password: &str| {
        code(&post(&bench, CHANGE, json!({ "token": token, "password": password })).await)
    };
    let token = token(&mail);
    assert_eq!(change("nonsense", "a-new-password").await, (403, 4006));
    assert_eq!(change(&token, "short-1").await, (400, 5057));
    assert_eq!(change(&token, "onlyletters").await, (400, 5057));
    assert_eq!(change(&token, &"a-".repeat(65)).await, (400, 5000));
    assert_eq!(change(&token, "a-new-password").await, (200, 0), "none of that used the token up");
    assert_eq!(change(&token, "another-password").await, (403, 4006));
    assert_eq!(code(&follow(&bench, &mail).await), (403, 4006));

    assert_eq!(code(&bench.login("editor@example.com", PASSWORD, None).await), (403, 4006));
    assert_eq!(bench.login("editor@example.com", "a-new-password", None).await.0, 200);
    assert_eq!(code(&bench.get(&pair.0, "/users/profile").await), (401, 4004), "whoever was signed in is not any more");
    assert_eq!(code(&bench.refresh(&pair).await), (401, 4011));
}

#[tokio::test]
async fn of_changes_at_once_with_one_token_only_one_counts() {
    let bench = Bench::new().await;
    post(&bench, FORGOT, json!({ "email": "editor@example.com" })).await;
    let token = token(&only_mail(&bench));
    let change = |password: &str| post(&bench, CHANGE, json!({ "token": token, "password": password }));
    let (one, other) = tokio::join!(change("password-1"), change("password-2"));
    let mut codes = [code(&one), code(&other)];
    codes.sort_unstable();
    assert_eq!(codes, [(200, 0), (403, 4006)]);
}

#[tokio::test]
async fn the_link_of_a_later_mail_replaces_the_one_before() {
    let bench = Bench::with(without_waits()).await;
    for _ in 0..2 {
        post(&bench, FORGOT, json!({ "email": "editor@example.com" })).await;
    }
    let mails = bench.sandbox.take_mails();
    let change = |mail: &Mail| post(&bench, CHANGE, json!({ "token": token(mail), "password": "a-new-password" }));
    assert_eq!(code(&change(&mails[0]).await), (403, 4006));
    assert_eq!(code(&change(&mails[1]).await), (200, 0));
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let bench = Bench::new().await;
    for expected in [(200, 0), (400, 4007)] {
        let known = post(&bench, FORGOT, json!({ "email": "editor@example.com" })).await;
        let unknown = post(&bench, FORGOT, json!({ "email": "nobody@example.com" })).await;
        assert_eq!(code(&known), expected);
        assert_eq!(unknown, known);
    }
    assert_eq!(only_mail(&bench).to, "editor@example.com");
}

#[tokio::test]
async fn people_of_the_generated_team_get_mail_unless_they_sign_in_elsewhere() {
    let bench = Bench::with(config_with_members(10)).await;
    for number in [1, 9] {
        let answer = post(&bench, FORGOT, json!({ "email": format!("member{number:05}@example.com") })).await;
        assert_eq!(code(&answer), (200, 0));
    }
    let mail = only_mail(&bench);
    assert_eq!(mail.to, "member00001@example.com", "the ninth has single sign-on");
    let answer = post(&bench, CHANGE, json!({ "token": token(&mail), "password": "a-new-password" })).await;
    assert_eq!(code(&answer), (200, 0));
    assert_eq!(bench.login("member00001@example.com", "a-new-password", None).await.0, 200);
}

#[tokio::test]
async fn the_same_mail_again_has_to_wait() {
    let stage = Stage::new().await;
    let forgot = || post(&stage.bench, FORGOT, json!({ "email": "editor@example.com" }));
    assert_eq!(code(&forgot().await), (200, 0));
    let token = token(&only_mail(&stage.bench));
    assert_eq!(code(&forgot().await), (400, 4007));
    // Using the link does not end the wait either.
    let change = json!({ "token": token, "password": "a-new-password" });
    assert_eq!(code(&post(&stage.bench, CHANGE, change).await), (200, 0));
    assert_eq!(code(&forgot().await), (400, 4007));
    assert_eq!(code(&post(&stage.bench, FORGOT, json!({ "email": "viewer@example.com" })).await), (200, 0));
    let resend = json!({ "email": "editor@example.com", "password": "a-new-password" });
    assert_eq!(code(&post(&stage.bench, RESEND, resend).await), (200, 0), "another kind of mail");

    stage.behind.execute("UPDATE mail SET sent_at = sent_at - 20000", []).unwrap();
    assert_eq!(code(&forgot().await), (400, 4007));
    stage.behind.execute("UPDATE mail SET sent_at = sent_at - 10000", []).unwrap();
    assert_eq!(code(&forgot().await), (200, 0));
    // Sent in the future, by a clock that was set back since.
    stage.behind.execute("UPDATE mail SET sent_at = sent_at + 999000", []).unwrap();
    assert_eq!(code(&forgot().await), (200, 0));
}

#[tokio::test]
async fn links_end_after_an_hour() {
    let stage = Stage::new().await;
    post(&stage.bench, FORGOT, json!({ "email": "editor@example.com" })).await;
    let mail = only_mail(&stage.bench);
    stage.behind.execute("UPDATE mail SET sent_at = sent_at - 3600000", []).unwrap();
    let change = json!({ "token": token(&mail), "password": "a-new-password" });
    assert_eq!(code(&post(&stage.bench, CHANGE, change).await), (403, 4006));
    assert_eq!(code(&follow(&stage.bench, &mail).await), (403, 4006));
    // What has ended is cleared by the next mail.
    post(&stage.bench, FORGOT, json!({ "email": "viewer@example.com" })).await;
    let kept: i64 = stage.behind.query_row("SELECT count(*) FROM mail", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn an_address_is_verified_by_the_link_of_a_mail() {
    let stage = Stage::new().await;
    let access = stage.bench.token("editor").await;
    let resend =
        |password: &str| post(&stage.bench, RESEND, json!({ "email": "editor@example.com", "password": password }));
    assert_eq!(code(&resend("not it").await), (403, 4006));
    assert_eq!(code(&resend(PASSWORD).await), (200, 0), "somebody verified");
    assert!(stage.bench.sandbox.take_mails().is_empty());

    stage.behind.execute("DELETE FROM mail", []).unwrap();
    stage.behind.execute("UPDATE user SET verification = 'pending' WHERE id = ?1", [EDITOR]).unwrap();
    assert_eq!(stage.bench.get(&access, "/users/profile").await.1["data"]["verificationStatus"], "pending");
    assert_eq!(code(&resend(PASSWORD).await), (200, 0));
    assert_eq!(code(&resend(PASSWORD).await), (400, 4007));
    let mail = only_mail(&stage.bench);
    assert_eq!(mail.to, "editor@example.com");
    let change = json!({ "token": token(&mail), "password": "a-new-password" });
    assert_eq!(code(&post(&stage.bench, CHANGE, change).await), (403, 4006), "a link is good for its own purpose");
    // A preview of the link asks by HEAD, and uses nothing up.
    assert_eq!(ask(&stage.bench, Method::HEAD, &mail).send().await.unwrap().status(), 405);
    assert_eq!(follow(&stage.bench, &mail).await.0, 200);
    assert_eq!(stage.bench.get(&access, "/users/profile").await.1["data"]["verificationStatus"], "verified");
    assert_eq!(code(&follow(&stage.bench, &mail).await), (403, 4006));
}

#[tokio::test]
async fn bodies_that_do_not_fit() {
    let bench = Bench::new().await;
    let bodies = [
        (FORGOT, json!({})),
        (FORGOT, json!({ "email": "editor" })),
        (FORGOT, json!({ "email": null })),
        (FORGOT, json!({ "email": "editor@example.com", "language": "pt-BR" })),
        (CHANGE, json!({ "token": "x" })),
        (CHANGE, json!({ "token": "", "password": "a-new-password" })),
        (CHANGE, json!({ "token": "a".repeat(129), "password": "a-new-password" })),
        (CHANGE, json!({ "token": 1, "password": "a-new-password" })),
        (RESEND, json!({ "email": "editor@example.com" })),
        (RESEND, json!({ "email": "editor@example.com", "password": "" })),
        (RESEND, json!({ "email": "editor@example.com", "password": PASSWORD, "language": "" })),
    ];
    for (path, body) in bodies {
        assert_eq!(code(&post(&bench, path, body.clone()).await), (400, 5000), "{path} {body}");
    }
    assert!(bench.sandbox.take_mails().is_empty());
    for link in ["/../verify", "/../verify?token=nonsense", "/../change-password?token="] {
        assert_eq!(code(&seen(bench.request(Method::GET, link)).await), (403, 4006), "{link}");
    }
}

#[tokio::test]
async fn mails_are_waited_for_and_read_once() {
    let bench = Bench::with(without_waits()).await;
    let handle = bench.sandbox.handle();
    let waiting = tokio::spawn(async move { (handle.next_mail().await, handle.next_mail().await) });
    for who in ["viewer", "editor"] {
        post(&bench, FORGOT, json!({ "email": format!("{who}@example.com") })).await;
    }
    let (first, second) = waiting.await.unwrap();
    assert_eq!((first.to.as_str(), second.to.as_str()), ("viewer@example.com", "editor@example.com"));
    assert!(bench.sandbox.take_mails().is_empty());
}
