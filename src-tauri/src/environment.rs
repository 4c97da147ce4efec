//! The process environment: folders, variables, locale, clock, GPU.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use lapel_core::{OsKeyring, ProxySettings, RenamedVault, Vault};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use crate::data_folder::FolderNames;

/// Neither LAPEL_DATA_DIR nor a home folder is available.
#[derive(Debug)]
pub(crate) struct NoHome;

impl std::fmt::Display for NoHome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this account has no home folder; set LAPEL_DATA_DIR")
    }
}

/// The settings that are read once at the start.
pub(crate) struct Environment {
    /// The folder for all files of the app.
    pub(crate) data_dir: PathBuf,
    /// The server from LAPEL_API_URL.
    pub(crate) offered_server: Option<String>,
    /// Proxy settings from environment variables and the system.
    pub(crate) proxies: ProxySettings,
    /// The system's locale.
    pub(crate) system_language: String,
    /// The folder for exported files.
    pub(crate) downloads: PathBuf,
}

impl Environment {
    /// Reads the environment variables and the settings of the system. Fails only if there is no place for the data
    /// folder.
    pub(crate) fn read() -> Result<Self, NoHome> {
        let given = std::env::var_os("LAPEL_DATA_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let data_dir = given.or_else(|| dirs::data_dir().map(|folder| folder.join("lapel"))).ok_or(NoHome)?;
        // Absolute, because the names that are derived from it must not depend on the working directory.
        let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
        // A value that is not valid Unicode becomes U+FFFD, which the core rejects with a log message.
        let as_text = |value: std::ffi::OsString| value.into_string().unwrap_or_else(|_| '\u{fffd}'.to_string());
        let offered_server = std::env::var_os("LAPEL_API_URL").map(as_text);
        let offered_server = offered_server.filter(|address| !address.is_empty());
        let system_language = sys_locale::get_locale().unwrap_or_default();
        // Not every system defines a download folder.
        let home = || dirs::home_dir().map(|home| home.join("Downloads"));
        let downloads = dirs::download_dir().or_else(home).unwrap_or_else(|| data_dir.join("exports"));
        Ok(Self { data_dir, offered_server, proxies: ProxySettings::from_environment(), system_language, downloads })
    }

    /// The names that are derived from the data folder.
    pub(crate) fn folder_names(&self) -> FolderNames {
        FolderNames::of(&self.data_dir)
    }
}

/// The app's entries in the system's keyring.
pub(crate) fn keyring(names: &FolderNames) -> Box<dyn Vault> {
    let present = Box::new(OsKeyring::new(names.keyring_service()));
    match names.former_keyring_service() {
        Some(former) => Box::new(RenamedVault::new(present, Box::new(OsKeyring::new(former)))),
        None => present,
    }
}

/// Logs to stderr, filtered by LAPEL_LOG.
pub(crate) fn start_log() {
    let given = std::env::var("LAPEL_LOG").ok().and_then(|text| text.parse().ok());
    let filter: Targets = given.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
}

/// Milliseconds since the Unix epoch by this computer's clock; negative if the clock is set to before 1970.
pub(crate) fn now() -> i64 {
    let millis = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    SystemTime::now().duration_since(UNIX_EPOCH).map_or_else(|error| -millis(error.duration()), millis)
}

/// Sets defaults for WebKitGTK, unless the environment already does. Must run before any thread is started.
///
/// Without a GPU the DMA-BUF renderer may leave the window blank, so it is disabled. Generational garbage collection
/// is disabled because it lets discarded list rows accumulate to several times the memory in use; a full collection
/// takes about 10 ms and runs in parallel with the page.
#[cfg(target_os = "linux")]
pub(crate) fn prepare_web_view() {
    if !crate::display::has_gpu() {
        set_unless_given("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    }
    set_unless_given("JSC_useGenerationalGC", "0");
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "set_var is sound here: no other thread exists yet")]
fn set_unless_given(variable: &str, value: &str) {
    if std::env::var_os(variable).is_none() {
        unsafe { std::env::set_var(variable, value) };
    }
}

/// Only WebKitGTK needs settings.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare_web_view() {}

/// The program that decodes pictures: `lapel-picture` in the folder of the app.
pub(crate) fn picture_program() -> std::io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(format!("lapel-picture{}", std::env::consts::EXE_SUFFIX)))
}

/// Restarts this process after a single-instance conflict: the running app exited while this one tried to contact it.
/// Returns only if the restart fails or the limit of attempts is reached.
#[cfg(unix)]
pub(crate) fn restart() {
    use std::os::unix::process::CommandExt;
    /// Counts the restarts across processes.
    const TRIES: &str = "LAPEL_START_TRIES";
    const MAX_TRIES: u32 = 10;
    let tries = std::env::var(TRIES).ok().and_then(|tries| tries.parse().ok()).unwrap_or(0);
    let Ok(program) = std::env::current_exe() else { return };
    if tries < MAX_TRIES {
        std::thread::sleep(std::time::Duration::from_millis(300));
        let error = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(TRIES, (tries + 1).to_string())
            .exec();
        tracing::warn!(%error, "restart failed");
    }
}

/// Not needed: on Windows, the single-instance check uses a mutex and does not fail in this way.
#[cfg(not(unix))]
pub(crate) fn restart() {}
