//! Languages and roles that the service does not take, or no longer: shown where they are held, never sent, and nothing is
//! lost for them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{Bench, OWNER, all_sent, first_name};
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

impl Bench {
    /// The owner's language becomes this on the server, as if it had been so before the service left it out.
    async fn hold(&self, tag: &str) {
        let database = Connection::open(self.database.path().join("sandbox.db")).unwrap();
        database.execute("UPDATE user SET language = ?2 WHERE email = ?1", [OWNER, tag]).unwrap();
        self.app.refresh();
        self.settled(|snapshot| snapshot.profile.as_ref().unwrap().language == tag && all_sent(snapshot)).await;
        self.sandbox().take_writes();
    }

    /// Signed in to a server that was seen to empty what a PUT leaves out, and that holds this language.
    async fn that_empties(tag: &str) -> Self {
        let bench = Self::behind_a_proxy(OWNER).await;
        bench.sandbox().set_quirks(Quirks { resets_omitted: true, ..Quirks::default() });
        bench.app.save_profile(first_name("Olga")).await.unwrap();
        bench.settled(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
        bench.keep_all_mine().await;
        bench.settled(all_sent).await;
        bench.hold(tag).await;
        bench
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
    let mut bench = Bench::signed_in(OWNER).await;
    let offered = bench.app.boot("", "").languages;
    assert_eq!(offered, ["es", "en", "fr", "de", "it", "zh", "pt", "ru"]);
    for tag in offered.iter().cycle().skip(2).take(offered.len()) {
        bench.app.save_profile(language(tag)).await.unwrap();
        bench.settled(all_sent).await;
        assert_eq!(bench.on_the_server("language").await, *tag);
    }
    let draft = DraftValues { first_name: Some("Olga".into()), language: Some("ca".into()), ..Default::default() };
    bench.app.keep_draft(draft.clone()).await.unwrap();
    bench.restart().await;
    bench.app.start().await;
    assert_eq!(bench.app.snapshot().draft, Some(draft.clone()), "what was typed before is not lost");
    for tag in ["ca", "en-GB", "zh-Hans", "EN", "", "not a tag"] {
        let refused = bench.app.save_profile(ProfileChanges { ..language(tag) }).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.details.field),
            (ErrorCode::LanguageNotOffered, Some(ProfileField::Language))
        );
    }
    let snapshot = bench.app.snapshot();
    assert_eq!((snapshot.edits.len(), snapshot.draft), (0, Some(draft)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_profile_holds_is_shown_and_stays_where_other_fields_are_saved() {
    let bench = Bench::signed_in(OWNER).await;
    bench.hold("ca").await;
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = bench.settled(all_sent).await;
    assert_eq!(snapshot.profile.unwrap().language, "ca");
    let writes = bench.sandbox().take_writes();
    assert_eq!(writes.iter().map(sent).collect::<Vec<_>>(), [["firstName"]]);
    assert_eq!(bench.on_the_server("language").await, "ca");
}

const SAVED_BEFORE: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at) VALUES
    (1, 'language', 0, 'before', 'en', 'ca', 'waiting', 1), (1, 'firstName', 0, 'before', 'Olivia', 'Olga', 'waiting', 1);";

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_saved_before_is_neither_sent_nor_lost_and_holds_nothing_up() {
    for chosen in [Some("fr"), None] {
        let mut bench = Bench::signed_in(OWNER).await;
        bench.reopened_over(SAVED_BEFORE).await;
        let stopped = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused && snapshot.edits.len() == 1;
        let edit = bench.settled(stopped).await.edits.remove(0);
        assert_eq!((edit.state, edit.mine.as_str()), (EditState::Refused, "ca"));
        assert_eq!(reason(&edit), Some(ErrorCode::LanguageNotOffered));
        bench.restart().await;
        assert_eq!(bench.app.snapshot().edits.len(), 1, "and stays so");
        bench.app.start().await;
        bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused).await;
        match chosen {
            Some(tag) => drop(bench.app.save_profile(language(tag)).await.unwrap()),
            None => bench.app.drop_edit(ProfileField::Language).await.unwrap(),
        }
        bench.settled(all_sent).await;
        let languages: Vec<String> = bench
            .sandbox()
            .take_writes()
            .into_iter()
            .flat_map(|write| write.fields)
            .filter(|field| field.name == "language" && field.sent)
            .map(|field| field.after)
            .collect();
        assert_eq!(languages, chosen.into_iter().collect::<Vec<_>>());
        assert_eq!(bench.on_the_server("language").await, chosen.unwrap_or("en"));
        assert_eq!(bench.on_the_server("firstName").await, "Olga");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_on_its_way_is_done_where_it_has_arrived_and_is_not_sent_again_where_not() {
    const ON_ITS_WAY: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at)
        VALUES (1, 'language', 1, 'before', 'en', 'ca', 'waiting', 1);";
    for arrived in [true, false] {
        let mut bench = Bench::signed_in(OWNER).await;
        if arrived {
            bench.hold("ca").await;
        }
        bench.reopened_over(ON_ITS_WAY).await;
        if !arrived {
            let snapshot = bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused).await;
            assert_eq!(reason(&snapshot.edits[0]), Some(ErrorCode::LanguageNotOffered));
            bench.app.drop_edit(ProfileField::Language).await.unwrap();
        }
        bench.settled(all_sent).await;
        assert!(bench.sandbox().take_writes().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_be_taken_back_is_told_of_and_can_be_left_as_it_is() {
    // Away from a language of before, sent, and arrived late: there is no way back to it.
    const TAKEN_BACK: &str = "INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at, handed)
        VALUES (1, 'language', 0, 'before', 'ca', 'ca', 'waiting', 1, 'fr');";
    let mut bench = Bench::signed_in(OWNER).await;
    bench.hold("fr").await;
    bench.reopened_over(TAKEN_BACK).await;
    let snapshot = bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    assert_eq!(reason(&snapshot.edits[0]), Some(ErrorCode::LanguageNotOffered));
    bench.app.drop_edit(ProfileField::Language).await.unwrap();
    bench.settled(all_sent).await;
    assert_eq!(bench.on_the_server("language").await, "fr");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_would_lose_it_gets_nothing_before_another_is_chosen() {
    let bench = Bench::that_empties("ca").await;
    bench.app.save_profile(first_name("Odile")).await.unwrap();
    let waits = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused;
    let snapshot = bench.settled(waits).await;
    let [edit] = snapshot.edits.as_slice() else { panic!("{:?}", snapshot.edits) };
    assert_eq!((edit.state, reason(edit)), (EditState::Waiting, Some(ErrorCode::OwnLanguageNeeded)));
    assert_eq!(edit.reason.as_ref().unwrap().details.field, Some(ProfileField::Language));
    assert_eq!((snapshot.sync.error, snapshot.sync.tries_again), (None, false), "only the person can help");
    let refused = bench.app.change_own_role("user").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::OwnLanguageNeeded);
    bench.settled(waits).await;
    assert!(bench.sandbox().take_writes().is_empty());
    // Nothing is asked any more once it is chosen, also before it can be sent.
    bench.proxy().always(Fault::Offline).await;
    let chosen = bench.app.save_profile(language("fr")).await.unwrap();
    assert_eq!(chosen.edits.iter().map(reason).collect::<Vec<_>>(), [None, None]);
    bench.settled(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
    bench.proxy().always(Fault::Pass).await;
    bench.app.refresh();
    bench.settled(all_sent).await;
    assert_eq!(bench.sandbox().take_writes().len(), 1, "all in one");
    let theirs = bench.elsewhere(OWNER).await.profile().await;
    assert_eq!([&theirs["firstName"], &theirs["lastName"], &theirs["language"]], ["Odile", "Owner", "fr"]);
    assert_eq!(theirs["role"], "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_a_time_the_language_goes_first_since_the_others_wait_for_it() {
    let bench = Bench::that_empties("ca").await;
    bench.proxy().next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "Not together"));
    bench.app.save_profile(ProfileChanges { language: Some("fr".into()), ..first_name("Odile") }).await.unwrap();
    bench.settled(all_sent).await;
    let writes = bench.sandbox().take_writes();
    let changed = |write: &Write| {
        write.fields.iter().filter(|field| field.before != field.after).map(|field| field.name).collect::<Vec<_>>()
    };
    assert_eq!(writes.iter().map(changed).collect::<Vec<_>>(), [["language"], ["firstName"]]);
    assert_eq!(bench.on_the_server("lastName").await, "Owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_a_server_has_emptied_is_asked_about_and_another_can_be_chosen() {
    let bench = Bench::behind_a_proxy(OWNER).await;
    bench.hold("ca").await;
    bench.sandbox().set_quirks(Quirks { resets_omitted: true, ..Quirks::default() });
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    let snapshot = bench.settled(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    let emptied = snapshot.edits.iter().find(|edit| edit.field == ProfileField::Language).unwrap();
    assert_eq!((emptied.mine.as_str(), emptied.theirs.as_deref()), ("ca", Some("")));
    bench.keep_all_mine().await;
    let stopped = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused && snapshot.edits.len() == 1;
    let edit = bench.settled(stopped).await.edits.remove(0);
    assert_eq!((edit.mine.as_str(), reason(&edit)), ("ca", Some(ErrorCode::LanguageNotOffered)));
    bench.app.save_profile(language("fr")).await.unwrap();
    bench.settled(all_sent).await;
    let theirs = bench.elsewhere(OWNER).await.profile().await;
    assert_eq!([&theirs["firstName"], &theirs["lastName"], &theirs["language"]], ["Olga", "Owner", "fr"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_cannot_be_sent_along_is_not_lost_either() {
    let bench = Bench::that_empties("en").await;
    let mut profile = bench.elsewhere(OWNER).await.profile().await;
    profile["role"] = json!("captain");
    let document = json!({ "status": true, "data": profile }).to_string();
    bench.proxy().next_on("GET", "/v1/users/profile", Fault::Json(document));
    bench.app.save_profile(ProfileChanges { language: Some("fr".into()), ..first_name("Odile") }).await.unwrap();
    let snapshot = bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    for edit in &snapshot.edits {
        assert_eq!((edit.state, reason(edit)), (EditState::Waiting, Some(ErrorCode::RoleNotSent)));
        assert_eq!(edit.reason.as_ref().unwrap().details.problem.as_deref(), Some("captain"));
    }
    assert_eq!(snapshot.edits.len(), 2);
    assert!(bench.sandbox().take_writes().is_empty());
    // Somebody has given a role that can be.
    bench.app.refresh();
    bench.settled(all_sent).await;
    assert_eq!([bench.on_the_server("role").await, bench.on_the_server("firstName").await], ["admin", "Odile"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_that_of_somebody_else() {
    let bench = Bench::that_empties("en").await;
    bench.app.open_team(None).await.unwrap();
    let read = |snapshot: &Snapshot| snapshot.team.as_ref().is_some_and(|team| team.as_of.is_some());
    bench.settled(read).await;
    let query = TeamQuery { search: "editor@".into(), ..TeamQuery::default() };
    let row = bench.app.team_rows(&query, 0, 1).unwrap().rows.remove(0);
    for (role, problem) in [(json!("captain"), Some("captain")), (Value::Null, None)] {
        let user =
            json!({ "id": row.user_id, "email": row.email, "firstName": "Edith", "lastName": "Editor", "role": role });
        let organization = "65f0a1c0000000000000a001";
        let item = json!({ "id": row.id, "organization": organization, "role": "editor", "user": user });
        let page = json!({ "items": [item], "totalDocs": 1, "page": 1, "totalPages": 1, "limit": 1000 });
        let document = json!({ "status": true, "data": page }).to_string();
        bench.proxy().next_on("GET", "/v1/organizations/", Fault::Json(document));
        let changes = ProfileChanges { language: Some("fr".into()), ..first_name("Edita") };
        let refused = bench.app.save_person(&row.id, changes).await.unwrap_err();
        assert_eq!((refused.code, refused.details.problem.as_deref()), (ErrorCode::RoleNotSent, problem));
    }
    let refused =
        bench.app.save_person(&row.id, ProfileChanges { language: Some("ca".into()), ..first_name("Edita") }).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::LanguageNotOffered);
    assert!(bench.sandbox().take_writes().is_empty());
    let changes = ProfileChanges { language: Some("fr".into()), ..first_name("Edita") };
    bench.app.save_person(&row.id, changes).await.unwrap();
    assert_eq!(bench.elsewhere("editor@example.com").await.profile().await["role"], "user");
}
