//! Reads a picture from the system clipboard on Linux, because WebKitGTK does not give the page pasted pictures. The
//! web views of other systems do, so nothing is read here on them. The bytes are not decoded in this process.

use lapel_core::PictureLocation;
use tauri::AppHandle;

/// A picture in the clipboard.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the web view gives the clipboard to the page"))]
pub(crate) enum ClipboardPicture {
    /// The bytes of an image file.
    Bytes(Vec<u8>),
    /// A file that was copied in a file manager, or a copied address.
    Location(PictureLocation),
    /// A part of a web page.
    Html(Vec<u8>),
}

/// The content of the clipboard that may be a picture.
#[cfg(target_os = "linux")]
pub(crate) async fn picture(app: &AppHandle) -> Option<ClipboardPicture> {
    // The clipboard's owner is another program and may not respond.
    tokio::time::timeout(std::time::Duration::from_secs(5), linux::picture(app)).await.ok()?
}

/// Always `None`: the web view gives the page the clipboard's content.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn picture(_: &AppHandle) -> Option<ClipboardPicture> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
    use lapel_core::PictureLocation;
    use tauri::AppHandle;
    use tokio::sync::oneshot;

    use super::ClipboardPicture;

    /// Accepted image formats in order of preference.
    const IMAGE_FORMATS: [&str; 6] = ["image/png", "image/webp", "image/jpeg", "image/gif", "image/tiff", "image/bmp"];
    /// Formats of lists of addresses, of files and of the web.
    const ADDRESS_FORMATS: [&str; 2] = ["x-special/gnome-copied-files", "text/uri-list"];
    const HTML: &str = "text/html";

    pub(super) async fn picture(app: &AppHandle) -> Option<ClipboardPicture> {
        let offered = read(app, "TARGETS", |contents| {
            contents.targets().unwrap_or_default().iter().map(|target| target.name().to_string()).collect::<Vec<_>>()
        });
        let offered = offered.await?;
        let is_offered = |format: &&str| offered.iter().any(|name| name == format);
        for format in IMAGE_FORMATS.into_iter().filter(is_offered) {
            if let Some(bytes) = bytes(app, format).await {
                return Some(ClipboardPicture::Bytes(bytes));
            }
        }
        for format in ADDRESS_FORMATS.into_iter().filter(is_offered) {
            let list = bytes(app, format).await.unwrap_or_default();
            let location = PictureLocation::first_in(&String::from_utf8_lossy(&list), &gtk::glib::host_name());
            if let Some(location) = location {
                return Some(ClipboardPicture::Location(location));
            }
        }
        if is_offered(&HTML) { bytes(app, HTML).await.map(ClipboardPicture::Html) } else { None }
    }

    async fn bytes(app: &AppHandle, format: &'static str) -> Option<Vec<u8>> {
        read(app, format, gtk::SelectionData::data).await.filter(|bytes| !bytes.is_empty())
    }

    /// Asks the clipboard's owner for the contents in a format.
    async fn read<T: Send + 'static>(
        app: &AppHandle,
        format: &'static str,
        convert: impl FnOnce(&gtk::SelectionData) -> T + Send + 'static,
    ) -> Option<T> {
        let (sender, contents) = oneshot::channel();
        // GTK must be used on the main thread and runs its callbacks there.
        let asked = app.run_on_main_thread(move || {
            let clipboard = gtk::Clipboard::get(&SELECTION_CLIPBOARD);
            clipboard.request_contents(&Atom::intern(format), move |_, contents| {
                // Fails if the time is over.
                drop(sender.send(convert(contents)));
            });
        });
        asked.inspect_err(|error| tracing::warn!(%error, "no clipboard")).ok()?;
        contents.await.ok()
    }
}
