//! Who may set which role: every caller, every present role, every wanted role.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use common::{ADMIN, Bench, EDITOR, OWNER, Stage, TEAM, VIEWER, code, row_of};
use serde_json::json;

const USER_ROLES: [&str; 4] = ["admin", "adminViewer", "user", "serviceAccount"];
const TEAM_ROLES: [&str; 5] = ["owner", "admin", "editor", "viewer", "unassigned"];

fn set_user_role(stage: &Stage, user: &str, role: &str) {
    stage.behind.execute("UPDATE user SET role = ?2 WHERE id = ?1", (user, role)).unwrap();
}

fn set_team_role(stage: &Stage, user: &str, role: &str) {
    stage.behind.execute("UPDATE collaborator SET role = ?2 WHERE user_id = ?1", (user, role)).unwrap();
}

#[tokio::test]
async fn user_roles() {
    let stage = Stage::new().await;
    let token = stage.bench.token("editor").await;
    for caller in USER_ROLES {
        for target in [EDITOR, VIEWER] {
            // On oneself the present role is the caller's.
            let present = if target == EDITOR { vec![caller] } else { USER_ROLES.to_vec() };
            for from in present {
                for to in USER_ROLES {
                    set_user_role(&stage, EDITOR, caller);
                    set_user_role(&stage, target, from);
                    let answer = stage.bench.put(&token, &format!("/users/{target}"), &json!({ "role": to })).await;
                    let own_unchanged = target == EDITOR && from == to;
                    let human = |role: &str| role != "serviceAccount";
                    let allowed = own_unchanged || (caller == "admin" && (from == to || (human(from) && human(to))));
                    let expected = if allowed { (200, 0) } else { (403, 4003) };
                    assert_eq!(
                        code(&answer),
                        expected,
                        "{caller} turns {from} into {to}, oneself: {}",
                        target == EDITOR
                    );
                    if allowed {
                        assert_eq!(answer.1["data"]["role"], to);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_refused_role_leaves_the_other_fields_alone() {
    let stage = Stage::new().await;
    let token = stage.bench.token("editor").await;
    let body = json!({ "lastName": "New", "role": "admin" });
    assert_eq!(code(&stage.bench.put(&token, &format!("/users/{EDITOR}"), &body).await), (403, 4003));
    assert_eq!(stage.bench.get(&token, "/users/profile").await.1["data"]["lastName"], "Editor");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let bench = Bench::new().await;
    let (owner, admin) = (bench.token("owner").await, bench.token("admin").await);
    let down = json!({ "role": "user", "lastName": "New" });
    assert_eq!(code(&bench.put(&admin, &format!("/users/{ADMIN}"), &down).await), (200, 0));
    let answer = bench.put(&owner, &format!("/users/{OWNER}"), &down).await;
    assert_eq!(code(&answer), (400, 5120));
    assert_eq!(answer.1["error"]["message"], "The last administrator cannot give up the role");
    let (_, body) = bench.put(&owner, &format!("/users/{OWNER}"), &json!({ "role": "admin" })).await;
    assert_eq!((&body["data"]["role"], &body["data"]["lastName"]), (&json!("admin"), &json!("Owner")));
    // A second administrator sets the first one free.
    assert_eq!(bench.put(&owner, &format!("/users/{ADMIN}"), &json!({ "role": "admin" })).await.0, 200);
    assert_eq!(bench.put(&owner, &format!("/users/{OWNER}"), &down).await.0, 200);
    assert_eq!(code(&bench.put(&owner, &format!("/users/{OWNER}"), &json!({ "role": "admin" })).await), (403, 4003));
}

#[tokio::test]
async fn an_administrator_of_another_organization() {
    let stage = Stage::new().await;
    stage
        .behind
        .execute_batch(
            "INSERT INTO organization SELECT '65f0a1c0000000000000a002', 'Other', 'other', NULL, created_by, '#000000', 0, '',
                    storage_provider, 0, created_at FROM organization;
             UPDATE user SET organization_id = '65f0a1c0000000000000a002' WHERE email = 'editor@example.com';",
        )
        .unwrap();
    let token = stage.bench.token("owner").await;
    assert_eq!(code(&stage.bench.get(&token, "/organizations/other/collaborators/groups").await), (403, 4003));
    for body in [json!({ "role": "user" }), json!({ "lastName": "New" })] {
        assert_eq!(code(&stage.bench.put(&token, &format!("/users/{EDITOR}"), &body).await), (403, 4003));
    }
    assert_eq!(code(&stage.bench.get(&token, "/organizations/other/collaborators/").await), (403, 4003));
    let row = format!("/organizations/other/collaborators/{}", row_of(EDITOR));
    assert_eq!(code(&stage.bench.put(&token, &row, &json!({ "role": "viewer" })).await), (403, 4003));
}

/// What the house rules say, as sets: caller, on oneself, roles that may be taken, roles that may be given.
const TEAM_RULES: [(&str, bool, &[&str], &[&str]); 3] = [
    ("owner", false, &["admin", "editor", "viewer", "unassigned"], &["admin", "editor", "viewer", "unassigned"]),
    ("admin", false, &["editor", "viewer", "unassigned"], &["editor", "viewer", "unassigned"]),
    ("admin", true, &["admin"], &["editor", "viewer", "unassigned"]),
];

#[tokio::test]
async fn team_roles() {
    let stage = Stage::new().await;
    let token = stage.bench.token("editor").await;
    for caller in TEAM_ROLES {
        for target in [EDITOR, VIEWER] {
            let oneself = target == EDITOR;
            let present = if oneself { vec![caller] } else { TEAM_ROLES.to_vec() };
            for from in present {
                for to in TEAM_ROLES {
                    set_team_role(&stage, EDITOR, caller);
                    set_team_role(&stage, target, from);
                    let answer =
                        stage.bench.put(&token, &format!("{TEAM}{}", row_of(target)), &json!({ "role": to })).await;
                    let allowed = from == to
                        || TEAM_RULES.iter().any(|(who, on_oneself, taken, given)| {
                            *who == caller && *on_oneself == oneself && taken.contains(&from) && given.contains(&to)
                        });
                    let expected = if allowed { (200, 0) } else { (403, 4003) };
                    assert_eq!(code(&answer), expected, "{caller} turns {from} into {to}, oneself: {oneself}");
                    if allowed {
                        assert_eq!(answer.1["data"]["role"], to);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn the_user_role_gives_no_rights_in_the_team() {
    let stage = Stage::new().await;
    set_user_role(&stage, EDITOR, "admin");
    let token = stage.bench.token("editor").await;
    let answer = stage.bench.put(&token, &format!("{TEAM}{}", row_of(VIEWER)), &json!({ "role": "editor" })).await;
    assert_eq!(code(&answer), (403, 4003));
}

#[tokio::test]
async fn tags_are_written_by_owner_and_admins() {
    let bench = Bench::new().await;
    let row = format!("{TEAM}{}", row_of(EDITOR));
    for (who, expected) in [("owner", 200), ("admin", 200), ("editor", 403), ("viewer", 403)] {
        let token = bench.token(who).await;
        let (status, body) = bench.put(&token, &row, &json!({ "tags": ["b", "a", who] })).await;
        assert_eq!(status, expected, "{who}");
        if status == 200 {
            assert_eq!(body["data"]["tags"], json!(["b", "a", who]), "in the order given");
            assert_eq!(body["data"]["role"], "editor");
        }
    }
}

#[tokio::test]
async fn team_bodies_that_do_not_fit() {
    let bench = Bench::new().await;
    let token = bench.token("owner").await;
    let row = format!("{TEAM}{}", row_of(EDITOR));
    let bodies = [
        json!({}),
        json!([]),
        json!({ "role": "admins" }),
        json!({ "role": null }),
        json!({ "tags": "a" }),
        json!({ "tags": [1] }),
        json!({ "tags": ["a".repeat(129)] }),
    ];
    for body in bodies {
        assert_eq!(code(&bench.put(&token, &row, &body).await), (400, 5120), "{body}");
    }
    let missing = format!("{TEAM}65f0a1c0000000000000ffff");
    assert_eq!(code(&bench.put(&token, &missing, &json!({ "role": "editor" })).await), (404, 3001));
    let elsewhere = format!("/organizations/nowhere/collaborators/{}", row_of(EDITOR));
    assert_eq!(code(&bench.put(&token, &elsewhere, &json!({ "role": "editor" })).await), (404, 3001));
}
