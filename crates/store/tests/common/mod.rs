//! Databases as earlier versions, crashes and other programs leave them.

#![allow(dead_code, reason = "each test program that includes this module uses only a part of it")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use lapel_store::{Condition, Store};
use rusqlite::Connection;

/// The database with its journal and the journal's index.
pub(crate) const FILES: [&str; 3] = ["lapel.db", "lapel.db-wal", "lapel.db-shm"];

/// Creates a folder with a closed database in which one account is signed in.
pub(crate) fn folder_with_an_account() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let opened = Store::open(folder.path(), 0);
    assert_eq!(opened.condition, Condition::Sound);
    opened.store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap();
    let file = folder.path().join("lapel.db");
    drop(opened);
    (folder, file)
}

/// Runs `sql` on the database and returns a copy as a power cut would leave it: the result is only in the journal.
pub(crate) fn copy_after_power_cut(database: &Path, sql: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(database).unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    connection.execute_batch(sql).unwrap();
    for name in FILES {
        fs::copy(database.with_file_name(name), folder.path().join(name)).unwrap();
    }
    assert!(fs::metadata(folder.path().join("lapel.db-wal")).unwrap().len() > 0);
    folder
}

/// The files of a folder that must not change, by name. Excludes the lock, the journal's index (SQLite recreates it
/// whenever it opens the database), and empty files (a journal may have just been created).
pub(crate) fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut contents: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| name.starts_with("lapel") && name != "lapel.lock" && !name.ends_with("-shm"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect();
    contents.sort();
    contents
}

/// Starts this test program in another process, which runs only the test of this name. That test reads its folder
/// with [`folder_of_another_process`].
pub(crate) fn another_process(test: &str, folder: &Path) -> (Child, BufReader<ChildStdout>) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("LAPEL_TEST_FOLDER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    (process, output)
}

/// The folder, if this program was started by [`another_process`].
pub(crate) fn folder_of_another_process() -> Option<PathBuf> {
    std::env::var_os("LAPEL_TEST_FOLDER").map(PathBuf::from)
}

/// Waits until the other process prints this line.
pub(crate) fn wait_for(output: &mut BufReader<ChildStdout>, expected: &str) {
    assert!(
        output.lines().any(|line| line.unwrap() == expected),
        "the other process ended without printing {expected}"
    );
}
