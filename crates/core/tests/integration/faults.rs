//! Saving over an unreliable network, with concurrent changes by other clients and by the same person.

use crate::common::{OWNER, PASSWORD, TestApp, all_sent, first_name};
use lapel_core::views::{
    BaseValues, EditState, ErrorCode, Keep, PictureChoice, ProfileChanges, ProfileField, SeenConflict, Snapshot,
    SyncState,
};
use lapel_sandbox::Quirks;
use lapel_testkit::proxy::Fault;
use serde_json::json;

async fn changes_with_picture(test: &TestApp) -> ProfileChanges {
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/512x512.png")).unwrap();
    let prepared = test.prepare_picture(photo).await;
    ProfileChanges { picture: Some(PictureChoice::Held { id: prepared.picture.id }), ..first_name("First") }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_gets_the_value_that_was_saved_during_an_upload() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().next_on("POST", "/v1/upload/", Fault::Latency(std::time::Duration::from_millis(700)));
    let changes = changes_with_picture(&test).await;
    test.app.save_profile(changes).await.unwrap();
    test.proxy().wait_for(mark, "POST", "/v1/upload/").await.unwrap();
    test.app.save_profile(first_name("Second")).await.unwrap();
    test.wait_until(all_sent).await;
    let on_server = test.other_client(OWNER).await.profile().await;
    assert_eq!(on_server["firstName"], "Second");
    assert!(on_server["picture"].as_str().unwrap().contains("/pictures/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_an_upload_drops_only_the_picture_edit_and_the_picture_can_be_used_again() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.proxy().next_on("POST", "/v1/upload/", Fault::Stall);
    let mark = test.proxy().mark();
    let changes = changes_with_picture(&test).await;
    let picture = changes.picture.clone();
    test.app.save_profile(changes).await.unwrap();
    test.proxy().wait_for(mark, "POST", "/v1/upload/").await.unwrap();
    test.app.cancel_upload();
    test.wait_until(all_sent).await;
    let other_client = test.other_client(OWNER).await;
    assert_eq!(other_client.profile().await["firstName"], "First", "the first name is still sent");
    test.app.save_profile(ProfileChanges { picture, ..Default::default() }).await.unwrap();
    test.wait_until(all_sent).await;
    assert!(other_client.profile().await["picture"].as_str().unwrap().contains("/pictures/"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn leaving_the_account_during_an_upload_keeps_the_picture_edit() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.proxy().next_on("POST", "/v1/upload/", Fault::Stall);
    let mark = test.proxy().mark();
    test.app.save_profile(changes_with_picture(&test).await).await.unwrap();
    test.proxy().wait_for(mark, "POST", "/v1/upload/").await.unwrap();
    for _ in 0..50 {
        let mark = test.proxy().mark();
        test.proxy().next_on("POST", "/v1/upload/", Fault::Stall);
        test.app.leave_account().await.unwrap();
        test.sign_in(OWNER, PASSWORD).await.unwrap();
        let edits = test.app.snapshot().edits;
        assert!(edits.iter().any(|edit| edit.field == ProfileField::Picture), "the edit is lost: {edits:?}");
        test.proxy().wait_for(mark, "POST", "/v1/upload/").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_with_an_unknown_outcome_is_shown_as_waiting_and_not_as_in_flight() {
    let mut test = TestApp::signed_in_through_proxy(OWNER).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::ResetAfter);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let is_waiting = |snapshot: &Snapshot| {
        snapshot.sync.state == SyncState::WaitingForNetwork && snapshot.edits[0].state == EditState::Waiting
    };
    test.wait_until(is_waiting).await;
    test.proxy().always(Fault::Offline).await;
    test.restart().await;
    test.app.start().await;
    test.wait_until(is_waiting).await;
    test.proxy().always(Fault::Pass).await;
    test.app.refresh();
    test.wait_until(all_sent).await;
    let puts = test.sandbox().requests().iter().filter(|(method, _)| method == "PUT").count();
    assert_eq!(puts, 1, "the first write had arrived, so there is no second one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_changed_by_another_client_while_the_person_types_is_a_conflict() {
    let test = TestApp::signed_in(OWNER).await;
    test.other_client(OWNER).await.put(json!({"firstName": "Theirs"})).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == "Theirs").await;
    let base = BaseValues { first_name: Some("Olivia".into()), ..Default::default() };
    test.app.save_profile(ProfileChanges { base, ..first_name("Mine") }).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    assert_eq!(snapshot.edits[0].theirs.as_deref(), Some("Theirs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn if_the_person_is_deleted_on_the_server_the_cache_and_edits_stay_and_an_error_is_shown() {
    for method in ["GET", "PUT"] {
        let test = TestApp::signed_in_through_proxy(OWNER).await;
        test.proxy().next_on(method, "/v1/users/", Fault::refused(404, 3001, "Entity not found"));
        test.app.save_profile(first_name("Olga")).await.unwrap();
        let is_rejected =
            |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused && snapshot.sync.error.is_some();
        let snapshot = test.wait_until(is_rejected).await;
        let reason = snapshot.edits[0].reason.as_ref().map(|reason| reason.code);
        assert_eq!(reason, Some(ErrorCode::PersonGone), "{method}");
        assert!(snapshot.profile.is_some(), "{method}: the cache stays");
        assert_eq!(snapshot.sync.error.map(|error| error.code), Some(ErrorCode::PersonGone), "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_404_without_an_api_error_rejects_no_edit_and_a_failed_role_change_keeps_the_role() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::status(404));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let error = test.wait_until(|snapshot| snapshot.sync.error.is_some()).await;
    assert_eq!(error.sync.error.map(|error| error.code), Some(ErrorCode::Intermediary));
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
async fn a_remote_picture_is_shown_only_if_it_is_an_image_and_remote_pictures_are_on() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    let changes = changes_with_picture(&test).await;
    test.app.save_profile(changes).await.unwrap();
    test.wait_until(all_sent).await;
    // Another computer with an empty cache.
    let other = TestApp { folder: tempfile::tempdir().unwrap(), ..test };
    let app = lapel_core::App::open(crate::common::config(other.folder.path(), &other.vault));
    let other = TestApp { app, ..other };
    other.sign_in(OWNER, crate::common::PASSWORD).await.unwrap();
    let shown = other.wait_until(all_sent).await.profile.unwrap().picture.unwrap();
    other.proxy().next_on("GET", "/v1/pictures/", Fault::page(200));
    assert_eq!(other.app.picture(&shown.id).await.unwrap_err().code, ErrorCode::NotAPicture);
    other.app.picture(&shown.id).await.expect("the invalid response was not cached");

    let mut preferences = other.app.preferences();
    preferences.load_remote_pictures = false;
    other.app.set_preferences(preferences);
    let refused = other.app.preview_picture_url("https://pictures.example.com/me.png").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RemotePicturesOff);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_cleared_by_the_server_become_conflicts_even_if_the_response_was_lost() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    test.proxy().next_on("PUT", "/v1/users/", Fault::ResetAfter);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let cleared: Vec<_> = snapshot.edits.iter().map(|edit| (edit.field, edit.mine.as_str())).collect();
    assert!(cleared.contains(&(ProfileField::LastName, "Owner")), "{cleared:?}");
}

/// The server has cleared the language and then stored a new one. The response to that write was lost, and the person
/// has dropped the edit.
async fn app_with_dropped_language() -> TestApp {
    let mut test = TestApp::signed_in_through_proxy(OWNER).await;
    test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    // No automatic retries.
    let never = std::time::Duration::from_secs(3600);
    test.restart_with(|config| config.backoff = lapel_core::Backoff { first: never, max: never }).await;
    test.other_client(OWNER).await.put(json!({"firstName": "Olga"})).await;
    test.app.start().await;
    let in_conflict = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let seen =
        in_conflict.edits.iter().map(|edit| SeenConflict { field: edit.field, theirs: edit.theirs.clone().unwrap() });
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
async fn a_dropped_value_that_reached_the_server_causes_no_conflict_at_the_next_save() {
    let test = app_with_dropped_language().await;
    test.app.save_profile(language("de")).await.unwrap();
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!(test.other_client(OWNER).await.profile().await["language"], "de");
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_sent_edit_does_not_send_an_empty_language() {
    let test = app_with_dropped_language().await;
    let mark = test.proxy().mark();
    test.refresh_to_the_end().await;
    test.wait_until(all_sent).await;
    assert_eq!(test.proxy().writes(mark), [], "the old value was empty, which no server accepts");
    assert_eq!(test.other_client(OWNER).await.profile().await["language"], "es");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_profile_write_the_picture_is_not_uploaded_again() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    let changes = changes_with_picture(&test).await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::status(503));
    let mark = test.proxy().mark();
    test.app.save_profile(changes).await.unwrap();
    test.wait_until(all_sent).await;
    let requests = test.proxy().requests(mark);
    let count = |method: &str| requests.iter().filter(|request| request.method == method).count();
    assert_eq!((count("POST"), count("PUT")), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_upload_does_not_delay_other_edits() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    let changes = changes_with_picture(&test).await;
    test.proxy().next_on("POST", "/v1/upload/", Fault::status(503));
    let mark = test.proxy().mark();
    test.app.save_profile(changes).await.unwrap();
    test.wait_until(all_sent).await;
    let requests = test.proxy().requests(mark);
    let order: Vec<&str> =
        requests.iter().map(|request| request.method.as_str()).filter(|method| *method != "GET").collect();
    assert_eq!(order, ["POST", "PUT", "POST", "PUT"], "the name is sent without waiting for the picture");
}
