//! No password, no token and no link of a mail reaches the log or a file. A test program of its own, because the log belongs
//! to the process.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::common::{EDITOR, PASSWORD, TestApp};
use lapel_core::views::{ErrorCode, PasswordChange, PasswordConfirmation, PasswordReset, SyncState, TypedSecret};
use lapel_testkit::proxy::Fault;
use tracing_subscriber::fmt::MakeWriter;

// Unlike the demo password, these occur nowhere else.
const WRONG: &str = "Wrong-Heron-4711";
const FIRST: &str = "Quiet-Heron-4711";
const SECOND: &str = "Quiet-Egret-4712";

/// The log of the process, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn secret(text: &str) -> TypedSecret {
    TypedSecret(text.into())
}

/// The secrets that occur in these bytes.
fn found<'a>(bytes: &[u8], secrets: &'a [String]) -> Vec<&'a str> {
    let occurs = |text: &&str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    secrets.iter().map(String::as_str).filter(occurs).collect()
}

/// Checks all files of a folder and returns how many there are.
fn check_files(folder: &Path, secrets: &[String]) -> usize {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let check = |path: std::path::PathBuf| {
        if path.is_dir() {
            return check_files(&path, secrets);
        }
        assert_eq!(found(&std::fs::read(&path).unwrap(), secrets), Vec::<&str>::new(), "{}", path.display());
        1
    };
    paths.map(check).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_token_or_link_is_in_the_log_or_in_a_file() {
    let log = Log::default();
    let level = tracing_subscriber::filter::LevelFilter::TRACE;
    tracing_subscriber::fmt().with_max_level(level).with_writer(log.clone()).with_ansi(false).init();

    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    let change = |current: &str, new: &str| {
        test.app.change_password(PasswordChange { current: secret(current), new_password: secret(new) })
    };
    assert_eq!(change(WRONG, FIRST).await.unwrap_err().code, ErrorCode::WrongPassword);
    test.proxy().next_on("POST", "/v1/auth/register/update-password", Fault::ResetBefore);
    assert_eq!(change(PASSWORD, FIRST).await.unwrap_err().code, ErrorCode::PasswordUnknown);
    change(PASSWORD, FIRST).await.unwrap();
    let confirmation = || PasswordConfirmation { password: secret(FIRST) };
    test.app.remove_two_factor(confirmation()).await.unwrap();
    assert_eq!(test.app.resend_verification(confirmation()).await.unwrap_err().code, ErrorCode::AlreadyVerified);
    test.app.forgot_password(&test.server(), EDITOR).await.unwrap();
    let link = test.sandbox().take_mails().remove(0).link;
    let reset = |link: &str| {
        let (link, new_password) = (secret(link), secret(SECOND));
        test.app.reset_password(PasswordReset { server: test.server(), link, new_password })
    };
    assert_eq!(reset("Unknown-Heron-4713").await.unwrap_err().code, ErrorCode::LinkRefused);
    reset(&link).await.unwrap();
    test.sign_in(EDITOR, SECOND).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;

    let mut secrets = test.proxy().tokens();
    assert!(secrets.len() >= 4, "the tokens of two sessions");
    let token = link.split_once("?token=").unwrap().1;
    secrets.extend([WRONG, FIRST, SECOND, "Unknown-Heron-4713", token].map(str::to_owned));
    let log = log.0.lock().unwrap().clone();
    assert!(log.len() > 1000, "the log is captured");
    assert_eq!(found(&log, &secrets), Vec::<&str>::new(), "the log contains a secret");
    assert!(check_files(test.folder.path(), &secrets) > 0);
    let snapshot = serde_json::to_vec(&test.app.snapshot()).unwrap();
    assert_eq!(found(&snapshot, &secrets), Vec::<&str>::new(), "the page gets a secret");
}
