//! Starting and stopping the server, and what the one who started it may do from outside the wire.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::{App, Write};
use crate::config::{Config, Quirks};
use crate::database::{self, OpenError, SeedError, Shared};
use crate::mail::Mail;
use crate::passwords::Passwords;
use crate::routes;
use crate::sessions;

/// How long running requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken or forbidden.
    #[error("cannot listen on port {port}: {source}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// The system's own words.
        source: std::io::Error,
    },
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The demo could not be written.
    #[error("cannot write the demo people: {0}")]
    Seed(String),
    /// Passwords cannot be hashed, or a task of the runtime died.
    #[error("the sandbox failed to start: {0}")]
    Internal(String),
}

/// A failure of the sandbox's own database under one of its outside doors.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's database failed")]
pub struct DoorError;

/// A running server on 127.0.0.1. Dropping it stops it, without waiting for requests that are running.
#[derive(Debug)]
pub struct Sandbox {
    handle: Handle,
    shutdown: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

/// A way to a running sandbox that does not keep it running.
#[derive(Clone)]
pub struct Handle {
    app: Arc<App>,
    address: SocketAddr,
}

impl Sandbox {
    /// Opens the database, listens, and serves until stopped or dropped.
    ///
    /// # Errors
    /// Where the database cannot be opened or filled, or the port cannot be listened on.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let listening = |source| StartError::Listen { port: config.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let task = tokio::task::spawn_blocking(move || prepare(&config));
        let app = Arc::new(task.await.map_err(|error| StartError::Internal(error.to_string()))??);
        let (shutdown, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(listener, routes::router(Arc::clone(&app))).with_graceful_shutdown(async {
            // Sent by stop, or closed by dropping: both mean the end.
            let _ = stopped.await;
        });
        let server = tokio::spawn(serve.into_future());
        Ok(Self { handle: Handle { app, address }, shutdown, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.handle.address
    }

    /// What a client takes as the server: `http://127.0.0.1:N/v1`.
    pub fn base_url(&self) -> String {
        self.handle.base_url()
    }

    /// A way to it that can be given away.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// See [`Handle::end_all_sessions`].
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn end_all_sessions(&self) -> Result<(), DoorError> {
        self.handle.end_all_sessions().await
    }

    /// See [`Handle::expire_access_tokens`].
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn expire_access_tokens(&self) -> Result<(), DoorError> {
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

    /// Takes no more connections, lets running requests end (for five seconds at most), and closes the database.
    pub async fn stop(mut self) {
        // Fails only where the server has ended already.
        let _ = self.shutdown.send(());
        match tokio::time::timeout(GRACE, &mut self.server).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "the sandbox ended with an error"),
            Ok(Err(error)) => tracing::warn!(%error, "the sandbox ended with an error"),
            Err(_) => self.server.abort(),
        }
        let database = self.handle.app.database.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || database.close()).await {
            tracing::warn!(%error, "the database was not closed");
        }
    }
}

impl Handle {
    /// What a client takes as the server: `http://127.0.0.1:N/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Ends every session: all access and refresh tokens die.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn end_all_sessions(&self) -> Result<(), DoorError> {
        self.app.database.transact(|db| sessions::end_all(db)).await.map_err(|_| DoorError)
    }

    /// Lets all access tokens expire; refresh tokens live on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn expire_access_tokens(&self) -> Result<(), DoorError> {
        self.app.database.transact(|db| sessions::expire_access(db)).await.map_err(|_| DoorError)
    }

    /// Changes how the server differs from the ordinary one, from the next request on.
    pub fn set_quirks(&self, quirks: Quirks) {
        self.app.set_quirks(quirks);
    }

    /// Method and path of the last 1,000 requests, oldest first; the refused ones too.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.app.remembered()
    }

    /// What PUTs did to people since this was asked last, in their order; at most the last 1,000.
    pub fn take_writes(&self) -> Vec<Write> {
        self.app.take_writes()
    }

    /// Mails that were sent and not read yet, oldest first; at most the last 1,000.
    pub fn take_mails(&self) -> Vec<Mail> {
        self.app.outbox.take()
    }

    /// Waits for the next mail that nobody has read yet, and takes it away.
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
        let planting = |error: SeedError| StartError::Seed(error.to_string());
        database::plant(&mut connection, seed, config.password_cost).map_err(planting)?;
    }
    let passwords = Passwords::new(config.password_cost).map_err(|error| StartError::Internal(error.to_string()))?;
    Ok(App::new(Shared::new(connection), passwords, config))
}
