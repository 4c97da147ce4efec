//! Bad server responses: the profile and the typed text stay, and the app names the problem.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::Duration;

use lapel_sandbox::{Config, Quirks};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::{Envelope, Fault};
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::tls::UntrustedServer;

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_response_shows_its_message_and_keeps_profile_and_typed_text() {
    // Without ETags every response contains the whole profile, so that the faults can damage it.
    let server = Config { quirks: Quirks { no_etag: true, ..Quirks::default() }, ..demo_config() };
    let world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let envelope = Envelope { code: 5120, message: "Error updating entity".to_owned() };
    let other_address = "http://127.0.0.1:9/v1/users/profile".to_owned();
    let faults = [
        (Fault::page(200), "answered instead of the server"),
        (Fault::CorruptBody, "answered instead of the server"),
        (Fault::HugeBody(200 * 1024 * 1024), "answered instead of the server"),
        (Fault::Truncate(20), "No connection"),
        (Fault::ResetBefore, "No connection"),
        (Fault::ResetAfter, "No connection"),
        (Fault::StatusFalse200(envelope), "Error updating entity"),
        (Fault::status(403), "answered instead of the server"),
        (Fault::refused(403, 4003, "Forbidden"), "doesn't allow you to do this"),
        (Fault::status(404), "answered instead of the server"),
        (Fault::status(500), "busy right now"),
        (Fault::status(502), "busy right now"),
        (Fault::Status { status: 429, envelope: None, retry_after: Some(3600) }, "busy right now"),
        (Fault::redirect(307, &other_address), "redirects to another address"),
    ];
    window.fill("Last name", "Typed").await.unwrap();
    for (fault, message) in faults {
        world.proxy.always(fault.clone()).await;
        window.open_account().await.unwrap();
        window.click("button", "Refresh").await.unwrap();
        window.see(message).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        window.see("Olivia Owner").await.unwrap();
        assert_eq!(window.value_of("Last name").await.unwrap(), "Typed", "{fault:?}");
        world.proxy.always(Fault::Pass).await;
        window.click("button", "Try again").await.unwrap();
        window.see("Up to date").await.unwrap_or_else(|error| panic!("after {fault:?}: {error}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_value_shows_the_servers_message_and_keeps_the_text() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "This name is reserved"));
    window.fill("First name", "Reserved").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("This name is reserved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Reserved");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_certificate_is_refused_with_details() {
    let world = TestWorld::new().await.unwrap();
    let server = UntrustedServer::start().await.unwrap();
    let window = world.window().unwrap();
    window.choose("Server", "Other server...").await.unwrap();
    window.fill("Address", &server.base_url()).await.unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", "not told to anyone").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("which this computer doesn't trust").await.unwrap();
    window.click("button", "Details").await.unwrap();
    window.see("127.0.0.1, localhost").await.unwrap();
    window.see("Issued by").await.unwrap();
    window.click("button", "Copy details").await.unwrap();
    window.see("Copied").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsafe_or_invalid_server_address_is_refused_before_anything_is_sent() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    window.choose("Server", "Other server...").await.unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", "not told to anyone").await.unwrap();
    for (address, reason) in [
        ("http://example.com/v1", "wouldn't be encrypted"),
        ("ftp://127.0.0.1/v1", "only to addresses that start with https://"),
        ("https://user:word@example.com/", "contains a user name or password"),
    ] {
        window.fill("Address", address).await.unwrap();
        window.click("button", "Sign in").await.unwrap();
        let said = window.field_error("Address").await.unwrap();
        assert!(said.contains(reason), "{address}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_does_not_block_the_window() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::Latency(Duration::from_secs(3))).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saving").await.unwrap();
    let clicked = std::time::Instant::now();
    window.click("link", "Settings").await.unwrap();
    window.see("These settings apply to this computer only").await.unwrap();
    assert!(clicked.elapsed() < Duration::from_millis(2500), "the window waited for the network");
    window.click("link", "Profile").await.unwrap();
    window.see("Olga Owner").await.unwrap();
}
