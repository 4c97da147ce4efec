//! Each language of the interface in the real window: saving it in the profile shows it at once, a start without a network shows
//! it from the first paint on, and before the sign-in it is that of the system. LAPEL_SCREENSHOTS keeps pictures of the pages.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::Window;
use lapel_testkit::{TestError, program};
use serde_json::{Value, json};

/// The messages of a language.
struct Language {
    tag: String,
    messages: Value,
}

impl Language {
    /// All languages, English last.
    fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/messages");
        let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|file| (file.ends_with("en.json"), file.clone()));
        files.iter().map(|file| Self::read(file)).collect()
    }

    fn read(file: &Path) -> Self {
        let messages = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        Self { tag: file.file_stem().unwrap().to_str().unwrap().to_owned(), messages }
    }

    fn english() -> Self {
        Self::all().pop().unwrap()
    }

    /// A message without placeholders.
    fn text(&self, key: &str) -> &str {
        self.messages[key].as_str().unwrap()
    }

    /// The title of the window on this page.
    fn title(&self, page: &str) -> String {
        self.text("app_title").replace("{page}", self.text(page))
    }
}

/// Waits until the page is in a language, and nothing of it in the former one.
async fn see_language(world: &TestWorld, language: &Language, page: &str) {
    let window = world.window().unwrap();
    let is_shown = format!("return document.documentElement.lang === '{}'", language.tag);
    window.wait_until(&language.tag, &is_shown).await.unwrap();
    assert_eq!(window.execute("return document.title").await.unwrap(), language.title(page));
    let what = format!("a window with the title {}", language.title(page));
    let found = until(&what, PATIENCE, async || {
        let mut command = world.desktop.command("wmctrl");
        command.arg("-l");
        let windows = program::run("wmctrl", command).await?;
        match windows.lines().any(|line| line.ends_with(&language.title(page))) {
            true => Ok(Some(())),
            false => Err(TestError::TimedOut(windows)),
        }
    });
    found.await.unwrap();
}

/// Waits for the first paint, and fails if it has a text of another language.
async fn see_first_paint(window: &Window, wanted: &str, other: &str) {
    let started = Instant::now();
    loop {
        let text = window.text().await.unwrap();
        assert!(!text.contains(other), "the page was first shown in another language");
        if text.contains(wanted) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "instead of {wanted}: {text}");
    }
}

async fn choose(window: &Window, shown: &Language, wanted: &Language) {
    let field = window.by_label(shown.text("language")).await.unwrap();
    let open = "arguments[0].focus(); arguments[0].click()";
    window.execute_with(open, vec![json!(field)]).await.unwrap();
    let option = format!("document.querySelector('[role=option] [lang={}]')", wanted.tag);
    window.wait_until(&format!("{} in the list", wanted.tag), &format!("return {option} !== null")).await.unwrap();
    let press = format!(
        "for (const type of ['pointerdown', 'pointerup', 'click'])
            {option}?.closest('[role=option]').dispatchEvent(new PointerEvent(type, {{ bubbles: true, button: 0 }}))"
    );
    window.execute(&press).await.unwrap();
}

/// Saves the language in the profile.
async fn save(window: &Window, shown: &Language, wanted: &Language) {
    choose(window, shown, wanted).await;
    window.click("button", shown.text("save_changes")).await.unwrap();
    window.see(wanted.text("about_account")).await.unwrap();
}

/// Takes pictures of the pages in the present language. Leaves the profile page open.
async fn take_pictures(window: &Window, language: &Language, picture: &Path) {
    let name = |page: &str| format!("languages-{}-{page}", language.tag);
    window.screenshot(&name("profile")).await.unwrap();
    window.choose_file(language.text("choose_picture"), picture).await.unwrap();
    window.by_role("button", language.text("use_picture")).await.unwrap();
    window.screenshot(&name("editor")).await.unwrap();
    window.press("Escape").await.unwrap();
    window.wait_until_gone("button", language.text("use_picture")).await.unwrap();
    window.click("link", language.text("page_team")).await.unwrap();
    window.by_role("grid", language.text("page_team")).await.unwrap();
    window.see("Edith Editor").await.unwrap();
    window.screenshot(&name("team")).await.unwrap();
    window.click("link", language.text("page_profile")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_language_is_shown_at_once_and_from_the_first_paint_of_the_next_start() {
    let mut world = TestWorld::new().await.unwrap();
    let picture = tempfile::Builder::new().suffix(".png").tempfile().unwrap().into_temp_path();
    image::RgbImage::new(900, 700).save(&picture).unwrap();
    world.sign_in(OWNER).await.unwrap().see("Up to date").await.unwrap();
    let (english, mut shown) = (Language::english(), Language::english());
    for language in Language::all() {
        let window = world.window().unwrap();
        window.execute("window.isTheSamePage = true").await.unwrap();
        save(window, &shown, &language).await;
        see_language(&world, &language, "page_profile").await;
        assert_eq!(window.execute("return window.isTheSamePage").await.unwrap(), true, "the page was not loaded again");
        take_pictures(window, &language, &picture).await;
        shown = language;
        // A restart for every third language keeps the test short.
        if ["de", "ru", "zh"].contains(&shown.tag.as_str()) {
            window.see(shown.text("sync_fresh")).await.unwrap();
            world.close().await.unwrap();
            world.proxy.always(Fault::Offline).await;
            let window = world.open().await.unwrap();
            see_first_paint(window, shown.text("about_account"), english.text("about_account")).await;
            see_language(&world, &shown, "page_profile").await;
            world.proxy.always(Fault::Pass).await;
            let window = world.window().unwrap();
            window.see(shown.text("sync_fresh")).await.unwrap();
        }
    }
    let client = world.other_client(OWNER).await.unwrap();
    assert_eq!(client.field("language").await.unwrap(), "en");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preference_switches_the_language_at_once_and_keeps_what_is_typed() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    let mut shown = Language::english();
    for language in Language::all() {
        let radio = format!("return document.querySelector('input[name=language][value={}]')", language.tag);
        let radio = window.execute(&radio).await.unwrap();
        window.execute_with("arguments[0].click()", vec![radio]).await.unwrap();
        see_language(&world, &language, "page_settings").await;
        window.screenshot(&format!("languages-{}-settings", language.tag)).await.unwrap();
        shown = language;
    }
    window.click("link", shown.text("page_profile")).await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    window.see("1 change not saved").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_sign_in_the_language_is_that_of_the_system() {
    let mut world = TestWorld::new().await.unwrap();
    let regions = [("de", "de_CH.UTF-8"), ("pt", "pt_BR.UTF-8"), ("zh", "zh_CN.UTF-8"), ("ru", "ru_RU.UTF-8")];
    for language in Language::all() {
        world.close().await.unwrap();
        let system =
            regions.iter().find(|(tag, _)| *tag == language.tag).map_or(language.tag.as_str(), |(_, name)| name);
        for variable in ["LANG", "LANGUAGE"] {
            world.set_env(variable, system);
        }
        let window = world.open().await.unwrap();
        window.see(language.text("sign_in_title")).await.unwrap();
        see_language(&world, &language, "sign_in").await;
        world.window().unwrap().screenshot(&format!("languages-{}-sign-in", language.tag)).await.unwrap();
    }
    world.close().await.unwrap();
    world.set_env("LANGUAGE", "tlh");
    world.open().await.unwrap();
    see_language(&world, &Language::english(), "sign_in").await;
}
