//! Why a read or write failed, in the words that a person can do something about.

use rusqlite::ErrorCode;

/// A failure of the store. Nothing was changed by the call that answers it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk has no room left.
    #[error("the disk is full")]
    Full,
    /// The database or its folder cannot be written.
    #[error("the data cannot be written")]
    ReadOnly,
    /// Another program holds the database.
    #[error("another program holds the database")]
    Busy,
    /// The database is damaged.
    #[error("the database is damaged")]
    Damaged,
    /// Written by a newer version.
    #[error("the database was written by a newer version ({0})")]
    Newer(i64),
    /// A stored document cannot be read back.
    #[error("a stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
    /// A file of the picture cache.
    #[error("a picture file: {0}")]
    File(std::io::Error),
    /// Anything else of SQLite.
    #[error("the database: {0}")]
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // The journal's index finds no room before the database does.
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
