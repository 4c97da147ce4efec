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

#[tokio::test(flavor = "multi_thread")]
async fn dialogs_and_problems_break_no_rule_either_and_give_the_focus_back() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", "wrong").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.problem_of("Password").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "a refused sign-in");
    stage.sign_in(OWNER).await.unwrap();
    window.fill("First name", "").await.unwrap();
    window.problem_of("First name").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "an empty name");
    window.fill("First name", "Olga").await.unwrap();
    let link = window.by_role("link", "Settings").await.unwrap();
    window.execute_with("arguments[0].focus()", vec![serde_json::json!(link)]).await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("You have unsaved changes").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "the question before leaving");
    window.press("Escape").await.unwrap();
    window.see_no_more("You have unsaved changes").await.unwrap();
    let back = "return document.activeElement.innerText.trim() === 'Settings'";
    window.wait_until("the focus back where it was before the dialog", back).await.unwrap();
    stage.sandbox.end_all_sessions().await.unwrap();
    window.press("Control+s").await.unwrap();
    window.by_role("dialog", "").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "signing in over the page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_changed_by_keyboard_alone() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.execute("document.activeElement.blur()").await.unwrap();
    for _ in 0..40 {
        window.press("Tab").await.unwrap();
        let at = window.execute("return document.activeElement.labels?.[0]?.innerText ?? ''").await.unwrap();
        if at == "First name" {
            break;
        }
    }
    window.press("Control+a").await.unwrap();
    for key in ["O", "l", "g", "a", "Enter"] {
        window.press(key).await.unwrap();
    }
    window.see("Olga Owner").await.unwrap();
}
