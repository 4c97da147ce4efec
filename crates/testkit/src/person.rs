//! A second client of the same person, to look from outside at what reached the server.

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

use crate::{Outcome, Trouble, proxy::TEST_HEADER};

/// The password of every demo person.
pub const DEMO_PASSWORD: &str = "lapel-demo";

/// The demo's team.
const TEAM: &str = "/organizations/acme-industries/collaborators/";

/// Someone signed in to a server, with an HTTP client of their own.
pub struct Person {
    client: Client,
    base_url: String,
    token: String,
    /// Id on the server.
    pub id: String,
}

impl Person {
    /// Signs in at `base_url` (with `/v1`).
    ///
    /// # Errors
    /// [`Trouble`] where the server refuses or cannot be reached.
    pub async fn sign_in(base_url: &str, email: &str, password: &str) -> Outcome<Self> {
        install_provider();
        let not_the_app = HeaderMap::from_iter([(HeaderName::from_static(TEST_HEADER), HeaderValue::from_static("1"))]);
        let client = Client::builder().no_proxy().default_headers(not_the_app).build()?;
        let body = json!({ "provider": "traditional", "payload": { "email": email, "password": password } });
        let answer: Value = client.post(format!("{base_url}/auth/login")).json(&body).send().await?.json().await?;
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        match (text("/data/accessToken/token"), text("/data/user/id")) {
            (Some(token), Some(id)) => Ok(Self { client, base_url: base_url.to_owned(), token, id }),
            _ => Err(Trouble::Missing(format!("{email} cannot sign in: {answer}"))),
        }
    }

    /// The access token, as an API token to sign in with or as a secret to look for.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The profile as the server has it.
    ///
    /// # Errors
    /// [`Trouble`] where the server refuses.
    pub async fn profile(&self) -> Outcome<Value> {
        self.ask(Method::GET, "/users/profile", None).await
    }

    /// One text of the profile; empty where the server has none.
    ///
    /// # Errors
    /// [`Trouble`] where the server refuses.
    pub async fn field(&self, name: &str) -> Outcome<String> {
        Ok(self.profile().await?[name].as_str().unwrap_or_default().to_owned())
    }

    /// The bytes behind an address of the server's, such as that of a picture.
    ///
    /// # Errors
    /// [`Trouble`] where the server refuses.
    pub async fn download(&self, address: &str) -> Outcome<Vec<u8>> {
        let answer = self.client.get(address).bearer_auth(&self.token).send().await?.error_for_status()?;
        Ok(answer.bytes().await?.to_vec())
    }

    /// Changes fields of the profile, key for key as given; answers the new profile.
    ///
    /// # Errors
    /// [`Trouble`] where the server refuses.
    pub async fn change(&self, fields: Value) -> Outcome<Value> {
        self.ask(Method::PUT, &format!("/users/{}", self.id), Some(fields)).await
    }

    /// Changes the password.
    ///
    /// # Errors
    /// [`Trouble`] where the server refuses.
    pub async fn change_password(&self, old: &str, new: &str) -> Outcome<()> {
        let body = json!({ "password": old, "newPassword": new });
        self.ask(Method::POST, "/auth/register/update-password", Some(body)).await.map(drop)
    }

    /// The team role of somebody in the demo's organization.
    ///
    /// # Errors
    /// [`Trouble`] where nobody there has this address.
    pub async fn team_role(&self, email: &str) -> Outcome<String> {
        Ok(self.row(email).await?["role"].as_str().unwrap_or_default().to_owned())
    }

    /// Changes it.
    ///
    /// # Errors
    /// [`Trouble`] where the server refuses.
    pub async fn set_team_role(&self, email: &str, role: &str) -> Outcome<()> {
        let row = self.row(email).await?;
        let path = format!("{TEAM}{}", row["id"].as_str().unwrap_or_default());
        self.ask(Method::PUT, &path, Some(json!({ "role": role }))).await.map(drop)
    }

    async fn row(&self, email: &str) -> Outcome<Value> {
        let mut page = self.ask(Method::GET, &format!("{TEAM}?email={email}"), None).await?;
        match page["items"][0].take() {
            Value::Null => Err(Trouble::Missing(format!("nobody in the team has the address {email}"))),
            row => Ok(row),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Outcome<Value> {
        let mut request = self.client.request(method, format!("{}{path}", self.base_url)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let mut answer: Value = request.send().await?.json().await?;
        match answer["status"].as_bool() {
            Some(true) => Ok(answer["data"].take()),
            _ => Err(Trouble::Missing(format!("the server refused {path}: {answer}"))),
        }
    }
}

/// The six digits that the demo's two-factor person reads off the phone now.
///
/// # Errors
/// [`Trouble::Missing`] where this computer's clock cannot be read.
pub fn two_factor_code() -> Outcome<String> {
    let broken = |error: &dyn std::fmt::Debug| Trouble::Missing(format!("no two-factor code: {error:?}"));
    let secret = Secret::try_from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").map_err(|error| broken(&error))?;
    let totp = Builder::new().with_secret(secret).build().map_err(|error| broken(&error))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| broken(&error))?;
    Ok(totp.generate(now.as_secs()).to_string())
}

/// Chooses the cryptography of this process, once; only the first choice counts.
fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
    });
}
