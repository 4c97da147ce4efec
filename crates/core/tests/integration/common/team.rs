//! An app with an open team, and what tests of the team look at.

use std::time::Duration;

use lapel_core::Backoff;
use lapel_core::views::{
    BatchRow, BatchRowState, BatchState, BatchView, RoleChangeRequest, RoleKind, SelectionChange, Snapshot, SyncState,
    TeamQuery, TeamRow, TeamView,
};
use lapel_testkit::proxy::Mark;

use super::TestApp;
use super::{ADMIN, OWNER};

/// The path prefix of requests about the rows of the team.
pub const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

/// Whether the team was read to the end, without an error.
pub fn team_is_read(snapshot: &Snapshot) -> bool {
    snapshot.team.as_ref().is_some_and(|team| team.as_of.is_some() && team.refreshing.is_none() && team.error.is_none())
}

/// Whether the batch has ended.
pub fn batch_is_over(snapshot: &Snapshot) -> bool {
    snapshot.batch.as_ref().is_some_and(|batch| batch.state == BatchState::Over)
}

/// Whether the batch has changed a row.
pub fn has_done(snapshot: &Snapshot) -> bool {
    snapshot.batch.as_ref().is_some_and(|batch| batch.done > 0)
}

/// A query that shows the rows in which this text is found.
pub fn search(text: &str) -> TeamQuery {
    TeamQuery { search: text.into(), ..TeamQuery::default() }
}

impl TestApp {
    /// The tags on the server.
    pub async fn stored_tags(&self, email: &str) -> Vec<String> {
        self.other_client(OWNER).await.team_tags().await.remove(&self.row(email).id).unwrap()
    }

    /// Another administrator sets the tags of a row.
    pub async fn set_elsewhere(&self, email: &str, tags: &[&str]) {
        self.other_client(ADMIN).await.put_tags(&self.row(email).id, tags).await;
    }

    /// Signs in through a proxy to a server with `members` additional team members, opens the team and waits for it.
    pub async fn with_open_team(email: &str, members: u32) -> Self {
        let test = Self::signed_in_through_proxy_with_members(email, members).await;
        test.app.open_team(None).await.unwrap();
        test.wait_until(team_is_read).await;
        test
    }

    /// Like [`Self::with_open_team`], but the app retries after 50 ms.
    pub async fn with_open_team_and_fast_retries(email: &str, members: u32) -> Self {
        let mut test = Self::signed_in_through_proxy_with_members(email, members).await;
        let wait = Duration::from_millis(50);
        test.restart_with(|config| config.backoff = Backoff { first: wait, max: wait }).await;
        test.app.start().await;
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        test.app.open_team(None).await.unwrap();
        test.wait_until(team_is_read).await;
        test
    }

    pub fn team(&self) -> TeamView {
        self.app.snapshot().team.unwrap()
    }

    /// The first row in which this text is found.
    pub fn row(&self, text: &str) -> TeamRow {
        self.app.team_rows(&search(text), 0, 1).unwrap().rows.remove(0)
    }

    /// A change of the role of the first row in which this text is found.
    pub fn change(&self, who: &str, kind: RoleKind, to: &str) -> RoleChangeRequest {
        let row = self.row(who);
        let from = if kind == RoleKind::Team { row.team_role } else { row.user_role.unwrap() };
        RoleChangeRequest { id: row.id, kind, from, to: to.into() }
    }

    pub fn batch(&self) -> BatchView {
        self.app.snapshot().batch.unwrap()
    }

    /// Plans the team role for everybody, and starts it.
    pub async fn run_for_all(&self, role: &str) -> BatchView {
        let query = TeamQuery::default();
        self.app.select_team(&query, &SelectionChange::All).unwrap();
        self.app.plan_batch(&query, RoleKind::Team, role).unwrap();
        let plan = self.batch();
        self.app.run_batch().await.unwrap();
        plan
    }

    /// Waits for the end of the batch.
    pub async fn ended(&self) -> BatchView {
        self.wait_until(batch_is_over).await.batch.unwrap()
    }

    /// The first 1,000 rows of the batch; with `only`, of the rows in this state.
    pub fn batch_rows(&self, only: Option<BatchRowState>) -> Vec<BatchRow> {
        self.app.batch_rows(only, 0, 1000).unwrap().rows
    }

    /// The paths of the PUTs that the proxy has seen since the mark, in their order.
    pub fn puts(&self, mark: Mark) -> Vec<String> {
        let requests = self.proxy().requests(mark).into_iter();
        requests.filter(|request| request.method == "PUT").map(|request| request.path).collect()
    }
}
