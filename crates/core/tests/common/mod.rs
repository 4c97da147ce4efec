//! The app without a window, over the real sandbox and a data folder of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(dead_code, unreachable_pub, reason = "shared by several test binaries, none of which needs all of it")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lapel_api::{Secret, Timeouts};
use lapel_core::views::{
    AppError, OpenedPicture, PictureCrop, Preferences, PreparedPicture, ProfileChanges, SignIn, Snapshot, SyncState,
};
use lapel_core::{App, Backoff, Config, PictureProcess, Vault, VaultError};
use lapel_sandbox::{Database, PasswordCost, Quirks, Sandbox};
use lapel_testkit::proxy::{Proxy, TEST_HEADER};

pub const OWNER: &str = "owner@example.com";
pub const ADMIN: &str = "admin@example.com";
pub const EDITOR: &str = "editor@example.com";
pub const PASSWORD: &str = "lapel-demo";

/// A new first name.
pub fn first_name(name: &str) -> ProfileChanges {
    ProfileChanges { first_name: Some(name.into()), ..Default::default() }
}

/// Whether the server holds everything, and the app knows it.
pub fn all_sent(snapshot: &Snapshot) -> bool {
    snapshot.sync.state == SyncState::Fresh && snapshot.edits.is_empty()
}

/// A keyring that outlives the app and can be locked or taken away.
#[derive(Clone, Default)]
pub struct TestVault {
    pub entries: Arc<Mutex<HashMap<String, String>>>,
    pub trouble: Arc<Mutex<Option<VaultError>>>,
}

impl TestVault {
    fn check(&self) -> Result<(), VaultError> {
        self.trouble.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

impl Vault for TestVault {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        self.check()?;
        Ok(self.entries.lock().unwrap().get(name).cloned().map(Secret::new))
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.check()?;
        self.entries.lock().unwrap().insert(name.to_owned(), secret.expose().to_owned());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), VaultError> {
        self.check()?;
        self.entries.lock().unwrap().remove(name);
        Ok(())
    }
}

pub struct TestApp {
    pub folder: tempfile::TempDir,
    pub vault: TestVault,
    pub sandbox: Option<Sandbox>,
    pub port: u16,
    /// The network before the server, where a test needs one that fails.
    pub proxy: Option<Proxy>,
    pub database: tempfile::TempDir,
    pub app: App,
}

impl TestApp {
    /// The app before anybody signed in; its server listens.
    pub async fn new() -> Self {
        Self::with_members(0).await
    }

    /// The same with so many more people in the team.
    pub async fn with_members(members: u32) -> Self {
        Self::before(members, Quirks::default()).await
    }

    /// Signed in to a server that empties what a PUT of a user leaves out.
    pub async fn with_a_server_that_empties(email: &str) -> Self {
        let test = Self::before(0, Quirks { put_replaces_all: true, ..Quirks::default() }).await;
        test.sign_in(email, PASSWORD).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        test
    }

    async fn before(members: u32, quirks: Quirks) -> Self {
        let (folder, database) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sandbox = sandbox(0, database.path(), members, quirks).await;
        let (vault, port) = (TestVault::default(), sandbox.address().port());
        let app = open(folder.path(), &vault);
        Self { folder, vault, sandbox: Some(sandbox), port, proxy: None, database, app }
    }

    /// Signed in through a network that can be made to fail.
    pub async fn behind_a_proxy(email: &str) -> Self {
        Self::behind_a_proxy_with(email, 0).await
    }

    /// The same with so many more people in the team.
    pub async fn behind_a_proxy_with(email: &str, members: u32) -> Self {
        let mut test = Self::with_members(members).await;
        test.proxy = Some(Proxy::start(test.sandbox().address()).await.unwrap());
        test.sign_in(email, PASSWORD).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        test
    }

