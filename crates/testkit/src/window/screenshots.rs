//! The folder for screenshots. The window takes them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Result, TestError};

/// The folder, from LAPEL_SCREENSHOTS. `None` if no screenshots are wanted.
pub(super) fn folder() -> Option<PathBuf> {
    std::env::var_os("LAPEL_SCREENSHOTS").map(PathBuf::from)
}

/// Writes a PNG image to `folder` and creates the folder if it is missing.
pub(super) fn save(folder: &Path, name: &str, png: &[u8]) -> Result<()> {
    fs::create_dir_all(folder).map_err(TestError::io("the folder of screenshots"))?;
    fs::write(folder.join(format!("{name}.png")), png).map_err(TestError::io("a screenshot"))
}
