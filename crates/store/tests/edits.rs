//! The life of an edit on a real file, reopened wherever it matters.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use lapel_domain::{Field, Profile};
use lapel_store::{
    Account, CachedProfile, Draft, EMPTIES_LEFT_OUT, Edit, EditState, EditValue, NewEdit, ServerResponse, Store,
};

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

    /// Field, in flight, base, mine, state of every row.
    fn rows(&self) -> Vec<(Field, bool, String, String, EditState)> {
        let text = |mine| match mine {
            EditValue::Text(text) => text,
            EditValue::LocalPicture(id) => format!("held {id}"),
        };
        let edits = self.store().edits(self.account.id).unwrap();
        edits.into_iter().map(|e| (e.field, e.in_flight, e.base, text(e.mine), e.state)).collect()
    }

    fn answer(&self, profile: &Profile, arrived: &[Field], cleared: &[(Field, String)]) {
        let cached = CachedProfile { profile: profile.clone(), etag: None, fetched_at: 9 };
        let answer = ServerResponse {
            cached: &cached,
            arrived,
            cleared,
            cleared_by_us: true,
            puts_back: false,
            put_replaces_all: (!cleared.is_empty()).then_some("sandbox"),
        };
        self.store().apply_response(self.account.id, &answer, "reset", 9).unwrap();
    }
}

fn profile(first: &str, last: &str) -> Profile {
    let document = serde_json::json!({"id": "u1", "role": "user", "first_name": first, "last_name": last});
    serde_json::from_value(document).unwrap()
}

use EditState::Waiting;
use Field::{FirstName, LastName, Picture};

#[test]
fn saving_replaces_the_draft_in_one_step_and_survives_a_restart() {
    let mut fixture = Fixture::new();
    let draft = Draft { document: "{}".into(), held: None, saved_at: 1 };
    fixture.store().keep_draft(fixture.account.id, "profile", &draft).unwrap();
    fixture.save(FirstName, "a", "b");
    fixture.reopen();
    assert_eq!(fixture.store().draft(fixture.account.id, "profile").unwrap(), None);
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "b".into(), Waiting)]);
}

#[test]
fn repeated_edits_melt_into_one_with_the_first_base() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.save(FirstName, "b", "c");
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "c".into(), Waiting)]);
    fixture.save(FirstName, "c", "a");
    assert_eq!(fixture.rows(), [], "changed back before it was sent");
}

#[test]
fn an_edit_during_sending_follows_and_starts_from_the_answer() {
    let mut fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.save(FirstName, "b", "c");
    fixture.reopen();
    assert_eq!(fixture.rows().len(), 2, "one on its way and one follow-up");
    fixture.answer(&profile("b", ""), &[FirstName], &[]);
    assert_eq!(fixture.rows(), [(FirstName, false, "b".into(), "c".into(), Waiting)]);
}

#[test]
fn changing_back_while_being_sent_is_still_sent() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.save(FirstName, "a", "a");
    fixture.answer(&profile("b", ""), &[FirstName], &[]);
    assert_eq!(fixture.rows(), [(FirstName, false, "b".into(), "a".into(), Waiting)]);
}

#[test]
fn what_was_not_delivered_waits_again_and_the_newer_value_wins() {
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
fn a_conflict_is_decided_either_way_or_by_a_third_value() {
    for (decision, expected) in [
        ("mine", vec![(FirstName, false, "theirs".to_owned(), "b".to_owned(), Waiting)]),
        ("theirs", vec![]),
        ("third", vec![(FirstName, false, "theirs".to_owned(), "third".to_owned(), Waiting)]),
    ] {
        let fixture = Fixture::new();
        fixture.save(FirstName, "a", "b");
        let conflict = EditState::Conflict { theirs: "theirs".into(), theirs_at: Some(7) };
        fixture.store().set_edit_state(fixture.account.id, &fixture.edit(FirstName), &conflict).unwrap();
        assert_eq!(fixture.rows()[0].4, conflict);
        match decision {
            "mine" => fixture.store().keep_mine(fixture.account.id, FirstName, "theirs").unwrap(),
            "theirs" => fixture.store().keep_theirs(fixture.account.id, FirstName, "theirs").unwrap(),
            third => fixture.save(FirstName, "theirs", third),
        }
        assert_eq!(fixture.rows(), expected, "{decision}");
    }
}

#[test]
fn a_refused_edit_is_corrected_by_saving_again() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    let refused = EditState::Refused { reason: "{}".into() };
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(FirstName), &refused).unwrap();
    fixture.save(FirstName, "a", "c");
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "c".into(), Waiting)]);
}

