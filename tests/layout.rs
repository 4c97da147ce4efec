//! Every screen in small and zoomed windows, in short and long languages, and mirrored: nothing is lost, cut off or scrolls
//! sideways.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::Duration;

use lapel_testkit::desktop::{KeyringAtStart, Screen};
use lapel_testkit::other_client::{DEMO_PASSWORD, two_factor_code};
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::window::Window;
use serde_json::json;

const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

const MEASURE: &str = include_str!("layout/measure.js");

/// Zoomed windows: size in pixels, zoom in percent, languages. The first one is 320 CSS pixels wide, the second one as wide as
/// the first window of a new user. German and Russian have the longest texts.
const WINDOWS: [(u32, u32, u32, &[&str]); 2] = [(640, 960, 200, &["en", "es", "de", "ru"]), (1080, 760, 200, &["de"])];

/// The sizes of windows that are not zoomed, for texts that are longer than those of any language.
const SIZES: [(u32, u32); 2] = [(1080, 760), (360, 760)];

const PSEUDO: &str = include_str!("layout/pseudo.js");

/// Collects the problems of all screens, so that one run shows all of them.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    /// Measures the present screen in all windows and languages. Leaves it in English, without zoom, at 1080 x 760.
    async fn measure(&mut self, window: &Window, screen: &str) {
        for (width, height, zoom, languages) in WINDOWS {
            window.resize(width, height).await.unwrap();
            for language in languages {
                set(window, zoom, language).await;
                wait_for_width(window, width * 100 / zoom).await;
                self.look(window, &format!("{screen}-{language}-{}", width * 100 / zoom)).await;
            }
        }
        self.measure_long_texts(window, screen).await;
        set(window, 100, "en").await;
        window.resize(1080, 760).await.unwrap();
        wait_for_width(window, 1080).await;
    }

    /// Measures the present screen with texts that are 40 % longer than in English, from left to right and mirrored.
    async fn measure_long_texts(&mut self, window: &Window, screen: &str) {
        let file = english_file();
        window.execute_with(PSEUDO, vec![json!(format!("/{file}"))]).await.unwrap();
        window.wait_until("longer texts", "return window.pseudo === 'ready'").await.unwrap();
        // The page reads the texts again only if the language changes.
        set(window, 100, "es").await;
        set(window, 100, "en").await;
        for (width, height) in SIZES {
            window.resize(width, height).await.unwrap();
            wait_for_width(window, width).await;
            for direction in ["rtl", "ltr"] {
                window.execute(&format!("document.documentElement.dir = '{direction}'")).await.unwrap();
                self.look(window, &format!("{screen}-long-{direction}-{width}")).await;
            }
        }
        window.execute("Object.assign(window.pseudoTexts, window.originalTexts)").await.unwrap();
        set(window, 100, "es").await;
    }

    /// Measures the present screen as it is.
    async fn look(&mut self, window: &Window, screen: &str) {
        settle(window).await;
        window.screenshot(&format!("layout-{screen}")).await.unwrap();
        let found = window.execute(MEASURE).await.unwrap();
        self.0.extend(found.as_array().unwrap().iter().map(|problem| format!("{screen}: {problem}")));
    }

    fn expect_none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// The name of the built file with the English messages.
fn english_file() -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/dist");
    let names = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.into_iter().find(|name| name.starts_with("en-")).expect("the page is built")
}

/// Sets zoom and language as the settings do, but without leaving the screen.
async fn set(window: &Window, zoom: u32, language: &str) {
    let script = "const [zoom, language] = arguments;
        const preferences = { theme: 'system', zoom, language, loadRemotePictures: true, lastServer: null };
        void window.__TAURI_INTERNALS__.invoke('set_preferences', { preferences })";
    window.execute_with(script, vec![json!(zoom), json!(language)]).await.unwrap();
    let shown = format!("return document.documentElement.lang === '{language}'");
    window.wait_until(language, &shown).await.unwrap();
}

async fn wait_for_width(window: &Window, width: u32) {
    let has_width = format!("return Math.abs(innerWidth - {width}) < 2");
    window.wait_until(&format!("a width of {width}"), &has_width).await.unwrap();
    settle(window).await;
}

/// Waits until the page is laid out for its present size, with no animation in progress.
async fn settle(window: &Window) {
    // Components that measure themselves do so in the next frame.
    let settle = "window.settled = false;
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => (window.settled = true))))";
    window.execute(settle).await.unwrap();
    let settled = "return window.settled && document.getAnimations().every(({ effect }) =>
        effect.getComputedTiming().endTime === Infinity)";
    window.wait_until("a settled page", settled).await.unwrap();
}

