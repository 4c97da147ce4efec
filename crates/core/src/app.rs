//! The [`App`] that the shell uses. It creates the services and forwards calls to them; all rules are in the services.
//!
//! [`App::open`] reads only the disk. [`App::start`] follows after the first paint. The state is published as snapshots.

mod first_page;
mod profile;
mod security;
mod session;
mod team;

use std::path::PathBuf;
use std::sync::Arc;

use lapel_api::{ProxySettings, Timeouts};
use lapel_store::Store;
use tokio::sync::watch;

use crate::coalesce::next_coalesced;
use crate::kernel::deadline::Clock;
use crate::kernel::desktop::Desktop;
use crate::kernel::disk::Disk;
use crate::kernel::downloads::Downloads;
use crate::kernel::drafts::load_active_account;
use crate::kernel::error::Failure;
use crate::kernel::network::Network;
use crate::kernel::picture_ids::PictureAddresses;
use crate::kernel::server_facts::ServerFacts;
use crate::kernel::state::{State, storage_state};
use crate::kernel::state_cell::StateCell;
use crate::kernel::sync_handle::SyncHandle;
use crate::kernel::tasks::SessionTasks;
use crate::kernel::uploader::Uploader;
use crate::pictures::{PictureParts, PictureProcess, PictureService};
use crate::profile::{ProfileParts, ProfileService};
use crate::session::{SandboxServer, Secrets, Servers, SessionParts, SessionService, StartSandbox, Vault};
use crate::sync::{Backoff, NetworkProbe, SyncParts, SyncService};
use crate::team::{TeamParts, TeamService};
use crate::views::snapshot_view::snapshot_view;
use crate::views::{AppError, Preferences, Revision, ServerOffer, Snapshot, StorageState};

/// What [`App::open`] needs.
pub struct Config {
    /// The folder of all its files.
    pub data_dir: PathBuf,
    /// A server to offer first, as an address with `/v1`.
    pub offered_server: Option<String>,
    /// Stands for the code of the page. Any text that another build does not have.
    pub page_build: String,
    /// The preferences of this computer.
    pub preferences: Preferences,
    /// The system's locale.
    pub system_language: String,
    /// The folder for exported files.
    pub downloads: PathBuf,
    /// The file manager and the browser of this computer.
    pub desktop: Arc<dyn Desktop>,
    /// Where tokens are stored.
    pub vault: Box<dyn Vault>,
    /// Starts the demo server.
    pub start_sandbox: StartSandbox,
    /// The program that decodes pictures.
    pub picture_process: PictureProcess,
    /// The wall clock.
    pub clock: Clock,
    /// Time limits of requests.
    pub timeouts: Timeouts,
    /// The proxy settings of this computer.
    pub proxies: ProxySettings,
    /// Detects changes of the network.
    pub network_probe: NetworkProbe,
    /// How long the app waits between retries.
    pub backoff: Backoff,
}

/// The app. Clones share one state.
#[derive(Clone)]
pub struct App {
    services: Arc<Services>,
}

struct Services {
    state: Arc<StateCell>,
    disk: Arc<Disk>,
    session: Arc<SessionService>,
    sync: Arc<SyncService>,
    profile: ProfileService,
    pictures: Arc<PictureService>,
    team: Arc<TeamService>,
    offers: Vec<ServerOffer>,
    data_folder: String,
    page_build: String,
}

