//! The one window: created hidden, shown when it has painted, put back where it was.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lapel_core::App;
use lapel_core::views::{Boot, Theme};
use tauri::{
    AppHandle, DragDropEvent, Emitter, Manager, PhysicalPosition, PhysicalSize, WebviewWindow, WebviewWindowBuilder,
    WindowEvent, window::Color,
};

use crate::preferences_file::{Place, PreferencesFile};
use crate::quitting;

/// Its label, which the capability names.
pub(crate) const LABEL: &str = "main";

/// The window is shown by then, painted or not.
const PATIENCE: Duration = Duration::from_secs(3);

/// Creates the window with everything that the first paint needs.
pub(crate) fn create(app: &tauri::App, boot: &Boot, data_dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let config = app.config().app.windows.first().ok_or("tauri.conf.json names no window")?;
    let builder = WebviewWindowBuilder::from_config(app, config)?
        .initialization_script(format!("window.__LAPEL__ = {};", serde_json::to_string(boot)?))
        .theme(theme(boot.snapshot.preferences.theme))
        .on_navigation(is_own_page);
    let folder = data_dir.join("webview");
    // A folder that cannot be used is said on the page, which needs none to open.
    let usable = std::fs::create_dir_all(&folder).is_ok();
    let window = if usable { builder.data_directory(folder) } else { builder.incognito(true) }.build()?;
    ask_before_closing(&window);
    tell_when_it_comes_forward(&window);
    take_dropped_files(&window);
    if window.theme().is_ok_and(|theme| theme == tauri::Theme::Dark) {
        window.set_background_color(Some(Color(27, 28, 30, 255)))?;
    }
    put_back(&window, app.state::<PreferencesFile>().place())?;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        show(&window);
    });
    Ok(())
}

/// Whether the page was asked to close and has not answered yet.
#[derive(Default)]
struct Asked(AtomicBool);

/// A person's wish to close goes to the page first, which keeps what is typed and may ask. Where it does not answer, a
/// second wish closes in any case.
fn ask_before_closing(window: &WebviewWindow) {
    window.manage(Asked::default());
    let this = window.clone();
    window.on_window_event(move |event| {
        let WindowEvent::CloseRequested { api, .. } = event else { return };
        remember_place(&this);
        let silent = this.state::<Asked>().0.swap(true, Ordering::Relaxed);
        if !silent && this.emit_to(LABEL, "closing", ()).is_ok() {
            api.prevent_close();
        }
    });
}

/// Somebody who comes back to the window wants to see what is, not what was.
fn tell_when_it_comes_forward(window: &WebviewWindow) {
    let this = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::Focused(true) = event {
            let core = App::clone(&this.state::<App>());
            // Not on the main thread, which has no runtime.
            tauri::async_runtime::spawn(async move { core.come_forward() });
        }
    });
}

/// A file dragged over the window is announced to the page, and the first of those dropped is there for the page to open.
/// The page itself gets no files from this web view.
fn take_dropped_files(window: &WebviewWindow) {
    let this = window.clone();
    window.on_window_event(move |event| {
        let WindowEvent::DragDrop(drag) = event else { return };
        let state = match drag {
            DragDropEvent::Enter { .. } => "over",
            DragDropEvent::Drop { paths, .. } => match paths.first() {
                Some(path) => {
                    this.state::<App>().drop_file(path.clone());
                    "dropped"
                }
                None => "left",
            },
            DragDropEvent::Leave => "left",
            _ => return,
        };
        if let Err(error) = this.emit_to(LABEL, "drag", state) {
            tracing::warn!(%error, "the page does not know of a dragged file");
        }
    });
}

/// The page has heard the wish and asks its person first.
pub(crate) fn heard_closing(window: &WebviewWindow) {
    window.state::<Asked>().0.store(false, Ordering::Relaxed);
}

/// Closes the window, and with it the app.
pub(crate) fn close(window: &WebviewWindow) {
    if let Err(error) = window.destroy() {
        tracing::error!(%error, "the window cannot be closed");
    }
}

/// The page never goes anywhere else: not by a link, not by a dropped file, not by a form.
fn is_own_page(url: &tauri::Url) -> bool {
    // WebView2 and Android have no schemes of their own and use a host instead.
    let (scheme, host) =
        if cfg!(any(windows, target_os = "android")) { ("http", "tauri.localhost") } else { ("tauri", "localhost") };
    let own = url.scheme() == scheme && url.host_str() == Some(host) && url.port().is_none();
    if !own {
        tracing::warn!(scheme = url.scheme(), "the page tried to leave");
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

/// Lets the system's frame follow the theme.
pub(crate) fn set_theme(app: &AppHandle, chosen: Theme) {
    if let Some(Err(error)) = app.get_webview_window(LABEL).map(|window| window.set_theme(theme(chosen))) {
        tracing::warn!(%error, "the window's frame keeps its theme");
    }
}

/// Shows the window; shown already, it stays where it is.
pub(crate) fn show(window: &WebviewWindow) {
    if let Err(error) = window.show() {
        tracing::error!(%error, "the window cannot be shown");
    }
}

/// A second start brings the first window forward; where that is gone already, the app starts again after its end.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return quitting::start_again(app) };
    if let Err(error) = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window stays behind");
    }
}

/// Puts the window where it was, where a screen still is.
fn put_back(window: &WebviewWindow, place: Option<Place>) -> tauri::Result<()> {
    let Some(place) = place else { return Ok(()) };
    let visible = window.available_monitors()?.iter().any(|monitor| {
        let (origin, size) = (monitor.position(), monitor.size());
        shares(place.x, place.width, origin.x, size.width) && shares(place.y, place.height, origin.y, size.height)
    });
    if visible {
        window.set_size(PhysicalSize::new(place.width, place.height))?;
        window.set_position(PhysicalPosition::new(place.x, place.y))?;
    }
    if place.maximized { window.maximize() } else { Ok(()) }
}

/// Whether two stretches share at least what is needed to take a window by its edge.
fn shares(start: i32, length: u32, other: i32, other_length: u32) -> bool {
    const GRIP: i64 = 48;
    let end = |start: i32, length: u32| i64::from(start) + i64::from(length);
    end(start, length).min(end(other, other_length)) - i64::from(start.max(other)) >= GRIP
}

/// The size of a first start, in pixels of the screen.
fn first_size(window: &WebviewWindow) -> PhysicalSize<u32> {
    let size = window.config().app.windows.first().map_or((1080.0, 760.0), |config| (config.width, config.height));
    tauri::LogicalSize::new(size.0, size.1).to_physical(window.scale_factor().unwrap_or(1.0))
}

/// Remembers where the window is. Only while it is there: at the exit of the app it is gone already.
fn remember_place(window: &WebviewWindow) {
    if let (Ok(position), Ok(size), Ok(maximized)) =
        (window.outer_position(), window.inner_size(), window.is_maximized())
    {
        let Some(preferences) = window.try_state::<PreferencesFile>() else { return };
        let former = preferences.place();
        // A maximized window comes back to the size it had before.
        let (position, size) = match former {
            Some(former) if maximized => {
                (PhysicalPosition::new(former.x, former.y), PhysicalSize::new(former.width, former.height))
            }
            None if maximized => (position, first_size(window)),
            _ => (position, size),
        };
        preferences.keep_place(Place {
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
            maximized,
        });
    }
}
