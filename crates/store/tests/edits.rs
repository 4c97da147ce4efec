//! The lifecycle of edits in a database file, which is reopened where that matters.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use lapel_domain::{Field, Profile};
use lapel_store::{
    Account, CachedProfile, Draft, DraftDocument, DraftPicture, Edit, EditState, EditValue, NewEdit, PUT_REPLACES_ALL,
    RejectionDocument, ServerResponse, Store,
};

fn rejected(code: &str) -> EditState {
    EditState::Refused { reason: Box::new(RejectionDocument { code: code.into(), ..Default::default() }) }
}

fn draft_with_picture(id: &str) -> DraftDocument {
    DraftDocument { picture: Some(DraftPicture::Held { id: id.into() }), ..Default::default() }
}

struct Fixture {
    folder: tempfile::TempDir,
    store: Option<Store>,
    account: Account,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 0).store;
        let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap();
        Self { folder, store: Some(store), account }
    }

    fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(Store::open(self.folder.path(), 0).store);
    }

    fn save(&self, field: Field, base: &str, mine: &str) {
        let edit = NewEdit { field, base: base.into(), base_picture: None, mine: EditValue::Text(mine.into()) };
        self.store().save_edits(self.account.id, &format!("save of {mine}"), "profile", &[edit], 5).unwrap();
    }

    fn edit(&self, field: Field) -> Edit {
        let edits = self.store().edits(self.account.id).unwrap();
        edits.into_iter().find(|edit| edit.field == field).unwrap()
    }

    fn send(&self, fields: &[Field]) {
        let edits: Vec<Edit> = fields.iter().map(|&field| self.edit(field)).collect();
        assert_eq!(self.store().begin_sending(self.account.id, &edits).unwrap().len(), fields.len());
    }

    /// Field, in flight, base, mine and state of every edit.
    fn rows(&self) -> Vec<(Field, bool, String, String, EditState)> {
        let text = |mine| match mine {
            EditValue::Text(text) => text,
            EditValue::LocalPicture(id) => format!("picture {id}"),
        };
        let edits = self.store().edits(self.account.id).unwrap();
        edits.into_iter().map(|e| (e.field, e.in_flight, e.base, text(e.mine), e.state)).collect()
    }

    fn apply_response(&self, profile: &Profile, arrived: &[Field], cleared: &[(Field, String)]) {
        let cached = CachedProfile { profile: profile.clone(), etag: None, fetched_at: 9 };
        let response = ServerResponse {
            cached: &cached,
            arrived,
            cleared,
            cleared_by_us: true,
            restores_cleared: false,
            put_replaces_all: (!cleared.is_empty()).then_some("sandbox"),
        };
        self.store().apply_response(self.account.id, &response, "reset", 9).unwrap();
    }
}

fn profile(first: &str, last: &str) -> Profile {
    let document = serde_json::json!({"id": "u1", "role": "user", "first_name": first, "last_name": last});
    serde_json::from_value(document).unwrap()
}

use EditState::Waiting;
use Field::{FirstName, LastName, Picture};

#[test]
fn saving_deletes_the_draft_and_the_edit_survives_a_restart() {
    let mut fixture = Fixture::new();
    let draft = Draft { values: DraftDocument::default(), saved_at: 1 };
    fixture.store().store_draft(fixture.account.id, "profile", &draft).unwrap();
    fixture.save(FirstName, "a", "b");
    fixture.reopen();
    assert_eq!(fixture.store().draft(fixture.account.id, "profile").unwrap(), None);
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "b".into(), Waiting)]);
}

#[test]
fn repeated_edits_are_merged_into_one_with_the_first_base() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.save(FirstName, "b", "c");
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "c".into(), Waiting)]);
    fixture.save(FirstName, "c", "a");
    assert_eq!(fixture.rows(), [], "the value was changed back before it was sent");
}

