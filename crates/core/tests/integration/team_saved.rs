//! A role change counts as made only if the server stores it. Covers stale responses, responses about other people,
//! servers that do not store the change, and refusals after the user's rights have changed.

use crate::common::team::team_is_read;
use crate::common::{ADMIN, OWNER, TestApp};
use lapel_core::views::{ErrorCode, HistoryOutcome, ProfileChanges, ProfileField, RoleKind};
use lapel_testkit::proxy::{FakeResponse, Fault};

/// Each kind of role with the path prefix of its requests and two roles.
const KINDS: [(RoleKind, &str, [&str; 2]); 2] = [
    (RoleKind::Team, "/v1/organizations/", ["viewer", "editor"]),
    (RoleKind::User, "/v1/users/", ["adminViewer", "user"]),
];

/// The editor's role on the server, as a second app reads it.
async fn role_on_server(test: &TestApp, kind: RoleKind) -> String {
    let other = open_team_in_second_app(test).await;
    let row = other.row("editor@");
    if kind == RoleKind::Team { row.team_role } else { row.user_role.unwrap() }
}

async fn open_team_in_second_app(test: &TestApp) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let vault = crate::common::TestVault::default();
    let app = lapel_core::App::open(crate::common::config(folder.path(), &vault));
    let database = tempfile::tempdir().unwrap();
    let other = TestApp { folder, vault, sandbox: None, port: test.port, proxy: None, database, app };
    other.sign_in(OWNER, crate::common::PASSWORD).await.unwrap();
    other.app.open_team(None).await.unwrap();
    other.wait_until(team_is_read).await;
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn success_depends_on_the_role_in_the_row_and_not_on_the_response() {
    let page = || FakeResponse::page(502);
    let faults = [
        Fault::StaleInstead,
        Fault::StaleAfter,
        Fault::NoContent,
        Fault::SomebodyElse,
        Fault::OtherOrganization,
        Fault::RespondAfter(page()),
        Fault::drops(&["role"]),
    ];
    for (kind, path, roles) in KINDS {
        let test = TestApp::with_open_team(OWNER, 0).await;
        for (number, fault) in faults.iter().enumerate() {
            let to = roles[number % 2];
            test.proxy().next_on("PUT", path, fault.clone());
            let changed = test.app.change_role(test.change("editor@", kind, to)).await;
            assert_eq!(changed.map(|changed| changed.value.to).as_deref(), Ok(to), "{kind:?} with {fault:?}");
            assert_eq!(role_on_server(&test, kind).await, to, "{kind:?} with {fault:?}");
            let shown = test.row("editor@");
            assert_eq!(if kind == RoleKind::Team { shown.team_role } else { shown.user_role.unwrap() }, to);
            let history = test.app.role_history("", 0, 1).await.unwrap();
            assert_eq!(history.rows[0].outcome, HistoryOutcome::Made);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_the_server_accepts_but_does_not_store_is_a_failure() {
    for (kind, path, [to, from]) in KINDS {
        let test = TestApp::with_open_team(OWNER, 0).await;
        let mark = test.proxy().mark();
        test.proxy().always_on("PUT", path, Fault::drops(&["role"]));
        let failed = test.app.change_role(test.change("editor@", kind, to)).await.unwrap_err();
        assert_eq!(failed.code, ErrorCode::NotKept);
        assert_eq!(test.puts(mark).len(), 3);
        assert_eq!(role_on_server(&test, kind).await, from);
        assert_eq!(test.app.role_history("", 0, 1).await.unwrap().rows[0].outcome, HistoryOutcome::Failed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intermediary_changes_no_role_and_ends_no_session() {
    for (kind, path, [to, from]) in KINDS {
        let test = TestApp::with_open_team(OWNER, 0).await;
        for fault in [Fault::page(401), Fault::page(403), Fault::page(404), Fault::redirect(303, "/v1/users/profile")] {
            test.proxy().next_on("PUT", path, fault);
            let failed = test.app.change_role(test.change("editor@", kind, to)).await.unwrap_err();
            assert!(matches!(failed.code, ErrorCode::Intermediary | ErrorCode::Redirected), "{failed:?}");
            assert_eq!(role_on_server(&test, kind).await, from);
        }
        test.app.change_role(test.change("editor@", kind, to)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_another_person_succeeds_only_if_the_server_stores_it() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let save = async |name: &str| {
        let changes = ProfileChanges { first_name: Some(name.into()), ..ProfileChanges::default() };
        test.app.save_person(&test.row("editor@").id, changes).await
    };
    for (number, fault) in [Fault::StaleAfter, Fault::NoContent, Fault::SomebodyElse].into_iter().enumerate() {
        test.proxy().next_on("PUT", "/v1/users/", fault);
        let name = format!("Edda {number}");
        save(&name).await.unwrap();
        assert_eq!(test.row("editor@").name, format!("{name} Editor"));
    }
    for fault in [Fault::StaleInstead, Fault::drops(&["firstName"])] {
        test.proxy().next_on("PUT", "/v1/users/", fault);
        let failed = save("Edith").await.unwrap_err();
        assert_eq!((failed.code, failed.details.field), (ErrorCode::NotKept, Some(ProfileField::FirstName)));
    }
}

/// The owner has removed this administrator's rights before the app sends a change.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_refusal_the_users_own_rights_and_the_row_are_read_again() {
    let test = TestApp::with_open_team(ADMIN, 0).await;
    let own_row = test.row(ADMIN).id;
    let owner = test.other_client(OWNER).await;
    owner.put_team_role(&own_row, "viewer").await;
    let user = test.other_client(ADMIN).await.id;
    assert_eq!(owner.put_role(&format!("users/{user}"), "user").await, 200);
    let refused = test.app.change_role(test.change("editor@", RoleKind::Team, "viewer")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    assert_eq!(test.row(ADMIN).team_role, "viewer");
    let now = test.wait_until(|snapshot| snapshot.profile.as_ref().unwrap().role.role == "user").await;
    assert!(now.profile.unwrap().role.choices.is_empty());
    assert_eq!(test.row("editor@").team_role, "editor");
}
