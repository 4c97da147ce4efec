//! Opens the database. A damaged file is moved aside and replaced by a new one; if there is any other problem,
//! the files stay untouched. If the database cannot be used, an empty store in memory lets the app run with data from
//! the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::sync::Mutex;

use crate::folder_lock::FolderLock;
use crate::{Store, StoreError};

const DATABASE_FILE: &str = "lapel.db";
/// Compiling the statements of a save again and again would take longer than running them.
const MAX_CACHED_STATEMENTS: usize = 64;
const PICTURE_FOLDER: &str = "pictures";
/// This file exists after a call has found damage. The next start then checks the integrity of the whole database,
/// which would take too long at every start.
const CHECK_MARKER: &str = "lapel.db-suspect";
const MIGRATIONS: [&str; 14] = [
    include_str!("../migrations/1.sql"),
    include_str!("../migrations/2.sql"),
    include_str!("../migrations/3.sql"),
    include_str!("../migrations/4.sql"),
    include_str!("../migrations/5.sql"),
    include_str!("../migrations/6.sql"),
    include_str!("../migrations/7.sql"),
    include_str!("../migrations/8.sql"),
    include_str!("../migrations/9.sql"),
    include_str!("../migrations/10.sql"),
    include_str!("../migrations/11.sql"),
    include_str!("../migrations/12.sql"),
    include_str!("../migrations/13.sql"),
    include_str!("../migrations/14.sql"),
];

/// The condition of the database at startup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Usable.
    Sound,
    /// It was damaged and renamed to this path; a new database is in use.
    MovedAside(PathBuf),
    /// A newer version of Lapel wrote it. It is untouched.
    Newer,
    /// Another program has locked it. It is untouched.
    Busy,
    /// It cannot be written. It is untouched.
    ReadOnly,
    /// The disk is full. It is untouched.
    Full,
    /// Another failure. It is untouched.
    Failed,
}

/// An opened store and the condition of the database.
pub struct Opened {
    /// The database, or an empty store in memory.
    pub store: Store,
    /// If this is neither `Sound` nor `MovedAside`, `store` is in memory and callers must not report anything as
    /// saved.
    pub condition: Condition,
}

impl Store {
    /// Opens the database in a data folder and creates both if necessary. Files that are moved aside are named by the
    /// date of `now`. Problems are reported in [`Opened::condition`].
    pub fn open(folder: &Path, now: i64) -> Opened {
        match Self::open_or_move_aside(folder, now) {
            Ok(opened) => opened,
            Err(error) => {
                tracing::error!(%error, "the database cannot be used");
                Opened { store: Self::in_memory(), condition: condition_of(&error) }
            }
        }
    }

    /// An empty store in memory, which is lost when the process ends.
    ///
    /// # Panics
    /// If SQLite cannot create a database in memory.
    #[allow(clippy::expect_used, reason = "SQLite in memory fails only if the computer has run out of memory")]
    pub fn in_memory() -> Self {
        let mut connection = Connection::open_in_memory().expect("memory for an empty database");
        migrate(&mut connection).expect("the schema is valid");
        connection.pragma_update(None, "foreign_keys", true).expect("SQLite has this pragma");
        Self { connection: Mutex::new(connection), pictures: None, _lock: None }
    }

    /// Makes the next start check the whole database and move it aside if it is damaged. Call this after a method
    /// failed with [`StoreError::Damaged`], because a normal start does not detect all damage.
    pub fn mark_for_integrity_check(&self) -> Result<(), StoreError> {
        match &self.pictures {
            Some(pictures) => make_private_file(&pictures.with_file_name(CHECK_MARKER)),
            None => Ok(()),
        }
    }

    fn open_or_move_aside(folder: &Path, now: i64) -> Result<Opened, StoreError> {
        make_private_folder(folder)?;
        let lock = FolderLock::take(folder)?;
        let file = folder.join(DATABASE_FILE);
        let (pictures, check_marker) = (folder.join(PICTURE_FOLDER), folder.join(CHECK_MARKER));
        let found = match was_emptied(&file, &pictures) {
            true => Err(StoreError::Damaged),
            false => open_database(&file, check_marker.exists()),
        };
        let (connection, condition) = match found {
            Ok(connection) => (connection, Condition::Sound),
            Err(StoreError::Damaged) => {
                let aside = move_aside(&file, now)?;
                move_pictures_aside(&aside, &pictures)?;
                tracing::error!(aside = %aside.display(), "the database was damaged and moved aside");
                (open_database(&file, false)?, Condition::MovedAside(aside))
            }
            Err(error) => return Err(error),
        };
        make_private_folder(&pictures)?;
        if check_marker.exists() {
            fs::remove_file(check_marker)?;
        }
        let store = Self { connection: Mutex::new(connection), pictures: Some(pictures), _lock: Some(lock) };
        Ok(Opened { store, condition })
    }
}

fn condition_of(error: &StoreError) -> Condition {
    match error {
        StoreError::Full => Condition::Full,
        StoreError::ReadOnly => Condition::ReadOnly,
        StoreError::Busy => Condition::Busy,
        StoreError::Newer(_) => Condition::Newer,
        StoreError::Damaged | StoreError::Document(_) | StoreError::File(_) | StoreError::Database(_) => {
            Condition::Failed
        }
    }
}