#[test]
fn an_edit_saved_during_a_request_becomes_a_follow_up_based_on_the_response() {
    let mut fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.save(FirstName, "b", "c");
    fixture.reopen();
    assert_eq!(fixture.rows().len(), 2, "one in flight and one follow-up");
    fixture.apply_response(&profile("b", ""), &[FirstName], &[]);
    assert_eq!(fixture.rows(), [(FirstName, false, "b".into(), "c".into(), Waiting)]);
}

#[test]
fn changing_back_during_a_request_is_still_sent() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.save(FirstName, "a", "a");
    fixture.apply_response(&profile("b", ""), &[FirstName], &[]);
    assert_eq!(fixture.rows(), [(FirstName, false, "b".into(), "a".into(), Waiting)]);
}

#[test]
fn undelivered_edits_wait_again_and_a_newer_value_wins() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.save(LastName, "x", "y");
    fixture.send(&[FirstName, LastName]);
    fixture.save(FirstName, "b", "c");
    fixture.store().return_to_waiting(fixture.account.id, &[FirstName, LastName], false).unwrap();
    let expected =
        [(FirstName, false, "a".into(), "c".into(), Waiting), (LastName, false, "x".into(), "y".into(), Waiting)];
    assert_eq!(fixture.rows(), expected);
}

#[test]
fn a_conflict_can_be_resolved_with_mine_theirs_or_a_third_value() {
    for (choice, expected) in [
        ("mine", vec![(FirstName, false, "theirs".to_owned(), "b".to_owned(), Waiting)]),
        ("theirs", vec![]),
        ("third", vec![(FirstName, false, "theirs".to_owned(), "third".to_owned(), Waiting)]),
    ] {
        let fixture = Fixture::new();
        fixture.save(FirstName, "a", "b");
        let conflict = EditState::Conflict { theirs: "theirs".into(), theirs_at: Some(7) };
        fixture.store().set_edit_state(fixture.account.id, &fixture.edit(FirstName), &conflict).unwrap();
        assert_eq!(fixture.rows()[0].4, conflict);
        match choice {
            "mine" => fixture.store().keep_mine(fixture.account.id, FirstName, "theirs").unwrap(),
            "theirs" => fixture.store().keep_theirs(fixture.account.id, FirstName, "theirs").unwrap(),
            third => fixture.save(FirstName, "theirs", third),
        }
        assert_eq!(fixture.rows(), expected, "{choice}");
    }
}

#[test]
fn a_rejected_edit_is_replaced_by_saving_again() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    let refused = rejected("a");
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(FirstName), &refused).unwrap();
    fixture.save(FirstName, "a", "c");
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "c".into(), Waiting)]);
}

#[test]
fn a_field_emptied_by_the_server_becomes_a_conflict_and_the_server_fact_is_stored() {
    let mut fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.apply_response(&profile("b", ""), &[FirstName], &[(LastName, "Doe".into())]);
    fixture.reopen();
    let conflict = EditState::Conflict { theirs: String::new(), theirs_at: None };
    assert_eq!(fixture.rows(), [(LastName, false, "Doe".into(), "Doe".into(), conflict)]);
    let fact = |server| fixture.store().server_fact(server, PUT_REPLACES_ALL).unwrap();
    assert!(fact("sandbox").is_some_and(|(value, _)| value == "true"));
    assert_eq!(fact("https://example.com/v1"), None);
    fixture.store().expire_facts("sandbox").unwrap();
    assert_eq!(fact("sandbox"), Some(("true".into(), i64::MIN)));
}

/// The form still showed the emptied value when the conflict was created.
#[test]
fn saving_the_same_value_before_seeing_the_conflict_leaves_the_conflict_open() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.apply_response(&profile("b", ""), &[FirstName], &[(LastName, "x".into())]);
    let with_conflict = fixture.rows();
    fixture.save(LastName, "x", "x");
    assert_eq!(fixture.rows(), with_conflict);
}

#[test]
fn discarding_a_conflict_accepts_the_server_value_even_if_mine_may_still_arrive() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    let conflict = EditState::Conflict { theirs: "c".into(), theirs_at: None };
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(FirstName), &conflict).unwrap();
    assert_eq!(fixture.edit(FirstName).unconfirmed_value.as_deref(), Some("b"));
    fixture.store().drop_edit(fixture.account.id, FirstName, "s", 9).unwrap();
    assert_eq!(fixture.rows(), [], "the older base value is not restored");
}

