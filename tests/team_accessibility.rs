//! Checks the team page and its dialogs with axe-core in the real window: both themes, wide and narrow.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_sandbox::{Config, Seed};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};

#[tokio::test(flavor = "multi_thread")]
async fn the_team_page_and_its_dialogs_are_accessible() {
    let server = Config { seed: Some(Seed::Demo { members: 200 }), ..demo_config() };
    let world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    for theme in ["Light", "Dark"] {
        let assert_accessible = async |what: &str| {
            window.screenshot(&format!("team-{what}-{theme}")).await.unwrap();
            assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "{what}, {theme}");
        };
        window.click("link", "Settings").await.unwrap();
        window.click_label(theme).await.unwrap();
        window.click("link", "Team").await.unwrap();
        window.see("Olivia Owner").await.unwrap();
        window.see("Updated").await.unwrap();
        assert_accessible("page").await;
        window.fill("Search people", "édi").await.unwrap();
        window.see("1 found").await.unwrap();
        assert_accessible("search").await;
        window.click("button", "Edith Editor").await.unwrap();
        window.by_role("complementary", "Edith Editor").await.unwrap();
        assert_accessible("person").await;
        window.click("button", "Edit profile").await.unwrap();
        window.by_label("First name").await.unwrap();
        assert_accessible("person-edit").await;
        window.click("button", "Close").await.unwrap();
        window.click("button", "Editor, role of Edith Editor").await.unwrap();
        window.by_role("menuitemradio", "Viewer").await.unwrap();
        assert_accessible("role-menu").await;
        window.click("menuitemradio", "Admin").await.unwrap();
        window.by_role("button", "Make admin").await.unwrap();
        assert_accessible("role-question").await;
        window.click("button", "Cancel").await.unwrap();
        window.click("button", "Filter").await.unwrap();
        window.see("Without single sign-on").await.unwrap();
        assert_accessible("filter").await;
        window.press("Escape").await.unwrap();
        window.fill("Search people", "member").await.unwrap();
        window.see("196 found").await.unwrap();
        window.click_label("Select all").await.unwrap();
        window.see("196 of 196 selected").await.unwrap();
        assert_accessible("selection").await;
        window.click("button", "Change role…").await.unwrap();
        window.by_role("menuitemradio", "Viewer").await.unwrap();
        assert_accessible("selection-menu").await;
        window.click("menuitemradio", "Viewer").await.unwrap();
        window.see("will change").await.unwrap();
        assert_accessible("plan").await;
        window.click("button", "Cancel").await.unwrap();
        window.click("button", "Clear selection").await.unwrap();
        window.click("button", "More for the team").await.unwrap();
        window.by_role("menuitem", "History").await.unwrap();
        assert_accessible("menu").await;
        window.click("menuitem", "History").await.unwrap();
        window.by_role("dialog", "History of changes").await.unwrap();
        assert_accessible("history").await;
        window.click("button", "Close").await.unwrap();
        window.fill("Search people", "").await.unwrap();
    }
    window.resize(360, 740).await.unwrap();
    window.see("All roles").await.unwrap();
    window.screenshot("team-narrow").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "narrow");
    assert_eq!(window.horizontal_overflow().await.unwrap(), 0, "at 360 pixels");
    window.click("button", "Edith Editor").await.unwrap();
    window.by_role("complementary", "Edith Editor").await.unwrap();
    window.screenshot("team-person-narrow").await.unwrap();
    assert_eq!(window.horizontal_overflow().await.unwrap(), 0, "details at 360 pixels");
}
