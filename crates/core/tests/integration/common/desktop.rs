//! A desktop that only records what Lapel asks of it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lapel_core::{Desktop, DesktopError};

/// Opens nothing. Clones share the record.
#[derive(Clone, Default)]
pub struct TestDesktop {
    /// The files that were to be shown.
    pub shown: Arc<Mutex<Vec<PathBuf>>>,
    /// The addresses that were to be opened.
    pub opened: Arc<Mutex<Vec<String>>>,
    /// The texts that were copied.
    pub copied: Arc<Mutex<Vec<String>>>,
    /// Whether every call fails.
    pub fails: Arc<Mutex<bool>>,
}

impl TestDesktop {
    fn answer(&self) -> Result<(), DesktopError> {
        if *self.fails.lock().unwrap() { Err(DesktopError("no such program".into())) } else { Ok(()) }
    }
}

impl Desktop for TestDesktop {
    fn show_file(&self, file: &Path) -> Result<(), DesktopError> {
        self.shown.lock().unwrap().push(file.to_owned());
        self.answer()
    }

    fn open_page(&self, address: &'static str) -> Result<(), DesktopError> {
        self.opened.lock().unwrap().push(address.to_owned());
        self.answer()
    }

    fn copy_text(&self, text: String) -> Result<(), DesktopError> {
        self.copied.lock().unwrap().push(text);
        self.answer()
    }
}