#[test]
fn saving_another_value_before_seeing_the_conflict_keeps_the_old_base() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    let conflict = EditState::Conflict { theirs: "c".into(), theirs_at: None };
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(FirstName), &conflict).unwrap();
    fixture.save(FirstName, "b", "d");
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "d".into(), Waiting)]);
}

#[test]
fn an_edit_saved_while_our_put_empties_its_field_gets_the_empty_value_as_base() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.save(LastName, "Doe", "Roe");
    fixture.apply_response(&profile("b", ""), &[FirstName], &[(LastName, "Doe".into())]);
    // The user changes the value back before the page shows that the server emptied it.
    fixture.save(LastName, "Roe", "Doe");
    assert_eq!(fixture.rows(), [(LastName, false, String::new(), "Doe".into(), Waiting)]);
}

#[test]
fn an_edit_that_chose_the_server_value_becomes_a_conflict_after_the_field_was_emptied() {
    let fixture = Fixture::new();
    let conflict = |theirs: &str| EditState::Conflict { theirs: theirs.into(), theirs_at: None };
    fixture.save(LastName, "Doe", "Roe");
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(LastName), &conflict("Poe")).unwrap();
    // Typing the server's value accepts it. The next read finds yet another value.
    fixture.save(LastName, "Poe", "Poe");
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(LastName), &conflict("Moe")).unwrap();
    fixture.apply_response(&profile("b", ""), &[], &[(LastName, "Moe".into())]);
    assert_eq!(fixture.rows(), [(LastName, false, "Moe".into(), "Moe".into(), conflict(""))]);
}

#[test]
fn a_local_picture_is_stored_as_long_as_a_draft_or_edit_refers_to_it() {
    let fixture = Fixture::new();
    let (store, account) = (fixture.store(), fixture.account.id);
    store.store_local_picture(account, "p1", "image/png", b"bytes").unwrap();
    store.store_draft(account, "profile", &Draft { values: draft_with_picture("p1"), saved_at: 1 }).unwrap();
    store.remove_unused_local_pictures().unwrap();
    assert!(store.local_picture(account, "p1").unwrap().is_some(), "the draft refers to it");
    let edit =
        NewEdit { field: Picture, base: String::new(), base_picture: None, mine: EditValue::LocalPicture("p1".into()) };
    store.save_edits(account, "save", "profile", &[edit], 1).unwrap();
    store.store_upload("p1", "/v1/pictures/9").unwrap();
    store.remove_unused_local_pictures().unwrap();
    let picture = store.local_picture(account, "p1").unwrap().unwrap();
    assert_eq!((picture.bytes.as_slice(), picture.url.as_deref()), (b"bytes".as_slice(), Some("/v1/pictures/9")));
    store.drop_edit(account, Picture, "s", 9).unwrap();
    store.remove_unused_local_pictures().unwrap();
    assert_eq!(store.local_picture(account, "p1").unwrap(), None);
}

#[test]
fn removing_an_account_erases_its_data_and_no_other_accounts_data() {
    let fixture = Fixture::new();
    let store = fixture.store();
    fixture.save(FirstName, "a", "a-word-to-look-for");
    let other = store.sign_in("sandbox", "u2", "other@example.com", false).unwrap();
    store.store_profile(other.id, &CachedProfile { profile: profile("Other", ""), etag: None, fetched_at: 1 }).unwrap();
    store.remove_account(fixture.account.id).unwrap();
    assert_eq!(fixture.rows(), []);
    assert!(store.profile(other.id).unwrap().is_some());
    for file in
        std::fs::read_dir(fixture.folder.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|p| p.is_file())
    {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(18).any(|window| window == b"a-word-to-look-for");
        assert!(!found, "{} still contains the typed value", file.display());
    }
}

