//! The export of a user's own data: what the archive has, that it has no secret, and that it needs no network.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::common::desktop::TestDesktop;
use crate::common::team::team_is_read;
use crate::common::{OWNER, PASSWORD, TestApp, first_name};
use lapel_core::App;
use lapel_core::views::{
    DataTexts, DraftValues, ErrorCode, ListSeparator, PictureChoice, ProfileChanges, RoleChangeRequest, RoleKind,
    SavedFile, TeamQuery,
};
use lapel_testkit::proxy::Fault;
use serde_json::Value;

fn texts() -> DataTexts {
    DataTexts {
        title: "Data of Ana\nin Lapel".into(),
        profile: "Your profile.".into(),
        picture: "Your picture.".into(),
        history: "Your role changes.".into(),
        edits: "Your changes.".into(),
        edit_pictures: "A picture that is not sent.".into(),
    }
}

async fn export(test: &TestApp) -> SavedFile {
    test.app.export_data(texts(), ListSeparator::Comma).await.unwrap()
}

fn path(test: &TestApp, saved: &SavedFile) -> PathBuf {
    assert_eq!(saved.folder, "downloads");
    test.folder.path().join("downloads").join(&saved.name)
}

/// The files of an archive.
fn files(archive: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(File::open(archive).unwrap()).unwrap();
    let count = archive.len();
    let read = |number| {
        let (mut file, mut bytes) = (archive.by_index(number).unwrap(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

fn json(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap()
}

fn picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(600, 600).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

async fn save_picture(test: &TestApp) {
    let id = test.prepare_picture(picture()).await.picture.id;
    let picture = Some(PictureChoice::Held { id });
    test.app.save_profile(ProfileChanges { picture, ..Default::default() }).await.unwrap();
}

/// Panics if one of the files has a token or the password.
fn assert_no_secret(test: &TestApp, files: &BTreeMap<String, Vec<u8>>) {
    let mut secrets = test.proxy().tokens();
    assert!(!secrets.is_empty());
    secrets.push(PASSWORD.to_owned());
    for (name, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{name} has a secret");
        }
        assert!(!text.to_lowercase().contains("intercom"), "{name} has the credential of another service");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_has_the_data_of_the_account_and_no_secret() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    save_picture(&test).await;
    let snapshot = test.wait_until(crate::common::all_sent).await;
    let shown = snapshot.profile.unwrap().picture.unwrap();
    let shown = test.app.picture(&shown.id).await.unwrap();
    test.app.open_team(None).await.unwrap();
    test.wait_until(team_is_read).await;
    let query = TeamQuery { search: "editor@example.com".into(), ..TeamQuery::default() };
    let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
    let request = RoleChangeRequest { id, kind: RoleKind::Team, from: "editor".into(), to: "viewer".into() };
    test.app.change_role(request).await.unwrap();

    let saved = export(&test).await;
    assert!(saved.name.starts_with("lapel-your-data-owner-example-com-2"), "{saved:?}");
    let files = files(&path(&test, &saved));
    assert_eq!(files.keys().collect::<Vec<_>>(), ["README.txt", "history.csv", "picture.jpg", "profile.json"]);
    assert_eq!(json(&files, "profile.json")["first_name"], "Olivia");
    assert_eq!(files["picture.jpg"], shown.bytes);
    assert!(String::from_utf8_lossy(&files["history.csv"]).contains("editor@example.com,team,editor,viewer"));
    let readme = String::from_utf8(files["README.txt"].clone()).unwrap();
    assert_eq!(
        readme,
        "Data of Anain Lapel\r\n\r\nprofile.json\r\n    Your profile.\r\n\r\npicture.jpg\r\n    Your picture.\r\n\r\n\
         history.csv\r\n    Your role changes.\r\n",
        "only the files that exist"
    );
    assert_no_secret(&test, &files);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_server_the_archive_has_what_waits_and_what_is_typed() {
    let mut test = TestApp::signed_in_through_proxy(OWNER).await;
    test.proxy().always_on("PUT", "/v1/users", Fault::status(503));
    test.proxy().always_on("POST", "/v1/upload", Fault::status(503));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    save_picture(&test).await;
    let draft = test.prepare_picture(picture()).await.picture.id;
    let typed = DraftValues {
        last_name: Some("Typed".into()),
        picture: Some(PictureChoice::Held { id: draft }),
        ..DraftValues::default()
    };
    test.app.keep_draft(typed).await.unwrap();
    test.stop_server().await;
    test.restart().await;

    let saved = export(&test).await;
    let files = files(&path(&test, &saved));
    let names: Vec<_> = files.keys().collect();
    let expected = ["README.txt", "edit-picture-1.jpg", "edit-picture-2.jpg", "edits.json", "profile.json"];
    assert_eq!(names, expected);
    let edits = json(&files, "edits.json");
    let edit = |field: &str| {
        let mut all = edits["edits"].as_array().unwrap().iter();
        all.find(|edit| edit["field"] == field).unwrap().clone()
    };
    assert_eq!((&edit("firstName")["value"]["text"], &edit("firstName")["before"]), (&"Olga".into(), &"Olivia".into()));
    assert!(["waiting", "sending"].contains(&edit("firstName")["state"].as_str().unwrap()), "{edits:#}");
    assert_eq!(edit("picture")["value"]["file"], "edit-picture-1.jpg");
    assert_eq!(edits["draft"]["values"]["lastName"]["text"], "Typed");
    assert_eq!(edits["draft"]["values"]["picture"]["file"], "edit-picture-2.jpg");
    assert_no_secret(&test, &files);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_and_a_refused_edit_are_exported_with_the_servers_side() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.proxy().always_on("PUT", "/v1/users", Fault::status(503));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.other_client(OWNER).await.put(serde_json::json!({ "firstName": "Oda" })).await;
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.sync.state == lapel_core::views::SyncState::Conflict).await;
    let edits = json(&files(&path(&test, &export(&test).await)), "edits.json");
    let edit = &edits["edits"][0];
    assert_eq!((&edit["state"], &edit["serverValue"]), (&"conflict".into(), &"Oda".into()), "{edits:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exported_file_is_shown_and_nothing_else_can_be() {
    let mut test = TestApp::signed_in(OWNER).await;
    let desktop = TestDesktop::default();
    let recorder = desktop.clone();
    test.restart_with(move |config| config.desktop = std::sync::Arc::new(recorder.clone())).await;
    let nothing = test.app.show_exported_data().await.unwrap_err();
    assert_eq!(nothing.code, ErrorCode::Internal, "the page offers it only after an export");
    let (first, second) = (export(&test).await, export(&test).await);
    assert_ne!(first.name, second.name);
    test.app.show_exported_data().await.unwrap();
    assert_eq!(*desktop.shown.lock().unwrap(), [path(&test, &second)]);
    *desktop.fails.lock().unwrap() = true;
    assert_eq!(test.app.show_exported_data().await.unwrap_err().code, ErrorCode::FolderNotShown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_used_is_told() {
    let test = TestApp::signed_in(OWNER).await;
    std::fs::write(test.folder.path().join("downloads"), "not a folder").unwrap();
    let failed = test.app.export_data(texts(), ListSeparator::Comma).await.unwrap_err();
    assert_eq!((failed.code, failed.details.problem.as_deref()), (ErrorCode::ExportFailed, Some("folder")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_two_factor_opens_only_for_the_public_service() {
    let mut test = TestApp::signed_in(OWNER).await;
    let desktop = TestDesktop::default();
    let recorder = desktop.clone();
    let with_desktop = move |config: &mut lapel_core::Config| config.desktop = std::sync::Arc::new(recorder.clone());
    test.restart_with(&with_desktop).await;
    assert_eq!(test.app.open_two_factor_page().await.unwrap_err().code, ErrorCode::Internal);
    assert_eq!(*desktop.opened.lock().unwrap(), Vec::<String>::new());

    test.app = App::open(crate::common::config(tempfile::tempdir().unwrap().path(), &test.vault));
    let database = rusqlite::Connection::open(test.folder.path().join("lapel.db")).unwrap();
    assert_eq!(database.execute("UPDATE account SET server = 'https://api.applivery.io/v1'", []).unwrap(), 1);
    drop(database);
    test.restart_with(&with_desktop).await;
    test.app.open_two_factor_page().await.unwrap();
    assert_eq!(*desktop.opened.lock().unwrap(), ["https://dashboard.applivery.io/"]);
}
