//! The demo server inside the app, started at first use. The shell passes in the function that starts the server. This
//! crate does not depend on the server's code and uses it only through the API.

use std::pin::Pin;
use std::sync::Arc;

use crate::kernel::error::Failure;
use lapel_api::Endpoint;
use tokio::sync::OnceCell;

/// Starts the demo server and returns its address, which ends with `/v1`, or the reason why it did not start.
pub type StartSandbox = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> + Send + Sync>;

/// The demo server, which may not have been started yet.
pub(crate) struct SandboxServer {
    start: StartSandbox,
    running: OnceCell<Endpoint>,
}

impl SandboxServer {
    pub(crate) fn new(start: StartSandbox) -> Self {
        Self { start, running: OnceCell::new() }
    }

    /// The server's address. Starts the server if it is not running. If the start fails, the next call tries again.
    pub(super) async fn endpoint(&self) -> Result<Endpoint, Failure> {
        let endpoint = self.running.get_or_try_init(|| async {
            let address = (self.start)().await.map_err(Failure::SandboxFailed)?;
            Endpoint::parse(&address).map_err(|error| Failure::SandboxFailed(error.to_string()))
        });
        Ok(endpoint.await?.clone())
    }
}
