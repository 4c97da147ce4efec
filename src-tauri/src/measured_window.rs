//! What the system knows about the window: its place, its size, and how large the system shows texts.

use serde::{Deserialize, Serialize};
use tauri::WebviewWindow;

/// By how much the frame makes the window larger, in physical pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Place and size of the window, in physical pixels.
pub(crate) struct Measured {
    /// With the frame.
    pub(crate) position: (i32, i32),
    /// Without the frame.
    pub(crate) size: (u32, u32),
    /// `None` if it is not known.
    pub(crate) frame: Option<Frame>,
    /// Whether the window has its own size, and not one that the system gave it for a while, such as half of the screen.
    pub(crate) has_own_size: bool,
}

/// Measures the window. Asks GTK, because Tauri's size contains the frame and the shadow that GTK itself draws, in
/// particular on Wayland.
#[cfg(target_os = "linux")]
pub(crate) fn measure(window: &WebviewWindow) -> tauri::Result<Measured> {
    use gtk::gdk::WindowState;
    use gtk::prelude::{GtkWindowExt, StyleContextExt, WidgetExt};

    let window = window.gtk_window()?;
    let scale = window.scale_factor();
    let length = |pixels: i32| u32::try_from(pixels.max(1) * scale).unwrap_or(1);
    let ((x, y), (width, height)) = (window.position(), window.size());
    let size = (length(width), length(height));
    let native = window.window();
    // GTK draws its own frame with a shadow, so the difference is not what is seen.
    let draws_frame = window.style_context().has_class("csd");
    let frame = native.as_ref().filter(|_| !draws_frame).map(|native| {
        let outer = native.frame_extents();
        Frame {
            width: length(outer.width()).saturating_sub(size.0),
            height: length(outer.height()).saturating_sub(size.1),
        }
    });
    let given_by_system = WindowState::MAXIMIZED
        | WindowState::FULLSCREEN
        | WindowState::ICONIFIED
        | WindowState::TILED
        | WindowState::TOP_TILED
        | WindowState::RIGHT_TILED
        | WindowState::BOTTOM_TILED
        | WindowState::LEFT_TILED;
    let has_own_size = native.is_some_and(|native| !native.state().intersects(given_by_system));
    Ok(Measured { position: (x * scale, y * scale), size, frame, has_own_size })
}

/// Measures the window.
#[cfg(not(target_os = "linux"))]
pub(crate) fn measure(window: &WebviewWindow) -> tauri::Result<Measured> {
    let (position, inner, outer) = (window.outer_position()?, window.inner_size()?, window.outer_size()?);
    let frame =
        Frame { width: outer.width.saturating_sub(inner.width), height: outer.height.saturating_sub(inner.height) };
    let has_own_size = !window.is_minimized()? && !window.is_fullscreen()?;
    Ok(Measured { position: position.into(), size: inner.into(), frame: Some(frame), has_own_size })
}

/// How much larger than usual the system shows texts. WebKitGTK scales the whole page by it.
#[cfg(target_os = "linux")]
pub(crate) fn text_scale() -> f64 {
    use gtk::prelude::GtkSettingsExt;

    /// The setting is in 1/1024 of a dot per inch.
    const USUAL: f64 = 96.0 * 1024.0;
    let dots = gtk::Settings::default().map_or(-1, |settings| settings.gtk_xft_dpi());
    if dots > 0 { f64::from(dots) / USUAL } else { 1.0 }
}

/// Other systems scale the window as a whole.
#[cfg(not(target_os = "linux"))]
pub(crate) fn text_scale() -> f64 {
    1.0
}

/// Calls `changed` on the main thread when the scale of texts changes.
#[cfg(target_os = "linux")]
pub(crate) fn on_text_scale(changed: impl Fn() + 'static) {
    use gtk::prelude::GtkSettingsExt;

    if let Some(settings) = gtk::Settings::default() {
        settings.connect_gtk_xft_dpi_notify(move |_| changed());
    }
}

/// Never happens on other systems.
#[cfg(not(target_os = "linux"))]
pub(crate) fn on_text_scale(_changed: impl Fn() + 'static) {}
