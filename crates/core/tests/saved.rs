//! "Saved" is said of what the server holds: old answers, redirects, servers that keep another form or nothing at all, and
//! versions that are rewritten on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use common::{ADMIN, OWNER, TestApp, all_sent, first_name};
use lapel_core::Config;
use lapel_core::views::{
    BaseValues, EditState, ErrorCode, ProfileChanges, ProfileField, Snapshot, StoredAsView, SyncState,
};
use lapel_testkit::proxy::{Fault, Mark, StoredForm};
use serde_json::json;

fn puts(test: &TestApp, mark: Mark) -> usize {
    test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count()
}

async fn at_server(test: &TestApp) -> serde_json::Value {
    test.elsewhere(OWNER).await.profile().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_to_a_write_is_looked_into() {
    let test = TestApp::trying_quickly(OWNER).await;
    for (fault, writes) in [(Fault::StaleInstead, 2), (Fault::StaleAfter, 1)] {
        let name = format!("Olga {writes}");
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", fault);
        test.app.save_profile(first_name(&name)).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(at_server(&test).await["firstName"], name.as_str());
        assert_eq!(puts(&test, mark), writes, "sent again only where it had not arrived");
    }
}

/// The cache answers with what it has seen before, in which the value once stood that is now saved again.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_proves_nothing_also_where_it_holds_what_was_sent() {
    let test = TestApp::trying_quickly(OWNER).await;
    let before = test.app.snapshot().profile.unwrap().first_name;
    test.elsewhere(OWNER).await.put(json!({"firstName": "Theirs"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == "Theirs").await;
    // What the proxy has seen last of a PUT is the person's own of before.
    test.app.save_profile(first_name("Mine")).await.unwrap();
    test.wait_until(all_sent).await;
    test.elsewhere(OWNER).await.put(json!({"firstName": before})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == before).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::StaleInstead);
    test.app.save_profile(first_name("Mine")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(at_server(&test).await["firstName"], "Mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_on_the_way_neither_proves_nor_hides_anything() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.proxy().always_on("GET", "/v1/users/profile", Fault::Cached);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    test.elsewhere(OWNER).await.put(json!({"lastName": "Theirs"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().last_name == "Theirs").await;
    assert_eq!(at_server(&test).await["firstName"], "Olga");
}

/// Once a cache that heeds nothing has answered with a profile of before, an edit that asks for a value of then is not
/// taken for done.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_to_a_read_does_not_make_an_edit_done() {
    let test = TestApp::trying_quickly(OWNER).await;
    let before = test.app.snapshot().profile.unwrap().first_name;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    // The proxy has seen the profile of before the save last.
    test.proxy().next_on("GET", "/v1/users/profile", Fault::StaleInstead);
    test.app.save_profile(first_name(&before)).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(at_server(&test).await["firstName"], before.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_that_would_turn_a_write_into_a_read_loses_nothing() {
    let test = TestApp::trying_quickly(OWNER).await;
    for status in [301, 302, 303] {
        for location in ["/v1/users/profile", "https://elsewhere.example.com/v1/users/profile"] {
            let name = format!("Olga {status} {}", location.len());
            test.proxy().next_on("PUT", "/v1/users/", Fault::redirect(status, location));
            test.app.save_profile(first_name(&name)).await.unwrap();
            test.wait_until(all_sent).await;
            assert_eq!(at_server(&test).await["firstName"], name.as_str());
        }
    }
    test.proxy().always_on("PUT", "/v1/users/", Fault::redirect(303, "/v1/users/profile"));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let told =
        |snapshot: &Snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::Redirected);
    for _ in 0..5 {
        let waits = test.wait_until(told).await;
        assert_eq!(waits.edits[0].state, EditState::Waiting, "it parks nothing");
        test.app.refresh();
    }
    test.proxy().clear_on("PUT", "/v1/users/");
    test.wait_until(all_sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_the_servers_own_is_an_arrival_and_is_said() {
    let test = TestApp::trying_quickly(OWNER).await;
    for (typed, form, stored) in [
        ("olga", StoredForm::Capitalised, Some("Olga")),
        ("Zoë", StoredForm::Decomposed, None),
        ("Anna  Maria", StoredForm::SingleSpaces, None),
    ] {
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", Fault::Normalises(form));
        test.app.save_profile(first_name(typed)).await.unwrap();
        let sent = test.wait_until(all_sent).await;
        let said = stored.map(|value| StoredAsView { field: ProfileField::FirstName, value: value.to_owned() });
        assert_eq!(sent.profile.unwrap().stored_as, Vec::from_iter(said), "{typed}");
        assert_eq!(puts(&test, mark), 1, "{typed}");
    }
    test.app.save_profile(first_name("Bea")).await.unwrap();
    assert_eq!(test.wait_until(all_sent).await.profile.unwrap().stored_as, [], "it was about the last save");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_accepts_and_does_not_keep_is_sent_so_often_and_then_told() {
    let test = TestApp::trying_quickly(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().always_on("PUT", "/v1/users/", Fault::drops(&["firstName"]));
    let both = ProfileChanges { last_name: Some("Olsen".into()), ..first_name("Olga") };
    test.app.save_profile(both).await.unwrap();
    let told = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    let [edit] = &told.edits[..] else { panic!("the last name has arrived: {:?}", told.edits) };
    assert_eq!((edit.field, edit.reason.as_ref().unwrap().code), (ProfileField::FirstName, ErrorCode::NotKept));
    assert_eq!(edit.mine, "Olga");
    assert_eq!(puts(&test, mark), 6, "three times, and three times after a wait");
    test.proxy().clear_on("PUT", "/v1/users/");
    test.app.send_again(ProfileField::FirstName).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(at_server(&test).await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn rewritten_versions_are_noticed_once_and_no_longer_a_condition() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.proxy().always(Fault::RewrittenEtag).await;
    let mark = test.proxy().mark();
    // The version that is known from before is still the server's.
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(puts(&test, mark), 1);
    let mark = test.proxy().mark();
    test.app.save_profile(first_name("Olga Anna")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(puts(&test, mark), 3, "refused twice, and then without a version");
    let mark = test.proxy().mark();
    test.app.save_profile(first_name("Olga Maria")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(puts(&test, mark), 1, "it was learnt");
    assert_eq!(at_server(&test).await["firstName"], "Olga Maria");
}

#[tokio::test(flavor = "multi_thread")]
async fn weak_and_missing_versions_are_no_reason_to_fail() {
    for fault in [Fault::WeakEtag, Fault::NoEtag] {
        let test = TestApp::trying_quickly(OWNER).await;
        test.proxy().always(fault).await;
        let mark = test.proxy().mark();
        test.app.refresh();
        test.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
        test.app.save_profile(first_name("Olga")).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(puts(&test, mark), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_of_versions_that_speaks_without_the_api_is_read_into_and_never_ends_in_a_circle() {
    let test = TestApp::trying_quickly(OWNER).await;
    for status in [409, 412] {
        let name = format!("Olga {status}");
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", Fault::page(status));
        test.app.save_profile(first_name(&name)).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(at_server(&test).await["firstName"], name.as_str());
        assert_eq!(puts(&test, mark), 2);
    }
    // Always, whatever is sent: a few tries, and then only now and then.
    test.proxy().always_on("PUT", "/v1/users/", Fault::page(412));
    let mark = test.proxy().mark();
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::Changed))
        .await;
    assert!(puts(&test, mark) <= 4, "{}", puts(&test, mark));
}

/// Also where it is a cache that heeds no `Cache-Control`.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_never_shows_that_an_edit_has_arrived() {
    let test = TestApp::trying_quickly(OWNER).await;
    let old = json!({ "status": true, "data": at_server(&test).await }).to_string();
    test.elsewhere(OWNER).await.put(json!({"firstName": "Olga"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == "Olga").await;
    test.proxy().always_on("GET", "/v1/users/profile", Fault::Json(old));
    test.app.save_profile(first_name("Olivia")).await.unwrap();
    let waits = test.wait_until(|snapshot| snapshot.sync.error.is_some()).await;
    assert_eq!((waits.sync.error.unwrap().code, waits.edits.len()), (ErrorCode::Between, 1));
    test.proxy().clear_on("GET", "/v1/users/profile");
    test.wait_until(all_sent).await;
    assert_eq!(at_server(&test).await["firstName"], "Olivia");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_is_not_shown_as_somebody_elses_change_unless_it_stays_for_minutes() {
    let mut test = TestApp::trying_quickly(OWNER).await;
    let old = json!({ "status": true, "data": at_server(&test).await }).to_string();
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    test.proxy().always_on("GET", "/v1/users/profile", Fault::Json(old));
    test.app.refresh();
    let told = test.wait_until(|snapshot| snapshot.sync.error.is_some()).await;
    assert_eq!(told.sync.error.unwrap().code, ErrorCode::Between);
    let profile = told.profile.unwrap();
    assert_eq!((profile.first_name.as_str(), profile.updated), ("Olga", None));

    // The server itself has gone back, or its clocks differ.
    let minutes = Arc::new(AtomicI64::new(0));
    let passed = Arc::clone(&minutes);
    let clock = move |config: &mut Config| {
        let (clock, passed) = (Arc::clone(&config.clock), Arc::clone(&passed));
        config.clock = Arc::new(move || clock() + passed.load(Ordering::Relaxed) * 60_000);
    };
    test.restart_with(clock).await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.error.is_some()).await;
    minutes.store(6, Ordering::Relaxed);
    test.app.refresh();
    let shown = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    assert_eq!(shown.profile.unwrap().first_name, "Olivia");
}

/// Only the API's own refusals show that versions are rewritten on the way. Those of something between may pass.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_by_something_between_switch_no_protection_off() {
    let test = TestApp::trying_quickly(OWNER).await;
    let mark = test.proxy().mark();
    for _ in 0..2 {
        test.proxy().next_on("PUT", "/v1/users/", Fault::page(412));
    }
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(puts(&test, mark), 3);
    assert_eq!(learnt(&test), 0);
}

/// How many things were learnt of servers.
fn learnt(test: &TestApp) -> i64 {
    let database = rusqlite::Connection::open(test.folder.path().join("lapel.db")).unwrap();
    database.query_row("SELECT count(*) FROM server_facts", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_without_a_version_teaches_nothing_about_versions() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.proxy().always_on("PUT", "/v1/users/", Fault::refused(409, 4090, "Not now"));
    test.proxy().always_on("GET", "/v1/users/profile", Fault::NoEtag);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::Changed))
        .await;
    test.proxy().clear_rules();
    test.wait_until(all_sent).await;
    assert_eq!(learnt(&test), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_change_beside_a_write_is_merged_and_a_third_value_of_the_same_field_is_asked_about() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.proxy().always(Fault::NoEtag).await;
    test.proxy().always_on("PUT", "/v1/users/", Fault::ResetBefore);
    test.app.save_profile(first_name("Mine")).await.unwrap();
    test.elsewhere(OWNER).await.put(json!({"firstName": "Theirs", "lastName": "Theirs"})).await;
    let asked = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    assert_eq!(asked.profile.unwrap().last_name, "Theirs");
    assert_eq!((asked.edits[0].mine.as_str(), asked.edits[0].theirs.as_deref()), ("Mine", Some("Theirs")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_role_is_changed_only_where_the_server_holds_it() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.proxy().always_on("PUT", "/v1/users/", Fault::drops(&["role"]));
    assert_eq!(test.app.change_own_role("user").await.unwrap_err().code, ErrorCode::NotKept);
    assert_eq!(test.app.snapshot().profile.unwrap().role.role, "admin");
    test.proxy().clear_on("PUT", "/v1/users/");
    let admin = test.elsewhere(ADMIN).await;
    for (fault, role) in [(Fault::StaleInstead, "adminViewer"), (Fault::NoContent, "user")] {
        test.proxy().next_on("PUT", "/v1/users/", fault);
        test.app.change_own_role(role).await.unwrap();
        assert_eq!(at_server(&test).await["role"], role);
        // Only an administrator changes roles, so that somebody else gives it back.
        let own = test.app.snapshot().profile.unwrap().id;
        assert_eq!(admin.put_role(&format!("users/{own}"), "admin").await, 200);
        test.app.refresh();
        test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().role.role == "admin").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rewritten_versions_keep_nobody_from_changing_their_role() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.proxy().always(Fault::RewrittenEtag).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    test.app.change_own_role("user").await.unwrap();
    assert_eq!(at_server(&test).await["role"], "user");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_types_is_based_on_what_they_saw_in_any_spelling() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.elsewhere(OWNER).await.put(json!({"firstName": "Zoe\u{308}"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == "Zoe\u{308}").await;
    let base = BaseValues { first_name: Some("Zoë".into()), ..Default::default() };
    test.app.save_profile(ProfileChanges { base, ..first_name("Zoé") }).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(at_server(&test).await["firstName"], "Zoé");
}
