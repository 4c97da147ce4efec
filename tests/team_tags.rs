//! Tags in the real window: of one person in the panel, and of the selected people by a plan.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::Window;

const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

async fn open_team(world: &TestWorld) {
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
}

/// The tags of the row of a person, as the shell has them.
async fn tags_of(window: &Window, id: &str) -> String {
    let script = format!(
        "return window.__TAURI_INTERNALS__.invoke('open_person', {{ id: '{id}' }}).then(person => person.row.tags.join())"
    );
    window.execute(&script).await.unwrap().as_str().unwrap().to_owned()
}

const EDITOR_ROW: &str = "65f0a1c000000000000c0003";

#[tokio::test(flavor = "multi_thread")]
async fn tags_of_a_person_are_added_from_the_suggestions_or_as_new_ones_removed_and_undone() {
    let world = TestWorld::new().await.unwrap();
    open_team(&world).await;
    let window = world.window().unwrap();
    window.click("button", "Edith Editor").await.unwrap();
    window.fill("Tags", "sup").await.unwrap();
    window.click("option", "support").await.unwrap();
    window.see("Edith Editor: added “support”").await.unwrap();
    window.fill("Tags", "Réd team").await.unwrap();
    window.by_role("option", "Add “Réd team”").await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("Edith Editor: added “Réd team”").await.unwrap();
    assert_eq!(tags_of(window, EDITOR_ROW).await, "engineering,support,Réd team");
    window.click("button", "Undo").await.unwrap();
    window.see("Undone").await.unwrap();
    assert_eq!(tags_of(window, EDITOR_ROW).await, "engineering,support");
    world.proxy.next_on("PUT", COLLABORATORS, Fault::refused(400, 5120, "Tags are frozen"));
    window.click("button", "Remove engineering").await.unwrap();
    window.see("Tags are frozen").await.unwrap();
    window.by_role("button", "Remove engineering").await.unwrap();
    assert_eq!(tags_of(window, EDITOR_ROW).await, "engineering,support");
    window.screenshot("tags-panel").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_of_the_selected_people_are_planned_changed_found_in_the_history_and_undone() {
    let world = TestWorld::new().await.unwrap();
    open_team(&world).await;
    let window = world.window().unwrap();
    window.click_label("Select all").await.unwrap();
    window.click("button", "Tags…").await.unwrap();
    window.by_role("dialog", "Tags of 5 people").await.unwrap();
    window.fill("Add tags", "supp").await.unwrap();
    window.click("option", "support").await.unwrap();
    // A text that is not a tag yet counts, too.
    window.fill("Remove tags", "sales").await.unwrap();
    window.screenshot("tags-dialog").await.unwrap();
    window.click("button", "Review change…").await.unwrap();
    window.by_role("dialog", "Change tags").await.unwrap();
    window.see("Add “support”; remove “sales”").await.unwrap();
    window.see("Tags of 3 people will change, 2 skipped").await.unwrap();
    window.click("button", "Change tags of 3 people").await.unwrap();
    window.see("3 changed").await.unwrap();
    window.screenshot("tags-results").await.unwrap();
    assert_eq!(tags_of(window, EDITOR_ROW).await, "engineering,support");
    window.click("button", "Undo changes").await.unwrap();
    window.click("button", "Undo 3 changes").await.unwrap();
    window.see("3 changed").await.unwrap();
    window.click("button", "Close").await.unwrap();
    assert_eq!(tags_of(window, EDITOR_ROW).await, "engineering");
    window.click("button", "More for the team").await.unwrap();
    window.click("menuitem", "History").await.unwrap();
    window.see("Undoes earlier changes").await.unwrap();
    window.screenshot("tags-history").await.unwrap();
}
