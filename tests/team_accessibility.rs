//! Checks the team page, its dialogs and its notices with axe-core in the real window: both themes, wide and narrow. A new
//! screen is one more entry in the table.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod screens;

use lapel_sandbox::{Config, Seed};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};

use screens::{Screens, check, screens};

const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

const TEAM: Screens = screens! {
    "team": |_, window| {
        window.click("link", "Team").await.unwrap();
        window.by_label("Search people").await.unwrap();
        window.see("Updated").await.unwrap();
    },
    "team, search": |_, window| {
        window.fill("Search people", "édi").await.unwrap();
        window.see("1 found").await.unwrap();
    },
    "filters": |_, window| {
        window.click("button", "Filter").await.unwrap();
        window.see("Without single sign-on").await.unwrap();
    },
    "orders": |_, window| {
        window.click("button", "Done").await.unwrap();
        window.click("button", "Sort by: owners first").await.unwrap();
        window.by_role("menuitemradio", "Newest first").await.unwrap();
    },
    "role menu": |_, window| {
        window.press("Escape").await.unwrap();
        window.click("button", "Editor, role of Edith Editor").await.unwrap();
        window.by_role("menuitemradio", "Admin").await.unwrap();
    },
    "role question": |_, window| {
        window.click("menuitemradio", "Admin").await.unwrap();
        window.by_role("button", "Make admin").await.unwrap();
    },
    "person": |_, window| {
        window.click("button", "Cancel").await.unwrap();
        window.click("button", "Edith Editor").await.unwrap();
        window.by_role("complementary", "Edith Editor").await.unwrap();
    },
    "person, tags": |_, window| {
        window.fill("Tags", "s").await.unwrap();
        window.by_role("option", "sales").await.unwrap();
    },
    "person, changed": |_, window| {
        window.press("Escape").await.unwrap();
        window.click("button", "Edit profile").await.unwrap();
        window.fill("First name", "").await.unwrap();
        window.field_error("First name").await.unwrap();
    },
    "role changed": |_, window| {
        window.fill("First name", "Edith").await.unwrap();
        window.fill("Tags", "").await.unwrap();
        // Closes the options: where they open upwards, they cover the role.
        window.press("Escape").await.unwrap();
        window.click("button", "Role in Acme Industries Editor").await.unwrap();
        window.click("menuitemradio", "Viewer").await.unwrap();
        window.by_role("button", "Undo").await.unwrap();
    },
    "team, no match": |_, window| {
        window.execute("document.querySelector('aside .close').click()").await.unwrap();
        window.fill("Search people", "nobody").await.unwrap();
        window.see("No matches").await.unwrap();
    },
    "selection": |_, window| {
        window.fill("Search people", "member").await.unwrap();
        window.see("196 found").await.unwrap();
        window.click_label("Select all").await.unwrap();
        window.see("196 of 196 selected").await.unwrap();
    },
    "selection, roles": |_, window| {
        window.click("button", "Change role…").await.unwrap();
        window.by_role("menuitemradio", "Viewer").await.unwrap();
    },
    "selection, more": |_, window| {
        window.press("Escape").await.unwrap();
        window.click("button", "More for the selection").await.unwrap();
        window.by_role("menuitem", "Copy email addresses of 196 selected").await.unwrap();
    },
    "selection, tags": |_, window| {
        window.press("Escape").await.unwrap();
        window.click("button", "Tags…").await.unwrap();
        window.by_role("dialog", "Tags of 196 people").await.unwrap();
    },
    "batch, plan": |_, window| {
        window.click("button", "Cancel").await.unwrap();
        window.click("button", "Change role…").await.unwrap();
        window.click("menuitemradio", "Viewer").await.unwrap();
        window.see("will change").await.unwrap();
    },
    "batch, results": |world, window| {
        world.proxy.every_nth_on(10, "PUT", COLLABORATORS, Fault::refused(400, 5120, "Not today"));
        let change = "[...document.querySelectorAll('dialog .actions button')].at(-1).click()";
        window.execute(change).await.unwrap();
        window.see("admin role away").await.unwrap();
        window.execute(change).await.unwrap();
        window.by_role("button", "Retry failed changes").await.unwrap();
    },
    "batch, notice": |_, window| {
        window.click("button", "Close").await.unwrap();
        window.by_role("button", "Show").await.unwrap();
    },
    "history": |_, window| {
        window.click("button", "Clear selection").await.unwrap();
        window.click("button", "More for the team").await.unwrap();
        window.click("menuitem", "History").await.unwrap();
        window.by_role("dialog", "History of changes").await.unwrap();
    },
    "import, problems": |world, window| {
        window.click("button", "Close").await.unwrap();
        let list = world.desktop.home().downloads().join("roles.csv");
        std::fs::create_dir_all(list.parent().unwrap()).unwrap();
        std::fs::write(&list, "email;role\r\neditor@example.com;editor\r\nnobody@example.com;editor\r\n").unwrap();
        window.choose_file("Import roles", &list).await.unwrap();
        window.see("Line 3").await.unwrap();
    },
    "import, refused": |world, window| {
        window.press("Escape").await.unwrap();
        window.wait_until_gone("dialog", "").await.unwrap();
        let list = world.desktop.home().downloads().join("notes.csv");
        std::fs::write(&list, "a;b\r\n").unwrap();
        window.choose_file("Import roles", &list).await.unwrap();
        window.wait_until("the refusal", "return document.querySelector('.toast.open.bad') !== null").await.unwrap();
    },
    "team, exported": |_, window| {
        window.click("button", "More for the team").await.unwrap();
        window.click("menuitem", "Export").await.unwrap();
        window.see("Saved 196 people").await.unwrap();
    },
    "team, offline": |world, window| {
        world.proxy.always(Fault::Offline).await;
        window.refresh().await.unwrap();
        window.see("You need to be online to change roles").await.unwrap();
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn the_team_page_and_its_dialogs_are_accessible() {
    let server = Config { seed: Some(Seed::Demo { members: 200 }), ..demo_config() };
    let world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    check(&world, TEAM).await;
}

/// The window is narrow when a screen is opened; each check leaves it wide.
const NARROW: Screens = screens! {
    "roles, narrow": |_, window| {
        window.resize(360, 740).await.unwrap();
        window.click("button", "All roles").await.unwrap();
        window.by_role("menuitem", "Owner 1").await.unwrap();
    },
    "person, narrow": |_, window| {
        window.press("Escape").await.unwrap();
        window.resize(360, 740).await.unwrap();
        window.click("button", "Edith Editor").await.unwrap();
        window.by_role("complementary", "Edith Editor").await.unwrap();
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn the_narrow_team_page_is_accessible() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    check(&world, NARROW).await;
}
