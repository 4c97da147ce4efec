//! Languages and roles that the service does not accept, or no longer accepts. They are shown and never sent, and no
//! other data is lost because of them.

use crate::common::{OWNER, TestApp, all_sent, first_name};
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

/// The fields that a PUT contained.
fn sent_fields(write: &Write) -> Vec<&'static str> {
    write.fields.iter().filter(|field| field.sent).map(|field| field.name).collect()
}

impl TestApp {
    /// Sets the owner's language in the sandbox database, because the API refuses some of the values, and waits until
    /// the app has read it.
    async fn set_language_on_server(&self, tag: &str) {
        let database = Connection::open(self.database.path().join("sandbox.db")).unwrap();
        database.execute("UPDATE user SET language = ?2 WHERE email = ?1", [OWNER, tag]).unwrap();
        self.app.refresh();
        self.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().language == tag && all_sent(snapshot)).await;
        self.sandbox().take_writes();
    }

    /// Signs in to a server that clears omitted fields, lets the app detect this, and sets the language on the server.
    async fn with_put_replaces_all(tag: &str) -> Self {
        let test = Self::signed_in_through_proxy(OWNER).await;
        test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
        test.app.save_profile(first_name("Olga")).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
        test.resolve_all_with_own_values().await;
        test.wait_until(all_sent).await;
        test.set_language_on_server(tag).await;
        test
    }

    async fn resolve_all_with_own_values(&self) {
        let edits = self.app.snapshot().edits.into_iter();
        let seen = edits.filter_map(|edit| Some(SeenConflict { field: edit.field, theirs: edit.theirs? }));
        self.app.resolve_edits(seen.collect(), Keep::Mine).await.unwrap();
    }

    async fn field_on_server(&self, field: &str) -> String {
        self.other_client(OWNER).await.profile().await[field].as_str().unwrap_or_default().to_owned()
    }

    /// Restarts the app after `sql` has inserted edits that an earlier version could have stored.
    async fn restart_with_edits(&mut self, sql: &str) {
        let other_folder = tempfile::tempdir().unwrap();
        self.app = lapel_core::App::open(crate::common::config(other_folder.path(), &self.vault));
        Connection::open(self.folder.path().join("lapel.db")).unwrap().execute_batch(sql).unwrap();
        self.restart().await;
        self.app.start().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_languages_of_the_service_are_offered_and_accepted() {
    let mut test = TestApp::signed_in(OWNER).await;
    let offered = test.app.boot("", "").languages;
    assert_eq!(offered, ["es", "en", "fr", "de", "it", "zh", "pt", "ru"]);
    for tag in offered.iter().cycle().skip(2).take(offered.len()) {
        test.app.save_profile(language(tag)).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(test.field_on_server("language").await, *tag);
    }
    let draft = DraftValues { first_name: Some("Olga".into()), language: Some("ca".into()), ..Default::default() };
    test.app.keep_draft(draft.clone()).await.unwrap();
    test.restart().await;
    test.app.start().await;
    assert_eq!(test.app.snapshot().draft, Some(draft.clone()), "an existing draft is not lost");
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
async fn an_unsupported_language_of_the_profile_is_shown_and_not_changed_by_other_edits() {
    let test = TestApp::signed_in(OWNER).await;
    test.set_language_on_server("ca").await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = test.wait_until(all_sent).await;
    assert_eq!(snapshot.profile.unwrap().language, "ca");
    let writes = test.sandbox().take_writes();
    assert_eq!(writes.iter().map(sent_fields).collect::<Vec<_>>(), [["firstName"]]);
    assert_eq!(test.field_on_server("language").await, "ca");
}

const STORED_BY_EARLIER_VERSION: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at) VALUES
    (1, 'language', 0, 'before', 'en', 'ca', 'waiting', 1), (1, 'firstName', 0, 'before', 'Olivia', 'Olga', 'waiting', 1);";

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_edit_with_an_unsupported_language_is_rejected_unsent_and_delays_no_other_edit() {
    for chosen in [Some("fr"), None] {
        let mut test = TestApp::signed_in(OWNER).await;
        test.restart_with_edits(STORED_BY_EARLIER_VERSION).await;
        let is_rejected = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused && snapshot.edits.len() == 1;
        let edit = test.wait_until(is_rejected).await.edits.remove(0);
        assert_eq!((edit.state, edit.mine.as_str()), (EditState::Refused, "ca"));
        assert_eq!(reason(&edit), Some(ErrorCode::LanguageNotOffered));
        test.restart().await;
        assert_eq!(test.app.snapshot().edits.len(), 1, "the edit survives a restart");
        test.app.start().await;
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
        match chosen {
            Some(tag) => test.app.save_profile(language(tag)).await.unwrap(),
            None => test.app.drop_edit(ProfileField::Language).await.unwrap(),
        };
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
        assert_eq!(test.field_on_server("language").await, chosen.unwrap_or("en"));
        assert_eq!(test.field_on_server("firstName").await, "Olga");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_in_flight_edit_with_an_unsupported_language_is_done_if_it_arrived_and_is_rejected_otherwise() {
    const IN_FLIGHT: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at)
        VALUES (1, 'language', 1, 'before', 'en', 'ca', 'waiting', 1);";
    for arrived in [true, false] {
        let mut test = TestApp::signed_in(OWNER).await;
        if arrived {
            test.set_language_on_server("ca").await;
        }
        test.restart_with_edits(IN_FLIGHT).await;
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
async fn an_undo_to_an_unsupported_language_is_rejected_and_can_be_dropped() {
    // The person dropped a change from "ca" to "fr" that had already been sent. "ca" cannot be sent to undo it.
    const UNDO: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at, handed)
        VALUES (1, 'language', 0, 'before', 'ca', 'ca', 'waiting', 1, 'fr');";
    let mut test = TestApp::signed_in(OWNER).await;
    test.set_language_on_server("fr").await;
    test.restart_with_edits(UNDO).await;
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    assert_eq!(reason(&snapshot.edits[0]), Some(ErrorCode::LanguageNotOffered));
    test.app.drop_edit(ProfileField::Language).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.field_on_server("language").await, "fr");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_a_server_that_would_clear_an_unsupported_language_until_another_is_chosen() {
    let test = TestApp::with_put_replaces_all("ca").await;
    test.app.save_profile(first_name("Odile")).await.unwrap();
    let is_blocked = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused;
    let snapshot = test.wait_until(is_blocked).await;
    let [edit] = snapshot.edits.as_slice() else { panic!("{:?}", snapshot.edits) };
    assert_eq!((edit.state, reason(edit)), (EditState::Waiting, Some(ErrorCode::OwnLanguageNeeded)));
    assert_eq!(edit.reason.as_ref().unwrap().details.field, Some(ProfileField::Language));
    assert_eq!((snapshot.sync.error, snapshot.sync.tries_again), (None, false), "only the person can resolve it");
    let refused = test.app.change_own_role("user").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::OwnLanguageNeeded);
    test.wait_until(is_blocked).await;
    assert!(test.sandbox().take_writes().is_empty());
    // Choosing a language removes the reason from every edit, even before anything can be sent.
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(language("fr")).await.unwrap();
    assert_eq!(test.app.snapshot().edits.iter().map(reason).collect::<Vec<_>>(), [None, None]);
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
    test.proxy().always(Fault::Pass).await;
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!(test.sandbox().take_writes().len(), 1, "one write for all fields");
    let on_server = test.other_client(OWNER).await.profile().await;
    assert_eq!([&on_server["firstName"], &on_server["lastName"], &on_server["language"]], ["Odile", "Owner", "fr"]);
    assert_eq!(on_server["role"], "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn if_edits_are_sent_separately_the_language_is_sent_first() {
    let test = TestApp::with_put_replaces_all("ca").await;
    test.proxy().next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "Not together"));
    test.app.save_profile(ProfileChanges { language: Some("fr".into()), ..first_name("Odile") }).await.unwrap();
    test.wait_until(all_sent).await;
    let writes = test.sandbox().take_writes();
    let changed = |write: &Write| {
        write.fields.iter().filter(|field| field.before != field.after).map(|field| field.name).collect::<Vec<_>>()
    };
    assert_eq!(writes.iter().map(changed).collect::<Vec<_>>(), [["language"], ["firstName"]]);
    assert_eq!(test.field_on_server("lastName").await, "Owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cleared_unsupported_language_is_a_conflict_and_another_one_can_be_chosen() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.set_language_on_server("ca").await;
    test.sandbox().set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let cleared = snapshot.edits.iter().find(|edit| edit.field == ProfileField::Language).unwrap();
    assert_eq!((cleared.mine.as_str(), cleared.theirs.as_deref()), ("ca", Some("")));
    test.resolve_all_with_own_values().await;
    let is_rejected = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused && snapshot.edits.len() == 1;
    let edit = test.wait_until(is_rejected).await.edits.remove(0);
    assert_eq!((edit.mine.as_str(), reason(&edit)), ("ca", Some(ErrorCode::LanguageNotOffered)));
    test.app.save_profile(language("fr")).await.unwrap();
    test.wait_until(all_sent).await;
    let on_server = test.other_client(OWNER).await.profile().await;
    assert_eq!([&on_server["firstName"], &on_server["lastName"], &on_server["language"]], ["Olga", "Owner", "fr"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_a_server_that_would_clear_an_unknown_role() {
    let test = TestApp::with_put_replaces_all("en").await;
    let mut profile = test.other_client(OWNER).await.profile().await;
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
    // The next read returns a known role.
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!([test.field_on_server("role").await, test.field_on_server("firstName").await], ["admin", "Odile"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unknown_role_of_another_person_is_not_cleared() {
    let test = TestApp::with_put_replaces_all("en").await;
    test.app.open_team(None).await.unwrap();
    let team_read = |snapshot: &Snapshot| snapshot.team.as_ref().is_some_and(|team| team.as_of.is_some());
    test.wait_until(team_read).await;
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
    assert_eq!(test.other_client("editor@example.com").await.profile().await["role"], "user");
}
