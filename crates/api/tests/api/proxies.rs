//! Requests through a proxy, and the errors for proxy problems.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use lapel_api::{ApiError, ApiErrorKind, Delivery, Endpoint, Http, ProxyFault, ProxySettings, ReadMode, TlsFault};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::authority::{Authority, TlsServer, connect};

/// The server's address. DNS cannot resolve its name, so only the test proxy can reach it.
const API: &str = "https://api.lapel.invalid/v1";

/// A running proxy. Stops when dropped.
struct ConnectProxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    running: tokio::task::JoinHandle<()>,
}

impl ConnectProxy {
    /// Starts a proxy that connects every client to one server, or responds with these bytes instead.
    async fn start(outcome: Result<SocketAddr, &'static str>, tls: Option<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&heads);
        let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        let running = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, acceptor) = (Arc::clone(&log), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => relay(stream, outcome, &log).await,
                        Some(acceptor) => {
                            // Fails if the client does not trust the proxy.
                            if let Ok(stream) = acceptor.accept(stream).await {
                                relay(stream, outcome, &log).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, heads, running }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for ConnectProxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn relay<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    outcome: Result<SocketAddr, &'static str>,
    log: &Mutex<Vec<String>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if !stream.read_buf(&mut head).await.is_ok_and(|read| read > 0) {
            return;
        }
    }
    log.lock().unwrap().push(String::from_utf8(head).unwrap());
    match outcome {
        Ok(server) => {
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
            let mut server = TcpStream::connect(server).await.unwrap();
            // Either side may close the connection.
            let _closed = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
        }
        Err(response) => {
            let _disconnected = stream.write_all(response.as_bytes()).await;
            let _disconnected = stream.shutdown().await;
        }
    }
}

fn settings(variables: &[(&str, &str)]) -> ProxySettings {
    ProxySettings::from_variables(|name| {
        variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
    })
}

async fn get_profile(http: Http, endpoint: &str) -> Result<(), ApiError> {
    connect(http, Endpoint::parse(endpoint).unwrap()).profile(ReadMode::Since(None)).await.map(drop)
}

/// The server behind the proxy.
async fn server(authority: &Authority) -> TlsServer {
    TlsServer::start(authority.issue(|params| {
        params.subject_alt_names = vec![rcgen::SanType::DnsName("api.lapel.invalid".try_into().unwrap())];
    }))
    .await
}

fn proxy_failure(error: &ApiError) -> (ProxyFault, &str, Delivery) {
    match error.kind {
        ApiErrorKind::Proxy(fault) => (fault, error.proxy.as_deref().unwrap_or_default(), error.delivery),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_server_is_reached_through_the_proxy_with_its_credentials() {
    let authority = Authority::new("Test authority");
    let server = server(&authority).await;
    let proxy = ConnectProxy::start(Ok(server.address), None).await;
    let proxy_url = format!("http://me:s%3Acret@{}", proxy.address);
    get_profile(authority.http(settings(&[("HTTPS_PROXY", &proxy_url)])), API).await.unwrap();
    let heads = proxy.heads();
    assert!(heads[0].starts_with("CONNECT api.lapel.invalid:443 HTTP/1.1\r\n"), "{heads:?}");
    assert!(heads[0].to_ascii_lowercase().contains("proxy-authorization: basic bwu6czpjcmv0"), "{heads:?}");
}

#[tokio::test]
async fn a_response_of_the_proxy_is_not_attributed_to_the_server() {
    let authority = Authority::new("Test authority");
    for (response, fault) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", ProxyFault::Credentials),
        ("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", ProxyFault::Refused),
        ("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", ProxyFault::Refused),
        ("220 smtp.example.com\r\n\r\n", ProxyFault::Refused),
        ("", ProxyFault::Refused),
    ] {
        let proxy = ConnectProxy::start(Err(response), None).await;
        let proxy_url = format!("http://me:hunter2@{}", proxy.address);
        let error = get_profile(authority.http(settings(&[("https_proxy", &proxy_url)])), API).await.unwrap_err();
        assert_eq!(proxy_failure(&error), (fault, proxy.address.to_string().as_str(), Delivery::NotSent), "{response}");
        assert_eq!(error.host.as_deref(), Some("api.lapel.invalid"));
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}

#[tokio::test]
async fn an_unreachable_proxy_is_not_attributed_to_the_server() {
    let authority = Authority::new("Test authority");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for proxy in [closed.to_string(), "proxy.lapel.invalid:3128".to_owned()] {
        let error = get_profile(authority.http(settings(&[("ALL_PROXY", &proxy)])), API).await.unwrap_err();
        assert_eq!(proxy_failure(&error), (ProxyFault::Unreachable, proxy.as_str(), Delivery::NotSent));
    }
}

#[tokio::test]
async fn a_silent_proxy_is_not_attributed_to_the_server() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let timeouts = lapel_api::Timeouts { connect: std::time::Duration::from_millis(200), ..Default::default() };
    let proxies = settings(&[("HTTPS_PROXY", &silent.local_addr().unwrap().to_string())]);
    let http = Http::with(&lapel_api::HttpOptions { timeouts, proxies, authorities: None }).unwrap();
    let error = get_profile(http, API).await.unwrap_err();
    assert_eq!(proxy_failure(&error).0, ProxyFault::Unreachable);
}

#[tokio::test]
async fn with_an_invalid_setting_nothing_is_sent() {
    let authority = Authority::new("Test authority");
    let server = TlsServer::start(authority.issue(|_| {})).await;
    // A request that bypassed the setting would fail with a different error, because the certificate of example.com is
    // not from the test authority.
    for (value, fault, name) in [
        ("http://pro xy:3128", ProxyFault::Setting, "HTTPS_PROXY"),
        ("http://me:hunter2@proxy:port", ProxyFault::Setting, "HTTPS_PROXY"),
        ("socks5://me:hunter2@127.0.0.1:1080", ProxyFault::Kind, "socks5://127.0.0.1:1080"),
    ] {
        let http = authority.http(settings(&[("HTTPS_PROXY", value)]));
        let error = get_profile(http.clone(), "https://example.com").await.unwrap_err();
        assert_eq!(proxy_failure(&error), (fault, name, Delivery::NotSent), "{value}");
        assert_eq!(error.host.as_deref(), Some("example.com"));
        assert!(!format!("{error:?} {http:?}").contains("hunter2"));
        // Servers on this computer are still reached.
        get_profile(http, server.endpoint().as_str()).await.unwrap();
    }
}

#[tokio::test]
async fn an_exception_bypasses_the_proxy() {
    let authority = Authority::new("Test authority");
    let proxy = ConnectProxy::start(Err(""), None).await;
    let variables = [("HTTPS_PROXY", proxy.address.to_string()), ("NO_PROXY", ".invalid".to_owned())];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let error = get_profile(authority.http(settings(&variables)), API).await.unwrap_err();
    // The name cannot be resolved, and the proxy received no request.
    assert!(matches!(error.kind, ApiErrorKind::UnknownServer | ApiErrorKind::Network), "{error:?}");
    assert_eq!(proxy.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_rejected_certificate_is_attributed_to_the_server_or_to_the_proxy() {
    let (authority, untrusted) = (Authority::new("Test authority"), Authority::new("Untrusted authority"));
    let server = server(&untrusted).await;
    let proxy = ConnectProxy::start(Ok(server.address), None).await;
    let variables = [("HTTPS_PROXY", proxy.address.to_string())];
    let error = get_profile(authority.http(settings(&[(variables[0].0, &variables[0].1)])), API).await.unwrap_err();
    assert_eq!(error.kind, ApiErrorKind::Tls(TlsFault::UnknownIssuer));
    assert_eq!((error.certificate.unwrap().names, error.proxy), (vec!["api.lapel.invalid".to_owned()], None));

    let proxy = ConnectProxy::start(Ok(server.address), Some(untrusted.issue(|_| {}))).await;
    let proxy_url = format!("https://localhost:{}", proxy.address.port());
    let error = get_profile(authority.http(settings(&[("HTTPS_PROXY", &proxy_url)])), API).await.unwrap_err();
    assert_eq!(proxy_failure(&error).0, ProxyFault::Untrusted);
    assert_eq!(error.certificate.unwrap().names, ["localhost"]);
    assert_eq!(proxy.heads(), Vec::<String>::new());
}
