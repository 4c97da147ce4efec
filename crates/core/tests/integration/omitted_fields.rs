//! Servers that clear the fields that a PUT of the user's own profile omits. The app remembers that a server does
//! this, and tests it again after a sign-in: the first write then sends only the changed fields.

use crate::common::{OWNER, PASSWORD, TestApp, all_sent, first_name};
use lapel_core::views::{EditState, ErrorCode, Keep, ProfileChanges, SeenConflict, SyncState};
use lapel_sandbox::{Quirks, Write};
use rusqlite::Connection;

impl TestApp {
    /// Lets the app detect that the server clears omitted fields, and signs in again.
    async fn signed_in_again_with_put_replaces_all() -> Self {
        let test = Self::signed_in_with_put_replaces_all(OWNER).await;
        test.app.save_profile(first_name("Olga")).await.unwrap();
        let in_conflict = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Conflict).await;
        let seen =
            in_conflict.edits.into_iter().map(|edit| SeenConflict { field: edit.field, theirs: edit.theirs.unwrap() });
        test.app.resolve_edits(seen.collect(), Keep::Mine).await.unwrap();
        test.wait_until(all_sent).await;
        test.sign_in(OWNER, PASSWORD).await.unwrap();
        test.wait_until(all_sent).await;
        test.sandbox().take_writes();
        test
    }

    async fn fields_on_server<const N: usize>(&self, keys: [&str; N]) -> [String; N] {
        let profile = self.other_client(OWNER).await.profile().await;
        keys.map(|key| profile[key].as_str().unwrap_or_default().to_owned())
    }
}

/// How many fields a write contained, not counting the role.
fn sent_field_count(write: &Write) -> usize {
    write.fields.iter().filter(|field| field.sent).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_cleared_by_the_first_write_after_a_sign_in_are_restored_without_a_conflict() {
    let test = TestApp::signed_in_again_with_put_replaces_all().await;
    test.app.save_profile(first_name("Odile")).await.unwrap();
    let sent_without_conflict = |snapshot: &lapel_core::views::Snapshot| {
        assert!(snapshot.edits.iter().all(|edit| edit.state != EditState::Conflict), "{:?}", snapshot.edits);
        all_sent(snapshot)
    };
    test.wait_until(sent_without_conflict).await;
    let on_server = test.fields_on_server(["firstName", "lastName", "language", "role"]).await;
    assert_eq!(on_server, ["Odile", "Owner", "en", "admin"]);
    let writes: Vec<usize> = test.sandbox().take_writes().iter().map(sent_field_count).collect();
    assert_eq!(writes[0], 1, "the first write contains only the changed field: {writes:?}");

    // The app has detected again that the server clears omitted fields. It now sends every field.
    test.app.save_profile(first_name("Olivia")).await.unwrap();
    test.wait_until(sent_without_conflict).await;
    assert_eq!(test.sandbox().take_writes().len(), 1);
    assert_eq!(test.fields_on_server(["firstName", "lastName"]).await, ["Olivia", "Owner"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_no_longer_clears_omitted_fields_gets_only_changed_fields() {
    let test = TestApp::signed_in_again_with_put_replaces_all().await;
    test.sandbox().set_quirks(Quirks::default());
    for name in ["Odile", "Olivia"] {
        test.app.save_profile(first_name(name)).await.unwrap();
        test.wait_until(all_sent).await;
        let writes: Vec<usize> = test.sandbox().take_writes().iter().map(sent_field_count).collect();
        assert_eq!(writes, [1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_while_a_cleared_language_could_not_be_restored() {
    let test = TestApp::signed_in_again_with_put_replaces_all().await;
    let database = Connection::open(test.database.path().join("sandbox.db")).unwrap();
    database.execute("UPDATE user SET language = 'ca' WHERE email = ?1", [OWNER]).unwrap();
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().language == "ca" && all_sent(snapshot)).await;
    test.app.save_profile(first_name("Odile")).await.unwrap();
    let rejected = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    assert_eq!(rejected.edits[0].reason.as_ref().unwrap().code, ErrorCode::OwnLanguageNeeded);
    assert!(test.sandbox().take_writes().is_empty());
    test.app.save_profile(ProfileChanges { language: Some("fr".into()), ..Default::default() }).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.fields_on_server(["firstName", "lastName", "language"]).await, ["Odile", "Owner", "fr"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_ones_own_role_clears_no_field() {
    let test = TestApp::signed_in_again_with_put_replaces_all().await;
    test.app.change_own_role("user").await.unwrap();
    assert!(test.wait_until(all_sent).await.edits.is_empty());
    let on_server = test.fields_on_server(["firstName", "lastName", "language", "role"]).await;
    assert_eq!(on_server, ["Olga", "Owner", "en", "user"]);
}
