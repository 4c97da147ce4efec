//! Tests that each line plans the row with its address, and that no line is lost: with examples, and with random
//! files and addresses.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_domain::{UserRole, trim_invisible};
use proptest::prelude::*;

use super::super::import_file::read_list;
use super::*;

fn caller() -> Caller {
    Caller { id: "me".into(), team: TeamRole::Owner, user: UserRole::Admin }
}

fn row(id: &str, email: &str, pending: bool) -> Collaborator {
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

fn member(id: &str, email: &str) -> Collaborator {
    row(id, email, false)
}

fn invitation(id: &str, email: &str) -> Collaborator {
    row(id, email, true)
}

fn import(rows: &[Collaborator], text: &str) -> Vec<Item> {
    plan_lines(&caller(), rows.iter(), read_list(text.as_bytes()).unwrap())
}

/// The number of a line, with the row that it plans a role for or the reason why it plans none.
type Outcome<T> = (usize, Result<T, LeftOutReason>);

fn outcomes(rows: &[Collaborator], text: &str) -> Vec<Outcome<String>> {
    let outcome = |item: Item| (item.shown.line.unwrap(), item.shown.left_out.map_or(Ok(item.id), Err));
    import(rows, text).into_iter().map(outcome).collect()
}

fn owned(expected: &[Outcome<&str>]) -> Vec<Outcome<String>> {
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

const TEAM: [&str; 4] = ["a@example.com", "b@example.com", "josé@example.com", "jose@example.com"];

fn team() -> [Collaborator; 4] {
    TEAM.map(|email| member(email, email))
}

fn piece(separator: char) -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(&TEAM[..]).prop_map(str::to_owned),
        3 => proptest::sample::select(vec!["editor", "viewer", "Vic", " ", "\u{200b}", "x"]).prop_map(str::to_owned),
        4 => Just("\"".to_owned()),
        1 => Just("\"\"".to_owned()),
        4 => Just(separator.to_string()),
    ]
}

fn line_end() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["\n", "\r\n", "\r"])
}

/// A file with column names, some of which contain a stray mark.
fn file() -> impl Strategy<Value = (char, String)> {
    let separator = proptest::sample::select(vec![',', ';', '\t']);
    separator.prop_flat_map(|separator| {
        let line = proptest::collection::vec(piece(separator), 0..9).prop_map(|pieces| pieces.concat());
        let complete_line = (piece(separator), proptest::sample::select(&TEAM[..]), any::<bool>()).prop_map(
            move |(name, email, ends)| {
                format!("{name}{separator}{email}{separator}editor{}", if ends { "\"" } else { "" })
            },
        );
        let lines = proptest::collection::vec((prop_oneof![line, complete_line], line_end()), 1..8);
        let name = proptest::sample::select(vec!["name", "\"name", "na\"me", "\"name\""]);
        (name, line_end(), lines).prop_map(move |(name, end, lines)| {
            let lines: String = lines.into_iter().map(|(line, end)| line + end).collect();
            (separator, format!("{name}{separator}email{separator}role{end}{lines}"))
        })
    })
}

/// The lines of a text with their numbers, split without the tested code.
fn lines_of(text: &str) -> Vec<(usize, String)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').map(str::to_owned).enumerate().map(|(at, line)| (at + 1, line)).collect()
}

