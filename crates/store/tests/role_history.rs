//! The history of role changes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::{HashMap, HashSet};

use lapel_domain::{ChangeKind, Organization};
use lapel_store::{
    AccountId, BatchRowRecord, FinishedChange, FoundBatch, HistorySearch, RoleBatch, RoleBatchRow, RoleChange,
    RowCounts, StartedChange, Store,
};

/// The organization `acme` has a name, `other` has none.
fn search(text: &str) -> HistorySearch {
    HistorySearch::new(text, &HashMap::from([("acme".to_owned(), "Acme Industries".to_owned())]))
}

fn change(at: i64, name: &str, organization: &str, kind: ChangeKind, outcome: &str) -> RoleChange {
    RoleChange {
        at,
        organization: organization.into(),
        collaborator: format!("id-of-{name}"),
        name: name.into(),
        email: format!("{}@example.com", name.chars().next().unwrap().to_lowercase()),
        kind,
        old: "viewer".into(),
        new: "editor".into(),
        outcome: outcome.into(),
        batch: (at > 1).then(|| "batch".into()),
    }
}

fn changes() -> [RoleChange; 3] {
    [
        change(1, "Zoë Núñez", "acme", ChangeKind::TeamRole, "changed"),
        change(2, "Adam", "acme", ChangeKind::UserRole, "forbidden"),
        change(2, "Łukasz", "other", ChangeKind::TeamRole, "changed"),
    ]
}

#[test]
fn changes_are_read_after_a_restart_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), 0).store;
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    for change in changes() {
        store.record_role_change(account, &change).unwrap();
    }
    drop(store);
    let store = Store::open(folder.path(), 0).store;
    let [zoe, adam, lukasz] = changes();
    assert_eq!(store.role_history(account, &search(" ")).unwrap(), [lukasz, adam, zoe]);
}

#[test]
fn search_covers_names_roles_and_organizations_and_ignores_case_and_accents() {
    let store = Store::in_memory();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    for change in changes() {
        store.record_role_change(account, &change).unwrap();
    }
    for (text, names) in [
        ("nunez", vec!["Zoë Núñez"]),
        (" ZOË ", vec!["Zoë Núñez"]),
        ("lukasz", vec!["Łukasz"]),
        ("id-of-adam", vec![]),
        ("A@example", vec!["Adam"]),
        ("EDITOR", vec!["Łukasz", "Adam", "Zoë Núñez"]),
        ("forbidden", vec![]),
        ("%", vec![]),
        ("adam viewer", vec![]),
        ("Núñez, Zoë", vec!["Zoë Núñez"]),
        ("\"Zoë Núñez\" ", vec!["Zoë Núñez"]),
        ("acmé industries", vec!["Adam", "Zoë Núñez"]),
        ("acme adam", vec![]),
        ("other", vec!["Łukasz"]),
    ] {
        let found = store.role_history(account, &search(text)).unwrap();
        assert_eq!(found.iter().map(|change| change.name.as_str()).collect::<Vec<_>>(), names, "{text:?}");
    }
}

#[test]
fn the_history_is_removed_with_the_account_but_not_with_the_organization() {
    let store = Store::in_memory();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    let other = store.sign_in("sandbox", "u2", "other@example.com", false).unwrap().id;
    let acme = Organization { id: "acme".into(), name: None, slug: None, picture: None };
    store.store_organizations(account, &[acme], 1).unwrap();
    let [zoe, adam, _] = changes();
    store.record_role_change(account, &zoe).unwrap();
    store.record_role_change(other, &adam).unwrap();
    store.store_organizations(account, &[], 2).unwrap();
    assert_eq!(store.role_history(account, &search("")).unwrap(), [zoe]);
    store.remove_account(account).unwrap();
    assert_eq!(store.role_history(account, &search("")).unwrap(), []);
    assert_eq!(store.role_history(other, &search("")).unwrap(), [adam]);
}

/// The change of a person in a batch.
fn change_in(batch: &str, name: &str, outcome: &str) -> RoleChange {
    RoleChange { batch: Some(batch.into()), ..change(5, name, "acme", ChangeKind::TeamRole, outcome) }
}

/// Stores a batch whose rows all get the role editor: names, former roles and states.
fn store_batch(store: &Store, account: AccountId, id: &str, rows: &[(&str, &str, BatchRowRecord)]) {
    let batch = RoleBatch {
        id: id.into(),
        organization: "acme".into(),
        kind: ChangeKind::TeamRole,
        role: Some("editor".into()),
        undoes: id == "undo",
        from_file: false,
        started_at: 1,
    };
    let row = |(name, old, state): &(&str, &str, BatchRowRecord)| RoleBatchRow {
        collaborator: format!("id-of-{name}"),
        user_id: None,
        line: None,
        name: (*name).into(),
        email: String::new(),
        old: (*old).into(),
        new: "editor".into(),
        can_undo: true,
        state: state.clone(),
    };
    store.store_role_batch(account, &batch, &(0..).zip(rows.iter().map(row)).collect::<Vec<_>>()).unwrap();
}

