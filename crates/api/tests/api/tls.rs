//! Certificates that nobody vouches for.

use std::sync::Arc;

use lapel_api::{
    ApiErrorKind, Connection, Delivery, Endpoint, Look, PictureFetchError, PictureFetcher, Secret, Tokens, login,
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::server::{Keeper, http};

/// A server with a certificate that it signed itself; the certificate and its key serve this test alone.
async fn impostor() -> Endpoint {
    let certificate = CertificateDer::from(include_bytes!("../fixtures/untrusted-certificate.der").to_vec());
    let key = PrivatePkcs8KeyDer::from(include_bytes!("../fixtures/untrusted-key.der").to_vec());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(key))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            assert!(acceptor.accept(stream).await.is_err(), "nobody may trust this certificate");
        }
    });
    Endpoint::parse(&format!("https://{address}")).unwrap()
}

#[tokio::test]
async fn an_untrusted_certificate_gets_nothing() {
    let endpoint = impostor().await;
    let token = Tokens::api_token(Secret::new("key".into()));
    let connection = Connection::new(http(), endpoint.clone(), token, Arc::new(Keeper::default()));
    let error = connection.profile(Look::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Tls, Delivery::NotSent));
    let password = Secret::new("lapel-demo".into());
    let error = login(&http(), &endpoint, "owner@example.com", &password, None, None).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Tls, Delivery::NotSent));
    let fetched = PictureFetcher::new(http()).unwrap().fetch(Some(&endpoint), "/a").await;
    assert_eq!(fetched, Err(PictureFetchError::Tls));
}
