//! Batches that are interrupted: by a crash, the end of the session, lost responses, a lost right, a rate limit.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::common::team::{COLLABORATORS, batch_is_over, has_done, team_is_read};
use crate::common::{OWNER, PASSWORD, TestApp};
use lapel_core::views::{
    BatchRowState, BatchState, BatchView, ErrorCode, HistoryOutcome, LeftOutReason, RoleChangeRequest, RoleKind,
    SelectionChange, SessionState, Snapshot, TeamQuery,
};
use lapel_testkit::proxy::Fault;

fn all_known(snapshot: &Snapshot) -> bool {
    snapshot.batch.as_ref().is_some_and(|batch| batch.state == BatchState::Over && batch.unknown == 0)
}

impl TestApp {
    /// Aborts all running work where it is, and opens the app again.
    async fn crash(&mut self) {
        self.app.finish().await;
        self.restart().await;
    }

    async fn outcomes(&self) -> HashMap<HistoryOutcome, usize> {
        let mut outcomes = HashMap::new();
        for counts in self.app.role_history("", 0, 1000).await.unwrap().rows.iter().map(|row| row.counts) {
            *outcomes.entry(HistoryOutcome::Made).or_insert(0) += counts.made as usize;
            *outcomes.entry(HistoryOutcome::Failed).or_insert(0) += counts.failed as usize;
            *outcomes.entry(HistoryOutcome::Unknown).or_insert(0) += counts.unknown as usize;
        }
        outcomes.retain(|_, count| *count > 0);
        outcomes
    }

