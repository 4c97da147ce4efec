//! The rules for changing roles, with all combinations of caller, old role and new role.

use crate::common::{ADMIN, EDITOR, OWNER, ServerWithDatabase, TEAM, TestServer, VIEWER, code, row_of};
use serde_json::json;

const USER_ROLES: [&str; 4] = ["admin", "adminViewer", "user", "serviceAccount"];
const TEAM_ROLES: [&str; 5] = ["owner", "admin", "editor", "viewer", "unassigned"];

fn set_user_role(fixture: &ServerWithDatabase, user: &str, role: &str) {
    fixture.database.execute("UPDATE user SET role = ?2 WHERE id = ?1", (user, role)).unwrap();
}

fn set_team_role(fixture: &ServerWithDatabase, user: &str, role: &str) {
    fixture.database.execute("UPDATE collaborator SET role = ?2 WHERE user_id = ?1", (user, role)).unwrap();
}

#[tokio::test]
async fn every_change_of_a_user_role_follows_the_rules() {
    let fixture = ServerWithDatabase::new().await;
    let token = fixture.server.token("editor").await;
    for caller in USER_ROLES {
        for target in [EDITOR, VIEWER] {
            // If the caller is the target, the old role is the caller's role.
            let old_roles = if target == EDITOR { vec![caller] } else { USER_ROLES.to_vec() };
            for from in old_roles {
                for to in USER_ROLES {
                    set_user_role(&fixture, EDITOR, caller);
                    set_user_role(&fixture, target, from);
                    let response =
                        fixture.server.put(&token, &format!("/users/{target}"), &json!({ "role": to })).await;
                    let own_unchanged = target == EDITOR && from == to;
                    let human = |role: &str| role != "serviceAccount";
                    let allowed = own_unchanged || (caller == "admin" && (from == to || (human(from) && human(to))));
                    let expected = if allowed { (200, 0) } else { (403, 4003) };
                    assert_eq!(
                        code(&response),
                        expected,
                        "{caller} changes {from} to {to}, own role: {}",
                        target == EDITOR
                    );
                    if allowed {
                        assert_eq!(response.1["data"]["role"], to);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_refused_role_changes_no_other_field() {
    let fixture = ServerWithDatabase::new().await;
    let token = fixture.server.token("editor").await;
    let body = json!({ "lastName": "New", "role": "admin" });
    assert_eq!(code(&fixture.server.put(&token, &format!("/users/{EDITOR}"), &body).await), (403, 4003));
    assert_eq!(fixture.server.get(&token, "/users/profile").await.1["data"]["lastName"], "Editor");
}

#[tokio::test]
async fn the_last_administrator_cannot_give_up_the_role() {
    let server = TestServer::new().await;
    let (owner, admin) = (server.token("owner").await, server.token("admin").await);
    let down = json!({ "role": "user", "lastName": "New" });
    assert_eq!(code(&server.put(&admin, &format!("/users/{ADMIN}"), &down).await), (200, 0));
    let response = server.put(&owner, &format!("/users/{OWNER}"), &down).await;
    assert_eq!(code(&response), (400, 5120));
    assert_eq!(response.1["error"]["message"], "The last administrator cannot give up the role");
    let (_, body) = server.put(&owner, &format!("/users/{OWNER}"), &json!({ "role": "admin" })).await;
    assert_eq!((&body["data"]["role"], &body["data"]["lastName"]), (&json!("admin"), &json!("Owner")));
    // With a second administrator, the first one can give up the role.
    assert_eq!(server.put(&owner, &format!("/users/{ADMIN}"), &json!({ "role": "admin" })).await.0, 200);
    assert_eq!(server.put(&owner, &format!("/users/{OWNER}"), &down).await.0, 200);
    assert_eq!(code(&server.put(&owner, &format!("/users/{OWNER}"), &json!({ "role": "admin" })).await), (403, 4003));
}

#[tokio::test]
async fn administrators_have_no_rights_in_another_organization() {
    let fixture = ServerWithDatabase::new().await;
    fixture
        .database
        .execute_batch(
            "INSERT INTO organization SELECT '65f0a1c0000000000000a002', 'Other', 'other', NULL, created_by, '#000000', 0, '',
                    storage_provider, 0, created_at FROM organization;
             UPDATE user SET organization_id = '65f0a1c0000000000000a002' WHERE email = 'editor@example.com';",
        )
        .unwrap();
    let token = fixture.server.token("owner").await;
    assert_eq!(code(&fixture.server.get(&token, "/organizations/other/collaborators/groups").await), (403, 4003));
    for body in [json!({ "role": "user" }), json!({ "lastName": "New" })] {
        assert_eq!(code(&fixture.server.put(&token, &format!("/users/{EDITOR}"), &body).await), (403, 4003));
    }
    assert_eq!(code(&fixture.server.get(&token, "/organizations/other/collaborators/").await), (403, 4003));
    let row = format!("/organizations/other/collaborators/{}", row_of(EDITOR));
    assert_eq!(code(&fixture.server.put(&token, &row, &json!({ "role": "viewer" })).await), (403, 4003));
}

/// The rules: the caller's role, whether the target is the caller, the allowed old roles, the allowed new roles.
const TEAM_RULES: [(&str, bool, &[&str], &[&str]); 3] = [
    ("owner", false, &["admin", "editor", "viewer", "unassigned"], &["admin", "editor", "viewer", "unassigned"]),
    ("admin", false, &["editor", "viewer", "unassigned"], &["editor", "viewer", "unassigned"]),
    ("admin", true, &["admin"], &["editor", "viewer", "unassigned"]),
];

#[tokio::test]
async fn every_change_of_a_team_role_follows_the_rules() {
    let fixture = ServerWithDatabase::new().await;
    let token = fixture.server.token("editor").await;
    for caller in TEAM_ROLES {
        for target in [EDITOR, VIEWER] {
            let is_self = target == EDITOR;
            let old_roles = if is_self { vec![caller] } else { TEAM_ROLES.to_vec() };
            for from in old_roles {
                for to in TEAM_ROLES {
                    set_team_role(&fixture, EDITOR, caller);
                    set_team_role(&fixture, target, from);
                    let response =
                        fixture.server.put(&token, &format!("{TEAM}{}", row_of(target)), &json!({ "role": to })).await;
                    let allowed = from == to
                        || TEAM_RULES.iter().any(|(role, on_self, old, new)| {
                            *role == caller && *on_self == is_self && old.contains(&from) && new.contains(&to)
                        });
                    let expected = if allowed { (200, 0) } else { (403, 4003) };
                    assert_eq!(code(&response), expected, "{caller} changes {from} to {to}, own role: {is_self}");
                    if allowed {
                        assert_eq!(response.1["data"]["role"], to);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn the_user_role_gives_no_rights_in_the_team() {
    let fixture = ServerWithDatabase::new().await;
    set_user_role(&fixture, EDITOR, "admin");
    let token = fixture.server.token("editor").await;
    let response = fixture.server.put(&token, &format!("{TEAM}{}", row_of(VIEWER)), &json!({ "role": "editor" })).await;
    assert_eq!(code(&response), (403, 4003));
}

#[tokio::test]
async fn only_the_owner_and_admins_may_write_tags() {
    let server = TestServer::new().await;
    let row = format!("{TEAM}{}", row_of(EDITOR));
    for (who, expected) in [("owner", 200), ("admin", 200), ("editor", 403), ("viewer", 403)] {
        let token = server.token(who).await;
        let (status, body) = server.put(&token, &row, &json!({ "tags": ["b", "a", who] })).await;
        assert_eq!(status, expected, "{who}");
        if status == 200 {
            assert_eq!(body["data"]["tags"], json!(["b", "a", who]), "in the order given");
            assert_eq!(body["data"]["role"], "editor");
        }
    }
}

#[tokio::test]
async fn a_tag_is_stored_once_and_its_case_counts() {
    let server = TestServer::new().await;
    let token = server.token("owner").await;
    let row = format!("{TEAM}{}", row_of(EDITOR));
    let (_, body) = server.put(&token, &row, &json!({ "tags": ["b", "a", "b", "A"] })).await;
    assert_eq!(body["data"]["tags"], json!(["b", "a", "A"]));
    let (status, body) = server.put(&token, &row, &json!({ "tags": [] })).await;
    assert_eq!((status, &body["data"]["tags"]), (200, &json!([])));
}

#[tokio::test]
async fn invalid_bodies_and_unknown_rows_are_refused() {
    let server = TestServer::new().await;
    let token = server.token("owner").await;
    let row = format!("{TEAM}{}", row_of(EDITOR));
    let bodies = [
        json!({}),
        json!([]),
        json!({ "role": "admins" }),
        json!({ "role": null }),
        json!({ "tags": "a" }),
        json!({ "tags": [1] }),
        json!({ "tags": ["a".repeat(129)] }),
        json!({ "tags": ["a\nb"] }),
        json!({ "tags": [""] }),
        json!({ "tags": (0..1001).map(|number| number.to_string()).collect::<Vec<_>>() }),
    ];
    for body in bodies {
        assert_eq!(code(&server.put(&token, &row, &body).await), (400, 5120), "{body}");
    }
    let missing = format!("{TEAM}65f0a1c0000000000000ffff");
    assert_eq!(code(&server.put(&token, &missing, &json!({ "role": "editor" })).await), (404, 3001));
    let elsewhere = format!("/organizations/nowhere/collaborators/{}", row_of(EDITOR));
    assert_eq!(code(&server.put(&token, &elsewhere, &json!({ "role": "editor" })).await), (404, 3001));
}
