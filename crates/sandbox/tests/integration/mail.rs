//! Mails: forgotten passwords, verification of email addresses, validity of links, and rate limiting.

use std::time::Duration;

use crate::common::{EDITOR, PASSWORD, ServerWithDatabase, TestServer, code, config, config_with_members, send};
use lapel_sandbox::{Config, Mail};
use reqwest::Method;
use serde_json::{Value, json};

const FORGOT: &str = "/auth/register/forgot-password";
const CHANGE: &str = "/auth/register/change-password";
const RESEND: &str = "/auth/register/verify-resend";

async fn post(server: &TestServer, path: &str, body: Value) -> crate::common::StatusAndBody {
    send(server.request(Method::POST, path).json(&body)).await
}

/// A sandbox without a minimum time between mails.
fn config_without_rate_limit() -> Config {
    Config { mail_interval: Duration::ZERO, ..config() }
}

fn only_mail(server: &TestServer) -> Mail {
    let mails = server.sandbox.take_mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.into_iter().next().unwrap()
}

fn token(mail: &Mail) -> String {
    mail.link.split_once("?token=").unwrap().1.to_owned()
}

/// A request to the link of a mail.
fn link_request(server: &TestServer, method: Method, mail: &Mail) -> reqwest::RequestBuilder {
    let origin = server.sandbox.base_url().trim_end_matches("/v1").to_owned();
    // Paths are relative to /v1, but the link is outside of it.
    let path = format!("/..{}", mail.link.strip_prefix(&origin).unwrap());
    server.request(method, &path)
}

/// Opens the link of a mail, as a browser does.
async fn open_link(server: &TestServer, mail: &Mail) -> crate::common::StatusAndBody {
    send(link_request(server, Method::GET, mail)).await
}

#[tokio::test]
async fn a_forgotten_password_is_reset_with_the_token_of_a_mail_once() {
    let server = TestServer::with(config_without_rate_limit()).await;
    let pair = server.session("editor").await;
    let response = post(&server, FORGOT, json!({ "email": "Editor@Example.com", "language": "es" })).await;
    assert_eq!(code(&response), (200, 0));
    let mail = only_mail(&server);
    assert_eq!(mail.to, "editor@example.com");
    assert_eq!(open_link(&server, &mail).await.0, 200, "opening the link does not use up the token");

    let change = async |token: &str, password: &str| {
        code(&post(&server, CHANGE, json!({ "token": token, "password": password })).await)
    };
    let token = token(&mail);
    assert_eq!(change("nonsense", "a-new-password").await, (403, 4006));
    assert_eq!(change(&token, "short-1").await, (400, 5057));
    assert_eq!(change(&token, "onlyletters").await, (400, 5057));
    assert_eq!(change(&token, &"a-".repeat(65)).await, (400, 5000));
    assert_eq!(change(&token, "a-new-password").await, (200, 0), "failed attempts do not use up the token");
    assert_eq!(change(&token, "another-password").await, (403, 4006));
    assert_eq!(code(&open_link(&server, &mail).await), (403, 4006));

    assert_eq!(code(&server.login("editor@example.com", PASSWORD, None).await), (403, 4006));
    assert_eq!(server.login("editor@example.com", "a-new-password", None).await.0, 200);
    assert_eq!(code(&server.get(&pair.0, "/users/profile").await), (401, 4004), "existing sessions have ended");
    assert_eq!(code(&server.refresh(&pair).await), (401, 4011));
}

#[tokio::test]
async fn only_one_of_two_concurrent_changes_with_a_token_succeeds() {
    let server = TestServer::new().await;
    post(&server, FORGOT, json!({ "email": "editor@example.com" })).await;
    let token = token(&only_mail(&server));
    let change = |password: &str| post(&server, CHANGE, json!({ "token": token, "password": password }));
    let (one, other) = tokio::join!(change("password-1"), change("password-2"));
    let mut codes = [code(&one), code(&other)];
    codes.sort_unstable();
    assert_eq!(codes, [(200, 0), (403, 4006)]);
}

