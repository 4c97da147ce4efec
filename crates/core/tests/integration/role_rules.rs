//! Compares the app's rules for role changes with the server's: tries every combination of roles over HTTP.

use crate::common::{EDITOR, OtherClient, TestApp};
use lapel_domain::{TeamRole, UserRole, check_user_role_change, may_change_team_role};
use rusqlite::{Connection, params};

const TEAM: [&str; 5] = ["owner", "admin", "editor", "viewer", "unassigned"];
const USER: [&str; 4] = ["admin", "adminViewer", "user", "serviceAccount"];
/// A role that neither side knows and nobody may assign.
const UNKNOWN: &str = "captain";

/// Two demo accounts: the caller changes the role of the target.
struct RoleFixture {
    test: TestApp,
    database: Connection,
    caller: OtherClient,
}

const CALLER: (&str, &str) = ("65f0a1c00000000000000003", "65f0a1c000000000000c0003");
const TARGET: (&str, &str) = ("65f0a1c00000000000000004", "65f0a1c000000000000c0004");

impl RoleFixture {
    async fn new() -> Self {
        let test = TestApp::new().await;
        let database = Connection::open(test.database.path().join("sandbox.db")).unwrap();
        let caller = test.other_client(EDITOR).await;
        Self { test, database, caller }
    }

    fn set_roles(&self, (user, row): (&str, &str), team_role: &str, user_role: &str) {
        self.database.execute("UPDATE collaborator SET role = ?2 WHERE id = ?1", params![row, team_role]).unwrap();
        self.database.execute("UPDATE user SET role = ?2 WHERE id = ?1", params![user, user_role]).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn team_role_rules_match_the_server() {
    let fixture = RoleFixture::new().await;
    let mut combinations = 0;
    for caller in TEAM {
        for old in TEAM {
            for is_self in [false, true] {
                if is_self && caller != old {
                    continue;
                }
                let target = if is_self { CALLER } else { TARGET };
                for new in TEAM.into_iter().chain([UNKNOWN]).filter(|new| *new != old) {
                    fixture.set_roles(CALLER, caller, "user");
                    fixture.set_roles(target, old, "user");
                    let path = format!("organizations/acme-industries/collaborators/{}", target.1);
                    let status = fixture.caller.put_role(&path, new).await;
                    let role = TeamRole::from;
                    let allowed_by_app = may_change_team_role(&role(caller), is_self, &role(old), &role(new)).is_ok();
                    assert_eq!(status == 200, allowed_by_app, "{caller}, self {is_self}: {old} -> {new}: {status}");
                    combinations += 1;
                }
            }
        }
    }
    assert_eq!(combinations, (TEAM.len() * TEAM.len() + TEAM.len()) * TEAM.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn user_role_rules_match_the_server() {
    let fixture = RoleFixture::new().await;
    for caller in USER {
        for old in USER {
            for is_self in [false, true] {
                if is_self && caller != old {
                    continue;
                }
                let target = if is_self { CALLER } else { TARGET };
                for new in USER.into_iter().chain([UNKNOWN]).filter(|new| *new != old) {
                    fixture.set_roles(CALLER, "viewer", caller);
                    fixture.set_roles(target, "viewer", old);
                    let status = fixture.caller.put_role(&format!("users/{}", target.0), new).await;
                    let role = UserRole::from;
                    let allowed_by_app = check_user_role_change(&role(caller), &role(old), &role(new)).is_ok();
                    assert_eq!(status == 200, allowed_by_app, "{caller}, self {is_self}: {old} -> {new}: {status}");
                }
            }
        }
    }
}

/// Only the server can check this rule: the app does not know who else is an administrator.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_refuses_to_demote_the_last_administrator() {
    let fixture = RoleFixture::new().await;
    fixture.database.execute("UPDATE user SET role = 'user'", []).unwrap();
    fixture.set_roles(CALLER, "viewer", "admin");
    let test = &fixture.test;
    test.sign_in(EDITOR, crate::common::PASSWORD).await.unwrap();
    let error = test.app.change_own_role("user").await.unwrap_err();
    assert_eq!(error.details.server_code, Some(5120));
}
