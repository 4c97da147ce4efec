//! Languages and roles that the service does not take, or no longer: shown where they are held, never sent, and nothing is
//! lost for them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{OWNER, TestApp, all_sent, first_name};
use lapel_core::views::{
    DraftValues, EditState, EditView, ErrorCode, Keep, ProfileChanges, ProfileField, SeenConflict, Snapshot, SyncState,
    TeamQuery,
};
use lapel_sandbox::{Quirks, Write};
use lapel_testkit::proxy::Fault;
use rusqlite::Connection;
use serde_json::{Value, json};

fn language(tag: &str) -> ProfileChanges {
    ProfileChanges { language: Some(tag.into()), ..Default::default() }
}

fn reason(edit: &EditView) -> Option<ErrorCode> {
    edit.reason.as_ref().map(|reason| reason.code)
}

/// The fields that a PUT has carried.
fn sent(write: &Write) -> Vec<&'static str> {
    write.fields.iter().filter(|field| field.sent).map(|field| field.name).collect()
}

impl TestApp {
    /// The owner's language becomes this on the server, as if it had been so before the service left it out.
    async fn hold(&self, tag: &str) {
        let database = Connection::open(self.database.path().join("sandbox.db")).unwrap();
        database.execute("UPDATE user SET language = ?2 WHERE email = ?1", [OWNER, tag]).unwrap();
        self.app.refresh();
        self.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().language == tag && all_sent(snapshot)).await;
        self.sandbox().take_writes();
    }

    /// Signed in to a server that was seen to empty what a PUT leaves out, and that holds this language.
    async fn that_empties(tag: &str) -> Self {
        let test = Self::behind_a_proxy(OWNER).await;
        test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
        test.app.save_profile(first_name("Olga")).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
        test.keep_all_mine().await;
        test.wait_until(all_sent).await;
        test.hold(tag).await;
        test
    }

    async fn keep_all_mine(&self) {
        let edits = self.app.snapshot().edits.into_iter();
        let seen = edits.filter_map(|edit| Some(SeenConflict { field: edit.field, theirs: edit.theirs? }));
        self.app.resolve_edits(seen.collect(), Keep::Mine).await.unwrap();
    }

    async fn on_the_server(&self, field: &str) -> String {
        self.elsewhere(OWNER).await.profile().await[field].as_str().unwrap_or_default().to_owned()
    }

    /// The app is opened over edits that an earlier version has left.
    async fn reopened_over(&mut self, edits: &str) {
        let elsewhere = tempfile::tempdir().unwrap();
        self.app = lapel_core::App::open(common::config(elsewhere.path(), &self.vault));
        Connection::open(self.folder.path().join("lapel.db")).unwrap().execute_batch(edits).unwrap();
        self.restart().await;
        self.app.start().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_that_of_the_service_and_nothing_else_is_saved() {
    let mut test = TestApp::signed_in(OWNER).await;
    let offered = test.app.boot("", "").languages;
    assert_eq!(offered, ["es", "en", "fr", "de", "it", "zh", "pt", "ru"]);
    for tag in offered.iter().cycle().skip(2).take(offered.len()) {
        test.app.save_profile(language(tag)).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(test.on_the_server("language").await, *tag);
    }
    let draft = DraftValues { first_name: Some("Olga".into()), language: Some("ca".into()), ..Default::default() };
    test.app.keep_draft(draft.clone()).await.unwrap();
    test.restart().await;
    test.app.start().await;
    assert_eq!(test.app.snapshot().draft, Some(draft.clone()), "what was typed before is not lost");
    for tag in ["ca", "en-GB", "zh-Hans", "EN", "", "not a tag"] {
        let refused = test.app.save_profile(ProfileChanges { ..language(tag) }).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.details.field),
            (ErrorCode::LanguageNotOffered, Some(ProfileField::Language))
        );
    }
    let snapshot = test.app.snapshot();
    assert_eq!((snapshot.edits.len(), snapshot.draft), (0, Some(draft)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_profile_holds_is_shown_and_stays_where_other_fields_are_saved() {
    let test = TestApp::signed_in(OWNER).await;
    test.hold("ca").await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = test.wait_until(all_sent).await;
    assert_eq!(snapshot.profile.unwrap().language, "ca");
    let writes = test.sandbox().take_writes();
    assert_eq!(writes.iter().map(sent).collect::<Vec<_>>(), [["firstName"]]);
    assert_eq!(test.on_the_server("language").await, "ca");
}

const SAVED_BEFORE: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at) VALUES
    (1, 'language', 0, 'before', 'en', 'ca', 'waiting', 1), (1, 'firstName', 0, 'before', 'Olivia', 'Olga', 'waiting', 1);";

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_saved_before_is_neither_sent_nor_lost_and_holds_nothing_up() {
    for chosen in [Some("fr"), None] {
        let mut test = TestApp::signed_in(OWNER).await;
        test.reopened_over(SAVED_BEFORE).await;
        let stopped = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused && snapshot.edits.len() == 1;
        let edit = test.wait_until(stopped).await.edits.remove(0);
        assert_eq!((edit.state, edit.mine.as_str()), (EditState::Refused, "ca"));
        assert_eq!(reason(&edit), Some(ErrorCode::LanguageNotOffered));
        test.restart().await;
        assert_eq!(test.app.snapshot().edits.len(), 1, "and stays so");
        test.app.start().await;
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
        match chosen {
            Some(tag) => drop(test.app.save_profile(language(tag)).await.unwrap()),
            None => test.app.drop_edit(ProfileField::Language).await.unwrap(),
        }
        test.wait_until(all_sent).await;
        let languages: Vec<String> = test
            .sandbox()
            .take_writes()
            .into_iter()
            .flat_map(|write| write.fields)
            .filter(|field| field.name == "language" && field.sent)
            .map(|field| field.after)
            .collect();
        assert_eq!(languages, chosen.into_iter().collect::<Vec<_>>());
        assert_eq!(test.on_the_server("language").await, chosen.unwrap_or("en"));
        assert_eq!(test.on_the_server("firstName").await, "Olga");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_on_its_way_is_done_where_it_has_arrived_and_is_not_sent_again_where_not() {
    const ON_ITS_WAY: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at)
        VALUES (1, 'language', 1, 'before', 'en', 'ca', 'waiting', 1);";
    for arrived in [true, false] {
        let mut test = TestApp::signed_in(OWNER).await;
        if arrived {
            test.hold("ca").await;
        }
        test.reopened_over(ON_ITS_WAY).await;
        if !arrived {
            let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
            assert_eq!(reason(&snapshot.edits[0]), Some(ErrorCode::LanguageNotOffered));
            test.app.drop_edit(ProfileField::Language).await.unwrap();
        }
        test.wait_until(all_sent).await;
        assert!(test.sandbox().take_writes().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_be_taken_back_is_told_of_and_can_be_left_as_it_is() {
    // Away from a language of before, sent, and arrived late: there is no way back to it.
    const TAKEN_BACK: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at, handed)
        VALUES (1, 'language', 0, 'before', 'ca', 'ca', 'waiting', 1, 'fr');";
    let mut test = TestApp::signed_in(OWNER).await;
    test.hold("fr").await;
    test.reopened_over(TAKEN_BACK).await;
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    assert_eq!(reason(&snapshot.edits[0]), Some(ErrorCode::LanguageNotOffered));
    test.app.drop_edit(ProfileField::Language).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.on_the_server("language").await, "fr");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_would_lose_it_gets_nothing_before_another_is_chosen() {
    let test = TestApp::that_empties("ca").await;
    test.app.save_profile(first_name("Odile")).await.unwrap();
    let waits = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused;
    let snapshot = test.wait_until(waits).await;
    let [edit] = snapshot.edits.as_slice() else { panic!("{:?}", snapshot.edits) };
    assert_eq!((edit.state, reason(edit)), (EditState::Waiting, Some(ErrorCode::OwnLanguageNeeded)));
    assert_eq!(edit.reason.as_ref().unwrap().details.field, Some(ProfileField::Language));
    assert_eq!((snapshot.sync.error, snapshot.sync.tries_again), (None, false), "only the person can help");
    let refused = test.app.change_own_role("user").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::OwnLanguageNeeded);
    test.wait_until(waits).await;
    assert!(test.sandbox().take_writes().is_empty());
    // Nothing is asked any more once it is chosen, also before it can be sent.
    test.proxy().always(Fault::Offline).await;
    let chosen = test.app.save_profile(language("fr")).await.unwrap();
    assert_eq!(chosen.edits.iter().map(reason).collect::<Vec<_>>(), [None, None]);
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
    test.proxy().always(Fault::Pass).await;
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!(test.sandbox().take_writes().len(), 1, "all in one");
    let theirs = test.elsewhere(OWNER).await.profile().await;
    assert_eq!([&theirs["firstName"], &theirs["lastName"], &theirs["language"]], ["Odile", "Owner", "fr"]);
    assert_eq!(theirs["role"], "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_a_time_the_language_goes_first_since_the_others_wait_for_it() {
    let test = TestApp::that_empties("ca").await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "Not together"));
    test.app.save_profile(ProfileChanges { language: Some("fr".into()), ..first_name("Odile") }).await.unwrap();
    test.wait_until(all_sent).await;
    let writes = test.sandbox().take_writes();
    let changed = |write: &Write| {
        write.fields.iter().filter(|field| field.before != field.after).map(|field| field.name).collect::<Vec<_>>()
    };
    assert_eq!(writes.iter().map(changed).collect::<Vec<_>>(), [["language"], ["firstName"]]);
    assert_eq!(test.on_the_server("lastName").await, "Owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_a_server_has_emptied_is_asked_about_and_another_can_be_chosen() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.hold("ca").await;
    test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let emptied = snapshot.edits.iter().find(|edit| edit.field == ProfileField::Language).unwrap();
    assert_eq!((emptied.mine.as_str(), emptied.theirs.as_deref()), ("ca", Some("")));
    test.keep_all_mine().await;
    let stopped = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused && snapshot.edits.len() == 1;
    let edit = test.wait_until(stopped).await.edits.remove(0);
    assert_eq!((edit.mine.as_str(), reason(&edit)), ("ca", Some(ErrorCode::LanguageNotOffered)));
    test.app.save_profile(language("fr")).await.unwrap();
    test.wait_until(all_sent).await;
    let theirs = test.elsewhere(OWNER).await.profile().await;
    assert_eq!([&theirs["firstName"], &theirs["lastName"], &theirs["language"]], ["Olga", "Owner", "fr"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_cannot_be_sent_along_is_not_lost_either() {
    let test = TestApp::that_empties("en").await;
    let mut profile = test.elsewhere(OWNER).await.profile().await;
    profile["role"] = json!("captain");
    let document = json!({ "status": true, "data": profile }).to_string();
    test.proxy().next_on("GET", "/v1/users/profile", Fault::Json(document));
    test.app.save_profile(ProfileChanges { language: Some("fr".into()), ..first_name("Odile") }).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    for edit in &snapshot.edits {
        assert_eq!((edit.state, reason(edit)), (EditState::Waiting, Some(ErrorCode::RoleNotSent)));
        assert_eq!(edit.reason.as_ref().unwrap().details.problem.as_deref(), Some("captain"));
    }
    assert_eq!(snapshot.edits.len(), 2);
    assert!(test.sandbox().take_writes().is_empty());
    // Somebody has given a role that can be.
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!([test.on_the_server("role").await, test.on_the_server("firstName").await], ["admin", "Odile"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_that_of_somebody_else() {
    let test = TestApp::that_empties("en").await;
    test.app.open_team(None).await.unwrap();
    let read = |snapshot: &Snapshot| snapshot.team.as_ref().is_some_and(|team| team.as_of.is_some());
    test.wait_until(read).await;
    let query = TeamQuery { search: "editor@".into(), ..TeamQuery::default() };
    let row = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0);
    for (role, problem) in [(json!("captain"), Some("captain")), (Value::Null, None)] {
        let user =
            json!({ "id": row.user_id, "email": row.email, "firstName": "Edith", "lastName": "Editor", "role": role });
        let organization = "65f0a1c0000000000000a001";
        let item = json!({ "id": row.id, "organization": organization, "role": "editor", "user": user });
        let page = json!({ "items": [item], "totalDocs": 1, "page": 1, "totalPages": 1, "limit": 1000 });
        let document = json!({ "status": true, "data": page }).to_string();
        test.proxy().next_on("GET", "/v1/organizations/", Fault::Json(document));
        let changes = ProfileChanges { language: Some("fr".into()), ..first_name("Edita") };
        let refused = test.app.save_person(&row.id, changes).await.unwrap_err();
        assert_eq!((refused.code, refused.details.problem.as_deref()), (ErrorCode::RoleNotSent, problem));
    }
    let refused =
        test.app.save_person(&row.id, ProfileChanges { language: Some("ca".into()), ..first_name("Edita") }).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::LanguageNotOffered);
    assert!(test.sandbox().take_writes().is_empty());
    let changes = ProfileChanges { language: Some("fr".into()), ..first_name("Edita") };
    test.app.save_person(&row.id, changes).await.unwrap();
    assert_eq!(test.elsewhere("editor@example.com").await.profile().await["role"], "user");
}
