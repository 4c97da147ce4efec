//! Roles from an imported file: which row a line matches, on a server where similar addresses belong to different
//! people.

use crate::common::team::{COLLABORATORS, team_is_read};
use crate::common::{OWNER, TestApp};
use lapel_core::views::{BatchRow, BatchRowState, ErrorCode, LeftOutReason, RoleChangeRequest, RoleKind, TeamQuery};
use lapel_testkit::proxy::Fault;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

/// Opens a team in which the first members and invitations get these addresses and the role "unassigned".
async fn team_with_addresses(members: &[&str], invitations: &[&str]) -> TestApp {
    let test = TestApp::signed_in_through_proxy_with_members(OWNER, 300).await;
    let database = Connection::open(test.database.path().join("sandbox.db")).unwrap();
    let ids = |sql: &str| -> Vec<String> {
        let mut found = database.prepare(sql).unwrap();
        found.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let users = ids(
        "SELECT u.id FROM user u JOIN collaborator c ON c.user_id = u.id WHERE email LIKE 'member%' AND c.role <> 'owner'",
    );
    assert!(users.len() >= members.len());
    for (id, email) in users.iter().zip(members) {
        let values = params![id, email, email.to_lowercase()];
        database.execute("UPDATE user SET email = ?2, email_key = ?3 WHERE id = ?1", values).unwrap();
        let values = params![id, email.to_lowercase()];
        database
            .execute("UPDATE collaborator SET email_key = ?2, role = 'unassigned' WHERE user_id = ?1", values)
            .unwrap();
    }
    let pending = ids("SELECT id FROM collaborator WHERE user_id IS NULL");
    assert!(pending.len() >= invitations.len());
    for (id, email) in pending.iter().zip(invitations) {
        let sql = "UPDATE collaborator SET detected_email = ?2, email_key = ?3, role = 'unassigned' WHERE id = ?1";
        database.execute(sql, params![id, email, email.to_lowercase()]).unwrap();
    }
    test.app.open_team(None).await.unwrap();
    test.wait_until(team_is_read).await;
    test
}

/// Imports a file, runs the batch and returns its rows.
async fn import_and_run(test: &TestApp, file: &str) -> Vec<BatchRow> {
    test.app.import_batch(file.as_bytes()).unwrap();
    test.app.run_batch().await.unwrap();
    test.ended().await;
    test.app.batch_rows(None, 0, 1000).unwrap().rows
}

/// The roles of all rows with this address on the server, members first.
fn roles_on_server(test: &TestApp, email: &str) -> Vec<String> {
    let database = Connection::open(test.database.path().join("sandbox.db")).unwrap();
    let sql = "SELECT c.role FROM collaborator c LEFT JOIN user u ON u.id = c.user_id
               WHERE coalesce(u.email, c.detected_email) = ?1 ORDER BY u.id IS NULL, c.id";
    let mut found = database.prepare(sql).unwrap();
    found.query_map([email], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_does_not_match_a_row_with_a_similar_address() {
    let test = team_with_addresses(&["jose@example.com", "josé@example.com", "weiß@example.com"], &[]).await;
    let rows = import_and_run(&test, "email,role\njose@example.com,editor\nweiss@example.com,admin\n").await;
    assert_eq!([rows[0].state, rows[1].state], [BatchRowState::Done, BatchRowState::LeftOut]);
    assert_eq!(rows[1].left_out, Some(LeftOutReason::UnknownEmail));
    let all = ["jose@example.com", "josé@example.com", "weiß@example.com"].map(|email| roles_on_server(&test, email));
    assert_eq!(all, [["editor"], ["unassigned"], ["unassigned"]]);
    import_and_run(&test, "email,role\njosé@example.com,viewer\n").await;
    assert_eq!(
        [roles_on_server(&test, "jose@example.com"), roles_on_server(&test, "josé@example.com")],
        [["editor"], ["viewer"]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_matches_a_member_rather_than_an_invitation_and_neither_of_two_equal_invitations() {
    let test =
        team_with_addresses(&["both@example.com"], &["both@example.com", "asked@example.com", "asked@example.com"])
            .await;
    let rows = import_and_run(&test, "email,role\nboth@example.com,viewer\nasked@example.com,viewer\n").await;
    assert_eq!(roles_on_server(&test, "both@example.com"), ["viewer", "unassigned"]);
    assert_eq!(roles_on_server(&test, "asked@example.com"), ["unassigned", "unassigned"]);
    assert_eq!((rows[1].line, rows[1].left_out), (Some(3), Some(LeftOutReason::AmbiguousEmail)));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_of_a_file_is_one_row_of_its_plan() {
    let test = team_with_addresses(&[], &[]).await;
    for (file, changes) in [
        (
            "name,email,role\n\"Vic,viewer@example.com,editor\nEdith,editor@example.com,viewer\nMax \"Mad,twofactor@example.com,viewer\n",
            3,
        ),
        ("name,email,role\n\"Viewer, Victor\",viewer@example.com,editor\nMonitor 24\",editor@example.com,viewer\n", 2),
        ("name,email,role\n\"Vic,viewer@example.com,editor\nMonitor 24\",editor@example.com,viewer\n", 0),
    ] {
        test.app.import_batch(file.as_bytes()).unwrap();
        let batch = test.app.snapshot().batch.unwrap();
        let left_out: usize = batch.left_out.iter().map(|left_out| left_out.count).sum();
        assert_eq!(
            (batch.changes, batch.changes + left_out, batch.total),
            (changes, batch.total, file.lines().count() - 1)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_refused_until_the_whole_team_is_read() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.proxy().always(Fault::Offline).await;
    test.app.open_team(None).await.unwrap();
    let file = b"email,role\neditor@example.com,viewer\n";
    assert_eq!(test.app.import_batch(file).unwrap_err().code, ErrorCode::TeamNotRead);
    test.proxy().always(Fault::Pass).await;
    test.app.refresh_team();
    test.wait_until(team_is_read).await;
    test.app.import_batch(file).unwrap();
}

/// A team page with only Edith's row, modified by `change`.
fn page_with(change: impl Fn(&mut Value)) -> Fault {
    let mut row = json!({
        "id": "65f0a1c000000000000c0003", "organization": "65f0a1c0000000000000a001", "role": "editor",
        "user": { "id": "65f0a1c00000000000000003", "email": "editor@example.com", "firstName": "Edith", "role": "user" },
    });
    change(&mut row);
    let page =
        json!({ "items": [row], "totalDocs": 1, "limit": 1000, "page": 1, "totalPages": 1, "hasNextPage": false });
    Fault::Json(json!({ "status": true, "data": page }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_now_belongs_to_another_person_or_organization_is_not_changed() {
    let test = team_with_addresses(&[], &[]).await;
    let query = TeamQuery { search: "editor@example.com".into(), ..TeamQuery::default() };
    let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
    let request = RoleChangeRequest { id, kind: RoleKind::Team, from: "editor".into(), to: "viewer".into() };
    let mark = test.proxy().mark();
    for response in [
        page_with(|row| row["user"]["id"] = json!("65f0a1c00000000000000099")),
        page_with(|row| drop(row.as_object_mut().unwrap().remove("user"))),
        page_with(|row| row["organization"] = json!("65f0a1c0000000000000a002")),
    ] {
        test.proxy().always_on("GET", COLLABORATORS, response.clone());
        assert_eq!(test.app.change_role(request.clone()).await.unwrap_err().code, ErrorCode::RowGone, "{response:?}");
        let person = test.app.open_person(&request.id).await.unwrap();
        assert_eq!(person.row.user_id.as_deref(), Some("65f0a1c00000000000000003"), "the cached row was not replaced");
    }
    test.proxy().wait_for_requests(mark, "GET", COLLABORATORS, 3).await.expect("each change reads the row first");
    assert_eq!(test.proxy().writes(mark), []);
    test.proxy().clear_rules();
    // The address belongs to another row now. The row that is meant is the one with the id.
    test.proxy().next_on("GET", COLLABORATORS, page_with(|row| row["id"] = json!("65f0a1c000000000000c0004")));
    test.app.change_role(request.clone()).await.unwrap();
    assert_eq!(test.puts(mark), [format!("{COLLABORATORS}{}", request.id)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_row_that_now_belongs_to_another_person_is_not_changed() {
    let test = team_with_addresses(&[], &[]).await;
    test.app.import_batch(b"email,role\neditor@example.com,viewer\n").unwrap();
    // After the next read the row belongs to another person.
    let to_other_person = |row: &mut Value| {
        row["user"]["id"] = json!("65f0a1c00000000000000099");
        row["user"]["firstName"] = json!("Somebody");
    };
    test.proxy().every_nth_on(1, "GET", COLLABORATORS, page_with(to_other_person));
    test.app.refresh_team();
    let query = TeamQuery { search: "Somebody".into(), ..TeamQuery::default() };
    test.wait_until(|snapshot| team_is_read(snapshot) && test.app.team_rows(&query, 0, 1).unwrap().found == 1).await;
    test.app.run_batch().await.unwrap();
    test.ended().await;
    let row = test.app.batch_rows(None, 0, 1).unwrap().rows.remove(0);
    assert_eq!((row.state, row.error.unwrap().code), (BatchRowState::Failed, ErrorCode::RowGone));
    assert_eq!(roles_on_server(&test, "editor@example.com"), ["editor"]);
}
