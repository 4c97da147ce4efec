//! In the real window: what keeps somebody from signing in is said by name, with details to copy.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::person::DEMO_PASSWORD;
use lapel_testkit::search::text_with;
use lapel_testkit::stage::{OWNER, Stage, demo};
use lapel_testkit::window::Window;

/// Fills the form in for a server whose address is typed, and signs in.
async fn sign_in(window: &Window, address: &str) {
    window.choose("Server", "Another address").await.unwrap();
    window.fill("Address", address).await.unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_route_is_cut_off_on_one_press() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    let base = stage.proxy.base_url();
    let mark = stage.proxy.mark();
    sign_in(window, &format!("{}/auth/login", base.replace("http://", ""))).await;
    let said = window.problem_of("Address").await.unwrap();
    assert!(said.contains("one part of the API"), "{said}");
    assert_eq!(stage.proxy.requests(mark), Vec::new());
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
    window.click("button", &format!("Use {base} instead")).await.unwrap();
    window.see("Olivia Owner").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_setting_that_cannot_be_read_is_named_and_shown_to_nobody() {
    let mut stage = Stage::without_window(KeyringAtStart::Unlocked, demo()).await.unwrap();
    stage.set("HTTPS_PROXY", "http://me:hunter2@pro xy:3128");
    let window = stage.open().await.unwrap();
    sign_in(window, "https://api.lapel.invalid").await;
    window.see("The proxy setting HTTPS_PROXY cannot be read").await.unwrap();
    window.click("button", "Details").await.unwrap();
    window.see("api.lapel.invalid").await.unwrap();
    window.click("button", "Copy details").await.unwrap();
    window.see("Copied").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
    assert!(!text_with(&window.everything_held().await.unwrap(), &["hunter2"]));
    assert!(!text_with(&window.log_text(), &["hunter2"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offered_address_with_a_password_is_not_offered_and_shown_to_nobody() {
    let mut stage = Stage::without_window(KeyringAtStart::Unlocked, demo()).await.unwrap();
    stage.set("LAPEL_API_URL", "https://me:hunter2@api.lapel.invalid/v1");
    let window = stage.open().await.unwrap();
    window.by_label("Server").await.unwrap();
    assert!(!text_with(&window.everything_held().await.unwrap(), &["hunter2", "api.lapel.invalid"]));
    let log = window.log_text();
    assert!(log.contains("LAPEL_API_URL is not offered"), "{log}");
    assert!(!text_with(&log, &["hunter2", "api.lapel.invalid"]), "{log}");
}