fn open_database(file: &Path, check_integrity_first: bool) -> Result<Connection, StoreError> {
    // SQLite opens an unwritable file read-only, and does not fail before the first write.
    if fs::metadata(file).is_ok_and(|metadata| metadata.permissions().readonly()) {
        return Err(StoreError::ReadOnly);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    make_private_file(file)?;
    let mut connection = Connection::open_with_flags(file, flags)?;
    // Until the file is known to be usable, closing it must not write the journal into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(Duration::from_millis(500))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > MIGRATIONS.len() as i64 {
        return Err(StoreError::Newer(version));
    }
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StoreError::ReadOnly);
    }
    if check_integrity_first {
        check_integrity(&connection)?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Overwrite the data that sign-out deletes.
    connection.pragma_update(None, "secure_delete", true)?;
    migrate(&mut connection)?;
    read_important_columns(&connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.set_prepared_statement_cache_capacity(MAX_CACHED_STATEMENTS);
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (index, script) in MIGRATIONS.iter().enumerate().skip(usize::try_from(version).unwrap_or_default()) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(script)?;
        transaction.pragma_update(None, "user_version", index as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether the file is empty but was a complete database before. In that case the picture folder exists, because it is
/// created after the database. SQLite would treat the empty file as a new database.
fn was_emptied(file: &Path, pictures: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.len() == 0) && pictures.exists()
}

/// Detects a truncated file at startup: SQLite opens it and fails only when it reads a missing page.
fn read_important_columns(connection: &Connection) -> Result<(), StoreError> {
    for (table, column) in [
        ("account", "email"),
        ("profile", "document"),
        ("draft", "document"),
        ("edit", "base"),
        ("held_picture", "mime"),
        ("role_change", "name"),
    ] {
        let _: i64 =
            connection
                .query_row(&format!("SELECT coalesce(sum(length({column})), 0) FROM {table}"), [], |row| row.get(0))?;
    }
    Ok(())
}

fn check_integrity(connection: &Connection) -> Result<(), StoreError> {
    let result: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if result == "ok" { Ok(()) } else { Err(StoreError::Damaged) }
}

/// Renames the database together with its journal files, and returns the new path.
fn move_aside(file: &Path, now: i64) -> Result<PathBuf, StoreError> {
    let new_path = |attempt: u32, suffix: &str| {
        file.with_file_name(format!("lapel-damaged-{}{}.db{suffix}", date_of(now), attempt_suffix(attempt)))
    };
    let mut attempt = 1;
    while new_path(attempt, "").exists() {
        attempt += 1;
    }
    for suffix in ["-wal", "-shm", ""] {
        let from = file.with_file_name(format!("{DATABASE_FILE}{suffix}"));
        if from.exists() {
            fs::rename(from, new_path(attempt, suffix))?;
        }
    }
    Ok(new_path(attempt, ""))
}

/// Moves the pictures along with their database. [`Store::remove_unlisted_picture_files`] would remove them, because
/// they are not in the new database.
fn move_pictures_aside(aside: &Path, pictures: &Path) -> Result<(), StoreError> {
    if pictures.exists() {
        fs::rename(pictures, aside.with_extension(PICTURE_FOLDER))?;
    }
    Ok(())
}

fn attempt_suffix(attempt: u32) -> String {
    if attempt == 1 { String::new() } else { format!("-{attempt}") }
}

/// The date in UTC as `2026-01-31`, or `undated` if the time is out of range.
fn date_of(millis: i64) -> String {
    time::OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000))
        .map_or_else(|_| "undated".to_owned(), |moment| moment.date().to_string())
}

/// Creates the file with read and write permission for its owner only. SQLite gives the journal the same permissions.
fn make_private_file(file: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?;
    Ok(())
}

/// Creates a folder that only its owner may enter (on Unix).
fn make_private_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    /// Covers a new database (round 0), a reopened one (round 1) and the replacement of a damaged one (round 2).
    #[test]
    fn every_database_is_opened_with_durable_writes_foreign_keys_and_secure_delete() {
        let folder = tempfile::tempdir().unwrap();
        for round in 0..3 {
            let opened = Store::open(folder.path(), 0);
            let connection = opened.store.connection();
            let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
            assert_eq!(journal, "wal");
            for (pragma, expected) in [("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)] {
                let value: i64 = connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
                assert_eq!(value, expected, "{pragma}, round {round}");
            }
            assert_eq!(matches!(opened.condition, Condition::MovedAside(_)), round == 2);
            drop(connection);
            drop(opened);
            if round == 1 {
                fs::write(folder.path().join(DATABASE_FILE), "not a database, but long enough to be checked").unwrap();
            }
        }
    }

    #[test]
    fn a_full_database_is_reported_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 0).store;
        let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
        let limit_pages = |pages: i64| store.connection().pragma_update(None, "max_page_count", pages).unwrap();
        // SQLite raises a limit below the current size to the current size.
        limit_pages(1);
        let error = store.store_local_picture(account, "p", "image/png", &[0; 100_000]).unwrap_err();
        assert_eq!(condition_of(&error), Condition::Full, "{error:?}");
        assert_eq!(store.local_picture(account, "p").unwrap(), None);
        limit_pages(1_000_000);
        store.store_local_picture(account, "p", "image/png", &[0; 100_000]).unwrap();
    }
}