    /// Signed in through a proxy, with so short a wait between tries that a test can see many.
    pub async fn trying_quickly(email: &str) -> Self {
        let mut test = Self::behind_a_proxy(email).await;
        let wait = Duration::from_millis(30);
        test.restart_with(|config| config.backoff = Backoff { first: wait, max: wait }).await;
        test.app.start().await;
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && snapshot.edits.is_empty()).await;
        test
    }

    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().unwrap()
    }

    /// Signed in, with the profile as the server has it.
    pub async fn signed_in(email: &str) -> Self {
        let test = Self::new().await;
        test.sign_in(email, PASSWORD).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        test
    }

    pub fn server(&self) -> String {
        self.proxy.as_ref().map_or_else(|| format!("http://127.0.0.1:{}/v1", self.port), Proxy::base_url)
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<(), AppError> {
        let (email, password) = (email.to_owned(), password.to_owned());
        self.app.sign_in(SignIn { server: self.server(), email, password, two_factor_code: None }).await
    }

    /// A file as the form gets it: the largest square in its middle.
    pub async fn prepared(&self, file: Vec<u8>) -> PreparedPicture {
        let opened = self.app.open_picture(&file).await.unwrap();
        self.app.use_picture(&opened.id, &middle(&opened)).await.unwrap()
    }

    /// Waits for a snapshot like this.
    pub async fn wait_until(&self, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
        let mut snapshots = self.app.snapshots();
        let found =
            tokio::time::timeout(Duration::from_secs(20), snapshots.wait_for(|snapshot| wanted(snapshot))).await;
        match found {
            Ok(snapshot) => snapshot.unwrap().as_ref().clone(),
            Err(_) => panic!("never came to it; the last was {:#?}", self.app.snapshot()),
        }
    }

    /// The server is gone.
    pub async fn stop_server(&mut self) {
        self.sandbox.take().unwrap().stop().await;
    }

    /// The server is back at its place.
    pub async fn start_server(&mut self) {
        self.sandbox = Some(sandbox(self.port, self.database.path(), 0, Quirks::default()).await);
    }

    /// Ends the app and opens it again over the same folder and keyring.
    pub async fn restart(&mut self) {
        self.restart_with(|_| {}).await;
    }

    /// The same with another configuration.
    pub async fn restart_with(&mut self, change: impl Fn(&mut Config)) {
        let elsewhere = tempfile::tempdir().unwrap();
        self.app = open(elsewhere.path(), &self.vault);
        // The former app's tasks hold its store until they have seen that it is over.
        for _ in 0..200 {
            let mut config = config(self.folder.path(), &self.vault);
            change(&mut config);
            self.app = App::open(config);
            if self.app.snapshot().storage == lapel_core::views::StorageState::Sound {
                return;
            }
            tokio::task::yield_now().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the data folder stays locked");
    }

    /// Another client, as somebody else with the same account would use.
    pub async fn elsewhere(&self, email: &str) -> OtherClient {
        OtherClient::sign_in(&self.sandbox().base_url(), email).await
    }
}

async fn sandbox(port: u16, folder: &std::path::Path, members: u32, quirks: Quirks) -> Sandbox {
    let database = Database::File(folder.join("sandbox.db"));
    let seed = Some(lapel_sandbox::Seed::Demo { members });
    let config = lapel_sandbox::Config {
        port,
        seed,
        quirks,
        password_cost: PasswordCost::Minimal,
        ..lapel_sandbox::Config::demo(database)
    };
    Sandbox::start(config).await.unwrap()
}

fn open(folder: &std::path::Path, vault: &TestVault) -> App {
    App::open(config(folder, vault))
}

/// What the app is opened with; its own demo server does not start.
pub fn config(folder: &std::path::Path, vault: &TestVault) -> Config {
    let second = Duration::from_secs(1);
    Config {
        data_dir: folder.to_owned(),
        offered_server: None,
        preferences: Preferences::default(),
        system_language: "en".into(),
        downloads: folder.join("downloads"),
        vault: Box::new(vault.clone()),
        start_sandbox: Arc::new(|| Box::pin(async { Err("not in this test".to_owned()) })),
        picture_process: PictureProcess { program: built("lapel-picture") },
        clock: Arc::new(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            i64::try_from(since.as_millis()).unwrap()
        }),
        timeouts: Timeouts { connect: second, read_idle: second * 2, total: second * 5, upload: second * 20 },
        proxies: Default::default(),
        network_probe: Arc::new(Vec::new),
        backoff: Default::default(),
    }
}

/// The largest square in the middle.
pub fn middle(opened: &OpenedPicture) -> PictureCrop {
    let (width, height) = (f64::from(opened.width), f64::from(opened.height));
    let side = width.min(height);
    let (x, y) = ((width - side) / 2.0, (height - side) / 2.0);
    PictureCrop { turns: 0, mirrored: false, x, y, side, ground: None }
}

/// A binary of this workspace, which cargo puts beside the folder of this test.
fn built(name: &str) -> std::path::PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(|deps| deps.parent()).unwrap().join(name)
}

/// A second client of the same server.
pub struct OtherClient {
    client: reqwest::Client,
    server: String,
    token: String,
    pub id: String,
}

impl OtherClient {
    pub async fn sign_in(server: &str, email: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let not_the_app = reqwest::header::HeaderMap::from_iter([(TEST_HEADER.parse().unwrap(), "1".parse().unwrap())]);
        let client = reqwest::Client::builder().no_proxy().default_headers(not_the_app).build().unwrap();
        let payload = serde_json::json!({"email": email, "password": PASSWORD});
        let body = serde_json::json!({"provider": "traditional", "payload": payload});
        let response = client.post(format!("{server}/auth/login")).json(&body).send().await.unwrap();
        let document: serde_json::Value = response.json().await.unwrap();
        let text = |pointer: &str| document.pointer(pointer).and_then(|value| value.as_str()).unwrap().to_owned();
        Self { client, server: server.to_owned(), token: text("/data/accessToken/token"), id: text("/data/user/id") }
    }

    pub async fn profile(&self) -> serde_json::Value {
        let request = self.client.get(format!("{}/users/profile", self.server)).bearer_auth(&self.token);
        let document: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        document["data"].clone()
    }

    /// Changes somebody's team role.
    pub async fn put_team_role(&self, row: &str, role: &str) {
        assert_eq!(self.put_role(&format!("organizations/acme-industries/collaborators/{row}"), role).await, 200);
    }

    /// Tries to change a role; the status of the answer.
    pub async fn put_role(&self, path: &str, role: &str) -> u16 {
        let request = self.client.put(format!("{}/{path}", self.server)).bearer_auth(&self.token);
        request.json(&serde_json::json!({ "role": role })).send().await.unwrap().status().as_u16()
    }

    /// Uploads a picture, which belongs to nobody yet.
    pub async fn upload(&self, png: &[u8]) {
        let head = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\n";
        let body = [head.as_bytes(), png, b"\r\n--b--\r\n"].concat();
        let request = self.client.post(format!("{}/upload/logo/logo", self.server)).bearer_auth(&self.token);
        let request = request.header("content-type", "multipart/form-data; boundary=b").body(body);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    pub async fn put(&self, fields: serde_json::Value) {
        let request = self.client.put(format!("{}/users/{}", self.server, self.id)).bearer_auth(&self.token);
        assert_eq!(request.json(&fields).send().await.unwrap().status(), 200);
    }
}
