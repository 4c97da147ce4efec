//! Databases as earlier versions, crashes and other programs leave them.

#![allow(dead_code, reason = "each of the programs that include this uses another part of it")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use lapel_store::{Condition, Store};
use rusqlite::Connection;

/// The database and the two files that belong to it.
pub(crate) const FILES: [&str; 3] = ["lapel.db", "lapel.db-wal", "lapel.db-shm"];

/// A folder with a database in which one account is signed in, closed.
pub(crate) fn folder_with_an_account() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let opened = Store::open(folder.path(), 0);
    assert_eq!(opened.condition, Condition::Sound);
    opened.store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap();
    let file = folder.path().join("lapel.db");
    drop(opened);
    (folder, file)
}

/// What a power cut leaves of a database on which `work` was done last: its result stands in the journal alone.
pub(crate) fn cut_off(database: &Path, work: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(database).unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    connection.execute_batch(work).unwrap();
    for name in FILES {
        fs::copy(database.with_file_name(name), folder.path().join(name)).unwrap();
    }
    assert!(fs::metadata(folder.path().join("lapel.db-wal")).unwrap().len() > 0);
    folder
}

/// What must not change: every file of the folder by its name, but for the lock and the index of the journal, which is made
/// anew from it whenever one is opened. A file without bytes, such as a journal that was only just made, is as none.
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

/// Starts this test program again as another process that does one thing: the test of this name, which looks for its
/// folder in the environment.
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

/// The folder, where this program was started by [`another_process`].
pub(crate) fn folder_of_another_process() -> Option<PathBuf> {
    std::env::var_os("LAPEL_TEST_FOLDER").map(PathBuf::from)
}

/// Waits until the other process has said this.
pub(crate) fn wait_for(output: &mut BufReader<ChildStdout>, said: &str) {
    assert!(output.lines().any(|line| line.unwrap() == said), "the other process ended without saying {said}");
}
