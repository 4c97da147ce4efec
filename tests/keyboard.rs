//! The keyboard shortcuts and their help in the real window.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::Window;
use serde_json::json;

const HELP: &str = "Keyboard shortcuts";

/// Opens the help with a key and closes it again. The focus returns to where it was.
async fn opens_the_help(window: &Window, keys: &str) {
    let focused = window.focused_name().await.unwrap();
    window.press(keys).await.unwrap();
    window.by_role("dialog", HELP).await.unwrap();
    window.press("Escape").await.unwrap();
    window.wait_until_gone("dialog", HELP).await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), focused, "after {keys}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_opens_everywhere_and_takes_no_typed_question_mark() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    window.fill("Email", "who").await.unwrap();
    window.type_keys("?").await.unwrap();
    assert_eq!(window.value_of("Email").await.unwrap(), "who?");
    assert_eq!(window.all_by_role("dialog", HELP).await.unwrap().len(), 0);
    opens_the_help(window, "Control+Shift+?").await;
    world.sign_in(OWNER).await.unwrap();
    window.execute("[...document.querySelectorAll('h1')].find(h => !h.closest('[inert]')).focus()").await.unwrap();
    opens_the_help(window, "?").await;
    window.click("link", "Team").await.unwrap();
    window.by_label("Search people").await.unwrap();
    window.press("/").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Search people");
    opens_the_help(window, "Control+Shift+?").await;
    window.press("Escape").await.unwrap();
    window.execute("[...document.querySelectorAll('h1')].find(h => !h.closest('[inert]')).focus()").await.unwrap();
    window.press("Control+f").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Search people");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_has_two_columns_or_one_and_both_languages() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.press("Control+Shift+?").await.unwrap();
    window.see("Switch to another account").await.unwrap();
    window.see("Ctrl 1 to Ctrl 9").await.unwrap();
    let columns = "return new Set([...document.querySelectorAll('dialog section')]
        .map(section => Math.round(section.getBoundingClientRect().left))).size";
    assert_eq!(window.execute(columns).await.unwrap(), json!(2));
    window.screenshot("keyboard-help").await.unwrap();
    window.resize(360, 640).await.unwrap();
    assert_eq!(window.execute(columns).await.unwrap(), json!(1));
    assert_eq!(window.horizontal_overflow().await.unwrap(), 0);
    let hidden = "const dialog = document.querySelector('dialog'); return dialog.scrollWidth - dialog.clientWidth";
    assert_eq!(window.execute(hidden).await.unwrap(), json!(0));
    window.screenshot("keyboard-help-narrow").await.unwrap();
    window.press("Escape").await.unwrap();
    window.resize(1080, 760).await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click_label("Español").await.unwrap();
    window.press("Control+Shift+?").await.unwrap();
    window.see("Atajos de teclado").await.unwrap();
    window.see("Mayús Espacio").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_has_its_shortcuts_on_a_layout_without_latin_letters() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Ольга").await.unwrap();
    // As a Russian layout reports Ctrl+S. The web driver presses keys of the American layout only.
    let press = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
        { key: 'ы', code: 'KeyS', ctrlKey: true, bubbles: true, cancelable: true }))";
    window.execute(press).await.unwrap();
    window.see("Ольга Owner").await.unwrap();
}
