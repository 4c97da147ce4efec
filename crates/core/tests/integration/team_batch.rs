//! Changing many roles in one batch: plan, failing server, result per row, undo, import and export.

use std::time::{Duration, Instant};

use crate::common::team::COLLABORATORS;
use crate::common::{OWNER, TestApp};
use lapel_core::views::{
    BatchRowState, BatchState, BatchView, Confirmation, ErrorCode, LeftOutReason, ListSeparator, RoleChangeRequest,
    RoleKind, SelectionChange, TeamQuery,
};
use lapel_testkit::proxy::Fault;

impl TestApp {
    fn plan(&self, query: &TeamQuery, kind: RoleKind, role: &str) -> BatchView {
        self.app.select_team(query, &SelectionChange::All).unwrap();
        self.app.plan_batch(query, kind, role).unwrap();
        self.batch()
    }

    fn count_with_role(&self, role: &str) -> usize {
        let query = TeamQuery { team_role: Some(role.into()), ..TeamQuery::default() };
        self.app.team_rows(&query, 0, 0).unwrap().found
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_lists_the_changes_and_the_left_out_rows_with_reasons_and_sends_nothing() {
    let test = TestApp::with_open_team(OWNER, 40).await;
    let mark = test.proxy().mark();
    let view = test.plan(&TeamQuery::default(), RoleKind::Team, "viewer");
    let viewers = test.count_with_role("viewer");
    assert_eq!((view.total, view.changes), (45, 45 - viewers - 1));
    let count = |reason| view.left_out.iter().find(|left| left.reason == reason).map_or(0, |left| left.count);
    assert_eq!((count(LeftOutReason::OwnRow), count(LeftOutReason::NoChange)), (1, viewers));
    let rows = test.batch_rows(None);
    assert_eq!(rows.len(), 45);
    assert!(viewers > 0 && view.changes > 0, "{viewers} of 45 rows are left out because they are viewers already");
    assert!(rows[..view.changes].iter().all(|row| row.state == BatchRowState::Planned && row.to == "viewer"));
    assert!(rows[view.changes..].iter().all(|row| row.left_out.is_some()));
    assert_eq!(view.confirmation, Some(Confirmation::TakesAdmin), "several admins become viewers");
    assert_eq!(test.plan(&TeamQuery::default(), RoleKind::Team, "admin").confirmation, Some(Confirmation::GivesAdmin));
    let view = test.plan(&TeamQuery::default(), RoleKind::User, "user");
    let count = |reason| view.left_out.iter().find(|left| left.reason == reason).map_or(0, |left| left.count);
    assert!(count(LeftOutReason::Pending) > 0 && count(LeftOutReason::ServiceAccount) > 0);
    assert_eq!(test.proxy().requests(mark), []);
    test.refresh_to_the_end().await;
    assert_eq!(test.proxy().writes(mark), []);
    test.app.close_batch().await.unwrap();
    assert!(test.app.snapshot().batch.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_rows_show_their_error_and_can_be_retried_and_the_batch_can_be_undone() {
    let test = TestApp::with_open_team(OWNER, 60).await;
    let view = test.plan(&TeamQuery::default(), RoleKind::Team, "unassigned");
    let before = (test.count_with_role("editor"), test.count_with_role("viewer"), test.count_with_role("unassigned"));
    test.proxy().every_nth_on(10, "PUT", COLLABORATORS, Fault::refused(400, 5120, "Not today"));
    test.app.run_batch().await.unwrap();
    let after = test.ended().await;
    assert_eq!((after.done, after.failed), (view.changes - view.changes / 10, view.changes / 10));
    let failed = test.batch_rows(Some(BatchRowState::Failed));
    assert_eq!(failed.len(), 6);
    assert!(
        failed.iter().all(|row| row.error.as_ref().unwrap().details.server_message.as_deref() == Some("Not today"))
    );
    test.proxy().clear_rules();
    test.app.retry_batch().await.unwrap();
    let after = test.ended().await;
    assert_eq!((after.done, after.failed, after.can_undo), (view.changes, 0, view.changes));
    assert_eq!(test.count_with_role("unassigned"), 64, "all but the owner");
    test.app.undo_batch().await.unwrap();
    assert!(test.batch().undoes && test.batch().changes == view.changes);
    test.app.run_batch().await.unwrap();
    let after = test.ended().await;
    assert_eq!((after.done, after.failed), (view.changes, 0));
    assert_eq!(
        (test.count_with_role("editor"), test.count_with_role("viewer"), test.count_with_role("unassigned")),
        before
    );
    let history = test.app.role_history("", 0, 1000).await.unwrap();
    assert_eq!(history.found, 2, "one row for each batch");
    let counts: Vec<(u32, u32)> = history.rows.iter().map(|row| (row.counts.made, row.counts.failed)).collect();
    let changes = view.changes as u32;
    assert_eq!(counts, [(changes, 0), (changes, 0)], "who failed and was tried again counts once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_changed_before_a_retry_is_left_out_and_counted_with_its_reason() {
    let test = TestApp::with_open_team(OWNER, 10).await;
    let plan = test.plan(&TeamQuery::default(), RoleKind::Team, "unassigned");
    test.proxy().next_on("PUT", COLLABORATORS, Fault::refused(400, 5120, "Not today"));
    test.app.run_batch().await.unwrap();
    test.ended().await;
    let failed = test.batch_rows(Some(BatchRowState::Failed)).remove(0);
    let query = TeamQuery { search: failed.email.clone(), ..TeamQuery::default() };
    let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
    let (from, to) = (failed.from, failed.to);
    test.app.change_role(RoleChangeRequest { id, kind: RoleKind::Team, from, to }).await.unwrap();
    test.app.retry_batch().await.unwrap();
    let after = test.ended().await;
    let left_out = |view: &BatchView| view.left_out.iter().map(|left_out| left_out.count).sum::<usize>();
    assert_eq!((left_out(&after), after.changes), (left_out(&plan) + 1, plan.changes - 1));
    assert!(after.left_out.iter().any(|left_out| left_out.reason == LeftOutReason::NoChange));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_waits_as_long_as_the_server_asks() {
    let test = TestApp::with_open_team(OWNER, 10).await;
    test.plan(&TeamQuery::default(), RoleKind::Team, "unassigned");
    let busy = Fault::Status { status: 429, envelope: None, retry_after: Some(2) };
    test.proxy().next_on("PUT", COLLABORATORS, busy);
    let started = Instant::now();
    test.app.run_batch().await.unwrap();
    let waiting = test.wait_until(|snapshot| snapshot.batch.as_ref().unwrap().state == BatchState::Waiting).await;
    assert!(waiting.batch.unwrap().waits_until.is_some());
    let after = test.ended().await;
    assert_eq!((after.failed, after.cancelled, after.done), (0, 0, after.changes));
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_waits_tries_again_at_once_if_the_user_asks() {
    let test = TestApp::with_open_team(OWNER, 10).await;
    test.plan(&TeamQuery::default(), RoleKind::Team, "unassigned");
    let busy = Fault::Status { status: 429, envelope: None, retry_after: Some(600) };
    test.proxy().next_on("PUT", COLLABORATORS, busy);
    test.app.run_batch().await.unwrap();
    test.wait_until(|snapshot| snapshot.batch.as_ref().unwrap().state == BatchState::Waiting).await;
    test.app.retry_batch().await.unwrap();
    assert_eq!(test.batch().waits_until, None);
    let after = test.ended().await;
    assert_eq!((after.failed, after.cancelled, after.done), (0, 0, after.changes));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_rows_stay_unchanged_and_can_be_retried() {
    let test = TestApp::with_open_team(OWNER, 100).await;
    let view = test.plan(&TeamQuery::default(), RoleKind::Team, "unassigned");
    test.proxy().every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_millis(100)));
    test.app.run_batch().await.unwrap();
    test.wait_until(|snapshot| snapshot.batch.as_ref().unwrap().done > 0).await;
    test.app.cancel_batch().unwrap();
    let after = test.ended().await;
    assert!(after.cancelled > 0 && after.done + after.cancelled == view.changes, "{after:?}");
    test.proxy().clear_rules();
    test.app.retry_batch().await.unwrap();
    let after = test.ended().await;
    assert_eq!((after.done, after.cancelled), (view.changes, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_a_batch_waits_and_then_the_remaining_rows_are_not_sent() {
    let test = TestApp::with_open_team_and_fast_retries(OWNER, 100).await;
    let view = test.plan(&TeamQuery::default(), RoleKind::Team, "unassigned");
    test.proxy().always(Fault::Offline).await;
    test.app.run_batch().await.unwrap();
    test.wait_until(|snapshot| snapshot.batch.as_ref().unwrap().state == BatchState::Waiting).await;
    let after = test.ended().await;
    assert_eq!((after.done, after.failed + after.cancelled), (0, view.changes));
    assert!(after.failed < 20, "{after:?}");
    assert_eq!(after.stopped.map(|error| error.code), Some(ErrorCode::Network), "the batch shows the reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_list_is_planned_line_by_line() {
    let test = TestApp::with_open_team(OWNER, 10).await;
    let list = "\u{feff}Correo;Rol\r\nEDITOR@example.com;viewer\r\n\r\nviewer@example.com;Administrador\r\n\
                member00002@example.com;owner\r\nnobody@example.com;editor\r\neditor@example.com;editor\r\n\
                owner@example.com;viewer\r\nmember00003@example.com;\r\n;viewer\r\nadmin@example.com;captain\r\n";
    test.app.import_batch(list.as_bytes()).unwrap();
    let view = test.batch();
    assert!(view.from_file && view.role.is_none() && view.changes == 2);
    let rows: Vec<(Option<usize>, Option<LeftOutReason>)> =
        test.batch_rows(None).into_iter().map(|row| (row.line, row.left_out)).collect();
    assert_eq!(
        rows,
        [
            (Some(2), None),
            (Some(4), None),
            (Some(5), Some(LeftOutReason::UnknownRole)),
            (Some(6), Some(LeftOutReason::UnknownEmail)),
            (Some(7), Some(LeftOutReason::Twice)),
            (Some(8), Some(LeftOutReason::OwnRow)),
            (Some(9), Some(LeftOutReason::Incomplete)),
            (Some(10), Some(LeftOutReason::Incomplete)),
            (Some(11), Some(LeftOutReason::UnknownRole)),
        ]
    );
    test.app.run_batch().await.unwrap();
    assert_eq!(test.ended().await.done, 2);
    assert_eq!(test.count_with_role("owner"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_list_is_refused_with_a_problem_code() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let large = vec![b'a'; 17 * 1024 * 1024];
    for (bytes, expected) in [
        (b"".as_slice(), "empty"),
        (b"email,role\n", "empty"),
        (b"name,role\nx,y\n", "columns"),
        (b"a,b\nc,d\n", "columns"),
        (b"PK\x03\x04\0\0", "text"),
        (&large, "tooLarge"),
    ] {
        let error = test.app.import_batch(bytes).unwrap_err();
        assert_eq!((error.code, error.details.problem.as_deref()), (ErrorCode::NotAList, Some(expected)));
    }
    test.app.import_batch(b"editor@example.com,viewer,\"open\nviewer@example.com,editor").unwrap();
    assert_eq!(test.batch().changes, 2, "an unclosed quote does not hide the next line");
    test.app.import_batch(b"editor@example.com\tviewer").unwrap();
    assert_eq!(test.batch().changes, 1, "a list without a header line");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shown_rows_are_exported_and_spreadsheet_formulas_are_escaped() {
    let test = TestApp::with_open_team(OWNER, 5).await;
    let id = test.app.team_rows(&TeamQuery::default(), 2, 1).unwrap().rows[0].id.clone();
    let changes = lapel_core::views::ProfileChanges {
        first_name: Some("=HYPERLINK(\"x\")".into()),
        last_name: Some("Quo,\"ted\"".into()),
        ..Default::default()
    };
    test.app.save_person(&id, changes).await.unwrap();
    let query = TeamQuery { team_role: Some("editor".into()), ..TeamQuery::default() };
    let exported = test.app.export_team(&query, ListSeparator::Comma).await.unwrap();
    let text = std::fs::read_to_string(&exported.path).unwrap();
    let found = test.app.team_rows(&query, 0, 1000).unwrap();
    assert_eq!((exported.rows, text.matches("\r\n").count()), (found.found, found.found + 1));
    assert!(text.starts_with("\u{feff}name,email,role,userRole,sso,tags,state,since\r\n"));
    let line = "\"'=HYPERLINK(\"\"x\"\") Quo,\"\"ted\"\"\",editor@example.com,editor,user,no,engineering,member,2024-03-14T18:40:00Z";
    assert!(text.contains(line), "{text}");
    let again = test.app.export_team(&query, ListSeparator::Comma).await.unwrap();
    assert!(again.path != exported.path && again.path.ends_with("-2.csv"), "{}", again.path);
    test.app.import_batch(&std::fs::read(again.path).unwrap()).unwrap();
    assert_eq!(test.batch().changes, 0, "importing the export changes nothing");
    let history = test.app.export_history("", ListSeparator::Comma).await.unwrap();
    assert_eq!((history.rows, std::fs::read_to_string(history.path).unwrap().lines().count()), (0, 1));
}
