//! The search of the whole window finds people of the team that is open or stored on this computer.

use std::time::{Duration, Instant};

use crate::common::team::{COLLABORATORS, search, team_is_read};
use crate::common::{OWNER, TestApp};
use lapel_core::views::{SelectionChange, TeamQuery};
use lapel_testkit::proxy::{FakeResponse, Fault};

async fn names(test: &TestApp, search: &str) -> Vec<String> {
    let found = test.app.find_people(search).await.unwrap();
    found.people.into_iter().map(|row| row.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_matches_come_first_and_are_marked() {
    let test = TestApp::with_open_team(OWNER, 200).await;
    assert_eq!(names(&test, "EDI").await, ["Edith Editor"]);
    assert_eq!(names(&test, "édith").await, ["Edith Editor"]);
    assert_eq!(names(&test, "owner oliv").await, ["Olivia Owner"]);
    // The beginning of the name, then of a word of it, then a part of the address.
    let people = names(&test, "vi").await;
    assert_eq!(people[..2], ["Victor Viewer".to_owned(), "Olivia Owner".to_owned()], "{people:?}");
    assert_eq!(names(&test, "nobody at all").await, Vec::<String>::new());
    assert_eq!(names(&test, " ").await, Vec::<String>::new());
    let found = test.app.find_people("mem").await.unwrap();
    assert_eq!((found.people.len(), found.total, found.partial), (8, 205, None));
    let found = test.app.find_people("vict").await.unwrap();
    assert_eq!(found.people[0].name_marks, [(0, 4)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_keeps_its_search_and_its_selection() {
    let test = TestApp::with_open_team(OWNER, 20).await;
    let query = search("member");
    test.app.select_team(&query, &SelectionChange::All).unwrap();
    let (before, snapshot) = (test.app.team_rows(&query, 0, 100).unwrap(), test.app.snapshot());
    assert_eq!(names(&test, "victor").await, ["Victor Viewer"]);
    assert_eq!(test.app.team_rows(&query, 0, 100).unwrap(), before);
    assert_eq!(test.app.snapshot().revision, snapshot.revision, "nothing is published");
    let found = test.app.find_people("member").await.unwrap();
    assert!(found.people.iter().all(|row| !row.selected), "a found person is not a row of the list");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stored_team_is_searched_offline_and_before_it_was_opened() {
    let mut test = TestApp::with_open_team(OWNER, 20).await;
    test.proxy().always(Fault::Offline).await;
    test.restart().await;
    assert_eq!(names(&test, "victor").await, ["Victor Viewer"]);
    assert!(test.app.snapshot().team.is_some_and(|team| team.loaded && team.refreshing.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_team_nobody_is_found_and_none_is_opened() {
    let test = TestApp::signed_in_through_proxy_with_members(OWNER, 20).await;
    let found = test.app.find_people("victor").await.unwrap();
    assert_eq!((found.people.len(), found.total, found.partial), (0, 0, None));
    assert!(test.app.snapshot().team.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_was_read_in_part_says_so() {
    let test = TestApp::signed_in_through_proxy_with_members(OWNER, 2500).await;
    test.proxy().always_on("GET", &format!("{COLLABORATORS}?page=2"), Fault::Respond(FakeResponse::page(502)));
    test.app.open_team(None).await.unwrap();
    let is_part = |snapshot: &lapel_core::views::Snapshot| {
        snapshot.team.as_ref().is_some_and(|team| team.partial.is_some() && team.total > 0 && team.refreshing.is_none())
    };
    let snapshot = test.wait_until(is_part).await;
    let found = test.app.find_people("member").await.unwrap();
    assert_eq!(found.partial, snapshot.team.unwrap().partial);
    assert_eq!(found.people.len(), 8);
}

/// In a debug build, which is much slower than the app that people use.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_many_people_takes_no_noticeable_time() {
    let test = TestApp::with_open_team(OWNER, 20_000).await;
    test.wait_until(team_is_read).await;
    test.app.team_rows(&TeamQuery::default(), 0, 1).unwrap();
    for text in ["m", "ember", "199", "nobody"] {
        let start = Instant::now();
        test.app.find_people(text).await.unwrap();
        assert!(start.elapsed() < Duration::from_millis(100), "{text}: {:?}", start.elapsed());
    }
}
