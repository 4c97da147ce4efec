//! Drafts and saved changes survive lost connections, crashes and bad responses.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::waiting::{PATIENCE, until};
use serde_json::json;

/// Requests the snapshot, which contains the stored draft.
const IS_DRAFT_STORED: &str = "
    const { draft } = await window.__TAURI_INTERNALS__.invoke('next_snapshot', { after: null });
    return draft?.firstName === 'Olga';";

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_survives_a_crash() {
    let mut world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.wait_until("the draft on the disk", IS_DRAFT_STORED).await.unwrap();
    world.kill().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("1 change not saved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    assert_eq!(world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olivia");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_change_survives_a_crash_before_and_after_delivery() {
    for fault in [Fault::Stall, Fault::StallAfter] {
        let mut world = TestWorld::new().await.unwrap();
        let window = world.sign_in(OWNER).await.unwrap();
        world.proxy.next_on("PUT", "/v1/users/", fault.clone());
        let mark = world.proxy.mark();
        window.fill("First name", "Olga").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        world.proxy.wait_for(mark, "PUT", "/v1/users/").await.unwrap();
        world.kill().await.unwrap();
        let window = world.open().await.unwrap();
        window.see("Olga Owner").await.unwrap();
        window.see("Up to date").await.unwrap_or_else(|error| panic!("after {fault:?}: {error}"));
        assert_eq!(
            world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap(),
            "Olga",
            "after {fault:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_response_is_reconciled_without_asking_the_user() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    for (fault, name) in [(Fault::ResetBefore, "Olga"), (Fault::ResetAfter, "Olwen"), (Fault::CorruptBody, "Odile")] {
        world.proxy.next_on("PUT", "/v1/users/", fault.clone());
        window.fill("First name", name).await.unwrap();
        window.press("Control+s").await.unwrap();
        // The app may retry automatically, or offer "Try again".
        until(name, PATIENCE, async || {
            let again = window.all_by_role("button", "Try again").await?;
            // The click fails if the app has retried in the meantime and removed the button.
            if let Some(again) = again.into_iter().next() {
                again.click().await.ok();
            }
            let text = window.text().await?;
            Ok((text.contains(&format!("{name} Owner")) && text.contains("Up to date")).then_some(()))
        })
        .await
        .unwrap_or_else(|error| panic!("after {fault:?}: {error}"));
        assert_eq!(world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap(), name, "after {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_shows_both_values_and_the_user_decides() {
    for (button, kept) in [("Keep mine", "Olga"), ("Keep theirs", "Odile")] {
        let world = TestWorld::new().await.unwrap();
        let window = world.sign_in(OWNER).await.unwrap();
        world.proxy.always(Fault::Offline).await;
        window.fill("First name", "Olga").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Will sync automatically").await.unwrap();
        let client = world.other_client(OWNER).await.unwrap();
        client.change(json!({ "firstName": "Odile", "lastName": "Other" })).await.unwrap();
        world.proxy.always(Fault::Pass).await;
        window.click("button", "Try again").await.unwrap();
        window.see("Keep theirs").await.unwrap();
        window.click("button", button).await.unwrap();
        window.see("Up to date").await.unwrap();
        window.see(&format!("{kept} Other")).await.unwrap();
        assert_eq!(client.field("firstName").await.unwrap(), kept);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_with_unsent_changes_asks_first() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::Offline).await;
    window.fill("Last name", "Waiting").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Will sync automatically").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.see("Sign out and lose changes?").await.unwrap();
    window.click("button", "Cancel").await.unwrap();
    window.click("link", "Profile").await.unwrap();
    window.see("Will sync automatically").await.unwrap();
    assert_eq!(window.value_of("Last name").await.unwrap(), "Waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn unsent_changes_are_shown_at_the_top_after_a_restart() {
    let mut world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::Offline).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    world.kill().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("Offline").await.unwrap();
    window.see("Will sync automatically").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    let scrolled = window.execute("return document.querySelector('main').scrollTop").await.unwrap();
    assert_eq!(scrolled, json!(0), "the pending changes are scrolled out of view");
}
