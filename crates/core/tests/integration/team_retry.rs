//! Which rows of a batch a further run changes, and what happens to a batch when another one is planned.

use std::time::Duration;

use crate::common::team::{COLLABORATORS, has_done, search, team_is_read};
use crate::common::{OWNER, TestApp};
use lapel_core::views::{BatchRow, BatchRowState, ErrorCode, RoleKind, SelectionChange, TeamQuery};
use lapel_testkit::proxy::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_leaves_rows_alone_that_somebody_else_has_changed_or_removed() {
    let test = TestApp::with_open_team(OWNER, 20).await;
    let query = search("member");
    test.app.select_team(&query, &SelectionChange::All).unwrap();
    test.app.plan_batch(&query, RoleKind::Team, "unassigned").unwrap();
    let mut planned: Vec<BatchRow> = test.batch_rows(Some(BatchRowState::Planned));
    planned.retain(|row| row.from != "admin");
    let [moved, gone, failing] = [&planned[0], &planned[1], &planned[2]];
    let id_of = |row: &BatchRow| test.row(&row.email).id;
    let (moved_id, gone_id, failing_id) = (id_of(moved), id_of(gone), id_of(failing));
    let database = rusqlite::Connection::open(test.database.path().join("sandbox.db")).unwrap();
    let promoted = "UPDATE collaborator SET role = 'admin' WHERE id = ?1";
    database.execute(promoted, [&moved_id]).unwrap();
    database.execute("DELETE FROM collaborator_tag WHERE collaborator_id = ?1", [&gone_id]).unwrap();
    database.execute("DELETE FROM collaborator WHERE id = ?1", [&gone_id]).unwrap();
    let refused = Fault::refused(400, 5120, "Not today");
    test.proxy().next_on("PUT", &format!("{COLLABORATORS}{failing_id}"), refused);
    test.app.run_batch().await.unwrap();
    let view = test.ended().await;
    assert_eq!((view.failed, view.can_retry, view.done), (3, 1, view.changes - 3));
    let code_of = |email: &str| {
        let failed = test.batch_rows(Some(BatchRowState::Failed));
        failed.into_iter().find(|row| row.email == email).and_then(|row| row.error).map(|error| error.code)
    };
    let codes = || [code_of(&moved.email), code_of(&gone.email)];
    assert_eq!(codes(), [Some(ErrorCode::RoleMoved), Some(ErrorCode::RowGone)]);
    let mark = test.proxy().mark();
    test.app.retry_batch().await.unwrap();
    let view = test.ended().await;
    assert_eq!((view.failed, view.can_retry, view.done), (2, 0, view.changes - 2));
    assert_eq!(codes(), [Some(ErrorCode::RoleMoved), Some(ErrorCode::RowGone)], "the reasons stay");
    assert_eq!(test.puts(mark).len(), 1);
    assert_eq!(test.row(&moved.email).team_role, "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_not_tried_is_left_alone_if_somebody_else_changes_it_before_the_run_goes_on() {
    let test = TestApp::with_open_team(OWNER, 40).await;
    test.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(40)));
    test.run_for_all("unassigned").await;
    test.wait_until(has_done).await;
    test.app.cancel_batch().unwrap();
    test.ended().await;
    test.proxy().clear_rules();
    let row = test.batch_rows(Some(BatchRowState::Cancelled)).remove(0);
    let id = test.row(&row.email).id;
    let other = if row.from == "viewer" { "editor" } else { "viewer" };
    let database = rusqlite::Connection::open(test.database.path().join("sandbox.db")).unwrap();
    database.execute("UPDATE collaborator SET role = ?2 WHERE id = ?1", [&id, other]).unwrap();
    test.app.refresh_team();
    test.wait_until(team_is_read).await;
    test.wait_until(|_| test.row(&row.email).team_role == other).await;
    test.app.retry_batch().await.unwrap();
    let view = test.ended().await;
    assert_eq!((view.failed, view.done, view.can_retry), (1, view.changes - 1, 0));
    assert_eq!(test.row(&row.email).team_role, other);
}

#[tokio::test(flavor = "multi_thread")]
async fn discarding_a_plan_brings_back_the_batch_before_it_and_a_running_one_cannot_be_replaced() {
    let test = TestApp::with_open_team(OWNER, 20).await;
    test.run_for_all("unassigned").await;
    let done = test.ended().await;
    for _ in 0..2 {
        test.app.plan_batch(&TeamQuery::default(), RoleKind::Team, "viewer").unwrap();
    }
    test.app.close_batch().await.unwrap();
    assert_eq!(test.batch(), done, "it can still be undone");
    test.app.plan_batch(&TeamQuery::default(), RoleKind::Team, "viewer").unwrap();
    test.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(40)));
    test.app.run_batch().await.unwrap();
    let another = test.app.plan_batch(&TeamQuery::default(), RoleKind::Team, "editor");
    assert_eq!(another.unwrap_err().code, ErrorCode::BatchRunning);
    assert_eq!(
        test.app.import_batch(b"email,role\neditor@example.com,editor\n").unwrap_err().code,
        ErrorCode::BatchRunning
    );
    test.app.cancel_batch().unwrap();
    test.ended().await;
}
