//! Reads a picture from the system clipboard on Linux, because WebKitGTK does not give the page pasted pictures. The
//! web views of other systems do, so nothing is read here on them. The bytes are not decoded in this process.

use std::path::PathBuf;

use tauri::AppHandle;

/// A picture in the clipboard.
pub(crate) enum ClipboardPicture {
    /// The bytes of an image file.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the web view gives pictures to the page"))]
    Bytes(Vec<u8>),
    /// A file that was copied in a file browser.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the web view gives files to the page"))]
    File(PathBuf),
}

/// The picture in the clipboard, or a file that may be one.
#[cfg(target_os = "linux")]
pub(crate) async fn picture(app: &AppHandle) -> Option<ClipboardPicture> {
    linux::picture(app).await
}

/// Always `None`: the web view gives the page the clipboard's content.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn picture(_: &AppHandle) -> Option<ClipboardPicture> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
    use tauri::{AppHandle, Url};
    use tokio::sync::oneshot;

    use super::ClipboardPicture;

    /// Accepted image formats in order of preference.
    const IMAGE_FORMATS: [&str; 6] = ["image/png", "image/webp", "image/jpeg", "image/gif", "image/tiff", "image/bmp"];
    const FILE_LIST: &str = "text/uri-list";

    /// The clipboard's owner is another program and may not respond.
    const TIMEOUT: Duration = Duration::from_secs(5);

    pub(super) async fn picture(app: &AppHandle) -> Option<ClipboardPicture> {
        let (sender, result) = oneshot::channel();
        // GTK must be used on the main thread and runs its callbacks there.
        app.run_on_main_thread(move || request(sender))
            .inspect_err(|error| tracing::warn!(%error, "no clipboard"))
            .ok()?;
        tokio::time::timeout(TIMEOUT, result).await.ok()?.ok()?
    }

    fn request(sender: oneshot::Sender<Option<ClipboardPicture>>) {
        gtk::Clipboard::get(&SELECTION_CLIPBOARD).request_contents(
            &Atom::intern("TARGETS"),
            move |clipboard, targets| {
                let targets = targets.targets().unwrap_or_default();
                let is_offered = |name: &str| targets.iter().any(|target| target.name() == name);
                let wanted = IMAGE_FORMATS.into_iter().chain([FILE_LIST]).find(|name| is_offered(name));
                let Some(wanted) = wanted else { return drop(sender) };
                clipboard.request_contents(&Atom::intern(wanted), move |_, contents| {
                    let found = match wanted {
                        FILE_LIST => contents
                            .uris()
                            .iter()
                            .find_map(|uri| Url::parse(uri).ok()?.to_file_path().ok())
                            .map(ClipboardPicture::File),
                        _ => Some(contents.data()).filter(|bytes| !bytes.is_empty()).map(ClipboardPicture::Bytes),
                    };
                    // Fails if the receiver has timed out.
                    drop(sender.send(found));
                });
            },
        );
    }
}
