//! The profile in the real window: fields are edited through the UI and read back by another client.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::test_world::{OWNER, TestWorld};

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_name_reaches_the_server_and_is_shown() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Ólga").await.unwrap();
    window.fill("Last name", "O’Neil").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Ólga O’Neil").await.unwrap();
    window.see("Saved").await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    assert_eq!(client.field("firstName").await.unwrap(), "Ólga");
    assert_eq!(client.field("lastName").await.unwrap(), "O’Neil");
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_cached_profile_is_shown_and_try_again_sends_an_edit() {
    let mut world = TestWorld::new().await.unwrap();
    world.sign_in(OWNER).await.unwrap();
    world.close().await.unwrap();
    world.proxy.always(lapel_testkit::proxy::Fault::Offline).await;
    let window = world.open().await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    window.see("Offline").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Will sync automatically").await.unwrap();
    world.proxy.always(lapel_testkit::proxy::Fault::Pass).await;
    let window = world.window().unwrap();
    window.click("button", "Try again").await.unwrap();
    window.see("Saved").await.unwrap();
    assert_eq!(world.other_client(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_language_reaches_the_server_and_is_used_by_the_app_at_once() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.choose("Language", "Spanish").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Así apareces en").await.unwrap();
    assert_eq!(world.other_client(OWNER).await.unwrap().field("language").await.unwrap(), "es");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_must_confirm_giving_up_the_role() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    window.choose("Role", "User").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Give up your administrator role?").await.unwrap();
    assert_eq!(client.field("role").await.unwrap(), "admin");
    window.click("button", "Give up role").await.unwrap();
    window.see("Only an administrator can change your role").await.unwrap();
    assert_eq!(client.field("role").await.unwrap(), "user");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_not_admin_sees_the_role_and_why_it_is_read_only() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in("viewer@example.com").await.unwrap();
    window.see("Only an administrator can change your role").await.unwrap();
    assert_eq!(window.value_of("Role").await.unwrap(), "Read-only administrator");
    window.fill("Last name", "Other").await.unwrap();
    window.press("Control+s").await.unwrap();
    window.see("Victor Other").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_values_stay_on_other_pages_without_a_question_and_discarded_ones_are_never_sent() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let mark = world.proxy.mark();
    window.fill("First name", "Olga").await.unwrap();
    for page in ["Settings", "Team"] {
        window.click("link", page).await.unwrap();
        window.by_role("heading", page).await.unwrap();
        assert!(window.all_by_role("dialog", "").await.unwrap().is_empty(), "a question on leaving for {page}");
        window.click("link", "Profile").await.unwrap();
        assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
        window.see("1 change not saved").await.unwrap();
    }
    window.click("button", "Discard changes").await.unwrap();
    window.wait_until_text_gone("not saved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olivia");
    // A refresh starts a sync, which would send an edit that was not discarded.
    window.refresh().await.unwrap();
    world.proxy.wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(world.proxy.writes(mark).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_values_of_each_account_are_there_again_after_a_switch_and_signing_out_asks_about_them() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.open_account().await.unwrap();
    window.click("button", "Sign in with another account").await.unwrap();
    world.sign_in("editor@example.com").await.unwrap();
    window.fill("Last name", "Typed").await.unwrap();
    window.press("Control+1").await.unwrap();
    window.see("Olivia Owner").await.unwrap();
    window.see("1 change not saved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    // Signing out would delete them.
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.see("These changes haven't been sent to the server and will be lost:").await.unwrap();
    window.click("button", "Sign out anyway").await.unwrap();
    window
        .click("button", &format!("Continue as Edith Editor editor@example.com · {}", world.proxy.base_url()))
        .await
        .unwrap();
    assert_eq!(window.value_of("Last name").await.unwrap(), "Typed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_change_with_a_lost_response_succeeds_without_an_error() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.next_on("PUT", "/v1/users/", lapel_testkit::proxy::Fault::ResetAfter);
    window.choose("Role", "Read-only administrator").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.click("button", "Give up role").await.unwrap();
    window.see("Only an administrator can change your role").await.unwrap();
    window.see("Up to date").await.unwrap();
    window.wait_until_text_gone("can't be reached").await.unwrap();
    assert_eq!(window.value_of("Role").await.unwrap(), "Read-only administrator");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_save_shortcut_in_the_language_field_does_not_open_its_list() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    let language = window.by_label("Language").await.unwrap();
    window.execute_with("arguments[0].focus()", vec![serde_json::json!(language)]).await.unwrap();
    window.press("Control+s").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert!(window.all_by_role("listbox", "Language").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_in_the_language_field_replaces_the_chosen_language() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let language = window.by_label("Language").await.unwrap();
    for (typed, name, own) in [("ger", "German", "Deutsch"), ("fre", "French", "Français")] {
        language.click().await.unwrap();
        window.type_keys(typed).await.unwrap();
        window.by_role("option", &format!("{name} {own}")).await.unwrap();
        window.press("Enter").await.unwrap();
        assert_eq!(window.value_of("Language").await.unwrap(), name);
    }
    language.click().await.unwrap();
    window.type_keys("xyz").await.unwrap();
    window.see("No matching languages").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
}
