//! Tests which lines of a history are undone, combined or left out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_domain::{TeamRole, UserRole};

use super::super::import_file::{List, read_list};
use super::*;
use LeftOutReason::{
    AmbiguousEmail, ChangedBetween, Combined, Incomplete, NoChange, NotMade, OtherKind, OtherOrganization,
    OtherRoleNow, UnknownEmail,
};

/// A member whose id is their address.
fn member(email: &str, team_role: &str, user_role: &str) -> Collaborator {
    Collaborator {
        id: email.into(),
        organization: "acme".into(),
        user_id: Some(format!("user of {email}")),
        email: email.into(),
        first_name: String::new(),
        last_name: String::new(),
        picture: String::new(),
        team_role: team_role.into(),
        user_role: Some(user_role.into()),
        sso: None,
        tags: Vec::new(),
        pending: false,
        created_at: None,
        updated_at: None,
    }
}

/// Plans lines without organization and time. Returns the kind, and for each line the planned change or the reason.
fn plan(rows: &[Collaborator], lines: &[&str]) -> (RoleKind, Vec<Result<String, LeftOutReason>>) {
    let lines = lines.iter().enumerate().map(|(at, line)| format!("{line},Acme,{}\n", 1000 - at));
    plan_text(rows, &format!("email,kind,from,to,outcome,organization,when\n{}", lines.collect::<String>()))
}

fn plan_text(rows: &[Collaborator], text: &str) -> (RoleKind, Vec<Result<String, LeftOutReason>>) {
    let caller = Caller { id: "me".into(), team: TeamRole::Owner, user: UserRole::Admin };
    let List::Changes(lines) = read_list(text.as_bytes()).unwrap() else { panic!("a history") };
    let (kind, items) = plan_changes(&caller, &Addresses::new(rows.iter()), ["Acme", "acme"], &lines);
    let numbers: Vec<_> = items.iter().map(|item| item.shown.line.unwrap()).collect();
    assert_eq!(numbers, (2..numbers.len() + 2).collect::<Vec<_>>(), "each line is answered");
    let change = |item: &Item| format!("{} {} -> {}", item.id, item.shown.from, item.shown.to);
    (kind, items.iter().map(|item| item.shown.left_out.map_or_else(|| Ok(change(item)), Err)).collect())
}

#[test]
fn changes_of_a_person_are_combined_while_they_chain() {
    let a = || [member("a@x", "editor", "user")];
    let undo = |change: &str| Ok(format!("a@x {change}"));
    for (lines, expected) in [
        (vec!["a@x,team,viewer,editor,made"], vec![undo("editor -> viewer")]),
        (vec!["A@X,Team,viewer,editor,unknown"], vec![undo("editor -> viewer")]),
        (vec!["a@x,team,viewer,editor,failed"], vec![Err(NotMade)]),
        (vec!["a@x,team,editor,viewer,made"], vec![Err(OtherRoleNow)]),
        (vec!["a@x,team,editor,viewer,unknown"], vec![Err(NotMade)]),
        (
            vec!["a@x,team,viewer,editor,made", "a@x,team,admin,viewer,made", "a@x,team,unassigned,admin,unknown"],
            vec![undo("editor -> unassigned"), Err(Combined), Err(Combined)],
        ),
        (
            vec!["a@x,team,editor,admin,failed", "a@x,team,viewer,editor,made"],
            vec![Err(NotMade), undo("editor -> viewer")],
        ),
        (
            vec!["a@x,team,editor,admin,unknown", "a@x,team,viewer,editor,made"],
            vec![Err(NotMade), undo("editor -> viewer")],
        ),
        (
            vec!["a@x,team,viewer,editor,made", "a@x,team,viewer,admin,made", "a@x,team,admin,viewer,made"],
            vec![undo("editor -> viewer"), Err(ChangedBetween), Err(ChangedBetween)],
        ),
        (vec!["a@x,team,editor,admin,made", "a@x,team,viewer,editor,made"], vec![Err(OtherRoleNow), Err(OtherRoleNow)]),
        (vec!["a@x,team,viewer,editor,made", "a@x,team,editor,viewer,made"], vec![Err(NoChange), Err(Combined)]),
    ] {
        assert_eq!(plan(&a(), &lines), (RoleKind::Team, expected), "{lines:?}");
    }
}

#[test]
fn a_line_that_is_not_a_change_of_exactly_one_member_here_is_left_out() {
    let rows =
        [member("a@x", "editor", "user"), member("twin@x", "editor", "user"), member("Twin@x", "editor", "user")];
    for (line, reason) in [
        ("b@x,team,viewer,editor,made,Acme", UnknownEmail),
        ("twin@x,team,viewer,editor,made,Acme", AmbiguousEmail),
        (",team,viewer,editor,made,Acme", Incomplete),
        ("a@x,other,viewer,editor,made,Acme", Incomplete),
        ("a@x,team,viewer,editor,done,Acme", Incomplete),
        ("a@x,team,,editor,made,Acme", Incomplete),
        ("a@x,team,viewer,editor,made,", Incomplete),
        ("a@x,team,viewer,editor,made,Other", OtherOrganization),
        ("a@x,user,admin,user,failed,Acme", NotMade),
        ("\"a@x,team,viewer,editor,made,Acme,\" x", LeftOutReason::UnclearQuotes),
    ] {
        let text = format!("email,kind,from,to,outcome,organization,when\n{line},2026-01-01T00:00:00Z\n");
        assert_eq!(plan_text(&rows, &text), (RoleKind::Team, vec![Err(reason)]), "{line}");
    }
}

#[test]
fn a_plan_undoes_the_kind_of_role_with_more_changes() {
    let rows = [member("a@x", "editor", "admin"), member("b@x", "editor", "admin")];
    let lines = [
        "a@x,team,viewer,editor,made",
        "a@x,user,user,admin,made",
        "b@x,user,user,admin,made",
        "b@x,user,x,user,failed",
    ];
    let undone = |email: &str| Ok(format!("{email} admin -> user"));
    let expected = vec![Err(OtherKind), undone("a@x"), undone("b@x"), Err(NotMade)];
    assert_eq!(plan(&rows, &lines), (RoleKind::User, expected));
    assert_eq!(plan(&rows, &lines[..2]).0, RoleKind::Team);
    // After they were undone, the other kind has more.
    let rows = [member("a@x", "editor", "user"), member("b@x", "editor", "user")];
    assert_eq!(plan(&rows, &lines).0, RoleKind::Team);
}

#[test]
fn the_times_decide_which_change_is_newer_if_all_of_them_can_be_read() {
    let rows = [member("a@x", "editor", "user")];
    let text = |older: &str| {
        format!(
            "email;kind;from;to;outcome;organization;when\na@x;team;admin;viewer;made;Acme;{older}\n\
             a@x;team;viewer;editor;made;Acme;2026-01-02T00:00:00Z\n"
        )
    };
    let sorted = vec![Err(Combined), Ok("a@x editor -> admin".to_owned())];
    assert_eq!(plan_text(&rows, &text("2026-01-01T23:59:59.5Z")).1, sorted);
    assert_eq!(
        plan_text(&rows, &text("01/01/2026")).1,
        vec![Err(OtherRoleNow), Err(OtherRoleNow)],
        "the order of the file"
    );
}
