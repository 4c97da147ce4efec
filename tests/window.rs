//! The native window: geometry, closing, and one window per data folder.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::program::Program;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::window::{Signal, binary};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn position_and_size_are_restored() {
    let mut world = TestWorld::new().await.unwrap();
    let app = *world.window().unwrap().app();
    app.set_geometry(&world.desktop, (140, 90), (840, 640)).await.unwrap();
    let before = app.geometry(&world.desktop).await.unwrap();
    assert!(before.contains("840x640"), "{before}");
    world.close().await.unwrap();
    let app = *world.open().await.unwrap().app();
    assert_eq!(app.geometry(&world.desktop).await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_with_unsaved_changes_asks_nothing_and_keeps_the_last_input() {
    let mut world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.fill("Last name", "Typed at the last moment").await.unwrap();
    window.app().request_close(&world.desktop).await.unwrap();
    window.app().wait_for_exit().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("2 changes not saved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    assert_eq!(window.value_of("Last name").await.unwrap(), "Typed at the last moment");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_asks_if_the_draft_could_not_be_stored() {
    let mut world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    // Another program that holds the database: nothing can be written.
    let database = rusqlite::Connection::open(world.desktop.home().data_dir().join("lapel.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.app().request_close(&world.desktop).await.unwrap();
    window.see_within("couldn't be stored on this computer", Duration::from_secs(40)).await.unwrap();
    window.screenshot("close-lost").await.unwrap();
    window.click("button", "Keep editing").await.unwrap();
    window.wait_until_text_gone("You have unsaved changes").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    // Once it can be stored, closing asks nothing.
    database.execute_batch("ROLLBACK").unwrap();
    window.app().request_close(&world.desktop).await.unwrap();
    window.app().wait_for_exit().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("1 change not saved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_that_ends_the_app_keeps_the_last_input_and_the_place_of_the_window() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    for (signal, typed, place) in
        [(Signal::TERM, "Sigterm", 120), (Signal::INT, "Interrupt", 150), (Signal::HUP, "Hangup", 180)]
    {
        let app = *world.window().unwrap().app();
        app.set_geometry(&world.desktop, (place, 90), (840, 640)).await.unwrap();
        let before = app.geometry(&world.desktop).await.unwrap();
        world.window().unwrap().fill("Last name", typed).await.unwrap();
        world.end(signal).await.unwrap();
        world.open().await.unwrap();
        let window = world.window().unwrap();
        window.see("1 change not saved").await.unwrap();
        assert_eq!(window.value_of("Last name").await.unwrap(), typed);
        assert_eq!(window.app().geometry(&world.desktop).await.unwrap(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_hangs_or_is_gone_does_not_stop_a_signal_from_ending_the_app() {
    let mut world = TestWorld::new().await.unwrap();
    for page in [Signal::STOP, Signal::KILL] {
        let app = *world.window().unwrap().app();
        app.signal_page(page).unwrap();
        let start = Instant::now();
        world.end(Signal::TERM).await.unwrap();
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        world.open().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_data_folder_opens_a_second_window() {
    let world = TestWorld::new().await.unwrap();
    let other_folder = world.desktop.home().root().join("lapel").join("other");
    let mut command = world.desktop.command(binary().unwrap());
    command.env("LAPEL_DATA_DIR", &other_folder);
    let mut second = Program::start_with_piped_stderr("a second Lapel", command).unwrap();
    second.wait_for_stderr("painted").await.unwrap();
    assert!(other_folder.join("lapel.db").is_file());
    world.window().unwrap().by_label("Email").await.unwrap();
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_the_data_folder_brings_the_window_forward() {
    let world = TestWorld::new().await.unwrap();
    let (root, folder) = (world.desktop.home().root(), world.desktop.home().data_dir());
    std::os::unix::fs::symlink(&folder, root.join("link")).unwrap();
    let folder = folder.display();
    for spelling in [format!("{folder}/"), format!("{folder}/../lapel"), format!("{}/link", root.display())] {
        let mut command = world.desktop.command(binary().unwrap());
        command.env("LAPEL_DATA_DIR", &spelling);
        let mut second = Program::start_with_piped_stderr("a second Lapel", command).unwrap();
        let code = second.wait_for_exit(Duration::from_secs(15)).await.unwrap();
        assert_eq!(code, Some(0), "{spelling} opens a second window");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maximized_window_is_restored_maximized_and_keeps_its_normal_size() {
    let mut world = TestWorld::new().await.unwrap();
    let app = *world.window().unwrap().app();
    let normal = app.geometry(&world.desktop).await.unwrap();
    let size = |geometry: &str| geometry.rsplit(' ').next().unwrap_or_default().to_owned();
    app.maximize(&world.desktop, true).await.unwrap();
    world.close().await.unwrap();
    let app = *world.open().await.unwrap().app();
    assert_ne!(size(&app.geometry(&world.desktop).await.unwrap()), size(&normal), "not maximized after the restart");
    app.maximize(&world.desktop, false).await.unwrap();
    assert_eq!(size(&app.geometry(&world.desktop).await.unwrap()), size(&normal));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_unusable_data_folder_the_window_opens_and_writes_nothing() {
    let world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    let blocking_file = world.desktop.home().root().join("a-file");
    std::fs::write(&blocking_file, "unchanged").unwrap();
    let temporary = world.desktop.home().root().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    for folder in [blocking_file.clone(), blocking_file.join("below"), "/proc/nowhere".into()] {
        let mut command = world.desktop.command(binary().unwrap());
        command.env("LAPEL_DATA_DIR", &folder);
        command.env("HOME", "/proc/nowhere").env("XDG_DATA_HOME", "/proc/nowhere").env("TMPDIR", &temporary);
        // Without the driver, which needs a usable web view folder.
        let mut app = Program::start_with_piped_stderr("Lapel", command).unwrap();
        app.wait_for_stderr("painted").await.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        app.stop().await;
    }
    assert_eq!(std::fs::read_to_string(blocking_file).unwrap(), "unchanged");
    assert_eq!(std::fs::read_dir(temporary).unwrap().count(), 0);
}

/// The name that the kept page shows, and how often the real page has its field.
const KEPT_NAME: &str = "const kept = document.createElement('div');
    kept.innerHTML = JSON.parse(window.__LAPEL__.firstPage ?? '{\"html\":\"\"}').html;
    const name = kept.querySelector('#profile-firstName')?.getAttribute('value') ?? null;
    return [name, document.querySelectorAll('#profile-firstName').length, document.getElementById('app').inert]";

#[tokio::test(flavor = "multi_thread")]
async fn the_next_start_shows_the_kept_page_until_the_real_one_takes_its_place() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap().see("Up to date").await.unwrap();
    world.close().await.unwrap();
    let window = world.open().await.unwrap();
    assert_eq!(window.execute(KEPT_NAME).await.unwrap(), json!(["Olivia", 1, false]));
    window.see("Up to date").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    world.close().await.unwrap();
    // The page with the former name must not appear again, whether or not the one with the new name was kept.
    let kept = world.open().await.unwrap().execute(KEPT_NAME).await.unwrap();
    assert!(kept == json!(["Olga", 1, false]) || kept == json!([null, 1, false]), "{kept}");
}
