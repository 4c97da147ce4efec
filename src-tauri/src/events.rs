//! Forwards snapshots to the page.

use lapel_core::{App, next_coalesced};
use tauri::{AppHandle, Emitter};

/// Emits a `snapshot` event to the page for each snapshot that the core selects for display.
pub(crate) fn forward_snapshots(handle: &AppHandle, core: &App) {
    let (handle, mut snapshots) = (handle.clone(), core.snapshots());
    tauri::async_runtime::spawn(async move {
        while let Some(snapshot) = next_coalesced(&mut snapshots).await {
            if let Err(error) = handle.emit_to(crate::window::LABEL, "snapshot", snapshot.as_ref()) {
                tracing::warn!(%error, "cannot send a snapshot to the page");
            }
        }
    });
}
