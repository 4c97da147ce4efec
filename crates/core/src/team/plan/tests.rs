//! Table tests of plans: which rows are changed, and why others are left out. They need no database and no server.

use super::*;

fn caller(team: TeamRole, user: UserRole) -> Caller {
    Caller { id: "me".into(), team, user }
}

fn row(id: &str, team_role: TeamRole, user_role: Option<UserRole>) -> Collaborator {
    Collaborator {
        id: id.into(),
        organization: "acme".into(),
        user_id: user_role.as_ref().map(|_| id.into()),
        email: format!("{id}@example.com"),
        first_name: String::new(),
        last_name: String::new(),
        picture: String::new(),
        team_role,
        pending: user_role.is_none(),
        user_role,
        sso: None,
        tags: Vec::new(),
        created_at: None,
        updated_at: None,
    }
}

#[test]
fn each_row_is_planned_or_left_out_with_its_reason() {
    use LeftOutReason::{NoChange, NotAllowed, OwnRow, Owner, Pending, ServiceAccount};
    let user = || Some(UserRole::User);
    let owner = caller(TeamRole::Owner, UserRole::Admin);
    let admin = caller(TeamRole::Admin, UserRole::User);
    let editor = caller(TeamRole::Editor, UserRole::User);
    for (caller, row, kind, to, expected) in [
        (&owner, row("a", TeamRole::Editor, user()), RoleKind::Team, "viewer", None),
        (&owner, row("a", TeamRole::Editor, None), RoleKind::Team, "viewer", None),
        (&owner, row("me", TeamRole::Editor, user()), RoleKind::Team, "viewer", Some(OwnRow)),
        (&owner, row("a", TeamRole::Owner, user()), RoleKind::Team, "viewer", Some(Owner)),
        (&owner, row("a", TeamRole::Viewer, user()), RoleKind::Team, "viewer", Some(NoChange)),
        (&owner, row("a", TeamRole::Editor, user()), RoleKind::Team, "owner", Some(NotAllowed)),
        (&admin, row("a", TeamRole::Admin, user()), RoleKind::Team, "viewer", Some(NotAllowed)),
        (&editor, row("a", TeamRole::Viewer, user()), RoleKind::Team, "editor", Some(NotAllowed)),
        (&owner, row("a", TeamRole::Editor, user()), RoleKind::User, "adminViewer", None),
        (&owner, row("a", TeamRole::Editor, None), RoleKind::User, "user", Some(Pending)),
        (
            &owner,
            row("a", TeamRole::Editor, Some(UserRole::ServiceAccount)),
            RoleKind::User,
            "user",
            Some(ServiceAccount),
        ),
        (&owner, row("a", TeamRole::Editor, user()), RoleKind::User, "user", Some(NoChange)),
        (&admin, row("a", TeamRole::Editor, user()), RoleKind::User, "admin", Some(NotAllowed)),
    ] {
        let item = plan_row(caller, &row, kind, to);
        assert_eq!(item.shown.left_out, expected, "{kind:?} {to}: {row:?}");
        let state = if expected.is_none() { BatchRowState::Planned } else { BatchRowState::LeftOut };
        assert_eq!((item.shown.state, item.shown.to.as_str()), (state, to));
    }
}

#[test]
fn giving_admin_needs_a_confirmation_and_an_unknown_role_cannot_be_given_again() {
    let owner = caller(TeamRole::Owner, UserRole::Admin);
    let editor = row("a", TeamRole::Editor, Some(UserRole::User));
    assert!(plan_row(&owner, &editor, RoleKind::Team, "admin").gives_admin);
    assert!(!plan_row(&owner, &editor, RoleKind::Team, "viewer").gives_admin);
    assert!(plan_row(&owner, &editor, RoleKind::Team, "viewer").can_undo);
    let unknown = row("a", TeamRole::Other("captain".into()), Some(UserRole::User));
    assert!(!plan_row(&owner, &unknown, RoleKind::Team, "viewer").can_undo, "an unknown role cannot be given again");
}
