//! Simulates a disk that fails at any single operation, and power cuts at any moment: acknowledged saves must
//! survive.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod disk;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use disk::{Fault, Operation, count, record_acknowledgment, start_recording, stop_recording};
use lapel_domain::{Collaborator, Field, Organization, Profile, TeamRole};
use lapel_store::{
    CachedCollaborator, CachedProfile, Condition, Draft, DraftDocument, EditValue, NewEdit, ServerResponse, Store,
    TeamPage,
};
use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_WRITE};

const FILES: [&str; 2] = ["lapel.db", "lapel.db-wal"];
const SAVES: i64 = 4;

/// In memory if possible, because the tests depend only on the recorded operations.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn cached(number: i64) -> CachedProfile {
    let document =
        format!(r#"{{"id":"u1","role":"user","first_name":"{number}","last_name":"","language":"en","picture":""}}"#);
    let profile: Profile = serde_json::from_str(&document).unwrap();
    CachedProfile { profile, etag: None, fetched_at: number }
}

/// A closed database with a cached profile.
fn initial_folder() -> tempfile::TempDir {
    let folder = folder();
    let store = Store::open(folder.path(), 0).store;
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    store.store_profile(account, &cached(0)).unwrap();
    folder
}

/// Stores a draft and saves it for each number, with one retry. Returns the last acknowledged number, and whether all
/// saves succeeded in the end.
fn save_all(folder: &Path) -> (i64, bool) {
    let opened = Store::open(folder, 0);
    // If the database cannot be used, the app does not save at all.
    if opened.condition != Condition::Sound {
        return (0, true);
    }
    let store = opened.store;
    let Ok(Some(account)) = store.active_account() else { return (0, true) };
    let mut acknowledged = 0;
    for number in 1..=SAVES {
        let draft = Draft {
            values: DraftDocument { first_name: Some(number.to_string()), ..Default::default() },
            saved_at: number,
        };
        let stored =
            store.store_profile(account.id, &cached(number)).and(store.store_draft(account.id, "profile", &draft));
        // Longer than a database page.
        let mine = EditValue::Text(format!("{number} {}", "x".repeat(5000)));
        let edits = [Field::FirstName, Field::LastName].map(|field| NewEdit {
            field,
            base: "b".into(),
            base_picture: None,
            mine: mine.clone(),
        });
        let save = || store.save_edits(account.id, &number.to_string(), "profile", &edits, number);
        let saved = save();
        if stored.is_ok() && saved.is_ok() || save().is_ok() {
            acknowledged = number;
            record_acknowledgment(number);
        } else {
            return (acknowledged, false);
        }
    }
    (acknowledged, true)
}

/// Opens the database again and returns the number in both edits, or zero if there are none.
fn reopen(folder: &Path, what: &str) -> i64 {
    let opened = Store::open(folder, 0);
    assert_eq!(opened.condition, Condition::Sound, "{what}");
    let account = opened.store.active_account().unwrap().unwrap_or_else(|| panic!("{what}: nobody is signed in"));
    assert!(opened.store.profile(account.id).unwrap().is_some(), "{what}: no cached profile");
    let edits = opened.store.edits(account.id).unwrap();
    let numbers: Vec<i64> = edits
        .iter()
        .map(|edit| match &edit.mine {
            EditValue::Text(text) if text.len() > 5000 => text.split(' ').next().unwrap().parse().unwrap(),
            incomplete => panic!("{what}: {incomplete:?}"),
        })
        .collect();
    assert!(
        numbers.is_empty() || numbers.len() == 2 && numbers[0] == numbers[1],
        "{what}: incomplete save {numbers:?}"
    );
    numbers.first().copied().unwrap_or_default()
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = folder();
    for name in FILES {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.path().join(name)).unwrap();
        }
    }
    to
}

/// The operations of all saves without a fault.
fn record_operations(initial: &Path) -> Vec<Operation> {
    let folder = copy(initial);
    start_recording(None);
    assert_eq!(save_all(folder.path()), (SAVES, true));
    stop_recording()
}

