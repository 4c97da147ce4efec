//! The connection to the display. Tauri panics if there is none, so it is opened before.

/// Opens the display. Fails with a sentence for the user.
#[cfg(target_os = "linux")]
pub(crate) fn open() -> Result<(), &'static str> {
    let is_set = |variable: &&str| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
    let any_is_set = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(is_set);
    gtk::init().map_err(|_| match any_is_set {
        true => "the display that DISPLAY or WAYLAND_DISPLAY names does not answer.",
        false => "there is no display. Start Lapel on a desktop, or set DISPLAY or WAYLAND_DISPLAY.",
    })
}

/// Other systems always have a display.
#[cfg(not(target_os = "linux"))]
pub(crate) fn open() -> Result<(), &'static str> {
    Ok(())
}
