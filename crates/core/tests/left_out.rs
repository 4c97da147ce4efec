//! Servers that empty what a PUT of the own profile leaves out: what the app knows of them, and asking anew after a sign-in.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{OWNER, PASSWORD, TestApp, all_sent, first_name};
use lapel_core::views::{EditState, ErrorCode, Keep, ProfileChanges, SeenConflict, SyncState};
use lapel_sandbox::{Quirks, Write};
use rusqlite::Connection;

impl TestApp {
    /// Signed in anew to a server that was seen to empty what a PUT leaves out.
    async fn asking_anew() -> Self {
        let test = Self::with_a_server_that_empties(OWNER).await;
        test.app.save_profile(first_name("Olga")).await.unwrap();
        let asked = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
        let seen = asked.edits.into_iter().map(|edit| SeenConflict { field: edit.field, theirs: edit.theirs.unwrap() });
        test.app.resolve_edits(seen.collect(), Keep::Mine).await.unwrap();
        test.wait_until(all_sent).await;
        test.sign_in(OWNER, PASSWORD).await.unwrap();
        test.wait_until(all_sent).await;
        test.sandbox().take_writes();
        test
    }

    async fn at_the_server<const N: usize>(&self, keys: [&str; N]) -> [String; N] {
        let profile = self.elsewhere(OWNER).await.profile().await;
        keys.map(|key| profile[key].as_str().unwrap_or_default().to_owned())
    }
}

/// How many fields, other than the role, a write held.
fn sent(write: &Write) -> usize {
    write.fields.iter().filter(|field| field.sent).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asking_anew_empties_is_put_back_without_a_question() {
    let test = TestApp::asking_anew().await;
    test.app.save_profile(first_name("Odile")).await.unwrap();
    let settled = |snapshot: &lapel_core::views::Snapshot| {
        assert!(snapshot.edits.iter().all(|edit| edit.state != EditState::Conflict), "{:?}", snapshot.edits);
        all_sent(snapshot)
    };
    test.wait_until(settled).await;
    let held = test.at_the_server(["firstName", "lastName", "language", "role"]).await;
    assert_eq!(held, ["Odile", "Owner", "en", "admin"]);
    let writes: Vec<usize> = test.sandbox().take_writes().iter().map(sent).collect();
    assert_eq!(writes[0], 1, "it was asked: {writes:?}");

    // Known again, so that nothing is emptied any more.
    test.app.save_profile(first_name("Olivia")).await.unwrap();
    test.wait_until(settled).await;
    assert_eq!(test.sandbox().take_writes().len(), 1);
    assert_eq!(test.at_the_server(["firstName", "lastName"]).await, ["Olivia", "Owner"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_empties_no_longer_gets_what_has_changed_only() {
    let test = TestApp::asking_anew().await;
    test.sandbox().set_quirks(Quirks::default());
    for name in ["Odile", "Olivia"] {
        test.app.save_profile(first_name(name)).await.unwrap();
        test.wait_until(all_sent).await;
        let writes: Vec<usize> = test.sandbox().take_writes().iter().map(sent).collect();
        assert_eq!(writes, [1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_cannot_be_put_back_is_put_at_stake() {
    let test = TestApp::asking_anew().await;
    let database = Connection::open(test.database.path().join("sandbox.db")).unwrap();
    database.execute("UPDATE user SET language = 'ca' WHERE email = ?1", [OWNER]).unwrap();
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().language == "ca" && all_sent(snapshot)).await;
    test.app.save_profile(first_name("Odile")).await.unwrap();
    let asked = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    assert_eq!(asked.edits[0].reason.as_ref().unwrap().code, ErrorCode::OwnLanguageNeeded);
    assert!(test.sandbox().take_writes().is_empty());
    test.app.save_profile(ProfileChanges { language: Some("fr".into()), ..Default::default() }).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.at_the_server(["firstName", "lastName", "language"]).await, ["Odile", "Owner", "fr"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_own_role_empties_nothing() {
    let test = TestApp::asking_anew().await;
    test.app.change_own_role("user").await.unwrap();
    assert!(test.wait_until(all_sent).await.edits.is_empty());
    let held = test.at_the_server(["firstName", "lastName", "language", "role"]).await;
    assert_eq!(held, ["Olga", "Owner", "en", "user"]);
}