#[test]
fn after_any_failed_operation_acknowledged_saves_survive_and_the_next_save_works() {
    let initial = initial_folder();
    let operation_count = count(&record_operations(initial.path()));
    assert!(operation_count > 30, "{operation_count}");
    for fault in [Fault::Fail(SQLITE_IOERR_WRITE), Fault::Fail(SQLITE_FULL), Fault::Tear] {
        for at in 0..operation_count {
            let what = format!("{fault:?} at {at} of {operation_count}");
            let folder = copy(initial.path());
            start_recording(Some((at, fault)));
            let (acknowledged, all_saved) = save_all(folder.path());
            stop_recording();
            assert!(all_saved, "{what}: a retried save failed");
            let found = reopen(folder.path(), &what);
            assert!((acknowledged..=SAVES).contains(&found), "{what}: {found} after {acknowledged}");
        }
    }
}

/// Applies operations to the initial files. `written_bytes` returns how many bytes of the operation with this index
/// reach the disk.
fn image(initial: &Path, operations: &[Operation], written_bytes: impl Fn(usize) -> usize) -> tempfile::TempDir {
    let mut files: BTreeMap<String, Vec<u8>> =
        FILES.iter().filter_map(|name| Some(((*name).to_owned(), fs::read(initial.join(name)).ok()?))).collect();
    for (at, operation) in operations.iter().enumerate() {
        match operation {
            Operation::Write { file, offset, bytes } => {
                let bytes = &bytes[..written_bytes(at).min(bytes.len())];
                let content = files.entry(file.clone()).or_default();
                if !bytes.is_empty() {
                    content.resize(content.len().max(offset + bytes.len()), 0);
                    content[*offset..offset + bytes.len()].copy_from_slice(bytes);
                }
            }
            Operation::Truncate { file, size } if written_bytes(at) > 0 => {
                files.entry(file.clone()).or_default().resize(*size, 0)
            }
            _ => {}
        }
    }
    let folder = folder();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// Whether an operation survives a power cut: its file was synced after it.
fn is_durable(operations: &[Operation], at: usize) -> bool {
    let written_file = match &operations[at] {
        Operation::Write { file, .. } | Operation::Truncate { file, .. } => file,
        _ => return true,
    };
    operations[at..].iter().any(|later| matches!(later, Operation::Sync { file } if file == written_file))
}

/// Checks what a power cut at any moment of `all` leaves. `check` gets a description, the folder after the cut, and the last
/// number that was acknowledged before it.
fn cut_everywhere(initial: &Path, all: &[Operation], check: impl Fn(&str, &Path, i64)) {
    for cut in 0..=all.len() {
        let before = &all[..cut];
        let acknowledged = before.iter().rev().find_map(|operation| match operation {
            Operation::Acknowledged(number) => Some(*number),
            _ => None,
        });
        let durable: Vec<bool> = (0..cut).map(|at| is_durable(before, at)).collect();
        let everything = |_: usize| usize::MAX;
        // Synced operations always reach the disk; of the others, those that `also` selects.
        let synced_and = |also: &dyn Fn(usize) -> bool, at: usize| if durable[at] || also(at) { usize::MAX } else { 0 };
        let images = [
            ("all operations", image(initial, before, everything)),
            ("only synced operations", image(initial, before, |at| synced_and(&|_| false, at))),
            ("synced and even ones", image(initial, before, |at| synced_and(&|at| at % 2 == 0, at))),
            ("synced and odd ones", image(initial, before, |at| synced_and(&|at| at % 2 == 1, at))),
            ("the last one torn", image(initial, before, |at| if at + 1 == cut { 100 } else { usize::MAX })),
        ];
        for (kind, image) in images {
            check(&format!("cut at {cut} of {}, {kind}", all.len()), image.path(), acknowledged.unwrap_or_default());
        }
    }
}

#[test]
fn acknowledged_saves_survive_a_power_cut_at_any_moment() {
    let initial = initial_folder();
    cut_everywhere(initial.path(), &record_operations(initial.path()), |what, folder, acknowledged| {
        let found = reopen(folder, what);
        assert!((acknowledged..=acknowledged + 1).contains(&found), "{what}: {found} after {acknowledged}");
    });
}

/// Saves each number and sends it: twice the number is acknowledged when it is saved, and one more when it may be sent.
fn send_all(folder: &Path) {
    let store = Store::open(folder, 0).store;
    let account = store.active_account().unwrap().unwrap().id;
    for number in 1..=SAVES {
        let (base, mine) = ((number - 1).to_string(), EditValue::Text(number.to_string()));
        let edit = NewEdit { field: Field::FirstName, base, base_picture: None, mine };
        store.save_edits(account, &number.to_string(), "profile", &[edit], number).unwrap();
        record_acknowledgment(number * 2);
        store.begin_sending(account, &store.edits(account).unwrap()).unwrap();
        record_acknowledgment(number * 2 + 1);
        let (cached, arrived) = (cached(number), [Field::FirstName]);
        let response = ServerResponse { arrived: &arrived, ..response_with(&cached) };
        store.apply_response(account, &response, "", number).unwrap();
    }
}

/// A response that says nothing but the profile.
fn response_with(cached: &CachedProfile) -> ServerResponse<'_> {
    ServerResponse {
        cached,
        arrived: &[],
        cleared: &[],
        cleared_by_us: false,
        restores_cleared: false,
        put_replaces_all: None,
    }
}

