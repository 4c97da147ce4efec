//! Typing with an input method, as for Chinese or Japanese, in the real window.
//!
//! The desktop's own input method composes a character from its number: Ctrl+Shift+U, the number, Enter. WebKitGTK hides from
//! the page what the keys of a composition are. Other systems do not, so scripted events take their place.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::Window;
use serde_json::json;

/// The key code of a key that the input method has used, whatever the key is.
const USED_BY_INPUT_METHOD: u32 = 229;
const ENTER: u32 = 13;

/// Presses a key on the focused element, with what the web view says about a composition.
async fn key(window: &Window, key: &str, code: u32, composing: bool) {
    let script = r#"
        const [key, keyCode, isComposing, ctrlKey] = arguments;
        const event = new KeyboardEvent("keydown", { key, isComposing, ctrlKey, bubbles: true, cancelable: true });
        Object.defineProperty(event, "keyCode", { value: keyCode });
        document.activeElement.dispatchEvent(event);
    "#;
    window.execute_with(script, vec![json!(key), json!(code), json!(composing), json!(key == "s")]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_a_composition_choose_no_language_and_close_no_list() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    // Chromium reports the Enter before the end of the composition, WebKit after it.
    for (typed, name, composing) in [("ger", "German Deutsch", true), ("fre", "French Français", false)] {
        window.by_label("Language").await.unwrap().click().await.unwrap();
        window.type_keys(typed).await.unwrap();
        window.by_role("option", name).await.unwrap();
        for pressed in ["ArrowDown", "Escape", "Tab"] {
            key(window, pressed, USED_BY_INPUT_METHOD, true).await;
        }
        key(window, "Enter", USED_BY_INPUT_METHOD, composing).await;
        assert_eq!(window.value_of("Language").await.unwrap(), typed);
        window.by_role("option", name).await.unwrap();
        // The next Enter is the user's choice.
        key(window, "Enter", ENTER, false).await;
        window.wait_until_gone("option", name).await.unwrap();
        assert_eq!(window.value_of("Language").await.unwrap(), name.split(' ').next().unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_saved_or_loaded_during_a_composition() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let mark = world.proxy.mark();
    window.fill("First name", "Ol").await.unwrap();
    key(window, "s", USED_BY_INPUT_METHOD, true).await;
    window.type_keys("ga").await.unwrap();
    window.press("Control+s").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(world.proxy.writes(mark).len(), 1, "only the complete name was saved");
    // An invalid link is refused as soon as Enter loads it.
    window.picture_menu("Link to a picture").await.unwrap();
    window.fill("Picture URL", "me").await.unwrap();
    key(window, "Enter", USED_BY_INPUT_METHOD, true).await;
    key(window, "Enter", USED_BY_INPUT_METHOD, false).await;
    let invalid = "return document.activeElement.getAttribute('aria-invalid')";
    assert_eq!(window.execute(invalid).await.unwrap(), serde_json::Value::Null);
    key(window, "Enter", ENTER, false).await;
    window.field_error("Picture URL").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_enter_that_ends_a_composition_saves_nothing() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let mark = world.proxy.mark();
    window.fill("First name", "").await.unwrap();
    let app = window.app();
    app.press_on_desktop(&world.desktop, &["ctrl+shift+u", "4", "e", "0", "0", "Return"]).await.unwrap();
    window.wait_until("the composed character", "return document.activeElement.value === '一'").await.unwrap();
    app.press_on_desktop(&world.desktop, &["b", "Return"]).await.unwrap();
    window.see("一b Owner").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(world.proxy.writes(mark).len(), 1);
    assert_eq!(world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap(), "一b");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_two_factor_code_is_sent_when_the_composition_of_its_last_digit_ends() {
    let world = TestWorld::new().await.unwrap();
    let window = world.enter_password("twofactor@example.com").await.unwrap();
    window.by_role("heading", "Enter your code").await.unwrap();
    window.type_keys("00000").await.unwrap();
    // A full-width zero.
    window.app().press_on_desktop(&world.desktop, &["ctrl+shift+u", "f", "f", "1", "0", "Return"]).await.unwrap();
    let said = window.field_error("Two-factor code").await.unwrap();
    assert!(said.contains("wrong or has expired"), "{said}");
    assert_eq!(window.value_of("Two-factor code").await.unwrap(), "000000");
}