/// The text of the second cell of a line, without its quotation marks.
fn second_cell(line: &str, separator: char) -> String {
    line.split(separator).nth(1).unwrap_or_default().trim_matches(|c: char| c == '"' || c.is_whitespace()).to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_random_file_loses_a_line_or_plans_a_row_that_its_line_does_not_name((separator, text) in file()) {
        let Ok(read) = read_list(text.as_bytes()) else {
            // There are no lines after the column names.
            prop_assert!(lines_of(&text).iter().skip(1).all(|(_, line)| trim_invisible(line).is_empty()), "{text:?}");
            return Ok(());
        };
        let rows = team();
        let items = plan_lines(&caller(), rows.iter(), read);
        let lines = lines_of(&text);
        let numbers: Vec<usize> = items.iter().map(|item| item.shown.line.unwrap()).collect();
        prop_assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?} of {text:?}");
        for (number, line) in lines.iter().skip(1).filter(|(_, line)| !trim_invisible(line).is_empty()) {
            if numbers.contains(number) {
                continue;
            }
            // The line is part of a record that began on an earlier line. Only quotation marks can cause this.
            let record_start = numbers.iter().rev().find(|start| *start < number);
            let first = record_start.map_or(1, |start| *start);
            let marks: usize = lines[first - 1..*number].iter().map(|(_, line)| line.matches('"').count()).sum();
            prop_assert!(marks > 0, "line {number} of {text:?} is lost");
            let named = second_cell(line, separator);
            let is_for_address = |item: &Item| item.shown.line == Some(first) && address_key(&item.shown.email) == address_key(&named);
            prop_assert!(!named.contains('@') || items.iter().any(is_for_address), "line {number} of {text:?} is lost");
        }
        for (at, item) in items.iter().enumerate().filter(|(_, item)| item.shown.left_out.is_none()) {
            let ends = numbers.get(at + 1).map_or(lines.len(), |next| next - 1);
            let item_lines: Vec<&str> = lines[numbers[at] - 1..ends].iter().map(|(_, line)| line.as_str()).collect();
            prop_assert!(item_lines.join("\n").contains(&item.id), "{:?} is not in {item_lines:?}", item.id);
        }
    }

    #[test]
    fn without_quotation_marks_every_line_has_its_own_item((_, text) in file()) {
        let text = text.replace('"', "");
        let Ok(read) = read_list(text.as_bytes()) else { return Ok(()) };
        let lines = lines_of(&text);
        let filled = lines.iter().skip(1).filter(|(_, line)| !trim_invisible(line).is_empty());
        prop_assert_eq!(read.iter().map(|line| line.number).collect::<Vec<_>>(), filled.map(|(number, _)| *number).collect::<Vec<_>>());
    }

    #[test]
    fn a_correctly_quoted_line_is_read_correctly_among_stray_marks(kinds in proptest::collection::vec(0..6_usize, 1..12)) {
        let names = ["\"Viewer, Victor\"", "\"a \"\"b\"\", c\"", "Vic", "\"Vic", "Max \"Mad", "Monitor 24\""];
        let emails: Vec<String> = (0..kinds.len()).map(|at| format!("{at}@example.com")).collect();
        let rows: Vec<Collaborator> = emails.iter().map(|email| member(email, email)).collect();
        let lines = kinds.iter().zip(&emails).map(|(kind, email)| format!("{},{email},editor\n", names[*kind]));
        let items = import(&rows, &format!("name,email,role\n{}", lines.collect::<String>()));
        prop_assert_eq!(items.len(), kinds.len());
        for ((item, kind), email) in items.iter().zip(&kinds).zip(&emails) {
            let unclear = item.shown.left_out == Some(LeftOutReason::UnclearQuotes);
            prop_assert!(item.id == *email && item.shown.left_out.is_none() || *kind > 1 && unclear && item.shown.email == *email);
        }
    }

    #[test]
    fn addresses_that_are_equal_only_after_folding_belong_to_different_people(
        letters in proptest::collection::vec((0..LETTERS.len(), 0..8_usize, 0..8_usize), 1..8)
    ) {
        let [one, other] = [0, 1].map(|which| {
            let letter = |(group, a, b): &(usize, usize, usize)| {
                let group = LETTERS[*group];
                group[[*a, *b][which] % group.len()]
            };
            letters.iter().map(letter).collect::<String>() + "@example.com"
        });
        prop_assert_eq!(fold(&one), fold(&other));
        let text = format!("email,role\n{one},editor");
        let rows = [member("one", &one), member("other", &other)];
        if address_key(&one) == address_key(&other) {
            prop_assert_eq!(outcomes(&rows, &text), owned(&[(2, Err(LeftOutReason::AmbiguousEmail))]));
            let rows = [invitation("one", &one), member("other", &other)];
            prop_assert_eq!(outcomes(&rows, &text), owned(&[(2, Ok("other"))]));
        } else {
            prop_assert_eq!(outcomes(&rows, &text), owned(&[(2, Ok("one"))]));
            prop_assert_eq!(outcomes(&rows[1..], &text), owned(&[(2, Err(LeftOutReason::UnknownEmail))]));
            let both = format!("{text}\n{other},viewer");
            prop_assert_eq!(outcomes(&rows, &both), owned(&[(2, Ok("one")), (3, Ok("other"))]));
        }
    }
}

/// Groups of letters with the same folded text.
const LETTERS: [&[&str]; 8] = [
    &["e", "E", "é", "É", "e\u{301}", "è", "ｅ"],
    &["o", "ø", "Ø", "ö", "O", "ó"],
    &["ss", "ß", "ẞ", "SS", "śs"],
    &["i", "I", "ı", "İ", "í"],
    &["fi", "ﬁ", "FI"],
    &["l", "ł", "Ł", "ｌ"],
    &["k", "K", "\u{212a}"],
    &["σ", "ς", "Σ"],
];
