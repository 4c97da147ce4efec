//! The security of an account in the real window: passwords are changed and reset, and two-factor sign-in is removed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::other_client::{DEMO_PASSWORD, OtherClient, two_factor_code};
use lapel_testkit::test_world::TestWorld;

const EDITOR: &str = "editor@example.com";
const NEW_PASSWORD: &str = "moss under seven old bridges";

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_and_a_wrong_current_one_is_told_at_its_field() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(EDITOR).await.unwrap();
    window.click("button", "Change password").await.unwrap();
    window.fill("Current password", "not this one").await.unwrap();
    window.fill("New password", NEW_PASSWORD).await.unwrap();
    window.see("Strong.").await.unwrap();
    window.screenshot("security-change").await.unwrap();
    window.press("Enter").await.unwrap();
    let error = window.field_error("Current password").await.unwrap();
    assert_eq!(error, "This isn't your current password.");
    assert_eq!(window.value_of("New password").await.unwrap(), NEW_PASSWORD, "what was typed stays");
    window.fill("Current password", DEMO_PASSWORD).await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("Your password was changed.").await.unwrap();
    let server = world.sandbox().unwrap().base_url();
    OtherClient::sign_in(&server, EDITOR, NEW_PASSWORD).await.unwrap();
    OtherClient::sign_in(&server, EDITOR, DEMO_PASSWORD).await.map(drop).unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_reset_with_the_link_of_the_email() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    window.fill("Email", EDITOR).await.unwrap();
    window.click("button", "Forgot password?").await.unwrap();
    window.click("button", "Send email").await.unwrap();
    window.see("If there is an account with this email address").await.unwrap();
    let mail = world.sandbox().unwrap().take_mails().pop().expect("the server has sent an email");
    assert_eq!(mail.to, EDITOR);
    window.fill("Link from the email", &mail.link).await.unwrap();
    window.fill("New password", NEW_PASSWORD).await.unwrap();
    window.screenshot("security-forgotten").await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("Your new password is set").await.unwrap();
    window.click("button", "Close").await.unwrap();
    window.fill("Password", NEW_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.by_label("First name").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_factor_sign_in_is_removed_with_the_password() {
    let world = TestWorld::new().await.unwrap();
    let window = world.enter_password("twofactor@example.com").await.unwrap();
    window.by_label("Two-factor code").await.unwrap();
    window.type_keys(&two_factor_code().unwrap()).await.unwrap();
    window.see("You need a code from your authenticator app").await.unwrap();
    window.click("button", "Remove two-factor").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.press("Enter").await.unwrap();
    window.see("Two-factor sign-in is off.").await.unwrap();
    window.screenshot("security-card").await.unwrap();
    OtherClient::sign_in(&world.sandbox().unwrap().base_url(), "twofactor@example.com", DEMO_PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_data_is_exported_into_the_downloads_folder() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(EDITOR).await.unwrap();
    window.click("button", "Export my data").await.unwrap();
    window.see("Saved as “").await.unwrap();
    window.by_role("button", "Show in folder").await.unwrap();
    let folder = world.desktop.home().downloads();
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [archive] = &files[..] else { panic!("{files:?}") };
    assert!(std::fs::read(archive).unwrap().starts_with(b"PK"), "a zip archive");
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
}
