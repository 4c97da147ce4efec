//! The team page and its dialogs under axe-core in the real window, light and dark, wide and narrow.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_sandbox::{Config, Seed};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::stage::{OWNER, Stage, demo};

#[tokio::test(flavor = "multi_thread")]
async fn no_part_of_the_team_breaks_a_rule() {
    let server = Config { seed: Some(Seed::Demo { members: 200 }), ..demo() };
    let stage = Stage::with(KeyringAtStart::Unlocked, server).await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    for theme in ["Light", "Dark"] {
        let clean = async |what: &str| {
            window.screenshot(&format!("team-{what}-{theme}")).await.unwrap();
            assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "{what}, {theme}");
        };
        window.click("link", "Settings").await.unwrap();
        window.click_label(theme).await.unwrap();
        window.click("link", "Team").await.unwrap();
        window.see("Olivia Owner").await.unwrap();
        window.see("As of").await.unwrap();
        clean("page").await;
        window.fill("Search", "édi").await.unwrap();
        window.see("1 found").await.unwrap();
        clean("search").await;
        window.click("button", "Edith Editor").await.unwrap();
        window.by_role("button", "Change role").await.unwrap();
        clean("person").await;
        window.click("button", "Change role").await.unwrap();
        window.click_label("Viewer").await.unwrap();
        window.see("Loses").await.unwrap();
        clean("role").await;
        window.click("button", "Cancel").await.unwrap();
        window.fill("Search", "member").await.unwrap();
        window.see("196 found").await.unwrap();
        window.click_label("Select all").await.unwrap();
        window.see("196 of 196 selected").await.unwrap();
        clean("selection").await;
        window.choose("Role", "Viewer").await.unwrap();
        window.click("button", "Plan change…").await.unwrap();
        window.see("will change").await.unwrap();
        clean("plan").await;
        window.click("button", "Cancel").await.unwrap();
        window.click("button", "Clear selection").await.unwrap();
        window.click("button", "History").await.unwrap();
        window.by_role("dialog", "History of roles").await.unwrap();
        clean("history").await;
        window.click("button", "Close").await.unwrap();
        window.fill("Search", "").await.unwrap();
    }
    window.resize(360, 740).await.unwrap();
    window.see("Sort by").await.unwrap();
    window.screenshot("team-narrow").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "narrow");
    assert_eq!(window.sideways_overflow().await.unwrap(), 0, "at 360 pixels");
    window.click("button", "Edith Editor").await.unwrap();
    window.by_role("button", "Change role").await.unwrap();
    window.screenshot("team-person-narrow").await.unwrap();
    assert_eq!(window.sideways_overflow().await.unwrap(), 0, "details at 360 pixels");
}
