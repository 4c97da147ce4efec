//! Servers that answer badly: the profile stays on screen, the typed text stays, and the app says what is wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::Duration;

use lapel_sandbox::{Config, Quirks};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::{Envelope, Fault};
use lapel_testkit::stage::{OWNER, Stage, demo};
use lapel_testkit::tls::UntrustedServer;

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_answer_has_a_sentence_of_its_own_and_takes_neither_profile_nor_typed_text() {
    // Without ETag every answer carries the whole profile, so that there is something to damage.
    let server = Config { quirks: Quirks { no_etag: true, ..Quirks::default() }, ..demo() };
    let stage = Stage::with(KeyringAtStart::Unlocked, server).await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let envelope = Envelope { code: 5120, message: "Error updating entity".to_owned() };
    let elsewhere = "http://127.0.0.1:9/v1/users/profile".to_owned();
    let faults = [
        (Fault::page(200), "answered in its place"),
        (Fault::CorruptBody, "answered in its place"),
        (Fault::HugeBody(200 * 1024 * 1024), "answered in its place"),
        (Fault::Truncate(20), "No connection"),
        (Fault::ResetBefore, "No connection"),
        (Fault::ResetAfter, "No connection"),
        (Fault::StatusFalse200(envelope), "Error updating entity"),
        (Fault::status(403), "answered in its place"),
        (Fault::refused(403, 4003, "Forbidden"), "does not allow you to do this"),
        (Fault::status(404), "answered in its place"),
        (Fault::status(500), "busy at the moment"),
        (Fault::status(502), "busy at the moment"),
        (Fault::Status { status: 429, envelope: None, retry_after: Some(3600) }, "busy at the moment"),
        (Fault::redirect(307, &elsewhere), "sends Lapel to another address"),
    ];
    window.fill("Last name", "Typed").await.unwrap();
    for (fault, sentence) in faults {
        stage.proxy.always(fault.clone()).await;
        window.click("button", "Refresh").await.unwrap();
        window.see(sentence).await.unwrap_or_else(|trouble| panic!("{fault:?}: {trouble}"));
        window.see("Olivia Owner").await.unwrap();
        assert_eq!(window.value_of("Last name").await.unwrap(), "Typed", "{fault:?}");
        stage.proxy.always(Fault::Pass).await;
        window.click("button", "Try again").await.unwrap();
        window.see("Up to date").await.unwrap_or_else(|trouble| panic!("after {fault:?}: {trouble}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_value_shows_the_servers_own_sentence_and_keeps_the_text() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "This name is reserved"));
    window.fill("First name", "Reserved").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("This name is reserved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Reserved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_trusts_is_refused_in_its_own_words() {
    let stage = Stage::new().await.unwrap();
    let server = UntrustedServer::start().await.unwrap();
    let window = stage.window().unwrap();
    window.choose("Server", "Another address").await.unwrap();
    window.fill("Address", &server.base_url()).await.unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", "not told to anyone").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("which this computer does not trust").await.unwrap();
    window.click("button", "Details").await.unwrap();
    window.see("127.0.0.1, localhost").await.unwrap();
    window.see("Issued by").await.unwrap();
    window.click("button", "Copy details").await.unwrap();
    window.see("Copied").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_or_not_https_is_refused_before_anything_is_sent() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    window.choose("Server", "Another address").await.unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", "not told to anyone").await.unwrap();
    for (address, reason) in [
        ("http://example.com/v1", "would not be encrypted"),
        ("ftp://127.0.0.1/v1", "only to addresses that start with https://"),
        ("https://user:word@example.com/", "contains a user name or password"),
    ] {
        window.fill("Address", address).await.unwrap();
        window.click("button", "Sign in").await.unwrap();
        let said = window.problem_of("Address").await.unwrap();
        assert!(said.contains(reason), "{address}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_leaves_the_window_answering() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always(Fault::Latency(Duration::from_secs(3))).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saving").await.unwrap();
    let asked = std::time::Instant::now();
    window.click("link", "Settings").await.unwrap();
    window.see("These choices belong to this computer").await.unwrap();
    assert!(asked.elapsed() < Duration::from_millis(2500), "the window waited for the network");
    window.click("link", "Profile").await.unwrap();
    window.see("Olga Owner").await.unwrap();
}
