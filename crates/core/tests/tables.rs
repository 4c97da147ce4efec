//! The rules for roles of both sides, played against each other over HTTP: what the app offers is what the server does.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::{EDITOR, OtherClient, TestApp};
use lapel_domain::{TeamRole, UserRole, check_user_role_change, may_change_team_role};
use rusqlite::{Connection, params};

const TEAM: [&str; 5] = ["owner", "admin", "editor", "viewer", "unassigned"];
const USER: [&str; 4] = ["admin", "adminViewer", "user", "serviceAccount"];
/// Not a role of either side: what nobody gives.
const UNKNOWN: &str = "captain";

/// Two people of the demo: whoever changes, and whoever is changed.
struct Table {
    test: TestApp,
    database: Connection,
    caller: OtherClient,
}

const CALLER: (&str, &str) = ("65f0a1c00000000000000003", "65f0a1c000000000000c0003");
const TARGET: (&str, &str) = ("65f0a1c00000000000000004", "65f0a1c000000000000c0004");

impl Table {
    async fn new() -> Self {
        let test = TestApp::new().await;
        let database = Connection::open(test.database.path().join("sandbox.db")).unwrap();
        let caller = test.elsewhere(EDITOR).await;
        Self { test, database, caller }
    }

    fn set(&self, (user, row): (&str, &str), team_role: &str, user_role: &str) {
        self.database.execute("UPDATE collaborator SET role = ?2 WHERE id = ?1", params![row, team_role]).unwrap();
        self.database.execute("UPDATE user SET role = ?2 WHERE id = ?1", params![user, user_role]).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn team_roles() {
    let table = Table::new().await;
    let mut tried = 0;
    for caller in TEAM {
        for old in TEAM {
            for is_self in [false, true] {
                if is_self && caller != old {
                    continue;
                }
                let target = if is_self { CALLER } else { TARGET };
                for new in TEAM.into_iter().chain([UNKNOWN]).filter(|new| *new != old) {
                    table.set(CALLER, caller, "user");
                    table.set(target, old, "user");
                    let path = format!("organizations/acme-industries/collaborators/{}", target.1);
                    let status = table.caller.put_role(&path, new).await;
                    let role = TeamRole::from;
                    let ours = may_change_team_role(&role(caller), is_self, &role(old), &role(new)).is_ok();
                    assert_eq!(status == 200, ours, "{caller}, self {is_self}: {old} -> {new}: {status}");
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, (TEAM.len() * TEAM.len() + TEAM.len()) * TEAM.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn user_roles() {
    let table = Table::new().await;
    for caller in USER {
        for old in USER {
            for is_self in [false, true] {
                if is_self && caller != old {
                    continue;
                }
                let target = if is_self { CALLER } else { TARGET };
                for new in USER.into_iter().chain([UNKNOWN]).filter(|new| *new != old) {
                    table.set(CALLER, "viewer", caller);
                    table.set(target, "viewer", old);
                    let status = table.caller.put_role(&format!("users/{}", target.0), new).await;
                    let role = UserRole::from;
                    let ours = check_user_role_change(&role(caller), &role(old), &role(new)).is_ok();
                    assert_eq!(status == 200, ours, "{caller}, self {is_self}: {old} -> {new}: {status}");
                }
            }
        }
    }
}

/// The one rule that the app cannot know: nobody tells it who else is an administrator.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays_one_by_the_word_of_the_server() {
    let table = Table::new().await;
    table.database.execute("UPDATE user SET role = 'user'", []).unwrap();
    table.set(CALLER, "viewer", "admin");
    let test = &table.test;
    test.sign_in(EDITOR, common::PASSWORD).await.unwrap();
    let error = test.app.change_own_role("user").await.unwrap_err();
    assert_eq!(error.details.server_code, Some(5120));
}
