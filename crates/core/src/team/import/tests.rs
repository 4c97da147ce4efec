//! Tests that each line plans the row with its address, and that no line is lost, with examples.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_domain::{Collaborator, UserRole};

use super::super::import_file::{List, read_list};
use super::*;
use crate::kernel::error_reasons::ListProblem;

pub(super) fn caller() -> Caller {
    Caller { id: "me".into(), team: TeamRole::Owner, user: UserRole::Admin }
}

pub(super) fn row(id: &str, email: &str, pending: bool) -> Collaborator {
    Collaborator {
        id: id.into(),
        organization: "acme".into(),
        user_id: (!pending).then(|| format!("user of {id}")),
        email: email.into(),
        first_name: String::new(),
        last_name: String::new(),
        picture: String::new(),
        team_role: TeamRole::Unassigned,
        user_role: None,
        sso: None,
        tags: Vec::new(),
        pending,
        created_at: None,
        updated_at: None,
    }
}

pub(super) fn member(id: &str, email: &str) -> Collaborator {
    row(id, email, false)
}

pub(super) fn invitation(id: &str, email: &str) -> Collaborator {
    row(id, email, true)
}

pub(super) fn plan_bytes(rows: &[Collaborator], bytes: &[u8]) -> Vec<Item> {
    let List::Roles(lines) = read_list(bytes).unwrap() else { panic!("a list of roles") };
    plan_lines(&caller(), &Addresses::new(rows.iter()), &lines)
}

pub(super) fn import(rows: &[Collaborator], text: &str) -> Vec<Item> {
    plan_bytes(rows, text.as_bytes())
}

/// The number of a line, with the row that it plans a role for or the reason why it plans none.
pub(super) type Outcome<T> = (usize, Result<T, LeftOutReason>);

pub(super) fn outcomes(rows: &[Collaborator], text: &str) -> Vec<Outcome<String>> {
    let outcome = |item: Item| (item.shown.line.unwrap(), item.shown.left_out.map_or(Ok(item.id), Err));
    import(rows, text).into_iter().map(outcome).collect()
}

pub(super) fn owned(expected: &[Outcome<&str>]) -> Vec<Outcome<String>> {
    expected.iter().map(|(number, outcome)| (*number, outcome.map(str::to_owned))).collect()
}

#[test]
fn each_line_plans_the_row_with_its_address_and_prefers_a_member_to_an_invitation() {
    use LeftOutReason::{AmbiguousEmail, Twice, UnknownEmail};
    let team = [
        member("1", "jose@example.com"),
        member("2", "josé@example.com"),
        invitation("3", "both@example.com"),
        member("4", "Both@example.com"),
        invitation("5", "both@example.com"),
        member("6", "twins@example.com"),
        member("7", "Twins@Example.com"),
        invitation("8", "invited@example.com"),
        invitation("9", "asked@example.com"),
        invitation("10", "asked@example.com"),
        member("11", "\u{200b}cafe\u{301}@example.com"),
        member("12", "straße@example.com"),
        member("13", ""),
    ];
    for (email, expected) in [
        ("jose@example.com", Ok("1")),
        ("JOSÉ@example.com", Ok("2")),
        ("jose\u{301}@example.com", Ok("2")),
        ("josè@example.com", Err(UnknownEmail)),
        ("both@example.com", Ok("4")),
        ("twins@example.com", Err(AmbiguousEmail)),
        ("invited@example.com", Ok("8")),
        ("asked@example.com", Err(AmbiguousEmail)),
        ("\u{202a}café@example.com\u{202c}\u{ad}", Ok("11")),
        ("cafe@example.com", Err(UnknownEmail)),
        ("strasse@example.com", Err(UnknownEmail)),
        ("STRA\u{1e9e}E@example.com", Ok("12")),
    ] {
        assert_eq!(outcomes(&team, &format!("email,role\n{email},editor")), owned(&[(2, expected)]), "{email}");
    }
    let text = "email,role\njosé@example.com,editor\njose@example.com,viewer\nJOSE\u{301}@example.com,admin";
    assert_eq!(outcomes(&team, text), owned(&[(2, Ok("2")), (3, Ok("1")), (4, Err(Twice))]));
    assert_eq!(outcomes(&team, "email,role\n\u{200b},editor"), owned(&[(2, Err(LeftOutReason::Incomplete))]));
}

