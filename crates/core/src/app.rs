//! [`App`]: the handle that the shell uses. `App::open` reads only the disk, so that the first paint is fast;
//! `App::start` runs after the first paint. The shell observes the state through snapshots.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use lapel_api::{Http, HttpOptions, PictureFetcher, ProxySettings, Timeouts};
use lapel_store::{Account, Store, StoreError};
use tokio::sync::watch;

use crate::account_cache::ReadSequence;
use crate::connections::Connections;
use crate::offered_server::offered_server;
use crate::picture_editor::PictureEditor;
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

/// Returns this computer's time in milliseconds since 1970. It may be wrong by years and may go backwards.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Address of the public Applivery service.
const APPLIVERY_API: &str = "https://api.applivery.io/v1";

/// Name of the profile page's form in the store.
pub(crate) const PROFILE_FORM: &str = "profile";

/// Everything that [`App::open`] needs.
pub struct Config {
    /// The folder for all files of the app.
    pub data_dir: PathBuf,
    /// The server to list first on the sign-in page, as an address with `/v1`.
    pub offered_server: Option<String>,
    /// The preferences stored on this computer.
    pub preferences: Preferences,
    /// The system's locale.
    pub system_language: String,
    /// The folder for files that the user exports.
    pub downloads: PathBuf,
    /// Stores the tokens.
    pub vault: Box<dyn Vault>,
    /// Starts the demo server.
    pub start_sandbox: StartSandbox,
    /// The program that decodes pictures.
    pub picture_process: PictureProcess,
    /// The clock.
    pub clock: Clock,
    /// Timeouts of network requests.
    pub timeouts: Timeouts,
    /// The proxy settings of this computer.
    pub proxies: ProxySettings,
    /// Detects network changes.
    pub network_probe: NetworkProbe,
    /// The waits between retries.
    pub backoff: Backoff,
}

/// The app. Clones share the same state.
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
    pub(crate) picture_editor: PictureEditor,
    /// Held while a sync or a change of the user's own role runs: only one of them may run at a time.
    pub(crate) sync_lock: tokio::sync::Mutex<()>,
    /// Cancels the sign-in that is waiting for its server.
    pub(crate) sign_in_cancelled: tokio::sync::Notify,
    /// The running sync and upload, so that they can be aborted at sign-out or on request.
    pub(crate) session_tasks: Mutex<crate::sync::SessionTasks>,
    /// Schedules the next automatic sync.
    pub(crate) retry_scheduler: Mutex<crate::sync::RetryScheduler>,
    /// Failures counted across syncs.
    pub(crate) counters: Mutex<crate::sync::FailureCounters>,
    pub(crate) network_probe: NetworkProbe,
    pub(crate) backoff: Backoff,
    /// Held while team rows are written to the store and to the state, so that the two always match.
    pub(crate) team_writes: Arc<tokio::sync::Mutex<()>>,
    /// The running refresh of a team, if any.
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

/// The HTTP clients. Created at first use, because reading the system's certificates would delay the first paint.
pub(crate) struct Network {
    pub(crate) http: Http,
    pub(crate) fetcher: PictureFetcher,
}

impl App {
    /// Opens the app from the data on the disk, without using the network or the keyring.
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
                picture_editor: PictureEditor::default(),
                sync_lock: tokio::sync::Mutex::new(()),
                sign_in_cancelled: tokio::sync::Notify::new(),
                session_tasks: Mutex::default(),
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

    /// The data that the shell injects into the page before its scripts run.
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

    /// The current snapshot.
    pub fn snapshot(&self) -> Snapshot {
        self.inner.snapshots.borrow().as_ref().clone()
    }

    /// The current and all later snapshots. A slow reader sees only the latest.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.inner.snapshots.subscribe()
    }

    /// The preferences of this computer.
    pub fn preferences(&self) -> Preferences {
        self.inner.state().preferences.clone()
    }

    /// Applies changed preferences. The shell stores them.
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

    /// Changes the state and publishes a new snapshot.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        state.revision += 1;
        // Send while the state is locked, so that revisions arrive in order.
        self.snapshots.send_replace(Arc::new(snapshot_view(&state, &self.pictures)));
        result
    }

    /// Runs `work` with the store on a thread that may block.
    pub(crate) async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AppError> {
        let store = Arc::clone(&self.store);
        let outcome = tokio::task::spawn_blocking(move || run_and_note_damage(&store, work)).await;
        let result = outcome.map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))?;
        Ok(result.inspect_err(|error| tracing::error!(%error, "the store failed"))?)
    }

    /// Runs `work`, which stores user input. If it fails, the snapshot's storage state says so until a write
    /// succeeds.
    pub(crate) async fn write_user_input<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AppError> {
        let outcome = self.with_store(move |store| {
            Ok(run_and_note_damage(store, work).map_err(|error| (storage_state_after(&error), error)))
        });
        let outcome = outcome.await?;
        let storage = match &outcome {
            Ok(_) => self.state().storage_at_start,
            Err((storage, _)) => *storage,
        };
        if self.state().storage != storage {
            self.update(|state| state.storage = storage);
        }
        outcome.map_err(|(_, error)| {
            tracing::error!(%error, "user input could not be stored");
            error.into()
        })
    }

    /// Reads the list of accounts again, after one was added or removed.
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

    /// The servers to offer on the sign-in page, without duplicates, the preferred one first.
    pub(crate) fn servers(&self) -> Vec<ServerOffer> {
        let offered = self.offered_server.iter().map(|key| server_offer(key));
        let known = [SANDBOX, APPLIVERY_API].map(server_offer);
        let mut servers: Vec<ServerOffer> = offered.chain(known).collect();
        let mut seen = std::collections::HashSet::new();
        servers.retain(|server| seen.insert(server.key.clone()));
        servers
    }
}

/// The view of a server key.
pub(crate) fn server_offer(key: &str) -> ServerOffer {
    let kind = match key {
        SANDBOX => ServerKind::Sandbox,
        APPLIVERY_API => ServerKind::Applivery,
        _ => ServerKind::Other,
    };
    ServerOffer { key: key.to_owned(), kind }
}

fn storage_state_after(error: &StoreError) -> StorageState {
    match error {
        StoreError::Full => StorageState::Full,
        StoreError::ReadOnly => StorageState::ReadOnly,
        _ => StorageState::Failed,
    }
}

/// Runs `work`. If it finds the database damaged, an integrity check is requested for the next start.
fn run_and_note_damage<T>(store: &Store, work: impl FnOnce(&Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let result = work(store);
    if matches!(result, Err(StoreError::Damaged)) {
        store
            .mark_for_integrity_check()
            .unwrap_or_else(|error| tracing::error!(%error, "the integrity check could not be requested"));
    }
    result
}

fn set_other_accounts(state: &mut State, mut accounts: Vec<Account>) {
    accounts.retain(|account| state.account.as_ref().is_none_or(|active| active.id != account.id));
    state.other_accounts = accounts;
}

/// Loads the list of accounts and the data of the active one into `state`.
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

/// The values of a stored draft. A draft that cannot be parsed is logged and ignored.
pub(crate) fn read_draft(document: &str) -> Option<DraftValues> {
    serde_json::from_str(document).inspect_err(|error| tracing::warn!(%error, "the draft cannot be read")).ok()
}
