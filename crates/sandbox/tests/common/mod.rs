//! A sandbox for one test, and a client that speaks to it over a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]
#![allow(dead_code, unreachable_pub, reason = "shared by several test binaries, none of which needs all of it")]

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

/// The demo in memory, with cheap passwords.
pub fn config() -> Config {
    Config { password_cost: PasswordCost::Minimal, ..Config::demo(Database::Memory) }
}

pub fn config_with_members(members: u32) -> Config {
    Config { seed: Some(Seed::Demo { members }), ..config() }
}

/// The id of a demo person's row in the team.
pub fn row_of(user: &str) -> String {
    format!("65f0a1c000000000000c00{}", &user[22..])
}

pub struct Bench {
    pub sandbox: Sandbox,
    client: reqwest::Client,
}

/// Status and JSON of an answer.
pub type Seen = (u16, Value);

impl Bench {
    pub async fn new() -> Self {
        Self::with(config()).await
    }

    pub async fn with(config: Config) -> Self {
        // Fails where another test of this binary was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sandbox: Sandbox::start(config).await.unwrap(), client }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.sandbox.base_url()))
    }

    pub async fn get(&self, token: &str, path: &str) -> Seen {
        seen(self.request(Method::GET, path).bearer_auth(token)).await
    }

    pub async fn put(&self, token: &str, path: &str, body: &Value) -> Seen {
        seen(self.request(Method::PUT, path).bearer_auth(token).json(body)).await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Seen {
        seen(self.request(Method::POST, path).bearer_auth(token).json(body)).await
    }

    pub async fn login(&self, email: &str, password: &str, code: Option<&str>) -> Seen {
        let mut payload = json!({ "email": email, "password": password });
        if let Some(code) = code {
            payload["twoFactorCode"] = code.into();
        }
        let body = json!({ "provider": "traditional", "payload": payload });
        seen(self.request(Method::POST, "/auth/login").json(&body)).await
    }

    /// Exchanges a pair of access and refresh token.
    pub async fn refresh(&self, (access, refresh): &(String, String)) -> Seen {
        let body = json!({ "lastAccessToken": access, "refreshToken": refresh });
        seen(self.request(Method::POST, "/auth/refresh").json(&body)).await
    }

    /// Signs a demo person in: `owner`, `admin`, `editor` or `viewer`. Access and refresh token.
    pub async fn session(&self, who: &str) -> (String, String) {
        let (status, body) = self.login(&format!("{who}@example.com"), PASSWORD, None).await;
        assert_eq!(status, 200, "{body}");
        tokens(&body)
    }

    /// Signs a demo person in: the access token.
    pub async fn token(&self, who: &str) -> String {
        self.session(who).await.0
    }

    pub async fn upload(&self, token: &str, field: &'static str, bytes: Vec<u8>) -> Seen {
        let form = reqwest::multipart::Form::new()
            .part(field, reqwest::multipart::Part::bytes(bytes).file_name("picture.png"));
        seen(self.request(Method::POST, "/upload/logo/logo").bearer_auth(token).multipart(form)).await
    }
}

/// A sandbox on a file, and a second connection that changes things behind its back.
pub struct Stage {
    pub bench: Bench,
    pub behind: Connection,
    _folder: tempfile::TempDir,
}

impl Stage {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sandbox.db");
        let bench = Bench::with(Config { database: Database::File(file.clone()), ..config() }).await;
        Self { bench, behind: Connection::open(file).unwrap(), _folder: folder }
    }
}

/// The code for a moment, by the crate that the server also uses; that crate is held against the RFC's vectors elsewhere.
pub fn totp(offset: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    totp.generate(now.checked_add_signed(offset).unwrap()).to_string()
}

/// Access and refresh token of a session.
pub fn tokens(body: &Value) -> (String, String) {
    let token = |name: &str| body["data"][name]["token"].as_str().unwrap().to_owned();
    (token("accessToken"), token("refreshToken"))
}

pub async fn seen(request: RequestBuilder) -> Seen {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert!(!response.headers().keys().any(|name| name.as_str().starts_with("access-control")));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status == 200, "{body}");
    (status, body)
}

/// Status and code of a refusal; the code is 0 for a success.
pub fn code(seen: &Seen) -> (u16, i64) {
    (seen.0, seen.1["error"]["code"].as_i64().unwrap_or(0))
}

pub fn etag(response: &Response) -> String {
    response.headers()[header::ETAG].to_str().unwrap().to_owned()
}
