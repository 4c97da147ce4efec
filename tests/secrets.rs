//! Where secrets may be, and what else the app leaves behind: nothing outside of its folder, no secret within.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::person::{DEMO_PASSWORD, Person};
use lapel_testkit::search::{files_with, text_with};
use lapel_testkit::stage::{OWNER, Stage, demo};

/// Unlike the demo's own, it stands nowhere in the app.
const PASSWORD: &str = "Quiet-Heron-4711";

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_of_use_no_secret_is_in_any_file_log_or_page_and_no_file_is_elsewhere() {
    let mut stage = Stage::without_window(KeyringAtStart::Unlocked, demo()).await.unwrap();
    // Whatever the app and its parts can be made to say.
    stage.set("LAPEL_LOG", "trace");
    stage.open().await.unwrap();
    stage.person(OWNER).await.unwrap().change_password(DEMO_PASSWORD, PASSWORD).await.unwrap();
    let window = stage.window().unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    assert!(!text_with(&window.everything_held().await.unwrap(), &[PASSWORD]), "the page holds the password");
    // The tokens that the app got are renewed now, so that both kinds have been in use.
    stage.sandbox().unwrap().expire_access_tokens().await.unwrap();
    window.click("button", "Refresh").await.unwrap();
    window.see("Up to date").await.unwrap();
    let tokens = stage.desktop.keyring().unwrap().secrets(&stage.desktop).await.unwrap();
    let tokens: Vec<&str> = tokens.iter().flat_map(|kept| kept.split('"')).filter(|word| word.len() >= 24).collect();
    assert!(!tokens.is_empty(), "the keyring holds no token, so this test would look for nothing");
    let mut secrets = tokens;
    secrets.push(PASSWORD);
    assert!(!text_with(&window.everything_held().await.unwrap(), &secrets), "the page holds a secret");
    assert_eq!(window.stored().await.unwrap(), Vec::<String>::new(), "the page stores something");
    assert!(!text_with(&window.log_text(), &secrets), "the log holds a secret");
    stage.kill().await.unwrap();
    stage.open().await.unwrap().see("Up to date").await.unwrap();
    stage.close().await.unwrap();
    let home = stage.desktop.home();
    assert_eq!(files_with(&home.data_dir(), &secrets).unwrap(), Vec::<String>::new());
    assert_eq!(home.unexpected_files().unwrap(), Vec::<String>::new());
    // The password still is the password: the search above looked for the right thing.
    Person::sign_in(&stage.sandbox().unwrap().base_url(), OWNER, PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_takes_the_entry_out_of_the_keyring_and_ends_the_session() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let keyring = stage.desktop.keyring().unwrap();
    assert_eq!(keyring.count(&stage.desktop).await.unwrap(), 1);
    let mark = stage.proxy.mark();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.by_label("Email").await.unwrap();
    stage.proxy.wait_for(mark, "POST", "/v1/auth/logout").await.unwrap();
    assert_eq!(keyring.count(&stage.desktop).await.unwrap(), 0);
}
