//! The real keyring: absent, locked, or without its entry. Three sentences, and the cached profile stays readable.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::person::DEMO_PASSWORD;
use lapel_testkit::stage::{OWNER, Stage, demo};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_after_a_restart_from_the_keyring() {
    let mut stage = Stage::new().await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    stage.close().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("Up to date").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_lost_asks_to_sign_in_again_over_the_cached_profile() {
    let mut stage = Stage::new().await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    stage.close().await.unwrap();
    stage.desktop.keyring().unwrap().forget_all(&stage.desktop).await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("Your sign-in is not in the keyring of this computer").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_said_and_unlocking_goes_on() {
    let mut stage = Stage::new().await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    stage.close().await.unwrap();
    stage.desktop.keyring().unwrap().lock(&stage.desktop).await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("keyring of this computer is locked").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    stage.desktop.keyring().unwrap().unlock(&stage.desktop).await.unwrap();
    let window = stage.window().unwrap();
    window.click("button", "Unlock and try again").await.unwrap();
    window.see("Up to date").await.unwrap();
    window.see_no_more("is locked").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_sign_in_lasts_until_the_app_is_closed_and_it_says_so() {
    let mut stage = Stage::with(KeyringAtStart::Absent, demo()).await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.see("Only in memory").await.unwrap();
    stage.close().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("This computer has no keyring").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_comes_up_later_is_used_without_a_restart() {
    let mut stage = Stage::new().await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    stage.close().await.unwrap();
    stage.desktop.end_keyring().await;
    let window = stage.open().await.unwrap();
    window.see("This computer has no keyring").await.unwrap();
    stage.desktop.start_keyring().await.unwrap();
    let keyring = stage.desktop.keyring().unwrap();
    keyring.forget_all(&stage.desktop).await.unwrap();
    let window = stage.window().unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(keyring.count(&stage.desktop).await.unwrap(), 1);
}