#[test]
fn a_field_that_the_server_emptied_becomes_a_conflict_and_the_server_is_remembered() {
    let mut fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.answer(&profile("b", ""), &[FirstName], &[(LastName, "Doe".into())]);
    fixture.reopen();
    let conflict = EditState::Conflict { theirs: String::new(), theirs_at: None };
    assert_eq!(fixture.rows(), [(LastName, false, "Doe".into(), "Doe".into(), conflict)]);
    let learnt = |server| fixture.store().server_fact(server, EMPTIES_LEFT_OUT).unwrap();
    assert!(learnt("sandbox").is_some_and(|(value, _)| value == "true"));
    assert_eq!(learnt("https://example.com/v1"), None);
    fixture.store().age_facts("sandbox").unwrap();
    assert_eq!(learnt("sandbox"), Some(("true".into(), i64::MIN)));
}

/// The form still showed the value when the question came whether it is to be put back.
#[test]
fn saving_what_is_asked_about_without_having_seen_the_question_keeps_it() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.answer(&profile("b", ""), &[FirstName], &[(LastName, "x".into())]);
    let asked = fixture.rows();
    fixture.save(LastName, "x", "x");
    assert_eq!(fixture.rows(), asked);
}

#[test]
fn a_dropped_conflict_leaves_the_servers_value_also_where_mine_may_come_late() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    let conflict = EditState::Conflict { theirs: "c".into(), theirs_at: None };
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(FirstName), &conflict).unwrap();
    assert_eq!(fixture.edit(FirstName).unconfirmed_value.as_deref(), Some("b"));
    fixture.store().drop_edit(fixture.account.id, FirstName, "s", 9).unwrap();
    assert_eq!(fixture.rows(), [], "nobody wants the value of before both");
}

#[test]
fn saving_again_what_is_shown_decides_no_conflict_that_is_not() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    let conflict = EditState::Conflict { theirs: "c".into(), theirs_at: None };
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(FirstName), &conflict).unwrap();
    fixture.save(FirstName, "b", "d");
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "d".into(), Waiting)]);
}

#[test]
fn what_is_saved_while_our_put_empties_its_field_goes_on_from_there() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.save(LastName, "Doe", "Roe");
    fixture.answer(&profile("b", ""), &[FirstName], &[(LastName, "Doe".into())]);
    // Changed back before the page knows: the server has it no more.
    fixture.save(LastName, "Roe", "Doe");
    assert_eq!(fixture.rows(), [(LastName, false, String::new(), "Doe".into(), Waiting)]);
}

#[test]
fn a_choice_of_what_the_server_had_asks_for_nothing_once_that_was_emptied() {
    let fixture = Fixture::new();
    let conflict = |theirs: &str| EditState::Conflict { theirs: theirs.into(), theirs_at: None };
    fixture.save(LastName, "Doe", "Roe");
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(LastName), &conflict("Poe")).unwrap();
    // Typing the server's value chooses it; by the next read it is another one again.
    fixture.save(LastName, "Poe", "Poe");
    fixture.store().set_edit_state(fixture.account.id, &fixture.edit(LastName), &conflict("Moe")).unwrap();
    fixture.answer(&profile("b", ""), &[], &[(LastName, "Moe".into())]);
    assert_eq!(fixture.rows(), [(LastName, false, "Moe".into(), "Moe".into(), conflict(""))]);
}

#[test]
fn a_held_picture_lives_as_long_as_a_draft_or_edit_refers_to_it() {
    let fixture = Fixture::new();
    let (store, account) = (fixture.store(), fixture.account.id);
    store.hold_picture(account, "p1", "image/png", b"bytes").unwrap();
    store
        .keep_draft(account, "profile", &Draft { document: "{}".into(), held: Some("p1".into()), saved_at: 1 })
        .unwrap();
    store.sweep_held_pictures().unwrap();
    assert!(store.local_picture(account, "p1").unwrap().is_some(), "the draft refers to it");
    let edit =
        NewEdit { field: Picture, base: String::new(), base_picture: None, mine: EditValue::LocalPicture("p1".into()) };
    store.save_edits(account, "save", "profile", &[edit], 1).unwrap();
    store.note_upload("p1", "/v1/pictures/9").unwrap();
    store.sweep_held_pictures().unwrap();
    let held = store.local_picture(account, "p1").unwrap().unwrap();
    assert_eq!((held.bytes.as_slice(), held.url.as_deref()), (b"bytes".as_slice(), Some("/v1/pictures/9")));
    store.drop_edit(account, Picture, "s", 9).unwrap();
    store.sweep_held_pictures().unwrap();
    assert_eq!(store.local_picture(account, "p1").unwrap(), None);
}

