//! The history of role changes: what it says of batches, its search, and undoing a single change.

use std::time::Duration;

use crate::common::team::{COLLABORATORS, batch_is_over};
use crate::common::{ADMIN, OWNER, TestApp};
use lapel_core::views::{
    BatchState, BatchView, ErrorCode, HistoryCounts, HistoryRow, RoleChangeRequest, RoleKind, SelectionChange,
    Snapshot, TeamQuery,
};
use lapel_testkit::proxy::Fault;

fn has_done(snapshot: &Snapshot) -> bool {
    snapshot.batch.as_ref().is_some_and(|batch| batch.done > 0)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}

impl TestApp {
    async fn found_changes(&self, search: &str) -> Vec<HistoryRow> {
        self.app.role_history(search, 0, 100).await.unwrap().rows
    }

    /// The only row of the history.
    async fn only(&self) -> HistoryRow {
        let mut rows = self.found_changes("").await;
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    async fn run_for(&self, search: &str, role: &str) -> BatchView {
        let query = TeamQuery { search: search.into(), ..TeamQuery::default() };
        self.app.select_team(&query, &SelectionChange::All).unwrap();
        self.app.plan_batch(&query, RoleKind::Team, role).unwrap();
        let plan = self.batch();
        self.app.run_batch().await.unwrap();
        plan
    }

    /// Starts a batch for everybody that takes a while, and returns after the first changes.
    async fn run_slowly(&self) -> BatchView {
        self.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(40)));
        let plan = self.run_for("", "unassigned").await;
        self.wait_until(has_done).await;
        plan
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_was_tried_again_counts_once() {
    let test = TestApp::with_open_team(OWNER, 20).await;
    for _ in 0..4 {
        test.proxy().next_on("PUT", COLLABORATORS, Fault::refused(400, 5120, "Not on a Wednesday"));
    }
    let plan = test.run_for("", "unassigned").await;
    assert_eq!(test.ended().await.failed, 4);
    let counts = HistoryCounts { made: number(plan.changes) - 4, failed: 4, ..HistoryCounts::default() };
    assert_eq!(test.only().await.counts, counts);
    test.app.retry_batch().await.unwrap();
    test.wait_until(|snapshot| batch_is_over(snapshot) && snapshot.batch.as_ref().unwrap().failed == 0).await;
    let counts = HistoryCounts { made: number(plan.changes), ..HistoryCounts::default() };
    assert_eq!(test.only().await.counts, counts);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_that_a_cancelled_batch_did_not_try_are_counted() {
    let test = TestApp::with_open_team(OWNER, 60).await;
    let plan = test.run_slowly().await;
    test.app.cancel_batch().unwrap();
    let view = test.ended().await;
    assert!(view.cancelled > 0, "{view:?}");
    let made = number(view.done);
    let counts = HistoryCounts { made, not_tried: number(plan.changes) - made, ..HistoryCounts::default() };
    assert_eq!(test.only().await.counts, counts);
    let found = test.found_changes("acme industries").await;
    assert_eq!(found[0].counts, counts, "the organization is searched, also for the rows that were not tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_batch_says_so_has_no_unknown_rows_and_can_be_opened() {
    let test = TestApp::with_open_team(OWNER, 60).await;
    let plan = test.run_slowly().await;
    let row = test.only().await;
    let HistoryCounts { made, failed, unknown, not_tried } = row.counts;
    assert!(row.running, "{row:?}");
    assert_eq!((made + failed + not_tried, unknown), (number(plan.changes), 0), "{row:?}");
    test.app.open_batch(&row.batch.unwrap()).await.unwrap();
    assert_eq!(test.batch().state, BatchState::Running);
    test.app.open_batch("another").await.unwrap_err();
    test.ended().await;
    let row = test.only().await;
    assert_eq!((row.running, row.counts.made), (false, number(plan.changes)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_is_marked_and_different_roles_are_none() {
    let test = TestApp::with_open_team(OWNER, 20).await;
    test.run_for("", "unassigned").await;
    test.ended().await;
    test.app.undo_batch().await.unwrap();
    test.app.run_batch().await.unwrap();
    test.ended().await;
    let rows = test.found_changes("").await;
    let shown = rows.iter().map(|row| (row.undoes, row.from.as_deref(), row.to.as_deref())).collect::<Vec<_>>();
    assert_eq!(shown, [(true, Some("unassigned"), None), (false, None, Some("unassigned"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_change_can_be_undone_from_the_history_unless_somebody_else_has_changed_the_role() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let change = test.change("editor@", RoleKind::Team, "viewer");
    test.app.change_role(change.clone()).await.unwrap();
    let undo = RoleChangeRequest { from: "viewer".into(), to: "editor".into(), ..change };
    assert_eq!(test.only().await.undo, Some(undo.clone()));
    test.other_client(ADMIN).await.put_team_role(&undo.id, "unassigned").await;
    assert_eq!(test.app.change_role(undo.clone()).await.unwrap_err().code, ErrorCode::RoleMoved);
    assert_eq!(test.row("editor@").team_role, "unassigned");
    assert_eq!(test.only().await.undo, None, "the row has another role now");
    test.other_client(ADMIN).await.put_team_role(&undo.id, "viewer").await;
    test.app.refresh_team();
    test.wait_until(|_| test.row("editor@").team_role == "viewer").await;
    test.app.change_role(test.only().await.undo.unwrap()).await.unwrap();
    assert_eq!(test.row("editor@").team_role, "editor");
    let undos = test.found_changes("").await.into_iter().map(|row| row.undo).collect::<Vec<_>>();
    let redo = RoleChangeRequest { from: "editor".into(), to: "viewer".into(), ..undo };
    assert_eq!(undos, [Some(redo), None], "only the last change can be undone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_not_offered_to_be_undone_without_the_right_or_after_a_batch() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    test.proxy().next_on("PUT", COLLABORATORS, Fault::refused(400, 5120, "Not on a Wednesday"));
    test.app.change_role(test.change("editor@", RoleKind::Team, "viewer")).await.unwrap_err();
    assert_eq!(test.only().await.undo, None, "nothing was changed");
    test.app.change_role(test.change("editor@", RoleKind::Team, "viewer")).await.unwrap();
    test.run_for("editor@", "unassigned").await;
    test.ended().await;
    assert!(test.found_changes("").await.iter().all(|row| row.undo.is_none()));

    let test = TestApp::with_open_team(ADMIN, 0).await;
    test.app.change_role(test.change(ADMIN, RoleKind::Team, "editor")).await.unwrap();
    assert_eq!(test.only().await.undo, None, "an editor cannot become an admin again without help");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_that_were_changed_here_can_be_found_also_after_a_restart() {
    let mut test = TestApp::with_open_team(OWNER, 20).await;
    let changed = TeamQuery { changed_by_me: true, ..TeamQuery::default() };
    let found = |test: &TestApp| {
        let count = test.app.team_rows(&TeamQuery::default(), 0, 1).unwrap().counts.changed_by_me;
        let mut emails: Vec<String> =
            test.app.team_rows(&changed, 0, 1000).unwrap().rows.into_iter().map(|row| row.email).collect();
        assert_eq!(emails.len(), count);
        emails.sort();
        emails
    };
    assert_eq!(found(&test), Vec::<String>::new());
    test.proxy().next_on("PUT", COLLABORATORS, Fault::refused(400, 5120, "Not on a Wednesday"));
    let viewer = test.change("viewer@example.com", RoleKind::Team, "editor");
    test.app.change_role(viewer.clone()).await.unwrap_err();
    assert_eq!(found(&test), Vec::<String>::new(), "a refused change counts as none");
    test.app.change_role(viewer).await.unwrap();
    assert_eq!(found(&test), ["viewer@example.com"]);
    test.run_for("member0000", "unassigned").await;
    test.ended().await;
    let with_batch = found(&test);
    assert!(with_batch.len() > 5, "{with_batch:?}");
    test.restart().await;
    test.app.start().await;
    test.app.open_team(None).await.unwrap();
    assert_eq!(found(&test), with_batch);
}
