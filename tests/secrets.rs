//! No secret in files, logs or the page, and no files outside of the data folder.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::other_client::{DEMO_PASSWORD, OtherClient};
use lapel_testkit::search::{files_with, text_with};
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};

/// Unlike the demo password, this one does not occur in the app's code.
const PASSWORD: &str = "Quiet-Heron-4711";

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_in_no_file_log_or_page_and_no_file_is_outside_the_data_folder() {
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    // The most verbose log of the app and its libraries.
    world.set_env("LAPEL_LOG", "trace");
    world.open().await.unwrap();
    world.other_client(OWNER).await.unwrap().change_password(DEMO_PASSWORD, PASSWORD).await.unwrap();
    let window = world.window().unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    assert!(!text_with(&window.page_memory().await.unwrap(), &[PASSWORD]), "the page contains the password");
    // Force a token refresh, so that the search also covers the refreshed tokens.
    world.sandbox().unwrap().expire_access_tokens().await.unwrap();
    window.refresh().await.unwrap();
    window.see("Up to date").await.unwrap();
    let tokens = world.desktop.keyring().unwrap().secrets(&world.desktop).await.unwrap();
    let tokens: Vec<&str> =
        tokens.iter().flat_map(|secret| secret.split('"')).filter(|word| word.len() >= 24).collect();
    assert!(!tokens.is_empty(), "the keyring contains no token to search for");
    let mut secrets = tokens;
    secrets.push(PASSWORD);
    assert!(!text_with(&window.page_memory().await.unwrap(), &secrets), "the page contains a secret");
    assert_eq!(window.web_storage_entries().await.unwrap(), Vec::<String>::new(), "the page stores something");
    assert!(!text_with(&window.log_text(), &secrets), "the log contains a secret");
    world.kill().await.unwrap();
    world.open().await.unwrap().see("Up to date").await.unwrap();
    world.close().await.unwrap();
    let home = world.desktop.home();
    assert_eq!(files_with(&home.data_dir(), &secrets).unwrap(), Vec::<String>::new());
    assert_eq!(home.unexpected_files().unwrap(), Vec::<String>::new());
    // The password is still valid, so the search used the right value.
    OtherClient::sign_in(&world.sandbox().unwrap().base_url(), OWNER, PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_deletes_the_keyring_entry_and_ends_the_session() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let keyring = world.desktop.keyring().unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 1);
    let mark = world.proxy.mark();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.by_label("Email").await.unwrap();
    world.proxy.wait_for(mark, "POST", "/v1/auth/logout").await.unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 0);
}
