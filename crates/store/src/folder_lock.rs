//! One process a data folder, guarded by a lock of the operating system that dies with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::StoreError;

/// How long another process may take to end: one that is just closing, or a program that was started by the holder and
/// has a copy of the lock until it runs. As long as SQLite waits for its own locks.
const PATIENCE: Duration = Duration::from_millis(500);

/// Held for the life of the store.
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process has it; otherwise why the lock file cannot be made.
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lapel.lock"))?;
        let patience = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < patience => std::thread::sleep(PATIENCE / 25),
                Err(TryLockError::WouldBlock) => return Err(StoreError::Busy),
                // A file system without locks: SQLite's own locks still guard the database.
                Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                    return Ok(Self { _file: file });
                }
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    }
}
