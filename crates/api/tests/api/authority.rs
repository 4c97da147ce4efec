//! Certificate authorities, certificates, and TLS servers for tests.

use std::net::SocketAddr;
use std::sync::Arc;

use lapel_api::{Connection, Endpoint, Http, HttpOptions, ProxySettings, Secret, Timeouts, Tokens};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::server::{TestTokenStore, user_response_body};

/// A certificate authority.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    key: Vec<u8>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let serialized = key.serialize_der();
        Self { issuer: CertifiedIssuer::self_signed(params, key).unwrap(), key: serialized }
    }

    /// HTTP clients that trust only this authority.
    pub(crate) fn http(&self, proxies: ProxySettings) -> Http {
        let authorities = Some(vec![self.issuer.as_ref().der().to_vec()]);
        Http::with(&HttpOptions { timeouts: Timeouts::default(), proxies, authorities }).unwrap()
    }

    /// The configuration of a server with a certificate for localhost. `change` can modify the certificate.
    pub(crate) fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> ServerConfig {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "Test server");
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        config(certificate.der().clone(), key.serialize_der())
    }

    /// The configuration of a server that presents the authority's own certificate.
    pub(crate) fn ca_as_server(&self) -> ServerConfig {
        config(self.issuer.as_ref().der().clone(), self.key.clone())
    }
}

fn config(certificate: CertificateDer<'static>, key: Vec<u8>) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key)))
        .unwrap()
}

/// A TLS server that responds to every request with a profile.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    running: JoinHandle<()>,
}

impl TlsServer {
    pub(crate) async fn start(config: ServerConfig) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let running = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // Fails if the client does not trust the certificate.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.is_ok_and(|read| read > 0) {}
                    let body = user_response_body().to_string();
                    let length = body.len();
                    let response =
                        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
                    let _disconnected = stream.write_all(response.as_bytes()).await;
                    let _disconnected = stream.shutdown().await;
                });
            }
        });
        Self { address, running }
    }

    /// Its address as `https://localhost:N/v1`.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&format!("https://localhost:{}/v1", self.address.port())).unwrap()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// A connection that uses these clients and an API token.
pub(crate) fn connect(http: Http, endpoint: Endpoint) -> Connection {
    Connection::new(http, endpoint, Tokens::api_token(Secret::new("key".into())), Arc::new(TestTokenStore::default()))
}
