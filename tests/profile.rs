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
    window.see("Saved").await.unwrap();
    assert_eq!(stage.person(OWNER).await.unwrap().field("firstName").await.unwrap(), "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_language_reaches_the_server_and_the_app_speaks_it_at_once() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.choose("Language", "Spanish").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Tu perfil").await.unwrap();
    assert_eq!(stage.person(OWNER).await.unwrap().field("language").await.unwrap(), "es");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_steps_down_only_after_being_asked_once_more() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let person = stage.person(OWNER).await.unwrap();
    window.choose("Role", "User").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Give up your administrator role?").await.unwrap();
    assert_eq!(person.field("role").await.unwrap(), "admin");
    window.click("button", "Give up the role").await.unwrap();
    window.see("Only an administrator can change your role").await.unwrap();
    assert_eq!(person.field("role").await.unwrap(), "user");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_admin_reads_the_role_and_why_it_stays() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in("viewer@example.com").await.unwrap();
    window.see("Only an administrator can change your role").await.unwrap();
    assert_eq!(window.value_of("Role").await.unwrap(), "Administrator, view only");
    window.fill("Last name", "Other").await.unwrap();
    window.press("Control+s").await.unwrap();
    window.see("Victor Other").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn discarded_changes_are_gone_here_and_never_reach_the_server() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let mark = stage.proxy.mark();
    window.fill("First name", "Olga").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.see("You have unsaved changes").await.unwrap();
    window.click("button", "Keep editing").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    window.click("button", "Discard changes").await.unwrap();
    window.see_no_more("not saved").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olivia");
    assert!(stage.proxy.requests(mark).iter().all(|request| request.method == "GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_change_whose_answer_is_lost_ends_with_the_role_and_without_an_error() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.next_on("PUT", "/v1/users/", lapel_testkit::proxy::Fault::ResetAfter);
    window.choose("Role", "Administrator, view only").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.click("button", "Give up the role").await.unwrap();
    window.see("Only an administrator can change your role").await.unwrap();
    window.see("Up to date").await.unwrap();
    window.see_no_more("cannot be reached").await.unwrap();
    assert_eq!(window.value_of("Role").await.unwrap(), "Administrator, view only");
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_by_key_within_the_language_field_opens_no_list() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    let language = window.by_label("Language").await.unwrap();
    window.execute_with("arguments[0].focus()", vec![serde_json::json!(language)]).await.unwrap();
    window.press("Control+s").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert!(window.all_by_role("listbox", "Language").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_takes_the_place_of_the_chosen_language() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
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
    window.see("No language found").await.unwrap();
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
}
