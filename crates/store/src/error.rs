//! Store errors, grouped by what the user can do about them.

use rusqlite::ErrorCode;

/// Why a call to the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The database or its folder cannot be written.
    #[error("the data cannot be written")]
    ReadOnly,
    /// Another program has locked the database.
    #[error("another program has locked the database")]
    Busy,
    /// The database is damaged.
    #[error("the database is damaged")]
    Damaged,
    /// A newer version of Lapel wrote the database. Contains its schema version.
    #[error("the database was written by a newer version ({0})")]
    Newer(i64),
    /// A stored JSON document cannot be parsed.
    #[error("a stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
    /// A file operation failed.
    #[error("a file operation failed: {0}")]
    File(std::io::Error),
    /// Any other SQLite error.
    #[error("the database failed: {0}")]
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // On a full disk SQLite may fail with this code first, when it enlarges the journal's index file.
        if error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
            return Self::Full;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ => Self::Database(error),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => Self::ReadOnly,
            _ => Self::File(error),
        }
    }
}
