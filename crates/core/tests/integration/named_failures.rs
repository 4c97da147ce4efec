//! Each cause of a failed sign-in has its own error: the address, the certificate, the proxy or the typed values.

use crate::common::{EDITOR, PASSWORD, TestApp, TestVault, config};
use lapel_api::ProxySettings;
use lapel_core::views::{AppError, ErrorCode, SessionState, SignIn, TokenSignIn};
use lapel_core::{App, Config};
use lapel_testkit::other_client::OtherClient;
use lapel_testkit::tls::UntrustedServer;

fn request(server: &str) -> SignIn {
    SignIn { server: server.into(), email: EDITOR.into(), password: PASSWORD.into(), two_factor_code: None }
}

fn problem(error: &AppError) -> (ErrorCode, &str) {
    (error.code, error.details.problem.as_deref().unwrap_or_default())
}

/// A second app with its own configuration.
fn app(folder: &tempfile::TempDir, change: impl FnOnce(&mut Config)) -> App {
    let mut config = config(folder.path(), &TestVault::default());
    change(&mut config);
    App::open(config)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invalid_address_has_its_own_problem_code() {
    let test = TestApp::new().await;
    for (address, expected) in [
        ("", "empty"),
        ("two words", "notAnAddress"),
        ("example.com:port", "port"),
        ("ftp://example.com", "scheme"),
        ("http://example.com", "notSecure"),
        ("https://me:secret@example.com", "credentials"),
        ("https://example.com/v1?a=b", "query"),
        ("https://example.com/v1/users/profile", "route"),
        (&"a".repeat(600), "tooLong"),
    ] {
        let error = test.app.sign_in(request(address)).await.unwrap_err();
        assert_eq!(problem(&error), (ErrorCode::InvalidServer, expected), "{address}");
        assert!(!format!("{error:?}").contains("secret"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_a_route_is_refused_and_the_address_without_it_is_suggested() {
    let test = TestApp::new().await;
    let copied = format!("{}/auth/login", test.server());
    let error = test.app.sign_in(request(&copied)).await.unwrap_err();
    assert_eq!(problem(&error), (ErrorCode::InvalidServer, "route"));
    assert_eq!(error.details.suggestion.as_deref(), Some(test.server().as_str()));
    assert_eq!(test.app.snapshot().session, SessionState::SignedOut);
    test.app.sign_in(request(&error.details.suggestion.unwrap())).await.unwrap();
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_a_scheme_is_accepted() {
    let test = TestApp::new().await;
    let bare = test.server().replace("http://", "");
    test.app.sign_in(request(&bare)).await.unwrap();
    assert_eq!(test.app.snapshot().account.unwrap().server.key, test.server());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_configured_server_is_used_as_it_is() {
    let test = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let address = format!("{}/auth/login", test.server());
    let app = app(&folder, |config| config.offered_server = Some(address.clone()));
    assert_eq!(app.boot("", "").servers[0].key, address);
    // The request was sent: the sandbox has no API at this path.
    assert_eq!(app.sign_in(request(&address)).await.unwrap_err().code, ErrorCode::Missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_server_with_credentials_or_an_invalid_address_is_not_shown() {
    for address in ["https://me:hunter2@api.example.com/v1", "hunter2 is no address"] {
        let folder = tempfile::tempdir().unwrap();
        let app = app(&folder, |config| config.offered_server = Some(address.to_owned()));
        let boot = app.boot("", "");
        assert_eq!(
            boot.servers.iter().map(|server| server.key.as_str()).collect::<Vec<_>>(),
            ["sandbox", "https://api.applivery.io/v1"]
        );
        assert!(!serde_json::to_string(&boot).unwrap().contains("hunter2"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_certificate_is_shown() {
    let server = UntrustedServer::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = app(&folder, |_| {}).sign_in(request(&server.base_url())).await.unwrap_err();
    assert_eq!(problem(&error), (ErrorCode::Tls, "unknownIssuer"));
    let certificate = error.details.certificate.unwrap();
    assert_eq!(certificate.names, ["127.0.0.1", "localhost"]);
    assert!(certificate.not_before < certificate.not_after);
    assert!(error.details.host.unwrap().starts_with("localhost:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_error_names_the_proxy_and_loopback_servers_need_no_proxy() {
    let test = TestApp::new().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    for (setting, expected, name) in [
        ("http://me:hunter2@pro xy", "setting", "HTTPS_PROXY"),
        ("socks5://me:hunter2@proxy.example.com:1080", "kind", "socks5://proxy.example.com:1080"),
        (&format!("http://me:hunter2@{closed}"), "unreachable", closed.as_str()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let proxies = |name: &str| (name == "HTTPS_PROXY").then(|| setting.into());
        let app = app(&folder, |config| config.proxies = ProxySettings::from_variables(proxies));
        let error = app.sign_in(request("https://api.lapel.invalid")).await.unwrap_err();
        assert_eq!(problem(&error), (ErrorCode::Proxy, expected));
        assert_eq!(error.details.proxy.as_deref(), Some(name));
        assert_eq!(error.details.host.as_deref(), Some("api.lapel.invalid"));
        assert!(!format!("{error:?}").contains("hunter2"));
        app.sign_in(request(&test.server())).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_extracted_from_the_pasted_text_and_an_invalid_one_has_a_problem_code() {
    let test = TestApp::new().await;
    let person = OtherClient::sign_in(&test.server(), EDITOR, PASSWORD).await.unwrap();
    let sign_in =
        async |pasted: String| test.app.sign_in_with_token(TokenSignIn { server: test.server(), token: pasted }).await;
    for (pasted, expected) in [("Bearer ", "empty"), ("one two", "spaces"), ("señal", "characters")] {
        assert_eq!(problem(&sign_in(pasted.into()).await.unwrap_err()), (ErrorCode::InvalidToken, expected));
    }
    sign_in(format!("\u{feff}Authorization: Bearer \"{}\"\r\n", person.token())).await.unwrap();
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_credentials_are_refused_without_a_request() {
    let mut test = TestApp::new().await;
    // A request would fail with a network error.
    test.stop_server().await;
    let server = test.server();
    for (email, password, code, expected) in [
        ("editor", PASSWORD, None, ErrorCode::InvalidEmail),
        (EDITOR, "", None, ErrorCode::InvalidPassword),
        (EDITOR, PASSWORD, Some("1234567"), ErrorCode::InvalidCode),
        (EDITOR, PASSWORD, Some("123 456"), ErrorCode::Network),
    ] {
        let request = SignIn {
            email: email.into(),
            password: password.into(),
            two_factor_code: code.map(str::to_owned),
            ..request(&server)
        };
        assert_eq!(test.app.sign_in(request).await.unwrap_err().code, expected);
    }
}
