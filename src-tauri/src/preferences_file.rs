//! The preferences on disk, and the place of the window. Nothing that matters: the file is written without care for
//! crashes.

use std::path::Path;
use std::sync::Arc;

use lapel_core::views::Preferences;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt};

/// Where the window was, in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) maximized: bool,
}

/// The open file.
pub(crate) struct PreferencesFile(Arc<Store<Wry>>);

/// Opens the file in the data folder; one that cannot be read counts as empty.
pub(crate) fn open(handle: &AppHandle, data_dir: &Path) -> Result<PreferencesFile, tauri_plugin_store::Error> {
    Ok(PreferencesFile(handle.store(data_dir.join("preferences.json"))?))
}

impl PreferencesFile {
    /// The preferences, or those of a first start.
    pub(crate) fn read(&self) -> Preferences {
        self.0.get("preferences").and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
    }

    /// Keeps the preferences.
    pub(crate) fn keep(&self, preferences: &Preferences) {
        self.write("preferences", preferences);
    }

    /// Where the window was.
    pub(crate) fn place(&self) -> Option<Place> {
        self.0.get("window").and_then(|value| serde_json::from_value(value).ok())
    }

    /// Keeps the place of the window.
    pub(crate) fn keep_place(&self, place: Place) {
        self.write("window", &place);
    }

    fn write(&self, key: &str, value: &impl Serialize) {
        match serde_json::to_value(value) {
            Ok(value) => self.0.set(key, value),
            Err(error) => tracing::warn!(%error, "the preferences cannot be written"),
        }
        if let Err(error) = self.0.save() {
            tracing::warn!(%error, "the preferences were not kept");
        }
    }
}
