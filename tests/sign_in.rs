//! Signing in and out in the real window.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::Duration;

use lapel_testkit::other_client::{DEMO_PASSWORD, next_two_factor_code, two_factor_code};
use lapel_testkit::proxy::Fault;
use lapel_testkit::search::{files_with, text_with};
use lapel_testkit::test_world::{OWNER, TestWorld};

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_has_its_own_message_and_the_typed_text_stays() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", "wrong").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    let wrong = window.field_error("Password").await.unwrap();
    world.proxy.always(Fault::page(200)).await;
    window.click("button", "Sign in").await.unwrap();
    window.wait_until_text_gone(&wrong).await.unwrap();
    let html = window.by_role("alert", "").await.unwrap().text().await.unwrap();
    world.proxy.always(Fault::Offline).await;
    window.click("button", "Sign in").await.unwrap();
    window.wait_until_text_gone(&html).await.unwrap();
    let offline = window.by_role("alert", "").await.unwrap().text().await.unwrap();
    assert!(wrong != html && html != offline && wrong != offline, "{wrong} / {html} / {offline}");
    assert_eq!(window.value_of("Email").await.unwrap(), OWNER);
    assert_eq!(window.value_of("Password").await.unwrap(), "wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_two_factor_code_is_requested_and_accepted() {
    let world = TestWorld::new().await.unwrap();
    let window = world.enter_password("twofactor@example.com").await.unwrap();
    window.by_role("heading", "Enter your code").await.unwrap();
    // The field has the focus, and a whole code is sent by itself.
    assert_eq!(window.focused_name().await.unwrap(), "Two-factor code");
    window.type_keys("000000").await.unwrap();
    let said = window.field_error("Two-factor code").await.unwrap();
    assert!(said.contains("wrong or has expired"), "{said}");
    // The wrong code is selected, so typing replaces it.
    window.type_keys(&two_factor_code().unwrap()).await.unwrap();
    window.by_label("First name").await.unwrap();
    window.see("twofactor@example.com").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_can_be_pasted_in_two_groups_and_another_account_used_instead() {
    let world = TestWorld::new().await.unwrap();
    let window = world.enter_password("twofactor@example.com").await.unwrap();
    window.by_role("heading", "Enter your code").await.unwrap();
    window.see("twofactor@example.com").await.unwrap();
    window.type_keys("000").await.unwrap();
    window.click("button", "Use another account").await.unwrap();
    window.by_role("heading", "Sign in to Lapel").await.unwrap();
    assert_eq!(window.value_of("Email").await.unwrap(), "twofactor@example.com");
    assert_eq!(window.value_of("Password").await.unwrap(), DEMO_PASSWORD);
    assert_eq!(window.focused_name().await.unwrap(), "Password");
    window.press("Enter").await.unwrap();
    window.by_role("heading", "Enter your code").await.unwrap();
    assert_eq!(window.value_of("Two-factor code").await.unwrap(), "");
    let code = two_factor_code().unwrap();
    let groups = format!("{} {}", &code[..3], &code[3..]);
    let paste = "document.execCommand('insertText', false, arguments[0])";
    window.execute_with(paste, vec![serde_json::json!(groups)]).await.unwrap();
    window.by_label("First name").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_sign_in_after_the_end_of_the_session_also_has_the_step_for_the_code() {
    let world = TestWorld::new().await.unwrap();
    let window = world.enter_password("twofactor@example.com").await.unwrap();
    window.by_role("heading", "Enter your code").await.unwrap();
    window.type_keys(&two_factor_code().unwrap()).await.unwrap();
    window.fill("First name", "Tamara").await.unwrap();
    world.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("dialog", "Sign in again").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.by_role("dialog", "Enter your code").await.unwrap();
    assert_eq!(window.all_by_role("button", "Use another account").await.unwrap().len(), 0);
    assert_eq!(window.focused_name().await.unwrap(), "Two-factor code");
    window.type_keys("000000").await.unwrap();
    window.field_error("Two-factor code").await.unwrap();
    window.type_keys(&next_two_factor_code().unwrap()).await.unwrap();
    window.wait_until_gone("dialog", "").await.unwrap();
    window.see("Up to date").await.unwrap();
    window.see("Tamara").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_starts_with_one_click_and_without_the_network() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    let mark = world.proxy.mark();
    // While the demo is chosen in the list, it needs no second button.
    window.choose("Server", "Demo on this computer").await.unwrap();
    window.wait_until_gone("button", "Demo on this computer").await.unwrap();
    window.choose("Server", "Other server...").await.unwrap();
    window.click("button", "Demo on this computer").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    assert_eq!(world.proxy.requests(mark), Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_with_an_api_token_leaves_no_secret_in_files_logs_or_page() {
    let world = TestWorld::new().await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    let window = world.window().unwrap();
    window.click("button", "Use an API token instead").await.unwrap();
    // The field already has the focus.
    window.type_keys(client.token()).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.by_label("First name").await.unwrap();
    let secrets = [client.token(), DEMO_PASSWORD];
    let page = window.page_memory().await.unwrap();
    assert!(!text_with(&page, &secrets), "the page contains a secret");
    assert!(!text_with(&window.log_text(), &secrets), "the log contains a secret");
    assert_eq!(files_with(&world.desktop.home().data_dir(), &[client.token()]).unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_offline_removes_the_account_from_the_data_folder() {
    let world = TestWorld::new().await.unwrap();
    // A name that the demo data inside the app does not contain.
    let unique_name = serde_json::json!({ "firstName": "Wilhelmina" });
    world.other_client(OWNER).await.unwrap().change(unique_name).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.see("Wilhelmina Owner").await.unwrap();
    world.proxy.always(Fault::Offline).await;
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.by_label("Email").await.unwrap();
    assert_eq!(files_with(&world.desktop.home().data_dir(), &["Wilhelmina"]).unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_shows_the_sign_in_dialog_and_keeps_typed_text() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    world.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("dialog", "").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    // The name is shown as soon as it is saved; "Up to date" means that the server has it.
    window.see("Up to date").await.unwrap();
    assert_eq!(world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_refreshed_and_a_failed_refresh_shows_the_sign_in_dialog() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let mark = world.proxy.mark();
    world.sandbox().unwrap().expire_access_tokens().await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    world.proxy.wait_for(mark, "POST", "/v1/auth/refresh").await.unwrap();
    world.proxy.wait_for(mark, "PUT", "/v1/users").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olga");
    // The lost response contains the only tokens that the server accepts from now on.
    world.proxy.next_on("POST", "/v1/auth/refresh", Fault::ResetAfter);
    world.sandbox().unwrap().expire_access_tokens().await.unwrap();
    window.fill("First name", "Olena").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("dialog", "").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Olena Owner").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olena");
}

#[tokio::test(flavor = "multi_thread")]
async fn quitting_waits_for_a_token_refresh_and_the_next_start_keeps_the_session() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.sandbox().unwrap().expire_access_tokens().await.unwrap();
    let mark = world.proxy.mark();
    world.proxy.next_on("POST", "/v1/auth/refresh", Fault::Latency(Duration::from_secs(3)));
    let window = world.window().unwrap();
    window.refresh().await.unwrap();
    world.proxy.wait_for(mark, "POST", "/v1/auth/refresh").await.unwrap();
    world.close().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("Up to date").await.unwrap();
    let refreshes = world.proxy.requests(mark).iter().filter(|request| request.path == "/v1/auth/refresh").count();
    assert_eq!(refreshes, 1, "the tokens of the first refresh were stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_api_token_shows_an_error_at_its_field() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    window.click("button", "Use an API token instead").await.unwrap();
    window.fill("API token", "no-such-token").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    let said = window.field_error("API token").await.unwrap();
    assert!(said.contains("refused this token"), "{said}");
    assert_eq!(world.desktop.keyring().unwrap().entry_count(&world.desktop).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_server_is_reported_and_the_local_demo_still_works() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    window.choose("Server", "Other server...").await.unwrap();
    window.fill("Address", "http://127.0.0.1:9/v1").await.unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("The server can't be reached").await.unwrap();
    let mark = world.proxy.mark();
    window.choose("Server", "Demo on this computer").await.unwrap();
    assert_eq!(window.value_of("Email").await.unwrap(), OWNER);
    window.click("button", "Sign in").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    assert_eq!(world.proxy.requests(mark), Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_demo_keeps_its_account_after_a_restart_on_another_port() {
    let mut world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    window.choose("Server", "Demo on this computer").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    window.see("Up to date").await.unwrap();
    world.close().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("Up to date").await.unwrap();
    window.see("Olga Owner").await.unwrap();
}
