//! Every page under axe-core in the real window, light and dark, wide and narrow.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::stage::{OWNER, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn no_page_breaks_a_rule_in_either_theme_or_scrolls_sideways_when_narrow() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "sign-in");
    window.screenshot("sign-in").await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    for theme in ["Light", "Dark"] {
        window.click("link", "Settings").await.unwrap();
        window.click_label(theme).await.unwrap();
        assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "settings, {theme}");
        window.screenshot(&format!("settings-{theme}")).await.unwrap();
        window.click("link", "Profile").await.unwrap();
        window.by_label("First name").await.unwrap();
        assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "profile, {theme}");
        window.screenshot(&format!("profile-{theme}")).await.unwrap();
    }
    window.resize(360, 740).await.unwrap();
    assert_eq!(window.sideways_overflow().await.unwrap(), 0, "at 360 pixels");
    window.screenshot("profile-narrow").await.unwrap();
}
