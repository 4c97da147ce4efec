//! Saving: stored first, then sent, then the server's answer is the profile.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{EDITOR, OWNER, TestApp, all_sent, first_name};
use lapel_core::views::{
    EditState, EditView, ErrorCode, Keep, PictureChoice, ProfileChanges, ProfileField, SeenConflict, SyncState,
};
use lapel_sandbox::{Quirks, Uploads};
use serde_json::json;

fn photo() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/512x512.png")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_reaches_the_server_and_the_answer_is_shown() {
    let test = TestApp::signed_in(OWNER).await;
    let changes = ProfileChanges {
        first_name: Some("  Ólga ".into()),
        last_name: Some(String::new()),
        language: Some("es".into()),
        picture: Some(PictureChoice::Url { url: "https://pictures.example.com/me.png".into() }),
        ..Default::default()
    };
    test.app.save_profile(changes).await.unwrap();
    let snapshot = test.wait_until(all_sent).await;
    let theirs = test.elsewhere(OWNER).await.profile().await;
    let expected = ("Ólga", "", "es", "https://pictures.example.com/me.png");
    let text = |field: &str| theirs[field].as_str().unwrap_or_default().to_owned();
    assert_eq!((&*text("firstName"), &*text("lastName"), &*text("language"), &*text("picture")), expected);
    let profile = snapshot.profile.unwrap();
    assert_eq!((profile.first_name.as_str(), profile.language.as_str()), ("Ólga", "es"));
    assert_eq!(snapshot.interface_language, lapel_core::views::InterfaceLanguage::Es);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_differs_is_written() {
    let test = TestApp::signed_in(OWNER).await;
    test.app.save_profile(first_name("Olivia")).await.unwrap();
    test.wait_until(all_sent).await;
    let puts = test.sandbox().requests().iter().filter(|(method, _)| method == "PUT").count();
    assert_eq!(puts, 0, "the server has this value already");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_not_valid_are_refused_by_field_and_nothing_is_stored() {
    let test = TestApp::signed_in(OWNER).await;
    let cases = [
        (first_name("  "), ErrorCode::InvalidName, ProfileField::FirstName, Some("empty")),
        (first_name("a\u{7}b"), ErrorCode::InvalidName, ProfileField::FirstName, Some("control")),
        (
            ProfileChanges { last_name: Some("x".repeat(129)), ..Default::default() },
            ErrorCode::InvalidName,
            ProfileField::LastName,
            Some("tooLong"),
        ),
        (
            ProfileChanges { language: Some("not a tag".into()), ..Default::default() },
            ErrorCode::LanguageNotOffered,
            ProfileField::Language,
            None,
        ),
        (
            ProfileChanges {
                picture: Some(PictureChoice::Url { url: "http://x.example/a".into() }),
                ..Default::default()
            },
            ErrorCode::InvalidPictureUrl,
            ProfileField::Picture,
            None,
        ),
        (
            ProfileChanges { picture: Some(PictureChoice::Held { id: "nothing".into() }), ..Default::default() },
            ErrorCode::PictureGone,
            ProfileField::Picture,
            None,
        ),
    ];
    for (mut changes, code, field, problem) in cases {
        if changes.first_name.is_none() {
            changes.first_name = Some("Valid".into());
        }
        let refused = test.app.save_profile(changes).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.details.field, refused.details.problem.as_deref()),
            (code, Some(field), problem)
        );
    }
    assert!(test.app.snapshot().edits.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_edit_stays_over_a_restart_and_try_again_sends_it() {
    let mut test = TestApp::signed_in(OWNER).await;
    test.stop_server().await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
    test.restart().await;
    assert_eq!(test.app.snapshot().edits[0].mine, "Olga");
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
    test.start_server().await;
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!(test.elsewhere(OWNER).await.profile().await["firstName"], "Olga");
}

/// A conflict as whoever decides sees it.
fn seen(edit: &EditView) -> SeenConflict {
    SeenConflict { field: edit.field, theirs: edit.theirs.clone().unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_fields_are_merged_and_the_same_field_is_a_conflict_that_is_decided() {
    for (keep, expected) in [(Keep::Mine, "Mine"), (Keep::Theirs, "Theirs")] {
        let test = TestApp::signed_in(OWNER).await;
        let elsewhere = test.elsewhere(OWNER).await;
        elsewhere.put(json!({"firstName": "Theirs", "lastName": "OtherClient"})).await;
        test.app.save_profile(first_name("Mine")).await.unwrap();
        let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
        assert_eq!(snapshot.profile.unwrap().last_name, "OtherClient", "merged silently");
        let edit = &snapshot.edits[0];
        let values = (edit.base.as_str(), edit.mine.as_str(), edit.theirs.as_deref());
        assert_eq!((edit.state, values), (EditState::Conflict, ("Olivia", "Mine", Some("Theirs"))));
        test.app.resolve_edits(vec![seen(&test.app.snapshot().edits[0])], keep).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(elsewhere.profile().await["firstName"], expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_etags_works_the_same() {
    let test = TestApp::signed_in(OWNER).await;
    test.sandbox().set_quirks(Quirks { no_etag: true, ..Quirks::default() });
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.elsewhere(OWNER).await.profile().await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_empties_what_is_left_out_is_noticed_and_gets_all_five_from_then_on() {
    let test = TestApp::signed_in(OWNER).await;
    test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let emptied: Vec<_> = snapshot.edits.iter().map(|edit| (edit.field, edit.theirs.as_deref())).collect();
    assert!(emptied.contains(&(ProfileField::LastName, Some(""))), "{emptied:?}");
    for edit in snapshot.edits {
        test.app.resolve_edits(vec![seen(&edit)], Keep::Mine).await.unwrap();
    }
    test.wait_until(all_sent).await;
    let theirs = test.elsewhere(OWNER).await.profile().await;
    assert_eq!((theirs["firstName"].as_str(), theirs["lastName"].as_str()), (Some("Olga"), Some("Owner")));
    test.app.save_profile(first_name("Olivia")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.elsewhere(OWNER).await.profile().await["lastName"], "Owner", "sent along, so not emptied again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_prepared_uploaded_once_and_shown_without_being_fetched() {
    let test = TestApp::signed_in(OWNER).await;
    let prepared = test.prepared(photo()).await;
    let preview = test.app.picture(&prepared.picture.id).await.unwrap();
    let changes =
        ProfileChanges { picture: Some(PictureChoice::Held { id: prepared.picture.id }), ..Default::default() };
    test.app.save_profile(changes).await.unwrap();
    let snapshot = test.wait_until(all_sent).await;
    let shown = snapshot.profile.unwrap().picture.unwrap();
    assert_eq!(test.app.picture(&shown.id).await.unwrap(), preview, "what was previewed is what is shown");
    let requests = test.sandbox().requests();
    assert_eq!(requests.iter().filter(|(_, path)| path.ends_with("/upload/logo/logo")).count(), 1);
    assert!(!requests.iter().any(|(_, path)| path.contains("/pictures/")), "it was not fetched back");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_uploads_are_refused_the_edit_is_parked_with_that_reason() {
    for uploads in [Uploads::Refused403, Uploads::Missing404] {
        let test = TestApp::signed_in(OWNER).await;
        test.sandbox().set_quirks(Quirks { uploads, ..Quirks::default() });
        let prepared = test.prepared(photo()).await;
        let picture = Some(PictureChoice::Held { id: prepared.picture.id });
        let changes = ProfileChanges { picture, first_name: Some("Olga".into()), ..Default::default() };
        test.app.save_profile(changes).await.unwrap();
        let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
        let [edit] = snapshot.edits.as_slice() else { panic!("the name went out: {:?}", snapshot.edits) };
        assert_eq!(edit.reason.as_ref().map(|reason| reason.code), Some(ErrorCode::UploadRefused));
        assert_eq!(test.elsewhere(OWNER).await.profile().await["firstName"], "Olga");
        test.app.drop_edit(ProfileField::Picture).await.unwrap();
        test.wait_until(all_sent).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_changes_the_own_role_and_others_may_not() {
    let test = TestApp::signed_in(OWNER).await;
    let choices = test.app.snapshot().profile.unwrap().role.choices;
    assert_eq!(choices.len(), 3, "admin, adminViewer, user");
    test.app.change_own_role("adminViewer").await.unwrap();
    assert_eq!(test.app.snapshot().profile.unwrap().role.role, "adminViewer");
    assert_eq!(test.elsewhere(OWNER).await.profile().await["role"], "adminViewer");
    let refused = test.app.change_own_role("admin").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RoleNotAllowed);

    let editor = TestApp::signed_in(EDITOR).await;
    assert!(editor.app.snapshot().profile.unwrap().role.choices.is_empty());
    assert_eq!(editor.app.change_own_role("admin").await.unwrap_err().code, ErrorCode::RoleNotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_is_told_in_the_servers_words() {
    let test = TestApp::signed_in(OWNER).await;
    let admin = test.elsewhere("admin@example.com").await;
    admin.put(json!({"role": "user"})).await;
    let refused = test.app.change_own_role("user").await.unwrap_err();
    assert_eq!((refused.code, refused.details.server_code), (ErrorCode::Rejected, Some(5120)));
    assert!(refused.details.server_message.is_some_and(|sentence| sentence.contains("last")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_comes_back_after_a_restart_with_its_picture() {
    let mut test = TestApp::signed_in(OWNER).await;
    let prepared = test.prepared(photo()).await;
    let draft = lapel_core::views::DraftValues {
        first_name: Some(" not yet ".into()),
        picture: Some(PictureChoice::Held { id: prepared.picture.id.clone() }),
        ..Default::default()
    };
    test.app.keep_draft(draft.clone()).await.unwrap();
    test.restart().await;
    assert_eq!(test.app.snapshot().draft, Some(draft));
    test.app.picture(&prepared.picture.id).await.unwrap();
}
