//! A row that the server no longer has disappears at once, and no other row does.

use crate::common::team::{COLLABORATORS, search};
use crate::common::{OWNER, TestApp};
use lapel_core::views::{
    ErrorCode, MemberState, ProfileChanges, RoleChangeRequest, RoleKind, SelectionChange, TeamQuery,
};
use lapel_testkit::proxy::Fault;
use serde_json::json;

impl TestApp {
    fn found_rows(&self, text: &str) -> usize {
        self.app.team_rows(&search(text), 0, 0).unwrap().found
    }

    fn to_viewer(&self, who: &str) -> RoleChangeRequest {
        self.change(who, RoleKind::Team, "viewer")
    }

    /// Runs SQL with the id of a row in the database of the server.
    fn on_server(&self, statements: &[&str], id: &str) {
        let database = rusqlite::Connection::open(self.database.path().join("sandbox.db")).unwrap();
        for statement in statements {
            database.execute(statement, [id]).unwrap();
        }
    }

    fn remove_on_server(&self, id: &str) {
        let tags = "DELETE FROM collaborator_tag WHERE collaborator_id = ?1";
        self.on_server(&[tags, "DELETE FROM collaborator WHERE id = ?1"], id);
    }
}

fn page_of(items: &[serde_json::Value]) -> Fault {
    let page = json!({ "items": items, "totalDocs": items.len(), "limit": 1000, "page": 1, "totalPages": 1, "hasNextPage": false });
    Fault::Json(json!({ "status": true, "data": page }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_the_server_no_longer_has_disappears_when_it_is_read() {
    for saves_person in [false, true] {
        let mut test = TestApp::with_open_team(OWNER, 10).await;
        let request = test.to_viewer("editor@");
        test.app.select_team(&TeamQuery::default(), &SelectionChange::All).unwrap();
        test.remove_on_server(&request.id);
        let version = test.team().version;
        let error = if saves_person {
            let changes = ProfileChanges { first_name: Some("Edita".into()), ..ProfileChanges::default() };
            test.app.save_person(&request.id, changes).await.unwrap_err()
        } else {
            test.app.change_role(request).await.unwrap_err()
        };
        assert_eq!(error.code, ErrorCode::RowGone);
        assert!(test.team().version > version, "the page reads its rows again");
        let window = test.app.team_rows(&TeamQuery::default(), 0, 100).unwrap();
        assert_eq!((test.team().total, window.found, window.selected, window.counts.members), (14, 14, 14, 13));
        assert_eq!(test.found_rows("editor@"), 0);
        test.proxy().always(Fault::Offline).await;
        test.restart().await;
        test.app.start().await;
        test.app.open_team(None).await.unwrap();
        assert_eq!((test.team().total, test.found_rows("editor@")), (14, 0), "removed from the disk");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_a_put_calls_missing_disappears_unless_it_is_still_found() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let request = test.to_viewer("editor@");
    test.proxy().next_on("PUT", COLLABORATORS, Fault::refused(404, 3001, "Entity not found"));
    assert_eq!(test.app.change_role(request.clone()).await.unwrap_err().code, ErrorCode::RowGone);
    assert_eq!(test.found_rows("editor@"), 1, "the server contradicts itself");
    for fault in [Fault::page(404), Fault::respond(404, "application/json", r#"{"error":"not found"}"#)] {
        test.proxy().next_on("PUT", COLLABORATORS, fault);
        assert_ne!(test.app.change_role(request.clone()).await.unwrap_err().code, ErrorCode::RowGone);
        assert_eq!(test.found_rows("editor@"), 1, "the answer is not the API's");
    }
    // The row is removed on the server between the read and the PUT.
    let row = json!({
        "id": request.id, "organization": "65f0a1c0000000000000a001", "role": "editor",
        "user": { "id": "65f0a1c00000000000000003", "email": "editor@example.com", "role": "user" },
    });
    test.remove_on_server(&request.id);
    test.proxy().next_on("GET", COLLABORATORS, page_of(&[row]));
    assert_eq!(test.app.change_role(request).await.unwrap_err().code, ErrorCode::RowGone);
    assert_eq!((test.found_rows("editor@"), test.team().total), (0, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_finds_nothing_removes_nobody() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let by_address = format!("{COLLABORATORS}?page=1&limit=1000&sort=createdAt%3Aasc&email=");
    let request = test.to_viewer("editor@");
    // The search of the server is broken, but the row is still on its page.
    test.proxy().always_on("GET", &by_address, page_of(&[]));
    test.app.change_role(request).await.unwrap();
    assert_eq!(test.row("editor@").team_role, "viewer");
    let request = test.change("editor@", RoleKind::Team, "editor");
    // All lists are empty.
    test.proxy().always_on("GET", COLLABORATORS, page_of(&[]));
    assert_eq!(test.app.change_role(request.clone()).await.unwrap_err().code, ErrorCode::RowGone);
    assert_eq!(test.found_rows("editor@"), 1);
    // Something between answers.
    test.proxy().always_on("GET", COLLABORATORS, Fault::page(404));
    assert_ne!(test.app.change_role(request.clone()).await.unwrap_err().code, ErrorCode::RowGone);
    assert_eq!(test.found_rows("editor@"), 1);
    test.proxy().clear_rules();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_a_new_address_is_still_the_same_person() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let request = test.to_viewer("editor@");
    let address = "UPDATE user SET email = 'edith@example.com' WHERE id = \
                   (SELECT user_id FROM collaborator WHERE id = ?1)";
    let key = "UPDATE collaborator SET email_key = 'edith@example.com' WHERE id = ?1";
    test.on_server(&[address, key], &request.id);
    test.app.change_role(request).await.unwrap();
    assert_eq!((test.found_rows("editor@"), test.row("edith@example.com").team_role.as_str()), (0, "viewer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_with_a_new_address_is_for_somebody_else() {
    let test = TestApp::with_open_team(OWNER, 40).await;
    let pending = TeamQuery { state: Some(MemberState::Pending), ..TeamQuery::default() };
    let row = test.app.team_rows(&pending, 0, 1).unwrap().rows.remove(0);
    let address =
        "UPDATE collaborator SET detected_email = 'new@example.com', email_key = 'new@example.com' WHERE id = ?1";
    test.on_server(&[address], &row.id);
    let to = if row.team_role == "viewer" { "editor" } else { "viewer" };
    let request = RoleChangeRequest { id: row.id, kind: RoleKind::Team, from: row.team_role.clone(), to: to.into() };
    assert_eq!(test.app.change_role(request).await.unwrap_err().code, ErrorCode::RowGone);
    assert_eq!(test.row("new@example.com").team_role, row.team_role, "the row shows the new address");
}
