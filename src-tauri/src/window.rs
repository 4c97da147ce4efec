//! The app's only window: created hidden, shown after the first paint, restored to its last position and size.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use lapel_core::App;
use lapel_core::views::{Boot, Preferences, Theme};
use tauri::webview::PageLoadEvent;
use tauri::{
    AppHandle, DragDropEvent, Emitter, Manager, WebviewWindow, WebviewWindowBuilder, WindowEvent, window::Color,
};

use crate::dragged_addresses::DraggedAddresses;
use crate::preferences_file::PreferencesFile;
use crate::{geometry, measured_window, quitting};

/// The window's label, which src-tauri/capabilities/main.json names.
pub(crate) const LABEL: &str = "main";

/// The window is shown after this time even without a first paint.
const SHOW_TIMEOUT: Duration = Duration::from_secs(3);

/// Creates the window. `boot` is injected into the page so that the first paint needs no command.
pub(crate) fn create(app: &tauri::App, boot: &Boot, data_dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let config = app.config().app.windows.first().ok_or("tauri.conf.json names no window")?;
    let builder = WebviewWindowBuilder::from_config(app, config)?
        .initialization_script(format!("window.__LAPEL__ = {};", serde_json::to_string(boot)?))
        .theme(theme(boot.snapshot.preferences.theme))
        .on_document_title_changed(show_title)
        .on_navigation(is_own_page);
    let has_kept_page = boot.first_page.is_some();
    let builder = builder.on_page_load(move |window, payload| {
        // The kept page needs no code, so it is complete now.
        if has_kept_page && payload.event() == PageLoadEvent::Finished {
            show_painted(&window);
        }
    });
    let folder = data_dir.join("webview");
    // Without a usable folder the window still opens, and the page reports the problem.
    let usable = std::fs::create_dir_all(&folder).is_ok();
    let builder =
        if usable { builder.data_directory(folder) } else { builder.incognito(true).data_directory(no_folder()) };
    let window = builder.build()?;
    // Before the first paint, so that the page does not appear at another size for a moment.
    window.set_zoom(zoom_factor(boot.snapshot.preferences.zoom))?;
    confirm_before_closing(&window);
    report_focus(&window);
    forward_drops(&window);
    if window.theme().is_ok_and(|theme| theme == tauri::Theme::Dark) {
        window.set_background_color(Some(Color(27, 28, 30, 255)))?;
    }
    geometry::limit_size(&window)?;
    geometry::restore(&window, app.state::<PreferencesFile>().window_geometry())?;
    let this = window.clone();
    measured_window::on_text_scale(move || {
        if let Err(error) = geometry::limit_size(&this) {
            tracing::warn!(%error, "cannot change the smallest size of the window");
        }
    });
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOW_TIMEOUT).await;
        show(&window);
    });
    Ok(())
}

/// The folder of a web view that stores nothing. Without one, Tauri creates its own in the home folder, and fails if it
/// cannot. WebKitGTK creates its caches in it nevertheless, so it is a path below which nothing can be created.
fn no_folder() -> PathBuf {
    if cfg!(target_os = "linux") { PathBuf::from("/dev/null") } else { std::env::temp_dir() }
}

/// Gives the window the title of the page, which is in the language of the interface.
fn show_title(window: WebviewWindow, title: String) {
    if let Err(error) = window.set_title(&title) {
        tracing::warn!(%error, "cannot set the title of the window");
    }
}

/// Whether the page was asked to close and has not acknowledged it yet.
#[derive(Default)]
struct CloseUnacknowledged(AtomicBool);

/// Sends the user's close request to the page, which stores the drafts and may ask for confirmation before it closes
/// the window. If the page does not acknowledge the request, the next request closes the window immediately.
fn confirm_before_closing(window: &WebviewWindow) {
    window.manage(CloseUnacknowledged::default());
    let this = window.clone();
    window.on_window_event(move |event| {
        let WindowEvent::CloseRequested { api, .. } = event else { return };
        geometry::save(&this);
        let page_hangs = this.state::<CloseUnacknowledged>().0.swap(true, Ordering::Relaxed);
        if !page_hangs && this.emit_to(LABEL, "closing", ()).is_ok() {
            api.prevent_close();
        }
    });
}

/// Tells the core when the window gets the focus, so that it refreshes the data.
fn report_focus(window: &WebviewWindow) {
    let this = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::Focused(true) = event {
            let core = App::clone(&this.state::<App>());
            // The main thread has no async runtime.
            tauri::async_runtime::spawn(async move { core.come_forward() });
        }
    });
}

