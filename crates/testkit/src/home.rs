//! A home folder for one app under test, and what was left in it.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{Outcome, Trouble};

/// Files that programs around the app write into a home: keyrings, shader caches, settings of the desktop.
const ALLOWED: &str = include_str!("home/allowed.txt");

/// HOME, the XDG folders and LAPEL_DATA_DIR of one app under test. Dropping it removes everything.
pub struct TemporaryHome {
    root: TempDir,
}

impl TemporaryHome {
    /// Makes the folders.
    ///
    /// # Errors
    /// [`Trouble::Io`] where the temporary folder cannot be written.
    pub fn new() -> Outcome<Self> {
        let what = || Trouble::io("making a temporary home");
        let root = tempfile::Builder::new().prefix("lapel-test-").tempdir().map_err(what())?;
        let home = Self { root };
        for folder in ["home", "config", "data", "cache", "state", "run", "logs"] {
            fs::create_dir(home.root.path().join(folder)).map_err(what())?;
        }
        // The desktop's programs refuse a runtime folder that others can read.
        fs::set_permissions(home.runtime(), fs::Permissions::from_mode(0o700)).map_err(what())?;
        Ok(home)
    }

    /// The folder that holds all others.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// LAPEL_DATA_DIR. Not made beforehand: that is the app's part.
    pub fn data_dir(&self) -> PathBuf {
        self.root.path().join("lapel")
    }

    /// Where the app writes what the person asks for.
    pub fn downloads(&self) -> PathBuf {
        self.root.path().join("home/Downloads")
    }

    /// XDG_RUNTIME_DIR.
    pub fn runtime(&self) -> PathBuf {
        self.root.path().join("run")
    }

    /// The folder of what the programs said.
    pub fn logs(&self) -> PathBuf {
        self.root.path().join("logs")
    }

    /// The file that takes what the program `name` says.
    pub fn log(&self, name: &str) -> PathBuf {
        self.logs().join(format!("{name}.log"))
    }

    /// The environment of every program of this home.
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

    /// Files outside of LAPEL_DATA_DIR that `home/allowed.txt` does not name, as paths within the home.
    ///
    /// # Errors
    /// [`Trouble::Io`] where the home cannot be read.
    pub fn unexpected_files(&self) -> Outcome<Vec<String>> {
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

/// Every file (also sockets and links, never followed) below `folder`. What vanishes meanwhile is left out.
///
/// # Errors
/// [`Trouble::Io`] where a folder cannot be read for another reason.
pub(crate) fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            // Not made yet, or gone meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Trouble::io(format!("reading {}", folder.display()))(error)),
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

/// A line names a file, or everything below a folder where it ends with a slash.
fn allowed(relative: &str) -> bool {
    let lines = ALLOWED.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.into_iter().any(|line| if line.ends_with('/') { relative.starts_with(line) } else { relative == line })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]
    use super::*;

    #[test]
    fn only_files_outside_the_data_folder_that_nobody_expects_are_told() {
        let home = TemporaryHome::new().unwrap();
        for file in ["lapel/lapel.db", "cache/stray/file", "data/keyrings/login.keyring", "config/dconf/user"] {
            let path = home.root().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        assert_eq!(home.unexpected_files().unwrap(), ["cache/stray/file"]);
    }
}
