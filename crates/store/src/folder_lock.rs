//! Allows one process per data folder, by an operating system lock that is released when the process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::StoreError;

/// How long to wait for another process that may be about to release the lock: one that is closing, or a child
/// process that inherits the lock until it starts its own program. Equal to SQLite's busy timeout.
const LOCK_TIMEOUT: Duration = Duration::from_millis(500);

/// Releases the lock when dropped.
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Locks a folder. Fails with [`StoreError::Busy`] if another process has locked it.
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lapel.lock"))?;
        let deadline = Instant::now() + LOCK_TIMEOUT;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(LOCK_TIMEOUT / 25),
                Err(TryLockError::WouldBlock) => return Err(StoreError::Busy),
                // The file system has no locks. SQLite's own locks still protect the database.
                Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                    return Ok(Self { _file: file });
                }
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    }
}
