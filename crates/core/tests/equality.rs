//! What a person sees as equal is no change, no conflict and no news; what they typed is sent all the same where its text
//! differs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{OWNER, TestApp, all_sent, first_name};
use lapel_core::views::{BaseValues, EditState, ProfileChanges, Snapshot, SyncState, TeamQuery};
use lapel_testkit::proxy::{Fault, Mark};
use serde_json::{Value, json};

/// The same letters in the two spellings of Unicode.
const ONE: &str = "Jos\u{e9}";
const TWO: &str = "Jose\u{301}";

impl TestApp {
    /// Signed in, with this first name.
    async fn named(name: &str) -> Self {
        let test = Self::behind_a_proxy(OWNER).await;
        test.put_elsewhere(json!({ "firstName": name })).await;
        test.looked(|snapshot| snapshot.profile.as_ref().unwrap().first_name == name).await;
        test
    }

    async fn put_elsewhere(&self, fields: Value) {
        self.elsewhere(OWNER).await.put(fields).await;
    }

    /// Reads the profile anew until the state is like this.
    async fn looked(&self, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
        self.app.refresh();
        self.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && wanted(snapshot)).await
    }

    async fn on_the_server(&self) -> String {
        self.elsewhere(OWNER).await.profile().await["firstName"].as_str().unwrap().to_owned()
    }

    /// How many times the app has written since then.
    fn puts(&self, mark: Mark) -> usize {
        self.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_letters_are_no_change() {
    let test = TestApp::named(TWO).await;
    let mark = test.proxy().mark();
    let after = test.app.save_profile(first_name(ONE)).await.unwrap();
    assert!(after.edits.is_empty(), "{:?}", after.edits);
    test.looked(all_sent).await;
    assert_eq!((test.puts(mark), test.on_the_server().await.as_str()), (0, TWO));
    // Nor where they go back to what was there, before the change was sent.
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let after = test.app.save_profile(first_name(ONE)).await.unwrap();
    assert!(after.edits.is_empty(), "{:?}", after.edits);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_too_many_that_is_taken_away_is_one_and_letters_are_sent_in_one_spelling() {
    for (server, typed, sent) in [("Ana  Lee", "Ana Lee", "Ana Lee"), ("Ana", "Ana  Jose\u{301}", "Ana  Jos\u{e9}")] {
        let test = TestApp::named(server).await;
        let mark = test.proxy().mark();
        test.app.save_profile(first_name(typed)).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!((test.puts(mark), test.on_the_server().await.as_str()), (1, sent));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_in_another_spelling_is_no_conflict_and_no_news() {
    for (base, again) in [(ONE, TWO), ("Ana Lee", "Ana  Lee")] {
        let test = TestApp::named(base).await;
        let news = |snapshot: Snapshot| snapshot.profile.unwrap().updated;
        let before = news(test.app.snapshot());
        test.put_elsewhere(json!({ "firstName": again })).await;
        let read = test.looked(|snapshot| snapshot.profile.as_ref().unwrap().first_name == again).await;
        assert_eq!(news(read), before);
        let base = BaseValues { first_name: Some(base.into()), ..Default::default() };
        test.app.save_profile(ProfileChanges { base, ..first_name("Olga") }).await.unwrap();
        test.wait_until(all_sent).await;
        assert_eq!(test.on_the_server().await, "Olga");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_in_the_servers_spelling_has_arrived_also_where_the_answer_was_lost() {
    for (typed, stored) in [("Ana  Lee", "Ana Lee"), (ONE, TWO)] {
        let test = TestApp::named("Olga").await;
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", Fault::ResetAfter);
        test.app.save_profile(first_name(typed)).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
        test.proxy().always(Fault::Offline).await;
        test.put_elsewhere(json!({ "firstName": stored })).await;
        test.proxy().always(Fault::Pass).await;
        test.looked(all_sent).await;
        assert_eq!((test.puts(mark), test.on_the_server().await.as_str()), (1, stored));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_to_choose_between_values_that_look_the_same() {
    let test = TestApp::named("Olga").await;
    test.put_elsewhere(json!({ "firstName": "Odile" })).await;
    test.app.save_profile(first_name("Ana Lee")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
    assert_eq!(test.app.snapshot().edits[0].state, EditState::Conflict);
    test.put_elsewhere(json!({ "firstName": "Ana  Lee" })).await;
    test.looked(all_sent).await;
    assert_eq!(test.on_the_server().await, "Ana Lee", "as it was typed");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_name_in_another_spelling_has_not_moved() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.app.open_team(None).await.unwrap();
    let read = |snapshot: &Snapshot| snapshot.team.as_ref().is_some_and(|team| team.as_of.is_some());
    test.wait_until(read).await;
    let editor = test.elsewhere("editor@example.com").await;
    editor.put(json!({ "firstName": TWO })).await;
    let query = TeamQuery { search: "editor@".into(), ..TeamQuery::default() };
    let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
    let named = |name: &str| {
        let base = BaseValues { first_name: Some(ONE.into()), ..Default::default() };
        ProfileChanges { base, ..first_name(name) }
    };
    let mark = test.proxy().mark();
    test.app.save_person(&id, named(ONE)).await.unwrap();
    assert_eq!(test.puts(mark), 0, "no change");
    test.app.save_person(&id, named("Edita")).await.unwrap();
    assert_eq!(editor.profile().await["firstName"], "Edita");
}
