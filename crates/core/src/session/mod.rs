//! Signing in and out, switching accounts, and keeping the tokens. Everything here is about one account at a time.

mod connections;
mod credentials;
mod keyring_retry;
mod resume;
mod sandbox_server;
mod secrets;
mod security;
mod servers;
mod service;
mod sign_in;
mod sign_out;
mod sign_out_finish;
mod unsent_work;

pub use sandbox_server::{DemoServer, LastLink, StartSandbox};
pub use secrets::{InMemory, OsKeyring, RenamedVault, Vault, VaultError};

pub(crate) use credentials::password;
pub(crate) use sandbox_server::SandboxServer;
pub(crate) use secrets::Secrets;
pub(crate) use servers::Servers;
pub(crate) use service::{SessionParts, SessionService};
