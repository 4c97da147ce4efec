//! Single role changes, and changes to another person's profile.

use crate::common::team::{COLLABORATORS, team_is_read};
use crate::common::{ADMIN, EDITOR, OWNER, PASSWORD, TestApp};
use lapel_core::views::{
    Ability, BaseValues, ChangeKind, Confirmation, DraftValues, ErrorCode, FacetCount, HistoryOutcome, ProfileChanges,
    ProfileField, RoleChangeRequest, RoleKind, Snapshot, SyncState, TeamQuery, TeamRow,
};
use lapel_testkit::proxy::Fault;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_dialog_offers_the_assignable_roles_and_lists_gained_and_lost_abilities() {
    let test = TestApp::with_open_team(ADMIN, 0).await;
    let dialog = test.app.role_dialog(&test.row("viewer@").id).unwrap();
    let roles: Vec<&str> = dialog.team.choices.iter().map(|choice| choice.role.as_str()).collect();
    assert_eq!((dialog.team.role.as_str(), roles), ("viewer", vec!["editor", "unassigned"]));
    assert_eq!(dialog.team.choices[0].gained, [Ability::EditContent]);
    assert_eq!(dialog.team.choices[1].lost, [Ability::ViewContent]);
    let user = dialog.user.unwrap();
    let roles: Vec<&str> = user.choices.iter().map(|choice| choice.role.as_str()).collect();
    assert_eq!((user.role.as_str(), roles), ("adminViewer", vec!["admin", "user"]));
    assert_eq!(user.choices[0].confirmation, Some(Confirmation::GivesAdmin));

    let owner = test.app.role_dialog(&test.row("owner@").id).unwrap();
    assert_eq!((owner.team.choices.len(), owner.team.reason.as_deref()), (0, Some("takesOwner")));
    let own = test.app.role_dialog(&test.row(ADMIN).id).unwrap();
    assert!(!own.team.choices.is_empty());
    assert!(own.is_self && own.team.choices.iter().all(|choice| !choice.can_undo));
    assert!(own.team.choices.iter().all(|choice| choice.confirmation == Some(Confirmation::StepsDown)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_change_appears_on_the_server_in_the_row_and_in_the_history_and_can_be_reverted() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let changed = test.app.change_role(test.change("editor@", RoleKind::Team, "viewer")).await.unwrap();
    assert_eq!((changed.value.name.as_str(), changed.value.can_undo), ("Edith Editor", true));
    assert_eq!(test.row("editor@").team_role, "viewer");
    test.app.change_role(test.change("editor@", RoleKind::User, "adminViewer")).await.unwrap();
    assert_eq!(test.row("editor@").user_role.as_deref(), Some("adminViewer"));
    test.app.change_role(test.change("editor@", RoleKind::Team, "editor")).await.unwrap();
    test.app.refresh_team();
    test.wait_until(team_is_read).await;
    assert_eq!(test.row("editor@").team_role, "editor", "as on the server");
    let history = test.app.role_history("édith", 0, 10).await.unwrap();
    let shown: Vec<_> =
        history.rows.iter().map(|row| (row.kind, row.from.as_deref().unwrap(), row.to.as_deref().unwrap())).collect();
    assert_eq!(
        shown,
        [
            (ChangeKind::Team, "viewer", "editor"),
            (ChangeKind::User, "user", "adminViewer"),
            (ChangeKind::Team, "editor", "viewer")
        ]
    );
    let last = &history.rows[0];
    assert_eq!([last.name.as_str(), &last.email], ["Edith Editor", "editor@example.com"]);
    assert_eq!((last.organization.as_str(), last.by.as_str()), ("Acme Industries", OWNER));
    assert_eq!(last.outcome, HistoryOutcome::Made);
    assert_eq!(test.app.role_history("nobody", 0, 10).await.unwrap().found, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_changed_by_another_administrator_is_not_overwritten() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let request = test.change("editor@", RoleKind::Team, "viewer");
    test.other_client(ADMIN).await.put_team_role(&request.id, "unassigned").await;
    let error = test.app.change_role(request.clone()).await.unwrap_err();
    assert_eq!((error.code, error.details.problem.as_deref()), (ErrorCode::RoleMoved, Some("unassigned")));
    assert_eq!(test.row("editor@").team_role, "unassigned", "the row shows the role on the server");
    assert_eq!(test.app.role_history("", 0, 10).await.unwrap().found, 0, "no change was sent");
    test.app.change_role(RoleChangeRequest { from: "unassigned".into(), ..request }).await.unwrap();
    assert_eq!(test.row("editor@").team_role, "viewer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_somebody_else_has_given_already_is_no_failure_and_not_the_users_to_undo() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let request = test.change("editor@", RoleKind::Team, "viewer");
    test.other_client(ADMIN).await.put_team_role(&request.id, "viewer").await;
    let mark = test.proxy().mark();
    assert!(!test.app.change_role(request).await.unwrap().value.can_undo);
    assert_eq!((test.proxy().writes(mark), test.row("editor@").team_role.as_str()), (vec![], "viewer"));
    assert_eq!(test.app.role_history("", 0, 10).await.unwrap().found, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_row_is_not_changed() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let request = test.change("editor@", RoleKind::Team, "viewer");
    let database = rusqlite::Connection::open(test.database.path().join("sandbox.db")).unwrap();
    database.execute("DELETE FROM collaborator_tag WHERE collaborator_id = ?1", [&request.id]).unwrap();
    database.execute("DELETE FROM collaborator WHERE id = ?1", [&request.id]).unwrap();
    let mark = test.proxy().mark();
    let error = test.app.change_role(request).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::RowGone);
    test.proxy().wait_for(mark, "GET", COLLABORATORS).await.expect("the change reads the row first");
    assert_eq!(test.proxy().writes(mark), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_rules_forbid_is_not_sent() {
    let test = TestApp::with_open_team(EDITOR, 0).await;
    let mark = test.proxy().mark();
    let error = test.app.change_role(test.change("viewer@", RoleKind::Team, "editor")).await.unwrap_err();
    assert_eq!((error.code, error.details.problem.as_deref()), (ErrorCode::RoleNotAllowed, Some("noRight")));
    let error = test.app.change_role(test.change("viewer@", RoleKind::User, "user")).await.unwrap_err();
    assert_eq!(error.details.problem.as_deref(), Some("onlyAdmins"));
    test.refresh_to_the_end().await;
    assert_eq!(test.proxy().writes(mark), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_response_the_role_is_read_from_the_server() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    test.proxy().next_on("PUT", COLLABORATORS, Fault::ResetAfter);
    test.app.change_role(test.change("editor@", RoleKind::Team, "viewer")).await.expect("the change was made");
    test.proxy().next_on("PUT", COLLABORATORS, Fault::ResetBefore);
    let error = test.app.change_role(test.change("editor@", RoleKind::Team, "editor")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Network);
    assert_eq!(test.row("editor@").team_role, "viewer", "the row changes only after the server confirms");
    let history = test.app.role_history("", 0, 10).await.unwrap().rows;
    assert_eq!([history[0].outcome, history[1].outcome], [HistoryOutcome::Failed, HistoryOutcome::Made]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_who_steps_down_has_no_rights_left() {
    let test = TestApp::with_open_team(ADMIN, 0).await;
    let changed = test.app.change_role(test.change(ADMIN, RoleKind::Team, "editor")).await.unwrap();
    assert!(!changed.value.can_undo);
    assert!(test.app.snapshot().team.unwrap().rights.team_roles.is_empty());
    test.app.change_role(test.change(ADMIN, RoleKind::User, "user")).await.unwrap();
    test.wait_until(|snapshot| snapshot.team.as_ref().unwrap().rights.user_roles.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_who_was_demoted_meanwhile_sees_both_roles_as_they_are() {
    for saves_person in [false, true] {
        let test = TestApp::with_open_team(OWNER, 0).await;
        let (own, other) = (test.row(OWNER), test.row(ADMIN));
        assert_eq!([own.user_role.as_deref(), other.user_role.as_deref()], [Some("admin"), Some("admin")]);
        let request = test.change(ADMIN, RoleKind::User, "user");
        let path = |row: &TeamRow| format!("users/{}", row.user_id.as_ref().unwrap());
        let admin = test.other_client(ADMIN).await;
        admin.put(json!({ "firstName": "Ada" })).await;
        assert_eq!(admin.put_role(&path(&own), "user").await, 200);
        let error = if saves_person {
            test.app.save_person(&request.id, first_name("Adele", "Ada")).await.unwrap_err()
        } else {
            test.app.change_role(request).await.unwrap_err()
        };
        assert_eq!(error.code, ErrorCode::Forbidden);
        let (own, other) = (test.row(OWNER), test.row(ADMIN));
        assert_eq!((own.user_role.as_deref(), other.user_role.as_deref()), (Some("user"), Some("admin")));
        assert_eq!(other.name, "Ada Admin");
        let has_no_rights = |snapshot: &Snapshot| snapshot.team.as_ref().unwrap().rights.user_roles.is_empty();
        let snapshot = test.wait_until(has_no_rights).await;
        assert_eq!(snapshot.profile.unwrap().role.role, "user");
        assert!(test.app.role_dialog(&other.id).unwrap().user.unwrap().choices.is_empty());
        assert!(!test.app.open_person(&other.id).await.unwrap().can_edit);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_role_is_shown_and_can_be_changed_to_a_known_one_without_undo() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    // Edith's row, with roles of a newer server and without an email address for a lookup.
    let edith = json!({
        "id": "65f0a1c000000000000c0003", "role": "captain",
        "user": { "id": "65f0a1c00000000000000003", "firstName": "Edith", "role": "cook" },
    });
    let owner = json!({
        "id": "65f0a1c000000000000c0001", "role": "owner",
        "user": { "id": "65f0a1c00000000000000001", "email": OWNER, "role": "admin" },
    });
    let page = json!({ "items": [edith, owner], "totalDocs": 2, "limit": 1000, "page": 1, "totalPages": 1 });
    let document = json!({ "status": true, "data": page }).to_string();
    test.proxy().every_nth_on(1, "GET", COLLABORATORS, Fault::Json(document));
    test.app.open_team(None).await.unwrap();
    test.wait_until(team_is_read).await;
    let row = test.row("edith");
    assert_eq!((row.team_role.as_str(), row.user_role.as_deref(), row.email.as_str()), ("captain", Some("cook"), ""));
    let dialog = test.app.role_dialog(&row.id).unwrap();
    let user = dialog.user.unwrap();
    for choices in [&dialog.team.choices, &user.choices] {
        assert!(choices.len() >= 3 && choices.iter().all(|choice| !choice.can_undo && choice.lost.is_empty()));
    }
    let changed = test.app.change_role(test.change("edith", RoleKind::Team, "viewer")).await.unwrap();
    assert!(!changed.value.can_undo);
    assert_eq!(test.row("edith").team_role, "viewer", "the row is found on its page instead of by address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_role_in_another_spelling_is_counted_and_changed_as_that_role() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    let row = |id: u32, team: &str, user: &str| {
        let user =
            json!({ "id": format!("65f0a1c0000000000000000{id}"), "email": format!("{id}@example.com"), "role": user });
        json!({ "id": format!("65f0a1c000000000000c000{id}"), "role": team, "user": user })
    };
    let rows =
        [row(1, "Owner", "ADMIN"), row(2, "editor", "user"), row(3, "EDITOR", "User"), row(4, " Editor ", "captain")];
    let page = json!({ "items": rows, "totalDocs": 4, "limit": 1000, "page": 1, "totalPages": 1 });
    let document = json!({ "status": true, "data": page }).to_string();
    test.proxy().always_on("GET", COLLABORATORS, Fault::Json(document));
    test.app.open_team(None).await.unwrap();
    test.wait_until(team_is_read).await;
    let counts = test.app.team_rows(&TeamQuery::default(), 0, 0).unwrap().counts;
    let counted = |facets: &[FacetCount]| {
        facets.iter().map(|facet| format!("{} {}", facet.value, facet.count)).collect::<Vec<_>>()
    };
    assert_eq!(counted(&counts.team_roles), ["owner 1", "editor 3"]);
    assert_eq!(counted(&counts.user_roles), ["admin 1", "user 2", "captain 1"]);
    assert!(!test.app.snapshot().team.unwrap().rights.team_roles.is_empty(), "the own role is known as well");
    test.app.change_role(test.change("3@example.com", RoleKind::Team, "viewer")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_server_that_clears_omitted_fields_other_people_do_not_lose_their_language() {
    let test = TestApp::signed_in_with_put_replaces_all(OWNER).await;
    // The app detects that the server clears omitted fields when it saves the user's own profile.
    test.app.save_profile(first_name("Olga", "Olivia")).await.unwrap();
    test.wait_until(|snapshot| !snapshot.edits.is_empty() && snapshot.sync.state == SyncState::Conflict).await;
    test.app.open_team(None).await.unwrap();
    test.wait_until(team_is_read).await;
    // After a sign-in the app tests the server again, but not with another person's data.
    for _ in 0..2 {
        let error = test.app.change_role(test.change("editor@", RoleKind::User, "adminViewer")).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::LanguageNeeded);
        test.sign_in(OWNER, PASSWORD).await.unwrap();
        test.app.open_team(None).await.unwrap();
        test.wait_until(team_is_read).await;
    }
    let id = test.row("editor@").id;
    let error = test.app.save_person(&id, first_name("Edita", "Edith")).await.unwrap_err();
    assert_eq!((error.code, error.details.field), (ErrorCode::LanguageNeeded, Some(ProfileField::Language)));
    let changes = ProfileChanges { language: Some("es".into()), ..first_name("Edita", "Edith") };
    test.app.save_person(&id, changes).await.unwrap();
    let on_server = test.other_client(EDITOR).await.profile().await;
    let shown = ["firstName", "lastName", "language", "role"].map(|key| on_server[key].as_str().unwrap().to_owned());
    assert_eq!(shown, ["Edita", "Editor", "es", "user"]);
    // Now the app knows the person's language and can send it together with the role.
    test.app.change_role(test.change("editor@", RoleKind::User, "adminViewer")).await.unwrap();
    let on_server = test.other_client(EDITOR).await.profile().await;
    let shown = ["firstName", "lastName", "language", "role"].map(|key| on_server[key].as_str().unwrap().to_owned());
    assert_eq!(shown, ["Edita", "Editor", "es", "adminViewer"]);
    // The app always knows the user's own language.
    test.app.change_role(test.change("owner@", RoleKind::User, "user")).await.unwrap();
    let own = test.other_client(OWNER).await.profile().await;
    assert_eq!([&own["firstName"], &own["role"]], ["Olga", "user"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_cleared_by_the_first_change_to_another_person_are_restored() {
    for changes_role in [true, false] {
        let test = TestApp::signed_in_with_put_replaces_all(OWNER).await;
        test.app.open_team(None).await.unwrap();
        test.wait_until(team_is_read).await;
        let names = if changes_role {
            test.app.change_role(test.change("editor@", RoleKind::User, "adminViewer")).await.unwrap();
            ["Edith", "Editor"]
        } else {
            test.app.save_person(&test.row("editor@").id, first_name("Edita", "Edith")).await.unwrap();
            ["Edita", "Editor"]
        };
        let on_server = test.other_client(EDITOR).await.profile().await;
        assert_eq!([&on_server["firstName"], &on_server["lastName"]], names);
        let error = test.app.change_role(test.change("viewer@", RoleKind::User, "user")).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::LanguageNeeded, "no other person loses their language");
    }
}

/// Changes the first name from `base_value` to `name`.
fn first_name(name: &str, base_value: &str) -> ProfileChanges {
    let base = BaseValues { first_name: Some(base_value.into()), ..BaseValues::default() };
    ProfileChanges { first_name: Some(name.into()), base, ..ProfileChanges::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_changes_the_name_and_language_of_another_person() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let id = test.row("editor@").id;
    let person = test.app.open_person(&id).await.unwrap();
    assert!(person.can_edit && person.draft.is_none());
    let draft = DraftValues { first_name: Some("Edi".into()), ..DraftValues::default() };
    test.app.keep_person_draft(&id, Some(draft.clone())).await.unwrap();
    assert_eq!(test.app.open_person(&id).await.unwrap().draft, Some(draft));
    let changes = ProfileChanges { language: Some("es".into()), ..first_name("Edita", "Edith") };
    test.app.save_person(&id, changes).await.unwrap();
    let on_server = test.other_client(EDITOR).await.profile().await;
    assert_eq!((&on_server["firstName"], &on_server["language"]), (&json!("Edita"), &json!("es")));
    let person = test.app.open_person(&id).await.unwrap();
    assert_eq!((person.row.name.as_str(), person.draft), ("Edita Editor", None));
    assert!(
        !test.app.open_person(&test.row(OWNER).id).await.unwrap().can_edit,
        "the user's own profile is edited on its own page"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_another_client_changed_is_not_overwritten_and_the_draft_stays() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let id = test.row("editor@").id;
    test.other_client(EDITOR).await.put(json!({ "firstName": "OtherClient" })).await;
    let draft = DraftValues { first_name: Some("Edita".into()), ..DraftValues::default() };
    test.app.keep_person_draft(&id, Some(draft.clone())).await.unwrap();
    let error = test.app.save_person(&id, first_name("Edita", "Edith")).await.unwrap_err();
    assert_eq!((error.code, error.details.field), (ErrorCode::PersonMoved, Some(ProfileField::FirstName)));
    let person = test.app.open_person(&id).await.unwrap();
    assert_eq!((person.first_name.as_str(), person.draft), ("OtherClient", Some(draft)));
    test.app.save_person(&id, first_name("Edita", "OtherClient")).await.unwrap();
    assert_eq!(test.other_client(EDITOR).await.profile().await["firstName"], "Edita");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_name_is_refused_without_a_request_and_editors_cannot_change_other_people() {
    let test = TestApp::with_open_team(OWNER, 0).await;
    let id = test.row("editor@").id;
    let mark = test.proxy().mark();
    let error = test.app.save_person(&id, first_name("", "Edith")).await.unwrap_err();
    assert_eq!((error.code, error.details.field), (ErrorCode::InvalidName, Some(ProfileField::FirstName)));
    assert_eq!(test.proxy().requests(mark), []);
    test.refresh_to_the_end().await;
    assert_eq!(test.proxy().writes(mark), []);
    let test = TestApp::with_open_team(EDITOR, 0).await;
    let id = test.row("viewer@").id;
    assert!(!test.app.open_person(&id).await.unwrap().can_edit);
    let error = test.app.save_person(&id, first_name("No", "Victor")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Forbidden);
}
