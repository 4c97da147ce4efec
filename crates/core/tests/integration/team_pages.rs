//! The page size of team requests, and how the app recognizes the last page.

use crate::common::team::COLLABORATORS;
use crate::common::{OWNER, PASSWORD, TestApp};
use lapel_core::views::{ErrorCode, RoleChangeRequest, RoleKind, Snapshot, SyncState, TeamQuery, TeamView};
use lapel_sandbox::{PageLimit, Quirks};
use lapel_testkit::proxy::{Fault, Mark};
use serde_json::json;

/// The path prefix of a page request.
fn page_path(page: u32, rows: u32) -> String {
    format!("{COLLABORATORS}?page={page}&limit={rows}&")
}

impl TestApp {
    async fn with_page_limit(limit: PageLimit) -> Self {
        let test = Self::signed_in_through_proxy_with_members(OWNER, 300).await;
        test.sandbox().set_quirks(Quirks { page_limit: limit, ..Quirks::default() });
        test
    }

    /// Opens the team and waits until a read that started after this call is complete.
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

    /// The sorted page numbers of the requests with a page size of `rows`, without lookups by email address.
    fn pages(&self, mark: Mark, rows: u32) -> Vec<u32> {
        let requested = self.proxy().requests(mark).into_iter().map(|request| request.path);
        let requested = requested.filter(|path| path.starts_with(COLLABORATORS) && !path.contains("&email="));
        let page = |path: String| {
            let (page, rest) = path.split_once("page=")?.1.split_once("&limit=")?;
            rest.starts_with(&format!("{rows}&")).then(|| page.parse().ok())?
        };
        let mut pages: Vec<u32> = requested.filter_map(page).collect();
        pages.sort_unstable();
        pages
    }

    /// The number of page requests with a page size of `rows`.
    fn request_count(&self, mark: Mark, rows: u32) -> usize {
        let requested = self.proxy().requests(mark).into_iter();
        requested.filter(|request| request.path.contains(&format!("&limit={rows}&sort="))).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_server_refuses_1000_rows_per_page_the_app_requests_100() {
    let mut test = TestApp::with_page_limit(PageLimit::RefusedAbove(100)).await;
    let mark = test.proxy().mark();
    assert_eq!(test.read_team().await.total, 305);
    assert_eq!((test.request_count(mark, 1000), test.pages(mark, 100)), (1, vec![1, 2, 3, 4]));
    let query = TeamQuery { search: "editor@example.com".into(), ..TeamQuery::default() };
    let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
    let (kind, from, to) = (RoleKind::Team, "editor".into(), "viewer".into());
    test.app.change_role(RoleChangeRequest { id, kind, from, to }).await.unwrap();

    let mark = test.proxy().mark();
    test.restart().await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    test.read_team().await;
    assert_eq!(
        (test.request_count(mark, 1000), test.pages(mark, 100)),
        (0, vec![1, 2, 3, 4]),
        "the page size is remembered"
    );
    test.sandbox().set_quirks(Quirks::default());
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    let mark = test.proxy().mark();
    test.read_team().await;
    assert_eq!((test.pages(mark, 1000), test.request_count(mark, 100)), (vec![1], 0), "a sign-in resets the page size");
}

#[tokio::test(flavor = "multi_thread")]
async fn if_a_page_has_fewer_rows_than_requested_the_app_requests_pages_of_that_size() {
    let test = TestApp::with_page_limit(PageLimit::CutTo(70)).await;
    for (attempt, full_pages) in [("first", vec![1]), ("again", vec![])] {
        let mark = test.proxy().mark();
        assert_eq!(test.read_team().await.total, 305, "{attempt}");
        assert_eq!((test.pages(mark, 1000), test.pages(mark, 70)), (full_pages, vec![1, 2, 3, 4, 5]), "{attempt}");
    }
    // A smaller page size gives the pages other numbers, so pages read with the old size do not count.
    test.sandbox().set_quirks(Quirks { page_limit: PageLimit::CutTo(50), ..Quirks::default() });
    let mark = test.proxy().mark();
    assert_eq!(test.read_team().await.total, 305);
    assert_eq!(test.pages(mark, 50), [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_on_a_single_page_does_not_change_the_page_size() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.sandbox().set_quirks(Quirks { page_limit: PageLimit::CutTo(5), ..Quirks::default() });
    let mark = test.proxy().mark();
    assert_eq!(test.read_team().await.total, 5);
    assert_eq!((test.pages(mark, 1000), test.request_count(mark, 5)), (vec![1], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_size_shrinks_only_if_the_first_page_is_refused() {
    let test = TestApp::signed_in_through_proxy_with_members(OWNER, 1500).await;
    let refused = || Fault::refused(400, 5000, "The request is malformed");
    // Only the second page fails, so the page size is not the cause.
    test.proxy().always_on("GET", &page_path(2, 1000), refused());
    test.app.open_team(None).await.unwrap();
    let failed = |snapshot: &Snapshot| snapshot.team.as_ref().is_some_and(|team| team.error.is_some());
    let error = test.wait_until(failed).await.team.unwrap().error.unwrap();
    assert_eq!((error.code, error.details.server_code), (ErrorCode::Rejected, Some(5000)));
    test.proxy().clear_on("GET", &page_path(2, 1000));
    let mark = test.proxy().mark();
    assert_eq!(test.read_team().await.total, 1505);
    assert_eq!(
        (test.request_count(mark, 100), test.pages(mark, 1000)),
        (0, vec![2]),
        "the read continues with the second page"
    );

    // Refuse the first page, but not the lookup of the user's own row before it.
    test.proxy().next_on("GET", &page_path(1, 1000), Fault::Pass);
    test.proxy().always_on("GET", &page_path(1, 1000), refused());
    let mark = test.proxy().mark();
    test.read_team().await;
    let pages = test.pages(mark, 100);
    assert_eq!(pages.iter().filter(|page| **page > 1).count(), 15, "{pages:?}");
    let mark = test.proxy().mark();
    test.read_team().await;
    assert_eq!(test.request_count(mark, 1000), 0, "the page size is remembered");
}

/// One of three team pages with two rows each. Its page count is `pages`, which may be wrong.
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
async fn a_read_ends_when_has_next_page_is_false_whatever_the_page_count() {
    for counted in [1, 3, 9] {
        let test = TestApp::signed_in_through_proxy(OWNER).await;
        for number in 1..=3 {
            test.proxy().always_on("GET", &page_path(number, 1000), page(number, counted, number < 3));
        }
        let team = test.read_team().await;
        assert_eq!((team.total, team.error), (6, None), "{counted}");
        assert!(!team.rights.team_roles.is_empty());
    }
}
