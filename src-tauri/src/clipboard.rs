//! The picture in the system's clipboard. WebKitGTK hands none to the page; elsewhere the web view does, and nothing is read
//! here. Bytes are only passed on: decoding them is not done in this process.

use std::path::PathBuf;

use tauri::AppHandle;

/// What lies in the clipboard.
pub(crate) enum Found {
    /// The bytes of a picture.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the web view hands pictures to the page"))]
    Bytes(Vec<u8>),
    /// A file that was copied in a file browser.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the web view hands files to the page"))]
    File(PathBuf),
}

/// The picture in the clipboard, or a file that may be one.
#[cfg(target_os = "linux")]
pub(crate) async fn picture(app: &AppHandle) -> Option<Found> {
    linux::picture(app).await
}

/// The page has it already.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn picture(_: &AppHandle) -> Option<Found> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
    use tauri::{AppHandle, Url};
    use tokio::sync::oneshot;

    use super::Found;

    /// Formats that are read, the one that loses nothing first.
    const FORMATS: [&str; 6] = ["image/png", "image/webp", "image/jpeg", "image/gif", "image/tiff", "image/bmp"];
    const FILES: &str = "text/uri-list";

    /// The owner of a clipboard is another program, which may not answer.
    const PATIENCE: Duration = Duration::from_secs(5);

    pub(super) async fn picture(app: &AppHandle) -> Option<Found> {
        let (answer, found) = oneshot::channel();
        // GTK is used on its own thread only, and calls back there.
        app.run_on_main_thread(move || ask(answer)).inspect_err(|error| tracing::warn!(%error, "no clipboard")).ok()?;
        tokio::time::timeout(PATIENCE, found).await.ok()?.ok()?
    }

    fn ask(answer: oneshot::Sender<Option<Found>>) {
        gtk::Clipboard::get(&SELECTION_CLIPBOARD).request_contents(
            &Atom::intern("TARGETS"),
            move |clipboard, targets| {
                let targets = targets.targets().unwrap_or_default();
                let offered = |name: &str| targets.iter().any(|target| target.name() == name);
                let wanted = FORMATS.into_iter().chain([FILES]).find(|name| offered(name));
                let Some(wanted) = wanted else { return drop(answer) };
                clipboard.request_contents(&Atom::intern(wanted), move |_, contents| {
                    let found = match wanted {
                        FILES => contents
                            .uris()
                            .iter()
                            .find_map(|uri| Url::parse(uri).ok()?.to_file_path().ok())
                            .map(Found::File),
                        _ => Some(contents.data()).filter(|bytes| !bytes.is_empty()).map(Found::Bytes),
                    };
                    // Whoever asked may have lost patience.
                    drop(answer.send(found));
                });
            },
        );
    }
}
