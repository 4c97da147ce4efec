//! A TLS server on loopback with an untrusted certificate.

use std::{net::SocketAddr, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_rustls::TlsAcceptor;

use crate::{Result, TestError};

/// A TLS server with a self-signed certificate. Dropping it stops it.
pub struct UntrustedServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl UntrustedServer {
    /// Starts the server on a free port.
    pub async fn start() -> Result<Self> {
        let certificate_error =
            |error: &dyn std::fmt::Display| TestError::Failed(format!("a certificate for the test: {error}"));
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let certified = rcgen::generate_simple_self_signed(names).map_err(|error| certificate_error(&error))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certified.cert.der().clone()], key))
            .map_err(|error| certificate_error(&error))?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let what = || TestError::io("starting the TLS test server");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(what())?;
        let address = listener.local_addr().map_err(what())?;
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Clients are expected to abort the handshake.
                acceptor.accept(stream).await.ok();
            }
        });
        Ok(Self { address, task })
    }

    /// The API base URL: `https://localhost:N/v1`.
    pub fn base_url(&self) -> String {
        format!("https://localhost:{}/v1", self.address.port())
    }
}

impl Drop for UntrustedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