    fn row_id(&self, email: &str) -> String {
        let query = TeamQuery { search: email.into(), ..TeamQuery::default() };
        self.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_a_crash_has_interrupted_is_offered_again_and_continues_without_doing_anything_twice() {
    let mut test = TestApp::with_open_team(OWNER, 60).await;
    let mark = test.proxy().mark();
    test.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(40)));
    let plan = test.run_for_all("unassigned").await;
    test.wait_until(has_done).await;
    test.crash().await;
    test.app.start().await;
    let view = test.wait_until(|snapshot| all_known(snapshot) && snapshot.team.is_some()).await.batch.unwrap();
    assert!(view.interrupted, "the start offers it again: {view:?}");
    assert_eq!((view.changes, view.failed, view.done + view.cancelled), (plan.changes, 0, plan.changes));
    assert!(view.done > 0 && view.cancelled > 0, "{view:?}");
    test.proxy().clear_rules();
    test.app.retry_batch().await.unwrap();
    let view = test.ended().await;
    assert_eq!((view.done, view.unknown, view.interrupted), (plan.changes, 0, false));
    let puts = test.puts(mark);
    assert_eq!(
        (puts.len(), puts.iter().collect::<HashSet<_>>().len()),
        (plan.changes, plan.changes),
        "each role is sent once"
    );
    assert_eq!(test.outcomes().await, HashMap::from([(HistoryOutcome::Made, plan.changes)]));
    test.restart().await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.team.is_some()).await;
    assert!(test.app.snapshot().batch.is_none(), "a complete batch is not offered again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_was_interrupted_can_be_undone_and_only_what_was_done_goes_back() {
    let mut test = TestApp::with_open_team(OWNER, 30).await;
    test.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(40)));
    test.run_for_all("unassigned").await;
    test.wait_until(has_done).await;
    test.crash().await;
    test.proxy().clear_rules();
    test.app.start().await;
    let view = test.wait_until(|snapshot| all_known(snapshot) && snapshot.team.is_some()).await.batch.unwrap();
    let mark = test.proxy().mark();
    test.app.undo_batch().await.unwrap();
    assert_eq!((test.batch().undoes, test.batch().changes), (true, view.done));
    test.app.run_batch().await.unwrap();
    assert_eq!(test.ended().await.done, view.done);
    assert_eq!(test.puts(mark).len(), view.done);
    let unassigned = TeamQuery { team_role: Some("unassigned".into()), ..TeamQuery::default() };
    let before = TestApp::with_members(30).await;
    before.sign_in(OWNER, PASSWORD).await.unwrap();
    before.app.open_team(None).await.unwrap();
    before.wait_until(team_is_read).await;
    let count = |test: &TestApp| test.app.team_rows(&unassigned, 0, 0).unwrap().found;
    assert_eq!(count(&test), count(&before));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_session_stops_a_batch_and_the_next_sign_in_offers_it() {
    let test = TestApp::with_open_team(OWNER, 40).await;
    test.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(40)));
    let plan = test.run_for_all("unassigned").await;
    test.wait_until(has_done).await;
    test.sandbox().end_all_sessions().await.unwrap();
    let is_stopped = |snapshot: &Snapshot| {
        assert!(snapshot.batch.is_some(), "its dialog would close");
        snapshot.session == SessionState::Expired && batch_is_over(snapshot)
    };
    assert!(test.wait_until(is_stopped).await.batch.unwrap().stopped.is_some());
    test.proxy().clear_rules();
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    let is_offered = |snapshot: &Snapshot| snapshot.batch.as_ref().is_some_and(|batch| batch.interrupted);
    let view = test.wait_until(|snapshot| is_offered(snapshot) && all_known(snapshot)).await.batch.unwrap();
    assert!(view.interrupted && view.done > 0 && view.done + view.cancelled + view.failed == plan.changes, "{view:?}");
    test.app.retry_batch().await.unwrap();
    assert_eq!(test.ended().await.done, plan.changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_responses_are_looked_up_and_what_was_made_counts_as_done() {
    let test = TestApp::with_open_team(OWNER, 3).await;
    let query = TeamQuery { search: "viewer@example.com".into(), ..TeamQuery::default() };
    test.app.select_team(&query, &SelectionChange::All).unwrap();
    test.app.plan_batch(&query, RoleKind::Team, "editor").unwrap();
    test.proxy().next_on("PUT", COLLABORATORS, Fault::ResetAfter);
    test.proxy().always_on("GET", COLLABORATORS.trim_end_matches('/'), Fault::ResetBefore);
    let mark = test.proxy().mark();
    // The row itself was read before the connection broke.
    test.proxy().clear_on("GET", COLLABORATORS.trim_end_matches('/'));
    test.app.run_batch().await.unwrap();
    test.wait_until(batch_is_over).await;
    let view = test.wait_until(all_known).await.batch.unwrap();
    assert_eq!((view.done, view.failed), (1, 0));
    assert_eq!(test.puts(mark).len(), 1);
    assert_eq!(test.outcomes().await, HashMap::from([(HistoryOutcome::Made, 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_response_was_lost_succeeds_when_it_is_tried_again_and_the_history_learns_it() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let id = test.row_id("viewer@example.com");
    let request = RoleChangeRequest { id, kind: RoleKind::Team, from: "viewer".into(), to: "editor".into() };
    test.proxy().next_on("PUT", COLLABORATORS, Fault::ResetAfter);
    let mark = test.proxy().mark();
    let change = tokio::spawn({
        let (app, request) = (test.app.clone(), request.clone());
        async move { app.change_role(request).await }
    });
    test.proxy().wait_for(mark, "PUT", COLLABORATORS).await.unwrap();
    test.proxy().always(Fault::Offline).await;
    let lost = change.await.unwrap();
    test.proxy().always(Fault::Pass).await;
    if lost.is_err() {
        test.app.change_role(request).await.unwrap();
    }
    assert_eq!(test.outcomes().await, HashMap::from([(HistoryOutcome::Made, 1)]));
    assert_eq!(test.puts(mark).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn losing_the_right_to_change_roles_ends_a_batch_at_once_with_the_reason() {
    let test = TestApp::with_open_team("admin@example.com", 60).await;
    let own_row = test.row_id("admin@example.com");
    test.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(30)));
    let plan = test.run_for_all("unassigned").await;
    test.wait_until(has_done).await;
    test.other_client(OWNER).await.put_team_role(&own_row, "viewer").await;
    let view = test.ended().await;
    assert_eq!(view.stopped.as_ref().map(|error| error.code), Some(ErrorCode::Forbidden));
    assert!(view.failed <= 4 && view.cancelled > 0, "only what was in flight has failed: {view:?}");
    assert_eq!(view.done + view.failed + view.cancelled, plan.changes);
    // The page shows that the right is gone.
    test.wait_until(|snapshot| snapshot.team.as_ref().unwrap().rights.team_roles.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_pauses_a_batch_and_fails_no_row() {
    let test = TestApp::with_open_team(OWNER, 10).await;
    let busy = || Fault::Status { status: 429, envelope: None, retry_after: Some(0) };
    for _ in 0..30 {
        test.proxy().next_on("PUT", COLLABORATORS, busy());
    }
    let plan = test.run_for_all("unassigned").await;
    let view = test.ended().await;
    assert_eq!((view.done, view.failed, view.cancelled), (plan.changes, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_reads_its_rows_by_pages_and_sends_one_request_for_each_change() {
    let test = TestApp::with_open_team(OWNER, 500).await;
    let mark = test.proxy().mark();
    let plan = test.run_for_all("unassigned").await;
    assert_eq!(test.ended().await.done, plan.changes);
    let requests = test.proxy().requests(mark).len();
    let pages = 1;
    assert!(requests <= pages + plan.changes * 12 / 10, "{requests} requests for {} changes", plan.changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_changes_after_the_plan_is_not_overwritten() {
    let test = TestApp::with_open_team(OWNER, 20).await;
    let id = test.row_id("viewer@example.com");
    let query = TeamQuery::default();
    test.app.select_team(&query, &SelectionChange::All).unwrap();
    test.app.plan_batch(&query, RoleKind::Team, "unassigned").unwrap();
    test.other_client(OWNER).await.put_team_role(&id, "editor").await;
    let mark = test.proxy().mark();
    test.app.run_batch().await.unwrap();
    let view = test.ended().await;
    assert_eq!((view.done, view.failed), (view.changes - 1, 1));
    let failed = test.batch_rows(Some(BatchRowState::Failed)).remove(0);
    assert_eq!(failed.error.map(|error| error.code), Some(ErrorCode::RoleMoved));
    assert_eq!(test.puts(mark).len(), view.done, "nothing was sent for this row");
    let outcomes = HashMap::from([(HistoryOutcome::Made, view.done), (HistoryOutcome::Failed, 1)]);
    assert_eq!(test.outcomes().await, outcomes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_else_has_changed_alike_during_the_run_is_left_out_everywhere() {
    let mut test = TestApp::with_open_team(OWNER, 20).await;
    let id = test.row_id("viewer@example.com");
    let query = TeamQuery::default();
    test.app.select_team(&query, &SelectionChange::All).unwrap();
    test.app.plan_batch(&query, RoleKind::Team, "unassigned").unwrap();
    let plan = test.batch();
    test.other_client(OWNER).await.put_team_role(&id, "unassigned").await;
    let mark = test.proxy().mark();
    test.app.run_batch().await.unwrap();
    let view = test.ended().await;
    let expect = |view: &BatchView| {
        assert_eq!((view.done, view.failed, view.changes), (plan.changes - 1, 0, plan.changes - 1));
        assert_eq!((view.can_retry, view.can_undo), (0, plan.changes - 1));
        let left_out = test.batch_rows(Some(BatchRowState::LeftOut));
        let row = left_out.into_iter().find(|row| row.email == "viewer@example.com").unwrap();
        assert_eq!((row.left_out, row.to.as_str(), row.error), (Some(LeftOutReason::NoChange), "unassigned", None));
    };
    expect(&view);
    assert_eq!(test.puts(mark).len(), view.done, "nothing was sent for this row");
    assert_eq!(test.outcomes().await, HashMap::from([(HistoryOutcome::Made, view.done)]));
    assert_eq!(test.app.role_history("viewer@example.com", 0, 10).await.unwrap().found, 0);

    // The batch comes back from the history as it was, and its undo leaves the row alone.
    let batch = test.app.role_history("", 0, 1).await.unwrap().rows.remove(0).batch.unwrap();
    test.app.close_batch().await.unwrap();
    test.restart().await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.team.is_some()).await;
    test.app.open_batch(&batch).await.unwrap();
    assert_eq!((test.batch().done, test.batch().failed), (view.done, 0));
    let left_out = test.batch_rows(Some(BatchRowState::LeftOut));
    let shown: Vec<_> = left_out.iter().map(|row| (row.email.as_str(), row.left_out)).collect();
    assert_eq!(shown, [("viewer@example.com", Some(LeftOutReason::NoChange))]);
    test.wait_until(team_is_read).await;
    test.app.undo_batch().await.unwrap();
    test.app.run_batch().await.unwrap();
    assert_eq!(test.ended().await.done, view.done);
    let roles = test.other_client(OWNER).await.team_roles().await;
    assert_eq!(roles[&id], "unassigned");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_the_history_can_be_opened_and_undone_later() {
    let mut test = TestApp::with_open_team(OWNER, 10).await;
    let plan = test.run_for_all("unassigned").await;
    test.ended().await;
    test.app.close_batch().await.unwrap();
    test.restart().await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.team.is_some()).await;
    let history = test.app.role_history("", 0, 1000).await.unwrap();
    let id = history.rows[0].batch.clone().unwrap();
    test.app.open_batch(&id).await.unwrap();
    assert_eq!((test.batch().done, test.batch().can_undo), (plan.changes, plan.changes));
    test.wait_until(team_is_read).await;
    test.app.undo_batch().await.unwrap();
    test.app.run_batch().await.unwrap();
    assert_eq!(test.ended().await.done, plan.changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_batch_runs_it_cannot_be_closed_or_replaced() {
    let test = TestApp::with_open_team(OWNER, 20).await;
    test.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(40)));
    test.run_for_all("unassigned").await;
    test.wait_until(has_done).await;
    test.app.close_batch().await.unwrap_err();
    test.app.plan_batch(&TeamQuery::default(), RoleKind::Team, "viewer").unwrap_err();
    test.app.undo_batch().await.unwrap_err();
    test.app.run_batch().await.unwrap_err();
    assert_eq!(test.ended().await.done, test.batch().changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn discarding_an_undo_plan_shows_the_batch_again() {
    let test = TestApp::with_open_team(OWNER, 5).await;
    let plan = test.run_for_all("unassigned").await;
    test.ended().await;
    test.app.undo_batch().await.unwrap();
    test.app.close_batch().await.unwrap();
    assert_eq!((test.batch().state, test.batch().can_undo), (BatchState::Over, plan.changes));
    test.app.close_batch().await.unwrap();
    assert!(test.app.snapshot().batch.is_none());
}
