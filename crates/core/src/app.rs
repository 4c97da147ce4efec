//! The app as the shell holds it: opened at once from the disk, started after the first paint, observed by snapshots.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use lapel_api::{Http, HttpOptions, PictureFetcher, ProxySettings, Timeouts};
use lapel_store::{Account, Store, StoreError};
use tokio::sync::watch;

use crate::account_cache::ReadSequence;
use crate::connections::Connections;
use crate::offered_server::offered_server;
use crate::picture_editor::OpenPicture;
use crate::picture_process::PictureProcess;
use crate::pictures::PictureSources;
use crate::sandbox_server::{SANDBOX, SandboxServer, StartSandbox};
use crate::secrets::{Secrets, Vault};
use crate::snapshot_view::snapshot_view;
use crate::state::{State, storage_state};
use crate::sync::{Backoff, NetworkProbe};
use crate::views::{
    AppError, Boot, DraftValues, ErrorCode, Preferences, ServerKind, ServerOffer, SessionState, Snapshot, StorageState,
};

/// Milliseconds since 1970 by this computer's clock, which may be years off or go backwards.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Address of the public service.
const APPLIVERY: &str = "https://api.applivery.io/v1";

/// Name of the profile page's form in the store.
pub(crate) const PROFILE_FORM: &str = "profile";

/// What the app is made of.
pub struct Config {
    /// The folder of all its files.
    pub data_dir: PathBuf,
    /// A server to offer first, as an address with `/v1`.
    pub offered_server: Option<String>,
    /// Choices of this computer.
    pub preferences: Preferences,
    /// The system's locale.
    pub system_language: String,
    /// Where files go that the person asks for.
    pub downloads: PathBuf,
    /// Where tokens are kept.
    pub vault: Box<dyn Vault>,
    /// How the demo server starts.
    pub start_sandbox: StartSandbox,
    /// What decodes pictures.
    pub picture_process: PictureProcess,
    /// The time.
    pub clock: Clock,
    /// Limits of the network.
    pub timeouts: Timeouts,
    /// What the settings of this computer say about proxies.
    pub proxies: ProxySettings,
    /// What tells that the network has changed.
    pub network_probe: NetworkProbe,
    /// How soon what failed is tried again.
    pub backoff: Backoff,
}

/// The app. Clones are the same app.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<Store>,
    pub(crate) secrets: Secrets,
    pub(crate) connections: Connections,
    pub(crate) sandbox: SandboxServer,
    pub(crate) clock: Clock,
    pub(crate) pictures: PictureSources,
    pub(crate) picture_process: PictureProcess,
    /// The picture in the editor.
    pub(crate) opened: OpenPicture,
    /// One exchange with the server at a time.
    pub(crate) sync_lock: tokio::sync::Mutex<()>,
    /// Ends a sign-in that waits for its server.
    pub(crate) sign_in_cancelled: tokio::sync::Notify,
    /// The running exchange and upload, to end them at sign-out or on request.
    pub(crate) running: Mutex<crate::sync::Running>,
    /// The next exchange that comes by itself.
    pub(crate) retry_scheduler: Mutex<crate::sync::RetryScheduler>,
    /// What is counted over several exchanges.
    pub(crate) counters: Mutex<crate::sync::Counters>,
    pub(crate) network_probe: NetworkProbe,
    pub(crate) backoff: Backoff,
    /// Rows of a team are written to the disk and into memory as one, by one at a time.
    pub(crate) team_writes: Arc<tokio::sync::Mutex<()>>,
    /// The reading of a team that goes on.
    pub(crate) team_refresh: Mutex<crate::team::TeamRefresh>,
    pub(crate) downloads: PathBuf,
    pub(crate) read_sequence: Arc<ReadSequence>,
    network: OnceLock<Network>,
    timeouts: Timeouts,
    proxies: ProxySettings,
    offered_server: Option<String>,
    data_folder: String,
    state: Mutex<State>,
    snapshots: watch::Sender<Arc<Snapshot>>,
}

/// What reaches out. Made at first use: reading the system's certificates takes longer than the first paint may.
pub(crate) struct Network {
    pub(crate) http: Http,
    pub(crate) fetcher: PictureFetcher,
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
        let pictures = PictureSources::default();
        let snapshots = watch::Sender::new(Arc::new(snapshot_view(&state, &pictures)));
        Self {
            inner: Arc::new(Inner {
                store: Arc::new(opened.store),
                secrets: Secrets::start(config.vault),
                connections: Connections::default(),
                sandbox: SandboxServer::new(config.start_sandbox),
                clock: config.clock,
                pictures,
                picture_process: config.picture_process,
                opened: OpenPicture::default(),
                sync_lock: tokio::sync::Mutex::new(()),
                sign_in_cancelled: tokio::sync::Notify::new(),
                running: Mutex::default(),
                retry_scheduler: Mutex::default(),
                counters: Mutex::default(),
                network_probe: config.network_probe,
                backoff: config.backoff,
                team_writes: Arc::default(),
                team_refresh: Mutex::default(),
                downloads: config.downloads,
                read_sequence: Arc::default(),
                network: OnceLock::new(),
                timeouts: config.timeouts,
                offered_server: config.offered_server.as_deref().and_then(offered_server),
                proxies: config.proxies,
                data_folder: config.data_dir.display().to_string(),
                state: Mutex::new(state),
                snapshots,
            }),
        }
    }

    /// What the page finds before its first line runs.
    pub fn boot(&self, picture_origin: &str, version: &str) -> Boot {
        Boot {
            snapshot: self.snapshot(),
            servers: self.inner.servers(),
            picture_origin: picture_origin.to_owned(),
            data_folder: self.inner.data_folder.clone(),
            version: version.to_owned(),
            languages: lapel_domain::LANGUAGES.iter().map(|&tag| tag.to_owned()).collect(),
        }
    }

    /// The present state.
    pub fn snapshot(&self) -> Snapshot {
        self.inner.snapshots.borrow().as_ref().clone()
    }

    /// The present and every later state; a slow reader sees only the latest.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.inner.snapshots.subscribe()
    }

    /// The choices of this computer.
    pub fn preferences(&self) -> Preferences {
        self.inner.state().preferences.clone()
    }

    /// Takes over the choices of this computer. The shell keeps them.
    pub fn set_preferences(&self, preferences: Preferences) {
        self.inner.update(|state| state.preferences = preferences);
    }
}

