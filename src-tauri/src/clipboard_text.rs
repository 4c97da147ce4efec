//! Puts a text into the system clipboard. The web view lets the page do that only right after a click, and collecting the
//! text takes longer.

use lapel_core::DesktopError;

/// Puts a text into the clipboard.
#[cfg(target_os = "linux")]
pub(crate) fn copy_text(text: String) -> Result<(), DesktopError> {
    let (sender, copied) = std::sync::mpsc::channel();
    // GTK must be used on the main thread.
    gtk::glib::MainContext::default().invoke(move || {
        gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD).set_text(&text);
        // Fails if nobody waits any more.
        sender.send(()).unwrap_or_default();
    });
    copied.recv().map_err(|error| DesktopError(error.into()))
}

/// Puts a text into the clipboard.
#[cfg(not(target_os = "linux"))]
pub(crate) fn copy_text(text: String) -> Result<(), DesktopError> {
    let copied = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.set_text(text));
    copied.map_err(|error| DesktopError(error.into()))
}
