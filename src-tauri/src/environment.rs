//! What the process finds around it: folders, variables, locale, clock, GPU.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use lapel_core::ProxySettings;
use sha2::{Digest, Sha256};

/// Why the app cannot start at all.
#[derive(Debug)]
pub(crate) struct NoHome;

impl std::fmt::Display for NoHome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this account has no home folder; set LAPEL_DATA_DIR")
    }
}

/// What is read once at the start.
pub(crate) struct Environment {
    /// The folder of all files of the app.
    pub(crate) data_dir: PathBuf,
    /// The server to offer first.
    pub(crate) offered_server: Option<String>,
    /// What the variables and the system say about proxies.
    pub(crate) proxies: ProxySettings,
    /// The system's locale.
    pub(crate) system_language: String,
    /// Where files go that the person asks for.
    pub(crate) downloads: PathBuf,
}

impl Environment {
    /// Reads LAPEL_DATA_DIR, LAPEL_API_URL and the proxies; without the former, the folder that the system has for such data.
    pub(crate) fn read() -> Result<Self, NoHome> {
        let given = std::env::var_os("LAPEL_DATA_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let data_dir = given.or_else(|| dirs::data_dir().map(|folder| folder.join("lapel"))).ok_or(NoHome)?;
        // An absolute path names the folder for the single instance, wherever the process was started.
        let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
        // Kept also where it is no valid text: the core checks it and logs why it is not offered.
        let as_text = |value: std::ffi::OsString| value.into_string().unwrap_or_else(|_| '\u{fffd}'.to_string());
        let offered_server = std::env::var_os("LAPEL_API_URL").map(as_text);
        let offered_server = offered_server.filter(|address| !address.is_empty());
        let system_language = sys_locale::get_locale().unwrap_or_default();
        // Some systems name no such folder; people look for files there all the same.
        let home = || dirs::home_dir().map(|home| home.join("Downloads"));
        let downloads = dirs::download_dir().or_else(home).unwrap_or_else(|| data_dir.join("exports"));
        Ok(Self { data_dir, offered_server, proxies: ProxySettings::from_environment(), system_language, downloads })
    }

    /// Names the running app for others of the same data folder.
    pub(crate) fn instance_name(&self) -> String {
        format!("app.lapel.desktop.i{}", self.folder_hash())
    }

    /// Names the app's entries in the keyring; two data folders never share one.
    pub(crate) fn keyring_service(&self) -> String {
        format!("Lapel {}", self.folder_hash())
    }

    fn folder_hash(&self) -> String {
        let digest = Sha256::digest(self.data_dir.as_os_str().as_encoded_bytes());
        digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Logs to stderr, filtered by LAPEL_LOG.
pub(crate) fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LAPEL_LOG").unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Milliseconds since 1970 by this computer's clock, also for one that stands before it.
pub(crate) fn now() -> i64 {
    let millis = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    SystemTime::now().duration_since(UNIX_EPOCH).map_or_else(|error| -millis(error.duration()), millis)
}

/// How WebKitGTK is to work, where nobody has said otherwise. It may stay blank on computers without a GPU, where its renderer
/// of the CPU always paints. And its garbage collector is to look at all of the page's heap each time, which takes ten
/// milliseconds beside the page: left to itself it looks at the newest objects only, and the remains of rows that were
/// scrolled by pile up to several times what is in use.
#[cfg(target_os = "linux")]
pub(crate) fn prepare_web_view() {
    let has_render_node = std::fs::read_dir("/dev/dri")
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("renderD")));
    if !has_render_node {
        set_unless_given("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    }
    set_unless_given("JSC_useGenerationalGC", "0");
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "set_var is unsafe, and sound here: no thread was started yet")]
fn set_unless_given(variable: &str, value: &str) {
    if std::env::var_os(variable).is_none() {
        unsafe { std::env::set_var(variable, value) };
    }
}

/// Only WebKitGTK needs it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare_web_view() {}

/// The program that decodes pictures: the small one beside the app, which starts at once, or the app's own binary.
pub(crate) fn picture_program() -> std::io::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let beside = own.with_file_name(format!("lapel-picture{}", std::env::consts::EXE_SUFFIX));
    Ok(if beside.is_file() { beside } else { own })
}

/// The app that runs already has ended while it was asked to come forward: starts this one anew, as the only one now.
/// Comes back where that was tried often enough.
#[cfg(unix)]
pub(crate) fn start_anew() {
    use std::os::unix::process::CommandExt;
    /// How often it was tried.
    const TRIES: &str = "LAPEL_START_TRIES";
    const MOST: u32 = 10;
    let tries = std::env::var(TRIES).ok().and_then(|tries| tries.parse().ok()).unwrap_or(0);
    let Ok(program) = std::env::current_exe() else { return };
    if tries < MOST {
        std::thread::sleep(std::time::Duration::from_millis(300));
        let error = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(TRIES, (tries + 1).to_string())
            .exec();
        tracing::warn!(%error, "not started anew");
    }
}

/// Elsewhere a mutex of the system tells who is first, and nobody has to answer.
#[cfg(not(unix))]
pub(crate) fn start_anew() {}