#[tokio::test]
async fn a_newer_mail_invalidates_the_previous_link() {
    let server = TestServer::with(config_without_rate_limit()).await;
    for _ in 0..2 {
        post(&server, FORGOT, json!({ "email": "editor@example.com" })).await;
    }
    let mails = server.sandbox.take_mails();
    let change = |mail: &Mail| post(&server, CHANGE, json!({ "token": token(mail), "password": "a-new-password" }));
    assert_eq!(code(&change(&mails[0]).await), (403, 4006));
    assert_eq!(code(&change(&mails[1]).await), (200, 0));
}

#[tokio::test]
async fn the_response_does_not_reveal_who_has_an_account() {
    let server = TestServer::new().await;
    for expected in [(200, 0), (400, 4007)] {
        let known = post(&server, FORGOT, json!({ "email": "editor@example.com" })).await;
        let unknown = post(&server, FORGOT, json!({ "email": "nobody@example.com" })).await;
        assert_eq!(code(&known), expected);
        assert_eq!(unknown, known);
    }
    assert_eq!(only_mail(&server).to, "editor@example.com");
}

#[tokio::test]
async fn generated_members_get_mail_unless_they_use_single_sign_on() {
    let server = TestServer::with(config_with_members(10)).await;
    for number in [1, 9] {
        let response = post(&server, FORGOT, json!({ "email": format!("member{number:05}@example.com") })).await;
        assert_eq!(code(&response), (200, 0));
    }
    let mail = only_mail(&server);
    assert_eq!(mail.to, "member00001@example.com", "the ninth member uses single sign-on");
    let response = post(&server, CHANGE, json!({ "token": token(&mail), "password": "a-new-password" })).await;
    assert_eq!(code(&response), (200, 0));
    assert_eq!(server.login("member00001@example.com", "a-new-password", None).await.0, 200);
}

#[tokio::test]
async fn a_second_mail_of_the_same_kind_is_refused_until_the_interval_has_passed() {
    let fixture = ServerWithDatabase::new().await;
    let forgot = || post(&fixture.server, FORGOT, json!({ "email": "editor@example.com" }));
    assert_eq!(code(&forgot().await), (200, 0));
    let token = token(&only_mail(&fixture.server));
    assert_eq!(code(&forgot().await), (400, 4007));
    // Using the link does not shorten the interval.
    let change = json!({ "token": token, "password": "a-new-password" });
    assert_eq!(code(&post(&fixture.server, CHANGE, change).await), (200, 0));
    assert_eq!(code(&forgot().await), (400, 4007));
    assert_eq!(code(&post(&fixture.server, FORGOT, json!({ "email": "viewer@example.com" })).await), (200, 0));
    let resend = json!({ "email": "editor@example.com", "password": "a-new-password" });
    assert_eq!(code(&post(&fixture.server, RESEND, resend).await), (200, 0), "another kind of mail");

    fixture.database.execute("UPDATE mail SET sent_at = sent_at - 20000", []).unwrap();
    assert_eq!(code(&forgot().await), (400, 4007));
    fixture.database.execute("UPDATE mail SET sent_at = sent_at - 10000", []).unwrap();
    assert_eq!(code(&forgot().await), (200, 0));
    // A mail from the future, as after a clock change, does not block.
    fixture.database.execute("UPDATE mail SET sent_at = sent_at + 999000", []).unwrap();
    assert_eq!(code(&forgot().await), (200, 0));
}

