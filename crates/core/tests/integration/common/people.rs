//! The people on the server of a test, and what a test leaves on the disk.

use std::path::Path;

use lapel_testkit::other_client::OtherClient;

use super::{OWNER, TestApp, files_in};

impl TestApp {
    /// Whether somebody can sign in with this password.
    pub async fn accepts(&self, email: &str, password: &str) -> bool {
        OtherClient::sign_in(&self.sandbox().base_url(), email, password).await.is_ok()
    }

    /// Runs SQL that changes one row in the database of the server.
    pub fn change_on_server(&self, statement: &str, email: &str) {
        let database = rusqlite::Connection::open(self.database.path().join("sandbox.db")).unwrap();
        assert_eq!(database.execute(statement, [email]).unwrap(), 1);
    }
}

/// Fails if a file has a name, the email address or the typed name "Olga-Zyx" of the owner, who has signed out.
pub fn assert_no_trace_of_owner(folder: &Path) {
    for file in files_in(folder) {
        let bytes = std::fs::read(&file).unwrap();
        for trace in ["Olga-Zyx", "Olivia", OWNER] {
            let found = bytes.windows(trace.len()).any(|window| window == trace.as_bytes());
            assert!(!found, "{trace} is still in {}", file.display());
        }
    }
}
