//! Checks every screen outside of the team page with axe-core in the real window: both themes, wide and narrow. A new
//! screen is one more entry in a table.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod screens;

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::other_client::{DEMO_PASSWORD, two_factor_code};
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::window::Window;
use serde_json::json;

use screens::{Screens, check, screens};

/// Keeps the toasts while they are looked at.
const HOLD_TOASTS: &str =
    "document.querySelectorAll('.toast.open').forEach(toast => toast.dispatchEvent(new PointerEvent('pointerenter')))";

async fn closed(window: &Window, dialog: &str) {
    window.press("Escape").await.unwrap();
    window.wait_until_gone("dialog", dialog).await.unwrap();
}

const SIGN_IN: Screens = screens! {
    "sign-in": |_, window| window.by_label("Email").await.unwrap(),
    "sign-in refused": |_, window| {
        window.fill("Email", OWNER).await.unwrap();
        window.fill("Password", "wrong").await.unwrap();
        window.click("button", "Sign in").await.unwrap();
        window.field_error("Password").await.unwrap();
    },
    "other server": |_, window| {
        window.choose("Server", "Other server...").await.unwrap();
        window.by_label("Address").await.unwrap();
    },
    "token": |_, window| {
        window.click("button", "Use an API token instead").await.unwrap();
        window.by_label("API token").await.unwrap();
    },
    "forgotten": |world, window| {
        window.click("button", "Use email and password instead").await.unwrap();
        window.choose("Server", &world.proxy.base_url()).await.unwrap();
        window.click("button", "Forgot password?").await.unwrap();
        window.by_role("button", "Send email").await.unwrap();
    },
    "code": |world, window| {
        window.press("Escape").await.unwrap();
        window.wait_until_gone("button", "Send email").await.unwrap();
        world.enter_password("twofactor@example.com").await.unwrap();
        window.by_role("heading", "Enter your code").await.unwrap();
    },
    "code refused": |_, window| {
        window.type_keys("000000").await.unwrap();
        window.field_error("Two-factor code").await.unwrap();
    },
    "removal of two-factor sign-in": |_, window| {
        window.type_keys(&two_factor_code().unwrap()).await.unwrap();
        window.click("button", "Remove two-factor").await.unwrap();
        window.fill("Password", DEMO_PASSWORD).await.unwrap();
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn the_sign_in_page_is_accessible() {
    check(&TestWorld::new().await.unwrap(), SIGN_IN).await;
}

const PROFILE: Screens = screens! {
    "profile": |_, window| window.see("Up to date").await.unwrap(),
    "account popover": |_, window| {
        window.click("button", "Account").await.unwrap();
        window.by_role("button", "Sign in with another account").await.unwrap();
    },
    "picture menu": |_, window| {
        window.press("Escape").await.unwrap();
        window.click("button", "Picture").await.unwrap();
        window.by_role("menuitem", "Upload").await.unwrap();
    },
    "link to a picture": |_, window| {
        window.press("Escape").await.unwrap();
        window.picture_menu("Link to a picture").await.unwrap();
        window.fill("Picture URL", "me").await.unwrap();
        window.press("Enter").await.unwrap();
        window.field_error("Picture URL").await.unwrap();
    },
    "picture editor": |_, window| {
        window.choose_file("Choose picture", &picture()).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap();
        let shown = "return document.querySelector('#picture-stage img')?.naturalWidth > 0";
        window.wait_until("the preview", shown).await.unwrap();
    },
    "fitted picture": |_, window| {
        window.click_label("Fit whole picture").await.unwrap();
        window.see("Background").await.unwrap();
    },
    "changed": |_, window| {
        window.click("button", "Use picture").await.unwrap();
        window.wait_until_gone("button", "Use picture").await.unwrap();
        window.fill("First name", "Olga").await.unwrap();
        window.see("2 changes not saved").await.unwrap();
    },
    "empty name": |_, window| {
        window.fill("First name", "").await.unwrap();
        window.field_error("First name").await.unwrap();
    },
    "languages": |_, window| {
        window.by_label("Language").await.unwrap().click().await.unwrap();
        window.by_role("option", "German Deutsch").await.unwrap();
    },
    "roles": |_, window| {
        window.press("Escape").await.unwrap();
        window.by_label("Role").await.unwrap().click().await.unwrap();
        window.by_role("option", "").await.unwrap();
    },
    "step down": |_, window| {
        window.press("Escape").await.unwrap();
        window.fill("First name", "Olga").await.unwrap();
        window.choose("Role", "User").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Give up your administrator role?").await.unwrap();
    },
    "discarded": |_, window| {
        window.press("Escape").await.unwrap();
        window.wait_until_text_gone("Give up your administrator role?").await.unwrap();
        window.click("button", "Discard changes").await.unwrap();
        window.see("Discarded:").await.unwrap();
    },
    "saved": |_, window| {
        window.fill("First name", "Olga").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Olga Owner").await.unwrap();
        window.execute(HOLD_TOASTS).await.unwrap();
    },
    "change password": |_, window| {
        window.click("button", "Change password").await.unwrap();
        window.fill("New password", "12345678").await.unwrap();
        window.see("Very weak").await.unwrap();
    },
    "forgotten password": |_, window| {
        window.click("button", "Forgot password?").await.unwrap();
        window.by_role("button", "Send email").await.unwrap();
    },
    "export": |_, window| {
        window.press("Escape").await.unwrap();
        window.wait_until_gone("button", "Send email").await.unwrap();
        window.click("button", "Export my data").await.unwrap();
        window.by_role("button", "Show in folder").await.unwrap();
    },
    "keyboard shortcuts": |_, window| {
        window.press("Control+Shift+?").await.unwrap();
        window.by_role("dialog", "Keyboard shortcuts").await.unwrap();
    },
    "search": |_, window| {
        closed(window, "Keyboard shortcuts").await;
        window.press("Control+k").await.unwrap();
        window.by_role("combobox", "Search Lapel").await.unwrap();
    },
    "search with matches": |_, window| {
        window.type_keys("s").await.unwrap();
        window.see("Settings").await.unwrap();
    },
    "search without matches": |_, window| {
        window.type_keys("xx").await.unwrap();
        window.see("No matches").await.unwrap();
    },
    "settings": |_, window| {
        closed(window, "Search Lapel").await;
        window.click("link", "Settings").await.unwrap();
        window.by_role("heading", "Settings").await.unwrap();
    },
    "sign-out question": |_, window| {
        window.click("link", "Profile").await.unwrap();
        window.fill("First name", "Odile").await.unwrap();
        window.click("link", "Settings").await.unwrap();
        window.click("button", "Sign out").await.unwrap();
        window.see("Sign out and lose changes?").await.unwrap();
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_its_dialogs_and_the_settings_are_accessible() {
    let world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    check(&world, PROFILE).await;
}

const STATES: Screens = screens! {
    "offline": |world, window| {
        world.proxy.always(Fault::Offline).await;
        window.fill("First name", "Olga").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("Will sync automatically").await.unwrap();
    },
    "offline, popover": |_, window| {
        window.open_account().await.unwrap();
        window.see("First name Not sent yet").await.unwrap();
    },
    "conflict": |world, window| {
        window.press("Escape").await.unwrap();
        world.other_client(OWNER).await.unwrap().change(json!({ "firstName": "Odile" })).await.unwrap();
        world.proxy.always(Fault::Pass).await;
        window.click("button", "Try again").await.unwrap();
        window.by_role("button", "Keep mine").await.unwrap();
    },
    "refused": |world, window| {
        window.click("button", "Keep theirs").await.unwrap();
        window.see("Up to date").await.unwrap();
        world.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "This name is reserved"));
        window.fill("First name", "Reserved").await.unwrap();
        window.click("button", "Save changes").await.unwrap();
        window.see("This name is reserved").await.unwrap();
    },
    "sign in again": |world, window| {
        world.sandbox().unwrap().end_all_sessions().await.unwrap();
        window.refresh().await.unwrap();
        window.by_role("dialog", "Sign in again").await.unwrap();
    },
    "strip": |_, window| {
        window.click("button", "Later").await.unwrap();
        window.see("Your session has ended").await.unwrap();
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn pending_conflicting_and_refused_changes_are_accessible() {
    let world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    check(&world, STATES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dialogs_restore_the_focus() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    let button = window.by_role("button", "Sign out").await.unwrap();
    window.execute_with("arguments[0].focus()", vec![json!(button)]).await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("Sign out and lose changes?").await.unwrap();
    window.press("Escape").await.unwrap();
    window.wait_until_text_gone("Sign out and lose changes?").await.unwrap();
    let back = "return document.activeElement.innerText.trim() === 'Sign out'";
    window.wait_until("the focus restored after the dialog", back).await.unwrap();
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

/// Settings of the desktop, as its accessibility settings write them.
const CALM_AND_STRONG: &str = "[Settings]\ngtk-enable-animations=0\ngtk-theme-name=HighContrast\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_wishes_for_more_contrast_and_less_motion_are_followed() {
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    let line = "return getComputedStyle(document.documentElement).getPropertyValue('--line').trim()";
    let usual = world.open().await.unwrap().execute(line).await.unwrap();
    world.close().await.unwrap();
    let settings = world.desktop.home().root().join("config/gtk-3.0");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(settings.join("settings.ini"), CALM_AND_STRONG).unwrap();
    world.open().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    for wish in ["prefers-contrast: more", "prefers-reduced-motion: reduce"] {
        let is_wished = window.execute(&format!("return matchMedia('({wish})').matches")).await.unwrap();
        assert_eq!(is_wished, json!(true), "{wish}");
    }
    assert_ne!(window.execute(line).await.unwrap(), usual, "stronger lines");
    // The save bar and the toast appear with an animation, buttons change their color with a transition.
    window.fill("First name", "Olga").await.unwrap();
    window.see("1 change not saved").await.unwrap();
    let moving =
        "return document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 0).length";
    assert_eq!(window.execute(moving).await.unwrap(), json!(0), "the save bar");
    window.click("button", "Save changes").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    assert_eq!(window.execute(moving).await.unwrap(), json!(0), "the toast");
    let durations = r#"
        return [...document.querySelectorAll("*")].flatMap(element => ["", "::before", "::after"].map(part => {
            const { animationDuration, transitionDuration } = getComputedStyle(element, part);
            return [animationDuration, transitionDuration].filter(text => parseFloat(text) > 0).map(text => `${element.className}${part} ${text}`);
        })).flat()
    "#;
    for page in ["Settings", "Team", "Profile"] {
        window.click("link", page).await.unwrap();
        assert_eq!(window.execute(durations).await.unwrap(), json!([]), "{page}");
    }
}
