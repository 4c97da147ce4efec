//! The file manager, the browser and the clipboard of this computer.
//!
//! Only functions of the plugin are used. It is not registered, so the page cannot open anything.

use std::error::Error;
use std::path::Path;

use lapel_core::{Desktop, DesktopError};

use crate::clipboard_text;

/// The desktop that Lapel runs on.
pub(crate) struct SystemDesktop;

impl Desktop for SystemDesktop {
    fn show_file(&self, file: &Path) -> Result<(), DesktopError> {
        let shown = tauri_plugin_opener::reveal_item_in_dir(file).map_err(boxed);
        // Not every file manager of Linux can select a file, and the file may have been moved.
        Ok(shown.or_else(|_| {
            let folder = file.parent().ok_or("the file has no folder")?;
            tauri_plugin_opener::open_path(folder, None::<&str>).map_err(boxed)
        })?)
    }

    fn open_page(&self, address: &'static str) -> Result<(), DesktopError> {
        Ok(tauri_plugin_opener::open_url(address, None::<&str>).map_err(boxed)?)
    }

    fn copy_text(&self, text: String) -> Result<(), DesktopError> {
        clipboard_text::copy_text(text)
    }
}

fn boxed(error: tauri_plugin_opener::Error) -> Box<dyn Error + Send + Sync> {
    error.into()
}
