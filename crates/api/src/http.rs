//! The HTTP clients: time limits, TLS, redirects and proxies. `proxy_setting` decides which proxy applies.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::names::SystemNames;
use crate::observed_verifier::{ObservedVerifier, RejectedCertificates};
use crate::proxy_setting::ProxyRule;
use crate::{Endpoint, ProxySettings};

/// Time limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Name lookup, connecting and the TLS handshake.
    pub connect: Duration,
    /// Waiting for the next part of a response.
    pub read_idle: Duration,
    /// A request including its response.
    pub total: Duration,
    /// An upload including its response.
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

/// The configuration of the clients.
#[derive(Clone, Debug, Default)]
pub struct HttpOptions {
    /// Time limits.
    pub timeouts: Timeouts,
    /// The proxy settings of this computer.
    pub proxies: ProxySettings,
    /// The only certificate authorities to trust, in DER; `None` for those that the system trusts.
    pub authorities: Option<Vec<Vec<u8>>>,
}

/// TLS or the proxy could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct HttpError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        Self(Box::new(error))
    }
}

impl From<rustls::Error> for HttpError {
    fn from(error: rustls::Error) -> Self {
        Self(Box::new(error))
    }
}

/// The HTTP clients, shared by all connections of the process. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Http {
    remote: Client,
    local: Client,
    tls: Arc<ClientConfig>,
    pub(crate) timeouts: Timeouts,
    pub(crate) proxy_rule: Arc<ProxyRule>,
    pub(crate) rejected_certificates: Arc<RejectedCertificates>,
}

impl Http {
    /// Creates clients without a proxy that trust the system's certificate authorities.
    pub fn new(timeouts: Timeouts) -> Result<Self, HttpError> {
        Self::with(&HttpOptions { timeouts, ..HttpOptions::default() })
    }

    /// Creates clients with these options.
    pub fn with(options: &HttpOptions) -> Result<Self, HttpError> {
        let rejected_certificates = Arc::<RejectedCertificates>::default();
        let tls = Arc::new(tls(options.authorities.as_deref(), &rejected_certificates)?);
        let proxy_rule = Arc::new(ProxyRule::new(&options.proxies));
        Self::connect(options.timeouts, tls, proxy_rule, rejected_certificates)
    }

    /// Clients with the same settings that share no connections with these. Their connections are closed when the last
    /// clone is dropped: the buffers of an open connection contain what was last sent and received over it.
    pub fn separate(&self) -> Result<Self, HttpError> {
        let (tls, proxy_rule) = (Arc::clone(&self.tls), Arc::clone(&self.proxy_rule));
        Self::connect(self.timeouts, tls, proxy_rule, Arc::clone(&self.rejected_certificates))
    }

    fn connect(
        timeouts: Timeouts,
        tls: Arc<ClientConfig>,
        proxy_rule: Arc<ProxyRule>,
        rejected_certificates: Arc<RejectedCertificates>,
    ) -> Result<Self, HttpError> {
        let client = || client_builder(timeouts).tls_backend_preconfigured(ClientConfig::clone(&tls));
        Ok(Self {
            remote: proxy_rule.apply(client().dns_resolver(SystemNames))?.build()?,
            // For a proxy, a loopback address would mean the proxy's own computer.
            local: client().no_proxy().build()?,
            tls,
            timeouts,
            proxy_rule,
            rejected_certificates,
        })
    }

    pub(crate) fn client(&self, endpoint: &Endpoint) -> &Client {
        if endpoint.is_local() { &self.local } else { &self.remote }
    }
}

/// The TLS settings that reqwest uses by default, with a verifier that remembers rejected certificates. On a system
/// without certificates no server is trusted; this is not an error, because a server on this computer needs none.
fn tls(
    authorities: Option<&[Vec<u8>]>,
    rejected_certificates: &Arc<RejectedCertificates>,
) -> Result<ClientConfig, HttpError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(rustls::ALL_VERSIONS)?;
    let mut config = match verifier(authorities, provider) {
        Ok(verifier) => {
            let observed = ObservedVerifier { verifier, rejected_certificates: Arc::clone(rejected_certificates) };
            config.dangerous().with_custom_certificate_verifier(Arc::new(observed)).with_no_client_auth()
        }
        Err(error) => {
            tracing::warn!(%error, "the system has no certificates, so no https server will be trusted");
            config.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec!["http/1.1".into()];
    Ok(config)
}

/// Verifies certificates against the given authorities, or by default with the system's verifier.
fn verifier(
    authorities: Option<&[Vec<u8>]>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Box<dyn std::error::Error>> {
    let Some(authorities) = authorities else {
        return Ok(Arc::new(rustls_platform_verifier::Verifier::new(provider)?));
    };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities.iter().map(|der| CertificateDer::from(der.as_slice())));
    Ok(WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()?)
}

/// The settings that all clients share. `transport` and `picture_fetcher` follow redirects themselves. All time
/// limits except the one for connecting are set per request: uploads have their own, and reqwest's idle limit would
/// also run while a body is being sent.
pub(crate) fn client_builder(timeouts: Timeouts) -> ClientBuilder {
    // Fails if a provider is already installed, which is always this one.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("Lapel/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .redirect(Policy::none())
        .referer(false)
}

/// Builds a client. On a system without certificates the client trusts no https server; a server on this computer
/// needs no certificate.
pub(crate) fn build_client(builder: impl Fn() -> ClientBuilder) -> Result<Client, reqwest::Error> {
    builder().build().or_else(|error| {
        tracing::warn!(%error, "the system has no certificates, so no https server will be trusted");
        builder().tls_certs_only([]).build()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_time_limits() {
        let Timeouts { connect, read_idle, total, upload } = Timeouts::default();
        assert_eq!([connect, read_idle, total, upload].map(|limit| limit.as_secs_f64()), [10.0, 20.0, 60.0, 300.0]);
    }
}
