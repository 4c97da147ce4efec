//! Opens the SQLite file, migrates its schema, and shares one connection among all requests. The queries are in the
//! modules of the features.

mod members;
mod people;
mod seed;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::config;
use crate::response::ApiError;

pub(crate) use seed::{SeedError, write_seed};

/// The SQLite application id that marks files of the sandbox ("LPSB" in ASCII).
const APPLICATION_ID: i32 = 0x4C50_5342;

/// The migrations. `user_version` is the number of migrations that were applied. Only append to this list.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/001_initial.sql"),
    include_str!("../../migrations/002_pairs.sql"),
    include_str!("../../migrations/003_mail.sql"),
];

/// Why a database could not be opened. The file is not changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder does not exist, the path is a folder, or reading or writing is not permitted.
    #[error("cannot open the database {path}: {source}")]
    Unreachable {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
    /// A SQLite file of another program.
    #[error("{path} belongs to another program")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Not a SQLite file, or a corrupt one.
    #[error("{path} is damaged or not a database")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Written by a newer version of the sandbox.
    #[error("{path} was written by a newer version (schema {found}, this one knows {known})")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema version in the file.
        found: usize,
        /// The newest schema version that this program knows.
        known: usize,
    },
    /// Another error of SQLite.
    #[error("the database failed: {0}")]
    Failed(#[from] rusqlite::Error),
}

/// Opens the database and migrates it to the current schema.
pub(crate) fn open(database: &config::Database) -> Result<Connection, OpenError> {
    match database {
        config::Database::Memory => open_and_prepare(Path::new(":memory:"), Connection::open_in_memory()?),
        config::Database::File(path) => open_and_prepare(path, open_file(path)?),
        config::Database::Own(path) => match open_and_prepare(path, open_file(path)?) {
            Err(OpenError::Damaged { .. }) => {
                tracing::error!(path = %path.display(), "the demo's database is damaged; starting with a new one");
                rename_damaged(path);
                open_and_prepare(path, open_file(path)?)
            }
            opened => opened,
        },
    }
}

fn open_and_prepare(path: &Path, mut connection: Connection) -> Result<Connection, OpenError> {
    prepare(path, &mut connection).map_err(|error| match error {
        OpenError::Failed(source) => classify_error(path, source),
        other => other,
    })?;
    Ok(connection)
}

/// Renames a damaged database and its journal files to `*.damaged.db`.
fn rename_damaged(path: &Path) {
    for suffix in ["-wal", "-shm", ""] {
        let with_suffix = |name: &Path| PathBuf::from(format!("{}{suffix}", name.display()));
        // The journal files may not exist. If renaming the database fails, opening it again returns the error.
        std::fs::rename(with_suffix(path), with_suffix(&path.with_extension("damaged.db"))).ok();
    }
}

fn open_file(path: &Path) -> Result<Connection, OpenError> {
    // Without SQLITE_OPEN_URI, so that a path is never interpreted as a URI.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| classify_error(path, error))
}

fn classify_error(path: &Path, source: rusqlite::Error) -> OpenError {
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
    let check_result: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check_result != "ok" {
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
        // Read the version again under the lock: another process may have migrated the file.
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
pub(crate) struct SharedConnection(Arc<Mutex<Option<Connection>>>);

impl SharedConnection {
    pub(crate) fn new(connection: Connection) -> Self {
        Self(Arc::new(Mutex::new(Some(connection))))
    }

    /// Runs `work` in a transaction, in a blocking task. Commits if it returns `Ok`, otherwise rolls back.
    pub(crate) async fn transact<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, ApiError> + Send + 'static,
    {
        let (sender, result) = oneshot::channel();
        // The receiver is gone if the request was cancelled.
        let job = move |shared: &Self| drop(sender.send(shared.transact_blocking(work)));
        self.run_job(Box::new(job)).await?;
        result.await.map_err(|error| ApiError::internal(&error))?
    }

    /// Not generic: the program would contain the code of a task for each kind of work.
    async fn run_job(&self, job: Box<dyn FnOnce(&Self) + Send>) -> Result<(), ApiError> {
        let shared = self.clone();
        tokio::task::spawn_blocking(move || job(&shared)).await.map_err(|error| ApiError::internal(&error))
    }

    fn transact_blocking<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, ApiError>) -> Result<T, ApiError> {
        // Ignore poisoning: the transaction of the task that panicked was rolled back.
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = guard.as_mut().ok_or_else(|| ApiError::internal(&"the sandbox has stopped"))?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Closes the connection. Blocks until a running transaction ends; later transactions return an error.
    pub(crate) fn close(&self) {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err((_, error))) = connection.map(Connection::close) {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }
}
