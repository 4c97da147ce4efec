//! Snapshots on their way to the page.

use lapel_core::App;
use tauri::{AppHandle, Emitter};

/// Sends every new snapshot to the page; where several come at once, the latest.
pub(crate) fn forward_snapshots(handle: &AppHandle, core: &App) {
    let (handle, mut snapshots) = (handle.clone(), core.snapshots());
    tauri::async_runtime::spawn(async move {
        while snapshots.changed().await.is_ok() {
            let snapshot = snapshots.borrow_and_update().clone();
            if let Err(error) = handle.emit_to(crate::window::LABEL, "snapshot", snapshot.as_ref()) {
                tracing::warn!(%error, "the page did not get a snapshot");
            }
        }
    });
}
