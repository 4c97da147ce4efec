//! A server on loopback whose certificate nobody trusts.

use std::{net::SocketAddr, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_rustls::TlsAcceptor;

use crate::{Outcome, Trouble};

/// Speaks TLS with a self-signed certificate, and so is never spoken to. Dropping it closes the door.
pub struct UntrustedServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl UntrustedServer {
    /// Opens the door on a free port.
    ///
    /// # Errors
    /// [`Trouble`] where no certificate can be made or no port can be had.
    pub async fn start() -> Outcome<Self> {
        let unmade = |error: &dyn std::fmt::Display| Trouble::Missing(format!("a certificate for the test: {error}"));
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let own = rcgen::generate_simple_self_signed(names).map_err(|error| unmade(&error))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key))
            .map_err(|error| unmade(&error))?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let what = || Trouble::io("opening the server with the wrong certificate");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(what())?;
        let address = listener.local_addr().map_err(what())?;
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // The handshake is refused by the other side; that is all this server is for.
                acceptor.accept(stream).await.ok();
            }
        });
        Ok(Self { address, task })
    }

    /// `https://localhost:N/v1`.
    pub fn base_url(&self) -> String {
        format!("https://localhost:{}/v1", self.address.port())
    }
}

impl Drop for UntrustedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
