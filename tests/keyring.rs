//! A real keyring that is absent, locked, or without the app's entry. The cached profile stays readable.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::other_client::DEMO_PASSWORD;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use sha2::{Digest, Sha256};

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_restores_the_session_from_the_keyring() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.close().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("Up to date").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_the_data_folder_finds_the_session() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    let (root, folder) = (world.desktop.home().root().to_owned(), world.desktop.home().data_dir());
    std::os::unix::fs::symlink(&folder, root.join("link")).unwrap();
    let folder = folder.display();
    for spelling in [format!("{folder}/"), format!("{}/link", root.display()), format!("{folder}/../lapel")] {
        world.close().await.unwrap();
        world.set_env("LAPEL_DATA_DIR", &spelling);
        let window = world.open().await.unwrap();
        window.see("Up to date").await.unwrap_or_else(|error| panic!("{spelling}: {error}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_stored_under_the_given_spelling_is_found_and_moves_to_the_real_one() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.close().await.unwrap();
    let given = format!("{}/", world.desktop.home().data_dir().display());
    world.desktop.keyring().unwrap().rename_services(&world.desktop, &service_of(&given)).await.unwrap();
    world.set_env("LAPEL_DATA_DIR", &given);
    world.open().await.unwrap().see("Up to date").await.unwrap();
}

/// The service name that is derived from the spelling of a data folder.
fn service_of(folder: &str) -> String {
    let digest = Sha256::digest(folder);
    format!("Lapel {}", digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_keyring_entry_shows_the_sign_in_dialog_over_the_cached_profile() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.close().await.unwrap();
    world.desktop.keyring().unwrap().delete_all_entries(&world.desktop).await.unwrap();
    let window = world.open().await.unwrap();
    window.see("Your sign-in is missing from this computer's keyring").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_reported_and_unlocking_it_continues_the_session() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.close().await.unwrap();
    world.desktop.keyring().unwrap().lock(&world.desktop).await.unwrap();
    let window = world.open().await.unwrap();
    window.see("This computer's keyring is locked").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    world.desktop.keyring().unwrap().unlock(&world.desktop).await.unwrap();
    let window = world.window().unwrap();
    window.click("button", "Unlock and try again").await.unwrap();
    window.see("Up to date").await.unwrap();
    window.wait_until_text_gone("is locked").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_session_lasts_until_the_app_closes_and_the_settings_say_so() {
    let mut world = TestWorld::with(KeyringAtStart::Absent, demo_config()).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.see("Only in memory").await.unwrap();
    world.close().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("This computer has no keyring").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_starts_later_is_used_without_a_restart() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.close().await.unwrap();
    world.desktop.stop_keyring().await;
    let window = world.open().await.unwrap();
    window.see("This computer has no keyring").await.unwrap();
    world.desktop.start_keyring().await.unwrap();
    let keyring = world.desktop.keyring().unwrap();
    keyring.delete_all_entries(&world.desktop).await.unwrap();
    let window = world.window().unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_entries_of_the_keyring_are_reported_and_the_surplus_is_removed_after_a_click() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.close().await.unwrap();
    let keyring = world.desktop.keyring().unwrap();
    keyring.copy_all_entries(&world.desktop).await.unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 2);
    let window = world.open().await.unwrap();
    window.see("The keyring has several entries for your sign-in").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    let keyring = world.desktop.keyring().unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 2);
    let window = world.window().unwrap();
    window.click("button", "Remove extra entries").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_removes_two_entries_of_the_keyring_after_a_click() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let keyring = world.desktop.keyring().unwrap();
    keyring.copy_all_entries(&world.desktop).await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.see("several entries for your sign-in").await.unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 2);
    window.click("button", "Remove extra entries").await.unwrap();
    window.wait_until_text_gone("several entries").await.unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_default_keyring_the_page_says_how_to_make_one_and_then_stores_the_sign_in() {
    let mut world = TestWorld::with(KeyringAtStart::NotSetUp, demo_config()).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.see("You'll need a keyring to stay signed in").await.unwrap();
    window.click("button", "Details").await.unwrap();
    window.see("no keyring has been created on this computer yet").await.unwrap();
    window.press("Escape").await.unwrap();
    // The service creates a keyring when it starts with a password.
    world.desktop.stop_keyring().await;
    world.desktop.start_keyring().await.unwrap();
    let (window, keyring) = (world.window().unwrap(), world.desktop.keyring().unwrap());
    window.click("button", "Try again").await.unwrap();
    window.wait_until_text_gone("need a keyring").await.unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 1);
}
