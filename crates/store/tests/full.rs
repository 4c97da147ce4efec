//! A full disk. The tests mount a small private tmpfs. Where that is not allowed, as in many containers, they are
//! skipped; then only the unit test in src/opening.rs, which limits the size of the database, covers this case.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use common::{contents, folder_from_parent};
use lapel_domain::Field;
use lapel_store::{Condition, EditValue, NewEdit, Store, StoreError};
use rusqlite::Connection;

/// Runs a test of this program with a file system of one megabyte at `$LAPEL_TEST_FOLDER`.
const ON_SMALL_DISK: &str =
    r#"mount -t tmpfs -o size=1m lapel "$LAPEL_TEST_FOLDER" && exec "$0" --exact "$1" --nocapture"#;

/// Exit code of the test program if a test failed.
const FAILED: Option<i32> = Some(101);

fn on_a_small_disk(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", ON_SMALL_DISK]);
    command.arg(std::env::current_exe().unwrap()).arg(test).env("LAPEL_TEST_FOLDER", folder.path());
    let Ok(result) = command.output() else { return eprintln!("{test} was skipped: there is no unshare") };
    let output = [result.stdout, result.stderr].map(|output| String::from_utf8_lossy(&output).into_owned()).concat();
    assert!(result.status.code() != FAILED && result.status.code().is_some(), "{output}");
    if result.status.success() {
        assert!(output.contains("1 passed"), "{output}");
    } else {
        eprintln!("{test} was skipped, because a tmpfs cannot be mounted: {output}");
    }
}

/// Uses up the free space of the disk.
fn fill(folder: &Path) {
    let mut file = File::create(folder.join("everything-else")).unwrap();
    while file.write_all(&[7; 512]).is_ok() {}
    fs::write(folder.join("probe"), [7; 4096]).unwrap_err();
    fs::remove_file(folder.join("probe")).unwrap();
}

fn make_room(folder: &Path) {
    fs::remove_file(folder.join("everything-else")).unwrap();
}

fn edit(mine: &str) -> NewEdit {
    NewEdit { field: Field::FirstName, base: String::new(), base_picture: None, mine: EditValue::Text(mine.into()) }
}

fn assert_full_and_untouched(folder: &Path) {
    let before = contents(folder);
    fill(folder);
    let opened = Store::open(folder, 0);
    assert_eq!(opened.condition, Condition::Full);
    drop(opened);
    // Not assert_eq, which would print the whole files.
    assert!(contents(folder) == before, "a file was changed");
    make_room(folder);
    let opened = Store::open(folder, 0);
    assert_eq!(opened.condition, Condition::Sound);
    assert_eq!(opened.store.active_account().unwrap().unwrap().email, "owner@example.com");
}

#[test]
fn a_database_of_an_earlier_version_is_left_untouched() {
    let Some(folder) = folder_from_parent() else {
        return on_a_small_disk("a_database_of_an_earlier_version_is_left_untouched");
    };
    let connection = Connection::open(folder.join("lapel.db")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch(include_str!("../migrations/1.sql")).unwrap();
    connection.execute_batch("INSERT INTO account VALUES (1, 'sandbox', 'u1', 'owner@example.com', 0, 1, 1)").unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    connection.close().unwrap();
    assert_full_and_untouched(&folder);
}

#[test]
fn a_closed_database_is_left_untouched() {
    let Some(folder) = folder_from_parent() else {
        return on_a_small_disk("a_closed_database_is_left_untouched");
    };
    Store::open(&folder, 0).store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap();
    assert_full_and_untouched(&folder);
}

#[test]
fn no_incomplete_database_is_created_on_a_full_disk() {
    let Some(folder) = folder_from_parent() else {
        return on_a_small_disk("no_incomplete_database_is_created_on_a_full_disk");
    };
    fill(&folder);
    assert_eq!(Store::open(&folder, 0).condition, Condition::Full);
    make_room(&folder);
    assert_eq!(Store::open(&folder, 0).condition, Condition::Sound);
}

#[test]
fn a_failed_save_reports_the_full_disk_and_changes_nothing() {
    let Some(folder) = folder_from_parent() else {
        return on_a_small_disk("a_failed_save_reports_the_full_disk_and_changes_nothing");
    };
    let store = Store::open(&folder, 0).store;
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    store.save_edits(account, "first", "profile", &[edit("saved")], 1).unwrap();
    fill(&folder);
    // The journal has space for a few changes only.
    let long = "x".repeat(10_000);
    let failure = (0..100).find_map(|now| {
        let mine = format!("{now} {long}");
        store.save_edits(account, "later", "profile", &[edit(&mine)], now).err().map(|error| (now, error))
    });
    let (failed, error) = failure.expect("a full disk");
    assert!(matches!(error, StoreError::Full), "{error:?}");
    make_room(&folder);
    let expected = if failed == 0 { "saved".to_owned() } else { format!("{} {long}", failed - 1) };
    let assert_saved = |store: &Store| {
        let mine: Vec<_> = store.edits(account).unwrap().into_iter().map(|edit| edit.mine).collect();
        assert!(mine == [EditValue::Text(expected.clone())], "the last successful save is complete");
    };
    assert_saved(&store);
    drop(store);
    assert_saved(&Store::open(&folder, 0).store);
}
