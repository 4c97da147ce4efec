//! A temporary home folder for one app under test, and a check for unexpected files in it.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{Result, TestError};

/// Paths that programs other than the app write: keyrings, shader caches, desktop settings.
const ALLOWED: &str = include_str!("home/allowed.txt");

/// HOME, the XDG folders and LAPEL_DATA_DIR of one app under test. Dropping it removes everything.
pub struct TemporaryHome {
    root: TempDir,
}

impl TemporaryHome {
    /// Creates the folders.
    pub fn new() -> Result<Self> {
        let what = || TestError::io("making a temporary home");
        let root = tempfile::Builder::new().prefix("lapel-test-").tempdir().map_err(what())?;
        let home = Self { root };
        for folder in ["home", "config", "data", "cache", "state", "run", "logs"] {
            fs::create_dir(home.root.path().join(folder)).map_err(what())?;
        }
        // Desktop programs refuse a runtime folder that other users can read.
        fs::set_permissions(home.runtime(), fs::Permissions::from_mode(0o700)).map_err(what())?;
        Ok(home)
    }

    /// The folder that contains all the others.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// LAPEL_DATA_DIR. Not created here; the app creates it.
    pub fn data_dir(&self) -> PathBuf {
        self.root.path().join("lapel")
    }

    /// The download folder, to which the app exports files.
    pub fn downloads(&self) -> PathBuf {
        self.root.path().join("home/Downloads")
    }

    /// XDG_RUNTIME_DIR.
    pub fn runtime(&self) -> PathBuf {
        self.root.path().join("run")
    }

    /// The folder of the programs' log files.
    pub fn logs(&self) -> PathBuf {
        self.root.path().join("logs")
    }

    /// The log file of the program `name`.
    pub fn log(&self, name: &str) -> PathBuf {
        self.logs().join(format!("{name}.log"))
    }

    /// Environment variables for every program that runs in this home.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        let folder = |name: &str| self.root.path().join(name);
        vec![
            ("HOME", folder("home")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_CACHE_HOME", folder("cache")),
            ("XDG_STATE_HOME", folder("state")),
            ("XDG_RUNTIME_DIR", folder("run")),
            ("LAPEL_DATA_DIR", self.data_dir()),
        ]
    }

    /// Files that `home/allowed.txt` does not list, except those in LAPEL_DATA_DIR and in the log folder. The paths are
    /// relative to [`TemporaryHome::root`].
    pub fn unexpected_files(&self) -> Result<Vec<String>> {
        let mut unexpected = Vec::new();
        for path in files_below(self.root.path())? {
            let Ok(relative) = path.strip_prefix(self.root.path()) else { continue };
            let relative = relative.to_string_lossy().into_owned();
            if !relative.starts_with("lapel/") && !relative.starts_with("logs/") && !allowed(&relative) {
                unexpected.push(relative);
            }
        }
        unexpected.sort();
        Ok(unexpected)
    }
}

/// All files below `folder`, including sockets and symbolic links (not followed). Files that disappear during the
/// walk are skipped, and a missing folder counts as empty.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            // Not created yet, or already removed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(TestError::io(format!("reading {}", folder.display()))(error)),
        };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) => files.push(entry.path()),
                Err(_) => {}
            }
        }
    }
    Ok(files)
}

/// Whether `allowed.txt` lists the path. A line that ends with a slash covers everything below that folder.
fn allowed(relative: &str) -> bool {
    let lines = ALLOWED.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.into_iter().any(|line| if line.ends_with('/') { relative.starts_with(line) } else { relative == line })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]
    use super::*;

    #[test]
    fn unexpected_files_lists_only_unlisted_files_outside_the_data_folder() {
        let home = TemporaryHome::new().unwrap();
        for file in ["lapel/lapel.db", "cache/stray/file", "data/keyrings/login.keyring", "config/dconf/user"] {
            let path = home.root().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        assert_eq!(home.unexpected_files().unwrap(), ["cache/stray/file"]);
    }
}
