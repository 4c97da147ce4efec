//! A sandbox for one test, with an HTTP client.

use std::time::{SystemTime, UNIX_EPOCH};

use lapel_sandbox::{Config, Database, PasswordCost, Sandbox, Seed};
use reqwest::{Method, RequestBuilder, Response, header};
use rusqlite::Connection;
use serde_json::{Value, json};

pub(crate) const OWNER: &str = "65f0a1c00000000000000001";
pub(crate) const ADMIN: &str = "65f0a1c00000000000000002";
pub(crate) const EDITOR: &str = "65f0a1c00000000000000003";
pub(crate) const VIEWER: &str = "65f0a1c00000000000000004";
pub(crate) const TEAM: &str = "/organizations/acme-industries/collaborators/";
pub(crate) const PASSWORD: &str = "lapel-demo";
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and what follows";

/// The demo in memory, with minimal password cost.
pub(crate) fn config() -> Config {
    Config { password_cost: PasswordCost::Minimal, ..Config::demo(Database::Memory) }
}

pub(crate) fn config_with_members(members: u32) -> Config {
    Config { seed: Some(Seed::Demo { members }), ..config() }
}

/// The id of a demo user's row in the team.
pub(crate) fn row_of(user: &str) -> String {
    format!("65f0a1c000000000000c00{}", &user[22..])
}

pub(crate) struct TestServer {
    pub sandbox: Sandbox,
    client: reqwest::Client,
}

/// The HTTP status and the JSON body of a response.
pub(crate) type StatusAndBody = (u16, Value);

impl TestServer {
    pub(crate) async fn new() -> Self {
        Self::with(config()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        // Fails if another test of this binary has already installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sandbox: Sandbox::start(config).await.unwrap(), client }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.sandbox.base_url()))
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> StatusAndBody {
        send(self.request(Method::GET, path).bearer_auth(token)).await
    }

    pub(crate) async fn put(&self, token: &str, path: &str, body: &Value) -> StatusAndBody {
        send(self.request(Method::PUT, path).bearer_auth(token).json(body)).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> StatusAndBody {
        send(self.request(Method::POST, path).bearer_auth(token).json(body)).await
    }

    pub(crate) async fn login(&self, email: &str, password: &str, code: Option<&str>) -> StatusAndBody {
        let mut payload = json!({ "email": email, "password": password });
        if let Some(code) = code {
            payload["twoFactorCode"] = code.into();
        }
        let body = json!({ "provider": "traditional", "payload": payload });
        send(self.request(Method::POST, "/auth/login").json(&body)).await
    }

    /// Renews a pair of access and refresh tokens.
    pub(crate) async fn refresh(&self, (access, refresh): &(String, String)) -> StatusAndBody {
        let body = json!({ "lastAccessToken": access, "refreshToken": refresh });
        send(self.request(Method::POST, "/auth/refresh").json(&body)).await
    }

    /// Signs a demo user in (`owner`, `admin`, `editor` or `viewer`). Returns the access and the refresh token.
    pub(crate) async fn session(&self, who: &str) -> (String, String) {
        let (status, body) = self.login(&format!("{who}@example.com"), PASSWORD, None).await;
        assert_eq!(status, 200, "{body}");
        tokens(&body)
    }

    /// Signs a demo user in. Returns the access token.
    pub(crate) async fn token(&self, who: &str) -> String {
        self.session(who).await.0
    }

    pub(crate) async fn upload(&self, token: &str, field: &'static str, bytes: Vec<u8>) -> StatusAndBody {
        let form = reqwest::multipart::Form::new()
            .part(field, reqwest::multipart::Part::bytes(bytes).file_name("picture.png"));
        send(self.request(Method::POST, "/upload/logo/logo").bearer_auth(token).multipart(form)).await
    }
}

/// A sandbox with a database file, and a second connection to that file for direct changes.
pub(crate) struct ServerWithDatabase {
    pub server: TestServer,
    pub database: Connection,
    _folder: tempfile::TempDir,
}

impl ServerWithDatabase {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sandbox.db");
        let server = TestServer::with(Config { database: Database::File(file.clone()), ..config() }).await;
        Self { server, database: Connection::open(file).unwrap(), _folder: folder }
    }
}

/// The two-factor code at `offset` seconds from now. Uses the same crate as the server; unit tests check that crate
/// with the vectors of RFC 6238.
pub(crate) fn totp(offset: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    totp.generate(now.checked_add_signed(offset).unwrap()).to_string()
}

/// The access and refresh token in the body of a sign-in or renewal.
pub(crate) fn tokens(body: &Value) -> (String, String) {
    let token = |name: &str| body["data"][name]["token"].as_str().unwrap().to_owned();
    (token("accessToken"), token("refreshToken"))
}

pub(crate) async fn send(request: RequestBuilder) -> StatusAndBody {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert!(!response.headers().keys().any(|name| name.as_str().starts_with("access-control")));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status == 200, "{body}");
    (status, body)
}

/// The HTTP status and the error code; the code is 0 for a success.
pub(crate) fn code(response: &StatusAndBody) -> (u16, i64) {
    (response.0, response.1["error"]["code"].as_i64().unwrap_or(0))
}

pub(crate) fn etag(response: &Response) -> String {
    response.headers()[header::ETAG].to_str().unwrap().to_owned()
}
