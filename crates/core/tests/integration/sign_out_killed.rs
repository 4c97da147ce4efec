//! The process is killed while it signs out, because the server or the keyring does not respond. The account is not shown again,
//! and the next start removes what is left.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::common::people::assert_no_trace_of_owner;
use crate::common::{EDITOR, OWNER, PASSWORD, TestApp, TestVault, config, first_name};
use lapel_api::Secret;
use lapel_core::views::{SessionState, SignOutScope, SyncState};
use lapel_core::{App, Vault, VaultError};
use lapel_testkit::proxy::Fault;

const FOLDER: &str = "LAPEL_TEST_FOLDER";
const KEYRING: &str = "LAPEL_TEST_KEYRING";
const BLOCKS: &str = "LAPEL_TEST_KEYRING_BLOCKS";

/// A keyring in a file. If it blocks, a removal prints a line and then waits, as for the answer to a prompt.
struct FileVault {
    file: PathBuf,
    blocks: bool,
}

impl FileVault {
    fn entries(&self) -> HashMap<String, String> {
        serde_json::from_slice(&std::fs::read(&self.file).unwrap()).unwrap()
    }

    fn write(&self, entries: &HashMap<String, String>) {
        std::fs::write(&self.file, serde_json::to_vec(entries).unwrap()).unwrap();
    }
}

impl Vault for FileVault {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.entries().remove(name).map(Secret::new))
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        let mut entries = self.entries();
        entries.insert(name.to_owned(), secret.expose().to_owned());
        self.write(&entries);
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), VaultError> {
        if self.blocks {
            std::io::stdout().write_all(b"\nremoving\n").unwrap();
            std::io::stdout().flush().unwrap();
            loop {
                std::thread::park();
            }
        }
        let mut entries = self.entries();
        entries.remove(name);
        self.write(&entries);
        Ok(())
    }
}

/// Not a test by itself: the child process that [`signing_out`] starts. Does nothing without the environment variables.
#[tokio::test(flavor = "multi_thread")]
async fn child_process_signs_out_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let file = PathBuf::from(std::env::var_os(KEYRING).unwrap());
    let mut config = config(&folder, &TestVault::default());
    config.vault = Box::new(FileVault { file, blocks: std::env::var_os(BLOCKS).is_some() });
    let app = App::open(config);
    app.start().await;
    assert_eq!(app.snapshot().session, SessionState::SignedIn);
    app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    std::future::pending::<()>().await;
}

/// Starts a process that signs out.
fn signing_out(folder: &Path, keyring: &Path, keyring_blocks: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "sign_out_killed::child_process_signs_out_until_killed", "--nocapture"]);
    command.env(FOLDER, folder).env(KEYRING, keyring).stdout(Stdio::piped());
    if keyring_blocks {
        command.env(BLOCKS, "1");
    }
    command.spawn().unwrap()
}

/// An app with a second account and an unsent edit, whose data folder is free for a child process. The keyring is in the file.
async fn signed_in_and_closed() -> (TestApp, PathBuf) {
    let mut test = TestApp::signed_in_through_proxy(EDITOR).await;
    test.app.leave_account().await.unwrap();
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    test.proxy().always_on("PUT", "/v1/users", Fault::status(503));
    test.app.save_profile(first_name("Olga-Zyx")).await.unwrap();
    test.restart().await;
    test.app = App::open(config(tempfile::tempdir().unwrap().path(), &test.vault));
    let keyring = test.database.path().join("keyring.json");
    std::fs::write(&keyring, serde_json::to_vec(&*test.vault.entries.lock().unwrap()).unwrap()).unwrap();
    (test, keyring)
}

fn assert_only_the_editor_is_left(test: &TestApp) {
    let snapshot = test.app.snapshot();
    assert_eq!((snapshot.session, snapshot.account), (SessionState::SignedOut, None));
    assert!(snapshot.profile.is_none() && snapshot.edits.is_empty());
    let others: Vec<_> = snapshot.other_accounts.into_iter().map(|account| account.email).collect();
    assert_eq!(others, [EDITOR]);
}

fn entries(keyring: &Path) -> HashMap<String, String> {
    serde_json::from_slice(&std::fs::read(keyring).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_while_the_server_does_not_respond_nothing_of_the_account_is_left() {
    let (mut test, keyring) = signed_in_and_closed().await;
    test.proxy().always_on("POST", "/v1/auth/logout", Fault::Stall);
    let mark = test.proxy().mark();
    let mut process = signing_out(test.folder.path(), &keyring, false);
    test.proxy().wait_for(mark, "POST", "/v1/auth/logout").await.unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    *test.vault.entries.lock().unwrap() = entries(&keyring);
    test.restart().await;
    assert_only_the_editor_is_left(&test);
    assert_eq!(test.vault.entries.lock().unwrap().len(), 1, "only the editor's entry");
    assert_no_trace_of_owner(test.folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_while_the_keyring_does_not_respond_the_next_start_removes_the_token_and_asks_the_server_once() {
    let (mut test, keyring) = signed_in_and_closed().await;
    let (folder, file) = (test.folder.path().to_owned(), keyring.clone());
    let killed = tokio::task::spawn_blocking(move || {
        let mut process = signing_out(&folder, &file, true);
        let output = BufReader::new(process.stdout.take().unwrap());
        let is_removing = output.lines().map(Result::unwrap).any(|line| line == "removing");
        process.kill().unwrap();
        process.wait().unwrap();
        is_removing
    });
    assert!(killed.await.unwrap(), "the process ended before it removed the token");
    assert_eq!(entries(&keyring).len(), 2);
    *test.vault.entries.lock().unwrap() = entries(&keyring);
    test.proxy().always_on("POST", "/v1/auth/logout", Fault::Stall);
    let mark = test.proxy().mark();
    test.restart().await;
    assert_only_the_editor_is_left(&test);
    test.app.start().await;
    assert_only_the_editor_is_left(&test);
    test.proxy().wait_for(mark, "POST", "/v1/auth/logout").await.unwrap();
    assert_eq!(test.vault.entries.lock().unwrap().len(), 1, "the token is removed before the server is asked");
    // The same person begins again, while the server still does not respond.
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && snapshot.edits.is_empty()).await;
    assert_eq!(test.vault.entries.lock().unwrap().len(), 2);
    let mark = test.proxy().mark();
    test.restart().await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    assert_eq!(test.proxy().writes(mark), Vec::new(), "the server was asked only once");
}