#[test]
fn removing_an_account_leaves_nothing_of_it_and_keeps_the_others() {
    let fixture = Fixture::new();
    let store = fixture.store();
    fixture.save(FirstName, "a", "a-word-to-look-for");
    let other = store.sign_in("sandbox", "u2", "other@example.com", false).unwrap();
    store.keep_profile(other.id, &CachedProfile { profile: profile("Other", ""), etag: None, fetched_at: 1 }).unwrap();
    store.remove_account(fixture.account.id).unwrap();
    assert_eq!(fixture.rows(), []);
    assert!(store.profile(other.id).unwrap().is_some());
    for file in
        std::fs::read_dir(fixture.folder.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|p| p.is_file())
    {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(18).any(|window| window == b"a-word-to-look-for");
        assert!(!found, "{} still holds what was typed", file.display());
    }
}

#[test]
fn a_value_saved_between_reading_and_sending_is_neither_sent_as_the_older_nor_taken_for_arrived() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    let read = fixture.edit(FirstName);
    fixture.save(FirstName, "a", "c");
    let (store, account) = (fixture.store(), fixture.account.id);
    assert_eq!(store.begin_sending(account, std::slice::from_ref(&read)).unwrap(), []);
    store.forget_edit(account, &read).unwrap();
    store.set_edit_state(account, &read, &EditState::Refused { reason: "of the older".into() }).unwrap();
    assert_eq!(fixture.rows(), [(FirstName, false, "a".into(), "c".into(), Waiting)]);
}

#[test]
fn accounts_take_turns_and_an_entry_left_in_the_keyring_is_remembered() {
    let mut fixture = Fixture::new();
    let other = fixture.store().sign_in("sandbox", "u2", "other@example.com", false).unwrap();
    assert_eq!(fixture.store().active_account().unwrap().map(|account| account.id), Some(other.id));
    fixture.store().activate(Some(fixture.account.id)).unwrap();
    fixture.store().note_left_entry("sandbox u2").unwrap();
    fixture.reopen();
    let store = fixture.store();
    assert_eq!(store.active_account().unwrap().map(|account| account.id), Some(fixture.account.id));
    assert_eq!(store.accounts().unwrap().len(), 2);
    assert_eq!(store.left_entries().unwrap(), ["sandbox u2"]);
    store.forget_left_entry("sandbox u2").unwrap();
    store.activate(None).unwrap();
    assert_eq!(store.left_entries().unwrap(), Vec::<String>::new());
    assert_eq!(store.active_account().unwrap(), None);
}

#[test]
fn a_dropped_edit_that_may_have_arrived_is_taken_back() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.store().drop_edit(fixture.account.id, FirstName, "s", 9).unwrap();
    let (sent, back) =
        ((FirstName, true, "a".into(), "b".into(), Waiting), (FirstName, false, "a".into(), "a".into(), Waiting));
    assert_eq!(fixture.rows(), [sent, back]);
    fixture.store().return_to_waiting(fixture.account.id, &[FirstName], true).unwrap();
    let edit = fixture.edit(FirstName);
    assert_eq!(
        (edit.mine, edit.unconfirmed_value.as_deref()),
        (EditValue::Text("a".into()), Some("b")),
        "it may still come"
    );
}

#[test]
fn a_value_that_may_come_late_is_remembered_by_what_is_saved_after_it() {
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
        "what was refused is no reason to forget it"
    );
}

#[test]
fn a_conflict_is_decided_only_about_the_value_that_was_seen() {
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
        "to meet the newer one again"
    );
}

#[test]
fn numbers_of_accounts_are_never_used_again() {
    let fixture = Fixture::new();
    let store = fixture.store();
    store.remove_account(fixture.account.id).unwrap();
    let next = store.sign_in("sandbox", "u2", "editor@example.com", false).unwrap();
    assert!(next.id.number() > fixture.account.id.number());
    let again = store.sign_in("sandbox", "u2", "editor@example.com", false).unwrap();
    assert_eq!(again.id, next.id);
}

#[test]
fn a_follow_up_is_not_settled_by_the_answer_to_what_was_sent_before_it() {
    let fixture = Fixture::new();
    fixture.save(FirstName, "a", "b");
    fixture.send(&[FirstName]);
    fixture.save(FirstName, "a", "b");
    fixture.answer(&profile("b", ""), &[FirstName], &[]);
    assert_eq!(fixture.rows(), [(FirstName, false, "b".into(), "b".into(), Waiting)], "the next read settles it");
}
