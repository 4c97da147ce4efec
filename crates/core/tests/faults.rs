//! Saving over a network that fails, beside somebody else, and while the person goes on.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{OWNER, TestApp, all_sent, first_name};
use lapel_core::views::{
    BaseValues, EditState, ErrorCode, Keep, PictureChoice, ProfileChanges, ProfileField, SeenConflict, Snapshot,
    SyncState,
};
use lapel_sandbox::Quirks;
use lapel_testkit::proxy::Fault;
use serde_json::json;

async fn with_picture(test: &TestApp) -> ProfileChanges {
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/512x512.png")).unwrap();
    let prepared = test.prepared(photo).await;
    ProfileChanges { picture: Some(PictureChoice::Held { id: prepared.picture.id }), ..first_name("First") }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_while_an_upload_runs_is_what_the_server_gets() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().next_on("POST", "/v1/upload/", Fault::Latency(std::time::Duration::from_millis(700)));
    let changes = with_picture(&test).await;
    test.app.save_profile(changes).await.unwrap();
    test.proxy().wait_for(mark, "POST", "/v1/upload/").await.unwrap();
    test.app.save_profile(first_name("Second")).await.unwrap();
    test.wait_until(all_sent).await;
    let theirs = test.elsewhere(OWNER).await.profile().await;
    assert_eq!(theirs["firstName"], "Second");
    assert!(theirs["picture"].as_str().unwrap().contains("/pictures/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_drops_its_edit_alone_and_the_prepared_picture_can_be_used_again() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.proxy().next_on("POST", "/v1/upload/", Fault::Stall);
    let mark = test.proxy().mark();
    let changes = with_picture(&test).await;
    let picture = changes.picture.clone();
    test.app.save_profile(changes).await.unwrap();
    test.proxy().wait_for(mark, "POST", "/v1/upload/").await.unwrap();
    test.app.cancel_upload();
    test.wait_until(all_sent).await;
    let theirs = test.elsewhere(OWNER).await;
    assert_eq!(theirs.profile().await["firstName"], "First", "the name was not cancelled");
    test.app.save_profile(ProfileChanges { picture, ..Default::default() }).await.unwrap();
    test.wait_until(all_sent).await;
    assert!(theirs.profile().await["picture"].as_str().unwrap().contains("/pictures/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_whose_fate_is_unknown_waits_and_does_not_seem_to_be_on_its_way() {
    let mut test = TestApp::behind_a_proxy(OWNER).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::ResetAfter);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let waits = |snapshot: &Snapshot| {
        snapshot.sync.state == SyncState::WaitingForNetwork && snapshot.edits[0].state == EditState::Waiting
    };
    test.wait_until(waits).await;
    test.proxy().always(Fault::Offline).await;
    test.restart().await;
    test.app.start().await;
    test.wait_until(waits).await;
    test.proxy().always(Fault::Pass).await;
    test.app.refresh();
    test.wait_until(all_sent).await;
    let puts = test.sandbox().requests().iter().filter(|(method, _)| method == "PUT").count();
    assert_eq!(puts, 1, "it had arrived, and is not written twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_changed_elsewhere_since_the_person_began_to_type_is_a_conflict() {
    let test = TestApp::signed_in(OWNER).await;
    test.elsewhere(OWNER).await.put(json!({"firstName": "Theirs"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == "Theirs").await;
    let base = BaseValues { first_name: Some("Olivia".into()), ..Default::default() };
    test.app.save_profile(ProfileChanges { base, ..first_name("Mine") }).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    assert_eq!(snapshot.edits[0].theirs.as_deref(), Some("Theirs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_gone_from_the_server_keeps_cache_and_edits_and_is_told() {
    for method in ["GET", "PUT"] {
        let test = TestApp::behind_a_proxy(OWNER).await;
        test.proxy().next_on(method, "/v1/users/", Fault::refused(404, 3001, "Entity not found"));
        test.app.save_profile(first_name("Olga")).await.unwrap();
        let told = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused && snapshot.sync.error.is_some();
        let snapshot = test.wait_until(told).await;
        let reason = snapshot.edits[0].reason.as_ref().map(|reason| reason.code);
        assert_eq!(reason, Some(ErrorCode::PersonGone), "{method}");
        assert!(snapshot.profile.is_some(), "{method}: the cache stays");
        assert_eq!(snapshot.sync.error.map(|error| error.code), Some(ErrorCode::PersonGone), "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_404_parks_nothing_and_a_role_that_could_not_be_put_stays_as_it_was() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::status(404));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let error = test.wait_until(|snapshot| snapshot.sync.error.is_some()).await;
    assert_eq!(error.sync.error.map(|error| error.code), Some(ErrorCode::Between));
    assert_eq!(test.app.snapshot().edits[0].state, EditState::Waiting);
    test.app.drop_edit(ProfileField::FirstName).await.unwrap();
    test.wait_until(all_sent).await;

    test.proxy().next_on("PUT", "/v1/users/", Fault::ResetBefore);
    assert_eq!(test.app.change_own_role("user").await.unwrap_err().code, ErrorCode::Network);
    assert_eq!(test.app.snapshot().profile.unwrap().role.role, "admin");
    test.proxy().always(Fault::Offline).await;
    test.app.refresh();
    let offline = test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
    assert_eq!(offline.profile.unwrap().role.reason, Some(lapel_core::views::RoleReason::Offline));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_from_a_pictures_address_is_shown_only_where_it_is_a_picture_and_wanted() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    let changes = with_picture(&test).await;
    test.app.save_profile(changes).await.unwrap();
    test.wait_until(all_sent).await;
    // Another computer, which has nothing of it in its cache.
    let other = TestApp { folder: tempfile::tempdir().unwrap(), ..test };
    let app = lapel_core::App::open(common::config(other.folder.path(), &other.vault));
    let other = TestApp { app, ..other };
    other.sign_in(OWNER, common::PASSWORD).await.unwrap();
    let shown = other.wait_until(all_sent).await.profile.unwrap().picture.unwrap();
    other.proxy().next_on("GET", "/v1/pictures/", Fault::page(200));
    assert_eq!(other.app.picture(&shown.id).await.unwrap_err().code, ErrorCode::NotAPicture);
    other.app.picture(&shown.id).await.expect("what was no picture was not kept either");

    let mut preferences = other.app.preferences();
    preferences.load_remote_pictures = false;
    other.app.set_preferences(preferences);
    let refused = other.app.preview_picture_url("https://pictures.example.com/me.png").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RemotePicturesOff);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_empties_is_asked_about_also_where_its_answer_was_lost() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    test.proxy().next_on("PUT", "/v1/users/", Fault::ResetAfter);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let emptied: Vec<_> = snapshot.edits.iter().map(|edit| (edit.field, edit.mine.as_str())).collect();
    assert!(emptied.contains(&(ProfileField::LastName, "Owner")), "{emptied:?}");
}

/// A server that had emptied the language, and has got another one whose answer was lost; that one is dropped here.
async fn with_a_dropped_language() -> TestApp {
    let mut test = TestApp::behind_a_proxy(OWNER).await;
    test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    // So that nothing is tried but what the person asks for.
    let never = std::time::Duration::from_secs(3600);
    test.restart_with(|config| config.backoff = lapel_core::Backoff { first: never, max: never }).await;
    test.elsewhere(OWNER).await.put(json!({"firstName": "Olga"})).await;
    test.app.start().await;
    let asked = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let seen = asked.edits.iter().map(|edit| SeenConflict { field: edit.field, theirs: edit.theirs.clone().unwrap() });
    test.app.resolve_edits(seen.collect(), Keep::Theirs).await.unwrap();
    test.wait_until(all_sent).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::ResetAfter);
    test.app.save_profile(language("es")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
    test.app.drop_edit(ProfileField::Language).await.unwrap();
    test
}

fn language(tag: &str) -> ProfileChanges {
    ProfileChanges { language: Some(tag.into()), ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dropped_after_it_was_sent_is_no_third_value_for_what_is_saved_next() {
    let test = with_a_dropped_language().await;
    test.app.save_profile(language("de")).await.unwrap();
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!(test.elsewhere(OWNER).await.profile().await["language"], "de");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_no_server_takes_is_sent_to_take_an_edit_back() {
    let test = with_a_dropped_language().await;
    let mark = test.proxy().mark();
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert!(test.proxy().requests(mark).iter().all(|request| request.method == "GET"), "it was empty before");
    assert_eq!(test.elsewhere(OWNER).await.profile().await["language"], "es");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_the_profile_could_not_be_put_nothing_is_uploaded_twice() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    let changes = with_picture(&test).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::status(503));
    let mark = test.proxy().mark();
    test.app.save_profile(changes).await.unwrap();
    test.wait_until(all_sent).await;
    let requests = test.proxy().requests(mark);
    let count = |method: &str| requests.iter().filter(|request| request.method == method).count();
    assert_eq!((count("POST"), count("PUT")), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_fails_holds_nothing_else_up() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    let changes = with_picture(&test).await;
    test.proxy().next_on("POST", "/v1/upload/", Fault::status(503));
    let mark = test.proxy().mark();
    test.app.save_profile(changes).await.unwrap();
    test.wait_until(all_sent).await;
    let requests = test.proxy().requests(mark);
    let order: Vec<&str> =
        requests.iter().map(|request| request.method.as_str()).filter(|method| *method != "GET").collect();
    assert_eq!(order, ["POST", "PUT", "POST", "PUT"], "the name goes without waiting for the picture");
}
