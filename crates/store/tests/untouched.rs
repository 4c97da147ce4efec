//! If a database cannot be used, no byte of it or of its journal may change.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use common::{
    FILES, contents, copy_after_power_cut, folder_from_parent, folder_with_an_account, start_other_process, wait_for,
};
use lapel_store::{Condition, Store};
use rusqlite::Connection;

const RENAME: &str = "UPDATE account SET email = 'renamed@example.com'";

fn reopen(folder: &Path) -> (Condition, Option<String>) {
    let opened = Store::open(folder, 1_800_000_000_000);
    let email = opened.store.active_account().unwrap().map(|account| account.email);
    (opened.condition, email)
}

fn assert_untouched(folder: &Path, condition: Condition) {
    let before = contents(folder);
    assert_eq!(reopen(folder), (condition, None));
    // Not assert_eq, which would print the whole files.
    assert!(contents(folder) == before, "a file was changed");
}

#[test]
fn a_journal_left_by_a_crash_is_read() {
    let (_original, file) = folder_with_an_account();
    let folder = copy_after_power_cut(&file, RENAME);
    assert_eq!(reopen(folder.path()), (Condition::Sound, Some("renamed@example.com".into())));
}

#[test]
fn a_damaged_database_is_moved_aside_with_its_unchanged_journal() {
    let (_original, file) = folder_with_an_account();
    let folder = copy_after_power_cut(&file, RENAME);
    let damaged = folder.path().join("lapel.db");
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[..16].fill(0);
    fs::write(&damaged, bytes).unwrap();
    let before = contents(folder.path());
    assert_eq!(before.len(), 2);
    let (condition, email) = reopen(folder.path());
    let Condition::MovedAside(aside) = condition else { panic!("{condition:?}") };
    assert_eq!((aside.as_path(), email), (folder.path().join("lapel-damaged-2027-01-15.db").as_path(), None));
    let aside = |suffix| folder.path().join(format!("lapel-damaged-2027-01-15.db{suffix}"));
    assert!(fs::read(aside("")).unwrap() == before[0].1, "the database was changed");
    assert!(fs::read(aside("-wal")).unwrap() == before[1].1, "the journal was changed");
    assert!(aside("-shm").exists());
    assert_eq!(reopen(folder.path()).0, Condition::Sound, "the new database is in use");
}

#[test]
fn a_newer_database_and_its_journal_are_untouched() {
    let (_original, file) = folder_with_an_account();
    let connection = Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    connection.close().unwrap();
    assert_untouched(copy_after_power_cut(&file, RENAME).path(), Condition::Newer);
}

#[test]
fn a_newer_version_number_in_the_journal_is_detected() {
    let (_original, file) = folder_with_an_account();
    assert_untouched(copy_after_power_cut(&file, "PRAGMA user_version = 999").path(), Condition::Newer);
}

#[test]
fn an_unwritable_database_and_its_journal_are_untouched() {
    let (_original, file) = folder_with_an_account();
    let folder = copy_after_power_cut(&file, RENAME);
    for name in FILES {
        let file = folder.path().join(name);
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(file, permissions).unwrap();
    }
    assert_untouched(folder.path(), Condition::ReadOnly);
}

/// Not a test, but another process for the test below. It keeps the store open until its standard input is closed.
#[test]
fn holds_the_database() {
    let Some(folder) = folder_from_parent() else { return };
    let store = Store::open(&folder, 0);
    assert_eq!(store.condition, Condition::Sound);
    writeln!(std::io::stdout(), "\nheld").unwrap();
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// Not a test, either: another program that locks the same database file.
#[test]
fn locks_the_database() {
    let Some(folder) = folder_from_parent() else { return };
    let connection = Connection::open(folder.join("lapel.db")).unwrap();
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;").unwrap();
    connection.execute_batch(RENAME).unwrap();
    writeln!(std::io::stdout(), "\nheld").unwrap();
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_database_used_by_another_process_is_untouched() {
    for holder in ["holds_the_database", "locks_the_database"] {
        let (folder, _file) = folder_with_an_account();
        let (mut process, mut output) = start_other_process(holder, folder.path());
        wait_for(&mut output, "held");
        assert_untouched(folder.path(), Condition::Busy);
        drop(process.stdin.take());
        assert!(process.wait().unwrap().success());
        assert_eq!(reopen(folder.path()), (Condition::Sound, Some("owner@example.com".into())), "{holder}");
    }
}
