//! An edit counts as saved only when the server stores it. Covers stale responses, redirects, servers that normalize
//! or drop values, and ETags that an intermediary (proxy, captive portal) rewrites.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::common::{ADMIN, OWNER, TestApp, all_sent, first_name};
use lapel_core::Config;
use lapel_core::views::{
    BaseValues, EditState, ErrorCode, ProfileChanges, ProfileField, SignOutScope, Snapshot, StoredAsView, SyncState,
};
use lapel_testkit::proxy::{Fault, Mark, StoredForm};
use serde_json::json;

fn put_count(test: &TestApp, mark: Mark) -> usize {
    test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count()
}

async fn profile_on_server(test: &TestApp) -> serde_json::Value {
    test.other_client(OWNER).await.profile().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_with_a_stale_response_is_verified_by_a_read() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    for (fault, writes) in [(Fault::StaleInstead, 2), (Fault::StaleAfter, 1)] {
        let name = format!("Olga {writes}");
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", fault);
        test.app.save_profile(first_name(&name)).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(profile_on_server(&test).await["firstName"], name.as_str());
        assert_eq!(put_count(&test, mark), writes, "sent again only if the write did not reach the server");
    }
}

/// The stale response comes from an earlier save of the same value.
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_response_does_not_confirm_a_write_even_if_it_contains_the_sent_value() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let before = test.app.snapshot().profile.unwrap().first_name;
    test.other_client(OWNER).await.put(json!({"firstName": "Theirs"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == "Theirs").await;
    // The proxy replays the response to this PUT below.
    test.app.save_profile(first_name("Mine")).await.unwrap();
    test.wait_until(all_sent).await;
    test.other_client(OWNER).await.put(json!({"firstName": before})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == before).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::StaleInstead);
    test.app.save_profile(first_name("Mine")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(profile_on_server(&test).await["firstName"], "Mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caching_proxy_neither_confirms_an_edit_nor_hides_a_change() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.proxy().always_on("GET", "/v1/users/profile", Fault::Cached);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    test.other_client(OWNER).await.put(json!({"lastName": "Theirs"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().last_name == "Theirs").await;
    assert_eq!(profile_on_server(&test).await["firstName"], "Olga");
}

/// A cache that ignores `Cache-Control` returns the profile from before a save. An edit back to that value must still
/// be sent.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_back_to_the_value_in_a_stale_profile_is_still_sent() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let before = test.app.snapshot().profile.unwrap().first_name;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    // The proxy replays the profile from before the save.
    test.proxy().next_on("GET", "/v1/users/profile", Fault::StaleInstead);
    test.app.save_profile(first_name(&before)).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(profile_on_server(&test).await["firstName"], before.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_that_turns_a_put_into_a_get_loses_no_edit() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    for status in [301, 302, 303] {
        for location in ["/v1/users/profile", "https://elsewhere.example.com/v1/users/profile"] {
            let name = format!("Olga {status} {}", location.len());
            test.proxy().next_on("PUT", "/v1/users/", Fault::redirect(status, location));
            test.app.save_profile(first_name(&name)).await.unwrap();
            test.wait_until(all_sent).await;
            assert_eq!(profile_on_server(&test).await["firstName"], name.as_str());
        }
    }
    test.proxy().always_on("PUT", "/v1/users/", Fault::redirect(303, "/v1/users/profile"));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let reports_redirect =
        |snapshot: &Snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::Redirected);
    for _ in 0..5 {
        let waiting = test.wait_until(reports_redirect).await;
        assert_eq!(waiting.edits[0].state, EditState::Waiting, "a redirect does not reject the edit");
        test.app.refresh();
    }
    test.proxy().clear_on("PUT", "/v1/users/");
    test.wait_until(all_sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_the_server_normalizes_counts_as_saved_and_its_stored_form_is_shown() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    for (typed, form, stored) in [
        ("olga", StoredForm::Capitalized, Some("Olga")),
        ("Zoë", StoredForm::Decomposed, None),
        ("Anna  Maria", StoredForm::SingleSpaces, None),
    ] {
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", Fault::Normalizes(form));
        test.app.save_profile(first_name(typed)).await.unwrap();
        let sent = test.wait_until(all_sent).await;
        let expected = stored.map(|value| StoredAsView { field: ProfileField::FirstName, value: value.to_owned() });
        assert_eq!(sent.profile.unwrap().stored_as, Vec::from_iter(expected), "{typed}");
        assert_eq!(put_count(&test, mark), 1, "{typed}");
    }
    test.app.save_profile(first_name("Bea")).await.unwrap();
    assert_eq!(
        test.wait_until(all_sent).await.profile.unwrap().stored_as,
        [],
        "the notice was only about the previous save"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_the_server_accepts_but_does_not_store_is_rejected_after_six_writes() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().always_on("PUT", "/v1/users/", Fault::drops(&["firstName"]));
    let both = ProfileChanges { last_name: Some("Olsen".into()), ..first_name("Olga") };
    test.app.save_profile(both).await.unwrap();
    let rejected = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    let [edit] = &rejected.edits[..] else { panic!("expected only the first name: {:?}", rejected.edits) };
    assert_eq!((edit.field, edit.reason.as_ref().unwrap().code), (ProfileField::FirstName, ErrorCode::NotKept));
    assert_eq!(edit.mine, "Olga");
    assert_eq!(put_count(&test, mark), 6, "three writes, and three more after a wait");
    test.proxy().clear_on("PUT", "/v1/users/");
    test.app.send_again(ProfileField::FirstName).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(profile_on_server(&test).await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn rewritten_etags_are_detected_and_then_no_longer_sent() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.proxy().always(Fault::RewrittenEtag).await;
    let mark = test.proxy().mark();
    // The app still has the server's original ETag.
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(put_count(&test, mark), 1);
    let mark = test.proxy().mark();
    test.app.save_profile(first_name("Olga Anna")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(put_count(&test, mark), 3, "two writes fail with the rewritten ETag, the third is sent without one");
    let mark = test.proxy().mark();
    test.app.save_profile(first_name("Olga Maria")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(put_count(&test, mark), 1, "the app remembers that ETags are rewritten");
    assert_eq!(profile_on_server(&test).await["firstName"], "Olga Maria");
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_works_with_weak_or_missing_etags() {
    for fault in [Fault::WeakEtag, Fault::NoEtag] {
        let test = TestApp::signed_in_with_fast_retries(OWNER).await;
        test.proxy().always(fault).await;
        let mark = test.proxy().mark();
        test.app.refresh();
        test.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
        test.app.save_profile(first_name("Olga")).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(put_count(&test, mark), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_409_or_412_without_an_api_error_the_write_is_verified_and_not_retried_endlessly() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    for status in [409, 412] {
        let name = format!("Olga {status}");
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", Fault::page(status));
        test.app.save_profile(first_name(&name)).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(profile_on_server(&test).await["firstName"], name.as_str());
        assert_eq!(put_count(&test, mark), 2);
    }
    // If every write fails, the app makes a few attempts immediately and the next ones only after a wait.
    test.proxy().always_on("PUT", "/v1/users/", Fault::page(412));
    let mark = test.proxy().mark();
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::Changed))
        .await;
    assert!(put_count(&test, mark) <= 4, "{}", put_count(&test, mark));
}

/// A cache that ignores `Cache-Control` can return the same old profile for a long time.
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_stays_stale_never_confirms_an_edit() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let old_profile = json!({ "status": true, "data": profile_on_server(&test).await }).to_string();
    test.other_client(OWNER).await.put(json!({"firstName": "Olga"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == "Olga").await;
    test.proxy().always_on("GET", "/v1/users/profile", Fault::Json(old_profile));
    test.app.save_profile(first_name("Olivia")).await.unwrap();
    let waiting = test.wait_until(|snapshot| snapshot.sync.error.is_some()).await;
    assert_eq!((waiting.sync.error.unwrap().code, waiting.edits.len()), (ErrorCode::OlderProfile, 1));
    test.proxy().clear_on("GET", "/v1/users/profile");
    test.wait_until(all_sent).await;
    assert_eq!(profile_on_server(&test).await["firstName"], "Olivia");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_profile_is_shown_only_if_the_server_returns_it_for_minutes() {
    let mut test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let old_profile = json!({ "status": true, "data": profile_on_server(&test).await }).to_string();
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    test.proxy().always_on("GET", "/v1/users/profile", Fault::Json(old_profile));
    test.app.refresh();
    let failed = test.wait_until(|snapshot| snapshot.sync.error.is_some()).await;
    assert_eq!(failed.sync.error.unwrap().code, ErrorCode::OlderProfile);
    let profile = failed.profile.unwrap();
    assert_eq!((profile.first_name.as_str(), profile.updated), ("Olga", None));

    // After five minutes the app accepts it: the server itself may have been reset, or its clocks differ.
    let minutes = Arc::new(AtomicI64::new(0));
    let elapsed = Arc::clone(&minutes);
    let clock = move |config: &mut Config| {
        let (clock, elapsed) = (Arc::clone(&config.clock), Arc::clone(&elapsed));
        config.clock = Arc::new(move || clock() + elapsed.load(Ordering::Relaxed) * 60_000);
    };
    test.restart_with(clock).await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.error.is_some()).await;
    minutes.store(6, Ordering::Relaxed);
    test.app.refresh();
    let shown = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    assert_eq!(shown.profile.unwrap().first_name, "Olivia");
}

/// Only the API's own 412 responses show that ETags are rewritten on the way. Those of an intermediary may be
/// temporary.
#[tokio::test(flavor = "multi_thread")]
async fn a_412_from_an_intermediary_does_not_disable_etags() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let mark = test.proxy().mark();
    for _ in 0..2 {
        test.proxy().next_on("PUT", "/v1/users/", Fault::page(412));
    }
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(put_count(&test, mark), 3);
    assert_eq!(server_fact_count(&test), 0);
}

/// The number of stored facts about servers, such as that an intermediary rewrites ETags.
fn server_fact_count(test: &TestApp) -> i64 {
    let database = rusqlite::Connection::open(test.folder.path().join("lapel.db")).unwrap();
    database.query_row("SELECT count(*) FROM server_facts", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_409_without_an_etag_does_not_disable_etags() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.proxy().always_on("PUT", "/v1/users/", Fault::refused(409, 4090, "Not now"));
    test.proxy().always_on("GET", "/v1/users/profile", Fault::NoEtag);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::Changed))
        .await;
    test.proxy().clear_rules();
    test.wait_until(all_sent).await;
    assert_eq!(server_fact_count(&test), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_concurrent_change_to_another_field_is_merged_and_one_to_the_same_field_is_a_conflict() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.proxy().always(Fault::NoEtag).await;
    test.proxy().always_on("PUT", "/v1/users/", Fault::ResetBefore);
    test.app.save_profile(first_name("Mine")).await.unwrap();
    test.other_client(OWNER).await.put(json!({"firstName": "Theirs", "lastName": "Theirs"})).await;
    let in_conflict = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    assert_eq!(in_conflict.profile.unwrap().last_name, "Theirs");
    assert_eq!((in_conflict.edits[0].mine.as_str(), in_conflict.edits[0].theirs.as_deref()), ("Mine", Some("Theirs")));
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_role_changes_only_if_the_server_stores_it() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.proxy().always_on("PUT", "/v1/users/", Fault::drops(&["role"]));
    assert_eq!(test.app.change_own_role("user").await.unwrap_err().code, ErrorCode::NotKept);
    assert_eq!(test.app.snapshot().profile.unwrap().role.role, "admin");
    test.proxy().clear_on("PUT", "/v1/users/");
    let admin = test.other_client(ADMIN).await;
    for (fault, role) in
        [(Fault::StaleInstead, "adminViewer"), (Fault::NoContent, "user"), (Fault::ResetAfter, "adminViewer")]
    {
        test.proxy().next_on("PUT", "/v1/users/", fault);
        test.app.change_own_role(role).await.unwrap();
        assert_eq!(profile_on_server(&test).await["role"], role);
        // Only administrators change roles, so another administrator restores this one.
        let own = test.app.snapshot().profile.unwrap().id;
        assert_eq!(admin.put_role(&format!("users/{own}"), "admin").await, 200);
        test.app.refresh();
        test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().role.role == "admin").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_role_can_be_changed_with_rewritten_etags() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.proxy().always(Fault::RewrittenEtag).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    test.app.change_own_role("user").await.unwrap();
    assert_eq!(profile_on_server(&test).await["role"], "user");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_in_another_unicode_normalization_causes_no_conflict() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.other_client(OWNER).await.put(json!({"firstName": "Zoe\u{308}"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == "Zoe\u{308}").await;
    let base = BaseValues { first_name: Some("Zoë".into()), ..Default::default() };
    test.app.save_profile(ProfileChanges { base, ..first_name("Zoé") }).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(profile_on_server(&test).await["firstName"], "Zoé");
}

#[tokio::test]
async fn a_kept_page_is_shown_by_the_next_start_with_the_same_data_only() {
    let mut test = TestApp::signed_in(OWNER).await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    let account = test.app.snapshot().account.unwrap().id;
    test.app.keep_first_page(account + 1, "of another account".into(), true).await.unwrap();
    test.app.keep_first_page(account, "a page".into(), false).await.unwrap();
    test.app.keep_first_page(account, "another".into(), false).await.unwrap();
    test.restart().await;
    assert_eq!(test.app.boot("", "").first_page.as_deref(), Some("a page"), "the first one stays");
    test.app.keep_first_page(account, "exact".into(), true).await.unwrap();
    test.restart().await;
    assert_eq!(test.app.boot("", "").first_page.as_deref(), Some("exact"));

    test.restart_with(|config| config.page_build = "another".into()).await;
    assert_eq!(test.app.boot("", "").first_page, None, "the styles of another build do not fit");
    test.restart().await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.restart().await;
    assert_eq!(test.app.boot("", "").first_page, None, "the page shows the former name");
    test.app.keep_first_page(account, "with the new name".into(), false).await.unwrap();
    test.restart().await;
    assert_eq!(test.app.boot("", "").first_page.as_deref(), Some("with the new name"));

    let too_long = test.app.keep_first_page(account, "x".repeat(500_001), true).await;
    assert_eq!(too_long.unwrap_err().code, ErrorCode::Internal);
    test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    test.app.keep_first_page(account, "after the sign-out".into(), true).await.unwrap();
    test.restart().await;
    assert_eq!(test.app.boot("", "").first_page, None);
}
