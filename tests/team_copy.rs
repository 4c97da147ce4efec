//! Email addresses of the team that are copied in the real window and pasted again.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::test_world::{OWNER, TestWorld};

#[tokio::test(flavor = "multi_thread")]
async fn the_addresses_of_the_found_people_are_copied_to_the_clipboard() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    window.fill("Search people", "edit").await.unwrap();
    window.see("1 found").await.unwrap();
    window.click_label("Select all").await.unwrap();
    window.click("button", "More for the selection").await.unwrap();
    window.click("menuitem", "Copy email address of 1 selected").await.unwrap();
    window.see("Copied 1 email address.").await.unwrap();
    window.fill("Search people", "").await.unwrap();
    window.press("Control+v").await.unwrap();
    window.see("1 found").await.unwrap();
    assert_eq!(window.value_of("Search people").await.unwrap(), "editor@example.com");
}