#[test]
fn calls_with_an_outdated_edit_do_not_affect_the_newer_edit() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    let outdated = fixture.edit(FirstName);
    fixture.save(FirstName, "a", "c");
    let (store, account) = (fixture.store(), fixture.account.id);
    assert_eq!(store.begin_sending(account, std::slice::from_ref(&outdated)).unwrap(), []);
    store.forget_edit(account, &outdated).unwrap();
    store.set_edit_state(account, &outdated, &rejected("outdated")).unwrap();
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "c".into(), Waiting)]);
}

#[test]
fn another_account_can_be_activated() {
    let mut fixture = Fixture::new();
    let other = fixture.store().sign_in("sandbox", "u2", "other@example.com", false).unwrap();
    assert_eq!(fixture.store().active_account().unwrap().map(|account| account.id), Some(other.id));
    fixture.store().activate(Some(fixture.account.id)).unwrap();
    fixture.reopen();
    let store = fixture.store();
    assert_eq!(store.active_account().unwrap().map(|account| account.id), Some(fixture.account.id));
    assert_eq!(store.accounts().unwrap().len(), 2);
    store.activate(None).unwrap();
    assert_eq!(store.active_account().unwrap(), None);
}

#[test]
fn discarding_an_edit_that_may_have_arrived_reverts_it() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.store().drop_edit(fixture.account.id, FirstName, "s", 9).unwrap();
    let (sent, revert) =
        ((FirstName, true, "a".into(), "b".into(), Waiting), (FirstName, false, "a".into(), "a".into(), Waiting));
    assert_eq!(fixture.rows(), [sent, revert]);
    fixture.store().return_to_waiting(fixture.account.id, &[FirstName], true).unwrap();
    let edit = fixture.edit(FirstName);
    assert_eq!(
        (edit.mine, edit.unconfirmed_value.as_deref()),
        (EditValue::Text("a".into()), Some("b")),
        "the sent value may still arrive"
    );
}

#[test]
fn a_later_edit_retains_the_unconfirmed_value() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.store().return_to_waiting(fixture.account.id, &[FirstName], true).unwrap();
    fixture.save(FirstName, "b", "c");
    assert_eq!(fixture.edit(FirstName).unconfirmed_value.as_deref(), Some("b"));
    fixture.send(&[FirstName]);
    fixture.store().return_to_waiting(fixture.account.id, &[FirstName], false).unwrap();
    assert_eq!(
        fixture.edit(FirstName).unconfirmed_value.as_deref(),
        Some("b"),
        "an undelivered later value does not replace it"
    );
}

#[test]
fn a_conflict_is_resolved_only_for_the_server_value_that_was_shown() {
    let fixture = Fixture::new();
    let (store, id) = (fixture.store(), fixture.account.id);
    fixture.save(FirstName, "a", "b");
    let conflict = EditState::Conflict { theirs: "newer".into(), theirs_at: None };
    store.set_edit_state(id, &fixture.edit(FirstName), &conflict).unwrap();
    store.keep_mine(id, FirstName, "older").unwrap();
    store.keep_theirs(id, FirstName, "older").unwrap();
    assert_eq!(fixture.rows()[0].4, conflict);
    fixture.save(FirstName, "older", "third");
    assert_eq!(
        fixture.rows(),
        [(FirstName, false, "older".into(), "third".into(), Waiting)],
        "the next read will find the newer server value again"
    );
}

#[test]
fn account_ids_are_never_reused() {
    let fixture = Fixture::new();
    let store = fixture.store();
    store.remove_account(fixture.account.id).unwrap();
    let next = store.sign_in("sandbox", "u2", "editor@example.com", false).unwrap();
    assert!(next.id.number() > fixture.account.id.number());
    let again = store.sign_in("sandbox", "u2", "editor@example.com", false).unwrap();
    assert_eq!(again.id, next.id);
}

#[test]
fn a_follow_up_with_the_same_value_is_not_deleted_by_the_earlier_response() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.save(FirstName, "a", "b");
    fixture.apply_response(&profile("b", ""), &[FirstName], &[]);
    assert_eq!(
        fixture.rows(),
        [(FirstName, false, "b".into(), "b".into(), Waiting)],
        "only the next read completes it"
    );
}
