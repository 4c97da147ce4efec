//! Saving a profile: the edits are stored, then sent, and the server's response becomes the cached profile.

use crate::common::{EDITOR, OWNER, TestApp, all_sent, first_name};
use lapel_core::views::{
    EditState, EditView, ErrorCode, Keep, PictureChoice, ProfileChanges, ProfileField, SeenConflict, SyncState,
};
use lapel_sandbox::{Quirks, Uploads};
use serde_json::json;

fn photo() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/512x512.png")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_reaches_the_server_and_the_response_is_shown() {
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
    let on_server = test.other_client(OWNER).await.profile().await;
    let expected = ("Ólga", "", "es", "https://pictures.example.com/me.png");
    let text = |field: &str| on_server[field].as_str().unwrap_or_default().to_owned();
    assert_eq!((&*text("firstName"), &*text("lastName"), &*text("language"), &*text("picture")), expected);
    let profile = snapshot.profile.unwrap();
    assert_eq!((profile.first_name.as_str(), profile.language.as_str()), ("Ólga", "es"));
    assert_eq!(snapshot.interface_language.as_str(), "es");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_value_is_not_sent() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.app.save_profile(first_name("Olivia")).await.unwrap();
    test.wait_until(all_sent).await;
    test.refresh_to_the_end().await;
    let puts = test.sandbox().requests().iter().filter(|(method, _)| method == "PUT").count();
    assert_eq!(puts, 0, "the server has this value already");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_saved_fields_only_the_one_that_differs_is_sent() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    let mark = test.proxy().mark();
    // The server has this last name already.
    let changes = ProfileChanges { last_name: Some("Owner".into()), ..first_name("Olga") };
    test.app.save_profile(changes).await.unwrap();
    test.wait_until(all_sent).await;
    test.refresh_to_the_end().await;
    let writes = test.proxy().writes(mark);
    let [write] = writes.as_slice() else { panic!("expected one write: {writes:?}") };
    assert_eq!((write.method.as_str(), write.body_fields.as_slice()), ("PUT", ["firstName".to_owned()].as_slice()));
    let on_server = test.other_client(OWNER).await.profile().await;
    assert_eq!((on_server["firstName"].as_str(), on_server["lastName"].as_str()), (Some("Olga"), Some("Owner")));
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_values_are_refused_with_their_field_and_nothing_is_stored() {
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
async fn an_edit_saved_offline_survives_a_restart_and_is_sent_on_refresh() {
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
    assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga");
}

fn seen_conflict(edit: &EditView) -> SeenConflict {
    SeenConflict { field: edit.field, theirs: edit.theirs.clone().unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_another_field_is_merged_and_one_to_the_same_field_is_a_conflict() {
    for (keep, expected) in [(Keep::Mine, "Mine"), (Keep::Theirs, "Theirs")] {
        let test = TestApp::signed_in(OWNER).await;
        let other_client = test.other_client(OWNER).await;
        other_client.put(json!({"firstName": "Theirs", "lastName": "OtherClient"})).await;
        test.app.save_profile(first_name("Mine")).await.unwrap();
        let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
        assert_eq!(snapshot.profile.unwrap().last_name, "OtherClient", "merged without a conflict");
        let edit = &snapshot.edits[0];
        let values = (edit.base.as_str(), edit.mine.as_str(), edit.theirs.as_deref());
        assert_eq!((edit.state, values), (EditState::Conflict, ("Olivia", "Mine", Some("Theirs"))));
        test.app.resolve_edits(vec![seen_conflict(&test.app.snapshot().edits[0])], keep).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(other_client.profile().await["firstName"], expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_works_on_a_server_without_etags() {
    let test = TestApp::signed_in(OWNER).await;
    test.sandbox().set_quirks(Quirks { no_etag: true, ..Quirks::default() });
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_clears_omitted_fields_is_detected_and_then_gets_every_field() {
    let test = TestApp::signed_in(OWNER).await;
    test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let cleared: Vec<_> = snapshot.edits.iter().map(|edit| (edit.field, edit.theirs.as_deref())).collect();
    assert!(cleared.contains(&(ProfileField::LastName, Some(""))), "{cleared:?}");
    for edit in snapshot.edits {
        test.app.resolve_edits(vec![seen_conflict(&edit)], Keep::Mine).await.unwrap();
    }
    test.wait_until(all_sent).await;
    let on_server = test.other_client(OWNER).await.profile().await;
    assert_eq!((on_server["firstName"].as_str(), on_server["lastName"].as_str()), (Some("Olga"), Some("Owner")));
    test.app.save_profile(first_name("Olivia")).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(
        test.other_client(OWNER).await.profile().await["lastName"],
        "Owner",
        "sent with the change, so the server does not clear it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_uploaded_once_and_shown_without_being_downloaded() {
    let test = TestApp::signed_in(OWNER).await;
    let prepared = test.prepare_picture(photo()).await;
    let preview = test.app.picture(&prepared.picture.id).await.unwrap();
    let changes =
        ProfileChanges { picture: Some(PictureChoice::Held { id: prepared.picture.id }), ..Default::default() };
    test.app.save_profile(changes).await.unwrap();
    let snapshot = test.wait_until(all_sent).await;
    let shown = snapshot.profile.unwrap().picture.unwrap();
    assert_eq!(test.app.picture(&shown.id).await.unwrap(), preview, "the shown picture is the previewed one");
    let requests = test.sandbox().requests();
    assert_eq!(requests.iter().filter(|(_, path)| path.ends_with("/upload/logo/logo")).count(), 1);
    assert!(!requests.iter().any(|(_, path)| path.contains("/pictures/")), "the picture was not downloaded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_upload_rejects_only_the_picture_edit() {
    for uploads in [Uploads::Refused403, Uploads::Missing404] {
        let test = TestApp::signed_in(OWNER).await;
        test.sandbox().set_quirks(Quirks { uploads, ..Quirks::default() });
        let prepared = test.prepare_picture(photo()).await;
        let picture = Some(PictureChoice::Held { id: prepared.picture.id });
        let changes = ProfileChanges { picture, first_name: Some("Olga".into()), ..Default::default() };
        test.app.save_profile(changes).await.unwrap();
        let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
        let [edit] = snapshot.edits.as_slice() else { panic!("expected only the picture edit: {:?}", snapshot.edits) };
        assert_eq!(edit.reason.as_ref().map(|reason| reason.code), Some(ErrorCode::UploadRefused));
        assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga");
        test.app.drop_edit(ProfileField::Picture).await.unwrap();
        test.wait_until(all_sent).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_can_change_their_own_role_and_others_cannot() {
    let test = TestApp::signed_in(OWNER).await;
    let choices = test.app.snapshot().profile.unwrap().role.choices;
    assert_eq!(choices.len(), 3, "admin, adminViewer, user");
    test.app.change_own_role("adminViewer").await.unwrap();
    assert_eq!(test.app.snapshot().profile.unwrap().role.role, "adminViewer");
    assert_eq!(test.other_client(OWNER).await.profile().await["role"], "adminViewer");
    let refused = test.app.change_own_role("admin").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RoleNotAllowed);

    let editor = TestApp::signed_in(EDITOR).await;
    assert!(editor.app.snapshot().profile.unwrap().role.choices.is_empty());
    assert_eq!(editor.app.change_own_role("admin").await.unwrap_err().code, ErrorCode::RoleNotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_sees_the_servers_message() {
    let test = TestApp::signed_in(OWNER).await;
    let admin = test.other_client("admin@example.com").await;
    admin.put(json!({"role": "user"})).await;
    let refused = test.app.change_own_role("user").await.unwrap_err();
    assert_eq!((refused.code, refused.details.server_code), (ErrorCode::Rejected, Some(5120)));
    assert!(refused.details.server_message.is_some_and(|message| message.contains("last")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_and_its_picture_survive_a_restart() {
    let mut test = TestApp::signed_in(OWNER).await;
    let prepared = test.prepare_picture(photo()).await;
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
