//! Opening the database whatever state it is in. Only a damaged file is ever moved, and nothing is ever overwritten:
//! where the database cannot be used, a stand-in in memory lets the app run from the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::sync::Mutex;

use crate::folder_lock::FolderLock;
use crate::{Store, StoreError};

const FILE: &str = "lapel.db";
const PICTURES: &str = "pictures";
/// There where a call has met damage: all of the database is looked at before it is used again, which takes too long for
/// every start.
const CHECK_MARKER: &str = "lapel.db-suspect";
const MIGRATIONS: [&str; 7] = [
    include_str!("../migrations/1.sql"),
    include_str!("../migrations/2.sql"),
    include_str!("../migrations/3.sql"),
    include_str!("../migrations/4.sql"),
    include_str!("../migrations/5.sql"),
    include_str!("../migrations/6.sql"),
    include_str!("../migrations/7.sql"),
];

/// How the database was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Usable.
    Sound,
    /// It was damaged; its files stand beside under this name, and a new one is in use.
    MovedAside(PathBuf),
    /// Written by a newer version; untouched.
    Newer,
    /// Held by another program; untouched.
    Busy,
    /// Cannot be written; untouched.
    ReadOnly,
    /// No room on the disk; untouched.
    Full,
    /// Another failure; untouched.
    Failed,
}

/// A store that can be used, and how the database was found.
pub struct Opened {
    /// The database, or its stand-in in memory.
    pub store: Store,
    /// Where it is neither `Sound` nor `MovedAside`, `store` is the stand-in and saving would be a lie.
    pub condition: Condition,
}

impl Store {
    /// Opens the database of a data folder, which is created where it is missing. `now` in milliseconds since 1970
    /// names the files that are moved aside. Never fails: see [`Opened::condition`].
    pub fn open(folder: &Path, now: i64) -> Opened {
        match Self::open_or_move_aside(folder, now) {
            Ok(opened) => opened,
            Err(error) => {
                tracing::error!(%error, "the database cannot be used");
                Opened { store: Self::in_memory(), condition: condition_of(&error) }
            }
        }
    }

    /// An empty store that keeps nothing beyond the process.
    ///
    /// # Panics
    /// Where SQLite cannot even create a database in memory.
    #[allow(clippy::expect_used, reason = "SQLite in memory fails only where memory itself has run out")]
    pub fn in_memory() -> Self {
        let mut connection = Connection::open_in_memory().expect("memory for an empty database");
        migrate(&mut connection).expect("our own schema is valid");
        connection.pragma_update(None, "foreign_keys", true).expect("a pragma of SQLite");
        Self { connection: Mutex::new(connection), pictures: None, _lock: None }
    }

    /// To be called where a call has met damage, which no start looks for: the next one does, and moves the database
    /// aside.
    ///
    /// # Errors
    /// [`StoreError::File`] and others where that cannot be noted.
    pub fn mark_for_integrity_check(&self) -> Result<(), StoreError> {
        match &self.pictures {
            Some(pictures) => make_private_file(&pictures.with_file_name(CHECK_MARKER)),
            None => Ok(()),
        }
    }