/// The response itself may be lost: a later read finds it. The edit and the mark that it was sent may not.
#[test]
fn after_a_power_cut_each_sent_save_has_either_arrived_or_is_still_in_flight() {
    let initial = initial_folder();
    let folder = copy(initial.path());
    start_recording(None);
    send_all(folder.path());
    cut_everywhere(initial.path(), &stop_recording(), |what, folder, acknowledged| {
        let store = Store::open(folder, 0).store;
        let account = store.active_account().unwrap().unwrap().id;
        let (saved, was_sent) = (acknowledged / 2, acknowledged % 2 == 1);
        let arrived: i64 = store.profile(account).unwrap().unwrap().profile.first_name.parse().unwrap();
        match store.edits(account).unwrap().as_slice() {
            [] => assert!(arrived >= saved, "{what}: {saved} is lost, the profile has {arrived}"),
            [edit] => {
                let EditValue::Text(mine) = &edit.mine else { panic!("{what}: {edit:?}") };
                let mine: i64 = mine.parse().unwrap();
                assert!((saved..=saved + 1).contains(&mine), "{what}: {edit:?} after {saved}");
                assert!(edit.in_flight || !was_sent || mine > saved, "{what}: {edit:?} is not known to be sent");
            }
            more => panic!("{what}: {more:?}"),
        }
    });
}

fn members(page: u32) -> [Collaborator; 2] {
    ["a", "b"].map(|name| Collaborator {
        id: format!("{name}{page}"),
        organization: "acme".into(),
        user_id: None,
        email: format!("{name}{page}@example.com"),
        first_name: String::new(),
        last_name: String::new(),
        picture: String::new(),
        team_role: TeamRole::Viewer,
        user_role: None,
        sso: None,
        tags: Vec::new(),
        pending: true,
        created_at: None,
        updated_at: None,
    })
}

