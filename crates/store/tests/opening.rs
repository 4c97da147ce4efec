//! Opens databases in every possible condition: the store reports the condition and overwrites nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::fs;
use std::path::Path;

use common::folder_with_an_account;
use lapel_store::{Condition, Store};

fn reopen(folder: &Path) -> (Condition, Option<String>) {
    let opened = Store::open(folder, 1_800_000_000_000);
    let email = opened.store.active_account().unwrap().map(|account| account.email);
    (opened.condition, email)
}

#[test]
fn a_sound_database_is_reopened() {
    let (folder, _) = folder_with_an_account();
    assert_eq!(reopen(folder.path()), (Condition::Sound, Some("owner@example.com".into())));
}

#[test]
fn a_damaged_database_is_moved_aside_completely_under_a_dated_name() {
    for damage in ["zeroed", "truncated", "emptied", "text"] {
        let (folder, file) = folder_with_an_account();
        let original = fs::read(&file).unwrap();
        let damaged = match damage {
            "zeroed" => vec![0; original.len()],
            "truncated" => original[..original.len() / 2].to_vec(),
            "emptied" => Vec::new(),
            _ => b"This is not a database, despite its name.".repeat(100),
        };
        fs::write(&file, &damaged).unwrap();
        fs::write(folder.path().join("pictures/0a"), damage).unwrap();
        let (condition, email) = reopen(folder.path());
        let Condition::MovedAside(aside) = condition else { panic!("{damage}: {condition:?}") };
        assert_eq!(email, None);
        assert_eq!(aside.file_name().unwrap().to_str(), Some("lapel-damaged-2027-01-15.db"));
        assert_eq!(fs::read(&aside).unwrap(), damaged, "{damage}: the file was changed");
        let picture = fs::read_to_string(aside.with_extension("pictures").join("0a"));
        assert_eq!(picture.unwrap(), damage, "the pictures are moved along with their database");
        assert_eq!(reopen(folder.path()).0, Condition::Sound, "{damage}: the new database is in use");
    }
}

#[test]
fn a_second_damaged_database_on_the_same_day_gets_a_different_name() {
    let (folder, file) = folder_with_an_account();
    for _ in 0..2 {
        fs::write(&file, b"not a database, but long enough to look").unwrap();
        assert!(matches!(reopen(folder.path()).0, Condition::MovedAside(_)));
    }
    let aside = fs::read_dir(folder.path()).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("lapel-damaged-") && name.to_string_lossy().ends_with(".db")
    });
    assert_eq!(aside.count(), 2);
}

/// The damage is in the team table, which is large and therefore not read at startup.
#[test]
fn after_a_call_found_damage_the_next_start_checks_the_whole_database() {
    let (folder, file) = folder_with_an_account();
    let connection = rusqlite::Connection::open(&file).unwrap();
    let page = "SELECT rootpage FROM sqlite_schema WHERE name = 'collaborator'";
    let page: i64 = connection.query_row(page, [], |row| row.get(0)).unwrap();
    let size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0)).unwrap();
    connection.close().unwrap();
    let mut damaged = fs::read(&file).unwrap();
    damaged[((page - 1) * size) as usize..(page * size) as usize].fill(0xa5);
    fs::write(&file, &damaged).unwrap();
    assert_eq!(reopen(folder.path()).0, Condition::Sound, "the damage has not been found yet");
    Store::open(folder.path(), 0).store.mark_for_integrity_check().unwrap();
    assert!(matches!(reopen(folder.path()).0, Condition::MovedAside(_)));
    assert_eq!(reopen(folder.path()).0, Condition::Sound, "the new database is sound");
}

#[test]
fn a_sound_database_stays_in_use_after_an_integrity_check() {
    let (folder, _) = folder_with_an_account();
    Store::open(folder.path(), 0).store.mark_for_integrity_check().unwrap();
    assert_eq!(reopen(folder.path()), (Condition::Sound, Some("owner@example.com".into())));
}

#[test]
fn a_newer_database_is_left_untouched() {
    let (folder, file) = folder_with_an_account();
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    connection.close().unwrap();
    let before = fs::read(&file).unwrap();
    assert_eq!(reopen(folder.path()), (Condition::Newer, None));
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_locked_database_is_reported_as_busy() {
    let (folder, file) = folder_with_an_account();
    let holder = rusqlite::Connection::open(&file).unwrap();
    holder
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE account SET email = 'held'")
        .unwrap();
    assert_eq!(reopen(folder.path()).0, Condition::Busy);
}

#[test]
fn two_stores_cannot_open_the_same_folder() {
    let (folder, _) = folder_with_an_account();
    let first = Store::open(folder.path(), 0);
    assert_eq!(Store::open(folder.path(), 0).condition, Condition::Busy);
    drop(first);
    assert_eq!(Store::open(folder.path(), 0).condition, Condition::Sound);
}

#[test]
fn a_database_that_cannot_be_written_is_left_untouched() {
    let (folder, file) = folder_with_an_account();
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    assert_eq!(reopen(folder.path()), (Condition::ReadOnly, None));
}

#[test]
fn a_store_in_memory_is_used_if_the_folder_cannot_be_created() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "not a folder").unwrap();
    let opened = Store::open(&file.join("data"), 0);
    assert_eq!(opened.condition, Condition::Failed);
    opened.store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap();
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_enter_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    drop(Store::open(&folder, 0));
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}
