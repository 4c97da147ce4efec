//! Edits in the real window while there is no network, while the server is away, and while somebody else changes the same.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::Duration;

use lapel_sandbox::{Config, Database};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::Fault;
use lapel_testkit::stage::{OWNER, Stage, demo};
use lapel_testkit::window::Window;
use serde_json::json;

/// Longer than the longest wait between two tries that follow a minute without a connection.
const BY_ITSELF: Duration = Duration::from_secs(60);

async fn save(window: &Window, fields: &[(&str, &str)]) {
    for (label, text) in fields {
        window.fill(label, text).await.unwrap();
    }
    window.click("button", "Save changes").await.unwrap();
}

/// Signed in, and then without a network.
async fn offline() -> Stage {
    let stage = Stage::new().await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always(Fault::Offline).await;
    stage
}

/// The network is back, and somebody looks.
async fn online(stage: &Stage) {
    stage.proxy.always(Fault::Pass).await;
    stage.window().unwrap().click("button", "Try again").await.unwrap();
}

async fn on_the_server(stage: &Stage, field: &str) -> String {
    stage.person(OWNER).await.unwrap().field(field).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_without_a_server_outlives_a_restart_and_goes_out_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let server = Config { database: Database::File(folder.path().join("server.db")), ..demo() };
    let mut stage = Stage::with(KeyringAtStart::Unlocked, server).await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    stage.stop_server().await;
    let window = stage.window().unwrap();
    save(window, &[("First name", "Olga")]).await;
    window.see("Lapel keeps trying").await.unwrap();
    window.see("from “Olivia” to “Olga”").await.unwrap();
    window.screenshot("queue-waiting").await.unwrap();
    stage.kill().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("from “Olivia” to “Olga”").await.unwrap();
    window.see("Shown as of").await.unwrap();
    stage.start_server().await.unwrap();
    let window = stage.window().unwrap();
    window.see_within("Up to date", BY_ITSELF).await.unwrap();
    window.see_no_more("Not on the server yet").await.unwrap();
    assert_eq!(on_the_server(&stage, "firstName").await, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_waits_can_be_changed_and_dropped() {
    let stage = offline().await;
    let window = stage.window().unwrap();
    save(window, &[("First name", "Olga"), ("Last name", "Waiting")]).await;
    window.see("from “Owner” to “Waiting”").await.unwrap();
    // The first of the two rows.
    window.click("button", "Change it").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "First name");
    save(window, &[("First name", "Odile")]).await;
    window.see("from “Olivia” to “Odile”").await.unwrap();
    window.click("button", "Discard this change").await.unwrap();
    window.see_no_more("to “Odile”").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olivia");
    window.see("Discarded: First name").await.unwrap();
    window.screenshot("queue-discarded").await.unwrap();
    window.click("button", "Undo").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Odile", "back, and not saved");
    window.see_no_more("Discarded: First name").await.unwrap();
    window.click("button", "Discard changes").await.unwrap();
    online(&stage).await;
    window.see("Up to date").await.unwrap();
    let person = stage.person(OWNER).await.unwrap();
    assert_eq!(person.field("firstName").await.unwrap(), "Olivia");
    assert_eq!(person.field("lastName").await.unwrap(), "Waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_was_changed_elsewhere_is_taken_over_and_said() {
    let stage = offline().await;
    let window = stage.window().unwrap();
    save(window, &[("First name", "Olga")]).await;
    window.see("Not sent yet").await.unwrap();
    stage.person(OWNER).await.unwrap().change(json!({ "lastName": "Elsewhere", "language": "de" })).await.unwrap();
    online(&stage).await;
    window.see("Up to date").await.unwrap();
    window.see("Changed elsewhere and shown here as it is now: Last name, Language").await.unwrap();
    assert_eq!(window.value_of("Last name").await.unwrap(), "Elsewhere");
    assert_eq!(on_the_server(&stage, "firstName").await, "Olga");
    window.screenshot("queue-merged").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_are_decided_all_at_once_or_by_a_third_value() {
    for way in ["Keep all of mine", "Keep all of theirs", "a third value"] {
        let stage = offline().await;
        let window = stage.window().unwrap();
        save(window, &[("First name", "Olga"), ("Last name", "Mine")]).await;
        window.see("Not sent yet").await.unwrap();
        let theirs = json!({ "firstName": "Odile", "lastName": "Theirs" });
        stage.person(OWNER).await.unwrap().change(theirs).await.unwrap();
        online(&stage).await;
        window.see("Someone changed this too").await.unwrap();
        window.see("“Odile”").await.unwrap();
        assert_eq!(on_the_server(&stage, "lastName").await, "Theirs", "nothing is overwritten before");
        if way == "a third value" {
            window.screenshot("queue-conflict").await.unwrap();
            assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
            window.click("button", "Another value").await.unwrap();
            assert_eq!(window.focused_name().await.unwrap(), "First name");
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
        assert_eq!([on_the_server(&stage, "firstName").await, on_the_server(&stage, "lastName").await], [first, last]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_field_holds_nothing_else_up_and_is_corrected() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    // Both together, then each alone: the second one passes.
    for _ in 0..2 {
        stage.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "firstName is not welcome here"));
    }
    save(window, &[("First name", "Olga"), ("Last name", "Passes")]).await;
    window.see("firstName is not welcome here").await.unwrap();
    window.screenshot("queue-refused").await.unwrap();
    let person = stage.person(OWNER).await.unwrap();
    assert_eq!(person.field("lastName").await.unwrap(), "Passes");
    assert_eq!(person.field("firstName").await.unwrap(), "Olivia");
    window.click("button", "Correct it").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "First name");
    save(window, &[("First name", "Odile")]).await;
    window.see("Up to date").await.unwrap();
    window.see_no_more("is not welcome here").await.unwrap();
    assert_eq!(person.field("firstName").await.unwrap(), "Odile");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_goes_on_after_signing_in_again_and_nobody_else_gets_it() {
    let stage = offline().await;
    let window = stage.window().unwrap();
    save(window, &[("First name", "Olga")]).await;
    window.see("Not sent yet").await.unwrap();
    stage.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.fill("Last name", "Unsaved").await.unwrap();
    online(&stage).await;
    window.see("Your session has ended").await.unwrap();
    window.fill("Password", "lapel-demo").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(window.value_of("Last name").await.unwrap(), "Unsaved");
    assert_eq!(on_the_server(&stage, "firstName").await, "Olga");
    assert_eq!(on_the_server(&stage, "lastName").await, "Owner");
}
