//! A window with Lapel's settings and an empty page. The startup bench compares the app with it.

use std::borrow::Cow;
use std::path::PathBuf;

use tauri::utils::assets::{AssetKey, AssetsIter, CspHash};
use tauri::webview::PageLoadEvent;
use tauri::{App, Assets, WebviewWindowBuilder, Wry};

/// Serves an empty page instead of the app's.
struct EmptyPage;

impl Assets<Wry> for EmptyPage {
    fn get(&self, _key: &AssetKey) -> Option<Cow<'_, [u8]>> {
        Some(Cow::Borrowed(b"<!doctype html><title>Empty</title>"))
    }

    fn iter(&self) -> Box<AssetsIter<'_>> {
        Box::new(std::iter::empty())
    }

    fn csp_hashes(&self, _html_path: &AssetKey) -> Box<dyn Iterator<Item = CspHash<'_>> + '_> {
        Box::new(std::iter::empty())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut context = tauri::generate_context!();
    context.set_assets(Box::new(EmptyPage));
    tauri::Builder::default().setup(|app| open(app)).run(context)?;
    Ok(())
}

fn open(app: &App) -> Result<(), Box<dyn std::error::Error>> {
    let data_dir = std::env::var_os("LAPEL_DATA_DIR").map(PathBuf::from).ok_or("LAPEL_DATA_DIR is not set")?;
    let config = app.config().app.windows.first().ok_or("tauri.conf.json names no window")?;
    WebviewWindowBuilder::from_config(app, config)?
        .data_directory(data_dir.join("webview-of-empty-window"))
        .on_page_load(|window, payload| {
            if payload.event() == PageLoadEvent::Finished && window.show().is_ok() {
                eprintln!("painted");
            }
        })
        .build()?;
    Ok(())
}
