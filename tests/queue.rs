//! Pending edits in the real window: without a network or server, with conflicts, refused, and after signing in
//! again.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::Duration;

use lapel_sandbox::{Config, Database};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::window::Window;
use serde_json::json;

/// Longer than the longest retry interval that the app can have reached in this test.
const AUTOMATIC_RETRY: Duration = Duration::from_secs(60);

async fn save(window: &Window, fields: &[(&str, &str)]) {
    for (label, text) in fields {
        window.fill(label, text).await.unwrap();
    }
    window.click("button", "Save changes").await.unwrap();
}

/// Signs in, then disconnects the network.
async fn offline() -> TestWorld {
    let world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::Offline).await;
    world
}

/// Connects the network and clicks "Try again".
async fn reconnect(world: &TestWorld) {
    world.proxy.always(Fault::Pass).await;
    world.window().unwrap().click("button", "Try again").await.unwrap();
}

async fn on_server(world: &TestWorld, field: &str) -> String {
    world.other_client(OWNER).await.unwrap().field(field).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_saved_without_a_server_survives_a_restart_and_is_sent_automatically() {
    let folder = tempfile::tempdir().unwrap();
    let server = Config { database: Database::File(folder.path().join("server.db")), ..demo_config() };
    let mut world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.stop_server().await;
    let window = world.window().unwrap();
    save(window, &[("First name", "Olga")]).await;
    window.open_account().await.unwrap();
    window.see("Trying again automatically").await.unwrap();
    window.see("Will sync automatically").await.unwrap();
    window.screenshot("queue-waiting").await.unwrap();
    world.kill().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("Will sync automatically").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    window.open_account().await.unwrap();
    window.see("Last checked at").await.unwrap();
    world.start_server().await.unwrap();
    let window = world.window().unwrap();
    window.see_within("Up to date", AUTOMATIC_RETRY).await.unwrap();
    window.wait_until_text_gone("Will sync automatically").await.unwrap();
    assert_eq!(on_server(&world, "firstName").await, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_change_can_be_changed_and_discarded() {
    let world = offline().await;
    let window = world.window().unwrap();
    save(window, &[("First name", "Olga"), ("Last name", "Waiting")]).await;
    window.see("Will sync automatically").await.unwrap();
    save(window, &[("First name", "Odile")]).await;
    window.wait_until_gone("button", "Save changes").await.unwrap();
    // The first one is that of the first name.
    window.click("button", "Undo").await.unwrap();
    window.see("Discarded: First name").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olivia");
    window.screenshot("queue-discarded").await.unwrap();
    window.click_last("button", "Undo").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Odile", "restored as an unsaved value");
    window.wait_until_text_gone("Discarded: First name").await.unwrap();
    window.click("button", "Discard changes").await.unwrap();
    window.wait_until_gone("button", "Save changes").await.unwrap();
    reconnect(&world).await;
    window.see("Up to date").await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    assert_eq!(client.field("firstName").await.unwrap(), "Olivia");
    assert_eq!(client.field("lastName").await.unwrap(), "Waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_fields_changed_on_the_server_are_applied_and_reported() {
    let world = offline().await;
    let window = world.window().unwrap();
    save(window, &[("First name", "Olga")]).await;
    window.see("Will sync automatically").await.unwrap();
    world
        .other_client(OWNER)
        .await
        .unwrap()
        .change(json!({ "lastName": "Elsewhere", "language": "de" }))
        .await
        .unwrap();
    reconnect(&world).await;
    // The interface follows the language of the profile.
    window.see("Vom Server aktualisiert").await.unwrap();
    window.see("Aktuell").await.unwrap();
    assert_eq!(window.value_of("Nachname").await.unwrap(), "Elsewhere");
    assert_eq!(on_server(&world, "firstName").await, "Olga");
    window.screenshot("queue-merged").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_can_be_resolved_together_or_with_a_third_value() {
    for way in ["Keep all of mine", "Keep all of theirs", "something else"] {
        let world = offline().await;
        let window = world.window().unwrap();
        save(window, &[("First name", "Olga"), ("Last name", "Mine")]).await;
        window.see("Will sync automatically").await.unwrap();
        let theirs = json!({ "firstName": "Odile", "lastName": "Theirs" });
        world.other_client(OWNER).await.unwrap().change(theirs).await.unwrap();
        reconnect(&world).await;
        window.see("2 conflicts to decide").await.unwrap();
        window.see("Odile").await.unwrap();
        assert_eq!(on_server(&world, "lastName").await, "Theirs", "nothing is overwritten before the decision");
        if way == "something else" {
            window.screenshot("queue-conflict").await.unwrap();
            assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
            save(window, &[("First name", "Third"), ("Last name", "Value")]).await;
        } else {
            window.click("button", way).await.unwrap();
        }
        window.see("Up to date").await.unwrap();
        let (first, last) = match way {
            "Keep all of mine" => ("Olga", "Mine"),
            "Keep all of theirs" => ("Odile", "Theirs"),
            _ => ("Third", "Value"),
        };
        assert_eq!(window.value_of("First name").await.unwrap(), first);
        assert_eq!([on_server(&world, "firstName").await, on_server(&world, "lastName").await], [first, last]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_field_does_not_block_others_and_can_be_corrected() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    // The app sends both fields together, then each alone. The request with only the last name succeeds.
    for _ in 0..2 {
        world.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "firstName is not welcome here"));
    }
    save(window, &[("First name", "Olga"), ("Last name", "Passes")]).await;
    window.see("firstName is not welcome here").await.unwrap();
    window.screenshot("queue-refused").await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    assert_eq!(client.field("lastName").await.unwrap(), "Passes");
    assert_eq!(client.field("firstName").await.unwrap(), "Olivia");
    window.field_error("First name").await.unwrap();
    save(window, &[("First name", "Odile")]).await;
    window.see("Up to date").await.unwrap();
    window.wait_until_text_gone("is not welcome here").await.unwrap();
    assert_eq!(client.field("firstName").await.unwrap(), "Odile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_edit_is_sent_after_signing_in_again() {
    let world = offline().await;
    let window = world.window().unwrap();
    save(window, &[("First name", "Olga")]).await;
    window.see("Will sync automatically").await.unwrap();
    world.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.fill("Last name", "Unsaved").await.unwrap();
    reconnect(&world).await;
    window.see("Your session has ended").await.unwrap();
    window.fill("Password", "lapel-demo").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(window.value_of("Last name").await.unwrap(), "Unsaved");
    assert_eq!(on_server(&world, "firstName").await, "Olga");
    assert_eq!(on_server(&world, "lastName").await, "Owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_when_a_value_is_typed_saved_refused_or_in_conflict() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.by_role("button", "Picture").await.unwrap();
    let tops = async || {
        let script = "return ['picture', 'firstName', 'lastName', 'language', 'role'].map(field =>
            document.getElementById('profile-' + field).getBoundingClientRect().top + document.querySelector('main').scrollTop)";
        window.execute(script).await.unwrap()
    };
    let at_first = tops().await;
    window.fill("First name", "Olga").await.unwrap();
    window.by_role("button", "Save changes").await.unwrap();
    assert_eq!(tops().await, at_first, "typed");
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    assert_eq!(tops().await, at_first, "saved");
    for _ in 0..2 {
        world.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "No digits are allowed here, please"));
    }
    save(window, &[("First name", "Olga 2")]).await;
    window.see("The server refused this: No digits are allowed here, please").await.unwrap();
    assert_eq!(tops().await, at_first, "refused");
    window.click("button", "Discard").await.unwrap();
    window.see("Discarded: First name").await.unwrap();
    assert_eq!(tops().await, at_first, "discarded");
    world.proxy.always(Fault::Offline).await;
    save(window, &[("First name", "Olivia Philippa")]).await;
    window.see("Will sync automatically").await.unwrap();
    assert_eq!(tops().await, at_first, "saved offline");
    let other = world.other_client(OWNER).await.unwrap();
    other.change(json!({ "firstName": "Odile Wilhelmina Josephine" })).await.unwrap();
    reconnect(&world).await;
    window.by_role("button", "Keep mine").await.unwrap();
    assert_eq!(tops().await, at_first, "in conflict");
}
