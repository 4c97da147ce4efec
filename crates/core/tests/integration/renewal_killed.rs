//! The process is killed just before or just after it writes renewed tokens to the keyring. The next start uses the
//! tokens in the keyring, and no edit or draft is lost.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::{OWNER, PASSWORD, TestApp, TestVault, config};
use lapel_api::Secret;
use lapel_core::views::{DraftValues, ProfileChanges, SessionState, SyncState};
use lapel_core::{App, Vault, VaultError};

const FOLDER: &str = "LAPEL_TEST_FOLDER";
const KEYRING: &str = "LAPEL_TEST_KEYRING";
const KILLED: &str = "LAPEL_TEST_KILLED";

/// A keyring in a file. A write prints a line and then blocks, so that the test can kill the process at this point.
struct BlockingVault {
    file: PathBuf,
    /// Whether the entry is written before the process blocks.
    writes_first: bool,
}

impl BlockingVault {
    fn entries(&self) -> HashMap<String, String> {
        serde_json::from_slice(&std::fs::read(&self.file).unwrap()).unwrap()
    }
}

impl Vault for BlockingVault {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.entries().remove(name).map(Secret::new))
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        if self.writes_first {
            let mut entries = self.entries();
            entries.insert(name.to_owned(), secret.expose().to_owned());
            std::fs::write(&self.file, serde_json::to_vec(&entries).unwrap()).unwrap();
        }
        std::io::stdout().write_all(b"\nwriting\n").unwrap();
        std::io::stdout().flush().unwrap();
        loop {
            std::thread::park();
        }
    }

    fn remove(&mut self, _name: &str) -> Result<(), VaultError> {
        Ok(())
    }
}

/// Not a test by itself: the child process that [`renew_and_kill`] starts. Does nothing without the environment
/// variables.
#[tokio::test(flavor = "multi_thread")]
async fn child_process_renews_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let file = PathBuf::from(std::env::var_os(KEYRING).unwrap());
    let writes_first = std::env::var(KILLED).unwrap() == "after";
    let mut config = config(&folder, &TestVault::default());
    config.vault = Box::new(BlockingVault { file, writes_first });
    let app = App::open(config);
    app.start().await;
    std::future::pending::<()>().await;
}

/// Runs the child process until it writes to the keyring, then kills it.
fn renew_and_kill(folder: &Path, keyring: &Path, killed: &str) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "renewal_killed::child_process_renews_until_killed", "--nocapture"])
        .env(FOLDER, folder)
        .env(KEYRING, keyring)
        .env(KILLED, killed)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    let is_writing = output.lines().map(Result::unwrap).any(|line| line == "writing");
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(is_writing, "the process ended before it wrote the tokens");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_before_the_write_requires_a_sign_in_and_after_a_later_kill_the_session_continues() {
    for killed in ["before", "after"] {
        let mut test = TestApp::signed_in(OWNER).await;
        test.stop_server().await;
        let changes = ProfileChanges { first_name: Some("Olga".into()), ..ProfileChanges::default() };
        test.app.save_profile(changes).await.unwrap();
        let draft = DraftValues { last_name: Some("Typed".into()), ..DraftValues::default() };
        test.app.keep_draft(draft.clone()).await.unwrap();
        // Release the data folder for the child process.
        test.restart().await;
        test.app = App::open(config(tempfile::tempdir().unwrap().path(), &test.vault));
        test.start_server().await;
        test.sandbox().expire_access_tokens().await.unwrap();
        let keyring = test.database.path().join("keyring.json");
        let before = test.vault.entries.lock().unwrap().clone();
        std::fs::write(&keyring, serde_json::to_vec(&before).unwrap()).unwrap();
        let (folder, file) = (test.folder.path().to_owned(), keyring.clone());
        tokio::task::spawn_blocking(move || renew_and_kill(&folder, &file, killed)).await.unwrap();
        let stored: HashMap<String, String> = serde_json::from_slice(&std::fs::read(&keyring).unwrap()).unwrap();
        assert_eq!(stored == before, killed == "before");
        *test.vault.entries.lock().unwrap() = stored;

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
        assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga", "{killed}");
    }
}
