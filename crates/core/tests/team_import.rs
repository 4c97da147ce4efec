//! Roles from a file: whose row a line means, against a server that tells people apart who look alike.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{OWNER, TestApp};
use lapel_core::views::{
    BatchRow, BatchRowState, BatchState, ErrorCode, LeftOutReason, RoleChangeRequest, RoleKind, Snapshot, TeamQuery,
};
use lapel_testkit::proxy::Fault;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators/";

fn read(snapshot: &Snapshot) -> bool {
    snapshot.team.as_ref().is_some_and(|team| team.as_of.is_some() && team.refreshing.is_none())
}

fn over(snapshot: &Snapshot) -> bool {
    snapshot.team.as_ref().and_then(|team| team.batch.as_ref()).is_some_and(|batch| batch.state == BatchState::Over)
}

/// A team with some people more; `members` and `invitations` get these addresses.
async fn team(members: &[&str], invitations: &[&str]) -> TestApp {
    let test = TestApp::behind_a_proxy_with(OWNER, 300).await;
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
    test.wait_until(read).await;
    test
}

/// Imports a file, runs it, and answers its rows.
async fn run(test: &TestApp, file: &str) -> Vec<BatchRow> {
    test.app.import_batch(file.as_bytes()).unwrap();
    test.app.run_batch().unwrap();
    test.wait_until(over).await;
    test.app.batch_rows(None, 0, 1000).unwrap().rows
}

/// The roles of all rows with this address on the server, members first.
fn roles(test: &TestApp, email: &str) -> Vec<String> {
    let database = Connection::open(test.database.path().join("sandbox.db")).unwrap();
    let sql = "SELECT c.role FROM collaborator c LEFT JOIN user u ON u.id = c.user_id
               WHERE coalesce(u.email, c.detected_email) = ?1 ORDER BY u.id IS NULL, c.id";
    let mut found = database.prepare(sql).unwrap();
    found.query_map([email], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_the_role_of_somebody_who_only_looks_alike() {
    let test = team(&["jose@example.com", "josé@example.com", "weiß@example.com"], &[]).await;
    let rows = run(&test, "email,role\njose@example.com,editor\nweiss@example.com,admin\n").await;
    assert_eq!([rows[0].state, rows[1].state], [BatchRowState::Done, BatchRowState::LeftOut]);
    assert_eq!(rows[1].left_out, Some(LeftOutReason::UnknownEmail));
    let all = ["jose@example.com", "josé@example.com", "weiß@example.com"].map(|email| roles(&test, email));
    assert_eq!(all, [["editor"], ["unassigned"], ["unassigned"]]);
    run(&test, "email,role\njosé@example.com,viewer\n").await;
    assert_eq!([roles(&test, "jose@example.com"), roles(&test, "josé@example.com")], [["editor"], ["viewer"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_comes_before_an_invitation_and_of_two_alike_neither_is_taken() {
    let test = team(&["both@example.com"], &["both@example.com", "asked@example.com", "asked@example.com"]).await;
    let rows = run(&test, "email,role\nboth@example.com,viewer\nasked@example.com,viewer\n").await;
    assert_eq!(roles(&test, "both@example.com"), ["viewer", "unassigned"]);
    assert_eq!(roles(&test, "asked@example.com"), ["unassigned", "unassigned"]);
    assert_eq!((rows[1].line, rows[1].left_out), (Some(3), Some(LeftOutReason::AmbiguousEmail)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_a_file_are_the_rows_of_its_plan() {
    let test = team(&[], &[]).await;
    for (file, changes) in [
        (
            "name,email,role\n\"Vic,viewer@example.com,editor\nEdith,editor@example.com,viewer\nMax \"Mad,twofactor@example.com,viewer\n",
            3,
        ),
        ("name,email,role\n\"Viewer, Victor\",viewer@example.com,editor\nMonitor 24\",editor@example.com,viewer\n", 2),
        ("name,email,role\n\"Vic,viewer@example.com,editor\nMonitor 24\",editor@example.com,viewer\n", 0),
    ] {
        test.app.import_batch(file.as_bytes()).unwrap();
        let batch = test.app.snapshot().team.unwrap().batch.unwrap();
        let left_out: usize = batch.left_out.iter().map(|left_out| left_out.count).sum();
        assert_eq!(
            (batch.changes, batch.changes + left_out, batch.total),
            (changes, batch.total, file.lines().count() - 1)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_waits_until_the_team_was_read_to_its_end() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.proxy().always(Fault::Offline).await;
    test.app.open_team(None).await.unwrap();
    let file = b"email,role\neditor@example.com,viewer\n";
    assert_eq!(test.app.import_batch(file).unwrap_err().code, ErrorCode::TeamNotRead);
    test.proxy().always(Fault::Pass).await;
    test.app.refresh_team();
    test.wait_until(read).await;
    test.app.import_batch(file).unwrap();
}

/// A page of a team with one row of Edith's.
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
async fn a_row_that_is_somebody_elses_by_now_or_of_another_organization_is_not_changed() {
    let test = team(&[], &[]).await;
    let query = TeamQuery { search: "editor@example.com".into(), ..TeamQuery::default() };
    let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
    let request = RoleChangeRequest { id, kind: RoleKind::Team, from: "editor".into(), to: "viewer".into() };
    let mark = test.proxy().mark();
    for answer in [
        page_with(|row| row["user"]["id"] = json!("65f0a1c00000000000000099")),
        page_with(|row| drop(row.as_object_mut().unwrap().remove("user"))),
        page_with(|row| row["organization"] = json!("65f0a1c0000000000000a002")),
        page_with(|row| row["id"] = json!("65f0a1c000000000000c0004")),
    ] {
        test.proxy().next_on("GET", COLLABORATORS, answer.clone());
        assert_eq!(test.app.change_role(request.clone()).await.unwrap_err().code, ErrorCode::RowGone, "{answer:?}");
        let person = test.app.open_person(&request.id).await.unwrap();
        assert_eq!(person.row.user_id.as_deref(), Some("65f0a1c00000000000000003"), "nobody else's row was taken over");
    }
    assert!(test.proxy().requests(mark).iter().all(|request| request.method == "GET"));
    test.proxy().next_on("GET", COLLABORATORS, page_with(|_| {}));
    test.app.change_role(request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_for_the_person_whose_row_it_was() {
    let test = team(&[], &[]).await;
    test.app.import_batch(b"email,role\neditor@example.com,viewer\n").unwrap();
    // The team is read again, and the row is another person's.
    let theirs = |row: &mut Value| {
        row["user"]["id"] = json!("65f0a1c00000000000000099");
        row["user"]["firstName"] = json!("Somebody");
    };
    test.proxy().every_nth_on(1, "GET", COLLABORATORS, page_with(theirs));
    test.app.refresh_team();
    let query = TeamQuery { search: "Somebody".into(), ..TeamQuery::default() };
    test.wait_until(|snapshot| read(snapshot) && test.app.team_rows(&query, 0, 1).unwrap().found == 1).await;
    test.app.run_batch().unwrap();
    test.wait_until(over).await;
    let row = test.app.batch_rows(None, 0, 1).unwrap().rows.remove(0);
    assert_eq!((row.state, row.error.unwrap().code), (BatchRowState::Failed, ErrorCode::RowGone));
    assert_eq!(roles(&test, "editor@example.com"), ["editor"]);
}
