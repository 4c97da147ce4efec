//! The preferences and the window geometry on disk. A crash while the file is written can damage it, so it must
//! contain only data that may be lost.

use std::path::Path;
use std::sync::Arc;

use lapel_core::views::Preferences;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt};

use crate::measured_window::Frame;

/// Position of the window with its frame, and size without it, in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WindowGeometry {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) maximized: bool,
    /// Earlier versions did not store it.
    #[serde(default)]
    pub(crate) frame: Option<Frame>,
}

/// The open preferences file; `None` if the data folder cannot be used.
pub(crate) struct PreferencesFile(Option<Arc<Store<Wry>>>);

/// Opens the file in the data folder. An unreadable file counts as empty.
pub(crate) fn open(handle: &AppHandle, data_dir: &Path) -> PreferencesFile {
    let opened = handle.store(data_dir.join("preferences.json"));
    PreferencesFile(opened.inspect_err(|error| tracing::warn!(%error, "cannot open the preferences file")).ok())
}

impl PreferencesFile {
    /// The stored preferences, or the defaults.
    pub(crate) fn read(&self) -> Preferences {
        self.value("preferences").unwrap_or_default()
    }

    pub(crate) fn save(&self, preferences: &Preferences) {
        self.write("preferences", preferences);
    }

    pub(crate) fn window_geometry(&self) -> Option<WindowGeometry> {
        self.value("window")
    }

    pub(crate) fn save_window_geometry(&self, geometry: WindowGeometry) {
        self.write("window", &geometry);
    }

    fn value<T: serde::de::DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.0.as_ref().and_then(|file| file.get(key)).and_then(|value| serde_json::from_value(value).ok())
    }

    fn write(&self, key: &str, value: &impl Serialize) {
        let Some(file) = &self.0 else { return };
        match serde_json::to_value(value) {
            Ok(value) => file.set(key, value),
            Err(error) => tracing::warn!(%error, "cannot serialize the preferences"),
        }
        if let Err(error) = file.save() {
            tracing::warn!(%error, "cannot save the preferences file");
        }
    }
}
