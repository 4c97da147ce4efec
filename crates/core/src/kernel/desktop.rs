//! What Lapel asks of other programs on this computer: the file manager, the browser and the clipboard.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::error::Failure;

/// How long the other program may take to start. It goes on afterwards, but the user is told that it did not work.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Another program could not be started, or the clipboard could not be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DesktopError(#[from] pub Box<dyn Error + Send + Sync>);

/// Starts other programs, and uses the clipboard. The shell implements it, so that nothing is started in tests. A call may
/// block.
pub trait Desktop: Send + Sync {
    /// Shows a file in the file manager, selected if the system can do that.
    fn show_file(&self, file: &Path) -> Result<(), DesktopError>;
    /// Opens an address in the browser.
    fn open_page(&self, address: &'static str) -> Result<(), DesktopError>;
    /// Puts a text into the clipboard.
    fn copy_text(&self, text: String) -> Result<(), DesktopError>;
}

/// Asks another program, with a time limit. `failed` makes the failure from the reason.
pub(crate) async fn ask(
    desktop: &Arc<dyn Desktop>,
    question: impl FnOnce(&dyn Desktop) -> Result<(), DesktopError> + Send + 'static,
    failed: fn(String) -> Failure,
) -> Result<(), Failure> {
    let desktop = Arc::clone(desktop);
    let asked = tokio::task::spawn_blocking(move || question(desktop.as_ref()));
    match tokio::time::timeout(TIMEOUT, asked).await {
        Ok(Ok(answer)) => answer.map_err(|error| failed(error.to_string())),
        Ok(Err(error)) => Err(Failure::internal(error)),
        Err(_) => Err(failed("it did not answer in time".to_owned())),
    }
}
