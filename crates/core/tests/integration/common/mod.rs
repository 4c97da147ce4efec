//! Fixtures for tests of the app core: an app without a window, the real sandbox server, a fault-injecting proxy and
//! a second client.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(dead_code, unreachable_pub, reason = "shared with the model tests, which do not need all of it")]

pub mod desktop;
pub mod people;
pub mod team;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lapel_api::{Secret, Timeouts};
use lapel_core::views::{
    AppError, OpenedPicture, PictureCrop, Preferences, PreparedPicture, ProfileChanges, Revision, SignIn, Snapshot,
    SyncState,
};
use lapel_core::{App, Backoff, Config, PictureProcess, Vault, VaultError};
use lapel_sandbox::{Database, PasswordCost, Quirks, Sandbox};
use lapel_testkit::proxy::{Proxy, TEST_HEADER};

pub const OWNER: &str = "owner@example.com";
pub const ADMIN: &str = "admin@example.com";
pub const EDITOR: &str = "editor@example.com";
pub const PASSWORD: &str = "lapel-demo";

/// Profile changes that set only the first name.
pub fn first_name(name: &str) -> ProfileChanges {
    ProfileChanges { first_name: Some(name.into()), ..Default::default() }
}

/// Whether all edits are sent and the cached profile is fresh.
pub fn all_sent(snapshot: &Snapshot) -> bool {
    snapshot.sync.state == SyncState::Fresh && snapshot.edits.is_empty()
}

/// An in-memory keyring that survives an app restart. While `failure` is set, every access returns that error.
#[derive(Clone, Default)]
pub struct TestVault {
    pub entries: Arc<Mutex<HashMap<String, String>>>,
    pub failure: Arc<Mutex<Option<VaultError>>>,
}

impl TestVault {
    fn check(&self) -> Result<(), VaultError> {
        self.failure.lock().unwrap().clone().map_or(Ok(()), Err)
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

/// An app with its data folder, keyring and server.
pub struct TestApp {
    pub folder: tempfile::TempDir,
    pub vault: TestVault,
    /// `None` while the server is stopped.
    pub sandbox: Option<Sandbox>,
    pub port: u16,
    /// Set if the app reaches the server through a fault-injecting proxy.
    pub proxy: Option<Proxy>,
    /// The folder of the sandbox database.
    pub database: tempfile::TempDir,
    pub app: App,
}

impl TestApp {
    /// Starts a server and a signed-out app.
    pub async fn new() -> Self {
        Self::with_members(0).await
    }

    /// Starts a server with `members` additional team members, and a signed-out app.
    pub async fn with_members(members: u32) -> Self {
        Self::start(members, Quirks::default()).await
    }

    /// Signs in to a server that clears every user field missing from a PUT, and waits for the profile.
    pub async fn signed_in_with_put_replaces_all(email: &str) -> Self {
        let test = Self::start(0, Quirks { put_replaces_all: true, ..Quirks::default() }).await;
        test.sign_in(email, PASSWORD).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        test
    }

    async fn start(members: u32, quirks: Quirks) -> Self {
        let (folder, database) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sandbox = sandbox(0, database.path(), members, quirks).await;
        let (vault, port) = (TestVault::default(), sandbox.address().port());
        let app = open(folder.path(), &vault);
        Self { folder, vault, sandbox: Some(sandbox), port, proxy: None, database, app }
    }

    /// Signs in through a proxy and waits for the profile.
    pub async fn signed_in_through_proxy(email: &str) -> Self {
        Self::signed_in_through_proxy_with_members(email, 0).await
    }

    /// Like [`Self::signed_in_through_proxy`], with `members` additional team members.
    pub async fn signed_in_through_proxy_with_members(email: &str, members: u32) -> Self {
        let mut test = Self::with_members(members).await;
        test.proxy = Some(Proxy::start(test.sandbox().address()).await.unwrap());
        test.sign_in(email, PASSWORD).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        test
    }

    /// Like [`Self::signed_in_through_proxy`], but the app retries every 30 ms.
    pub async fn signed_in_with_fast_retries(email: &str) -> Self {
        let mut test = Self::signed_in_through_proxy(email).await;
        let wait = Duration::from_millis(30);
        test.restart_with(|config| config.backoff = Backoff { first: wait, max: wait }).await;
        test.app.start().await;
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && snapshot.edits.is_empty()).await;
        test
    }

    /// The proxy. Panics if the test has none.
    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().unwrap()
    }

