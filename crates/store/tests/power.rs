//! A disk that fails at any one operation, and power that goes at any moment: what was acknowledged is there afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod disk;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use disk::{Operation, Whim, count, said, watch, watched};
use lapel_domain::{Field, Profile};
use lapel_store::{CachedProfile, Condition, Draft, EditValue, NewEdit, Store};
use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_WRITE};

const FILES: [&str; 2] = ["lapel.db", "lapel.db-wal"];
const SAVES: i64 = 4;

/// In memory where the system has such a place: only what passes through the door counts.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn cached(number: i64) -> CachedProfile {
    let document =
        format!(r#"{{"id":"u1","role":"user","first_name":"{number}","last_name":"","language":"en","picture":""}}"#);
    let profile: Profile = serde_json::from_str(&document).unwrap();
    CachedProfile { profile, etag: None, fetched_at: number }
}

/// A closed database with a profile in it.
fn start() -> tempfile::TempDir {
    let folder = folder();
    let store = Store::open(folder.path(), 0).store;
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    store.keep_profile(account, &cached(0)).unwrap();
    folder
}

/// Types and saves one number after the other, once more where that fails; the last that was acknowledged, and whether all
/// were in the end.
fn save_all(folder: &Path) -> (i64, bool) {
    let opened = Store::open(folder, 0);
    // Without its database the app refuses to save.
    if opened.condition != Condition::Sound {
        return (0, true);
    }
    let store = opened.store;
    let Ok(Some(account)) = store.active_account() else { return (0, true) };
    let mut acknowledged = 0;
    for number in 1..=SAVES {
        let draft = Draft { document: number.to_string(), held: None, saved_at: number };
        let kept = store.keep_profile(account.id, &cached(number)).and(store.keep_draft(account.id, "profile", &draft));
        // Long enough that it takes more than a page.
        let mine = EditValue::Text(format!("{number} {}", "x".repeat(5000)));
        let edits = [Field::FirstName, Field::LastName].map(|field| NewEdit {
            field,
            base: "b".into(),
            base_picture: None,
            mine: mine.clone(),
        });
        let save = || store.save_edits(account.id, &number.to_string(), "profile", &edits, number);
        let saved = save();
        if kept.is_ok() && saved.is_ok() || save().is_ok() {
            acknowledged = number;
            said(number);
        } else {
            return (acknowledged, false);
        }
    }
    (acknowledged, true)
}