#[test]
fn a_stray_quotation_mark_is_a_character_and_no_line_is_lost() {
    use LeftOutReason::{Incomplete, UnclearQuotes, UnknownEmail};
    let (all, e, v) =
        (["edith@example.com", "victor@example.com", "tomas@example.com"], "edith@example.com", "victor@example.com");
    let team = all.map(|email| member(email, email));
    for (text, expected) in [
        // Marks that open a cell and are never closed, with another mark in the middle of a later line.
        (
            "n,email,role\n\"Vic,victor@example.com,editor\nEdith,edith@example.com,viewer\nMax \"Mad,tomas@example.com,viewer\n",
            vec![(2, Ok(v)), (3, Ok(e)), (4, Ok(all[2]))],
        ),
        (
            "n,email,role\n\"Viewer, Victor\",victor@example.com,editor\nMonitor 24\",edith@example.com,viewer\n",
            vec![(2, Ok(v)), (3, Ok(e))],
        ),
        (
            "n,email,role\n\"Vic,victor@example.com,editor\n\"Editor, Edith\",edith@example.com,viewer",
            vec![(2, Ok(v)), (3, Ok(e))],
        ),
        (
            "n;email;role\r\n\"Vic;victor@example.com;editor\r\n\"Editor; Edith\";\"edith@example.com\";viewer",
            vec![(2, Ok(v)), (3, Ok(e))],
        ),
        (
            "n\temail\trole\r\"Vic\tvictor@example.com\teditor\r\"Editor\tE\"\tedith@example.com\tviewer",
            vec![(2, Ok(v)), (3, Ok(e))],
        ),
        ("email,role,n\nvictor@example.com,editor,\"open\nedith@example.com,viewer", vec![(2, Ok(v)), (3, Ok(e))]),
        ("n,email,role\n\"Vic \"\"V\"\" Viewer, Sir\",victor@example.com,editor", vec![(2, Ok(v))]),
        ("n,email,role\n\"Vic\" Viewer,victor@example.com,editor", vec![(2, Ok(v))]),
        (
            "n,email,role\n \"Vic\",victor@example.com,editor\n \"Editor, Edith\",edith@example.com,viewer",
            vec![(2, Ok(v)), (3, Err(UnknownEmail))],
        ),
        // Quoted line breaks are part of their record, and count as lines.
        (
            "n,email,role\n\"Victor\nViewer\r\n\",victor@example.com,\"editor\n\"\nEdith,edith@example.com,viewer",
            vec![(2, Ok(v)), (6, Ok(e))],
        ),
        // The mark that seems to close the cell may be a stray one as well.
        (
            "n,email,role\n\"Vic,victor@example.com,editor\nMonitor 24\",edith@example.com,viewer\nT,tomas@example.com,viewer",
            vec![(2, Err(UnclearQuotes)), (3, Err(UnclearQuotes)), (4, Ok(all[2]))],
        ),
        (
            "victor@example.com,editor,\"x\nedith@example.com,viewer,y\"",
            vec![(1, Err(UnclearQuotes)), (2, Err(UnclearQuotes))],
        ),
        (
            "\"Vic,victor@example.com\nMonitor 24\",edith@example.com",
            vec![(1, Err(UnclearQuotes)), (2, Err(UnclearQuotes))],
        ),
        ("n,email,role\n\"x,victor@example.com,editor,z\" y,edith@example.com,viewer", vec![(2, Err(UnclearQuotes))]),
        // Marks in the names of the columns.
        ("na\"me,email,role\nVic,victor@example.com,editor", vec![(2, Ok(v))]),
        ("\"n,email,role\nVic,victor@example.com,editor", vec![(2, Ok(v))]),
        (
            "\"n,email,role\nVic\",victor@example.com,editor\nE,edith@example.com,viewer",
            vec![(2, Err(UnclearQuotes)), (3, Ok(e))],
        ),
        (
            "email,role,\"n\nvictor@example.com,editor,24\"\nedith@example.com,viewer,",
            vec![(2, Err(UnclearQuotes)), (3, Ok(e))],
        ),
        ("email,role,\"of\nwhat\"\nvictor@example.com,editor,", vec![(3, Ok(v))]),
        // Lines with content but without an address.
        (
            "n,email,role\n,,\n  \n\"\"\nVic,victor@example.com,editor\n\"",
            vec![(2, Err(Incomplete)), (4, Err(Incomplete)), (5, Ok(v)), (6, Err(Incomplete))],
        ),
    ] {
        assert_eq!(outcomes(&team, text), owned(&expected), "{text}");
    }
}