    /// Signs in without a proxy and waits for the profile.
    pub async fn signed_in(email: &str) -> Self {
        let test = Self::new().await;
        test.sign_in(email, PASSWORD).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        test
    }

    /// The API base URL that the app uses: the proxy's if there is one, otherwise the sandbox's.
    pub fn server(&self) -> String {
        self.proxy.as_ref().map_or_else(|| format!("http://127.0.0.1:{}/v1", self.port), Proxy::base_url)
    }

    /// The server. Panics while it is stopped.
    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    /// Signs in with a password and without a two-factor code.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Revision, AppError> {
        let (email, password) = (email.to_owned(), password.to_owned());
        self.app.sign_in(SignIn { server: self.server(), email, password, two_factor_code: None }).await
    }

    /// Opens an image file in the picture editor and crops it to the largest centered square.
    pub async fn prepare_picture(&self, file: Vec<u8>) -> PreparedPicture {
        let opened = self.app.open_picture(&file).await.unwrap();
        self.app.use_picture(&opened.id, &largest_centered_square(&opened)).await.unwrap()
    }

    /// Waits up to 20 seconds for a snapshot that satisfies the condition, and returns it.
    pub async fn wait_until(&self, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
        let mut snapshots = self.app.snapshots();
        let search = async {
            loop {
                // A copy, because `wanted` may call the app, which must not wait for this reader.
                let snapshot = snapshots.borrow_and_update().as_ref().clone();
                if wanted(&snapshot) {
                    return snapshot;
                }
                snapshots.changed().await.unwrap();
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), search).await {
            Ok(snapshot) => snapshot,
            Err(_) => panic!("timed out waiting for a snapshot; the last one was {:#?}", self.app.snapshot()),
        }
    }

    /// Refreshes and waits until that sync has ended. Panics if the test has no proxy.
    pub async fn refresh_to_the_end(&self) {
        // Syncs do not overlap. The first read may belong to a sync that was already running. The second one then
        // belongs to the refresh, and the third one arrives only after that sync has ended.
        for _ in 0..3 {
            let mark = self.proxy().mark();
            self.app.refresh();
            self.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
        }
    }

    /// Stops the server.
    pub async fn stop_server(&mut self) {
        self.sandbox.take().unwrap().stop().await;
    }

    /// Starts the stopped server again, with the same port and database and without quirks.
    pub async fn start_server(&mut self) {
        self.sandbox = Some(sandbox(self.port, self.database.path(), 0, Quirks::default()).await);
    }

    /// Closes the app and opens it again with the same data folder and keyring. Does not call [`App::start`].
    pub async fn restart(&mut self) {
        self.restart_with(|_| {}).await;
    }

    /// Like [`Self::restart`], with a changed configuration.
    pub async fn restart_with(&mut self, change: impl Fn(&mut Config)) {
        let other_folder = tempfile::tempdir().unwrap();
        self.app = open(other_folder.path(), &self.vault);
        // The previous app's tasks lock the data folder until they have ended.
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

    /// Signs in a second client that bypasses the proxy.
    pub async fn other_client(&self, email: &str) -> OtherClient {
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

/// The configuration of the app under test. Starting the built-in demo server fails.
pub fn config(folder: &std::path::Path, vault: &TestVault) -> Config {
    let second = Duration::from_secs(1);
    Config {
        data_dir: folder.to_owned(),
        offered_server: None,
        page_build: "test".into(),
        preferences: Preferences::default(),
        system_language: "en".into(),
        downloads: folder.join("downloads"),
        desktop: Arc::new(desktop::TestDesktop::default()),
        vault: Box::new(vault.clone()),
        start_sandbox: Arc::new(|| Box::pin(async { Err("not in this test".to_owned()) })),
        picture_process: PictureProcess { program: workspace_binary("lapel-picture") },
        clock: Arc::new(|| {
            let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            i64::try_from(since_epoch.as_millis()).unwrap()
        }),
        timeouts: Timeouts { connect: second, read_idle: second * 2, total: second * 5, upload: second * 20 },
        proxies: Default::default(),
        network_probe: Arc::new(Vec::new),
        backoff: Default::default(),
    }
}

/// All files in a folder and its subfolders.
pub fn files_in(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// A crop to the largest centered square, without rotation.
pub fn largest_centered_square(opened: &OpenedPicture) -> PictureCrop {
    let (width, height) = (f64::from(opened.width), f64::from(opened.height));
    let side = width.min(height);
    let (x, y) = ((width - side) / 2.0, (height - side) / 2.0);
    PictureCrop { turns: 0, mirrored: false, x, y, side, ground: None }
}

/// The path of a binary of this workspace. Cargo puts it in the parent of the folder with the test binary.
fn workspace_binary(name: &str) -> std::path::PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(|deps| deps.parent()).unwrap().join(name)
}

/// A second client of the same server. Calls the API directly.
pub struct OtherClient {
    client: reqwest::Client,
    server: String,
    token: String,
    /// The user id.
    pub id: String,
}

impl OtherClient {
    /// Signs in with [`PASSWORD`].
    pub async fn sign_in(server: &str, email: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let test_header = reqwest::header::HeaderMap::from_iter([(TEST_HEADER.parse().unwrap(), "1".parse().unwrap())]);
        let client = reqwest::Client::builder().no_proxy().default_headers(test_header).build().unwrap();
        let payload = serde_json::json!({"email": email, "password": PASSWORD});
        let body = serde_json::json!({"provider": "traditional", "payload": payload});
        let response = client.post(format!("{server}/auth/login")).json(&body).send().await.unwrap();
        let document: serde_json::Value = response.json().await.unwrap();
        let string_at = |pointer: &str| document.pointer(pointer).and_then(|value| value.as_str()).unwrap().to_owned();
        Self {
            client,
            server: server.to_owned(),
            token: string_at("/data/accessToken/token"),
            id: string_at("/data/user/id"),
        }
    }

    /// The access token, as an API token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Reads the profile of the client's user.
    pub async fn profile(&self) -> serde_json::Value {
        let request = self.client.get(format!("{}/users/profile", self.server)).bearer_auth(&self.token);
        let document: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        document["data"].clone()
    }

    /// Changes the team role of the collaborator with id `row`. Panics if the server refuses.
    pub async fn put_team_role(&self, row: &str, role: &str) {
        assert_eq!(self.put_role(&format!("organizations/acme-industries/collaborators/{row}"), role).await, 200);
    }

    /// Changes the tags of the collaborator with id `row`. Panics if the server refuses.
    pub async fn put_tags(&self, row: &str, tags: &[&str]) {
        let url = format!("{}/organizations/acme-industries/collaborators/{row}", self.server);
        let request = self.client.put(url).bearer_auth(&self.token).json(&serde_json::json!({ "tags": tags }));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    /// The team roles of all collaborators, by the ids of their rows.
    pub async fn team_roles(&self) -> HashMap<String, String> {
        self.team_values("role").await
    }

    /// The tags of all collaborators, by the ids of their rows.
    pub async fn team_tags(&self) -> HashMap<String, Vec<String>> {
        self.team_values("tags").await
    }

    async fn team_values<T: serde::de::DeserializeOwned>(&self, key: &str) -> HashMap<String, T> {
        let url = format!("{}/organizations/acme-industries/collaborators/?limit=1000", self.server);
        let request = self.client.get(url).bearer_auth(&self.token);
        let document: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        let rows = document["data"]["items"].as_array().unwrap().iter();
        rows.map(|row| (row["id"].as_str().unwrap().to_owned(), T::deserialize(&row[key]).unwrap())).collect()
    }

    /// Sends a role change to `path` below the API base URL and returns the HTTP status.
    pub async fn put_role(&self, path: &str, role: &str) -> u16 {
        let request = self.client.put(format!("{}/{path}", self.server)).bearer_auth(&self.token);
        request.json(&serde_json::json!({ "role": role })).send().await.unwrap().status().as_u16()
    }

    /// Uploads a PNG without assigning it to a profile.
    pub async fn upload(&self, png: &[u8]) {
        let part_header = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\n";
        let body = [part_header.as_bytes(), png, b"\r\n--b--\r\n"].concat();
        let request = self.client.post(format!("{}/upload/logo/logo", self.server)).bearer_auth(&self.token);
        let request = request.header("content-type", "multipart/form-data; boundary=b").body(body);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    /// Changes fields of the client's user.
    pub async fn put(&self, fields: serde_json::Value) {
        let request = self.client.put(format!("{}/users/{}", self.server, self.id)).bearer_auth(&self.token);
        assert_eq!(request.json(&fields).send().await.unwrap().status(), 200);
    }
}
