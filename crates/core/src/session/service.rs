//! The session service and the parts that it takes.

use std::sync::{Arc, Weak};

use lapel_api::Endpoint;

use super::connections::Connections;
use super::sandbox_server::SandboxServer;
use super::secrets::Secrets;
use super::servers::Servers;
use crate::kernel::deadline::Clock;
use crate::kernel::desktop::Desktop;
use crate::kernel::disk::Disk;
use crate::kernel::error::Failure;
use crate::kernel::network::Network;
use crate::kernel::state_cell::StateCell;
use crate::kernel::sync_handle::SyncHandle;
use crate::kernel::tasks::SessionTasks;

/// Signs in and out, and keeps the connections of the accounts.
pub(crate) struct SessionService {
    pub(super) this: Weak<Self>,
    pub(super) state: Arc<StateCell>,
    pub(super) disk: Arc<Disk>,
    pub(super) tasks: Arc<SessionTasks>,
    pub(super) network: Arc<Network>,
    pub(super) clock: Clock,
    pub(super) sync: SyncHandle,
    pub(super) secrets: Secrets,
    pub(super) servers: Servers,
    pub(super) sandbox: SandboxServer,
    pub(super) desktop: Arc<dyn Desktop>,
    pub(super) connections: Connections,
    /// Ends a sign-in that waits for its server.
    pub(super) sign_in_cancelled: tokio::sync::Notify,
}

/// What the service takes.
pub(crate) struct SessionParts {
    pub(crate) state: Arc<StateCell>,
    pub(crate) disk: Arc<Disk>,
    pub(crate) tasks: Arc<SessionTasks>,
    pub(crate) network: Arc<Network>,
    pub(crate) clock: Clock,
    pub(crate) sync: SyncHandle,
    pub(crate) secrets: Secrets,
    pub(crate) servers: Servers,
    pub(crate) sandbox: SandboxServer,
    pub(crate) desktop: Arc<dyn Desktop>,
}

impl SessionService {
    pub(crate) fn new(parts: SessionParts) -> Arc<Self> {
        let SessionParts { state, disk, tasks, network, clock, sync, secrets, servers, sandbox, desktop } = parts;
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            connections: Connections::new(Arc::downgrade(&state), secrets.clone(), Arc::downgrade(&disk)),
            sign_in_cancelled: tokio::sync::Notify::new(),
            state,
            disk,
            tasks,
            network,
            clock,
            sync,
            secrets,
            servers,
            sandbox,
            desktop,
        })
    }

    /// The key and the present address of a known server. The demo server is started if it is not running.
    pub(super) async fn server(&self, key: &str) -> Result<(String, Endpoint), Failure> {
        match self.servers.known(key)? {
            Some(endpoint) => Ok((endpoint.key(), endpoint)),
            None => Ok((key.to_owned(), self.sandbox.endpoint().await?)),
        }
    }
}
