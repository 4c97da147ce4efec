//! The team in the real window: by owner, admin, editor and viewer; offline; by keyboard alone.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
use lapel_testkit::stage::{OWNER, Stage};
use lapel_testkit::window::Window;

const ADMIN: &str = "admin@example.com";
const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

/// Signed in, on the team page, with the whole team read.
async fn team(stage: &Stage, email: &str) {
    let window = stage.sign_in(email).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("As of").await.unwrap();
    window.by_role("button", "Edith Editor").await.unwrap();
}

async fn open_role(window: &Window, name: &str) {
    window.click("button", name).await.unwrap();
    window.click("button", "Change role").await.unwrap();
    window.by_role("dialog", "Change role").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_changes_a_role_when_the_server_said_yes_and_takes_it_back() {
    let stage = Stage::new().await.unwrap();
    team(&stage, OWNER).await;
    let (window, person) = (stage.window().unwrap(), stage.person(OWNER).await.unwrap());
    open_role(window, "Edith Editor").await;
    window.click_label("Viewer").await.unwrap();
    window.see("Loses").await.unwrap();
    stage.proxy.next_on("PUT", COLLABORATORS, Fault::refused(400, 5120, "Not on a Wednesday"));
    window.click("button", "Change role").await.unwrap();
    window.see("Not on a Wednesday").await.unwrap();
    assert_eq!(person.team_role("editor@example.com").await.unwrap(), "editor");
    window.click("button", "Change role").await.unwrap();
    window.see("Edith Editor: Editor → Viewer").await.unwrap();
    assert_eq!(person.team_role("editor@example.com").await.unwrap(), "viewer");
    window.click("button", "Undo").await.unwrap();
    window.see("Undone").await.unwrap();
    assert_eq!(person.team_role("editor@example.com").await.unwrap(), "editor");
    window.click("button", "History").await.unwrap();
    window.fill("Search the history", "edith").await.unwrap();
    window.see("3 changes").await.unwrap();
    window.see("Not made").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_moved_meanwhile_is_shown_and_asked_for_again() {
    let stage = Stage::new().await.unwrap();
    team(&stage, OWNER).await;
    let (window, person) = (stage.window().unwrap(), stage.person(ADMIN).await.unwrap());
    open_role(window, "Edith Editor").await;
    window.click_label("Viewer").await.unwrap();
    person.set_team_role("editor@example.com", "unassigned").await.unwrap();
    window.click("button", "Change role").await.unwrap();
    window.see("Someone has changed this role meanwhile: it is “Unassigned” now").await.unwrap();
    assert_eq!(person.team_role("editor@example.com").await.unwrap(), "unassigned");
    window.click("button", "Change role").await.unwrap();
    window.see("Edith Editor: Unassigned → Viewer").await.unwrap();
    assert_eq!(person.team_role("editor@example.com").await.unwrap(), "viewer");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_steps_down_only_after_being_asked_once_more_and_has_no_way_back() {
    let stage = Stage::new().await.unwrap();
    team(&stage, ADMIN).await;
    let (window, person) = (stage.window().unwrap(), stage.person(OWNER).await.unwrap());
    open_role(window, "Olivia Owner").await;
    window.see("ownership is moved elsewhere").await.unwrap();
    window.click("button", "Close").await.unwrap();
    open_role(window, "Adam Admin").await;
    window.click_label("Viewer").await.unwrap();
    window.see("You cannot undo this").await.unwrap();
    window.click("button", "Change role").await.unwrap();
    window.by_role("button", "Step down").await.unwrap();
    assert_eq!(person.team_role(ADMIN).await.unwrap(), "admin", "not before the second word");
    window.click("button", "Step down").await.unwrap();
    window.see("Adam Admin: Admin → Viewer").await.unwrap();
    assert_eq!(person.team_role(ADMIN).await.unwrap(), "viewer");
    assert!(window.all_by_role("button", "Undo").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_and_a_viewer_read_the_team_and_why_they_change_nothing() {
    for email in ["editor@example.com", "viewer@example.com"] {
        let stage = Stage::new().await.unwrap();
        team(&stage, email).await;
        let window = stage.window().unwrap();
        window.see("do not let you change").await.unwrap();
        window.click("button", "Adam Admin").await.unwrap();
        window.by_role("dialog", "Adam Admin").await.unwrap();
        window.see("Team role: Admin").await.unwrap();
        assert!(window.all_by_role("button", "Change role").await.unwrap().is_empty());
        assert!(window.all_by_role("textbox", "First name").await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_over_a_slow_network_shows_everybody_and_nothing_of_who_was_here_before() {
    let stage = Stage::new().await.unwrap();
    stage.proxy.always(Fault::Latency(std::time::Duration::from_millis(100))).await;
    team(&stage, OWNER).await;
    let window = stage.window().unwrap();
    window.fill("Search", "adam").await.unwrap();
    window.see("1 found").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    team(&stage, "viewer@example.com").await;
    assert_eq!(window.value_of("Search").await.unwrap(), "");
    window.see("All 5").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_the_team_is_told_so() {
    let stage = Stage::new().await.unwrap();
    stage.proxy.every_nth_on(1, "GET", COLLABORATORS, Fault::refused(403, 4003, "Forbidden"));
    let window = stage.sign_in("editor@example.com").await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Only members of this organization may see its team").await.unwrap();
    stage.proxy.forget_singles();
    window.click("button", "Try again").await.unwrap();
    window.by_role("button", "Edith Editor").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_team_is_read_and_says_before_that_changes_need_a_connection() {
    let mut stage = Stage::new().await.unwrap();
    team(&stage, OWNER).await;
    stage.close().await.unwrap();
    stage.proxy.always(Fault::Offline).await;
    let window = stage.open().await.unwrap();
    window.see("No connection").await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("As of").await.unwrap();
    window.fill("Search", "TWÓFACTOR").await.unwrap();
    window.see("1 found").await.unwrap();
    let mark = stage.proxy.mark();
    let window = stage.window().unwrap();
    open_role(window, "Tomas Twofactor").await;
    window.see("needs a connection").await.unwrap();
    window.click_label("Viewer").await.unwrap();
    let button = window.by_role("button", "Change role").await.unwrap();
    assert_eq!(button.attr("aria-disabled").await.unwrap().as_deref(), Some("true"));
    window.click("button", "Change role").await.unwrap();
    window.click("button", "Cancel").await.unwrap();
    assert!(stage.proxy.requests(mark).iter().all(|request| request.method == "GET"));
    stage.proxy.always(Fault::Pass).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone_rows_are_found_selected_and_changed() {
    let stage = Stage::new().await.unwrap();
    team(&stage, OWNER).await;
    let (window, person) = (stage.window().unwrap(), stage.person(OWNER).await.unwrap());
    window.press("Control+f").await.unwrap();
    window.type_keys("edit").await.unwrap();
    window.see("1 found").await.unwrap();
    window.press("Escape").await.unwrap();
    window.see("All 5").await.unwrap();
    // The rows come a moment after their number.
    window.see("Victor Viewer").await.unwrap();
    to_the_rows(window).await;
    window.press("Home").await.unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("Space").await.unwrap();
    window.see("1 of 5 rows selected").await.unwrap();
    window.press("Shift+ArrowDown").await.unwrap();
    window.see("2 of 5 rows selected").await.unwrap();
    window.press("Control+a").await.unwrap();
    window.see("5 of 5 rows selected").await.unwrap();
    window.press("Escape").await.unwrap();
    window.see("No rows selected").await.unwrap();
    window.press("Home").await.unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("ArrowDown").await.unwrap();
    window.press("Enter").await.unwrap();
    window.by_role("dialog", "Edith Editor").await.unwrap();
    tab_to(window, "Change role").await;
    window.press("Enter").await.unwrap();
    window.by_role("dialog", "Change role").await.unwrap();
    tab_to(window, "Editor now").await;
    window.press("ArrowDown").await.unwrap();
    window.see("Loses").await.unwrap();
    tab_to(window, "Change role").await;
    window.press("Enter").await.unwrap();
    window.see("Edith Editor: Editor → Viewer").await.unwrap();
    assert_eq!(person.team_role("editor@example.com").await.unwrap(), "viewer");
    let in_grid = "return document.activeElement.closest('[role=grid]') !== null";
    window.wait_until("the focus back in the list", in_grid).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_column_says_how_it_is_sorted() {
    let stage = Stage::new().await.unwrap();
    team(&stage, OWNER).await;
    let window = stage.window().unwrap();
    let sorted = "[...document.querySelectorAll('[role=columnheader]')].map(header => header.ariaSort ?? '').join()";
    let first = "document.querySelector('[role=gridcell] button').textContent.trim()";
    for (sorts, name) in [("ascending", "Adam Admin"), ("descending", "Victor Viewer"), ("", "Olivia Owner")] {
        window.click("button", "Name").await.unwrap();
        let both = format!("return {sorted}.split(',')[1] === '{sorts}' && {first} === '{name}'");
        window.wait_until(&format!("{sorts}, {name} first"), &both).await.unwrap();
    }
}

/// Presses Tab until the rows have the focus.
async fn to_the_rows(window: &Window) {
    for _ in 0..40 {
        window.press("Tab").await.unwrap();
        let on_row =
            window.execute("return document.activeElement.matches('[role=row][aria-rowindex]')").await.unwrap();
        if on_row == true {
            return;
        }
    }
    panic!("Tab never came to the rows");
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
    panic!("Tab never came to {name}, only to {seen:?}");
}
