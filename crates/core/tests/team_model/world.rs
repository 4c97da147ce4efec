//! The app, its server, and the other administrator, shared by many cases.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use lapel_core::Backoff;
use lapel_core::views::{BatchState, SessionState, Snapshot, SyncState, TeamQuery};

use super::common::team::team_is_read;
use super::common::{OWNER, OtherClient, PASSWORD, TestApp};
use super::course::Subject;
use super::steps::{ROLES, ROWS, TAGS};

/// The environment of the cases.
pub(crate) struct World {
    pub(crate) test: TestApp,
    other: OtherClient,
    /// Ids of the rows that are changed.
    pub(crate) rows: Vec<String>,
    /// The addresses of the rows.
    pub(crate) emails: Vec<String>,
    pub(crate) cases: u32,
    /// Whether a case was begun and has not ended well.
    pub(crate) is_dirty: bool,
    markers: u32,
}

impl World {
    pub(crate) async fn new() -> Self {
        let mut test = TestApp::signed_in_through_proxy_with_members(OWNER, 8).await;
        let wait = Duration::from_millis(2);
        test.restart_with(|config| config.backoff = Backoff { first: wait, max: wait }).await;
        test.app.start().await;
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        test.app.open_team(None).await.unwrap();
        test.wait_until(team_is_read).await;
        let query = TeamQuery { search: "member".into(), ..TeamQuery::default() };
        let found = test.app.team_rows(&query, 0, ROWS).unwrap().rows;
        let (rows, emails) = found.into_iter().map(|row| (row.id, row.email)).unzip();
        let other = test.other_client(OWNER).await;
        Self { test, other, rows, emails, cases: 0, is_dirty: false, markers: 0 }
    }

    /// Closes the app in the middle of what it does, and opens it again.
    pub(crate) async fn crash(&mut self) {
        let wait = Duration::from_millis(2);
        self.test.app.finish().await;
        self.test.restart_with(|config| config.backoff = Backoff { first: wait, max: wait }).await;
        self.test.app.start().await;
        self.ready().await;
    }

    /// Ends all sessions, and signs in again.
    pub(crate) async fn end_sessions(&mut self) {
        self.test.sandbox().end_all_sessions().await.unwrap();
        self.other = self.test.other_client(OWNER).await;
        // The run may have ended before, so it is not certain that it notices.
        self.test.app.refresh();
        self.test.wait_until(|snapshot| snapshot.session == SessionState::Expired).await;
    }

    pub(crate) async fn expire_access_tokens(&mut self) {
        self.test.sandbox().expire_access_tokens().await.unwrap();
        self.other = self.test.other_client(OWNER).await;
    }

    /// Waits until the app is signed in, the team is read, no batch runs and no outcome is unknown. Signs in if
    /// necessary.
    pub(crate) async fn ready(&mut self) {
        let settled = |snapshot: &Snapshot| match &snapshot.batch {
            Some(batch) => batch.state == BatchState::Planned || batch.state == BatchState::Over && batch.unknown == 0,
            None => true,
        };
        loop {
            let is_ready = |snapshot: &Snapshot| {
                let is_signed_in = snapshot.session == SessionState::SignedIn;
                is_signed_in && snapshot.sync.state == SyncState::Fresh && settled(snapshot) && snapshot.team.is_some()
            };
            let snapshot =
                self.test.wait_until(|snapshot| is_ready(snapshot) || snapshot.session == SessionState::Expired).await;
            if is_ready(&snapshot) {
                return;
            }
            self.test.sign_in(OWNER, PASSWORD).await.unwrap();
            self.test.app.open_team(None).await.unwrap();
            self.test.wait_until(team_is_read).await;
        }
    }

    /// The other administrator gives a role to a row, or adds or removes a tag.
    pub(crate) async fn change_elsewhere(&self, row: usize, index: usize, subject: Subject) {
        if subject == Subject::Roles {
            return self.other.put_team_role(&self.rows[row], ROLES[index]).await;
        }
        let (mut tags, tag) = (self.tags().await.remove(row), TAGS[index % TAGS.len()]);
        if !tags.remove(tag) {
            tags.insert(tag.to_owned());
        }
        self.other.put_tags(&self.rows[row], &tags.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }

    /// The tags of the rows on the server.
    pub(crate) async fn tags(&self) -> Vec<BTreeSet<String>> {
        let mut tags = self.other.team_tags().await;
        self.rows.iter().map(|row| tags.remove(row).unwrap().into_iter().collect()).collect()
    }

    /// The tags of the rows in the app.
    pub(crate) fn shown_tags(&self) -> Vec<BTreeSet<String>> {
        let rows = self.test.app.team_rows(&TeamQuery::default(), 0, 1000).unwrap().rows;
        let mut tags: HashMap<String, Vec<String>> = rows.into_iter().map(|row| (row.id, row.tags)).collect();
        self.rows.iter().map(|row| tags.remove(row).unwrap().into_iter().collect()).collect()
    }

    /// The roles of the rows on the server.
    pub(crate) async fn roles(&self) -> Vec<String> {
        let roles = self.other.team_roles().await;
        self.rows.iter().map(|row| roles[row].clone()).collect()
    }

    /// The roles of the rows in the app.
    pub(crate) fn shown_roles(&self) -> Vec<String> {
        let rows = self.test.app.team_rows(&TeamQuery::default(), 0, 1000).unwrap().rows;
        let roles: HashMap<String, String> = rows.into_iter().map(|row| (row.id, row.team_role)).collect();
        self.rows.iter().map(|row| roles[row].clone()).collect()
    }

    /// Marks the present place in the server's log of requests.
    pub(crate) async fn mark(&mut self) -> String {
        self.markers += 1;
        let marker = format!("/marker/{}", self.markers);
        assert_ne!(self.other.put_role(&marker[1..], "none").await, 200);
        marker
    }

    /// The number of PUTs of each row that have reached the server since the marker.
    pub(crate) fn puts_since(&self, marker: &str) -> Vec<usize> {
        let log = self.test.sandbox().requests();
        let from = log.iter().rposition(|(_, path)| path.ends_with(marker)).expect("the log has the marker");
        let puts: Vec<&String> =
            log[from..].iter().filter(|(method, _)| method == "PUT").map(|(_, path)| path).collect();
        self.rows.iter().map(|row| puts.iter().filter(|path| path.ends_with(row.as_str())).count()).collect()
    }
}
