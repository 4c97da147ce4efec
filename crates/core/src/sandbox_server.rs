//! The demo server inside the app, started at first use. The shell provides it, so that this crate shares no code
//! with it and talks to it only over HTTP.

use std::pin::Pin;
use std::sync::Arc;

use lapel_api::Endpoint;
use tokio::sync::OnceCell;

use crate::views::{AppError, ErrorCode};

/// Starts the demo server. Returns its address with `/v1`, or the reason why it did not start.
pub type StartSandbox = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> + Send + Sync>;

/// Account key of the demo server. It is not an address, because the port changes with every start.
pub(crate) const SANDBOX: &str = "sandbox";

/// The demo server, which may not be running yet.
pub(crate) struct SandboxServer {
    start: StartSandbox,
    running: OnceCell<Endpoint>,
}

impl SandboxServer {
    pub(crate) fn new(start: StartSandbox) -> Self {
        Self { start, running: OnceCell::new() }
    }

    /// The server's address. Starts the server if it is not running; after a failure, the next call tries again.
    pub(crate) async fn endpoint(&self) -> Result<Endpoint, AppError> {
        let failed = |reason: String| AppError::new(ErrorCode::SandboxFailed, reason);
        let started = self.running.get_or_try_init(|| async {
            let address = (self.start)().await.map_err(failed)?;
            Endpoint::parse(&address).map_err(|error| failed(error.to_string()))
        });
        Ok(started.await?.clone())
    }
}
