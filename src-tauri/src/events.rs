//! Snapshots on their way to the page.

use lapel_core::{App, next_to_show};
use tauri::{AppHandle, Emitter};

/// Sends the snapshots to the page that are worth showing, each as soon as it is.
pub(crate) fn forward_snapshots(handle: &AppHandle, core: &App) {
    let (handle, mut snapshots) = (handle.clone(), core.snapshots());
    tauri::async_runtime::spawn(async move {
        while let Some(snapshot) = next_to_show(&mut snapshots).await {
            if let Err(error) = handle.emit_to(crate::window::LABEL, "snapshot", snapshot.as_ref()) {
                tracing::warn!(%error, "the page did not get a snapshot");
            }
        }
    });
}
