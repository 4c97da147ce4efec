//! The demo server inside the app, started when it is first needed. What it is, the shell knows: the client shares
//! nothing with it but the wire.

use std::pin::Pin;
use std::sync::Arc;

use lapel_api::Endpoint;
use tokio::sync::OnceCell;

use crate::views::{AppError, ErrorCode};

/// Starts the demo server and answers its address with `/v1`, or why it did not start.
pub type StartSandbox = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> + Send + Sync>;

/// Account key of the demo server: never an address, because its port changes with every start.
pub(crate) const SANDBOX: &str = "sandbox";

/// The demo server, running or not.
pub(crate) struct SandboxServer {
    start: StartSandbox,
    running: OnceCell<Endpoint>,
}

impl SandboxServer {
    pub(crate) fn new(start: StartSandbox) -> Self {
        Self { start, running: OnceCell::new() }
    }

    /// Its address; starts it where it is not running. A failed start is tried again the next time.
    pub(crate) async fn endpoint(&self) -> Result<Endpoint, AppError> {
        let failed = |reason: String| AppError::new(ErrorCode::SandboxFailed, reason);
        let started = self.running.get_or_try_init(|| async {
            let address = (self.start)().await.map_err(failed)?;
            Endpoint::parse(&address).map_err(|error| failed(error.to_string()))
        });
        Ok(started.await?.clone())
    }
}