    fn open_or_move_aside(folder: &Path, now: i64) -> Result<Opened, StoreError> {
        make_private_folder(folder)?;
        let lock = FolderLock::take(folder)?;
        let file = folder.join(FILE);
        let (pictures, suspect) = (folder.join(PICTURES), folder.join(CHECK_MARKER));
        let found = match was_emptied(&file, &pictures) {
            true => Err(StoreError::Damaged),
            false => open_database(&file, suspect.exists()),
        };
        let (connection, condition) = match found {
            Ok(connection) => (connection, Condition::Sound),
            Err(StoreError::Damaged) => {
                let aside = move_aside(&file, now)?;
                keep_pictures_of(&aside, &pictures)?;
                tracing::error!(aside = %aside.display(), "the database was damaged and moved aside");
                (open_database(&file, false)?, Condition::MovedAside(aside))
            }
            Err(error) => return Err(error),
        };
        make_private_folder(&pictures)?;
        if suspect.exists() {
            fs::remove_file(suspect)?;
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

fn open_database(file: &Path, suspect: bool) -> Result<Connection, StoreError> {
    // SQLite falls back to reading where the file cannot be written, and says so only at the first write.
    if fs::metadata(file).is_ok_and(|metadata| metadata.permissions().readonly()) {
        return Err(StoreError::ReadOnly);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    make_private_file(file)?;
    let mut connection = Connection::open_with_flags(file, flags)?;
    // Until the file is known to be ours and sound, closing it must not write its journal into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(Duration::from_millis(500))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > MIGRATIONS.len() as i64 {
        return Err(StoreError::Newer(version));
    }
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StoreError::ReadOnly);
    }
    if suspect {
        check_integrity(&connection)?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What sign-out removes is overwritten, not only unlinked.
    connection.pragma_update(None, "secure_delete", true)?;
    migrate(&mut connection)?;
    read_everything_that_matters(&connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (done, script) in MIGRATIONS.iter().enumerate().skip(usize::try_from(version).unwrap_or_default()) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(script)?;
        transaction.pragma_update(None, "user_version", done as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether nothing is left of a database that was complete once, which SQLite takes for a new one: the folder of pictures
/// is made after it.
fn was_emptied(file: &Path, pictures: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.len() == 0) && pictures.exists()
}

/// A truncated file opens well and fails at the first page that is missing: better to know now.
fn read_everything_that_matters(connection: &Connection) -> Result<(), StoreError> {
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
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged) }
}

/// Renames the database together with its journal, which belong to each other, and answers the new name.
fn move_aside(file: &Path, now: i64) -> Result<PathBuf, StoreError> {
    let named = |attempt: u32, suffix: &str| {
        file.with_file_name(format!("lapel-damaged-{}{}.db{suffix}", date_of(now), attempt_suffix(attempt)))
    };
    let mut attempt = 1;
    while named(attempt, "").exists() {
        attempt += 1;
    }
    for suffix in ["-wal", "-shm", ""] {
        let from = file.with_file_name(format!("{FILE}{suffix}"));
        if from.exists() {
            fs::rename(from, named(attempt, suffix))?;
        }
    }
    Ok(named(attempt, ""))
}

/// The pictures that only the moved database knows by name go with it: in a new one they would count as left over.
fn keep_pictures_of(aside: &Path, pictures: &Path) -> Result<(), StoreError> {
    if pictures.exists() {
        fs::rename(pictures, aside.with_extension(PICTURES))?;
    }
    Ok(())
}

fn attempt_suffix(attempt: u32) -> String {
    if attempt == 1 { String::new() } else { format!("-{attempt}") }
}

/// The day in UTC as `2026-01-31`; a clock beyond all calendars gives `undated`.
fn date_of(millis: i64) -> String {
    time::OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000))
        .map_or_else(|_| "undated".to_owned(), |moment| moment.date().to_string())
}

/// Creates the file that only its owner may read, also in a folder that others may enter; the journal follows it.
fn make_private_file(file: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?;
    Ok(())
}

/// Creates a folder that only its owner may read, where the system has such a notion.
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

    /// For a database that is made, one that is opened again, and one that stands in for a damaged one.
    #[test]
    fn what_is_saved_is_on_disk_and_what_is_removed_is_gone() {
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
                fs::write(folder.path().join(FILE), "no database, but long enough to be looked at").unwrap();
            }
        }
    }

    #[test]
    fn a_database_without_room_says_so_and_keeps_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 0).store;
        let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
        let limit = |pages: i64| store.connection().pragma_update(None, "max_page_count", pages).unwrap();
        // SQLite takes the present size where less is asked for.
        limit(1);
        let error = store.hold_picture(account, "p", "image/png", &[0; 100_000]).unwrap_err();
        assert_eq!(condition_of(&error), Condition::Full, "{error:?}");
        assert_eq!(store.local_picture(account, "p").unwrap(), None);
        limit(1_000_000);
        store.hold_picture(account, "p", "image/png", &[0; 100_000]).unwrap();
    }
}
