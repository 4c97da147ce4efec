//! Organization and team requests: their format, and their results against the sandbox.

use std::collections::BTreeSet;

use lapel_api::{ApiError, ApiErrorKind, CollaboratorQuery, Connection, Delivery, Page, UserUpdate};
use lapel_domain::{Collaborator, TeamRole, UserRole};
use serde_json::json;

use crate::sandbox::{connect, start_with_members};
use crate::server::{Server, json_response};

const ACME: &str = "acme-industries";

fn page(page: u32, limit: u32) -> CollaboratorQuery<'static> {
    CollaboratorQuery { page, limit, sort: Some("createdAt:asc"), email: None }
}

fn by_email(email: &str) -> CollaboratorQuery<'_> {
    CollaboratorQuery { page: 1, limit: 1000, sort: None, email: Some(email) }
}

async fn find(connection: &Connection, email: &str) -> Collaborator {
    let found = connection.collaborators(ACME, &by_email(email)).await.unwrap();
    let [row] = &found.items[..] else { panic!("{email}: {found:?}") };
    row.clone()
}

#[tokio::test]
async fn the_requests_follow_the_contract() {
    let server = Server::start(|request| match request.line.starts_with("PUT") {
        true => json_response(200, json!({ "status": true, "data": { "id": "c/1", "role": "viewer" } })),
        false => json_response(200, json!({ "status": true, "data": { "items": [] } })),
    })
    .await;
    let connection = server.connection();
    connection.organizations(2).await.unwrap();
    connection.collaborators("o/1", &page(3, 1000)).await.unwrap();
    connection.collaborators("1", &by_email("a+b@example.com")).await.unwrap();
    let row = connection.update_team_role("o/1", "c/1", &TeamRole::Viewer).await.unwrap().unwrap();
    assert_eq!((row.id.as_str(), row.organization.as_str(), row.team_role), ("c/1", "o/1", TeamRole::Viewer));
    connection.tags("o/1").await.unwrap();
    connection.update_tags("o/1", "c/1", &["b".into(), "a".into()]).await.unwrap();
    let requests = server.requests();
    let lines: Vec<&str> = requests.iter().map(|request| request.line.as_str()).collect();
    let expected = [
        "GET /v1/organizations?page=2&limit=100",
        "GET /v1/organizations/o%2F1/collaborators/?page=3&limit=1000&sort=createdAt%3Aasc",
        "GET /v1/organizations/1/collaborators/?page=1&limit=1000&email=a%2Bb%40example.com",
        "PUT /v1/organizations/o%2F1/collaborators/c%2F1",
        "GET /v1/organizations/o%2F1/collaborators/groups",
        "PUT /v1/organizations/o%2F1/collaborators/c%2F1",
    ];
    assert_eq!(lines, expected);
    assert_eq!(requests[3].json(), json!({ "role": "viewer" }));
    assert_eq!(requests[5].json(), json!({ "tags": ["b", "a"] }));
}

#[tokio::test]
async fn unreadable_rows_are_skipped_and_counted() {
    let server = Server::start(|_| {
        let items = json!([null, { "id": "1", "role": "captain", "later": {} }, "x", {}, { "id": 2 }]);
        json_response(
            200,
            json!({ "status": true, "data": { "items": items, "totalDocs": 5, "totalPages": 1, "page": 1 } }),
        )
    })
    .await;
    let read = server.connection().collaborators("o", &page(1, 10)).await.unwrap();
    let ids: Vec<&str> = read.items.iter().map(|row| row.id.as_str()).collect();
    assert_eq!((ids.as_slice(), read.skipped, read.total), (["1", "2"].as_slice(), 3, Some(5)));
    assert_eq!(read.items[0].team_role, TeamRole::Other("captain".into()));
    let organizations = server.connection().organizations(1).await.unwrap();
    assert_eq!((organizations.items.len(), organizations.skipped), (2, 3));
}