/// What the next start finds: the number in both edits, zero for none.
fn next_start(folder: &Path, what: &str) -> i64 {
    let opened = Store::open(folder, 0);
    assert_eq!(opened.condition, Condition::Sound, "{what}");
    let account = opened.store.active_account().unwrap().unwrap_or_else(|| panic!("{what}: nobody is signed in"));
    assert!(opened.store.profile(account.id).unwrap().is_some(), "{what}: the last profile");
    let edits = opened.store.edits(account.id).unwrap();
    let numbers: Vec<i64> = edits
        .iter()
        .map(|edit| match &edit.mine {
            EditValue::Text(text) if text.len() > 5000 => text.split(' ').next().unwrap().parse().unwrap(),
            torn => panic!("{what}: {torn:?}"),
        })
        .collect();
    assert!(numbers.is_empty() || numbers.len() == 2 && numbers[0] == numbers[1], "{what}: half a save {numbers:?}");
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

/// How many operations all saves together are.
fn operations(start: &Path) -> Vec<Operation> {
    let folder = copy(start);
    watch(None);
    assert_eq!(save_all(folder.path()), (SAVES, true));
    watched()
}

#[test]
fn whichever_operation_fails_what_was_acknowledged_is_there_and_the_next_save_works() {
    let start = start();
    let all = count(&operations(start.path()));
    assert!(all > 30, "{all}");
    for whim in [Whim::Fail(SQLITE_IOERR_WRITE), Whim::Fail(SQLITE_FULL), Whim::Tear] {
        for at in 0..all {
            let what = format!("{whim:?} at {at} of {all}");
            let folder = copy(start.path());
            watch(Some((at, whim)));
            let (acknowledged, all_saved) = save_all(folder.path());
            watched();
            assert!(all_saved, "{what}: it never saved again");
            let found = next_start(folder.path(), &what);
            assert!((acknowledged..=SAVES).contains(&found), "{what}: {found} after {acknowledged}");
        }
    }
}

/// The files after some of the operations.
fn image(start: &Path, operations: &[Operation], reaches: impl Fn(usize) -> usize) -> tempfile::TempDir {
    let mut files: BTreeMap<String, Vec<u8>> =
        FILES.iter().filter_map(|name| Some(((*name).to_owned(), fs::read(start.join(name)).ok()?))).collect();
    for (at, operation) in operations.iter().enumerate() {
        match operation {
            Operation::Write { file, offset, bytes } => {
                let bytes = &bytes[..reaches(at).min(bytes.len())];
                let content = files.entry(file.clone()).or_default();
                if !bytes.is_empty() {
                    content.resize(content.len().max(offset + bytes.len()), 0);
                    content[*offset..offset + bytes.len()].copy_from_slice(bytes);
                }
            }
            Operation::Truncate { file, size } if reaches(at) > 0 => {
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

/// Whether an operation was on the disk for good when the power went: its file was synced after it.
fn is_durable(operations: &[Operation], at: usize) -> bool {
    let of = match &operations[at] {
        Operation::Write { file, .. } | Operation::Truncate { file, .. } => file,
        _ => return true,
    };
    operations[at..].iter().any(|later| matches!(later, Operation::Sync { file } if file == of))
}

#[test]
fn whenever_the_power_goes_what_was_acknowledged_is_there() {
    let start = start();
    let all = operations(start.path());
    for cut in 0..=all.len() {
        let before = &all[..cut];
        let acknowledged = before.iter().rev().find_map(|operation| match operation {
            Operation::Said(number) => Some(*number),
            _ => None,
        });
        let acknowledged = acknowledged.unwrap_or_default();
        let durable: Vec<bool> = (0..cut).map(|at| is_durable(before, at)).collect();
        let everything = |_: usize| usize::MAX;
        let only = |keeps: &dyn Fn(usize) -> bool, at: usize| if durable[at] || keeps(at) { usize::MAX } else { 0 };
        let images = [
            ("all of it", image(start.path(), before, everything)),
            ("only what was synced", image(start.path(), before, |at| only(&|_| false, at))),
            ("every other", image(start.path(), before, |at| only(&|at| at % 2 == 0, at))),
            ("the others", image(start.path(), before, |at| only(&|at| at % 2 == 1, at))),
            ("the last one torn", image(start.path(), before, |at| if at + 1 == cut { 100 } else { usize::MAX })),
        ];
        for (kind, image) in images {
            let what = format!("cut at {cut} of {}, {kind}", all.len());
            let found = next_start(image.path(), &what);
            assert!((acknowledged..=acknowledged + 1).contains(&found), "{what}: {found} after {acknowledged}");
        }
    }
}

/// A disk that says that it has written and has not cannot be found out by asking it. What it was told before that stays: the
/// journal is read up to what does not fit together.
#[test]
fn whichever_operation_of_a_save_a_disk_only_pretends_to_do_what_was_acknowledged_before_is_there() {
    let start = start();
    let all = operations(start.path());
    let saves = all.iter().rposition(|operation| matches!(operation, Operation::Said(_))).unwrap();
    for lost in 0..saves {
        let before = all[..lost].iter().rev().find_map(|operation| match operation {
            Operation::Said(number) => Some(*number),
            _ => None,
        });
        let image = image(start.path(), &all[..saves], |at| if at == lost { 0 } else { usize::MAX });
        let what = format!("lost at {lost} of {saves}");
        let found = next_start(image.path(), &what);
        assert!(found >= before.unwrap_or_default(), "{what}: {found} after {before:?}");
    }
}
