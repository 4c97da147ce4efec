//! Every page under axe-core in the real window, light and dark, wide and narrow.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
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

/// Light or dark, by the preference.
async fn dressed(stage: &Stage, theme: &str) {
    let window = stage.window().unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click_label(theme).await.unwrap();
    window.click("link", "Profile").await.unwrap();
    window.by_label("First name").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn dialogs_menus_and_problems_break_no_rule_either_and_give_the_focus_back() {
    for theme in ["Light", "Dark"] {
        let stage = Stage::new().await.unwrap();
        let window = stage.window().unwrap();
        let clean = async |what: &str| {
            window.screenshot(&format!("{what}-{theme}")).await.unwrap();
            assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "{what}, {theme}");
        };
        window.fill("Email", OWNER).await.unwrap();
        window.fill("Password", "wrong").await.unwrap();
        window.click("button", "Sign in").await.unwrap();
        window.problem_of("Password").await.unwrap();
        clean("sign-in-refused").await;
        stage.sign_in(OWNER).await.unwrap();
        dressed(&stage, theme).await;
        window.fill("First name", "").await.unwrap();
        window.problem_of("First name").await.unwrap();
        clean("empty-name").await;
        window.fill("First name", "Olga").await.unwrap();
        let link = window.by_role("link", "Settings").await.unwrap();
        window.execute_with("arguments[0].focus()", vec![serde_json::json!(link)]).await.unwrap();
        window.press("Enter").await.unwrap();
        window.see("You have unsaved changes").await.unwrap();
        clean("leave").await;
        window.press("Escape").await.unwrap();
        window.see_no_more("You have unsaved changes").await.unwrap();
        let back = "return document.activeElement.innerText.trim() === 'Settings'";
        window.wait_until("the focus back where it was before the dialog", back).await.unwrap();
        window.choose("Role", "User").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Give up your administrator role?").await.unwrap();
        clean("step-down").await;
        window.press("Escape").await.unwrap();
        window.see_no_more("Give up your administrator role?").await.unwrap();
        window.click("button", "Discard changes").await.unwrap();
        window.see("changes will be lost").await.unwrap();
        clean("discard").await;
        window.press("Escape").await.unwrap();
        window.choose_file("Choose picture", &picture()).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap();
        let shown = "return document.querySelector('#picture-stage img')?.naturalWidth > 0";
        window.wait_until("the preview", shown).await.unwrap();
        clean("picture").await;
        window.press("Escape").await.unwrap();
        window.no_more("button", "Use picture").await.unwrap();
        window.click("button", "Olivia Owner owner@example.com").await.unwrap();
        window.by_role("menuitem", "Sign in with another account").await.unwrap();
        clean("accounts").await;
        window.press("Escape").await.unwrap();
        stage.sandbox().unwrap().end_all_sessions().await.unwrap();
        window.press("Control+s").await.unwrap();
        window.by_role("dialog", "").await.unwrap();
        clean("sign-in-again").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_was_refused_or_changed_on_both_sides_breaks_no_rule() {
    for theme in ["Light", "Dark"] {
        let stage = Stage::new().await.unwrap();
        let window = stage.sign_in(OWNER).await.unwrap();
        dressed(&stage, theme).await;
        let clean = async |what: &str| {
            window.screenshot(&format!("{what}-{theme}")).await.unwrap();
            assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "{what}, {theme}");
        };
        stage.proxy.always(Fault::Offline).await;
        window.fill("First name", "Olga").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Not on the server yet").await.unwrap();
        clean("offline").await;
        stage.person(OWNER).await.unwrap().change(serde_json::json!({ "firstName": "Odile" })).await.unwrap();
        stage.proxy.always(Fault::Pass).await;
        window.click("button", "Try again").await.unwrap();
        window.by_role("button", "Keep mine").await.unwrap();
        clean("conflict").await;
        window.click("button", "Keep theirs").await.unwrap();
        window.see("Up to date").await.unwrap();
        stage.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "This name is reserved"));
        window.fill("First name", "Reserved").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("This name is reserved").await.unwrap();
        clean("refused").await;
        window.resize(360, 740).await.unwrap();
        assert_eq!(window.sideways_overflow().await.unwrap(), 0, "at 360 pixels");
        clean("refused-narrow").await;
    }
}

/// Any picture.
fn picture() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("icons/512x512.png")
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
