//! How many rows a page of a team is asked for with, and which page is the last one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{OWNER, PASSWORD, TestApp};
use lapel_core::views::{ErrorCode, RoleChangeRequest, RoleKind, Snapshot, SyncState, TeamQuery, TeamView};
use lapel_sandbox::{PageLimit, Quirks};
use lapel_testkit::proxy::{Fault, Mark};
use serde_json::json;

const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

/// How the path of a page begins.
fn path(page: u32, rows: u32) -> String {
    format!("{COLLABORATORS}?page={page}&limit={rows}&")
}

impl TestApp {
    async fn with_pages(limit: PageLimit) -> Self {
        let test = Self::behind_a_proxy_with(OWNER, 300).await;
        test.sandbox().set_quirks(Quirks { page_limit: limit, ..Quirks::default() });
        test
    }

    /// Reads the team to its end.
    async fn read_team(&self) -> TeamView {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap();
        let since = i64::try_from(since.as_millis()).unwrap();
        self.app.open_team(None).await.unwrap();
        let read = |snapshot: &Snapshot| {
            let team = snapshot.team.as_ref().unwrap();
            team.refreshing.is_none() && team.as_of.is_some_and(|as_of| as_of > since)
        };
        self.wait_until(read).await.team.unwrap()
    }

    /// The pages that were asked for with so many rows, look-ups left out.
    fn pages(&self, mark: Mark, rows: u32) -> Vec<u32> {
        let asked = self.proxy().requests(mark).into_iter().map(|request| request.path);
        let asked = asked.filter(|path| path.starts_with(COLLABORATORS) && !path.contains("&email="));
        let page = |path: String| {
            let (page, rest) = path.split_once("page=")?.1.split_once("&limit=")?;
            rest.starts_with(&format!("{rows}&")).then(|| page.parse().ok())?
        };
        let mut pages: Vec<u32> = asked.filter_map(page).collect();
        pages.sort_unstable();
        pages
    }

    fn asks_for(&self, mark: Mark, rows: u32) -> usize {
        let asked = self.proxy().requests(mark).into_iter();
        asked.filter(|request| request.path.contains(&format!("&limit={rows}&sort="))).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_a_thousand_rows_is_asked_for_a_hundred_from_then_on() {
    let mut test = TestApp::with_pages(PageLimit::RefusedAbove(100)).await;
    let mark = test.proxy().mark();
    assert_eq!(test.read_team().await.total, 305);
    assert_eq!((test.asks_for(mark, 1000), test.pages(mark, 100)), (1, vec![1, 2, 3, 4]));
    let query = TeamQuery { search: "editor@example.com".into(), ..TeamQuery::default() };
    let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
    let (kind, from, to) = (RoleKind::Team, "editor".into(), "viewer".into());
    test.app.change_role(RoleChangeRequest { id, kind, from, to }).await.unwrap();

    let mark = test.proxy().mark();
    test.restart().await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    test.read_team().await;
    assert_eq!((test.asks_for(mark, 1000), test.pages(mark, 100)), (0, vec![1, 2, 3, 4]), "it is remembered");
    test.sandbox().set_quirks(Quirks::default());
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    let mark = test.proxy().mark();
    test.read_team().await;
    assert_eq!((test.pages(mark, 1000), test.asks_for(mark, 100)), (vec![1], 0), "a sign-in asks anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn fewer_rows_than_asked_for_number_the_pages_anew() {
    let test = TestApp::with_pages(PageLimit::CutTo(70)).await;
    for (what, thousand) in [("first", vec![1]), ("again", vec![])] {
        let mark = test.proxy().mark();
        assert_eq!(test.read_team().await.total, 305, "{what}");
        assert_eq!((test.pages(mark, 1000), test.pages(mark, 70)), (thousand, vec![1, 2, 3, 4, 5]), "{what}");
    }
    // With fewer still, what was read is not taken for other pages.
    test.sandbox().set_quirks(Quirks { page_limit: PageLimit::CutTo(50), ..Quirks::default() });
    let mark = test.proxy().mark();
    assert_eq!(test.read_team().await.total, 305);
    assert_eq!(test.pages(mark, 50), [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_fits_on_one_page_says_nothing_about_rows() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.sandbox().set_quirks(Quirks { page_limit: PageLimit::CutTo(5), ..Quirks::default() });
    let mark = test.proxy().mark();
    assert_eq!(test.read_team().await.total, 5);
    assert_eq!((test.pages(mark, 1000), test.asks_for(mark, 5)), (vec![1], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_refusal_of_the_rows_makes_them_fewer() {
    let test = TestApp::behind_a_proxy_with(OWNER, 1500).await;
    let refused = || Fault::refused(400, 5000, "The request is malformed");
    // The second page alone: it is no matter of rows.
    test.proxy().always_on("GET", &path(2, 1000), refused());
    test.app.open_team(None).await.unwrap();
    let failed = |snapshot: &Snapshot| snapshot.team.as_ref().is_some_and(|team| team.error.is_some());
    let error = test.wait_until(failed).await.team.unwrap().error.unwrap();
    assert_eq!((error.code, error.details.server_code), (ErrorCode::Rejected, Some(5000)));
    test.proxy().clear_on("GET", &path(2, 1000));
    let mark = test.proxy().mark();
    assert_eq!(test.read_team().await.total, 1505);
    assert_eq!((test.asks_for(mark, 100), test.pages(mark, 1000)), (0, vec![2]), "and it goes on");

    // The pages, and not the look-up of the own row before.
    test.proxy().next_on("GET", &path(1, 1000), Fault::Pass);
    test.proxy().always_on("GET", &path(1, 1000), refused());
    let mark = test.proxy().mark();
    test.read_team().await;
    let pages = test.pages(mark, 100);
    assert_eq!(pages.iter().filter(|page| **page > 1).count(), 15, "{pages:?}");
    let mark = test.proxy().mark();
    test.read_team().await;
    assert_eq!(test.asks_for(mark, 1000), 0, "it is remembered");
}

/// A page of a team whose server counts its pages in its own way.
fn page(number: u32, pages: u32, has_next: bool) -> Fault {
    let row = |id: u32| {
        let (user, email) = match id {
            1 => ("65f0a1c00000000000000001".to_owned(), OWNER.to_owned()),
            _ => (format!("65f0a1c0000000000009{id:04}"), format!("person{id}@example.com")),
        };
        json!({
            "id": format!("65f0a1c000000000000d{id:04}"), "organization": "65f0a1c0000000000000a001", "role": "owner",
            "user": { "id": user, "email": email, "firstName": "A", "lastName": "B", "role": "admin" },
        })
    };
    let rows: Vec<_> = (number * 2 - 1..=number * 2).map(row).collect();
    let page = json!({
        "items": rows, "totalDocs": 6, "limit": 1000, "page": number, "totalPages": pages, "hasNextPage": has_next,
    });
    Fault::Json(json!({ "status": true, "data": page }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_page_follows_decides_and_not_how_many_are_counted() {
    for counted in [1, 3, 9] {
        let test = TestApp::behind_a_proxy(OWNER).await;
        for number in 1..=3 {
            test.proxy().always_on("GET", &path(number, 1000), page(number, counted, number < 3));
        }
        let team = test.read_team().await;
        assert_eq!((team.total, team.error), (6, None), "{counted}");
        assert!(!team.rights.team_roles.is_empty());
    }
}
