//! The HTTP clients: time limits, TLS, redirects and proxies. Which requests exist is in `routes`.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use crate::Endpoint;
use crate::names::SystemNames;

/// How long things may take (design: "Network").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Looking the name up, connecting, and the TLS handshake.
    pub connect: Duration,
    /// Waiting for the next piece of an answer.
    pub read_idle: Duration,
    /// One request with its answer.
    pub total: Duration,
    /// One upload with its answer.
    pub upload: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read_idle: Duration::from_secs(20),
            total: Duration::from_secs(60),
            upload: Duration::from_secs(300),
        }
    }
}

/// The clients could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct HttpError(#[from] reqwest::Error);

/// The HTTP clients, for all connections of the process. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Http {
    remote: Client,
    local: Client,
    pub(crate) timeouts: Timeouts,
}

impl Http {
    /// Sets the clients up.
    ///
    /// # Errors
    /// Where TLS or the system's proxy settings cannot be read.
    pub fn new(timeouts: Timeouts) -> Result<Self, HttpError> {
        Ok(Self {
            remote: build(|| base(timeouts).dns_resolver(SystemNames))?,
            // A proxy cannot reach what "this computer" is here.
            local: build(|| base(timeouts).no_proxy())?,
            timeouts,
        })
    }

    /// The client for a server.
    pub(crate) fn client(&self, endpoint: &Endpoint) -> &Client {
        if endpoint.is_local() { &self.local } else { &self.remote }
    }
}

/// What all clients have in common. Redirects are followed by whoever sends (`transport`, `picture_fetcher`). The limits other than connecting are kept per request: an upload has its own, and
/// reqwest's idle limit would run while a body is still being sent.
pub(crate) fn base(timeouts: Timeouts) -> ClientBuilder {
    // Fails where a provider is installed already, which is then the same one.
    let _already = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("Lapel/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .redirect(Policy::none())
        .referer(false)
}

/// Builds a client; on a system without any certificates one that trusts none, because the server on this computer
/// needs none.
pub(crate) fn build(configured: impl Fn() -> ClientBuilder) -> Result<Client, reqwest::Error> {
    configured().build().or_else(|error| {
        tracing::warn!(%error, "no certificates of the system, so no https server will be trusted");
        configured().tls_certs_only([]).build()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_takes_longer_than_the_design_allows() {
        let Timeouts { connect, read_idle, total, upload } = Timeouts::default();
        assert_eq!([connect, read_idle, total, upload].map(|limit| limit.as_secs_f64()), [10.0, 20.0, 60.0, 300.0]);
    }
}
