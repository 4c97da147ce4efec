//! Checks every page with axe-core in the real window: both themes, wide and narrow.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld};

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_accessible_in_both_themes_and_fit_a_narrow_window() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "sign-in");
    window.screenshot("sign-in").await.unwrap();
    world.sign_in(OWNER).await.unwrap();
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
    assert_eq!(window.horizontal_overflow().await.unwrap(), 0, "at 360 pixels");
    window.screenshot("profile-narrow").await.unwrap();
}

/// Sets the theme and returns to the profile page.
async fn set_theme(world: &TestWorld, theme: &str) {
    let window = world.window().unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click_label(theme).await.unwrap();
    window.click("link", "Profile").await.unwrap();
    window.by_label("First name").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn dialogs_menus_and_errors_are_accessible_and_restore_the_focus() {
    for theme in ["Light", "Dark"] {
        let world = TestWorld::new().await.unwrap();
        let window = world.window().unwrap();
        let assert_accessible = async |what: &str| {
            window.screenshot(&format!("{what}-{theme}")).await.unwrap();
            assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "{what}, {theme}");
        };
        window.fill("Email", OWNER).await.unwrap();
        window.fill("Password", "wrong").await.unwrap();
        window.click("button", "Sign in").await.unwrap();
        window.field_error("Password").await.unwrap();
        assert_accessible("sign-in-refused").await;
        world.sign_in(OWNER).await.unwrap();
        set_theme(&world, theme).await;
        window.fill("First name", "").await.unwrap();
        window.field_error("First name").await.unwrap();
        assert_accessible("empty-name").await;
        window.fill("First name", "Olga").await.unwrap();
        window.click("link", "Settings").await.unwrap();
        let button = window.by_role("button", "Sign out").await.unwrap();
        window.execute_with("arguments[0].focus()", vec![serde_json::json!(button)]).await.unwrap();
        window.press("Enter").await.unwrap();
        window.see("Sign out and lose changes?").await.unwrap();
        assert_accessible("sign-out").await;
        window.press("Escape").await.unwrap();
        window.wait_until_text_gone("Sign out and lose changes?").await.unwrap();
        let back = "return document.activeElement.innerText.trim() === 'Sign out'";
        window.wait_until("the focus restored after the dialog", back).await.unwrap();
        window.click("link", "Profile").await.unwrap();
        window.choose("Role", "User").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Give up your administrator role?").await.unwrap();
        assert_accessible("step-down").await;
        window.press("Escape").await.unwrap();
        window.wait_until_text_gone("Give up your administrator role?").await.unwrap();
        window.click("button", "Discard changes").await.unwrap();
        window.see("Discarded: First name, Role").await.unwrap();
        assert_accessible("discarded").await;
        window.click("button", "Change password").await.unwrap();
        window.fill("New password", "12345678").await.unwrap();
        window.see("Very weak").await.unwrap();
        assert_accessible("change-password").await;
        window.press("Tab").await.unwrap();
        window.press("Tab").await.unwrap();
        window.press("Enter").await.unwrap();
        window.by_role("button", "Send email").await.unwrap();
        assert_accessible("forgot-password").await;
        window.press("Escape").await.unwrap();
        window.wait_until_gone("button", "Send email").await.unwrap();
        window.choose_file("Choose picture", &picture()).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap();
        let shown = "return document.querySelector('#picture-stage img')?.naturalWidth > 0";
        window.wait_until("the preview", shown).await.unwrap();
        assert_accessible("picture").await;
        window.press("Escape").await.unwrap();
        window.wait_until_gone("button", "Use picture").await.unwrap();
        window.click("button", "Account").await.unwrap();
        window.by_role("button", "Sign in with another account").await.unwrap();
        assert_accessible("account").await;
        window.press("Escape").await.unwrap();
        world.sandbox().unwrap().end_all_sessions().await.unwrap();
        window.fill("First name", "Olga").await.unwrap();
        window.press("Control+s").await.unwrap();
        window.by_role("dialog", "").await.unwrap();
        assert_accessible("sign-in-again").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_conflicting_and_refused_changes_are_accessible() {
    for theme in ["Light", "Dark"] {
        let world = TestWorld::new().await.unwrap();
        let window = world.sign_in(OWNER).await.unwrap();
        set_theme(&world, theme).await;
        let assert_accessible = async |what: &str| {
            window.screenshot(&format!("{what}-{theme}")).await.unwrap();
            assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "{what}, {theme}");
        };
        world.proxy.always(Fault::Offline).await;
        window.fill("First name", "Olga").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Will sync automatically").await.unwrap();
        assert_accessible("offline").await;
        world.other_client(OWNER).await.unwrap().change(serde_json::json!({ "firstName": "Odile" })).await.unwrap();
        world.proxy.always(Fault::Pass).await;
        window.click("button", "Try again").await.unwrap();
        window.by_role("button", "Keep mine").await.unwrap();
        assert_accessible("conflict").await;
        window.click("button", "Keep theirs").await.unwrap();
        window.see("Up to date").await.unwrap();
        world.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "This name is reserved"));
        window.fill("First name", "Reserved").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("This name is reserved").await.unwrap();
        assert_accessible("refused").await;
        window.resize(360, 740).await.unwrap();
        assert_eq!(window.horizontal_overflow().await.unwrap(), 0, "at 360 pixels");
        assert_accessible("refused-narrow").await;
    }
}

fn picture() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("icons/512x512.png")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_can_be_changed_by_keyboard_alone() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
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
