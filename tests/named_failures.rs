//! Specific sign-in errors in the real window, with details to copy.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::other_client::DEMO_PASSWORD;
use lapel_testkit::search::text_with;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::window::Window;

/// Signs in to the server at `address`.
async fn sign_in(window: &Window, address: &str) {
    window.choose("Server", "Other server...").await.unwrap();
    window.fill("Address", address).await.unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_in_the_server_address_is_removed_with_one_click() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    let base = world.proxy.base_url();
    let mark = world.proxy.mark();
    sign_in(window, &format!("{}/auth/login", base.replace("http://", ""))).await;
    let said = window.field_error("Address").await.unwrap();
    assert!(said.contains("one part of the API"), "{said}");
    assert_eq!(world.proxy.requests(mark), Vec::new());
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
    window.click("button", &format!("Use {base} instead")).await.unwrap();
    window.see("Olivia Owner").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_proxy_setting_is_reported_without_its_value() {
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    world.set_env("HTTPS_PROXY", "http://me:hunter2@pro xy:3128");
    let window = world.open().await.unwrap();
    sign_in(window, "https://api.lapel.invalid").await;
    window.see("The proxy setting HTTPS_PROXY isn't valid").await.unwrap();
    window.click("button", "Details").await.unwrap();
    window.see("api.lapel.invalid").await.unwrap();
    window.click("button", "Copy details").await.unwrap();
    window.see("Copied").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
    assert!(!text_with(&window.page_memory().await.unwrap(), &["hunter2"]));
    assert!(!text_with(&window.log_text(), &["hunter2"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapel_api_url_with_a_password_is_neither_offered_nor_shown() {
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    world.set_env("LAPEL_API_URL", "https://me:hunter2@api.lapel.invalid/v1");
    let window = world.open().await.unwrap();
    window.by_label("Server").await.unwrap();
    assert!(!text_with(&window.page_memory().await.unwrap(), &["hunter2", "api.lapel.invalid"]));
    let log = window.log_text();
    assert!(log.contains("LAPEL_API_URL is not offered"), "{log}");
    assert!(!text_with(&log, &["hunter2", "api.lapel.invalid"]), "{log}");
}
