//! Values that look the same (other Unicode normalization, repeated spaces) cause no conflict and no update notice. A
//! typed value is still sent if it differs in more than its Unicode normalization.

use crate::common::{OWNER, TestApp, all_sent, first_name};
use lapel_core::views::{BaseValues, EditState, ProfileChanges, Snapshot, SyncState, TeamQuery};
use lapel_testkit::proxy::{Fault, Mark};
use serde_json::{Value, json};

/// The same name in composed and decomposed Unicode form.
const COMPOSED: &str = "Jos\u{e9}";
const DECOMPOSED: &str = "Jose\u{301}";

impl TestApp {
    /// Signs in through a proxy and gives the profile this first name on the server.
    async fn signed_in_with_first_name(name: &str) -> Self {
        let test = Self::signed_in_through_proxy(OWNER).await;
        test.put_from_other_client(json!({ "firstName": name })).await;
        test.refresh_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == name).await;
        test
    }

    async fn put_from_other_client(&self, fields: Value) {
        self.other_client(OWNER).await.put(fields).await;
    }

    /// Refreshes, and waits until the profile is fresh and the condition holds.
    async fn refresh_until(&self, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
        self.app.refresh();
        self.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && wanted(snapshot)).await
    }

    async fn first_name_on_server(&self) -> String {
        self.other_client(OWNER).await.profile().await["firstName"].as_str().unwrap().to_owned()
    }

    fn put_count(&self, mark: Mark) -> usize {
        self.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_differs_only_in_unicode_normalization_is_not_a_change() {
    let test = TestApp::signed_in_with_first_name(DECOMPOSED).await;
    let mark = test.proxy().mark();
    test.app.save_profile(first_name(COMPOSED)).await.unwrap();
    let edits = test.app.snapshot().edits;
    assert!(edits.is_empty(), "{edits:?}");
    test.refresh_until(all_sent).await;
    assert_eq!((test.put_count(mark), test.first_name_on_server().await.as_str()), (0, DECOMPOSED));
    // The same holds if the person changes the name back to the server's value before anything was sent.
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.app.save_profile(first_name(COMPOSED)).await.unwrap();
    let edits = test.app.snapshot().edits;
    assert!(edits.is_empty(), "{edits:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_repeated_space_is_a_change_and_names_are_sent_composed() {
    for (server, typed, sent) in [("Ana  Lee", "Ana Lee", "Ana Lee"), ("Ana", "Ana  Jose\u{301}", "Ana  Jos\u{e9}")] {
        let test = TestApp::signed_in_with_first_name(server).await;
        let mark = test.proxy().mark();
        test.app.save_profile(first_name(typed)).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!((test.put_count(mark), test.first_name_on_server().await.as_str()), (1, sent));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_in_another_spelling_causes_no_conflict_and_no_update_notice() {
    for (base, respelled) in [(COMPOSED, DECOMPOSED), ("Ana Lee", "Ana  Lee")] {
        let test = TestApp::signed_in_with_first_name(base).await;
        let update_notice = |snapshot: Snapshot| snapshot.profile.unwrap().updated;
        let before = update_notice(test.app.snapshot());
        test.put_from_other_client(json!({ "firstName": respelled })).await;
        let read = test.refresh_until(|snapshot| snapshot.profile.as_ref().unwrap().first_name == respelled).await;
        assert_eq!(update_notice(read), before);
        let base = BaseValues { first_name: Some(base.into()), ..Default::default() };
        test.app.save_profile(ProfileChanges { base, ..first_name("Olga") }).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(test.first_name_on_server().await, "Olga");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_stored_in_the_servers_spelling_counts_as_arrived_after_a_lost_response() {
    for (typed, stored) in [("Ana  Lee", "Ana Lee"), (COMPOSED, DECOMPOSED)] {
        let test = TestApp::signed_in_with_first_name("Olga").await;
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", Fault::ResetAfter);
        test.app.save_profile(first_name(typed)).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
        test.proxy().always(Fault::Offline).await;
        test.put_from_other_client(json!({ "firstName": stored })).await;
        test.proxy().always(Fault::Pass).await;
        test.refresh_until(all_sent).await;
        assert_eq!((test.put_count(mark), test.first_name_on_server().await.as_str()), (1, stored));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_ends_when_both_values_look_the_same() {
    let test = TestApp::signed_in_with_first_name("Olga").await;
    test.put_from_other_client(json!({ "firstName": "Odile" })).await;
    test.app.save_profile(first_name("Ana Lee")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    assert_eq!(test.app.snapshot().edits[0].state, EditState::Conflict);
    test.put_from_other_client(json!({ "firstName": "Ana  Lee" })).await;
    test.refresh_until(all_sent).await;
    assert_eq!(test.first_name_on_server().await, "Ana Lee", "the typed spelling is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_members_name_in_another_spelling_does_not_count_as_changed() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.app.open_team(None).await.unwrap();
    let team_read = |snapshot: &Snapshot| snapshot.team.as_ref().is_some_and(|team| team.as_of.is_some());
    test.wait_until(team_read).await;
    let editor = test.other_client("editor@example.com").await;
    editor.put(json!({ "firstName": DECOMPOSED })).await;
    let query = TeamQuery { search: "editor@".into(), ..TeamQuery::default() };
    let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
    let rename = |name: &str| {
        let base = BaseValues { first_name: Some(COMPOSED.into()), ..Default::default() };
        ProfileChanges { base, ..first_name(name) }
    };
    let mark = test.proxy().mark();
    test.app.save_person(&id, rename(COMPOSED)).await.unwrap();
    assert_eq!(test.put_count(mark), 0, "no change");
    test.app.save_person(&id, rename("Edita")).await.unwrap();
    assert_eq!(editor.profile().await["firstName"], "Edita");
}
