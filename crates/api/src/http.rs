//! The HTTP clients: time limits, TLS, redirects and proxies. Which requests exist is in `routes`, which proxy applies in
//! `proxy_setting`.

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
use crate::observed_verifier::{ObservedVerifier, RefusedCertificates};
use crate::proxy_setting::ProxyRule;
use crate::{Endpoint, ProxySettings};

/// How long things may take.
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

/// What the clients are made for.
#[derive(Clone, Debug, Default)]
pub struct HttpOptions {
    /// How long things may take.
    pub timeouts: Timeouts,
    /// What the settings of this computer say about proxies.
    pub proxies: ProxySettings,
    /// The only authorities to trust, as certificates in DER; none for those that the system trusts.
    pub authorities: Option<Vec<Vec<u8>>>,
}

/// The clients could not be set up.
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

/// The HTTP clients, for all connections of the process. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Http {
    remote: Client,
    local: Client,
    pub(crate) timeouts: Timeouts,
    pub(crate) proxy_rule: Arc<ProxyRule>,
    pub(crate) refused: Arc<RefusedCertificates>,
}

impl Http {
    /// Sets the clients up without a proxy, with the authorities that the system trusts.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn new(timeouts: Timeouts) -> Result<Self, HttpError> {
        Self::with(&HttpOptions { timeouts, ..HttpOptions::default() })
    }

    /// Sets the clients up.
    ///
    /// # Errors
    /// Where TLS or the proxy cannot be set up.
    pub fn with(options: &HttpOptions) -> Result<Self, HttpError> {
        let timeouts = options.timeouts;
        let refused = Arc::<RefusedCertificates>::default();
        let tls = tls(options.authorities.as_deref(), &refused)?;
        let proxy_rule = Arc::new(ProxyRule::new(&options.proxies));
        let client = || base(timeouts).tls_backend_preconfigured(tls.clone());
        Ok(Self {
            remote: proxy_rule.apply(client().dns_resolver(SystemNames))?.build()?,
            // A proxy cannot reach what "this computer" is here.
            local: client().no_proxy().build()?,
            timeouts,
            proxy_rule,
            refused,
        })
    }

    /// The client for a server.
    pub(crate) fn client(&self, endpoint: &Endpoint) -> &Client {
        if endpoint.is_local() { &self.local } else { &self.remote }
    }
}

/// TLS as reqwest sets it up by itself, with a verifier whose refusals are remembered. On a system without any
/// certificates nobody is trusted, because the server on this computer needs none.
fn tls(authorities: Option<&[Vec<u8>]>, refused: &Arc<RefusedCertificates>) -> Result<ClientConfig, HttpError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(rustls::ALL_VERSIONS)?;
    let mut config = match verifier(authorities, provider) {
        Ok(verifier) => {
            let observed = ObservedVerifier { verifier, refused: Arc::clone(refused) };
            config.dangerous().with_custom_certificate_verifier(Arc::new(observed)).with_no_client_auth()
        }
        Err(error) => {
            tracing::warn!(%error, "no certificates of the system, so no https server will be trusted");
            config.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec!["h2".into(), "http/1.1".into()];
    Ok(config)
}

/// Who decides whether a certificate is trusted: the system, or by WebPKI the authorities that were named.
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

/// What all clients have in common. Redirects are followed by whoever sends (`transport`, `picture_fetcher`). The limits
/// other than connecting are kept per request: an upload has its own, and
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
