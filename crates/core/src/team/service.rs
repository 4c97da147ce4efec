//! The team service and its dependencies.

use std::sync::{Arc, Mutex, Weak};

use lapel_store::AccountId;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::batch_cell::BatchCell;
use super::team_cell::{KeptSelection, TeamCell};
use crate::kernel::backoff::Backoff;
use crate::kernel::deadline::Clock;
use crate::kernel::desktop::Desktop;
use crate::kernel::disk::Disk;
use crate::kernel::downloads::Downloads;
use crate::kernel::picture_ids::PictureAddresses;
use crate::kernel::server_facts::ServerFacts;
use crate::kernel::state_cell::StateCell;
use crate::kernel::sync_handle::SyncHandle;
use crate::kernel::tasks::{PerSession, SessionTasks};
use crate::kernel::uploader::Uploader;

/// Reads teams, searches them in memory, and changes roles and details of their members.
pub(crate) struct TeamService {
    pub(super) this: Weak<Self>,
    pub(super) state: Arc<StateCell>,
    pub(super) disk: Arc<Disk>,
    pub(super) tasks: Arc<SessionTasks>,
    pub(super) clock: Clock,
    pub(super) backoff: Backoff,
    pub(super) facts: ServerFacts,
    pub(super) uploader: Uploader,
    pub(super) addresses: Arc<PictureAddresses>,
    pub(super) sync: SyncHandle,
    /// Changes when a sync has succeeded, which shows that the server can be reached.
    pub(super) connectivity: watch::Receiver<u64>,
    /// The folder for exported files.
    pub(super) downloads: Downloads,
    pub(super) desktop: Arc<dyn Desktop>,
    pub(super) team: TeamCell,
    pub(super) batch: BatchCell,
    /// Held while rows are written to the disk and into memory, so that both have the same rows.
    pub(super) writes: Arc<tokio::sync::Mutex<()>>,
    /// The running refresh, with the organization that it reads.
    pub(super) refresh: PerSession<Option<(String, AbortHandle)>>,
    /// The account whose team was opened last. It outlives the session, because the page stays open when the user signs in
    /// again.
    pub(super) opened_by: Mutex<Option<AccountId>>,
    /// The selection while the user signs in again.
    pub(super) kept_selection: Mutex<Option<KeptSelection>>,
    /// The task that starts a refresh when the server can be reached again.
    pub(super) connection_waiter: Mutex<Option<AbortHandle>>,
}

/// The dependencies of the service.
pub(crate) struct TeamParts {
    pub(crate) state: Arc<StateCell>,
    pub(crate) disk: Arc<Disk>,
    pub(crate) tasks: Arc<SessionTasks>,
    pub(crate) clock: Clock,
    pub(crate) backoff: Backoff,
    pub(crate) facts: ServerFacts,
    pub(crate) uploader: Uploader,
    pub(crate) addresses: Arc<PictureAddresses>,
    pub(crate) sync: SyncHandle,
    pub(crate) connectivity: watch::Receiver<u64>,
    pub(crate) downloads: Downloads,
    pub(crate) desktop: Arc<dyn Desktop>,
}

impl TeamService {
    pub(crate) fn new(parts: TeamParts) -> Arc<Self> {
        let TeamParts { state, disk, tasks, clock, backoff, facts, uploader, addresses, sync, .. } = parts;
        let TeamParts { connectivity, downloads, desktop, .. } = parts;
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            team: TeamCell::new(Arc::clone(&state), &tasks),
            batch: BatchCell::new(Arc::clone(&state), &tasks, Arc::clone(&clock)),
            writes: Arc::default(),
            refresh: PerSession::new(&tasks),
            opened_by: Mutex::default(),
            kept_selection: Mutex::default(),
            connection_waiter: Mutex::default(),
            state,
            disk,
            tasks,
            clock,
            backoff,
            facts,
            uploader,
            addresses,
            sync,
            connectivity,
            downloads,
            desktop,
        })
    }

    /// Milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        (self.clock)()
    }
}