#[tokio::test]
async fn links_expire_after_an_hour() {
    let fixture = ServerWithDatabase::new().await;
    post(&fixture.server, FORGOT, json!({ "email": "editor@example.com" })).await;
    let mail = only_mail(&fixture.server);
    fixture.database.execute("UPDATE mail SET sent_at = sent_at - 3600000", []).unwrap();
    let change = json!({ "token": token(&mail), "password": "a-new-password" });
    assert_eq!(code(&post(&fixture.server, CHANGE, change).await), (403, 4006));
    assert_eq!(code(&open_link(&fixture.server, &mail).await), (403, 4006));
    // The next mail deletes expired rows.
    post(&fixture.server, FORGOT, json!({ "email": "viewer@example.com" })).await;
    let rows: i64 = fixture.database.query_row("SELECT count(*) FROM mail", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn an_email_address_is_verified_by_the_link_of_a_mail() {
    let fixture = ServerWithDatabase::new().await;
    let access = fixture.server.token("editor").await;
    let resend =
        |password: &str| post(&fixture.server, RESEND, json!({ "email": "editor@example.com", "password": password }));
    assert_eq!(code(&resend("not it").await), (403, 4006));
    assert_eq!(code(&resend(PASSWORD).await), (200, 0), "the user is already verified");
    assert!(fixture.server.sandbox.take_mails().is_empty());

    fixture.database.execute("DELETE FROM mail", []).unwrap();
    fixture.database.execute("UPDATE user SET verification = 'pending' WHERE id = ?1", [EDITOR]).unwrap();
    assert_eq!(fixture.server.get(&access, "/users/profile").await.1["data"]["verificationStatus"], "pending");
    assert_eq!(code(&resend(PASSWORD).await), (200, 0));
    assert_eq!(code(&resend(PASSWORD).await), (400, 4007));
    let mail = only_mail(&fixture.server);
    assert_eq!(mail.to, "editor@example.com");
    let change = json!({ "token": token(&mail), "password": "a-new-password" });
    assert_eq!(code(&post(&fixture.server, CHANGE, change).await), (403, 4006), "a link is valid only for its purpose");
    // A HEAD request (link preview) does not use up the token.
    assert_eq!(link_request(&fixture.server, Method::HEAD, &mail).send().await.unwrap().status(), 405);
    assert_eq!(open_link(&fixture.server, &mail).await.0, 200);
    assert_eq!(fixture.server.get(&access, "/users/profile").await.1["data"]["verificationStatus"], "verified");
    assert_eq!(code(&open_link(&fixture.server, &mail).await), (403, 4006));
}

#[tokio::test]
async fn invalid_bodies_and_links_are_refused() {
    let server = TestServer::new().await;
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
        assert_eq!(code(&post(&server, path, body.clone()).await), (400, 5000), "{path} {body}");
    }
    assert!(server.sandbox.take_mails().is_empty());
    for link in ["/../verify", "/../verify?token=nonsense", "/../change-password?token="] {
        assert_eq!(code(&send(server.request(Method::GET, link)).await), (403, 4006), "{link}");
    }
}

#[tokio::test]
async fn next_mail_waits_and_returns_each_mail_once() {
    let server = TestServer::with(config_without_rate_limit()).await;
    let handle = server.sandbox.handle();
    let waiting = tokio::spawn(async move { (handle.next_mail().await, handle.next_mail().await) });
    for who in ["viewer", "editor"] {
        post(&server, FORGOT, json!({ "email": format!("{who}@example.com") })).await;
    }
    let (first, second) = waiting.await.unwrap();
    assert_eq!((first.to.as_str(), second.to.as_str()), ("viewer@example.com", "editor@example.com"));
    assert!(server.sandbox.take_mails().is_empty());
}

#[tokio::test]
async fn the_last_link_for_a_new_password_can_be_read_without_taking_the_mail() {
    let fixture = ServerWithDatabase::new().await;
    let handle = fixture.server.sandbox.handle();
    assert_eq!(handle.last_password_link("editor@example.com"), None);
    for who in ["editor", "viewer"] {
        post(&fixture.server, FORGOT, json!({ "email": format!("{who}@example.com") })).await;
    }
    fixture.database.execute("UPDATE user SET verification = 'pending' WHERE id = ?1", [EDITOR]).unwrap();
    let resend = json!({ "email": "editor@example.com", "password": PASSWORD });
    assert_eq!(code(&post(&fixture.server, RESEND, resend).await), (200, 0));
    let link = handle.last_password_link("Editor@Example.com").unwrap();
    assert_eq!(handle.last_password_link("nobody@example.com"), None);
    let mails = fixture.server.sandbox.take_mails();
    assert_eq!(mails.len(), 3, "the mails stay unread");
    assert_eq!(mails[0], Mail { to: "editor@example.com".into(), link });
}
