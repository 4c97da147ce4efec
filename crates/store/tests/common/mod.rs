//! Helpers that create the databases which crashes or other processes leave behind, and that start another process.

#![allow(dead_code, reason = "each test program that includes this module uses only a part of it")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use lapel_store::{AccountId, CachedCollaborator, Condition, Store};
use rusqlite::Connection;

/// The files of a database: the database itself, its journal, and the journal's index.
pub(crate) const FILES: [&str; 3] = ["lapel.db", "lapel.db-wal", "lapel.db-shm"];

/// The rows of a team.
pub(crate) fn collaborators(store: &Store, account: AccountId, organization: &str) -> Vec<CachedCollaborator> {
    let mut rows = Vec::new();
    store.read_collaborators(account, organization, |row| rows.push(row)).unwrap();
    rows
}

/// Creates a folder with a closed database in which one account is signed in. Returns the folder and the path of the
/// database.
pub(crate) fn folder_with_an_account() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let now = 0;
    let opened = Store::open(folder.path(), now);
    assert_eq!(opened.condition, Condition::Sound);
    let by_token = false;
    opened.store.sign_in("sandbox", "u1", "owner@example.com", by_token).unwrap();
    let file = folder.path().join("lapel.db");
    drop(opened);
    (folder, file)
}

/// Runs `sql`, then copies the files as they would be after a power cut: the changes are only in the journal. Returns
/// the folder of the copy.
pub(crate) fn copy_after_power_cut(database: &Path, sql: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(database).unwrap();
    // 0 means that SQLite never moves changes from the journal into the database by itself.
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    connection.execute_batch(sql).unwrap();
    for name in FILES {
        fs::copy(database.with_file_name(name), folder.path().join(name)).unwrap();
    }
    assert!(fs::metadata(folder.path().join("lapel.db-wal")).unwrap().len() > 0, "the journal has no changes");
    folder
}

/// Names and contents of the database files in `folder`, to check that nothing changed them. Leaves out the lock, and
/// empty files, because SQLite may create an empty journal. Also leaves out the journal's index, because SQLite creates
/// it again whenever it opens the database.
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

/// Starts this test program again, in another process that runs only the test named `test`. That test gets `folder`
/// from [`folder_from_parent`]. Returns the process and its standard output. The process can wait for its standard
/// input, which is open until the caller closes it.
pub(crate) fn start_other_process(test: &str, folder: &Path) -> (Child, BufReader<ChildStdout>) {
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

/// The folder that [`start_other_process`] passed to this process. `None` if this process is an ordinary test run, in
/// which the test has nothing to do.
pub(crate) fn folder_from_parent() -> Option<PathBuf> {
    std::env::var_os("LAPEL_TEST_FOLDER").map(PathBuf::from)
}

/// Waits until the other process prints the line `expected`.
pub(crate) fn wait_for(output: &mut BufReader<ChildStdout>, expected: &str) {
    assert!(
        output.lines().any(|line| line.unwrap() == expected),
        "the other process ended without printing {expected}"
    );
}
