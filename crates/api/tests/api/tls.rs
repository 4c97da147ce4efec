//! Certificates that are rejected for different reasons, and servers that do not speak TLS.

use lapel_api::{
    ApiError, ApiErrorKind, Certificate, Delivery, Endpoint, PictureFetchError, PictureFetcher, ProxySettings,
    ReadMode, Secret, TlsFault, login,
};
use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};
use tokio_rustls::rustls::ServerConfig;

use crate::authority::{Authority, TlsServer, connect};
use crate::server::{Response, Server, http};

/// The failure of a request to a server with this configuration, by a client that trusts only `authority`.
async fn tls_failure(authority: &Authority, config: ServerConfig) -> (TlsFault, Certificate) {
    let server = TlsServer::start(config).await;
    let error = connect(authority.http(ProxySettings::default()), server.endpoint())
        .profile(ReadMode::Since(None))
        .await
        .unwrap_err();
    assert_eq!(error.delivery, Delivery::NotSent);
    assert_eq!(error.host, Some(format!("localhost:{}", server.address.port())));
    (tls_fault(&error), *error.certificate.unwrap())
}

fn tls_fault(error: &ApiError) -> TlsFault {
    match error.kind {
        ApiErrorKind::Tls(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_trusted_certificate_is_accepted() {
    let authority = Authority::new("Test authority");
    let server = TlsServer::start(authority.issue(|_| {})).await;
    assert!(
        connect(authority.http(ProxySettings::default()), server.endpoint())
            .profile(ReadMode::Since(None))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_expired_or_not_yet_valid_certificate_is_reported_with_its_dates() {
    let authority = Authority::new("Test authority");
    let expired = authority.issue(|params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    });
    let (fault, certificate) = tls_failure(&authority, expired).await;
    assert_eq!((fault, certificate.not_after), (TlsFault::Expired, 1_609_459_200_000));
    let not_yet_valid = authority.issue(|params| {
        params.not_before = date_time_ymd(2999, 1, 1);
        params.not_after = date_time_ymd(3000, 1, 1);
    });
    let (fault, certificate) = tls_failure(&authority, not_yet_valid).await;
    assert_eq!((fault, certificate.not_before), (TlsFault::NotYetValid, 32_472_144_000_000));
}

#[tokio::test]
async fn a_certificate_for_other_hosts_is_reported_with_their_names() {
    let authority = Authority::new("Test authority");
    let other = authority.issue(|params| {
        let names = ["login.example.com", "*.example.org"];
        params.subject_alt_names =
            names.into_iter().map(|name| rcgen::SanType::DnsName(name.try_into().unwrap())).collect();
    });
    let (fault, certificate) = tls_failure(&authority, other).await;
    assert_eq!(
        (fault, certificate.names),
        (TlsFault::OtherHost, vec!["login.example.com".into(), "*.example.org".into()])
    );
}

#[tokio::test]
async fn an_untrusted_issuer_is_reported_by_name() {
    let untrusted = Authority::new("Inspecting firewall");
    let (fault, certificate) = tls_failure(&Authority::new("Test authority"), untrusted.issue(|_| {})).await;
    assert_eq!(fault, TlsFault::UnknownIssuer);
    assert_eq!((certificate.issuer.as_str(), certificate.subject.as_str()), ("Inspecting firewall", "Test server"));
}

#[tokio::test]
async fn a_certificate_that_is_not_for_servers_has_its_own_fault() {
    let authority = Authority::new("Test authority");
    let client = authority.issue(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    assert_eq!(tls_failure(&authority, client).await.0, TlsFault::NotForServers);
    let (fault, certificate) = tls_failure(&authority, authority.ca_as_server()).await;
    assert_eq!((fault, certificate.subject.as_str()), (TlsFault::NotForServers, "Test authority"));
}

#[tokio::test]
async fn a_server_without_tls_is_not_reported_as_a_certificate_problem() {
    let authority = Authority::new("Test authority");
    let http_response = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".to_vec();
    let handshake_failure_alert = vec![0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];
    for (bytes, expected) in [(http_response, TlsFault::NoTls), (handshake_failure_alert, TlsFault::Handshake)] {
        let server = plain_server(bytes).await;
        let endpoint = Endpoint::parse(&format!("https://localhost:{}", server.port())).unwrap();
        let error = connect(authority.http(ProxySettings::default()), endpoint)
            .profile(ReadMode::Since(None))
            .await
            .unwrap_err();
        assert_eq!((tls_fault(&error), error.delivery), (expected, Delivery::NotSent));
        assert_eq!(error.certificate, None);
    }
}

/// A server that responds to every connection with these bytes.
async fn plain_server(bytes: Vec<u8>) -> std::net::SocketAddr {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                let _disconnected = stream.write_all(&bytes).await;
                let _disconnected = stream.shutdown().await;
            }
        }
    });
    address
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_with_an_untrusted_certificate() {
    let server = TlsServer::start(Authority::new("Untrusted authority").issue(|_| {})).await;
    let (http, endpoint) = (http(), server.endpoint());
    let error = connect(http.clone(), endpoint.clone()).profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((tls_fault(&error), error.delivery), (TlsFault::UnknownIssuer, Delivery::NotSent));
    let password = Secret::new("lapel-demo".into());
    let error = login(&http, &endpoint, "owner@example.com", &password, None, None).await.unwrap_err();
    assert_eq!((tls_fault(&error), error.delivery), (TlsFault::UnknownIssuer, Delivery::NotSent));
    let fetched = PictureFetcher::new(http).unwrap().fetch(Some(&endpoint), "/a").await;
    assert_eq!(fetched, Err(PictureFetchError::Tls));
}

#[tokio::test]
async fn other_errors_contain_no_certificate() {
    let server = Server::start(|_| Response::Reset).await;
    let error = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
    assert_eq!((error.kind, error.certificate), (ApiErrorKind::Network, None));
    assert_eq!(error.host, Some(server.address.to_string()));
}
