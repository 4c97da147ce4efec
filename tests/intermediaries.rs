//! Intermediaries (proxies, firewalls, captive portals) that respond in place of the server: no change is lost, the
//! page explains the problem, and the user can always continue.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::other_client::DEMO_PASSWORD;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld};

const INTERMEDIARY: &str = "Something on the network answered instead of the server";

/// The owner's first name on the server.
async fn name_on_server(world: &TestWorld) -> String {
    world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firewall_page_is_reported_and_the_change_is_sent_automatically_afterwards() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::page(403)).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see(INTERMEDIARY).await.unwrap();
    window.screenshot("between-firewall").await.unwrap();
    let mark = world.proxy.mark();
    world.proxy.wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
    world.proxy.always(Fault::Pass).await;
    window.see("Up to date").await.unwrap();
    window.wait_until_text_gone(INTERMEDIARY).await.unwrap();
    assert_eq!(name_on_server(&world).await, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captive_portal_does_not_end_the_session_and_signing_in_again_is_offered() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::page(401)).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Signing in again may help").await.unwrap();
    window.open_account().await.unwrap();
    window.see(INTERMEDIARY).await.unwrap();
    window.see("If this network has its own sign-in page").await.unwrap();
    window.click("button", "Sign in again").await.unwrap();
    window.by_role("dialog", "Sign in again").await.unwrap();
    window.screenshot("between-sign-in-again").await.unwrap();
    // The user has passed the portal.
    world.proxy.always(Fault::Pass).await;
    window.see("Up to date").await.unwrap();
    assert_eq!(name_on_server(&world).await, "Olga");

    // If an intermediary keeps refusing the session, the user can start a new one by signing in again.
    world.proxy.always_on("GET", "/v1/users/profile", Fault::page(401));
    window.refresh().await.unwrap();
    window.click("button", "Sign in again").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    world.proxy.clear_on("GET", "/v1/users/profile");
    window.see("Up to date").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_route_offers_to_send_again_or_discard() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always_on("PUT", "/v1/users/", Fault::page(403));
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("button", "Send again").await.unwrap();
    window.screenshot("between-blocked").await.unwrap();
    window.click("button", "Show").await.unwrap();
    // The toast has gone, and the focus moves to the field in a later task.
    let focused = "return document.activeElement.id === 'profile-firstName'";
    window.wait_until("the focus in the field", focused).await.unwrap();
    world.proxy.clear_on("PUT", "/v1/users/");
    window.click("button", "Send again").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(name_on_server(&world).await, "Olga");

    world.proxy.always_on("PUT", "/v1/users/", Fault::page(403));
    window.fill("First name", "Olivia").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.click("button", "Discard").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn rewritten_etags_and_redirects_lose_no_change() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::RewrittenEtag).await;
    for name in ["Olga", "Oda"] {
        window.fill("First name", name).await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see(&format!("{name} Owner")).await.unwrap();
        window.see("Up to date").await.unwrap();
        assert_eq!(name_on_server(&world).await, name);
    }
    world.proxy.always(Fault::Pass).await;

    world.proxy.always_on("PUT", "/v1/users/", Fault::redirect(303, "/v1/users/profile"));
    window.fill("First name", "Olivia").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("redirects to another address").await.unwrap();
    assert_eq!(name_on_server(&world).await, "Oda");
    world.proxy.clear_on("PUT", "/v1/users/");
    window.see("Up to date").await.unwrap();
    assert_eq!(name_on_server(&world).await, "Olivia");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_profile_is_never_shown() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.other_client(OWNER).await.unwrap().change(serde_json::json!({ "lastName": "Olsen" })).await.unwrap();
    world.proxy.always_on("GET", "/v1/users/profile", Fault::SomebodyElse);
    window.refresh().await.unwrap();
    window.open_account().await.unwrap();
    window.see("The server sent someone else's profile").await.unwrap();
    window.by_role("button", "Sign in again").await.unwrap();
    window.see("owner@example.com").await.unwrap();
    world.proxy.clear_on("GET", "/v1/users/profile");
    window.see("Olivia Olsen").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_normalized_by_the_server_is_reported() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.next_on("PUT", "/v1/users/", Fault::Normalizes(lapel_testkit::proxy::StoredForm::Capitalized));
    window.fill("First name", "olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("The server stores it in this form.").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
}
