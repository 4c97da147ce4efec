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

/// The open file; none where the data folder cannot be used.
pub(crate) struct PreferencesFile(Option<Arc<Store<Wry>>>);

/// Opens the file in the data folder; one that cannot be read counts as empty.
pub(crate) fn open(handle: &AppHandle, data_dir: &Path) -> PreferencesFile {
    let opened = handle.store(data_dir.join("preferences.json"));
    PreferencesFile(opened.inspect_err(|error| tracing::warn!(%error, "there are no preferences")).ok())
}

impl PreferencesFile {
    /// The preferences, or those of a first start.
    pub(crate) fn read(&self) -> Preferences {
        self.value("preferences").unwrap_or_default()
    }

    /// Keeps the preferences.
    pub(crate) fn keep(&self, preferences: &Preferences) {
        self.write("preferences", preferences);
    }

    /// Where the window was.
    pub(crate) fn place(&self) -> Option<Place> {
        self.value("window")
    }

    /// Keeps the place of the window.
    pub(crate) fn keep_place(&self, place: Place) {
        self.write("window", &place);
    }

    fn value<T: serde::de::DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.0.as_ref().and_then(|file| file.get(key)).and_then(|value| serde_json::from_value(value).ok())
    }

    fn write(&self, key: &str, value: &impl Serialize) {
        let Some(file) = &self.0 else { return };
        match serde_json::to_value(value) {
            Ok(value) => file.set(key, value),
            Err(error) => tracing::warn!(%error, "the preferences cannot be written"),
        }
        if let Err(error) = file.save() {
            tracing::warn!(%error, "the preferences were not kept");
        }
    }
}
