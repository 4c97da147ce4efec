//! A second API client, which checks and changes data on the server independently of the app.
//!
//! Methods return [`TestError`] when the server cannot be reached or refuses the request.

use std::{
    sync::Once,
    time::{SystemTime, UNIX_EPOCH},
};

use reqwest::{
    Client, Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::{Result, TestError, proxy::TEST_HEADER};

/// Password of all demo users.
pub const DEMO_PASSWORD: &str = "lapel-demo";

/// Collaborators of the demo organization.
const TEAM: &str = "/organizations/acme-industries/collaborators/";

/// A signed-in API client.
pub struct OtherClient {
    client: Client,
    base_url: String,
    token: String,
    /// The user's id on the server.
    pub id: String,
}

impl OtherClient {
    /// Signs in at `base_url`, which includes `/v1`.
    pub async fn sign_in(base_url: &str, email: &str, password: &str) -> Result<Self> {
        install_crypto_provider();
        let test_header = HeaderMap::from_iter([(HeaderName::from_static(TEST_HEADER), HeaderValue::from_static("1"))]);
        let client = Client::builder().no_proxy().default_headers(test_header).build()?;
        let body = json!({ "provider": "traditional", "payload": { "email": email, "password": password } });
        let answer: Value = client.post(format!("{base_url}/auth/login")).json(&body).send().await?.json().await?;
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        match (text("/data/accessToken/token"), text("/data/user/id")) {
            (Some(token), Some(id)) => Ok(Self { client, base_url: base_url.to_owned(), token, id }),
            _ => Err(TestError::Failed(format!("{email} cannot sign in: {answer}"))),
        }
    }

    /// The access token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The profile on the server.
    pub async fn profile(&self) -> Result<Value> {
        self.request(Method::GET, "/users/profile", None).await
    }

    /// One text field of the profile; empty if it is missing or not a string.
    pub async fn field(&self, name: &str) -> Result<String> {
        Ok(self.profile().await?[name].as_str().unwrap_or_default().to_owned())
    }

    /// Downloads a file from the server, such as a picture.
    pub async fn download(&self, address: &str) -> Result<Vec<u8>> {
        let answer = self.client.get(address).bearer_auth(&self.token).send().await?.error_for_status()?;
        Ok(answer.bytes().await?.to_vec())
    }

    /// Changes profile fields, given by their JSON names, and returns the new profile.
    pub async fn change(&self, fields: Value) -> Result<Value> {
        self.request(Method::PUT, &format!("/users/{}", self.id), Some(fields)).await
    }

    /// Changes the password.
    pub async fn change_password(&self, old: &str, new: &str) -> Result<()> {
        let body = json!({ "password": old, "newPassword": new });
        self.request(Method::POST, "/auth/register/update-password", Some(body)).await.map(drop)
    }

    /// The team role of a member of the demo organization.
    pub async fn team_role(&self, email: &str) -> Result<String> {
        Ok(self.row(email).await?["role"].as_str().unwrap_or_default().to_owned())
    }

    /// The tags of a member of the demo organization, joined by commas.
    pub async fn tags(&self, email: &str) -> Result<String> {
        let tags = self.row(email).await?["tags"].as_array().cloned().unwrap_or_default();
        Ok(tags.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
    }

    /// Replaces the tags of a member of the demo organization.
    pub async fn set_tags(&self, email: &str, tags: &[&str]) -> Result<()> {
        let row = self.row(email).await?;
        let path = format!("{TEAM}{}", row["id"].as_str().unwrap_or_default());
        self.request(Method::PUT, &path, Some(json!({ "tags": tags }))).await.map(drop)
    }

    /// Changes the team role of a member of the demo organization.
    pub async fn set_team_role(&self, email: &str, role: &str) -> Result<()> {
        let row = self.row(email).await?;
        let path = format!("{TEAM}{}", row["id"].as_str().unwrap_or_default());
        self.request(Method::PUT, &path, Some(json!({ "role": role }))).await.map(drop)
    }

    async fn row(&self, email: &str) -> Result<Value> {
        let mut page = self.request(Method::GET, &format!("{TEAM}?email={email}"), None).await?;
        match page["items"][0].take() {
            Value::Null => Err(TestError::Failed(format!("nobody in the team has the address {email}"))),
            row => Ok(row),
        }
    }

    async fn request(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.client.request(method, format!("{}{path}", self.base_url)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let mut answer: Value = request.send().await?.json().await?;
        match answer["status"].as_bool() {
            Some(true) => Ok(answer["data"].take()),
            _ => Err(TestError::Failed(format!("the server refused {path}: {answer}"))),
        }
    }
}

/// The current two-factor code of the demo user `twofactor@example.com`.
pub fn two_factor_code() -> Result<String> {
    two_factor_code_in(0)
}

/// That user's next code. The server accepts each code only once, and the next one already before its time.
pub fn next_two_factor_code() -> Result<String> {
    two_factor_code_in(30)
}

fn two_factor_code_in(seconds: u64) -> Result<String> {
    let failed = |error: &dyn std::fmt::Debug| TestError::Failed(format!("no two-factor code: {error:?}"));
    let secret = Secret::try_from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").map_err(|error| failed(&error))?;
    let totp = Builder::new().with_secret(secret).build().map_err(|error| failed(&error))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| failed(&error))?;
    Ok(totp.generate(now.as_secs() + seconds).to_string())
}

/// Installs the process-wide TLS crypto provider once. An already installed provider stays.
fn install_crypto_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
    });
}
