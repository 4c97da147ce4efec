//! The team read, kept, searched and shown.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{Bench, EDITOR, OWNER};
use lapel_core::views::{
    AppError, ErrorCode, MemberState, SelectionChange, SessionState, Snapshot, SyncState, TeamColumn, TeamQuery,
    TeamReason, TeamRow,
};
use lapel_testkit::proxy::Fault;

fn read(snapshot: &Snapshot) -> bool {
    snapshot.team.as_ref().is_some_and(|team| team.as_of.is_some() && team.refreshing.is_none() && team.error.is_none())
}

fn search(text: &str) -> TeamQuery {
    TeamQuery { search: text.into(), ..TeamQuery::default() }
}

impl Bench {
    async fn team_of(email: &str, members: u32) -> Self {
        let bench = Self::behind_a_proxy_with(email, members).await;
        bench.app.open_team(None).await.unwrap();
        bench.settled(read).await;
        bench
    }

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
        self.settled(failed).await.team.unwrap().error.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_come_first_and_then_everybody_by_name() {
    let bench = Bench::team_of(OWNER, 0).await;
    let names = bench.names(&TeamQuery::default());
    assert_eq!(names, ["Olivia Owner", "Adam Admin", "Edith Editor", "Tomas Twofactor", "Victor Viewer"]);
    let team = bench.app.snapshot().team.unwrap();
    assert_eq!((team.total, team.organizations[0].name.as_str()), (5, "Acme Industries"));
    assert_eq!(team.rights.team_roles, ["admin", "editor", "viewer", "unassigned"]);
    assert_eq!(team.rights.user_roles, ["admin", "adminViewer", "user"]);
    assert_eq!(team.rights.reason, None);
    let by_email = TeamQuery { sort: Some(TeamColumn::Email), descending: true, ..TeamQuery::default() };
    assert_eq!(bench.rows(&by_email)[0].email, "viewer@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_ignores_case_and_accents_marks_what_it_found_and_counts_what_filters_would_leave() {
    let bench = Bench::team_of(OWNER, 300).await;
    let row = bench.rows(&search("  ÉDIth ")).remove(0);
    assert_eq!((row.name.as_str(), row.name_marks.as_slice()), ("Edith Editor", [(0, 5)].as_slice()));
    assert_eq!(bench.names(&search("editor@EXAMPLE")), ["Edith Editor"]);
    assert_eq!(bench.names(&search("owner olivia")), ["Olivia Owner"], "words in any order");
    assert_eq!(bench.names(&search(&row.id)), ["Edith Editor"]);
    assert_eq!(bench.names(&search("nobody of this name")), Vec::<String>::new());

    let all = bench.app.team_rows(&TeamQuery::default(), 0, 1).unwrap();
    let of = |role: &str| all.counts.team_roles.iter().find(|facet| facet.value == role).unwrap().count;
    let roles: Vec<&str> = all.counts.team_roles.iter().map(|facet| facet.value.as_str()).collect();
    assert_eq!(roles, ["owner", "admin", "editor", "viewer", "unassigned"]);
    for role in roles {
        let only = TeamQuery { team_role: Some(role.into()), ..TeamQuery::default() };
        let window = bench.app.team_rows(&only, 0, 1000).unwrap();
        assert_eq!(window.found, of(role), "{role}");
        assert!(window.rows.iter().all(|row| row.team_role == role));
        assert_eq!(window.counts.team_roles, all.counts.team_roles, "its own filter does not count");
    }
    let pending = TeamQuery { state: Some(MemberState::Pending), ..TeamQuery::default() };
    let window = bench.app.team_rows(&pending, 0, 1000).unwrap();
    assert_eq!((window.found, window.counts.members + window.counts.pending), (all.counts.pending, all.found));
    assert!(window.rows.iter().all(|row| row.pending && row.user_role.is_none() && row.name == row.email));
    let tagged = TeamQuery { tag: Some("pilot".into()), user_role: Some("user".into()), ..TeamQuery::default() };
    assert!(bench.rows(&tagged).iter().all(|row| row.tags.iter().any(|tag| tag == "pilot")));
    let nobody = TeamQuery { tag: Some("no such tag".into()), ..TeamQuery::default() };
    assert_eq!(bench.rows(&nobody).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_last_state_is_there_at_once_with_how_old_it_is() {
    let mut bench = Bench::team_of(OWNER, 100).await;
    let before = bench.rows(&TeamQuery::default());
    let as_of = bench.app.snapshot().team.unwrap().as_of;
    bench.proxy().always(Fault::Offline).await;
    bench.restart().await;
    bench.app.start().await;
    bench.app.open_team(None).await.unwrap();
    let shown = bench.app.snapshot().team.unwrap();
    assert!(shown.loaded && shown.as_of == as_of);
    assert_eq!(bench.rows(&TeamQuery::default()), before);
    assert_eq!(bench.team_error().await.code, ErrorCode::Network);
    assert_eq!(bench.app.snapshot().team.unwrap().rights.reason, Some(TeamReason::Offline));
    bench.proxy().always(Fault::Pass).await;
    bench.app.refresh();
    let anew = |snapshot: &Snapshot| read(snapshot) && snapshot.team.as_ref().unwrap().as_of > as_of;
    assert_eq!(bench.settled(anew).await.team.unwrap().rights.reason, None, "with the connection it is read by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_reading_goes_on_where_it_was() {
    let bench = Bench::behind_a_proxy_with(OWNER, 6000).await;
    let team = "/v1/organizations/65f0a1c0000000000000a001/collaborators/?page=5&";
    for _ in 0..3 {
        bench.proxy().next_on("GET", team, Fault::status(500));
    }
    bench.app.open_team(None).await.unwrap();
    assert_eq!(bench.team_error().await.code, ErrorCode::Transient);
    let kept = bench.app.snapshot().team.unwrap();
    assert!(kept.as_of.is_none() && kept.total > 1000, "what has come is shown: {}", kept.total);
    let mark = bench.proxy().mark();
    bench.app.refresh_team();
    let all = bench.settled(read).await.team.unwrap();
    assert_eq!(all.total, 6005);
    let pages = bench.proxy().requests(mark).into_iter().filter(|request| request.path.contains("limit=1000&sort"));
    let pages: Vec<String> = pages.map(|request| request.path).filter(|path| !path.contains("email")).collect();
    assert!(pages.len() < 6 && pages.iter().any(|path| path.contains("page=5&")), "{pages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_is_removed_after_a_clean_reading_and_a_look_up() {
    let bench = Bench::team_of(OWNER, 20).await;
    let gone = bench.rows(&search("member00003"))[0].id.clone();
    let database = rusqlite::Connection::open(bench.database.path().join("sandbox.db")).unwrap();
    database.execute("DELETE FROM collaborator_tag WHERE collaborator_id = ?1", [&gone]).unwrap();
    database.execute("DELETE FROM collaborator WHERE id = ?1", [&gone]).unwrap();
    let mark = bench.proxy().mark();
    bench.app.refresh_team();
    bench.settled(|snapshot| read(snapshot) && snapshot.team.as_ref().unwrap().total == 24).await;
    assert_eq!(bench.names(&search("member00003")), Vec::<String>::new());
    let looked_up = bench.proxy().requests(mark).into_iter().filter(|request| request.path.contains("member00003"));
    assert_eq!(looked_up.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_selection_is_never_larger_than_what_the_filter_shows() {
    let bench = Bench::team_of(OWNER, 50).await;
    let selected = |query: &TeamQuery| bench.app.team_rows(query, 0, 0).unwrap().selected;
    let (all, members) = (TeamQuery::default(), search("member"));
    let found = bench.app.team_rows(&members, 0, 0).unwrap().found;
    bench.app.select_team(&members, &SelectionChange::All).unwrap();
    assert_eq!((selected(&members), selected(&all)), (found, found));
    assert_eq!(selected(&search("member00001")), 1);
    bench.app.select_team(&all, &SelectionChange::None).unwrap();
    bench.app.select_team(&all, &SelectionChange::Range { from: 3, to: 1 }).unwrap();
    bench.app.select_team(&all, &SelectionChange::Range { from: 1, to: usize::MAX }).unwrap();
    assert_eq!(selected(&all), 54);
    let first = bench.rows(&all)[0].id.clone();
    bench.app.select_team(&all, &SelectionChange::Toggle { id: first.clone() }).unwrap();
    assert_eq!(selected(&all), 55);
    bench.app.select_team(&all, &SelectionChange::None).unwrap();
    bench.app.select_team(&all, &SelectionChange::Toggle { id: first }).unwrap();
    assert_eq!(selected(&all), 1);
    bench.app.refresh_team();
    bench.settled(read).await;
    assert_eq!(selected(&all), 1, "a refresh keeps it");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_sees_the_team_read_only_or_why_not() {
    let bench = Bench::team_of(EDITOR, 0).await;
    let rights = bench.app.snapshot().team.unwrap().rights;
    assert!(rights.team_roles.is_empty() && rights.user_roles.is_empty());
    assert_eq!(rights.reason, Some(TeamReason::NoRight));
    assert_eq!(bench.rows(&TeamQuery::default()).len(), 5);
    let team = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";
    bench.proxy().next_on("GET", team, Fault::refused(403, 4003, "Forbidden"));
    bench.app.refresh_team();
    assert_eq!(bench.team_error().await.code, ErrorCode::Forbidden);
    bench.proxy().next_on("GET", team, Fault::refused(404, 3001, "Entity not found"));
    bench.app.refresh_team();
    bench.settled(|s| s.team.as_ref().unwrap().error.as_ref().is_some_and(|e| e.code == ErrorCode::TeamGone)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_a_team_is_read_leaves_no_reading_behind() {
    let bench = Bench::team_of(OWNER, 0).await;
    bench.proxy().always(Fault::refused(401, 4004, "Invalid token")).await;
    bench.app.refresh_team();
    let ended = |snapshot: &Snapshot| snapshot.session == SessionState::Expired;
    let team = bench.settled(ended).await.team.unwrap();
    assert!(team.refreshing.is_none() && team.total == 5, "{team:?}");
    assert_eq!(team.rights.reason, Some(TeamReason::Offline), "nothing can be changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_leaves_nothing_of_the_team() {
    let bench = Bench::team_of(OWNER, 10).await;
    let id = bench.rows(&search("editor@"))[0].id.clone();
    let draft = lapel_core::views::DraftValues { first_name: Some("typed".into()), ..Default::default() };
    bench.app.keep_person_draft(&id, Some(draft)).await.unwrap();
    let asked = bench.app.sign_out(false).await.unwrap_err();
    assert_eq!((asked.code, asked.details.count), (ErrorCode::UnsentEdits, Some(1)), "what was typed is asked about");
    bench.app.sign_out(true).await.unwrap();
    assert!(bench.app.snapshot().team.is_none());
    bench.sign_in(OWNER, common::PASSWORD).await.unwrap();
    bench.settled(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    bench.proxy().always(Fault::Offline).await;
    bench.app.open_team(None).await.unwrap();
    assert_eq!(bench.app.snapshot().team.unwrap().total, 0);
    assert_eq!(bench.app.role_history("", 0, 10).await.unwrap().found, 0);
}
