//! Signing in and out in the real window.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::Duration;

use lapel_testkit::person::{DEMO_PASSWORD, two_factor_code};
use lapel_testkit::proxy::Fault;
use lapel_testkit::search::{files_with, text_with};
use lapel_testkit::stage::{OWNER, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_is_said_in_its_own_words_and_the_typed_text_stays() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", "wrong").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    let wrong = window.problem_of("Password").await.unwrap();
    stage.proxy.always(Fault::page(200)).await;
    window.click("button", "Sign in").await.unwrap();
    window.see_no_more(&wrong).await.unwrap();
    let html = window.by_role("alert", "").await.unwrap().text().await.unwrap();
    stage.proxy.always(Fault::Offline).await;
    window.click("button", "Sign in").await.unwrap();
    window.see_no_more(&html).await.unwrap();
    let offline = window.by_role("alert", "").await.unwrap().text().await.unwrap();
    assert!(wrong != html && html != offline && wrong != offline, "{wrong} / {html} / {offline}");
    assert_eq!(window.value_of("Email").await.unwrap(), OWNER);
    assert_eq!(window.value_of("Password").await.unwrap(), "wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_factor_is_asked_for_and_accepted() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    window.fill("Email", "twofactor@example.com").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.fill("Two-factor code", "000000").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.problem_of("Two-factor code").await.unwrap();
    // The wrong one is selected, so that typing goes over it.
    window.type_keys(&two_factor_code().unwrap()).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("twofactor@example.com").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_token_signs_in_and_nothing_secret_is_left_in_files_logs_or_page() {
    let stage = Stage::new().await.unwrap();
    let person = stage.person(OWNER).await.unwrap();
    let window = stage.window().unwrap();
    window.click("button", "Use an API token instead").await.unwrap();
    // The cursor is in the field already.
    window.type_keys(person.token()).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.by_label("First name").await.unwrap();
    let secrets = [person.token(), DEMO_PASSWORD];
    let page = window.everything_held().await.unwrap();
    assert!(!text_with(&page, &secrets), "the page holds a secret");
    assert!(!text_with(&window.log_text(), &secrets), "the log holds a secret");
    assert_eq!(files_with(&stage.desktop.home().data_dir(), &[person.token()]).unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_offline_leaves_nothing_of_the_account() {
    let stage = Stage::new().await.unwrap();
    // A name that the demo server inside the app does not hold too.
    let unlike = serde_json::json!({ "firstName": "Wilhelmina" });
    stage.person(OWNER).await.unwrap().change(unlike).await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.see("Wilhelmina Owner").await.unwrap();
    stage.proxy.always(Fault::Offline).await;
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.by_label("Email").await.unwrap();
    assert_eq!(files_with(&stage.desktop.home().data_dir(), &["Wilhelmina"]).unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_asks_over_the_page_and_what_was_typed_stays() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    stage.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("dialog", "").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    // The name is shown from the moment it is saved; this says that the server has it.
    window.see("Up to date").await.unwrap();
    assert_eq!(stage.person(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_renewed_by_its_pair_and_4011_asks_over_the_page_and_what_was_saved_stays() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let mark = stage.proxy.mark();
    stage.sandbox().unwrap().expire_access_tokens().await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    stage.proxy.wait_for(mark, "POST", "/v1/auth/refresh").await.unwrap();
    stage.proxy.wait_for(mark, "PUT", "/v1/users").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(stage.person(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olga");
    // The answer that is lost holds the only pair that the server takes from now on.
    stage.proxy.next_on("POST", "/v1/auth/refresh", Fault::ResetAfter);
    stage.sandbox().unwrap().expire_access_tokens().await.unwrap();
    window.fill("First name", "Olena").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("dialog", "").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Olena Owner").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(stage.person(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olena");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_waits_for_a_renewal_and_the_next_start_goes_on() {
    let mut stage = Stage::new().await.unwrap();
    stage.sign_in(OWNER).await.unwrap();
    stage.sandbox().unwrap().expire_access_tokens().await.unwrap();
    let mark = stage.proxy.mark();
    stage.proxy.next_on("POST", "/v1/auth/refresh", Fault::Latency(Duration::from_secs(3)));
    let window = stage.window().unwrap();
    window.click("button", "Refresh").await.unwrap();
    stage.proxy.wait_for(mark, "POST", "/v1/auth/refresh").await.unwrap();
    stage.close().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("Up to date").await.unwrap();
    let renewals = stage.proxy.requests(mark).iter().filter(|request| request.path == "/v1/auth/refresh").count();
    assert_eq!(renewals, 1, "its answer was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_api_token_is_refused_at_its_field() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    window.click("button", "Use an API token instead").await.unwrap();
    window.fill("API token", "no-such-token").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    let said = window.problem_of("API token").await.unwrap();
    assert!(said.contains("refused this token"), "{said}");
    assert_eq!(stage.desktop.keyring().unwrap().count(&stage.desktop).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_nothing_listens_is_said_and_the_demo_on_this_computer_still_works() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    window.choose("Server", "Another address").await.unwrap();
    window.fill("Address", "http://127.0.0.1:9/v1").await.unwrap();
    window.fill("Email", OWNER).await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("The server cannot be reached").await.unwrap();
    let mark = stage.proxy.mark();
    window.choose("Server", "Try it on this computer").await.unwrap();
    assert_eq!(window.value_of("Email").await.unwrap(), OWNER);
    window.click("button", "Sign in").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    assert_eq!(stage.proxy.requests(mark), Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_on_this_computer_is_the_same_account_after_a_restart_at_another_port() {
    let mut stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    window.choose("Server", "Try it on this computer").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    window.see("Up to date").await.unwrap();
    stage.close().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("Up to date").await.unwrap();
    window.see("Olga Owner").await.unwrap();
}