#[test]
fn a_list_is_read_in_every_form_in_which_spreadsheets_save_it() {
    let team = [member("1", "josé@example.com"), member("2", "jose@example.com")];
    let expected = |first| owned(&[(first, Ok("1")), (first + 1, Ok("2"))]);
    for (text, first) in [
        ("email,role\njosé@example.com,editor\njose@example.com,viewer", 2),
        ("Email address;Role name\r\njosé@example.com;Editor\r\njose@example.com;Viewer\r\n", 2),
        ("Correo electrónico\tNombre del rol\rjosé@example.com\tEditor\rjose@example.com\tLector\r", 2),
        ("sep=;\r\nemail;role\r\njosé@example.com;editor\r\njose@example.com;viewer", 3),
        ("SEP=|\nE-Mail|Rolle\njosé@example.com|Bearbeiter\njose@example.com|Leser", 3),
        ("sep=§\n\nE-Mail§Rolle\njosé@example.com§Bearbeiter\njose@example.com§Leser", 4),
        ("sep=\t\nMail\tRol\njosé@example.com\teditor\njose@example.com\tviewer", 3),
        ("\"sep=,\"\nMail,Rol\n\"josé@example.com\",\"editor\"\njose@example.com,viewer", 3),
        ("sep=;,\nMail,Rol\njosé@example.com,editor\njose@example.com,viewer", 3),
        ("sep=;\nMail,Rol\njosé@example.com,editor\njose@example.com,viewer", 3),
        ("sep=;\njosé@example.com;editor\njose@example.com;viewer", 2),
        ("Last, first, middle;Email;Role\na, b, c;josé@example.com;editor\nx;jose@example.com;viewer", 2),
        ("email,role\u{2028}josé@example.com,editor\u{2028}jose@example.com,viewer", 2),
        ("email,role\u{85}josé@example.com,editor\u{85}jose@example.com,viewer", 2),
        ("name,email,role\nJ\u{2028}J,josé@example.com,editor\nJ,jose@example.com,viewer", 2),
        (
            "\u{200b}email\u{ad},\u{feff}role\n\u{202a}josé@example.com\u{202c},\u{200b}editor\u{ad}\n\u{ad}jose@example.com,viewer",
            2,
        ),
    ] {
        assert_eq!(outcomes(&team, text), expected(first), "{text:?}");
    }
}

#[test]
fn an_unchanged_role_is_left_out_as_unchanged_even_if_it_cannot_be_given() {
    use LeftOutReason::{NoChange, OwnRow, Owner, UnknownRole};
    let team = [("o@x", "owner"), ("e@x", "editor"), ("s@x", "Super-hero"), ("me@x", "owner")].map(|(email, role)| {
        let user_id = Some(email.trim_end_matches("@x").to_owned());
        Collaborator { team_role: role.into(), user_id, ..member(email, email) }
    });
    for (email, role, reason) in [
        ("o@x", "owner", NoChange),
        ("o@x", "Propietario", NoChange),
        ("o@x", "editor", Owner),
        ("e@x", "owner", UnknownRole),
        ("e@x", "Editor", NoChange),
        ("s@x", "super-hero", NoChange),
        ("e@x", "super-hero", UnknownRole),
        ("me@x", "owner", NoChange),
        ("me@x", "editor", OwnRow),
    ] {
        assert_eq!(
            outcomes(&team, &format!("email,role\n{email},{role}")),
            owned(&[(2, Err(reason))]),
            "{email} {role}"
        );
    }
}