fn found(store: &Store, account: AccountId, text: &str) -> Vec<FoundBatch> {
    store.found_batches(account, &search(text)).unwrap()
}

#[test]
fn each_row_of_a_batch_counts_once_by_its_last_outcome_and_rows_that_were_not_sent_count_as_well() {
    let store = Store::in_memory();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    let planned = |name| (name, "viewer", BatchRowRecord::Planned);
    store_batch(&store, account, "run", &[planned("Anna"), planned("Ben"), planned("Carla"), planned("Dora")]);
    assert_eq!(found(&store, account, ""), [], "nothing was sent yet");
    let start = |position, name| {
        let change = change_in("run", name, "unknown");
        store.start_role_changes(account, "run", &[StartedChange { position, change }]).unwrap().remove(0)
    };
    let finish = |position, number, state: BatchRowRecord, outcome| {
        let batch = found(&store, account, "").remove(0).batch;
        let finished = FinishedChange { position, state, record: Some((number, Some(outcome))) };
        store.finish_role_changes(account, &batch, &[finished], &[]).unwrap();
    };
    let (anna, ben, _carla) = (start(0, "Anna"), start(1, "Ben"), start(2, "Carla"));
    finish(0, anna, BatchRowRecord::Done, "made");
    finish(1, ben, BatchRowRecord::Failed(Box::default()), "failed");
    let counts = |text| found(&store, account, text)[0].rows.counts;
    assert_eq!(counts(""), RowCounts { planned: 1, sent: 1, done: 1, failed: 1, unknown: 0 });
    finish(1, start(1, "Ben"), BatchRowRecord::Done, "made");
    assert_eq!(counts(""), RowCounts { planned: 1, sent: 1, done: 2, failed: 0, unknown: 0 });
    assert_eq!(store.role_history(account, &search("")).unwrap().len(), 4, "each attempt has an entry");
    assert_eq!(store.single_role_changes(account, &search("")).unwrap(), []);
    assert_eq!(counts("acme"), counts(""), "the organization finds all rows");
    assert_eq!(counts("dora"), RowCounts { planned: 1, ..RowCounts::default() });
    assert_eq!(found(&store, account, "dora")[0].rows.name, "Dora");
    assert_eq!(found(&store, account, "nobody"), []);
}

#[test]
fn a_batch_in_the_history_has_the_roles_that_its_rows_share() {
    let store = Store::in_memory();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    let done = |name, old| (name, old, BatchRowRecord::Done);
    store_batch(&store, account, "run", &[done("Anna", "viewer"), done("Ben", "admin"), done("Carla", "viewer")]);
    store_batch(&store, account, "undo", &[done("Anna", "viewer")]);
    for batch in ["run", "undo"] {
        store.record_role_change(account, &change_in(batch, "Anna", "made")).unwrap();
    }
    let [undo, run] = &found(&store, account, "")[..] else { panic!("two batches") };
    assert_eq!((run.rows.old.as_deref(), run.rows.new.as_deref()), (None, Some("editor")));
    assert_eq!((undo.batch.undoes, run.batch.undoes), (true, false));
    assert_eq!(found(&store, account, "admin")[0].rows.old.as_deref(), Some("admin"));
}

#[test]
fn a_change_is_the_last_one_unless_the_same_role_of_the_same_row_was_perhaps_changed_later() {
    let store = Store::in_memory();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    let single = |name, kind, outcome| {
        let change = RoleChange { batch: None, ..change(1, name, "acme", kind, outcome) };
        store.record_role_change(account, &change).unwrap()
    };
    let (first, user) = (single("Anna", ChangeKind::TeamRole, "made"), single("Anna", ChangeKind::UserRole, "made"));
    let ben = single("Ben", ChangeKind::TeamRole, "made");
    let last = || {
        let changes = store.single_role_changes(account, &search("")).unwrap();
        store.last_role_changes(account, changes).unwrap()
    };
    assert_eq!(last(), HashSet::from([first, user, ben]));
    single("Anna", ChangeKind::TeamRole, "failed");
    assert!(last().contains(&first), "a change that failed changed nothing");
    store_batch(&store, account, "run", &[("Ben", "viewer", BatchRowRecord::Done)]);
    store.record_role_change(account, &change_in("run", "Ben", "made")).unwrap();
    let unknown = single("Anna", ChangeKind::TeamRole, "unknown");
    assert_eq!(last(), HashSet::from([unknown, user]));
}
