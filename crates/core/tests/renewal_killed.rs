//! A process that is killed between receiving renewed tokens and keeping them, or just after: what was kept is what counts, and
//! nothing typed is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{OWNER, PASSWORD, TestApp, TestVault, config};
use lapel_api::Secret;
use lapel_core::views::{DraftValues, ProfileChanges, SessionState, SyncState};
use lapel_core::{App, Vault, VaultError};

const FOLDER: &str = "LAPEL_TEST_FOLDER";
const KEYRING: &str = "LAPEL_TEST_KEYRING";
const KILLED: &str = "LAPEL_TEST_KILLED";

/// A keyring in a file. Writing says so and never comes back: there the process is killed.
struct LastWrite {
    file: PathBuf,
    /// Whether the killed write is done before.
    after: bool,
}

impl LastWrite {
    fn entries(&self) -> HashMap<String, String> {
        serde_json::from_slice(&std::fs::read(&self.file).unwrap()).unwrap()
    }
}

impl Vault for LastWrite {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.entries().remove(name).map(Secret::new))
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        if self.after {
            let mut entries = self.entries();
            entries.insert(name.to_owned(), secret.expose().to_owned());
            std::fs::write(&self.file, serde_json::to_vec(&entries).unwrap()).unwrap();
        }
        std::io::stdout().write_all(b"\nkeeping\n").unwrap();
        std::io::stdout().flush().unwrap();
        loop {
            std::thread::park();
        }
    }

    fn remove(&mut self, _name: &str) -> Result<(), VaultError> {
        Ok(())
    }
}

/// Not a test of its own: the process that is killed. It starts over the folder and renews the session.
#[tokio::test(flavor = "multi_thread")]
async fn renews_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let file = PathBuf::from(std::env::var_os(KEYRING).unwrap());
    let after = std::env::var(KILLED).unwrap() == "after";
    let mut config = config(&folder, &TestVault::default());
    config.vault = Box::new(LastWrite { file, after });
    let app = App::open(config);
    app.start().await;
    std::future::pending::<()>().await;
}

/// Runs that process until its keyring is being written.
fn renew_and_kill(folder: &Path, keyring: &Path, killed: &str) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "renews_until_it_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .env(KEYRING, keyring)
        .env(KILLED, killed)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    let said = output.lines().map(Result::unwrap).any(|line| line == "keeping");
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(said, "it ended before it had renewed");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_or_after_the_new_pair_is_kept_the_next_start_asks_to_sign_in_or_goes_on() {
    for killed in ["before", "after"] {
        let mut test = TestApp::signed_in(OWNER).await;
        test.stop_server().await;
        let changes = ProfileChanges { first_name: Some("Olga".into()), ..ProfileChanges::default() };
        test.app.save_profile(changes).await.unwrap();
        let draft = DraftValues { last_name: Some("Typed".into()), ..DraftValues::default() };
        test.app.keep_draft(draft.clone()).await.unwrap();
        // The folder is for the other process now.
        test.restart().await;
        test.app = App::open(config(tempfile::tempdir().unwrap().path(), &test.vault));
        test.start_server().await;
        test.sandbox().expire_access_tokens().await.unwrap();
        let keyring = test.database.path().join("keyring.json");
        let before = test.vault.entries.lock().unwrap().clone();
        std::fs::write(&keyring, serde_json::to_vec(&before).unwrap()).unwrap();
        let (folder, file) = (test.folder.path().to_owned(), keyring.clone());
        tokio::task::spawn_blocking(move || renew_and_kill(&folder, &file, killed)).await.unwrap();
        let kept: HashMap<String, String> = serde_json::from_slice(&std::fs::read(&keyring).unwrap()).unwrap();
        assert_eq!(kept == before, killed == "before");
        *test.vault.entries.lock().unwrap() = kept;

        test.restart().await;
        let started = test.app.snapshot();
        assert_eq!((started.draft, started.edits.len()), (Some(draft), 1), "{killed}");
        test.app.start().await;
        if killed == "before" {
            test.wait_until(|snapshot| snapshot.session == SessionState::Expired && snapshot.sync.unsent == 1).await;
            test.sign_in(OWNER, PASSWORD).await.unwrap();
        }
        let snapshot = test.wait_until(|now| now.sync.state == SyncState::Fresh && now.sync.unsent == 0).await;
        assert_eq!(snapshot.draft.unwrap().last_name.as_deref(), Some("Typed"));
        assert_eq!(test.elsewhere(OWNER).await.profile().await["firstName"], "Olga", "{killed}");
    }
}
