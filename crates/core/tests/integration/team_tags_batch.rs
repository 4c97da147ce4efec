//! Batches of tags: the plan, the run, the undo of what was done and nothing else, recovery, history and files.

use crate::common::team::{COLLABORATORS, batch_is_over, has_done, search};
use crate::common::{ADMIN, EDITOR, OWNER, TestApp};
use lapel_core::views::{
    BatchRowState, BatchState, BatchView, ChangeKind, ErrorCode, HistoryCounts, LeftOut, LeftOutReason, ListSeparator,
    SelectionChange, TagsEdit, TeamQuery,
};
use lapel_testkit::proxy::Fault;

fn tags(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|&tag| tag.to_owned()).collect()
}

fn edit(add: &[&str], remove: &[&str]) -> TagsEdit {
    TagsEdit { add: tags(add), remove: tags(remove) }
}

impl TestApp {
    fn plan_tags(&self, query: &TeamQuery, edit: &TagsEdit) -> BatchView {
        self.app.select_team(query, &SelectionChange::All).unwrap();
        self.app.plan_tags(query, edit).unwrap();
        self.batch()
    }

    async fn run(&self) -> BatchView {
        self.app.run_batch().await.unwrap();
        self.ended().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_get_what_they_lack_and_an_undo_takes_back_only_that() {
    let test = TestApp::with_open_team(ADMIN, 20).await;
    let before = test.other_client(OWNER).await.team_tags().await;
    let has = |row: &str, tag: &str| before[row].iter().any(|known| known == tag);
    let plan = test.plan_tags(&TeamQuery::default(), &edit(&["support", " Café "], &["remote"]));
    assert_eq!(
        (plan.kind, plan.role, plan.tags.clone()),
        (ChangeKind::Tags, None, Some(edit(&["support", "Café"], &["remote"])))
    );
    assert_eq!((plan.changes, plan.total), (25, 25), "invitations, owners and the own row, too");
    let editor = test.app.batch_rows(None, 0, 100).unwrap().rows.into_iter().find(|row| row.email == EDITOR).unwrap();
    assert_eq!((editor.from.as_str(), editor.to.as_str()), ("[]", r#"["support","Café"]"#));
    assert_eq!(test.run().await.done, 25);
    let after = test.other_client(OWNER).await.team_tags().await;
    for (row, tags) in &after {
        let kept = before[row].iter().filter(|tag| *tag != "remote");
        let new = ["support", "Café"].into_iter().filter(|tag| !has(row, tag)).map(str::to_owned);
        assert_eq!(*tags, kept.cloned().chain(new).collect::<Vec<_>>());
    }
    let again = test.plan_tags(&TeamQuery::default(), &edit(&["support"], &[]));
    assert_eq!((again.changes, again.left_out), (0, vec![LeftOut { reason: LeftOutReason::NoChange, count: 25 }]));
    test.app.close_batch().await.unwrap();

    // Somebody else adds a tag to one row, and takes the added one from another.
    test.set_elsewhere(EDITOR, &["engineering", "support", "Café", "new"]).await;
    test.set_elsewhere("viewer@example.com", &["sales", "support"]).await;
    test.app.undo_batch().await.unwrap();
    let undo = test.batch();
    assert_eq!((undo.undoes, undo.changes, undo.tags), (true, 25, Some(edit(&["remote"], &["support", "Café"]))));
    // Somebody else has undone one row already.
    test.set_elsewhere(
        "admin@example.com",
        &before[&test.row("admin@").id].iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await;
    let undone = test.run().await;
    assert_eq!((undone.done, undone.failed, undone.changes), (23, 1, 24));
    assert_eq!(undone.left_out, [LeftOut { reason: LeftOutReason::NoChange, count: 1 }]);
    let failed = test.app.batch_rows(Some(BatchRowState::Failed), 0, 10).unwrap().rows.remove(0);
    assert_eq!((failed.email.as_str(), failed.error.unwrap().code), ("viewer@example.com", ErrorCode::TagsMoved));
    let history = test.app.role_history("", 0, 10).await.unwrap().rows;
    let changes: Vec<_> =
        history.iter().map(|row| (row.from.as_deref().unwrap(), row.to.as_deref().unwrap())).collect();
    let both = r#"["support","Café"]"#;
    assert_eq!(
        changes,
        [(both, r#"["remote"]"#), (r#"["remote"]"#, both)],
        "the whole change, whatever each row needs"
    );
    assert_eq!(test.stored_tags(EDITOR).await, tags(&["engineering", "new"]));
    assert_eq!(test.stored_tags("viewer@example.com").await, tags(&["sales", "support"]));
    let restored = test.other_client(OWNER).await.team_tags().await;
    let others = restored.iter().filter(|(row, _)| ![test.row(EDITOR).id, test.row("viewer@").id].contains(row));
    for (row, tags) in others {
        let sorted = |tags: &[String]| {
            let mut tags = tags.to_vec();
            tags.sort();
            tags
        };
        assert_eq!(sorted(tags), sorted(&before[row]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_else_has_changed_meanwhile_keeps_that_and_its_own_tags_are_never_lost() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    test.plan_tags(&TeamQuery::default(), &edit(&["new"], &[]));
    test.set_elsewhere(EDITOR, &["other", "new"]).await;
    test.set_elsewhere("viewer@example.com", &["other"]).await;
    let ended = test.run().await;
    assert_eq!((ended.done, ended.failed, ended.changes, ended.can_retry), (4, 0, 4, 0), "one has the tag already");
    assert_eq!(test.stored_tags(EDITOR).await, tags(&["other", "new"]));
    assert_eq!(test.stored_tags("viewer@example.com").await, tags(&["other", "new"]), "other tags are no obstacle");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_a_crash_has_interrupted_comes_back_and_is_in_the_history_as_one_row() {
    let mut test = TestApp::with_open_team_and_fast_retries(OWNER, 40).await;
    test.proxy().next_on("PUT", COLLABORATORS, Fault::refused(400, 5120, "Not on a Wednesday"));
    let plan = test.plan_tags(&search("member"), &edit(&["new"], &[]));
    test.app.run_batch().await.unwrap();
    test.wait_until(has_done).await;
    test.app.finish().await;
    test.restart().await;
    test.app.start().await;
    let settled = |snapshot: &lapel_core::views::Snapshot| {
        batch_is_over(snapshot) && snapshot.batch.as_ref().is_some_and(|batch| batch.unknown == 0)
    };
    let view = test.wait_until(settled).await.batch.unwrap();
    assert_eq!((view.interrupted, view.kind, view.tags), (true, ChangeKind::Tags, Some(edit(&["new"], &[]))));
    test.app.open_team(None).await.unwrap();
    test.app.retry_batch().await.unwrap();
    let done =
        test.wait_until(|snapshot| snapshot.batch.as_ref().is_some_and(|batch| batch.done == plan.changes)).await;
    assert_eq!(done.batch.unwrap().failed, 0);
    test.wait_until(batch_is_over).await;
    let history = test.app.role_history("", 0, 10).await.unwrap();
    let counts = HistoryCounts { made: u32::try_from(plan.changes).unwrap(), ..HistoryCounts::default() };
    let row = &history.rows[0];
    assert_eq!((history.found, row.counts, row.kind), (1, counts, ChangeKind::Tags));
    assert_eq!((row.from.as_deref(), row.to.as_deref()), (Some("[]"), Some(r#"["new"]"#)));
    assert!(
        test.app.team_rows(&TeamQuery { changed_by_me: true, ..TeamQuery::default() }, 0, 1).unwrap().found
            >= plan.changes
    );

    // The history as a file: tags are not undone from it, and say so.
    let exported = test.app.export_history("", ListSeparator::Comma).await.unwrap();
    test.app.import_batch(&std::fs::read(&exported.path).unwrap()).unwrap();
    let imported = test.batch();
    assert_eq!((imported.changes, imported.left_out.len()), (0, 1));
    assert_eq!(imported.left_out[0].reason, LeftOutReason::Tags);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_planned_is_refused_or_left_out() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let error = test.app.plan_tags(&TeamQuery::default(), &edit(&["a\nb"], &[])).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidTag);
    let many: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let plan = test.plan_tags(&search(EDITOR), &edit(&many, &[]));
    assert_eq!(plan.left_out, [LeftOut { reason: LeftOutReason::TooManyTags, count: 1 }]);
    let plan = test.plan_tags(&search(EDITOR), &edit(&many, &["engineering"]));
    assert_eq!((plan.changes, plan.state), (1, BatchState::Planned));

    let viewer = TestApp::with_open_team("viewer@example.com", 0).await;
    let plan = viewer.plan_tags(&TeamQuery::default(), &edit(&["new"], &[]));
    assert_eq!(plan.left_out, [LeftOut { reason: LeftOutReason::NotAllowed, count: 5 }]);
}
