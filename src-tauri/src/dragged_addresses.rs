//! The addresses that are dragged over the window. On Linux, Tauri gives them as paths, in which the host and the escapes of an
//! address are lost, so they are read from GTK.

use std::path::PathBuf;
#[cfg(target_os = "linux")]
use std::sync::{Arc, Mutex, PoisonError};

use lapel_core::PictureLocation;
use tauri::WebviewWindow;

/// What is dragged over the window at the moment.
#[cfg(target_os = "linux")]
pub(crate) struct DraggedAddresses(Arc<Mutex<String>>);

#[cfg(target_os = "linux")]
impl DraggedAddresses {
    /// Reads what is dragged over the window from now on.
    pub(crate) fn watch(window: &WebviewWindow) -> Self {
        use gtk::prelude::WidgetExt;

        let list = Arc::<Mutex<String>>::default();
        let dragged = Arc::clone(&list);
        let watching = window.with_webview(move |view| {
            view.inner().connect_drag_data_received(move |_, _, _, _, data, _, _| {
                let addresses = data.uris();
                // The data arrives in several formats, and only one of them is a list of addresses.
                if !addresses.is_empty() {
                    *dragged.lock().unwrap_or_else(PoisonError::into_inner) = addresses.join("\n");
                }
            });
        });
        if let Err(error) = watching {
            tracing::warn!(%error, "dropped pictures cannot be opened");
        }
        Self(list)
    }

    /// Where the dropped picture is.
    pub(crate) fn dropped(&self, _paths: &[PathBuf]) -> Option<PictureLocation> {
        let list = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        PictureLocation::first_in(&list, &gtk::glib::host_name())
    }
}

/// What is dragged over the window at the moment: Tauri tells its paths with the drop.
#[cfg(not(target_os = "linux"))]
pub(crate) struct DraggedAddresses;

#[cfg(not(target_os = "linux"))]
impl DraggedAddresses {
    /// Does nothing.
    pub(crate) fn watch(_: &WebviewWindow) -> Self {
        Self
    }

    /// Where the dropped picture is.
    pub(crate) fn dropped(&self, paths: &[PathBuf]) -> Option<PictureLocation> {
        paths.first().cloned().map(PictureLocation::File)
    }
}
