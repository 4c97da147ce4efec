//! The profile service and the parts that it takes.

use std::sync::Arc;

use crate::kernel::deadline::Clock;
use crate::kernel::disk::Disk;
use crate::kernel::state_cell::StateCell;
use crate::kernel::sync_handle::SyncHandle;

/// Stores drafts and edits of the profile.
pub(crate) struct ProfileService {
    pub(super) state: Arc<StateCell>,
    pub(super) disk: Arc<Disk>,
    pub(super) clock: Clock,
    pub(super) sync: SyncHandle,
}

impl ProfileService {
    pub(crate) fn new(state: Arc<StateCell>, disk: Arc<Disk>, clock: Clock, sync: SyncHandle) -> Self {
        Self { state, disk, clock, sync }
    }
}
