//! Tags of one person: suggestions, rights, comparison with what the user saw, lost responses, history and undo.

use crate::common::team::COLLABORATORS;
use crate::common::{ADMIN, EDITOR, OWNER, TestApp};
use lapel_core::views::{
    ChangeKind, ErrorCode, HistoryOutcome, HistoryRow, ListSeparator, SelectionChange, TagsChangeRequest, TeamQuery,
};
use lapel_sandbox::Quirks;
use lapel_testkit::proxy::Fault;

fn tags(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|&tag| tag.to_owned()).collect()
}

impl TestApp {
    /// A request to change the tags that the list shows.
    fn retag(&self, who: &str, to: &[&str]) -> TagsChangeRequest {
        let row = self.row(who);
        TagsChangeRequest { id: row.id, from: row.tags, to: tags(to), undoes: false }
    }

    async fn history(&self) -> Vec<HistoryRow> {
        self.app.role_history("", 0, 10).await.unwrap().rows
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_tags_are_on_the_server_in_the_list_and_in_the_history_and_can_be_undone() {
    let test = TestApp::with_open_team(ADMIN, 0).await;
    let changed = test.app.change_tags(test.retag(EDITOR, &["engineering", " Café ", "Café"])).await.unwrap().value;
    assert_eq!((changed.added.clone(), changed.removed), (tags(&["Café"]), tags(&[])));
    assert_eq!((changed.from, changed.to), (tags(&["engineering"]), tags(&["engineering", "Café"])));
    assert_eq!(test.row(EDITOR).tags, tags(&["engineering", "Café"]));
    assert_eq!(test.stored_tags(EDITOR).await, tags(&["engineering", "Café"]));
    let tagged = TeamQuery { tags: changed.added, changed_by_me: true, ..TeamQuery::default() };
    assert_eq!(test.app.team_rows(&tagged, 0, 10).unwrap().found, 1);

    let row = test.history().await.remove(0);
    assert_eq!((row.kind, row.from.as_deref(), row.to.as_deref()), (ChangeKind::Tags, Some("[]"), Some(r#"["Café"]"#)));
    assert_eq!((row.outcome, row.undo, row.name.as_str()), (HistoryOutcome::Made, None, "Edith Editor"));
    assert_eq!(test.app.role_history("cafe", 0, 10).await.unwrap().found, 1);

    // Somebody else changes other tags in the meantime: the undo keeps that.
    test.set_elsewhere(EDITOR, &["Café", "support"]).await;
    test.app.refresh_team();
    test.wait_until(|_| test.row(EDITOR).tags == tags(&["Café", "support"])).await;
    let undo = test.history().await.remove(0).undo_tags.unwrap();
    test.app.change_tags(undo).await.unwrap();
    assert_eq!(test.stored_tags(EDITOR).await, tags(&["support"]));
    let rows = test.history().await;
    assert_eq!((rows[0].from.as_deref(), rows[0].to.as_deref()), (Some(r#"["Café"]"#), Some("[]")));
    assert!(rows[0].undo_tags.is_some() && rows[1].undo_tags.is_none(), "only the last change is undone");
    let exported = test.app.export_history("", ListSeparator::Semicolon).await.unwrap();
    let file = std::fs::read_to_string(&exported.path).unwrap();
    assert!(file.contains(";tags;Café;;") && file.contains(";tags;;Café;"), "{file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_tags_than_the_user_saw_are_not_overwritten() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    test.set_elsewhere(EDITOR, &["engineering", "new"]).await;
    let request = test.retag(EDITOR, &["engineering", "mine"]);
    let error = test.app.change_tags(request.clone()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TagsMoved);
    assert_eq!(test.row(EDITOR).tags, tags(&["engineering", "new"]), "the list shows the present tags");
    assert_eq!(test.history().await, []);
    // The order of the tags does not count.
    test.set_elsewhere(EDITOR, &["new", "engineering"]).await;
    test.app.change_tags(test.retag(EDITOR, &["engineering", "new", "mine"])).await.unwrap();
    assert_eq!(test.stored_tags(EDITOR).await, tags(&["new", "engineering", "mine"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_keeps_what_others_have_changed_and_puts_back_exactly_what_was_there() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    // Lapel would not accept such a tag, but the row has it.
    let odd = "cafe\u{301} ";
    test.set_elsewhere(EDITOR, &["engineering", odd]).await;
    test.app.refresh_team();
    test.wait_until(|_| test.row(EDITOR).tags == tags(&["engineering", odd])).await;
    let changed = test.app.change_tags(test.retag(EDITOR, &["engineering", "new"])).await.unwrap().value;
    test.set_elsewhere(EDITOR, &["new", "theirs"]).await;
    let undo = TagsChangeRequest { id: changed.id, from: changed.to, to: changed.from, undoes: true };
    let undone = test.app.change_tags(undo.clone()).await.unwrap().value;
    assert_eq!((undone.removed, undone.added), (tags(&["new"]), tags(&[odd])));
    assert_eq!(test.stored_tags(EDITOR).await, tags(&["theirs", odd]));
    assert_eq!(test.row(EDITOR).tags, tags(&["theirs", odd]));
    // Somebody has undone it already.
    let again = test.app.change_tags(undo.clone()).await.unwrap().value;
    assert_eq!((again.removed, again.added), (vec![], vec![]));
    // Somebody has undone a part: they have decided about these tags.
    test.set_elsewhere(EDITOR, &["theirs"]).await;
    assert_eq!(test.app.change_tags(undo).await.unwrap_err().code, ErrorCode::TagsMoved);
    assert_eq!(test.stored_tags(EDITOR).await, tags(&["theirs"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_somebody_else_has_added_meanwhile_is_no_change_of_the_user() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let request = test.retag(EDITOR, &["engineering", "new"]);
    test.set_elsewhere(EDITOR, &["engineering", "new"]).await;
    let changed = test.app.change_tags(request).await.unwrap().value;
    assert_eq!((changed.added, changed.removed), (vec![], vec![]));
    assert_eq!(test.row(EDITOR).tags, tags(&["engineering", "new"]));
    assert_eq!(test.history().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_response_does_not_lead_to_a_wrong_claim() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    // The change arrives, and its response is lost: the row is read again.
    test.proxy().next_on("PUT", COLLABORATORS, Fault::ResetAfter);
    test.app.change_tags(test.retag(EDITOR, &["a"])).await.unwrap();
    assert_eq!((test.stored_tags(EDITOR).await, test.row(EDITOR).tags), (tags(&["a"]), tags(&["a"])));
    // The change does not arrive.
    test.proxy().next_on("PUT", COLLABORATORS, Fault::ResetBefore);
    let error = test.app.change_tags(test.retag(EDITOR, &["b"])).await.unwrap_err();
    assert_eq!((error.code, error.details.problem.as_deref()), (ErrorCode::Network, Some("unchanged")));
    assert_eq!(test.row(EDITOR).tags, tags(&["a"]));
    // Nothing can be read after the change has arrived. A second attempt finds that it was made.
    let request = test.retag(EDITOR, &["b", "a"]);
    test.proxy().next_on("PUT", COLLABORATORS, Fault::ResetAfter);
    for fault in [Fault::Pass, Fault::ResetBefore, Fault::ResetBefore] {
        test.proxy().next_on("GET", COLLABORATORS, fault);
    }
    test.app.change_tags(request.clone()).await.unwrap_err();
    assert_eq!(test.history().await[0].outcome, HistoryOutcome::Unknown);
    test.proxy().clear_rules();
    test.app.change_tags(request).await.unwrap();
    assert_eq!(test.history().await[0].outcome, HistoryOutcome::Made);
    assert_eq!(test.stored_tags(EDITOR).await, tags(&["a", "b"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_body_is_confirmed_by_reading_the_row() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    test.sandbox().set_quirks(Quirks { bare_writes: true, ..Quirks::default() });
    test.app.change_tags(test.retag(EDITOR, &["a"])).await.unwrap();
    assert_eq!((test.stored_tags(EDITOR).await, test.row(EDITOR).tags), (tags(&["a"]), tags(&["a"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_tags_and_missing_rights_send_nothing() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    for (tag, problem) in [(" ", "empty"), ("a\u{7}", "control"), (&"a".repeat(129), "tooLong")] {
        let error = test.app.change_tags(test.retag(EDITOR, &[tag])).await.unwrap_err();
        assert_eq!((error.code, error.details.problem.as_deref()), (ErrorCode::InvalidTag, Some(problem)));
    }
    let none = test.app.change_tags(test.retag(EDITOR, &["engineering"])).await.unwrap().value;
    assert_eq!((none.added.len(), none.removed.len()), (0, 0));
    assert!(test.team().rights.tags);
    let viewer = TestApp::with_open_team("viewer@example.com", 0).await;
    assert!(!viewer.team().rights.tags);
    let error = viewer.app.change_tags(viewer.retag(EDITOR, &[])).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TagsNotAllowed);
    assert_eq!([test.history().await, viewer.history().await], [vec![], vec![]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_are_the_tags_of_the_server_or_else_those_of_the_loaded_rows() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    test.set_elsewhere(EDITOR, &["Zebra", "ändern", "engineering"]).await;
    let listed = test.app.team_tags(None).await.unwrap();
    assert_eq!(
        (listed.tags, listed.from_cache),
        (tags(&["ändern", "engineering", "management", "sales", "support", "Zebra"]), false)
    );
    assert_eq!(listed.selected, []);
    let query = TeamQuery::default();
    test.app.select_team(&query, &SelectionChange::All).unwrap();
    test.app.select_team(&query, &SelectionChange::Toggle { id: test.row(OWNER).id }).unwrap();
    let selected = test.app.team_tags(Some(&query)).await.unwrap().selected;
    let counts: Vec<(&str, usize)> = selected.iter().map(|tag| (tag.value.as_str(), tag.count)).collect();
    assert_eq!(counts, [("engineering", 2), ("management", 1), ("sales", 1), ("support", 2)], "all but the owner's");
    let cached = tags(&["engineering", "management", "sales", "support"]);
    test.proxy().next_on("GET", &format!("{COLLABORATORS}groups"), Fault::refused(404, 3001, "gone"));
    let listed = test.app.team_tags(None).await.unwrap();
    assert_eq!((listed.tags, listed.from_cache), (cached.clone(), true));
    test.proxy().always(Fault::Offline).await;
    assert_eq!(test.app.team_tags(None).await.unwrap().tags, cached);
}
