//! What was typed or saved outlives a lost connection, a crash and a server that answers badly.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
use lapel_testkit::stage::{OWNER, Stage};
use lapel_testkit::waiting::{PATIENCE, until};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_survives_a_crash() {
    let mut stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    let kept = "return window.__TAURI_INTERNALS__.invoke('snapshot').then(state => state.draft?.firstName === 'Olga')";
    window.wait_until("the draft on the disk", kept).await.unwrap();
    stage.kill().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("1 change not saved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    assert_eq!(stage.person(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olivia");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_survives_a_crash_before_and_after_the_server_got_it() {
    for fault in [Fault::Stall, Fault::StallAfter] {
        let mut stage = Stage::new().await.unwrap();
        let window = stage.sign_in(OWNER).await.unwrap();
        stage.proxy.next_on("PUT", "/v1/users/", fault.clone());
        let mark = stage.proxy.mark();
        window.fill("First name", "Olga").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        stage.proxy.wait_for(mark, "PUT", "/v1/users/").await.unwrap();
        stage.kill().await.unwrap();
        let window = stage.open().await.unwrap();
        window.see("Olga Owner").await.unwrap();
        window.see("Up to date").await.unwrap_or_else(|trouble| panic!("after {fault:?}: {trouble}"));
        assert_eq!(stage.person(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olga", "after {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_on_the_way_is_settled_without_asking() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    for (fault, name) in [(Fault::ResetBefore, "Olga"), (Fault::ResetAfter, "Olwen"), (Fault::CorruptBody, "Odile")] {
        stage.proxy.next_on("PUT", "/v1/users/", fault.clone());
        window.fill("First name", name).await.unwrap();
        window.press("Control+s").await.unwrap();
        // The app may settle it by itself, or offer to try again.
        until(name, PATIENCE, async || {
            let again = window.all_by_role("button", "Try again").await?;
            // Where it has gone by now, the app has tried by itself.
            if let Some(again) = again.into_iter().next() {
                again.click().await.ok();
            }
            let text = window.text().await?;
            Ok((text.contains(&format!("{name} Owner")) && text.contains("Up to date")).then_some(()))
        })
        .await
        .unwrap_or_else(|trouble| panic!("after {fault:?}: {trouble}"));
        assert_eq!(stage.person(OWNER).await.unwrap().field("firstName").await.unwrap(), name, "after {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_changed_on_both_sides_is_shown_with_both_and_the_person_decides() {
    for (button, kept) in [("Keep mine", "Olga"), ("Keep theirs", "Odile")] {
        let stage = Stage::new().await.unwrap();
        let window = stage.sign_in(OWNER).await.unwrap();
        stage.proxy.always(Fault::Offline).await;
        window.fill("First name", "Olga").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Not sent yet").await.unwrap();
        let person = stage.person(OWNER).await.unwrap();
        person.change(json!({ "firstName": "Odile", "lastName": "Other" })).await.unwrap();
        stage.proxy.always(Fault::Pass).await;
        window.click("button", "Try again").await.unwrap();
        window.see("Someone changed this too").await.unwrap();
        window.click("button", button).await.unwrap();
        window.see("Up to date").await.unwrap();
        window.see(&format!("{kept} Other")).await.unwrap();
        assert_eq!(person.field("firstName").await.unwrap(), kept);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_with_unsent_changes_asks_first() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always(Fault::Offline).await;
    window.fill("Last name", "Waiting").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Not sent yet").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.see("Sign out and lose changes?").await.unwrap();
    window.click("button", "Cancel").await.unwrap();
    window.click("link", "Profile").await.unwrap();
    window.see("Not on the server yet").await.unwrap();
    assert_eq!(window.value_of("Last name").await.unwrap(), "Waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_with_unsent_changes_shows_them_at_the_top_and_the_name_that_was_saved() {
    let mut stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always(Fault::Offline).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    stage.kill().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("No connection").await.unwrap();
    window.see("Not on the server yet").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    let scrolled = window.execute("return document.querySelector('main').scrollTop").await.unwrap();
    assert_eq!(scrolled, json!(0), "what waits is above the view");
}
