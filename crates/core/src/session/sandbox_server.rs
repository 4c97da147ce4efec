//! The demo server inside the app, started at first use. The shell passes in the function that starts the server. This
//! crate does not depend on the server's code and uses it only through the API.

use std::pin::Pin;
use std::sync::Arc;

use lapel_api::Endpoint;
use tokio::sync::OnceCell;

use crate::kernel::error::Failure;

/// The running demo server.
pub struct DemoServer {
    /// Its address, which ends with `/v1`.
    pub address: String,
    /// The link in the last mail about a forgotten password to an email address; none if there is no such mail. The demo
    /// server sends no mails, so the page shows the link.
    pub last_link: LastLink,
}

/// See [`DemoServer::last_link`].
pub type LastLink = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Starts the demo server, or returns the reason why it did not start.
pub type StartSandbox = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<DemoServer, String>> + Send>> + Send + Sync>;

/// The demo server, which may not have been started yet.
pub(crate) struct SandboxServer {
    start: StartSandbox,
    running: OnceCell<(Endpoint, LastLink)>,
}

impl SandboxServer {
    pub(crate) fn new(start: StartSandbox) -> Self {
        Self { start, running: OnceCell::new() }
    }

    /// The server's address. Starts the server if it is not running. If the start fails, the next call tries again.
    pub(super) async fn endpoint(&self) -> Result<Endpoint, Failure> {
        let running = self.running.get_or_try_init(|| async {
            let server = (self.start)().await.map_err(Failure::SandboxFailed)?;
            let endpoint =
                Endpoint::parse(&server.address).map_err(|error| Failure::SandboxFailed(error.to_string()))?;
            Ok::<_, Failure>((endpoint, server.last_link))
        });
        Ok(running.await?.0.clone())
    }

    /// The link in the last mail about a forgotten password to this address; none if there is no such mail, or if the server
    /// is not running.
    pub(super) fn last_link(&self, email: &str) -> Option<String> {
        self.running.get().and_then(|(_, last_link)| last_link(email))
    }
}