#[tokio::test]
async fn a_response_without_a_list_or_a_row_is_unreadable() {
    let server = Server::start(|_| json_response(200, json!({ "status": true, "data": { "role": "viewer" } }))).await;
    let connection = server.connection();
    let unreadable = (ApiErrorKind::Unreadable, Delivery::Unknown);
    let kind_and_delivery = |error: ApiError| (error.kind, error.delivery);
    assert_eq!(kind_and_delivery(connection.organizations(1).await.unwrap_err()), unreadable);
    assert_eq!(kind_and_delivery(connection.collaborators("o", &page(1, 10)).await.unwrap_err()), unreadable);
    let changed = connection.update_team_role("o", "c", &TeamRole::Viewer).await;
    assert_eq!(kind_and_delivery(changed.unwrap_err()), unreadable, "the role may have been changed");
}

#[tokio::test]
async fn the_organizations_of_the_signed_in_user_are_listed() {
    let (_sandbox, endpoint) = start_with_members(0).await;
    let (connection, ..) = connect(&endpoint, "viewer@example.com").await;
    let organizations = connection.organizations(1).await.unwrap();
    let [acme] = &organizations.items[..] else { panic!("{organizations:?}") };
    assert_eq!((acme.name.as_deref(), acme.slug.as_deref()), (Some("Acme Industries"), Some(ACME)));
    assert!(acme.picture.as_ref().is_some_and(|picture| picture.starts_with('/')), "{acme:?}");
    assert_eq!((organizations.total, organizations.total_pages, organizations.skipped), (Some(1), 1, 0));
    assert_eq!(connection.organizations(2).await.unwrap().items, []);
}

#[tokio::test]
async fn a_team_is_read_page_by_page() {
    let (_sandbox, endpoint) = start_with_members(95).await;
    let (connection, ..) = connect(&endpoint, "viewer@example.com").await;
    let mut rows = Vec::new();
    for number in 1..=4 {
        let Page { items, total, page, total_pages, has_next, limit, skipped } =
            connection.collaborators(ACME, &page(number, 30)).await.unwrap();
        assert_eq!((total, page, total_pages, skipped), (Some(100), number, 4, 0));
        assert_eq!((has_next, limit), (Some(number < 4), Some(30)));
        rows.extend(items);
    }
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids.len(), 100);
    assert!(rows.iter().map(|row| row.created_at.as_ref().unwrap().millis().unwrap()).is_sorted());
    let pending: Vec<&Collaborator> = rows.iter().filter(|row| row.pending).collect();
    assert_eq!(pending.len(), 2);
    for row in pending {
        assert!(row.email.starts_with("invited") && row.user_id.is_none() && row.user_role.is_none(), "{row:?}");
    }
    assert!(rows.iter().any(|row| row.user_role == Some(UserRole::ServiceAccount)));
    assert!(rows.iter().any(|row| row.tags.len() == 2));
}

#[tokio::test]
async fn a_changed_team_role_is_returned_and_stored() {
    let (_sandbox, endpoint) = start_with_members(10).await;
    let (connection, ..) = connect(&endpoint, "owner@example.com").await;
    let editor = find(&connection, "EDITOR@example.com").await;
    assert_eq!((editor.team_role.clone(), editor.user_role.clone()), (TeamRole::Editor, Some(UserRole::User)));
    let changed = connection.update_team_role(ACME, &editor.id, &TeamRole::Admin).await.unwrap().unwrap();
    assert_eq!(
        Collaborator { updated_at: None, ..changed.clone() },
        Collaborator { team_role: TeamRole::Admin, updated_at: None, ..editor }
    );
    assert_eq!(find(&connection, "editor@example.com").await, changed);
    let invited = find(&connection, "invited00007@example.com").await;
    let changed = connection.update_team_role(ACME, &invited.id, &TeamRole::Unassigned).await.unwrap().unwrap();
    assert!(changed.pending && changed.team_role == TeamRole::Unassigned, "{changed:?}");
}

