//! Opens databases of earlier versions (the first one, and the last one that allowed any language) with unsent edits
//! and drafts, which must all be preserved.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::collections::HashMap;
use std::path::Path;

use common::{collaborators, copy_after_power_cut};
use lapel_domain::Field::{FirstName, Language, LastName, Picture};
use lapel_store::{
    Condition, DraftBase, DraftDocument, Edit, EditState, EditValue, HistorySearch, Opened, PUT_REPLACES_ALL,
    RejectionDocument, Store,
};
use rusqlite::Connection;

/// Data of the first version. Do not change it: it represents databases that exist on users' disks.
const FIRST_VERSION_DATA: &str = r#"
INSERT INTO account (id, server, user_id, email, by_token, signed_in, active) VALUES
    (1, 'sandbox', 'u1', 'owner@example.com', 0, 1, 1),
    (2, 'https://api.example.com/v1', 'u2', 'editor@example.com', 1, 0, 0);
INSERT INTO server VALUES ('sandbox', 1);
INSERT INTO profile VALUES (1, '{"id":"u1","role":"user","first_name":"John","last_name":"Doe"}', '"7"', 5);
INSERT INTO draft VALUES (1, 'profile', '{"firstName":"typed"}', 'p2', 6);
INSERT INTO held_picture VALUES ('p1', 1, 'image/png', x'0102', '/v1/pictures/9'), ('p2', 1, 'image/png', x'03', NULL);
INSERT INTO edit (account, field, in_flight, save_id, base, mine, held, state, reason, theirs, made_at) VALUES
    (1, 'firstName', 1, 's1', 'a', 'b', NULL, 'waiting', NULL, NULL, 10),
    (1, 'firstName', 0, 's2', 'b', 'c', NULL, 'waiting', NULL, NULL, 11),
    (1, 'lastName', 0, 's2', 'x', 'y', NULL, 'conflict', NULL, 'z', 11),
    (1, 'language', 0, 's3', 'en', 'es', NULL, 'refused', '{"code":"rejected"}', NULL, 12),
    (1, 'picture', 0, 's4', '', NULL, 'p1', 'waiting', NULL, NULL, 13),
    (2, 'lastName', 0, 's5', '', '', NULL, 'waiting', NULL, NULL, 14);
"#;

fn create_first_version(folder: &Path) {
    create_version(folder, 1);
}

