//! What stands between this computer and the server, in the real window: nothing is lost, nothing ends in a dead end, and the
//! page says what happens.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::person::DEMO_PASSWORD;
use lapel_testkit::proxy::Fault;
use lapel_testkit::stage::{OWNER, Stage};

const BETWEEN: &str = "Something between this computer and the server answered in its place";

/// What the server holds of the owner's first name.
async fn name_at_server(stage: &Stage) -> String {
    stage.person(OWNER).await.unwrap().field("firstName").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_firewall_is_said_and_the_change_goes_out_by_itself_when_it_is_gone() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always(Fault::page(403)).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see(BETWEEN).await.unwrap();
    window.screenshot("between-firewall").await.unwrap();
    let mark = stage.proxy.mark();
    stage.proxy.wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
    stage.proxy.always(Fault::Pass).await;
    window.see("Up to date").await.unwrap();
    window.see_no_more(BETWEEN).await.unwrap();
    assert_eq!(name_at_server(&stage).await, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captive_portal_ends_no_session_and_signing_in_again_is_one_way_on() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always(Fault::page(401)).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see(BETWEEN).await.unwrap();
    window.click("button", "Sign in again").await.unwrap();
    window.by_role("dialog", "Sign in again").await.unwrap();
    window.screenshot("between-sign-in-again").await.unwrap();
    // Through the portal by now.
    stage.proxy.always(Fault::Pass).await;
    window.see("Up to date").await.unwrap();
    assert_eq!(name_at_server(&stage).await, "Olga");

    // The session itself is refused by something that speaks like no API: a new one replaces it.
    stage.proxy.always_on("GET", "/v1/users/profile", Fault::page(401));
    window.click("button", "Refresh").await.unwrap();
    window.click("button", "Sign in again").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    stage.proxy.pass_on("GET", "/v1/users/profile");
    window.see("Up to date").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_route_asks_what_becomes_of_the_change() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always_on("PUT", "/v1/users/", Fault::page(403));
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("button", "Send again").await.unwrap();
    window.screenshot("between-blocked").await.unwrap();
    // The reason stands above what is in sight.
    window.click("button", "Show it").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Not on the server yet");
    stage.proxy.pass_on("PUT", "/v1/users/");
    window.click("button", "Send again").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(name_at_server(&stage).await, "Olga");

    stage.proxy.always_on("PUT", "/v1/users/", Fault::page(403));
    window.fill("First name", "Olivia").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.click("button", "Discard").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn rewritten_versions_and_a_redirect_that_would_lose_the_change_lose_nothing() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always(Fault::RewrittenEtag).await;
    for name in ["Olga", "Oda"] {
        window.fill("First name", name).await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see(&format!("{name} Owner")).await.unwrap();
        window.see("Up to date").await.unwrap();
        assert_eq!(name_at_server(&stage).await, name);
    }
    stage.proxy.always(Fault::Pass).await;

    stage.proxy.always_on("PUT", "/v1/users/", Fault::redirect(303, "/v1/users/profile"));
    window.fill("First name", "Olivia").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("sends Lapel to another address").await.unwrap();
    assert_eq!(name_at_server(&stage).await, "Oda");
    stage.proxy.pass_on("PUT", "/v1/users/");
    window.see("Up to date").await.unwrap();
    assert_eq!(name_at_server(&stage).await, "Olivia");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_of_somebody_else_is_never_shown() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.person(OWNER).await.unwrap().change(serde_json::json!({ "lastName": "Olsen" })).await.unwrap();
    stage.proxy.always_on("GET", "/v1/users/profile", Fault::SomebodyElse);
    window.click("button", "Refresh").await.unwrap();
    window.see("The server sent another person's profile").await.unwrap();
    window.by_role("button", "Sign in again").await.unwrap();
    window.see("owner@example.com").await.unwrap();
    stage.proxy.pass_on("GET", "/v1/users/profile");
    window.see("Olivia Olsen").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_own_form_of_a_name_is_said() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.next_on("PUT", "/v1/users/", Fault::Normalises(lapel_testkit::proxy::StoredForm::Capitalised));
    window.fill("First name", "olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("First name: stored as “Olga”").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
}