#[tokio::test]
async fn changed_tags_are_returned_stored_and_listed() {
    let (_sandbox, endpoint) = start_with_members(0).await;
    let (connection, ..) = connect(&endpoint, "admin@example.com").await;
    let editor = find(&connection, "editor@example.com").await;
    let tags = ["Ümlaut".to_owned(), "a, b".to_owned()];
    let changed = connection.update_tags(ACME, &editor.id, &tags).await.unwrap().unwrap();
    assert_eq!((changed.tags.as_slice(), &changed.team_role), (tags.as_slice(), &editor.team_role));
    assert_eq!(find(&connection, "editor@example.com").await, changed);
    let listed = connection.tags(ACME).await.unwrap();
    assert!(tags.iter().all(|tag| listed.contains(tag)) && listed.contains(&"management".to_owned()), "{listed:?}");
    assert_eq!(connection.update_tags(ACME, &editor.id, &[]).await.unwrap().unwrap().tags, Vec::<String>::new());
    let (viewer, ..) = connect(&endpoint, "viewer@example.com").await;
    assert_eq!(viewer.update_tags(ACME, &editor.id, &tags).await.unwrap_err().kind, ApiErrorKind::Forbidden);
    let too_long = ["a".repeat(129)];
    assert_eq!(connection.update_tags(ACME, &editor.id, &too_long).await.unwrap_err().kind, ApiErrorKind::Rejected);
}

#[tokio::test]
async fn forbidden_and_missing_are_distinguished() {
    let (_sandbox, endpoint) = start_with_members(0).await;
    let (owner, ..) = connect(&endpoint, "owner@example.com").await;
    let (viewer, ..) = connect(&endpoint, "viewer@example.com").await;
    let row = find(&viewer, "editor@example.com").await;
    let error_kind = |result: Result<Option<Collaborator>, ApiError>| {
        let error = result.unwrap_err();
        assert_eq!(error.delivery, Delivery::Answered);
        error.kind
    };
    let missing = ApiErrorKind::Missing { known: true };
    let unknown_id = "65f0a1c0000000000000ffff";
    assert_eq!(error_kind(viewer.update_team_role(ACME, &row.id, &TeamRole::Viewer).await), ApiErrorKind::Forbidden);
    assert_eq!(error_kind(owner.update_team_role(ACME, &row.id, &TeamRole::Owner).await), ApiErrorKind::Forbidden);
    assert_eq!(error_kind(owner.update_team_role(ACME, unknown_id, &TeamRole::Viewer).await), missing);
    assert_eq!(error_kind(owner.update_team_role(unknown_id, &row.id, &TeamRole::Viewer).await), missing);
    assert_eq!(owner.collaborators(unknown_id, &page(1, 10)).await.unwrap_err().kind, missing);
    let unknown = TeamRole::Other("captain".into());
    assert_eq!(error_kind(owner.update_team_role(ACME, &row.id, &unknown).await), ApiErrorKind::Rejected);
}

#[tokio::test]
async fn an_admin_can_update_the_profile_of_a_team_member() {
    let (_sandbox, endpoint) = start_with_members(0).await;
    let (connection, ..) = connect(&endpoint, "admin@example.com").await;
    let user_id = find(&connection, "editor@example.com").await.user_id.unwrap();
    let update =
        UserUpdate { first_name: Some("Zoë".into()), role: Some("adminViewer".into()), ..UserUpdate::default() };
    connection.update_user(&user_id, &update, None).await.unwrap();
    let row = find(&connection, "editor@example.com").await;
    assert_eq!((row.first_name.as_str(), row.user_role), ("Zoë", Some(UserRole::AdminViewer)));
    let (viewer, ..) = connect(&endpoint, "viewer@example.com").await;
    assert_eq!(viewer.update_user(&user_id, &update, None).await.unwrap_err().kind, ApiErrorKind::Forbidden);
}
