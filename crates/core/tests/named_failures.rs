//! What keeps somebody from signing in is said by name: the address, the certificate, the proxy, what was typed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{EDITOR, PASSWORD, TestApp, TestVault, config};
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

/// An app of its own beside the test's.
fn app(folder: &tempfile::TempDir, change: impl FnOnce(&mut Config)) -> App {
    let mut config = config(folder.path(), &TestVault::default());
    change(&mut config);
    App::open(config)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_against_an_address_has_its_word() {
    let test = TestApp::new().await;
    for (address, word) in [
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
        assert_eq!(problem(&error), (ErrorCode::InvalidServer, word), "{address}");
        assert!(!format!("{error:?}").contains("secret"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_route_is_cut_off_once_the_person_agrees() {
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
async fn an_address_without_a_scheme_is_understood() {
    let test = TestApp::new().await;
    let bare = test.server().replace("http://", "");
    test.app.sign_in(request(&bare)).await.unwrap();
    assert_eq!(test.app.snapshot().account.unwrap().server.key, test.server());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_on_offer_is_not_doubted() {
    let test = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let odd = format!("{}/auth/login", test.server());
    let app = app(&folder, |config| config.offered_server = Some(odd.clone()));
    assert_eq!(app.boot("", "").servers[0].key, odd);
    // The sandbox has no API there, and was asked.
    assert_eq!(app.sign_in(request(&odd)).await.unwrap_err().code, ErrorCode::Missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_with_credentials_or_of_nonsense_is_shown_to_nobody() {
    for given in ["https://me:hunter2@api.example.com/v1", "hunter2 is no address"] {
        let folder = tempfile::tempdir().unwrap();
        let app = app(&folder, |config| config.offered_server = Some(given.to_owned()));
        let boot = app.boot("", "");
        assert_eq!(
            boot.servers.iter().map(|server| server.key.as_str()).collect::<Vec<_>>(),
            ["sandbox", "https://api.applivery.io/v1"]
        );
        assert!(!serde_json::to_string(&boot).unwrap().contains("hunter2"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_is_shown() {
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
async fn a_proxy_is_told_from_the_server_and_this_computer_needs_none() {
    let test = TestApp::new().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    for (setting, word, name) in [
        ("http://me:hunter2@pro xy", "setting", "HTTPS_PROXY"),
        ("socks5://me:hunter2@proxy.example.com:1080", "kind", "socks5://proxy.example.com:1080"),
        (&format!("http://me:hunter2@{closed}"), "unreachable", closed.as_str()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let proxies = |name: &str| (name == "HTTPS_PROXY").then(|| setting.into());
        let app = app(&folder, |config| config.proxies = ProxySettings::from_variables(proxies));
        let error = app.sign_in(request("https://api.lapel.invalid")).await.unwrap_err();
        assert_eq!(problem(&error), (ErrorCode::Proxy, word));
        assert_eq!(error.details.proxy.as_deref(), Some(name));
        assert_eq!(error.details.host.as_deref(), Some("api.lapel.invalid"));
        assert!(!format!("{error:?}").contains("hunter2"));
        app.sign_in(request(&test.server())).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_found_in_what_was_pasted_and_what_is_none_is_named() {
    let test = TestApp::new().await;
    let person = OtherClient::sign_in(&test.server(), EDITOR, PASSWORD).await.unwrap();
    let sign_in =
        async |pasted: String| test.app.sign_in_with_token(TokenSignIn { server: test.server(), token: pasted }).await;
    for (pasted, word) in [("Bearer ", "empty"), ("one two", "spaces"), ("señal", "characters")] {
        assert_eq!(problem(&sign_in(pasted.into()).await.unwrap_err()), (ErrorCode::InvalidToken, word));
    }
    sign_in(format!("\u{feff}Authorization: Bearer \"{}\"\r\n", person.token())).await.unwrap();
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_server_takes_is_not_sent() {
    let mut test = TestApp::new().await;
    // Were anything sent, it would fail on the network.
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
