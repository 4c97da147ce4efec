//! The search of the whole window: finds people, pages and actions by keyboard.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_sandbox::{Config, Seed};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::window::Window;
use serde_json::{Value, json};

const NAME: &str = "Search Lapel";

/// The texts of the listed lines; the active one has a star before it.
const LINES: &str = r#"
    return [...document.querySelectorAll('.palette [role=option]')].map(option =>
        (option.ariaSelected === 'true' ? '*' : '') + option.querySelector('bdi').textContent)
"#;

async fn lines(window: &Window) -> Vec<String> {
    let lines = window.execute(LINES).await.unwrap();
    lines.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// Opens the search with its shortcut and types a text. Waits until the active line is this one.
async fn find(window: &Window, text: &str, first: &str) {
    window.press("Control+k").await.unwrap();
    window.by_role("combobox", NAME).await.unwrap();
    window.type_keys(text).await.unwrap();
    let active = format!("{LINES}.includes({})", json!(format!("*{first}")));
    window.wait_until(first, &active).await.unwrap();
}

/// Waits until the search is closed.
async fn closed(window: &Window) {
    window.wait_until_gone("combobox", NAME).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_keyboard_before_the_team_was_opened() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    let window = world.window().unwrap();
    find(window, "team", "Team").await;
    window.see("No team has been loaded on this computer yet").await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("Edith Editor").await.unwrap();
    world.close().await.unwrap();
    world.proxy.always(Fault::Offline).await;
    let window = world.open().await.unwrap();
    window.by_label("First name").await.unwrap();
    find(window, "édi", "Edith Editor").await;
    let marked = "return [...document.querySelectorAll('.palette mark')].map(mark => mark.textContent).join()";
    assert_eq!(window.execute(marked).await.unwrap(), json!("Edi,Edi,edi"));
    window.screenshot("palette-person").await.unwrap();
    window.press("Enter").await.unwrap();
    closed(window).await;
    window.by_role("complementary", "Edith Editor").await.unwrap();
    window.press("Escape").await.unwrap();
    window.by_role("heading", "Team").await.unwrap();
    window.press("Control+k").await.unwrap();
    window.by_role("combobox", NAME).await.unwrap();
    assert_eq!(lines(window).await[0], "*Edith Editor", "a former choice");
    window.press("Escape").await.unwrap();
    closed(window).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_returns_the_focus_and_a_composition_chooses_nothing() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.by_label("Last name").await.unwrap().click().await.unwrap();
    find(window, "sett", "Settings").await;
    let composed = r#"
        for (const key of ["Enter", "ArrowDown", "Escape"]) {
            const event = new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true });
            Object.defineProperty(event, "keyCode", { value: 229 });
            document.activeElement.dispatchEvent(event);
        }
    "#;
    window.execute(composed).await.unwrap();
    assert_eq!(lines(window).await, ["*Settings"]);
    window.press("Escape").await.unwrap();
    closed(window).await;
    assert_eq!(window.focused_name().await.unwrap(), "Last name");
    window.by_label("First name").await.unwrap();
    // Nothing is searched from behind a dialog.
    window.click("button", "Change password").await.unwrap();
    window.by_label("New password").await.unwrap();
    window.press("Control+k").await.unwrap();
    assert_eq!(window.all_by_role("combobox", NAME).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_do_what_the_buttons_do() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    find(window, "dark", "Theme: Dark").await;
    window.press("Enter").await.unwrap();
    window.wait_until("the dark theme", "return document.documentElement.dataset.theme === 'dark'").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    find(window, "save", "Save changes").await;
    window.press("Enter").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    // The system's dialog for files cannot be driven, so this looks whether the input is clicked.
    let listen = "window.clicked = 0; document.querySelector('#profile-picture-file')
        .addEventListener('click', event => { event.preventDefault(); window.clicked += 1; })";
    window.execute(listen).await.unwrap();
    find(window, "change picture", "Change picture").await;
    window.press("Enter").await.unwrap();
    window.wait_until("the dialog for files", "return window.clicked === 1").await.unwrap();
    find(window, "keyb", "Keyboard shortcuts").await;
    window.press("Enter").await.unwrap();
    window.by_role("dialog", "Keyboard shortcuts").await.unwrap();
    window.press("Escape").await.unwrap();
    find(window, "history of ch", "History of changes").await;
    window.press("Enter").await.unwrap();
    window.by_role("dialog", "History of changes").await.unwrap();
    window.press("Escape").await.unwrap();
    window.see("Edith Editor").await.unwrap();
    find(window, "exp", "Export team").await;
    window.press("Enter").await.unwrap();
    window.see("Saved 5 people as").await.unwrap();
    find(window, "sign out", "Sign out").await;
    window.press("Enter").await.unwrap();
    window.by_label("Email").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_is_in_the_side_bar_the_rail_and_the_top_bar() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    for (width, height) in [(1080, 760), (800, 640), (360, 640)] {
        window.resize(width, height).await.unwrap();
        window.screenshot(&format!("palette-button-{width}")).await.unwrap();
        window.click("button", NAME).await.unwrap();
        window.by_role("combobox", NAME).await.unwrap();
        window.screenshot(&format!("palette-{width}")).await.unwrap();
        assert_eq!(window.horizontal_overflow().await.unwrap(), 0, "at {width}");
        window.press("Escape").await.unwrap();
        closed(window).await;
        assert_eq!(window.focused_name().await.unwrap(), NAME, "the focus returns to the button");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_people_are_searched_at_each_keystroke() {
    let server = Config { seed: Some(Seed::Demo { members: 5000 }), ..demo_config() };
    let world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    window.fill("Search people", "victor").await.unwrap();
    window.see("1 found").await.unwrap();
    window.press("Control+k").await.unwrap();
    window.by_role("combobox", NAME).await.unwrap();
    window.type_keys("m").await.unwrap();
    let people = "return document.querySelectorAll('.palette [role=option] .avatar').length === 8";
    window.wait_until("people", people).await.unwrap();
    window.press("Escape").await.unwrap();
    closed(window).await;
    assert_eq!(window.value_of("Search people").await.unwrap(), "victor", "the list keeps its search");
    window.see("1 found").await.unwrap();
    assert_eq!(
        window.execute("return document.querySelectorAll('[role=grid] [aria-rowindex]').length").await.unwrap(),
        Value::from(2)
    );
}
