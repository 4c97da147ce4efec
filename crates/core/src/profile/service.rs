//! The profile service and the parts that it takes.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::kernel::deadline::Clock;
use crate::kernel::desktop::Desktop;
use crate::kernel::disk::Disk;
use crate::kernel::downloads::Downloads;
use crate::kernel::state_cell::StateCell;
use crate::kernel::sync_handle::SyncHandle;

/// Stores drafts and edits of the profile, and exports the data of the account.
pub(crate) struct ProfileService {
    pub(super) state: Arc<StateCell>,
    pub(super) disk: Arc<Disk>,
    pub(super) clock: Clock,
    pub(super) sync: SyncHandle,
    pub(super) downloads: Downloads,
    pub(super) desktop: Arc<dyn Desktop>,
    /// The file that was exported last. The page can show only this one.
    exported: Mutex<Option<PathBuf>>,
}

/// The dependencies of the service.
pub(crate) struct ProfileParts {
    pub(crate) state: Arc<StateCell>,
    pub(crate) disk: Arc<Disk>,
    pub(crate) clock: Clock,
    pub(crate) sync: SyncHandle,
    pub(crate) downloads: Downloads,
    pub(crate) desktop: Arc<dyn Desktop>,
}

impl ProfileService {
    pub(crate) fn new(parts: ProfileParts) -> Self {
        let ProfileParts { state, disk, clock, sync, downloads, desktop } = parts;
        Self { state, disk, clock, sync, downloads, desktop, exported: Mutex::default() }
    }

    pub(super) fn exported(&self) -> MutexGuard<'_, Option<PathBuf>> {
        self.exported.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