impl Inner {
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and shows it.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        state.revision += 1;
        // Sent while the state is held, so that revisions arrive in order.
        self.snapshots.send_replace(Arc::new(snapshot_view(&state, &self.pictures)));
        result
    }

    /// Works with the store on a thread that may block.
    pub(crate) async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AppError> {
        let store = Arc::clone(&self.store);
        let outcome = tokio::task::spawn_blocking(move || noting_damage(&store, work)).await;
        let result = outcome.map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))?;
        Ok(result.inspect_err(|error| tracing::error!(%error, "the store failed"))?)
    }

    /// Writes what a person typed or saved. A disk that fails here is shown as the state of the storage, until it works
    /// again.
    pub(crate) async fn write_typed<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AppError> {
        let outcome = self
            .with_store(move |store| Ok(noting_damage(store, work).map_err(|error| (failing_storage(&error), error))));
        let outcome = outcome.await?;
        let storage = match &outcome {
            Ok(_) => self.state().storage_found,
            Err((storage, _)) => *storage,
        };
        if self.state().storage != storage {
            self.update(|state| state.storage = storage);
        }
        outcome.map_err(|(_, error)| {
            tracing::error!(%error, "what was typed could not be written");
            error.into()
        })
    }

    /// Shows the accounts of this computer anew, after one came or went.
    pub(crate) async fn reload_accounts(&self) -> Result<(), AppError> {
        let accounts = self.with_store(|store| store.accounts()).await?;
        self.update(|state| set_other_accounts(state, accounts));
        Ok(())
    }

    pub(crate) fn network(&self) -> Result<&Network, AppError> {
        if let Some(network) = self.network.get() {
            return Ok(network);
        }
        let failed = |error: &dyn std::error::Error| AppError::new(ErrorCode::Internal, error.to_string());
        let options = HttpOptions { timeouts: self.timeouts, proxies: self.proxies.clone(), authorities: None };
        let http = Http::with(&options).map_err(|error| failed(&error))?;
        let fetcher = PictureFetcher::new(http.clone()).map_err(|error| failed(&error))?;
        Ok(self.network.get_or_init(|| Network { http, fetcher }))
    }

    /// The servers on offer, best first.
    pub(crate) fn servers(&self) -> Vec<ServerOffer> {
        let offered = self.offered_server.iter().map(|key| server_offer(key));
        let known = [SANDBOX, APPLIVERY].map(server_offer);
        let mut servers: Vec<ServerOffer> = offered.chain(known).collect();
        let mut seen = std::collections::HashSet::new();
        servers.retain(|server| seen.insert(server.key.clone()));
        servers
    }
}

/// How a server's key is shown.
pub(crate) fn server_offer(key: &str) -> ServerOffer {
    let kind = match key {
        SANDBOX => ServerKind::Sandbox,
        APPLIVERY => ServerKind::Applivery,
        _ => ServerKind::Other,
    };
    ServerOffer { key: key.to_owned(), kind }
}

/// How a failing disk is called.
fn failing_storage(error: &StoreError) -> StorageState {
    match error {
        StoreError::Full => StorageState::Full,
        StoreError::ReadOnly => StorageState::ReadOnly,
        _ => StorageState::Failed,
    }
}

/// Does `work`; damage that it meets is looked for at the next start.
fn noting_damage<T>(store: &Store, work: impl FnOnce(&Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let result = work(store);
    if matches!(result, Err(StoreError::Damaged)) {
        store
            .mark_for_integrity_check()
            .unwrap_or_else(|error| tracing::error!(%error, "the damage could not be noted"));
    }
    result
}

fn set_other_accounts(state: &mut State, mut accounts: Vec<Account>) {
    accounts.retain(|account| state.account.as_ref().is_none_or(|active| active.id != account.id));
    state.other_accounts = accounts;
}

/// Fills the state with what is known of the accounts, and of the active one in particular.
pub(crate) fn load_active_account(store: &Store, state: &mut State) -> Result<(), StoreError> {
    state.other_accounts = store.accounts()?;
    let Some(account) = store.active_account()? else { return Ok(()) };
    state.other_accounts.retain(|other| other.id != account.id);
    state.session_state = if account.signed_in { SessionState::Starting } else { SessionState::Expired };
    (state.profile, state.edits) = store.profile_and_edits(account.id)?;
    state.draft = store.draft(account.id, PROFILE_FORM)?.and_then(|draft| read_draft(&draft.document));
    state.account = Some(account);
    Ok(())
}

/// The values of a draft; one that cannot be read any more is only logged, because nothing could be shown of it.
pub(crate) fn read_draft(document: &str) -> Option<DraftValues> {
    serde_json::from_str(document).inspect_err(|error| tracing::warn!(%error, "the draft cannot be read")).ok()
}
