//! The team in the real window: by owner, admin, editor and viewer; offline; by keyboard alone.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::Window;

const ADMIN: &str = "admin@example.com";
const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

/// Signs in and opens the team page, and waits until the whole team is loaded.
async fn open_team(world: &TestWorld, email: &str) {
    let window = world.sign_in(email).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    window.by_role("button", "Edith Editor").await.unwrap();
}

/// Opens the menu of the organization role of a person and chooses a role.
async fn choose_role(window: &Window, name: &str, from: &str, to: &str) {
    window.click("button", &format!("{from}, role of {name}")).await.unwrap();
    window.click("menuitemradio", to).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_changes_a_role_after_a_refusal_and_undoes_it() {
    let world = TestWorld::new().await.unwrap();
    open_team(&world, OWNER).await;
    let (window, client) = (world.window().unwrap(), world.other_client(OWNER).await.unwrap());
    world.proxy.next_on("PUT", COLLABORATORS, Fault::refused(400, 5120, "Not on a Wednesday"));
    choose_role(window, "Edith Editor", "Editor", "Viewer").await;
    window.see("Edith Editor: The server refused this: Not on a Wednesday").await.unwrap();
    window.screenshot("role-refused").await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "editor");
    choose_role(window, "Edith Editor", "Editor", "Viewer").await;
    window.see("Edith Editor: Editor → Viewer").await.unwrap();
    window.wait_until_text_gone("Not on a Wednesday").await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "viewer");
    window.click("button", "Undo").await.unwrap();
    window.see("Undone").await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "editor");
    open_menu_item(window, "History").await;
    window.fill("Search history", "edith").await.unwrap();
    window.see("3 changes").await.unwrap();
    window.see("Failed").await.unwrap();
    window.click("button", "Undo the change of Edith Editor (editor@example.com)").await.unwrap();
    window.see("4 changes").await.unwrap();
    window.see("Undone. Edith Editor: Editor → Viewer").await.unwrap();
    window.screenshot("history-undone").await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "viewer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_changed_by_someone_else_is_shown_and_not_overwritten() {
    let world = TestWorld::new().await.unwrap();
    open_team(&world, OWNER).await;
    let (window, client) = (world.window().unwrap(), world.other_client(ADMIN).await.unwrap());
    window.click("button", "Editor, role of Edith Editor").await.unwrap();
    client.set_team_role("editor@example.com", "unassigned").await.unwrap();
    window.click("menuitemradio", "Viewer").await.unwrap();
    window.see("Someone else changed this role in the meantime: it's now “Unassigned”").await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "unassigned");
    choose_role(window, "Edith Editor", "Unassigned", "Viewer").await;
    window.see("Edith Editor: Unassigned → Viewer").await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "viewer");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_must_confirm_stepping_down_and_cannot_undo_it() {
    let world = TestWorld::new().await.unwrap();
    open_team(&world, ADMIN).await;
    let (window, client) = (world.window().unwrap(), world.other_client(OWNER).await.unwrap());
    assert!(window.all_by_role("button", "Owner, role of Olivia Owner").await.unwrap().is_empty());
    window.click("button", "Olivia Owner").await.unwrap();
    window.see("Ownership is transferred").await.unwrap();
    window.click("button", "Close").await.unwrap();
    choose_role(window, "Adam Admin", "Admin", "Viewer").await;
    window.see("You can't undo this").await.unwrap();
    window.by_role("button", "Step down").await.unwrap();
    window.screenshot("role-question").await.unwrap();
    assert_eq!(client.team_role(ADMIN).await.unwrap(), "admin", "not before the confirmation");
    window.click("button", "Step down").await.unwrap();
    window.see("Adam Admin: Admin → Viewer").await.unwrap();
    assert_eq!(client.team_role(ADMIN).await.unwrap(), "viewer");
    assert!(window.all_by_role("button", "Undo").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn editors_and_viewers_see_the_team_read_only_with_the_reason() {
    for email in ["editor@example.com", "viewer@example.com"] {
        let world = TestWorld::new().await.unwrap();
        open_team(&world, email).await;
        let window = world.window().unwrap();
        window.see("don't have permission to change roles").await.unwrap();
        window.click("button", "Adam Admin").await.unwrap();
        window.by_role("complementary", "Adam Admin").await.unwrap();
        window.see("Only owners and admins of this organization").await.unwrap();
        assert!(window.all_by_role("button", "Admin, role of Adam Admin").await.unwrap().is_empty());
        assert!(window.all_by_role("button", "Edit profile").await.unwrap().is_empty());
        assert!(window.all_by_role("textbox", "First name").await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_first_load_shows_everybody_and_the_next_user_starts_with_an_empty_search() {
    let world = TestWorld::new().await.unwrap();
    world.proxy.always(Fault::Latency(std::time::Duration::from_millis(100))).await;
    open_team(&world, OWNER).await;
    let window = world.window().unwrap();
    window.fill("Search people", "adam").await.unwrap();
    window.see("1 found").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    open_team(&world, "viewer@example.com").await;
    assert_eq!(window.value_of("Search people").await.unwrap(), "");
    window.see("5 people").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_access_to_the_team_sees_the_reason() {
    let world = TestWorld::new().await.unwrap();
    world.proxy.every_nth_on(1, "GET", COLLABORATORS, Fault::refused(403, 4003, "Forbidden"));
    let window = world.sign_in("editor@example.com").await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Only members of this organization can see its team").await.unwrap();
    world.proxy.clear_rules();
    window.click("button", "Try again").await.unwrap();
    window.by_role("button", "Edith Editor").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_cached_team_is_shown_and_role_changes_are_disabled() {
    let mut world = TestWorld::new().await.unwrap();
    open_team(&world, OWNER).await;
    world.close().await.unwrap();
    world.proxy.always(Fault::Offline).await;
    let window = world.open().await.unwrap();
    window.see("Offline").await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    window.fill("Search people", "TWÓFACTOR").await.unwrap();
    window.see("1 found").await.unwrap();
    let mark = world.proxy.mark();
    let window = world.window().unwrap();
    window.click("button", "Editor, role of Tomas Twofactor").await.unwrap();
    window.see("need to be online").await.unwrap();
    let viewer = window.by_role("menuitemradio", "Viewer").await.unwrap();
    assert_eq!(viewer.attr("aria-disabled").await.unwrap().as_deref(), Some("true"));
    window.press("Escape").await.unwrap();
    world.proxy.always(Fault::Pass).await;
    world.proxy.wait_for(mark, "GET", "/v1/organizations").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(world.proxy.writes(mark).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_can_be_found_selected_and_changed_by_keyboard_alone() {
    let world = TestWorld::new().await.unwrap();
    open_team(&world, OWNER).await;
    let (window, client) = (world.window().unwrap(), world.other_client(OWNER).await.unwrap());
    window.press("Control+f").await.unwrap();
    window.type_keys("edit").await.unwrap();
    window.see("1 found").await.unwrap();
    // The button that clears the search is at the edge of the field.
    let space = "return parseFloat(getComputedStyle(document.querySelector('#team-search')).paddingInlineEnd)";
    assert!(window.execute(space).await.unwrap().as_f64().unwrap() < 12.0);
    window.press("Escape").await.unwrap();
    window.see("5 people").await.unwrap();
    // The rows appear shortly after the count.
    window.see("Victor Viewer").await.unwrap();
    tab_to_rows(window).await;
    window.press("Home").await.unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("Space").await.unwrap();
    window.see("1 of 5 selected").await.unwrap();
    window.press("Shift+ArrowDown").await.unwrap();
    window.see("2 of 5 selected").await.unwrap();
    window.press("Control+a").await.unwrap();
    window.see("5 of 5 selected").await.unwrap();
    window.press("Escape").await.unwrap();
    window.see("No rows selected").await.unwrap();
    window.press("Home").await.unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("Enter").await.unwrap();
    window.by_role("complementary", "Edith Editor").await.unwrap();
    window
        .wait_until("the focus in the details", "return document.activeElement.closest('aside') !== null")
        .await
        .unwrap();
    tab_to(window, "Role in Acme Industries Editor").await;
    window.press("Enter").await.unwrap();
    window.by_role("menuitemradio", "Editor").await.unwrap();
    window
        .wait_until("the focus on the present role", "return document.activeElement.ariaChecked === 'true'")
        .await
        .unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("Edith Editor: Editor → Viewer").await.unwrap();
    assert_eq!(client.team_role("editor@example.com").await.unwrap(), "viewer");
    tab_to(window, "Role in Acme Industries Viewer").await;
    window.press("Escape").await.unwrap();
    let in_grid = "return document.activeElement.closest('[role=grid]') !== null";
    window.wait_until("the focus back in the list", in_grid).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_opened_with_the_mouse_in_a_narrow_window_has_the_focus_and_escape_returns() {
    let world = TestWorld::new().await.unwrap();
    open_team(&world, OWNER).await;
    let window = world.window().unwrap();
    window.resize(360, 740).await.unwrap();
    let center = "const { x, y, width, height } = [...document.querySelectorAll('[role=row] button')]
        .find(button => button.textContent === 'Edith Editor').getBoundingClientRect();
        return [x + width / 2, y + height / 2]";
    let at: (f64, f64) = serde_json::from_value(window.execute(center).await.unwrap()).unwrap();
    window.app().point(&world.desktop, at, &["click", "1"]).await.unwrap();
    let focused = "return document.activeElement.id === 'person-heading'";
    window.wait_until("the focus on the details", focused).await.unwrap();
    window.press("Escape").await.unwrap();
    window
        .wait_until("the focus in the list", "return document.activeElement.closest('[role=grid]') !== null")
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_report_their_sort_order() {
    let world = TestWorld::new().await.unwrap();
    open_team(&world, OWNER).await;
    let window = world.window().unwrap();
    let sorted = "[...document.querySelectorAll('[role=columnheader]')].map(header => header.ariaSort ?? '').join()";
    let first = "document.querySelector('[role=gridcell] button').textContent.trim()";
    for (sorts, name) in [("ascending", "Adam Admin"), ("descending", "Victor Viewer"), ("", "Olivia Owner")] {
        window.click("button", "Person").await.unwrap();
        let both = format!("return {sorted}.split(',')[1] === '{sorts}' && {first} === '{name}'");
        window.wait_until(&format!("{sorts}, {name} first"), &both).await.unwrap();
    }
}

/// Chooses an item of the menu of the page.
async fn open_menu_item(window: &Window, name: &str) {
    window.click("button", "More for the team").await.unwrap();
    window.click("menuitem", name).await.unwrap();
}

/// Presses Tab until a row has the focus.
async fn tab_to_rows(window: &Window) {
    for _ in 0..40 {
        window.press("Tab").await.unwrap();
        let on_row =
            window.execute("return document.activeElement.matches('[role=row][aria-rowindex]')").await.unwrap();
        if on_row == true {
            return;
        }
    }
    panic!("Tab did not reach the rows");
}

/// Presses Tab until the control with this name has the focus.
async fn tab_to(window: &Window, name: &str) {
    let mut seen = Vec::new();
    for _ in 0..40 {
        let focused = window.focused_name().await.unwrap();
        if focused == name {
            return;
        }
        seen.push(focused);
        window.press("Tab").await.unwrap();
    }
    panic!("Tab did not reach {name}, only {seen:?}");
}
