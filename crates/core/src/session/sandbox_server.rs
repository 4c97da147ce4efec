//! The demo server inside the app, started at first use. The shell provides it: the client shares nothing with it but the
//! API.

use std::pin::Pin;
use std::sync::Arc;

use crate::kernel::error::Failure;
use lapel_api::Endpoint;
use tokio::sync::OnceCell;

/// Starts the demo server and returns its address with `/v1`, or why it did not start.
pub type StartSandbox = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> + Send + Sync>;

/// The demo server, running or not.
pub(crate) struct SandboxServer {
    start: StartSandbox,
    running: OnceCell<Endpoint>,
}

impl SandboxServer {
    pub(crate) fn new(start: StartSandbox) -> Self {
        Self { start, running: OnceCell::new() }
    }

    /// Its address. Starts the server if it is not running; a failed start is tried again at the next call.
    pub(super) async fn endpoint(&self) -> Result<Endpoint, Failure> {
        let started = self.running.get_or_try_init(|| async {
            let address = (self.start)().await.map_err(Failure::SandboxFailed)?;
            Endpoint::parse(&address).map_err(|error| Failure::SandboxFailed(error.to_string()))
        });
        Ok(started.await?.clone())
    }
}
