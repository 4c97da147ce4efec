//! Tests that each line plans the row with its address, and that no line is lost, with random files and addresses.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_domain::{Collaborator, fold, trim_invisible};
use proptest::prelude::*;

use super::super::import_file::{List, read_list};
use super::tests::{import, invitation, member, outcomes, owned, plan_bytes};
use super::*;

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
        let Ok(_) = read_list(text.as_bytes()) else {
            // There are no lines after the column names.
            prop_assert!(lines_of(&text).iter().skip(1).all(|(_, line)| trim_invisible(line).is_empty()), "{text:?}");
            return Ok(());
        };
        let rows = team();
        let items = plan_bytes(&rows, text.as_bytes());
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
    fn the_encoding_and_a_declared_separator_do_not_change_what_is_read((separator, text) in file()) {
        let Ok(_) = read_list(text.as_bytes()) else { return Ok(()) };
        let rows = team();
        let answers = |bytes: &[u8], skipped: usize| -> Vec<_> {
            let items = plan_bytes(&rows, bytes).into_iter();
            items.map(|item| (item.shown.line.unwrap() - skipped, item.id, item.shown.left_out)).collect()
        };
        let expected = answers(text.as_bytes(), 0);
        let utf_16 = |mark: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        for mark in ["\u{feff}", ""] {
            prop_assert_eq!(&answers(format!("{mark}{text}").as_bytes(), 0), &expected);
            prop_assert_eq!(&answers(&utf_16(mark, u16::to_le_bytes), 0), &expected);
            prop_assert_eq!(&answers(&utf_16(mark, u16::to_be_bytes), 0), &expected);
            prop_assert_eq!(&answers(format!("{mark}sep={separator}\r\n{text}").as_bytes(), 1), &expected);
        }
        let (windows_1252, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(&text);
        if !is_lossy {
            prop_assert_eq!(&answers(&windows_1252, 0), &expected);
        }
    }

    #[test]
    fn without_quotation_marks_every_line_has_its_own_item((_, text) in file()) {
        let text = text.replace('"', "");
        let Ok(List::Roles(read)) = read_list(text.as_bytes()) else { return Ok(()) };
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
            let invited = [member("one", &one), invitation("other", &other)];
            prop_assert_eq!(outcomes(&invited, &text), owned(&[(2, Ok("one"))]));
            prop_assert_eq!(outcomes(&invited, &format!("email,role\n{other},editor")), owned(&[(2, Ok("other"))]));
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
