//! Signals that end the app: at the end of the user's session, on Ctrl+C, or when the terminal closes. The app then
//! closes its window as on a click, but without a question, because the system does not wait for an answer.

use tauri::AppHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Starts to handle the signals. Until then, they end the process at once.
pub(crate) fn handle(app: &AppHandle) {
    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    for kind in kinds.into_iter().filter(|kind| !is_ignored(*kind)) {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(signals) => end_on(signals, kind, &app).await,
                Err(error) => tracing::warn!(%error, "a signal ends the app at once"),
            }
        });
    }
}

/// The first signal closes the window. The next one ends the process at once, in case that something hangs.
async fn end_on(mut signals: Signal, kind: SignalKind, app: &AppHandle) {
    if signals.recv().await.is_some() {
        crate::window::close_without_question(app).await;
    }
    if signals.recv().await.is_some() {
        std::process::exit(128 + kind.as_raw_value());
    }
}

/// Whether the parent process made the app ignore this signal, as `nohup` does.
#[cfg(target_os = "linux")]
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}

/// Other systems do not show this without unsafe code.
#[cfg(not(target_os = "linux"))]
fn is_ignored(_kind: SignalKind) -> bool {
    false
}
