//! The SQLite file: opening, its version, and the one connection. No queries of any feature here.

mod members;
mod seed;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::answer::Refusal;
use crate::config;

pub(crate) use seed::{SeedError, plant};

/// Marks a file as ours ("LPSB" in ASCII).
const APPLICATION_ID: i32 = 0x4C50_5342;

/// `user_version` is how many of these a file has been through. Only ever appended to.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/001_initial.sql"),
    include_str!("../../migrations/002_pairs.sql"),
    include_str!("../../migrations/003_mail.sql"),
];

/// Why a database could not be opened. The file is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The path leads nowhere, or may not be read or written.
    #[error("cannot open the database {path}: {source}")]
    Unreachable {
        /// The file.
        path: PathBuf,
        /// SQLite's own words.
        source: rusqlite::Error,
    },
    /// A SQLite file of another program.
    #[error("{path} belongs to another program")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Not a SQLite file, or a broken one.
    #[error("{path} is damaged or is no database")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Written by a later version.
    #[error("{path} was written by a newer version (schema {found}, this one knows {known})")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema version in the file.
        found: usize,
        /// The latest schema version known here.
        known: usize,
    },
    /// SQLite failed in another way.
    #[error("the database failed: {0}")]
    Failed(#[from] rusqlite::Error),
}

/// Opens the database and brings it to the present schema.
pub(crate) fn open(database: &config::Database) -> Result<Connection, OpenError> {
    match database {
        config::Database::Memory => open_and_prepare(Path::new(":memory:"), Connection::open_in_memory()?),
        config::Database::File(path) => open_and_prepare(path, open_file(path)?),
        config::Database::Own(path) => match open_and_prepare(path, open_file(path)?) {
            Err(OpenError::Damaged { .. }) => {
                tracing::error!(path = %path.display(), "the demo's database is damaged and moved aside");
                move_aside(path);
                open_and_prepare(path, open_file(path)?)
            }
            opened => opened,
        },
    }
}

fn open_and_prepare(path: &Path, mut connection: Connection) -> Result<Connection, OpenError> {
    prepare(path, &mut connection).map_err(|error| match error {
        OpenError::Failed(source) => sort_out(path, source),
        known => known,
    })?;
    Ok(connection)
}

/// Moves a damaged database with its journal out of the way, under a name that says so.
fn move_aside(path: &Path) {
    for suffix in ["-wal", "-shm", ""] {
        let named = |name: &Path| PathBuf::from(format!("{}{suffix}", name.display()));
        // The journal may not be there; where the database cannot be renamed, opening it again tells so.
        std::fs::rename(named(path), named(&path.with_extension("damaged.db"))).ok();
    }
}

fn open_file(path: &Path) -> Result<Connection, OpenError> {
    // Without the flag for URIs, so that a path is only ever a path.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| sort_out(path, error))
}

fn sort_out(path: &Path, source: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::Damaged { path },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            OpenError::Unreachable { path, source }
        }
        _ => OpenError::Failed(source),
    }
}

fn prepare(path: &Path, connection: &mut Connection) -> Result<(), OpenError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let owner: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if owner != APPLICATION_ID && (tables > 0 || owner != 0 || version != 0) {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    let known = MIGRATIONS.len();
    let found = usize::try_from(version).unwrap_or(usize::MAX);
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(OpenError::Damaged { path: path.to_owned() });
    }
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    migrate(connection, found)
}

fn migrate(connection: &mut Connection, found: usize) -> Result<(), OpenError> {
    for (step, sql) in (0_i64..).zip(MIGRATIONS).skip(found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been faster between the look at the version and the lock.
        let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version == step {
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", step + 1)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// The one connection, shared by all requests.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Option<Connection>>>);

impl Shared {
    pub(crate) fn new(connection: Connection) -> Self {
        Self(Arc::new(Mutex::new(Some(connection))))
    }

    /// Runs one transaction off the async threads: committed where the work succeeds, undone where it is refused.
    pub(crate) async fn transact<T, F>(&self, work: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, Refusal> + Send + 'static,
    {
        let shared = self.clone();
        let task = tokio::task::spawn_blocking(move || shared.transact_here(work));
        task.await.map_err(|error| Refusal::internal(&error))?
    }

    fn transact_here<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        // A poisoned lock is no reason to stop: the transaction of the one that panicked was undone.
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = guard.as_mut().ok_or_else(|| Refusal::internal(&"the sandbox has stopped"))?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Closes the connection; later work is refused. Blocks until running work is done.
    pub(crate) fn close(&self) {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err((_, error))) = connection.map(Connection::close) {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }
}
