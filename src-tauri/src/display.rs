//! The display and the GPU. Tauri panics if there is no display, so it is opened before.

#[cfg(target_os = "linux")]
use std::path::Path;

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

/// Whether a GPU can be used. Its render node can be there and yet not open: in a container, or without the rights for it.
#[cfg(target_os = "linux")]
pub(crate) fn has_gpu() -> bool {
    has_render_node(Path::new("/dev/dri"), opens)
}

#[cfg(target_os = "linux")]
fn has_render_node(folder: &Path, opens: impl Fn(&Path) -> bool) -> bool {
    let is_node = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("renderD");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(is_node).any(|entry| opens(&entry.path()))
}

/// Whether a device opens. Not tried with anything else: opening a named pipe would wait without end.
#[cfg(target_os = "linux")]
fn opens(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;

    let is_device = std::fs::metadata(path).is_ok_and(|node| node.file_type().is_char_device());
    is_device && std::fs::File::options().read(true).write(true).open(path).is_ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Result;

    use super::*;

    #[test]
    fn a_render_node_counts_only_if_it_opens() -> Result<()> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("renderD128"), "")?;
        std::fs::write(folder.path().join("card0"), "")?;
        assert!(has_render_node(folder.path(), |_| true));
        assert!(!has_render_node(folder.path(), |_| false));
        assert!(!has_render_node(folder.path(), |path| path.ends_with("card0")));
        std::fs::write(folder.path().join("renderD129"), "")?;
        assert!(has_render_node(folder.path(), |path| path.ends_with("renderD129")), "one of two");
        assert!(!has_render_node(&folder.path().join("missing"), |_| true));
        Ok(())
    }

    #[test]
    fn only_a_device_opens() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path().join("nothing"), &link)?;
        assert!(opens(Path::new("/dev/null")));
        for path in [folder.path(), link.as_path(), Path::new("/proc/self/status")] {
            assert!(!opens(path), "{}", path.display());
        }
        Ok(())
    }
}
