//! Batch role changes, import and export, and editing another member's profile in the real window.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_sandbox::{Config, Seed};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::window::Window;

/// Time limit for hundreds of changes.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(90);

const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

async fn team_of(members: u32) -> TestWorld {
    let server = Config { seed: Some(Seed::Demo { members }), ..demo_config() };
    let world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    world
}

/// Plans a role in the organization for the selected people.
async fn give_role(window: &Window, role: &str) {
    window.click("button", "Change role…").await.unwrap();
    window.click("menuitemradio", role).await.unwrap();
}

/// Chooses an item of the menu of the page.
async fn open_menu_item(window: &Window, name: &str) {
    window.click("button", "More for the team").await.unwrap();
    window.click("menuitem", name).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_refused_changes_can_be_retried_and_undone() {
    let world = team_of(511).await;
    let window = world.window().unwrap();
    window.fill("Search people", "member").await.unwrap();
    // Every 50th row is an invitation, which the search does not find.
    window.see("500 found").await.unwrap();
    window.click_label("Select all").await.unwrap();
    window.see("500 of 500 selected").await.unwrap();
    give_role(window, "Unassigned").await;
    // Every 20th member already has the role, and none of these is an invitation.
    window.see("475 roles will change, 25 skipped").await.unwrap();
    world.proxy.every_nth_on(10, "PUT", COLLABORATORS, Fault::refused(400, 5120, "Not today"));
    window.click("button", "Change 475 roles").await.unwrap();
    // Several of them are admins, who lose this role.
    window.see("Take the admin role away from 26 people?").await.unwrap();
    window.click("button", "Change 475 roles").await.unwrap();
    window.see_within("428 changed, 47 failed", PATIENCE).await.unwrap();
    window.choose("Show", "Failed (47)").await.unwrap();
    window.see("Not today").await.unwrap();
    world.proxy.clear_rules();
    window.click("button", "Retry failed changes").await.unwrap();
    window.see_within("475 changed", PATIENCE).await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    assert_eq!(client.team_role("member00004@example.com").await.unwrap(), "unassigned");
    window.click("button", "Undo changes").await.unwrap();
    window.see("475 roles will change").await.unwrap();
    window.click("button", "Cancel").await.unwrap();
    // Discarding the plan does not lose the way to undo: the notice at the foot of the page has it.
    window.see("Roles changed in Acme Industries").await.unwrap();
    window.click("button", "Undo changes").await.unwrap();
    window.see("475 roles will change").await.unwrap();
    window.click("button", "Undo 475 changes").await.unwrap();
    // The undo makes members admins again, which needs a confirmation.
    window.see("Make 26 people admins?").await.unwrap();
    window.click("button", "Undo 475 changes").await.unwrap();
    window.see_within("475 changed", PATIENCE).await.unwrap();
    window.click("button", "Close").await.unwrap();
    assert_eq!(client.team_role("member00004@example.com").await.unwrap(), "editor");
    assert_eq!(client.team_role("member00021@example.com").await.unwrap(), "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_during_a_batch_asks_first_and_cancelled_rows_stay_unchanged() {
    let world = team_of(60).await;
    let window = world.window().unwrap();
    window.click_label("Select all").await.unwrap();
    give_role(window, "Unassigned").await;
    window.see("61 roles will change").await.unwrap();
    // The second click of a double-click must not press a button that has appeared under the pointer.
    let second_click =
        "const cancel = [...document.querySelectorAll('dialog button')].find(b => b.textContent.trim() === 'Cancel');
        cancel.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 2 }));
        return document.querySelector('dialog[open]') !== null";
    assert_eq!(window.execute(second_click).await.unwrap(), true);
    window.see("61 roles will change").await.unwrap();
    world.proxy.every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(std::time::Duration::from_millis(500)));
    window.click("button", "Change 61 roles").await.unwrap();
    window.see("Take the admin role away from 4 people?").await.unwrap();
    window.click("button", "Change 61 roles").await.unwrap();
    window.by_role("button", "Cancel the rest").await.unwrap();
    window.app().request_close(&world.desktop).await.unwrap();
    window.see("The team is still being changed").await.unwrap();
    window.click("button", "Keep going").await.unwrap();
    window.click("button", "Cancel the rest").await.unwrap();
    window.see("not tried").await.unwrap();
    window.by_role("button", "Undo changes").await.unwrap();
    let query =
        "window.__TAURI_INTERNALS__.invoke('team_rows', { query: { teamRole: 'unassigned' }, from: 0, count: 0 })";
    let rest = window.execute(&format!("return {query}.then(rows => rows.found)")).await.unwrap();
    assert!((4..60).contains(&rest.as_u64().unwrap()), "{rest} are unassigned");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_runs_in_the_background_and_after_a_crash_it_is_offered_to_be_continued() {
    let mut world = team_of(60).await;
    let window = world.window().unwrap();
    window.click_label("Select all").await.unwrap();
    give_role(window, "Unassigned").await;
    world.proxy.every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(std::time::Duration::from_millis(500)));
    window.click("button", "Change 61 roles").await.unwrap();
    window.see("Take the admin role away from 4 people?").await.unwrap();
    window.click("button", "Change 61 roles").await.unwrap();
    window.click("button", "Run in background").await.unwrap();
    window.see("Changing roles in Acme Industries").await.unwrap();
    open_menu_item(window, "History").await;
    window.see("Running").await.unwrap();
    window.screenshot("batch-running-history").await.unwrap();
    window.click("button", "Open the change of 61 people").await.unwrap();
    window.by_role("dialog", "Change roles").await.unwrap();
    window.click("button", "Run in background").await.unwrap();
    window.click("link", "Profile").await.unwrap();
    window.by_role("heading", "Profile").await.unwrap();
    window.see("Changing roles in Acme Industries").await.unwrap();
    window.see("per minute").await.unwrap();
    window.screenshot("batch-running").await.unwrap();
    world.kill().await.unwrap();
    world.proxy.clear_rules();
    let window = world.open().await.unwrap();
    window.see("A role change in Acme Industries was interrupted").await.unwrap();
    window.screenshot("batch-interrupted").await.unwrap();
    window.resize(360, 800).await.unwrap();
    window.screenshot("batch-interrupted-narrow").await.unwrap();
    window.resize(1080, 800).await.unwrap();
    // Looking at the batch does not lose the offer to continue it, and its notice covers no bar of the page.
    window.click("button", "Show").await.unwrap();
    window.click("button", "Close").await.unwrap();
    window.see("A role change in Acme Industries was interrupted").await.unwrap();
    window.click("link", "Profile").await.unwrap();
    window.fill("First name", "Olive").await.unwrap();
    window.click("button", "Discard changes").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.see("Sign out and lose the last change of the team?").await.unwrap();
    window.click("button", "Cancel").await.unwrap();
    window.click("button", "Continue").await.unwrap();
    window.see_within("Roles changed in Acme Industries: 61 changed", PATIENCE).await.unwrap();
    window.click("button", "Show").await.unwrap();
    window.by_role("dialog", "Change roles").await.unwrap();
    window.click("button", "Close").await.unwrap();
    open_menu_item(window, "History").await;
    window.see("61 people").await.unwrap();
    window.screenshot("batch-history").await.unwrap();
    window.click("button", "Open the change of 61 people").await.unwrap();
    window.by_role("button", "Undo changes").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn visible_rows_are_exported_and_an_imported_list_becomes_a_plan_first() {
    let world = team_of(20).await;
    let window = world.window().unwrap();
    window.click("button", "Viewer 12").await.unwrap();
    window.see("12 found").await.unwrap();
    open_menu_item(window, "Export").await;
    window.see("Saved 12 people found by your search and filters as").await.unwrap();
    let folder = world.desktop.home().downloads();
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(text.lines().count(), 13);
    assert!(text.contains("Victor Viewer,viewer@example.com,viewer,adminViewer,no,sales,member,2024-03-15T18:40:00Z"));

    let list = world.desktop.home().data_dir().join("roles.csv");
    std::fs::write(&list, "\u{feff}email;role\r\neditor@example.com;viewer\r\nnobody@example.com;editor\r\n").unwrap();
    window.choose_file("Import roles", &list).await.unwrap();
    window.by_role("dialog", "Import roles").await.unwrap();
    window.see("1 role will change, 1 skipped (2 lines in the file)").await.unwrap();
    window.see("Line 3").await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "editor", "only a plan");
    window.click("button", "Change 1 role").await.unwrap();
    window.see("1 changed").await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "viewer");
    std::fs::remove_file(list).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_edits_another_member_and_the_draft_survives_a_crash() {
    let mut world = team_of(0).await;
    let window = world.window().unwrap();
    window.click("button", "Edith Editor").await.unwrap();
    window.click("button", "Edit profile").await.unwrap();
    window.fill("First name", "Edita").await.unwrap();
    window.press("Tab").await.unwrap();
    window.see("1 change not saved").await.unwrap();
    let stored = "return window.__TAURI_INTERNALS__.invoke('open_person', { id: '65f0a1c000000000000c0003' })
        .then(person => person.draft?.firstName === 'Edita')";
    window.wait_until("the draft on the disk", stored).await.unwrap();
    world.kill().await.unwrap();
    let window = world.open().await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.click("button", "Edith Editor").await.unwrap();
    window.see("This is your draft from earlier").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Edita");
    let editor = world.other_client("editor@example.com").await.unwrap();
    assert_eq!(editor.field("firstName").await.unwrap(), "Edith", "it is only a draft");
    let window = world.window().unwrap();
    window.choose("Language", "Spanish").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    assert_eq!(editor.field("firstName").await.unwrap(), "Edita");
    assert_eq!(editor.field("language").await.unwrap(), "es");
    let photo = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("icons/512x512.png");
    window.choose_file("Choose picture", &photo).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    assert!(editor.field("picture").await.unwrap().contains("/pictures/"));
    window.wait_until_text_gone("not saved").await.unwrap();
    window.click("button", "Close").await.unwrap();
    window.by_role("button", "Edita Editor").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_two_organizations_can_switch_between_their_teams() {
    let world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    let organization = |id: &str, name: &str| serde_json::json!({ "id": id, "name": name });
    // The server accepts two ids for one organization; the app treats them as two organizations.
    let both = [organization("65f0a1c0000000000000a001", "Acme Industries"), organization("acme-industries", "Labs")];
    let page = serde_json::json!({ "items": both, "totalDocs": 2, "limit": 100, "page": 1, "totalPages": 1 });
    let document = serde_json::json!({ "status": true, "data": page }).to_string();
    world.proxy.every_nth_on(1, "GET", "/v1/organizations?", Fault::Json(document));
    let mut world = world;
    world.open().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.by_label("Organization").await.unwrap();
    window.see("Edith Editor").await.unwrap();
    let mark = world.proxy.mark();
    window.choose("Organization", "Labs").await.unwrap();
    world.proxy.wait_for(mark, "GET", "/v1/organizations/acme-industries/").await.unwrap();
    window.see("Edith Editor").await.unwrap();
    window.see("Updated").await.unwrap();
}