/// Tells the page about what is dragged over the window and hands what is dropped to the core. The web view does not give
/// dropped files to the page.
fn forward_drops(window: &WebviewWindow) {
    let this = window.clone();
    let addresses = DraggedAddresses::watch(window);
    window.on_window_event(move |event| {
        let WindowEvent::DragDrop(drag) = event else { return };
        let state = match drag {
            DragDropEvent::Enter { .. } => "over",
            DragDropEvent::Drop { paths, .. } => {
                this.state::<App>().drop_picture(addresses.dropped(paths));
                "dropped"
            }
            DragDropEvent::Leave => "left",
            _ => return,
        };
        if let Err(error) = this.emit_to(LABEL, "drag", state) {
            tracing::warn!(%error, "cannot tell the page about a dragged file");
        }
    });
}

/// Called when the page has received the close request but does not close the window yet, usually because it asks the
/// user for confirmation.
pub(crate) fn acknowledge_closing(window: &WebviewWindow) {
    window.state::<CloseUnacknowledged>().0.store(false, Ordering::Relaxed);
}

/// How long the page may take to store what is typed when the system ends the app.
#[cfg(unix)]
const ENDING_TIMEOUT: Duration = Duration::from_secs(1);

/// Closes the window because the system ends the app. The page stores the drafts first, but does not ask the user. A
/// page that hangs does not stop this.
#[cfg(unix)]
pub(crate) async fn close_without_question(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let this = window.clone();
    // On the main thread, because this task must not wait for a window that hangs.
    let asked = window.run_on_main_thread(move || {
        if let Err(error) = this.emit_to(LABEL, "ending", ()) {
            tracing::warn!(%error, "cannot tell the page that the app ends");
        }
        geometry::save(&this);
    });
    if asked.is_ok() {
        tokio::time::sleep(ENDING_TIMEOUT).await;
    }
    if app.get_webview_window(LABEL).is_some() {
        close(&window);
    }
}

/// Closes the window, and with it the app.
pub(crate) fn close(window: &WebviewWindow) {
    if let Err(error) = window.destroy() {
        tracing::error!(%error, "cannot close the window");
    }
}

/// Blocks all navigation away from the app's page, by links, dropped files or forms.
fn is_own_page(url: &tauri::Url) -> bool {
    // WebView2 and Android use a host name because they lack custom schemes.
    let (scheme, host) =
        if cfg!(any(windows, target_os = "android")) { ("http", "tauri.localhost") } else { ("tauri", "localhost") };
    let own = url.scheme() == scheme && url.host_str() == Some(host) && url.port().is_none();
    if !own {
        tracing::warn!(scheme = url.scheme(), "blocked navigation to another page");
    }
    own
}

fn theme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// Applies changed preferences: the theme of the window's frame, and the zoom of the page.
pub(crate) fn apply(app: &AppHandle, preferences: &Preferences) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let applied =
        window.set_theme(theme(preferences.theme)).and_then(|()| window.set_zoom(zoom_factor(preferences.zoom)));
    if let Err(error) = applied {
        tracing::warn!(%error, "cannot apply the preferences to the window");
    }
}

/// The factor for a zoom in percent. Limited, because the file of the preferences may contain any number.
fn zoom_factor(percent: u16) -> f64 {
    f64::from(percent.clamp(50, 300)) / 100.0
}

/// Shows the window with its first page.
pub(crate) fn show_painted(window: &WebviewWindow) {
    tracing::info!("painted");
    show(window);
}

/// Shows the window. No effect if it is already visible.
pub(crate) fn show(window: &WebviewWindow) {
    if let Err(error) = window.show() {
        tracing::error!(%error, "cannot show the window");
    }
}

/// Handles a second start of the app. Returns after the main thread has done it, so that the second process notices
/// if this one hangs.
pub(crate) fn on_second_start(app: &AppHandle) {
    /// Longer than the second process waits. Limited, because the main thread may be waiting for this one when it exits.
    const TIMEOUT: Duration = Duration::from_secs(10);
    let (done, finished) = mpsc::channel();
    let this = app.clone();
    let queued = app.run_on_main_thread(move || {
        bring_forward(&this);
        // This fails if the time has passed.
        let _ = done.send(());
    });
    if queued.is_err() || finished.recv_timeout(TIMEOUT).is_err() {
        tracing::warn!("cannot bring the window forward, because the main thread does not answer");
    }
}

/// Brings the window forward, or restarts the app if it is quitting.
fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return quitting::restart_if_quitting(app) };
    if let Err(error) = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "cannot bring the window forward");
    }
}