#[test]
fn the_names_of_the_columns_may_be_below_a_title_and_no_line_above_them_is_lost_or_planned() {
    use LeftOutReason::Incomplete;
    let team = [member("1", "josé@example.com"), member("2", "jose@example.com")];
    for (text, above, first) in [
        ("Roles 2026\nemail,role\njosé@example.com,editor\njose@example.com,viewer", vec![1], 3),
        ("\n\n\nemail;role\njosé@example.com;editor\njose@example.com;viewer", vec![], 5),
        (";;\n\n;;\nn;correo;rol\nJ;josé@example.com;editor\nJ;jose@example.com;viewer", vec![1, 3], 5),
        ("Roles, as agreed\n\nemail;role\njosé@example.com;editor\njose@example.com;viewer", vec![1], 4),
        ("sep=;\nRoles\nrole;email\neditor;josé@example.com\nviewer;jose@example.com", vec![2], 4),
        ("\"Roles\n2026\",\nemail,role\njosé@example.com,editor\njose@example.com,viewer", vec![1, 2], 4),
        ("Mad \"Max\n24\",x\nemail,role\njosé@example.com,editor\njose@example.com,viewer", vec![1, 2], 4),
        ("josé@example.com,viewer\nemail,role\njosé@example.com,editor\njose@example.com,viewer", vec![1], 3),
        ("hr@example.com\nemail,role\njosé@example.com,editor\njose@example.com,viewer", vec![1], 3),
        (
            "1\n2\n3\n4\n5\n6\n7\n8\n9\nemail,role\njosé@example.com,editor\njose@example.com,viewer",
            (1..=9).collect(),
            11,
        ),
    ] {
        let mut expected: Vec<Outcome<&str>> = above.into_iter().map(|line| (line, Err(Incomplete))).collect();
        expected.extend([(first, Ok("1")), (first + 1, Ok("2"))]);
        assert_eq!(outcomes(&team, text), owned(&expected), "{text:?}");
    }
    let title = import(&team, "\"Roles, 2026\"\nrole,email\neditor,jose@example.com").remove(0).shown;
    assert_eq!((title.line, title.email.as_str(), title.to.as_str()), (Some(1), "Roles, 2026", ""));
    for (text, problem) in [
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nemail,role\njosé@example.com,editor", ListProblem::Columns),
        ("Roles\njosé@example.com,editor", ListProblem::Columns),
        ("Roles\nemail,role\n", ListProblem::Empty),
    ] {
        assert_eq!(read_list(text.as_bytes()).err(), Some(problem), "{text:?}");
    }
}

#[test]
fn a_title_above_a_history_does_not_change_the_order_of_its_times() {
    let names = "when,name,email,kind,from,to,organization,by,outcome";
    let change = "2026-01-02T00:00:00Z,J,jose@example.com,team,viewer,editor,acme,me,made";
    let Ok(List::Changes(lines)) = read_list(format!("Changes\n{names}\n{change}").as_bytes()) else {
        panic!("a history")
    };
    assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 3]);
    assert!(lines[0].kind.is_none() && lines[0].at.is_some() && lines[1].kind.is_some());
}

