//! Starts, stops and controls the server. The control functions bypass HTTP; they return an [`AdminError`] if the
//! database fails.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::{App, Write};
use crate::config::{Config, Quirks};
use crate::database::{self, OpenError, SeedError, SharedConnection};
use crate::links::Kind;
use crate::mail::Mail;
use crate::passwords::Passwords;
use crate::routes;
use crate::sessions;

/// How long `stop` waits for running requests.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is in use or not permitted.
    #[error("cannot listen on port {port}: {source}")]
    Listen {
        /// The requested port.
        port: u16,
        /// The error of the system.
        source: std::io::Error,
    },
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The demo could not be written.
    #[error("cannot write the demo people: {0}")]
    Seed(String),
    /// Hashing a password failed, or a task panicked.
    #[error("the sandbox failed to start: {0}")]
    Internal(String),
}

/// The database failed in a control function.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's database failed")]
pub struct AdminError;

/// A running server on 127.0.0.1. Dropping it stops the server without waiting for running requests.
#[derive(Debug)]
pub struct Sandbox {
    handle: Handle,
    shutdown: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

/// Controls a running sandbox. Does not keep it running.
#[derive(Clone)]
pub struct Handle {
    app: Arc<App>,
    address: SocketAddr,
}

impl Sandbox {
    /// Opens the database and serves requests until the sandbox is stopped or dropped.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let listening = |source| StartError::Listen { port: config.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let task = tokio::task::spawn_blocking(move || prepare(&config));
        let app = Arc::new(task.await.map_err(|error| StartError::Internal(error.to_string()))??);
        let (shutdown, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(listener, routes::router(Arc::clone(&app))).with_graceful_shutdown(async {
            // Returns when `stop` sends, or when the sender is dropped.
            let _ = stopped.await;
        });
        let server = tokio::spawn(serve.into_future());
        Ok(Self { handle: Handle { app, address }, shutdown, server })
    }

    /// The address on which the server listens.
    pub fn address(&self) -> SocketAddr {
        self.handle.address
    }

    /// The base URL for clients: `http://127.0.0.1:N/v1`.
    pub fn base_url(&self) -> String {
        self.handle.base_url()
    }

    /// A handle for other tasks.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// See [`Handle::end_all_sessions`].
    pub async fn end_all_sessions(&self) -> Result<(), AdminError> {
        self.handle.end_all_sessions().await
    }

    /// See [`Handle::expire_access_tokens`].
    pub async fn expire_access_tokens(&self) -> Result<(), AdminError> {
        self.handle.expire_access_tokens().await
    }

    /// See [`Handle::set_quirks`].
    pub fn set_quirks(&self, quirks: Quirks) {
        self.handle.set_quirks(quirks);
    }

    /// See [`Handle::requests`].
    pub fn requests(&self) -> Vec<(String, String)> {
        self.handle.requests()
    }

    /// See [`Handle::take_writes`].
    pub fn take_writes(&self) -> Vec<Write> {
        self.handle.take_writes()
    }

    /// See [`Handle::take_mails`].
    pub fn take_mails(&self) -> Vec<Mail> {
        self.handle.take_mails()
    }

    /// Refuses new connections, waits at most five seconds for running requests, and closes the database.
    pub async fn stop(mut self) {
        // Fails only if the server has already stopped.
        let _ = self.shutdown.send(());
        match tokio::time::timeout(SHUTDOWN_TIMEOUT, &mut self.server).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "the sandbox ended with an error"),
            Ok(Err(error)) => tracing::warn!(%error, "the sandbox ended with an error"),
            Err(_) => self.server.abort(),
        }
        let database = self.handle.app.database.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || database.close()).await {
            tracing::warn!(%error, "closing the database failed");
        }
    }
}

impl Handle {
    /// The base URL for clients: `http://127.0.0.1:N/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Ends all sessions: all access and refresh tokens become invalid.
    pub async fn end_all_sessions(&self) -> Result<(), AdminError> {
        self.app.database.transact(|db| sessions::end_all(db)).await.map_err(|_| AdminError)
    }

    /// Expires all access tokens. Refresh tokens stay valid.
    pub async fn expire_access_tokens(&self) -> Result<(), AdminError> {
        self.app.database.transact(|db| sessions::expire_access(db)).await.map_err(|_| AdminError)
    }

    /// Changes the deviations from the default behavior, from the next request on.
    pub fn set_quirks(&self, quirks: Quirks) {
        self.app.set_quirks(quirks);
    }

    /// Method and path of the last 1,000 requests, including refused ones, oldest first.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.app.logged_requests()
    }

    /// Removes and returns the writes to users since the previous call, in order; at most the last 1,000.
    pub fn take_writes(&self) -> Vec<Write> {
        self.app.take_writes()
    }

    /// Removes and returns the unread mails, oldest first; at most the last 1,000.
    pub fn take_mails(&self) -> Vec<Mail> {
        self.app.outbox.take()
    }

    /// The link of the last unread mail about a forgotten password to this address. The mail stays unread, so this is for
    /// programs that do not take the mails.
    pub fn last_password_link(&self, to: &str) -> Option<String> {
        self.app.outbox.last_link(to, Kind::Password.path())
    }

    /// Removes and returns the next unread mail. Waits if there is none.
    pub async fn next_mail(&self) -> Mail {
        self.app.outbox.next().await
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").field("address", &self.address).finish_non_exhaustive()
    }
}

fn prepare(config: &Config) -> Result<App, StartError> {
    let mut connection = database::open(&config.database)?;
    if let Some(seed) = config.seed {
        let seed_error = |error: SeedError| StartError::Seed(error.to_string());
        database::write_seed(&mut connection, seed, config.password_cost).map_err(seed_error)?;
    }
    let passwords = Passwords::new(config.password_cost).map_err(|error| StartError::Internal(error.to_string()))?;
    Ok(App::new(SharedConnection::new(connection), passwords, config))
}