/// Activates an element. A click of the driver misses its target when the page is scaled.
async fn press(window: &Window, role: &str, name: &str) {
    let element = window.by_role(role, name).await.unwrap();
    window.execute_with("arguments[0].click()", vec![json!(element)]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_before_the_sign_in() {
    let mut world = TestWorld::new().await.unwrap();
    let mut problems = Problems::default();
    let window = world.window().unwrap();
    problems.measure(window, "sign-in").await;
    window.click("button", "Forgot password?").await.unwrap();
    window.by_role("dialog", "").await.unwrap();
    problems.measure(window, "forgotten").await;
    window.press("Escape").await.unwrap();
    window.click("button", "Use an API token instead").await.unwrap();
    problems.measure(window, "token").await;
    window.choose("Server", "Demo on this computer").await.unwrap();
    problems.measure(window, "sign-in-demo").await;
    world.close().await.unwrap();
    world.open().await.unwrap();
    let window = world.window().unwrap();
    window.choose("Server", "Other server...").await.unwrap();
    problems.measure(window, "sign-in-other").await;
    problems.expect_none();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_an_account_and_their_dialogs() {
    let world = TestWorld::new().await.unwrap();
    let mut problems = Problems::default();
    let window = world.sign_in(OWNER).await.unwrap();
    window.see("Up to date").await.unwrap();
    problems.measure(window, "profile").await;
    window.open_account().await.unwrap();
    problems.measure(window, "account").await;
    window.press("Escape").await.unwrap();
    window.click("button", "Change password").await.unwrap();
    problems.measure(window, "password").await;
    window.press("Escape").await.unwrap();
    window.click("button", "Forgot password?").await.unwrap();
    problems.measure(window, "forgotten-signed-in").await;
    window.press("Escape").await.unwrap();
    window.picture_menu("Link to a picture").await.unwrap();
    window.by_label("Picture URL").await.unwrap();
    problems.measure(window, "link").await;
    let picture = tempfile::Builder::new().suffix(".png").tempfile().unwrap().into_temp_path();
    image::RgbImage::new(900, 700).save(&picture).unwrap();
    window.choose_file("Choose picture", &picture).await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    problems.measure(window, "editor").await;
    window.press("Escape").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    problems.measure(window, "settings").await;
    window.click("link", "Profile").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    problems.measure(window, "unsaved").await;
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    problems.measure(window, "saved").await;
    problems.expect_none();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_states_of_changes() {
    let world = TestWorld::new().await.unwrap();
    let mut problems = Problems::default();
    let window = world.sign_in(OWNER).await.unwrap();
    window.see("Up to date").await.unwrap();
    let refused = "The first name must not contain a comma, a semicolon or a colon on this server";
    world.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, refused));
    window.fill("First name", "A long name, refused by the server").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see(refused).await.unwrap();
    problems.measure(window, "refused").await;
    world.proxy.always(Fault::Offline).await;
    window.fill("Last name", "Of-This-Computer-And-Long-Enough-To-Be-Cut").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Will sync automatically").await.unwrap();
    problems.measure(window, "waiting").await;
    window.open_account().await.unwrap();
    problems.measure(window, "account-waiting").await;
    window.press("Escape").await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    client.change(json!({ "lastName": "Somebody else has chosen this other long name" })).await.unwrap();
    world.proxy.always(Fault::Pass).await;
    window.click("button", "Try again").await.unwrap();
    window.by_role("button", "Keep mine").await.unwrap();
    problems.measure(window, "conflict").await;
    world.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.refresh().await.unwrap();
    window.by_role("dialog", "Sign in again").await.unwrap();
    problems.measure(window, "sign-in-again").await;
    window.click("button", "Later").await.unwrap();
    window.see("Your session has ended").await.unwrap();
    problems.measure(window, "strip").await;
    problems.expect_none();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_team_and_its_dialogs() {
    let world = TestWorld::new().await.unwrap();
    let mut problems = Problems::default();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.by_role("grid", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    problems.measure(window, "team").await;
    window.click("button", "Edith Editor").await.unwrap();
    window.by_role("complementary", "Edith Editor").await.unwrap();
    problems.measure(window, "person").await;
    window.click("button", "Edit profile").await.unwrap();
    window.by_label("First name").await.unwrap();
    problems.measure(window, "person-edit").await;
    window.click("button", "Role in Acme Industries Editor").await.unwrap();
    window.by_role("menuitemradio", "Admin").await.unwrap();
    problems.measure(window, "role").await;
    window.press("Escape").await.unwrap();
    window.click("button", "Close").await.unwrap();
    window.click("button", "Filter").await.unwrap();
    window.see("Without single sign-on").await.unwrap();
    problems.measure(window, "filter").await;
    window.click("button", "Done").await.unwrap();
    window.click("button", "Sort by: owners first").await.unwrap();
    window.by_role("menuitemradio", "Oldest first").await.unwrap();
    problems.measure(window, "orders").await;
    window.press("Escape").await.unwrap();
    window.click_label("Select all").await.unwrap();
    problems.measure(window, "selection").await;
    window.click("button", "Tags…").await.unwrap();
    window.by_label("Add tags").await.unwrap();
    problems.measure(window, "tags").await;
    window.click("button", "Cancel").await.unwrap();
    window.click("button", "Change role…").await.unwrap();
    window.click("menuitemradio", "Viewer").await.unwrap();
    window.by_role("dialog", "Change roles").await.unwrap();
    problems.measure(window, "batch").await;
    window.press("Escape").await.unwrap();
    window.click("button", "More for the team").await.unwrap();
    window.click("menuitem", "History").await.unwrap();
    window.by_label("Search history").await.unwrap();
    problems.measure(window, "history").await;
    problems.expect_none();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_about_two_factor() {
    let world = TestWorld::new().await.unwrap();
    let mut problems = Problems::default();
    let window = world.enter_password("twofactor@example.com").await.unwrap();
    window.by_label("Two-factor code").await.unwrap();
    window.type_keys(&two_factor_code().unwrap()).await.unwrap();
    window.click("button", "Remove two-factor").await.unwrap();
    window.by_label("Password").await.unwrap();
    problems.measure(window, "two-factor").await;
    problems.expect_none();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_questions_before_something_is_lost() {
    let world = TestWorld::new().await.unwrap();
    let mut problems = Problems::default();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.see("These changes haven't been sent to the server and will be lost:").await.unwrap();
    problems.measure(window, "sign-out").await;
    window.press("Escape").await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    // Three changes fail: one notice with all of them.
    world.proxy.every_nth_on(1, "PUT", COLLABORATORS, Fault::refused(400, 5120, "Not on a Wednesday"));
    for (role, name) in [("Editor", "Edith Editor"), ("Editor", "Tomas Twofactor"), ("Admin", "Adam Admin")] {
        window.click("button", &format!("{role}, role of {name}")).await.unwrap();
        window.click("menuitemradio", "Unassigned").await.unwrap();
        window.by_role("button", &format!("{role}, role of {name}")).await.unwrap();
    }
    window.see("3 changes failed").await.unwrap();
    window.click("button", "Show all").await.unwrap();
    window.see("Tomas Twofactor: The server refused this: Not on a Wednesday").await.unwrap();
    problems.measure(window, "failures").await;
    world.proxy.clear_rules();
    window.click_last("button", "Close").await.unwrap();
    world.proxy.every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_secs(30)));
    window.click_label("Select all").await.unwrap();
    window.click("button", "Change role…").await.unwrap();
    window.click("menuitemradio", "Unassigned").await.unwrap();
    window.click("button", "Change 4 roles").await.unwrap();
    window.by_role("button", "Cancel the rest").await.unwrap();
    window.app().request_close(&world.desktop).await.unwrap();
    window.see("The team is still being changed").await.unwrap();
    problems.measure(window, "leave").await;
    problems.expect_none();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_with_larger_texts_of_the_system() {
    let mut problems = Problems::default();
    for (text_dpi, scale) in [(Some(120), "1"), (Some(192), "1"), (None, "2")] {
        let screen = Screen { size: (2400, 1800), text_dpi, ..Screen::default() };
        let mut world = TestWorld::on_screen(&screen, KeyringAtStart::Unlocked, demo_config()).await.unwrap();
        world.set_env("GDK_SCALE", scale);
        world.open().await.unwrap();
        let name = format!("{}dpi-scale{scale}", text_dpi.unwrap_or(96));
        let window = world.window().unwrap();
        wait_for_width(window, 1080).await;
        problems.look(window, &format!("sign-in-{name}")).await;
        for (label, text) in [("Email", OWNER), ("Password", DEMO_PASSWORD)] {
            let field = window.by_label(label).await.unwrap();
            let enter = "arguments[0].focus(); document.execCommand('insertText', false, arguments[1])";
            window.execute_with(enter, vec![json!(field), json!(text)]).await.unwrap();
        }
        press(window, "button", "Sign in").await;
        window.see("Up to date").await.unwrap();
        for smallest in [false, true] {
            if smallest {
                window.app().shrink(&world.desktop).await.unwrap();
                wait_for_width(window, 360).await;
            }
            for page in ["Team", "Settings", "Profile"] {
                press(window, "link", page).await;
                window
                    .wait_until(page, &format!("return [...document.querySelectorAll('#content h1')].find(h => !h.closest('[inert]')).innerText === '{page}'"))
                    .await
                    .unwrap();
                problems
                    .look(window, &format!("{page}-{name}-{}", if smallest { "smallest" } else { "initial" }))
                    .await;
            }
        }
    }
    problems.expect_none();
}