#[test]
fn columns_with_the_same_meaning_are_refused_unless_one_name_is_more_exact() {
    let team = [member("1", "josé@example.com")];
    for (names, to) in [
        ("email,role,new role", "viewer"),
        ("email,new role,role", "editor"),
        ("email,current role,new role", "viewer"),
        ("Correo,Rol actual,Rol nuevo", "viewer"),
        ("Correo-e,Nuevo rol,Rol", "editor"),
        ("E-mail address,Role,Team role", "viewer"),
        ("User email,Role (current),Role", "viewer"),
    ] {
        let item = import(&team, &format!("{names}\njosé@example.com,editor,viewer")).remove(0);
        assert_eq!((item.shown.to.as_str(), item.shown.left_out), (to, None), "{names}");
    }
    for names in [
        "email,role,role",
        "email,role,Rol",
        "Title\nemail,role,role",
        "email,correo,role",
        "email;role;role",
        "when,email,kind,from,to,to,organization,outcome",
    ] {
        let problem = read_list(format!("{names}\njosé@example.com,editor,viewer").as_bytes()).err();
        assert!(matches!(problem, Some(ListProblem::Ambiguous { .. })), "{names}: {problem:?}");
    }
}

#[test]
fn a_line_with_a_mistake_does_not_hide_a_later_line_of_the_same_person() {
    use LeftOutReason::{Incomplete, NoChange, Twice, UnclearQuotes, UnknownRole};
    let team = [member("1", "josé@example.com")];
    let (editor, viewer) = ("josé@example.com,editor", "JOSÉ@example.com,viewer");
    for (lines, expected) in [
        (["josé@example.com,superhero", editor], [Err(UnknownRole), Ok("1")]),
        (["josé@example.com,owner", editor], [Err(UnknownRole), Ok("1")]),
        (["josé@example.com,", editor], [Err(Incomplete), Ok("1")]),
        (["josé@example.com,\"a,b \"c", editor], [Err(UnclearQuotes), Ok("1")]),
        ([editor, viewer], [Ok("1"), Err(Twice)]),
        ([editor, "josé@example.com,superhero"], [Ok("1"), Err(Twice)]),
        (["josé@example.com,unassigned", editor], [Err(NoChange), Err(Twice)]),
        ([editor, "josé@example.com,unassigned"], [Ok("1"), Err(Twice)]),
    ] {
        let expected = owned(&[(2, expected[0]), (3, expected[1])]);
        assert_eq!(outcomes(&team, &format!("email,role\n{}", lines.join("\n"))), expected, "{lines:?}");
    }
}

#[test]
fn the_address_of_a_cell_with_a_name_or_a_link_counts() {
    use LeftOutReason::{Twice, UnknownEmail};
    let team = [member("1", "josé@example.com"), member("2", "jose@example.com")];
    for (cell, expected) in [
        ("José <JOSÉ@example.com>", Ok("1")),
        ("\"\"\"Viewer, José\"\" <josé@example.com>\"", Ok("1")),
        ("\"José\nViewer <josé@example.com>\"", Ok("1")),
        ("mailto:jose@example.com", Ok("2")),
        ("'=x <jose@example.com>", Ok("2")),
        ("josé@example.com <jose@example.com>", Err(UnknownEmail)),
        ("<josé@example.com> <jose@example.com>", Err(UnknownEmail)),
        ("josè <josè@example.com>", Err(UnknownEmail)),
    ] {
        assert_eq!(outcomes(&team, &format!("email,role\n{cell},editor")), owned(&[(2, expected)]), "{cell}");
    }
    let text = "jose@example.com,editor\nJose <jose@example.com>,viewer\nJosé <josé@example.com>,viewer";
    assert_eq!(outcomes(&team, text), owned(&[(1, Ok("2")), (2, Err(Twice)), (3, Ok("1"))]));
}

#[test]
fn a_stray_zero_byte_changes_nothing() {
    let team = [member("1", "josé@example.com")];
    for text in [
        "email,role\njosé@example.com,edi\0tor\n",
        "email,role\njosé@\0example.com,editor\n",
        "em\0ail,role\njosé@example.com,editor",
    ] {
        assert_eq!(outcomes(&team, text), owned(&[(2, Ok("1"))]), "{text:?}");
    }
}