impl App {
    /// Opens the app from what is on the disk, without network or keyring.
    pub fn open(config: Config) -> Self {
        let opened = Store::open(&config.data_dir, (config.clock)());
        let mut state = State::signed_out(config.preferences, config.system_language, storage_state(&opened.condition));
        if let Err(error) = load_active_account(&opened.store, &mut state) {
            tracing::error!(%error, "the cached account cannot be read");
            state.storage = StorageState::Failed;
        }
        let state = Arc::new(StateCell::new(state, snapshot_view));
        let disk = Arc::new(Disk::new(Arc::new(opened.store), Arc::clone(&state)));
        let (tasks, addresses) = (Arc::new(SessionTasks::default()), Arc::new(PictureAddresses::default()));
        let network = Arc::new(Network::new(config.timeouts, config.proxies));
        let facts = ServerFacts::new(Arc::clone(&disk), Arc::clone(&config.clock));
        let downloads = Downloads::new(config.downloads, Arc::clone(&config.clock));
        let uploader = Uploader::new(Arc::clone(&disk), Arc::clone(&config.clock));

        let sync = SyncService::new(SyncParts {
            state: Arc::clone(&state),
            disk: Arc::clone(&disk),
            tasks: Arc::clone(&tasks),
            clock: Arc::clone(&config.clock),
            facts: facts.clone(),
            uploader: uploader.clone(),
            network_probe: config.network_probe,
            backoff: config.backoff,
        });
        let sync_handle: SyncHandle = sync.clone();
        let servers = Servers::new(config.offered_server.as_deref());
        let offers = servers.offers();
        let session = SessionService::new(SessionParts {
            state: Arc::clone(&state),
            disk: Arc::clone(&disk),
            tasks: Arc::clone(&tasks),
            network: Arc::clone(&network),
            clock: Arc::clone(&config.clock),
            sync: Arc::clone(&sync_handle),
            secrets: Secrets::start(config.vault),
            servers,
            sandbox: SandboxServer::new(config.start_sandbox),
            desktop: Arc::clone(&config.desktop),
        });
        let pictures = PictureService::new(PictureParts {
            state: Arc::clone(&state),
            disk: Arc::clone(&disk),
            tasks: Arc::clone(&tasks),
            network,
            clock: Arc::clone(&config.clock),
            addresses: Arc::clone(&addresses),
            uploader: uploader.clone(),
            process: config.picture_process,
        });
        let team = TeamService::new(TeamParts {
            state: Arc::clone(&state),
            disk: Arc::clone(&disk),
            tasks,
            clock: Arc::clone(&config.clock),
            backoff: config.backoff,
            facts,
            uploader,
            addresses,
            sync: Arc::clone(&sync_handle),
            connectivity: sync.connectivity(),
            downloads: downloads.clone(),
            desktop: Arc::clone(&config.desktop),
        });
        let profile = ProfileService::new(ProfileParts {
            state: Arc::clone(&state),
            disk: Arc::clone(&disk),
            clock: config.clock,
            sync: sync_handle,
            downloads,
            desktop: config.desktop,
        });
        let data_folder = config.data_dir.display().to_string();
        let services = Services {
            state,
            disk,
            session,
            sync,
            profile,
            pictures,
            team,
            offers,
            data_folder,
            page_build: config.page_build,
        };
        Self { services: Arc::new(services) }
    }

    /// The present state.
    pub fn snapshot(&self) -> Snapshot {
        self.services.state.snapshot()
    }

    /// The revision of the present state. A command that changes the state returns it, so that the page can wait for that
    /// snapshot.
    fn revision(&self) -> Revision {
        self.services.state.revision()
    }

    /// The present revision, if the change succeeded.
    fn revision_after(&self, changed: Result<(), Failure>) -> Result<Revision, AppError> {
        changed?;
        Ok(self.revision())
    }

    /// The next state to show after the one with the revision `after`; the present one without `after`.
    pub async fn next_snapshot(&self, after: Option<Revision>) -> Arc<Snapshot> {
        next_coalesced(&mut self.services.state.subscribe(), after).await
    }

    /// The present state and every later one. A slow reader sees only the latest.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.services.state.subscribe()
    }

    /// The preferences of this computer.
    pub fn preferences(&self) -> Preferences {
        self.services.state.read().preferences.clone()
    }

    /// Applies preferences. The shell stores them.
    pub fn set_preferences(&self, preferences: Preferences) -> Revision {
        self.services.state.update(|state| state.preferences = preferences);
        self.revision()
    }
}