/// The last pages may be lost. Then they are missing in the pass, too, which reads them again.
#[test]
fn after_a_power_cut_a_pass_has_all_rows_of_its_pages_and_a_finished_one_has_the_whole_team() {
    const PAGES: u32 = 4;
    let initial = initial_folder();
    let folder = copy(initial.path());
    start_recording(None);
    let store = Store::open(folder.path(), 0).store;
    let account = store.active_account().unwrap().unwrap().id;
    let organization = Organization { id: "acme".into(), name: None, slug: None, picture: None };
    store.store_organizations(account, &[organization], 1).unwrap();
    let pass = store.begin_or_resume_pass(account, "acme", 2, 1).unwrap();
    record_acknowledgment(1);
    for number in 1..=PAGES {
        let (rows, total) = (members(number), Some(u64::from(PAGES) * 2));
        let page = TeamPage { number, pages: PAGES, has_next: None, total, rows: &rows, skipped: 0, asked_at: 2 };
        store.store_page(&pass, &page).unwrap();
    }
    store.finish_pass(&pass, 3).unwrap().unwrap();
    record_acknowledgment(2);
    cut_everywhere(initial.path(), &stop_recording(), |what, folder, acknowledged| {
        if acknowledged == 0 {
            return;
        }
        let store = Store::open(folder, 0).store;
        let mut found = HashSet::new();
        let add = |row: CachedCollaborator| assert!(found.insert(row.collaborator.id), "{what}");
        store.read_collaborators(account, "acme", add).unwrap();
        let has_page = |page: &u32| members(*page).iter().all(|row| found.contains(&row.id));
        if store.team_as_of(account, "acme").unwrap() == Some(3) {
            assert!((1..=PAGES).all(|page| has_page(&page)), "{what}: {found:?}");
            return;
        }
        assert!(acknowledged < 2, "{what}: the finished pass is lost");
        let resumed = store.begin_or_resume_pass(account, "acme", 2, 4).unwrap();
        assert!(resumed.started_at == 1 && resumed.kept.iter().all(has_page), "{what}: {resumed:?} {found:?}");
    });
}

/// Reading a profile again and again does not keep the disk busy.
#[test]
fn a_response_that_a_read_would_repeat_does_not_wait_for_the_disk_and_the_next_save_does() {
    let initial = initial_folder();
    // Only files that are opened while recording are recorded.
    start_recording(None);
    let store = Store::open(initial.path(), 0).store;
    stop_recording();
    let account = store.active_account().unwrap().unwrap().id;
    let syncs = |work: &dyn Fn()| {
        start_recording(None);
        work();
        stop_recording().iter().filter(|operation| matches!(operation, Operation::Sync { .. })).count()
    };
    let apply = |number: i64, response: ServerResponse<'_>| {
        let profile = cached(number);
        syncs(&|| {
            let response = ServerResponse { cached: &profile, ..response.clone() };
            store.apply_response(account, &response, "s", number).unwrap();
        })
    };
    let (any, cleared) = (cached(0), [(Field::LastName, "Owner".to_owned())]);
    // The first write after the start begins the journal anew.
    apply(1, response_with(&any));
    assert_eq!(apply(2, response_with(&any)), 0);
    assert_eq!(apply(3, ServerResponse { arrived: &[Field::FirstName], ..response_with(&any) }), 0);
    // These are not repeated.
    assert!(apply(4, ServerResponse { cleared: &cleared, ..response_with(&any) }) > 0);
    assert!(apply(5, ServerResponse { put_replaces_all: Some("sandbox"), ..response_with(&any) }) > 0);
    assert!(apply(6, ServerResponse { arrived: &[Field::Picture], ..response_with(&any) }) > 0);
    let edit =
        NewEdit { field: Field::FirstName, base: "1".into(), base_picture: None, mine: EditValue::Text("2".into()) };
    assert!(syncs(&|| store.save_edits(account, "s", "profile", std::slice::from_ref(&edit), 2).unwrap()) > 0);
}

/// A disk can report a write as done without doing it, which SQLite cannot detect at that time. Earlier saves must
/// survive: SQLite reads the journal up to the first entry with a wrong checksum.
#[test]
fn saves_acknowledged_before_a_silently_lost_operation_survive() {
    let initial = initial_folder();
    let all = record_operations(initial.path());
    let end = all.iter().rposition(|operation| matches!(operation, Operation::Acknowledged(_))).unwrap();
    for lost in 0..end {
        let before = all[..lost].iter().rev().find_map(|operation| match operation {
            Operation::Acknowledged(number) => Some(*number),
            _ => None,
        });
        let image = image(initial.path(), &all[..end], |at| if at == lost { 0 } else { usize::MAX });
        let what = format!("lost at {lost} of {end}");
        let found = reopen(image.path(), &what);
        assert!(found >= before.unwrap_or_default(), "{what}: {found} after {before:?}");
    }
}
