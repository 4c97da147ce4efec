//! The window itself: where it stands, how it closes, and that each data folder has its own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::program::Program;
use lapel_testkit::stage::{OWNER, Stage, demo};
use lapel_testkit::window::binary;

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_back_where_it_was_and_as_large_as_it_was() {
    let mut stage = Stage::new().await.unwrap();
    let app = *stage.window().unwrap().app();
    app.place(&stage.desktop, (140, 90), (840, 640)).await.unwrap();
    let before = app.geometry(&stage.desktop).await.unwrap();
    assert!(before.contains("840x640"), "{before}");
    stage.close().await.unwrap();
    let app = *stage.open().await.unwrap().app();
    assert_eq!(app.geometry(&stage.desktop).await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_with_unsaved_changes_asks_and_what_was_typed_last_is_kept() {
    let mut stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.app().ask_to_close(&stage.desktop).await.unwrap();
    window.see("You have unsaved changes").await.unwrap();
    window.click("button", "Keep editing").await.unwrap();
    window.see_no_more("You have unsaved changes").await.unwrap();
    window.fill("Last name", "Typed at the last moment").await.unwrap();
    window.app().ask_to_close(&stage.desktop).await.unwrap();
    window.click_the_last("button", "Close and keep the draft").await.unwrap();
    window.app().gone().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("2 changes not saved").await.unwrap();
    assert_eq!(window.value_of("Last name").await.unwrap(), "Typed at the last moment");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_data_folder_opens_a_window_of_its_own_beside_it() {
    let stage = Stage::new().await.unwrap();
    let elsewhere = stage.desktop.home().root().join("lapel").join("elsewhere");
    let mut command = stage.desktop.command(binary().unwrap());
    command.env("LAPEL_DATA_DIR", &elsewhere);
    let mut second = Program::start_heard("a second Lapel", command).unwrap();
    second.heard("painted").await.unwrap();
    assert!(elsewhere.join("lapel.db").is_file());
    stage.window().unwrap().by_label("Email").await.unwrap();
    second.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn maximised_it_comes_back_maximised_and_keeps_the_size_it_had_before() {
    let mut stage = Stage::new().await.unwrap();
    let app = *stage.window().unwrap().app();
    let normal = app.geometry(&stage.desktop).await.unwrap();
    let size = |geometry: &str| geometry.rsplit(' ').next().unwrap_or_default().to_owned();
    app.maximise(&stage.desktop, true).await.unwrap();
    stage.close().await.unwrap();
    let app = *stage.open().await.unwrap().app();
    assert_ne!(size(&app.geometry(&stage.desktop).await.unwrap()), size(&normal), "maximised again");
    app.maximise(&stage.desktop, false).await.unwrap();
    assert_eq!(size(&app.geometry(&stage.desktop).await.unwrap()), size(&normal));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_usable_data_folder_it_opens_all_the_same_and_touches_nothing() {
    let stage = Stage::without_window(KeyringAtStart::Unlocked, demo()).await.unwrap();
    let in_the_way = stage.desktop.home().root().join("a-file");
    std::fs::write(&in_the_way, "in the way").unwrap();
    for folder in [in_the_way.clone(), in_the_way.join("below"), "/proc/nowhere".into()] {
        let mut command = stage.desktop.command(binary().unwrap());
        command.env("LAPEL_DATA_DIR", &folder);
        // Not under the driver, which cannot do without a folder for the web view.
        let mut app = Program::start_heard("Lapel", command).unwrap();
        app.heard("painted").await.unwrap_or_else(|trouble| panic!("{}: {trouble}", folder.display()));
        app.end().await;
    }
    assert_eq!(std::fs::read_to_string(in_the_way).unwrap(), "in the way");
}
