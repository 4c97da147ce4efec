//! Tags in the real window while another administrator changes them, too.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::Window;

const ADMIN: &str = "admin@example.com";
const EDITOR: &str = "editor@example.com";

async fn open_team(world: &TestWorld) -> &Window {
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    window
}

/// Opens the dialog of the selected people.
async fn open_tags(window: &Window) {
    window.click_label("Select all").await.unwrap();
    window.click("button", "Tags…").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_one_persons_tags_never_overwrites_those_of_somebody_else() {
    let world = TestWorld::new().await.unwrap();
    let window = open_team(&world).await;
    let client = world.other_client(ADMIN).await.unwrap();
    window.click("button", "Edith Editor").await.unwrap();
    window.fill("Tags", "Café").await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("Edith Editor: added “Café”").await.unwrap();
    assert_eq!(client.tags(EDITOR).await.unwrap(), "engineering,Café");
    window.click("button", "Undo").await.unwrap();
    window.see("Undone. Edith Editor: removed “Café”").await.unwrap();
    assert_eq!(client.tags(EDITOR).await.unwrap(), "engineering");

    client.set_tags(EDITOR, &["engineering", "theirs"]).await.unwrap();
    window.click("button", "Remove engineering").await.unwrap();
    window.see("Edith Editor: Someone else changed these tags in the meantime.").await.unwrap();
    window.by_role("button", "Remove theirs").await.unwrap();
    assert_eq!(client.tags(EDITOR).await.unwrap(), "engineering,theirs");
    window.screenshot("tags-moved").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_undo_of_a_batch_takes_back_only_what_the_batch_did() {
    let world = TestWorld::new().await.unwrap();
    let window = open_team(&world).await;
    let client = world.other_client(ADMIN).await.unwrap();
    open_tags(window).await;
    for (field, tag) in [("Add tags", "engineering"), ("Remove tags", "support")] {
        window.fill(field, tag).await.unwrap();
        window.press("Enter").await.unwrap();
        window.by_role("button", &format!("Remove {tag}")).await.unwrap();
        window.press("Tab").await.unwrap();
    }
    window.click("button", "Review change…").await.unwrap();
    window.see("Tags of 4 people will change, 1 skipped").await.unwrap();
    window.see("Tags are already like this: 1").await.unwrap();
    window.screenshot("tags-plan").await.unwrap();
    window.click("button", "Change tags of 4 people").await.unwrap();
    window.see("4 changed, 1 skipped").await.unwrap();
    assert_eq!(client.tags(ADMIN).await.unwrap(), "management,engineering");

    client.set_tags(ADMIN, &["management", "engineering", "theirs"]).await.unwrap();
    window.click("button", "Undo changes").await.unwrap();
    window.see("The changed tags go back to what they were.").await.unwrap();
    window.click("button", "Undo 4 changes").await.unwrap();
    window.see("4 changed").await.unwrap();
    window.click("button", "Close").await.unwrap();
    assert_eq!(client.tags(ADMIN).await.unwrap(), "management,theirs,support");
    assert_eq!(client.tags(EDITOR).await.unwrap(), "engineering", "it had the tag before");
    window.click("button", "More for the team").await.unwrap();
    window.click("menuitem", "History").await.unwrap();
    window.see("Add “engineering”; remove “support”").await.unwrap();
    window.see("Undoes earlier changes").await.unwrap();
    window.screenshot("tags-history").await.unwrap();
}
