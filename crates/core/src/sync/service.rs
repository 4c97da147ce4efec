//! The sync service and its dependencies.

use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};

use lapel_api::Versioned;
use lapel_store::{CachedProfile, Edit};
use tokio::sync::{Notify, watch};

use super::counters::Counters;
use super::scheduler::RetryScheduler;
use crate::kernel::backoff::Backoff;
use crate::kernel::deadline::Clock;
use crate::kernel::disk::Disk;
use crate::kernel::server_facts::ServerFacts;
use crate::kernel::session::Session;
use crate::kernel::state_cell::StateCell;
use crate::kernel::tasks::{PerSession, SessionTasks};
use crate::kernel::uploader::Uploader;

/// Returns the addresses from which this computer reaches other hosts. If they change, the network has changed.
pub type NetworkProbe = Arc<dyn Fn() -> Vec<IpAddr> + Send + Sync>;

/// The number of syncs that have succeeded. A change means that the server can be reached.
pub(crate) type Connectivity = watch::Receiver<u64>;

/// Synchronizes the profile with the server.
pub(crate) struct SyncService {
    pub(super) this: Weak<Self>,
    pub(super) state: Arc<StateCell>,
    pub(super) disk: Arc<Disk>,
    pub(super) tasks: Arc<SessionTasks>,
    pub(super) clock: Clock,
    pub(super) facts: ServerFacts,
    pub(super) uploader: Uploader,
    pub(super) network_probe: NetworkProbe,
    pub(super) backoff: Backoff,
    /// Only one sync or change of the user's own role runs at a time.
    pub(super) lock: tokio::sync::Mutex<()>,
    pub(super) running: PerSession<Running>,
    pub(super) scheduler: PerSession<RetryScheduler>,
    pub(super) counters: PerSession<Counters>,
    pub(super) successes: watch::Sender<u64>,
}

/// The dependencies of the service.
pub(crate) struct SyncParts {
    pub(crate) state: Arc<StateCell>,
    pub(crate) disk: Arc<Disk>,
    pub(crate) tasks: Arc<SessionTasks>,
    pub(crate) clock: Clock,
    pub(crate) facts: ServerFacts,
    pub(crate) uploader: Uploader,
    pub(crate) network_probe: NetworkProbe,
    pub(crate) backoff: Backoff,
}

/// What is running for the session.
#[derive(Default)]
pub(super) struct Running {
    /// Cancels the running upload.
    pub(super) upload: Option<Arc<Notify>>,
    /// Whether a sync already waits for the running one. Another one would have nothing to do, so it does not wait too.
    pub(super) is_waiting: Arc<AtomicBool>,
}

impl SyncService {
    pub(crate) fn new(parts: SyncParts) -> Arc<Self> {
        let SyncParts { state, disk, tasks, clock, facts, uploader, network_probe, backoff } = parts;
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            lock: tokio::sync::Mutex::new(()),
            running: PerSession::new(&tasks),
            scheduler: PerSession::new(&tasks),
            counters: PerSession::new(&tasks),
            successes: watch::Sender::new(0),
            state,
            disk,
            tasks,
            clock,
            facts,
            uploader,
            network_probe,
            backoff,
        })
    }

    /// Changes when a sync has succeeded.
    pub(crate) fn connectivity(&self) -> Connectivity {
        self.successes.subscribe()
    }

    /// Milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// A profile as it is cached.
    pub(super) fn cached(&self, server: &Versioned) -> CachedProfile {
        CachedProfile { profile: server.profile.clone(), etag: server.etag.clone(), fetched_at: self.now() }
    }

    /// The edits of the session's account; none if another session has taken its place.
    pub(super) fn edits(&self, session: &Session) -> Vec<Edit> {
        self.state.read().edits_of(session).to_vec()
    }
}
