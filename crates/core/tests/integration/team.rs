//! Reading, caching, searching and showing the team.

use crate::common::team::{COLLABORATORS, search, team_is_read};
use crate::common::{EDITOR, OWNER, TestApp};
use lapel_core::views::{
    AppError, ErrorCode, MemberState, SelectionChange, SessionState, SignOutScope, Snapshot, SyncState, TeamColumn,
    TeamQuery, TeamReason, TeamRow,
};
use lapel_testkit::proxy::Fault;

impl TestApp {
    fn rows(&self, query: &TeamQuery) -> Vec<TeamRow> {
        self.app.team_rows(query, 0, 1000).unwrap().rows
    }

    fn names(&self, query: &TeamQuery) -> Vec<String> {
        self.rows(query).into_iter().map(|row| row.name).collect()
    }

    async fn team_error(&self) -> AppError {
        let failed = |snapshot: &Snapshot| {
            snapshot.team.as_ref().is_some_and(|team| team.error.is_some() && team.refreshing.is_none())
        };
        self.wait_until(failed).await.team.unwrap().error.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_are_listed_first_and_the_others_by_name() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let names = test.names(&TeamQuery::default());
    assert_eq!(names, ["Olivia Owner", "Adam Admin", "Edith Editor", "Tomas Twofactor", "Victor Viewer"]);
    let team = test.app.snapshot().team.unwrap();
    assert_eq!((team.total, team.organizations[0].name.as_str()), (5, "Acme Industries"));
    assert_eq!(team.rights.team_roles, ["admin", "editor", "viewer", "unassigned"]);
    assert_eq!(team.rights.user_roles, ["admin", "adminViewer", "user"]);
    assert_eq!(team.rights.reason, None);
    let by_email = TeamQuery { sort: Some(TeamColumn::Email), descending: true, ..TeamQuery::default() };
    assert_eq!(test.rows(&by_email)[0].email, "viewer@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_ignores_case_and_accents_highlights_matches_and_counts_the_rows_per_filter() {
    let test = TestApp::with_open_team(OWNER, 300).await;
    let row = test.rows(&search("  ÉDIth ")).remove(0);
    assert_eq!((row.name.as_str(), row.name_marks.as_slice()), ("Edith Editor", [(0, 5)].as_slice()));
    assert_eq!(test.names(&search("editor@EXAMPLE")), ["Edith Editor"]);
    assert_eq!(test.names(&search("owner olivia")), ["Olivia Owner"], "words in any order");
    assert_eq!(test.names(&search(&row.id)), ["Edith Editor"]);
    assert_eq!(test.names(&search("nobody of this name")), Vec::<String>::new());

    let all = test.app.team_rows(&TeamQuery::default(), 0, 1).unwrap();
    let count_of = |role: &str| all.counts.team_roles.iter().find(|facet| facet.value == role).unwrap().count;
    let roles: Vec<&str> = all.counts.team_roles.iter().map(|facet| facet.value.as_str()).collect();
    assert_eq!(roles, ["owner", "admin", "editor", "viewer", "unassigned"]);
    for role in roles {
        let only = TeamQuery { team_role: Some(role.into()), ..TeamQuery::default() };
        let window = test.app.team_rows(&only, 0, 1000).unwrap();
        assert_eq!(window.found, count_of(role), "{role}");
        assert_eq!(window.rows.len(), window.found);
        assert!(!window.rows.is_empty() && window.rows.iter().all(|row| row.team_role == role), "{role}");
        assert_eq!(window.counts.team_roles, all.counts.team_roles, "a filter does not change its own counts");
    }
    let pending = TeamQuery { state: Some(MemberState::Pending), ..TeamQuery::default() };
    let window = test.app.team_rows(&pending, 0, 1000).unwrap();
    assert_eq!((window.found, window.counts.members + window.counts.pending), (all.counts.pending, all.found));
    assert!(window.found > 0 && window.rows.len() == window.found, "{} of {}", window.rows.len(), window.found);
    assert!(window.rows.iter().all(|row| row.pending && row.user_role.is_none() && row.name == row.email));
    let tagged = TeamQuery { tags: vec!["pilot".into()], user_role: Some("user".into()), ..TeamQuery::default() };
    let tagged = test.rows(&tagged);
    assert!(!tagged.is_empty() && tagged.iter().all(|row| row.tags.iter().any(|tag| tag == "pilot")));
    let nobody = TeamQuery { tags: vec!["no such tag".into()], ..TeamQuery::default() };
    assert_eq!(test.rows(&nobody).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_cached_team_is_shown_at_once_with_its_age() {
    let mut test = TestApp::with_open_team(OWNER, 100).await;
    let before = test.rows(&TeamQuery::default());
    let as_of = test.app.snapshot().team.unwrap().as_of;
    test.proxy().always(Fault::Offline).await;
    test.restart().await;
    test.app.start().await;
    test.app.open_team(None).await.unwrap();
    let shown = test.app.snapshot().team.unwrap();
    assert!(shown.loaded && shown.as_of == as_of);
    assert_eq!(test.rows(&TeamQuery::default()), before);
    assert_eq!(test.team_error().await.code, ErrorCode::Network);
    assert_eq!(test.app.snapshot().team.unwrap().rights.reason, Some(TeamReason::Offline));
    test.proxy().always(Fault::Pass).await;
    test.app.refresh();
    let read_again = |snapshot: &Snapshot| team_is_read(snapshot) && snapshot.team.as_ref().unwrap().as_of > as_of;
    assert_eq!(
        test.wait_until(read_again).await.team.unwrap().rights.reason,
        None,
        "the team is read automatically when the connection returns"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_read_continues_at_the_failed_page() {
    let test = TestApp::signed_in_through_proxy_with_members(OWNER, 6000).await;
    let team = "/v1/organizations/65f0a1c0000000000000a001/collaborators/?page=5&";
    for _ in 0..3 {
        test.proxy().next_on("GET", team, Fault::status(500));
    }
    test.app.open_team(None).await.unwrap();
    assert_eq!(test.team_error().await.code, ErrorCode::Transient);
    let partial = test.app.snapshot().team.unwrap();
    assert!(partial.as_of.is_none() && partial.total > 1000, "the pages read so far are shown: {}", partial.total);
    let mark = test.proxy().mark();
    test.app.refresh_team();
    let all = test.wait_until(team_is_read).await.team.unwrap();
    assert_eq!(all.total, 6005);
    let pages = test.proxy().requests(mark).into_iter().filter(|request| request.path.contains("limit=1000&sort"));
    let pages: Vec<String> = pages.map(|request| request.path).filter(|path| !path.contains("email")).collect();
    assert!(pages.len() < 6 && pages.iter().any(|path| path.contains("page=5&")), "{pages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_left_is_removed_after_a_complete_read_and_a_lookup() {
    let test = TestApp::with_open_team(OWNER, 20).await;
    let gone = test.rows(&search("member00003"))[0].id.clone();
    let database = rusqlite::Connection::open(test.database.path().join("sandbox.db")).unwrap();
    database.execute("DELETE FROM collaborator_tag WHERE collaborator_id = ?1", [&gone]).unwrap();
    database.execute("DELETE FROM collaborator WHERE id = ?1", [&gone]).unwrap();
    let mark = test.proxy().mark();
    test.app.refresh_team();
    test.wait_until(|snapshot| team_is_read(snapshot) && snapshot.team.as_ref().unwrap().total == 24).await;
    assert_eq!(test.names(&search("member00003")), Vec::<String>::new());
    let looked_up = test.proxy().requests(mark).into_iter().filter(|request| request.path.contains("member00003"));
    assert_eq!(looked_up.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_selection_contains_only_rows_that_match_the_filter() {
    let test = TestApp::with_open_team(OWNER, 50).await;
    let selected = |query: &TeamQuery| test.app.team_rows(query, 0, 0).unwrap().selected;
    let (all, members) = (TeamQuery::default(), search("member"));
    let found = test.app.team_rows(&members, 0, 0).unwrap().found;
    test.app.select_team(&members, &SelectionChange::All).unwrap();
    assert_eq!((selected(&members), selected(&all)), (found, found));
    assert_eq!(selected(&search("member00001")), 1);
    test.app.select_team(&all, &SelectionChange::None).unwrap();
    test.app.select_team(&all, &SelectionChange::Range { from: 3, to: 1 }).unwrap();
    test.app.select_team(&all, &SelectionChange::Range { from: 1, to: usize::MAX }).unwrap();
    assert_eq!(selected(&all), 54);
    let first = test.rows(&all)[0].id.clone();
    test.app.select_team(&all, &SelectionChange::Toggle { id: first.clone() }).unwrap();
    assert_eq!(selected(&all), 55);
    test.app.select_team(&all, &SelectionChange::None).unwrap();
    test.app.select_team(&all, &SelectionChange::Toggle { id: first }).unwrap();
    assert_eq!(selected(&all), 1);
    test.app.refresh_team();
    test.wait_until(team_is_read).await;
    assert_eq!(selected(&all), 1, "a refresh keeps the selection");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rights_the_team_is_read_only_or_an_error_is_shown() {
    let test = TestApp::with_open_team(EDITOR, 0).await;
    let rights = test.app.snapshot().team.unwrap().rights;
    assert!(rights.team_roles.is_empty() && rights.user_roles.is_empty());
    assert_eq!(rights.reason, Some(TeamReason::NoRight));
    assert_eq!(test.rows(&TeamQuery::default()).len(), 5);
    test.proxy().next_on("GET", COLLABORATORS, Fault::refused(403, 4003, "Forbidden"));
    test.app.refresh_team();
    assert_eq!(test.team_error().await.code, ErrorCode::Forbidden);
    test.proxy().next_on("GET", COLLABORATORS, Fault::refused(404, 3001, "Entity not found"));
    test.app.refresh_team();
    test.wait_until(|snapshot| {
        snapshot.team.as_ref().unwrap().error.as_ref().is_some_and(|error| error.code == ErrorCode::TeamGone)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn if_the_session_ends_during_a_team_read_the_read_ends_too() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    test.proxy().always(Fault::refused(401, 4004, "Invalid token")).await;
    test.app.refresh_team();
    let ended = |snapshot: &Snapshot| snapshot.session == SessionState::Expired;
    let team = test.wait_until(ended).await.team.unwrap();
    assert!(team.refreshing.is_none() && team.total == 5, "{team:?}");
    assert_eq!(team.rights.reason, Some(TeamReason::SignedOut), "nothing can be changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_removes_the_team() {
    let test = TestApp::with_open_team(OWNER, 10).await;
    let id = test.rows(&search("editor@"))[0].id.clone();
    let draft = lapel_core::views::DraftValues { first_name: Some("typed".into()), ..Default::default() };
    test.app.keep_person_draft(&id, Some(draft)).await.unwrap();
    let refused = test.app.sign_out(SignOutScope::ThisAccount, false).await.unwrap_err();
    assert_eq!((refused.code, refused.details.count), (ErrorCode::UnsentEdits, Some(1)), "the draft counts as unsent");
    test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    assert!(test.app.snapshot().team.is_none());
    test.sign_in(OWNER, crate::common::PASSWORD).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    test.proxy().always(Fault::Offline).await;
    test.app.open_team(None).await.unwrap();
    assert_eq!(test.app.snapshot().team.unwrap().total, 0);
    assert_eq!(test.app.role_history("", 0, 10).await.unwrap().found, 0);
}