/// Creates a database with the schema after so many migration steps.
fn create_version(folder: &Path, steps: i64) {
    let connection = Connection::open(folder.join("lapel.db")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    for step in 1..=steps {
        let file = format!("{}/migrations/{step}.sql", env!("CARGO_MANIFEST_DIR"));
        connection.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
    }
    connection.pragma_update(None, "user_version", steps).unwrap();
    connection.close().unwrap();
}

fn edit(field: lapel_domain::Field, save_id: &str, base: &str, mine: &str, state: EditState, made_at: i64) -> Edit {
    let (save_id, base, mine) = (save_id.into(), base.into(), EditValue::Text(mine.into()));
    Edit { field, in_flight: false, save_id, base, mine, state, made_at, unconfirmed_value: None }
}

fn rejected() -> EditState {
    EditState::Refused { reason: Box::new(RejectionDocument { code: "rejected".into(), ..Default::default() }) }
}

/// The document and the picture of the only draft, as they are in the file.
fn raw_draft(folder: &Path) -> (String, Option<String>) {
    let connection = Connection::open(folder.join("lapel.db")).unwrap();
    connection.query_row("SELECT document, held FROM draft", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn assert_complete(folder: &Path) {
    let opened = Store::open(folder, 0);
    assert_eq!(opened.condition, Condition::Sound);
    let store = opened.store;
    let account = store.active_account().unwrap().unwrap();
    assert_eq!((account.email.as_str(), account.signed_in, account.by_token), ("owner@example.com", true, false));
    let conflict = EditState::Conflict { theirs: "z".into(), theirs_at: None };
    let refused = rejected();
    let first_name = edit(FirstName, "s2", "b", "c", EditState::Waiting, 11);
    let mut expected = vec![
        Edit { in_flight: true, ..edit(FirstName, "s1", "a", "b", EditState::Waiting, 10) },
        first_name,
        edit(LastName, "s2", "x", "y", conflict, 11),
        edit(Language, "s3", "en", "es", refused, 12),
        Edit { mine: EditValue::LocalPicture("p1".into()), ..edit(Picture, "s4", "", "", EditState::Waiting, 13) },
    ];
    expected.sort_by_key(|edit| (edit.field, !edit.in_flight));
    assert_eq!(store.edits(account.id).unwrap(), expected);
    assert_eq!(raw_draft(folder), (r#"{"firstName":"typed","version":1}"#.into(), Some("p2".into())));
    let draft = store.draft(account.id, "profile").unwrap().unwrap();
    assert_eq!(draft.values.first_name.as_deref(), Some("typed"));
    let picture = store.local_picture(account.id, "p1").unwrap().unwrap();
    assert_eq!((picture.bytes.as_slice(), picture.url.as_deref()), ([1, 2].as_slice(), Some("/v1/pictures/9")));
    assert_eq!(store.local_picture(account.id, "p2").unwrap().unwrap().bytes, [3]);
    let cached = store.profile(account.id).unwrap().unwrap();
    assert_eq!((cached.profile.last_name.as_str(), cached.etag.as_deref()), ("Doe", Some("\"7\"")));
    let (value, _) = store.server_fact("sandbox", PUT_REPLACES_ALL).unwrap().unwrap();
    assert_eq!(value, "true");

    let other = store.sign_in("https://api.example.com/v1", "u2", "editor@example.com", true).unwrap();
    assert_eq!(other.id.number(), 2, "the existing account is used");
    assert_eq!(store.edits(other.id).unwrap(), [edit(LastName, "s5", "", "", EditState::Waiting, 14)]);
}

#[test]
fn unsent_data_of_the_first_version_is_preserved() {
    let folder = tempfile::tempdir().unwrap();
    create_first_version(folder.path());
    let connection = Connection::open(folder.path().join("lapel.db")).unwrap();
    connection.execute_batch(FIRST_VERSION_DATA).unwrap();
    connection.close().unwrap();
    assert_complete(folder.path());
    // The second start must not change the migrated data.
    let store = Store::open(folder.path(), 0).store;
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap();
    assert_eq!(store.edits(account.id).unwrap().len(), 5);
}

#[test]
fn unsent_data_in_the_journal_of_the_first_version_is_preserved() {
    let original = tempfile::tempdir().unwrap();
    create_first_version(original.path());
    assert_complete(copy_after_power_cut(&original.path().join("lapel.db"), FIRST_VERSION_DATA).path());
}

/// The number of migration steps of the last version that allowed any language.
const ANY_LANGUAGE_STEPS: i64 = 5;

/// Data of that version: edits and drafts with languages that can no longer be chosen. Do not change it, either.
const ANY_LANGUAGE_DATA: &str = r#"
UPDATE last_account SET number = 3;
INSERT INTO account (id, server, user_id, email, by_token, signed_in, active) VALUES
    (1, 'sandbox', 'u1', 'owner@example.com', 0, 1, 1),
    (2, 'https://api.example.com/v1', 'u2', 'editor@example.com', 0, 1, 0),
    (3, 'https://api.example.com/v1', 'u3', 'viewer@example.com', 0, 0, 0);
INSERT INTO server (server, resets_omitted) VALUES ('sandbox', 1);
INSERT INTO profile VALUES (1, '{"id":"u1","role":"captain","first_name":"John","language":"ca"}', '"7"', 5);
INSERT INTO draft VALUES (1, 'profile', '{"language":"eu","base":{"language":"ca"}}', NULL, 6),
    (1, 'person o1 c4', '{"language":"gl","base":{}}', NULL, 7);
INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, reason, theirs, theirs_at, made_at, handed) VALUES
    (1, 'language', 1, 's1', 'en', 'en-GB', 'waiting', NULL, NULL, NULL, 10, 'es-MX'),
    (1, 'language', 0, 's2', 'en-GB', 'ca', 'waiting', NULL, NULL, NULL, 11, NULL),
    (2, 'language', 0, 's3', 'en', 'pt-BR', 'conflict', NULL, 'zh-Hans', 9, 12, NULL),
    (3, 'language', 0, 's4', 'en', 'iw', 'refused', '{"code":"rejected"}', NULL, NULL, 13, NULL);
"#;

#[test]
fn unsent_languages_that_can_no_longer_be_chosen_are_preserved() {
    let folder = tempfile::tempdir().unwrap();
    create_version(folder.path(), ANY_LANGUAGE_STEPS);
    let connection = Connection::open(folder.path().join("lapel.db")).unwrap();
    connection.execute_batch(ANY_LANGUAGE_DATA).unwrap();
    connection.close().unwrap();
    for _ in 0..2 {
        let Opened { store, condition } = Store::open(folder.path(), 0);
        assert_eq!(condition, Condition::Sound);
        let owner = store.active_account().unwrap().unwrap();
        let profile = store.profile(owner.id).unwrap().unwrap().profile;
        assert_eq!((profile.language.as_str(), profile.role.as_str()), ("ca", "captain"));
        for (form, language, base) in [("profile", "eu", Some("ca")), ("person o1 c4", "gl", None)] {
            let base = DraftBase { language: base.map(str::to_owned), ..Default::default() };
            let expected = DraftDocument { language: Some(language.into()), base, ..Default::default() };
            assert_eq!(store.draft(owner.id, form).unwrap().unwrap().values, expected);
        }
        let in_flight = edit(Language, "s1", "en", "en-GB", EditState::Waiting, 10);
        let in_flight = Edit { in_flight: true, unconfirmed_value: Some("es-MX".into()), ..in_flight };
        let follow_up = edit(Language, "s2", "en-GB", "ca", EditState::Waiting, 11);
        assert_eq!(store.edits(owner.id).unwrap(), [in_flight, follow_up]);
        let conflict = EditState::Conflict { theirs: "zh-Hans".into(), theirs_at: Some(9) };
        let refused = rejected();
        let others = store.accounts().unwrap().into_iter().filter(|account| account.id != owner.id);
        let edits: Vec<Edit> = others.flat_map(|account| store.edits(account.id).unwrap()).collect();
        let expected =
            [edit(Language, "s3", "en", "pt-BR", conflict, 12), edit(Language, "s4", "en", "iw", refused, 13)];
        assert_eq!(edits, expected);
    }
}

/// The number of migration steps of the last version that stored the texts that a search examines.
const STORED_SEARCH_TEXT_STEPS: i64 = 8;

/// A team and a history whose search texts were computed by an earlier version, which kept apostrophes. Do not change
/// the data: it represents databases that exist on users' disks.
#[test]
fn rows_whose_search_texts_an_earlier_version_computed_are_found_as_today() {
    let folder = tempfile::tempdir().unwrap();
    create_version(folder.path(), STORED_SEARCH_TEXT_STEPS);
    let connection = Connection::open(folder.path().join("lapel.db")).unwrap();
    let data = "
        INSERT INTO account (id, server, user_id, email, by_token, signed_in, active) VALUES
            (1, 'sandbox', 'u1', 'owner@example.com', 0, 1, 1);
        INSERT INTO organization (account, id, position, as_of) VALUES (1, 'acme', 0, 1);
        INSERT INTO collaborator (account, organization, id, email, first_name, last_name, picture, team_role, tags,
                                  pending, search) VALUES
            (1, 'acme', 'c1', 'c@example.com', 'Conan', 'O’Brien', '', 'viewer', '[]', 0, 'conan o’brien\nc@example.com\nc1');
        INSERT INTO role_change (account, at, organization, collaborator, name, kind, old, new, outcome, search) VALUES
            (1, 1, 'acme', 'c1', 'Conan O’Brien', 'team', 'editor', 'viewer', 'made', 'conan o’brien\neditor\nviewer');";
    connection.execute_batch(data).unwrap();
    connection.close().unwrap();
    let opened = Store::open(folder.path(), 0);
    assert_eq!(opened.condition, Condition::Sound);
    let (store, account) = (&opened.store, opened.store.active_account().unwrap().unwrap().id);
    let search = |text| HistorySearch::new(text, &HashMap::new());
    let rows = collaborators(store, account, "acme");
    assert_eq!(rows[0].collaborator.search_text(), "conan obrien\nc@example.com\nc1");
    assert_eq!(store.role_history(account, &search("O'Brien")).unwrap().len(), 1);
    assert_eq!(store.role_history(account, &search("O'Brian")).unwrap().len(), 0);
}

/// The number of migration steps of the last version that did not store the wish to sign out.
const NO_SIGN_OUT_WISH_STEPS: i64 = 11;

#[test]
fn accounts_of_an_earlier_version_stay_signed_in_and_keep_their_edits_and_their_left_keyring_entries() {
    let folder = tempfile::tempdir().unwrap();
    create_version(folder.path(), NO_SIGN_OUT_WISH_STEPS);
    let connection = Connection::open(folder.path().join("lapel.db")).unwrap();
    let data = "
        UPDATE last_account SET number = 2;
        INSERT INTO account (id, server, user_id, email, by_token, signed_in, active) VALUES
            (1, 'sandbox', 'u1', 'owner@example.com', 0, 1, 1), (2, 'sandbox', 'u2', 'editor@example.com', 0, 0, 0);
        INSERT INTO edit (account, field, in_flight, save_id, base, mine, state, made_at) VALUES
            (2, 'lastName', 0, 's1', 'x', 'y', 'waiting', 10);
        INSERT INTO left_entry VALUES ('sandbox u3');";
    connection.execute_batch(data).unwrap();
    connection.close().unwrap();
    let Opened { store, condition } = Store::open(folder.path(), 0);
    assert_eq!(condition, Condition::Sound);
    store.remove_signed_out_accounts().unwrap();
    assert!(store.active_account().unwrap().is_some_and(|account| account.signed_in));
    assert_eq!(store.accounts().unwrap().len(), 2);
    let editor = store.sign_in("sandbox", "u2", "editor@example.com", false).unwrap();
    assert_eq!(store.edits(editor.id).unwrap(), [edit(LastName, "s1", "x", "y", EditState::Waiting, 10)]);
    assert_eq!(store.left_keyring_entries().unwrap(), ["sandbox u3"]);
}
