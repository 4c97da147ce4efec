//! Preferences of this computer.

use lapel_core::App;
use lapel_core::views::{AppError, Preferences, Revision};
use tauri::{AppHandle, State};

use crate::preferences_file::PreferencesFile;

#[tauri::command]
pub(crate) async fn set_preferences(
    app: AppHandle,
    core: State<'_, App>,
    file: State<'_, PreferencesFile>,
    preferences: Preferences,
) -> Result<Revision, AppError> {
    let revision = core.set_preferences(preferences);
    file.save(&core.preferences());
    crate::window::apply(&app, &core.preferences());
    Ok(revision)
}
