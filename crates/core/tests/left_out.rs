//! Servers that empty what a PUT of the own profile leaves out: what the app knows of them, and asking anew after a sign-in.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{Bench, OWNER, PASSWORD, all_sent, first_name};
use lapel_core::views::{EditState, ErrorCode, Keep, ProfileChanges, SeenConflict, SyncState};
use lapel_sandbox::{Quirks, Write};
use rusqlite::Connection;

impl Bench {
    /// Signed in anew to a server that was seen to empty what a PUT leaves out.
    async fn asking_anew() -> Self {
        let bench = Self::with_a_server_that_empties(OWNER).await;
        bench.app.save_profile(first_name("Olga")).await.unwrap();
        let asked = bench.settled(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
        let seen = asked.edits.into_iter().map(|edit| SeenConflict { field: edit.field, theirs: edit.theirs.unwrap() });
        bench.app.resolve_edits(seen.collect(), Keep::Mine).await.unwrap();
        bench.settled(all_sent).await;
        bench.sign_in(OWNER, PASSWORD).await.unwrap();
        bench.settled(all_sent).await;
        bench.sandbox().take_writes();
        bench
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
    let bench = Bench::asking_anew().await;
    bench.app.save_profile(first_name("Odile")).await.unwrap();
    let settled = |snapshot: &lapel_core::views::Snapshot| {
        assert!(snapshot.edits.iter().all(|edit| edit.state != EditState::Conflict), "{:?}", snapshot.edits);
        all_sent(snapshot)
    };
    bench.settled(settled).await;
    let held = bench.at_the_server(["firstName", "lastName", "language", "role"]).await;
    assert_eq!(held, ["Odile", "Owner", "en", "admin"]);
    let writes: Vec<usize> = bench.sandbox().take_writes().iter().map(sent).collect();
    assert_eq!(writes[0], 1, "it was asked: {writes:?}");

    // Known again, so that nothing is emptied any more.
    bench.app.save_profile(first_name("Olivia")).await.unwrap();
    bench.settled(settled).await;
    assert_eq!(bench.sandbox().take_writes().len(), 1);
    assert_eq!(bench.at_the_server(["firstName", "lastName"]).await, ["Olivia", "Owner"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_empties_no_longer_gets_what_has_changed_only() {
    let bench = Bench::asking_anew().await;
    bench.sandbox().set_quirks(Quirks::default());
    for name in ["Odile", "Olivia"] {
        bench.app.save_profile(first_name(name)).await.unwrap();
        bench.settled(all_sent).await;
        let writes: Vec<usize> = bench.sandbox().take_writes().iter().map(sent).collect();
        assert_eq!(writes, [1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_cannot_be_put_back_is_put_at_stake() {
    let bench = Bench::asking_anew().await;
    let database = Connection::open(bench.database.path().join("sandbox.db")).unwrap();
    database.execute("UPDATE user SET language = 'ca' WHERE email = ?1", [OWNER]).unwrap();
    bench.app.refresh();
    bench.settled(|snapshot| snapshot.profile.as_ref().unwrap().language == "ca" && all_sent(snapshot)).await;
    bench.app.save_profile(first_name("Odile")).await.unwrap();
    let asked = bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    assert_eq!(asked.edits[0].reason.as_ref().unwrap().code, ErrorCode::OwnLanguageNeeded);
    assert!(bench.sandbox().take_writes().is_empty());
    bench.app.save_profile(ProfileChanges { language: Some("fr".into()), ..Default::default() }).await.unwrap();
    bench.settled(all_sent).await;
    assert_eq!(bench.at_the_server(["firstName", "lastName", "language"]).await, ["Odile", "Owner", "fr"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_own_role_empties_nothing() {
    let bench = Bench::asking_anew().await;
    bench.app.change_own_role("user").await.unwrap();
    assert!(bench.settled(all_sent).await.edits.is_empty());
    let held = bench.at_the_server(["firstName", "lastName", "language", "role"]).await;
    assert_eq!(held, ["Olga", "Owner", "en", "user"]);
}
