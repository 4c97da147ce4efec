//! The profile in the real window: each field is edited as a person does and read back by another client.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::stage::{OWNER, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_name_reaches_the_server_and_is_shown() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Ólga").await.unwrap();
    window.fill("Last name", "O’Neil").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Ólga O’Neil").await.unwrap();
    let person = stage.person(OWNER).await.unwrap();
    assert_eq!(person.field("firstName").await.unwrap(), "Ólga");
    assert_eq!(person.field("lastName").await.unwrap(), "O’Neil");
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_cached_profile_is_read_and_an_edit_waits_for_try_again() {
    let mut stage = Stage::new().await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    stage.close().await.unwrap();
    stage.proxy.always(lapel_testkit::proxy::Fault::Offline).await;
    let window = stage.open().await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    window.see("No connection").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Not sent yet").await.unwrap();
    stage.proxy.always(lapel_testkit::proxy::Fault::Pass).await;
    let window = stage.window().unwrap();
    window.click("button", "Try again").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    assert_eq!(stage.person(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olga");
}
