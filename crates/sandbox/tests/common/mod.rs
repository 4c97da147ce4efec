//! A sandbox for one test, with an HTTP client.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]
#![allow(dead_code, unreachable_pub, reason = "each test binary uses only a part")]

use std::time::{SystemTime, UNIX_EPOCH};

use lapel_sandbox::{Config, Database, PasswordCost, Sandbox, Seed};
use reqwest::{Method, RequestBuilder, Response, header};
use rusqlite::Connection;
use serde_json::{Value, json};

pub const OWNER: &str = "65f0a1c00000000000000001";
pub const ADMIN: &str = "65f0a1c00000000000000002";
pub const EDITOR: &str = "65f0a1c00000000000000003";
pub const VIEWER: &str = "65f0a1c00000000000000004";
pub const TEAM: &str = "/organizations/acme-industries/collaborators/";
pub const PASSWORD: &str = "lapel-demo";
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and what follows";

/// The demo in memory, with minimal password cost.
pub fn config() -> Config {
    Config { password_cost: PasswordCost::Minimal, ..Config::demo(Database::Memory) }
}

pub fn config_with_members(members: u32) -> Config {
    Config { seed: Some(Seed::Demo { members }), ..config() }
}

/// The id of a demo user's row in the team.
pub fn row_of(user: &str) -> String {
    format!("65f0a1c000000000000c00{}", &user[22..])
}

pub struct TestServer {
    pub sandbox: Sandbox,
    client: reqwest::Client,
}

/// The HTTP status and the JSON body of a response.
pub type StatusAndBody = (u16, Value);

impl TestServer {
    pub async fn new() -> Self {
        Self::with(config()).await
    }

    pub async fn with(config: Config) -> Self {
        // Fails if another test of this binary has already installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sandbox: Sandbox::start(config).await.unwrap(), client }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.sandbox.base_url()))
    }

    pub async fn get(&self, token: &str, path: &str) -> StatusAndBody {
        send(self.request(Method::GET, path).bearer_auth(token)).await
    }

    pub async fn put(&self, token: &str, path: &str, body: &Value) -> StatusAndBody {
        send(self.request(Method::PUT, path).bearer_auth(token).json(body)).await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> StatusAndBody {
        send(self.request(Method::POST, path).bearer_auth(token).json(body)).await
    }

    pub async fn login(&self, email: &str, password: &str, code: Option<&str>) -> StatusAndBody {
        let mut payload = json!({ "email": email, "password": password });
        if let Some(code) = code {
            payload["twoFactorCode"] = code.into();
        }
        let body = json!({ "provider": "traditional", "payload": payload });
        send(self.request(Method::POST, "/auth/login").json(&body)).await
    }

    /// Renews a pair of access and refresh tokens.
    pub async fn refresh(&self, (access, refresh): &(String, String)) -> StatusAndBody {
        let body = json!({ "lastAccessToken": access, "refreshToken": refresh });
        send(self.request(Method::POST, "/auth/refresh").json(&body)).await
    }

    /// Signs a demo user in (`owner`, `admin`, `editor` or `viewer`). Returns the access and the refresh token.
    pub async fn session(&self, who: &str) -> (String, String) {
        let (status, body) = self.login(&format!("{who}@example.com"), PASSWORD, None).await;
        assert_eq!(status, 200, "{body}");
        tokens(&body)
    }

    /// Signs a demo user in. Returns the access token.
    pub async fn token(&self, who: &str) -> String {
        self.session(who).await.0
    }

    pub async fn upload(&self, token: &str, field: &'static str, bytes: Vec<u8>) -> StatusAndBody {
        let form = reqwest::multipart::Form::new()
            .part(field, reqwest::multipart::Part::bytes(bytes).file_name("picture.png"));
        send(self.request(Method::POST, "/upload/logo/logo").bearer_auth(token).multipart(form)).await
    }
}

/// A sandbox with a database file, and a second connection to that file for direct changes.
pub struct ServerWithDatabase {
    pub server: TestServer,
    pub database: Connection,
    _folder: tempfile::TempDir,
}

impl ServerWithDatabase {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sandbox.db");
        let server = TestServer::with(Config { database: Database::File(file.clone()), ..config() }).await;
        Self { server, database: Connection::open(file).unwrap(), _folder: folder }
    }
}

/// The two-factor code at `offset` seconds from now. Uses the same crate as the server; unit tests check that crate
/// with the vectors of RFC 6238.
pub fn totp(offset: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    totp.generate(now.checked_add_signed(offset).unwrap()).to_string()
}

/// The access and refresh token in the body of a sign-in or renewal.
pub fn tokens(body: &Value) -> (String, String) {
    let token = |name: &str| body["data"][name]["token"].as_str().unwrap().to_owned();
    (token("accessToken"), token("refreshToken"))
}

pub async fn send(request: RequestBuilder) -> StatusAndBody {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert!(!response.headers().keys().any(|name| name.as_str().starts_with("access-control")));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status == 200, "{body}");
    (status, body)
}

/// The HTTP status and the error code; the code is 0 for a success.
pub fn code(response: &StatusAndBody) -> (u16, i64) {
    (response.0, response.1["error"]["code"].as_i64().unwrap_or(0))
}

pub fn etag(response: &Response) -> String {
    response.headers()[header::ETAG].to_str().unwrap().to_owned()
}
