//! Reads the files that can be imported: lists of email addresses and roles, and exported histories. They may have any
//! encoding and separator of a spreadsheet. `import` and `import_history` plan their lines.

use std::borrow::Cow;

use lapel_domain::{Timestamp, address_key, trim_invisible};

use super::file_encoding::decode;
use super::file_words::{column, email_column, role_column, word_key};
use super::formulas::unescaped;
use super::history::outcome_name;
use super::list_records::{Record, records};
use crate::kernel::error_reasons::ListProblem;
use crate::views::{HistoryOutcome, RoleKind};

/// The maximum size of the file, in bytes.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The content of a file.
pub(super) enum List {
    /// Email addresses and roles.
    Roles(Vec<Line>),
    /// Role changes, as in the export of the history.
    Changes(Vec<ChangeLine>),
}

/// A line of a list of roles.
pub(super) struct Line {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// Empty if the line has none.
    pub(super) email: String,
    /// As written in the file; empty if the line has none.
    pub(super) role: String,
    /// Whether its quotation marks can be read in two ways. Then the line must not plan anything.
    pub(super) unclear: bool,
}

/// A line of a history.
pub(super) struct ChangeLine {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    pub(super) unclear: bool,
    pub(super) email: String,
    /// None if it is not a kind of role.
    pub(super) kind: Option<RoleKind>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) organization: String,
    /// None if it is not an outcome.
    pub(super) outcome: Option<HistoryOutcome>,
    /// In milliseconds since 1970; none if it cannot be read.
    pub(super) at: Option<i64>,
}

/// The positions of the columns.
#[derive(Clone, Copy)]
struct Columns {
    email: usize,
    content: Content,
}

/// What a file lists.
#[derive(Clone, Copy)]
enum Content {
    Roles { role: usize },
    Changes { kind: usize, from: usize, to: usize, organization: usize, outcome: usize, when: usize },
}

/// Where the names of the columns are. They are never part of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// In the first record, which may contain line breaks in quoted names.
    InFirstRecord,
    /// On the first line, when quoted cells may not extend beyond it.
    OnFirstLine,
}

/// Reads a file. The columns are found by their names, or else by the first cell that looks like an email address;
/// they are separated by commas, semicolons, tabs, or what a first line `sep=` says. Every line that is not blank is
/// returned, except that line and the names.
pub(super) fn read_list(bytes: &[u8]) -> Result<List, ListProblem> {
    if bytes.len() > MAX_BYTES {
        return Err(ListProblem::TooLarge);
    }
    let text = with_line_ends(decode(bytes)?);
    let mut filled_lines = text.split(['\r', '\n']).filter(|line| !trim_invisible(line).is_empty());
    let first_line = filled_lines.next().ok_or(ListProblem::Empty)?;
    let declaration = separator_declaration(first_line);
    let first_line = if declaration.is_some() { filled_lines.next().unwrap_or_default() } else { first_line };
    let separator = separator(first_line, declaration.flatten());
    let records = records(&text, separator).filter(|record| !record.is_blank());
    let mut records: Vec<Record<'_>> = records.skip(usize::from(declaration.is_some())).collect();
    let is_filled = |record: &Record<'_>| record.cells.iter().any(|cell| !trim_invisible(cell).is_empty());
    let first = records.iter().position(is_filled).ok_or(ListProblem::Empty)?;
    let (columns, names) = Columns::detect(&records[first], separator).ok_or(ListProblem::Columns)?;
    let mut lines = Vec::new();
    if let Some(names) = names {
        let first = records.remove(first);
        // A quotation mark that was never closed may have made lines of the list part of the names.
        if names == Names::OnFirstLine || first.lines(separator).skip(1).any(|line| line.text.contains('@')) {
            lines.extend(first.lines(separator).skip(1).map(Record::into_unclear));
        }
    }
    lines.extend(records.into_iter().flat_map(|record| columns.lines(record, separator)));
    if lines.is_empty() { Err(ListProblem::Empty) } else { Ok(columns.list(&lines)) }
}

impl Columns {
    /// Finds the columns, and the place of their names, in the first record; none if the columns are ambiguous.
    fn detect(first: &Record<'_>, separator: char) -> Option<(Self, Option<Names>)> {
        let first_line = first.lines(separator).next().map_or((None, None), |line| named(&line.cells));
        match (named(&first.cells), first_line) {
            ((Some(email), Some(content)), _) => Some((Self { email, content }, Some(Names::InFirstRecord))),
            (_, (Some(email), Some(content))) => Some((Self { email, content }, Some(Names::OnFirstLine))),
            ((None, None), (None, None)) => {
                let email = first.cells.iter().position(|cell| cell.contains('@') && !cell.contains(['\r', '\n']))?;
                Some((Self { email, content: Content::Roles { role: usize::from(email == 0) } }, None))
            }
            _ => None,
        }
    }

    /// The lines of a record, usually one. If the record contains several lines, and one of them has another address
    /// than the whole record, its quotation marks are ambiguous, and each line is returned as unclear.
    fn lines<'a>(self, record: Record<'a>, separator: char) -> Vec<Record<'a>> {
        if !record.has_line_break() {
            return vec![record];
        }
        let key = address_key(cell(&record, self.email));
        let is_other_address = |cell: &str| cell.contains('@') && address_key(cell.trim_matches(['"', ' '])) != key;
        let has_other_address = |line: &Record<'_>| {
            let unquoted = line.text.split(separator).nth(self.email);
            is_other_address(line.cell(self.email)) || unquoted.is_some_and(is_other_address)
        };
        if record.lines(separator).any(|line| has_other_address(&line)) {
            return record.lines(separator).map(Record::into_unclear).collect();
        }
        vec![record]
    }

    fn list(self, lines: &[Record<'_>]) -> List {
        let text = |line, at| cell(line, at).to_owned();
        match self.content {
            Content::Roles { role } => List::Roles(
                lines
                    .iter()
                    .map(|line| Line {
                        number: line.number,
                        email: text(line, self.email),
                        role: text(line, role),
                        unclear: line.unclear,
                    })
                    .collect(),
            ),
            Content::Changes { kind, from, to, organization, outcome, when } => List::Changes(
                lines
                    .iter()
                    .map(|line| ChangeLine {
                        number: line.number,
                        unclear: line.unclear,
                        email: text(line, self.email),
                        kind: parse_kind(cell(line, kind)),
                        from: text(line, from),
                        to: text(line, to),
                        organization: text(line, organization),
                        outcome: parse_outcome(cell(line, outcome)),
                        at: Timestamp::new(cell(line, when)).millis(),
                    })
                    .collect(),
            ),
        }
    }
}

/// The columns that these names have: that of the addresses, and those of the content.
fn named(names: &[String]) -> (Option<usize>, Option<Content>) {
    let changes = || {
        let [kind, from, to] = [column(names, "kind")?, column(names, "from")?, column(names, "to")?];
        let [organization, outcome] = [column(names, "organization")?, column(names, "outcome")?];
        Some(Content::Changes { kind, from, to, organization, outcome, when: column(names, "when")? })
    };
    let roles = || role_column(names).map(|role| Content::Roles { role });
    (email_column(names), changes().or_else(roles))
}

/// A cell as the export got it, without invisible characters at its ends.
fn cell<'a>(record: &'a Record<'_>, at: usize) -> &'a str {
    trim_invisible(unescaped(record.cell(at)))
}

fn parse_kind(cell: &str) -> Option<RoleKind> {
    match word_key(cell).as_str() {
        "team" => Some(RoleKind::Team),
        "user" => Some(RoleKind::User),
        _ => None,
    }
}

fn parse_outcome(cell: &str) -> Option<HistoryOutcome> {
    let all = [HistoryOutcome::Made, HistoryOutcome::Failed, HistoryOutcome::Unknown];
    all.into_iter().find(|outcome| outcome_name(*outcome) == word_key(cell))
}

/// The text with ordinary line ends. The line ends of Unicode (NEL, LS, PS) count only in a text that has no others,
/// because spreadsheets take them for characters of a cell.
fn with_line_ends(text: Cow<'_, str>) -> Cow<'_, str> {
    const UNICODE: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
    let replaces = !text.contains(['\r', '\n']) && text.contains(UNICODE);
    if replaces { text.replace(UNICODE, "\n").into() } else { text }
}

/// Whether a line is `sep=;`, with which Excel accepts any separator, and that separator. It is unknown if a program
/// that does not know such lines has added other cells.
fn separator_declaration(line: &str) -> Option<Option<char>> {
    let line = line.trim_start_matches(['\u{feff}', ' ', '"']);
    let (_, rest) = line.split_at_checked(4).filter(|(name, _)| name.eq_ignore_ascii_case("sep="))?;
    let mut letters = rest.trim_end_matches('"').chars();
    let separator = letters.next();
    Some(separator.filter(|_| letters.as_str().is_empty()))
}

/// The separator of the columns, by the first line of the list: one that yields the names of the columns, then the
/// declared one, then the one that yields the most cells.
fn separator(line: &str, declared: Option<char>) -> char {
    let suitability = |separator: &char| {
        let cells: Vec<String> = records(line, *separator).flat_map(|record| record.cells).collect();
        let has_names = matches!(named(&cells), (Some(_), Some(_)));
        (has_names, Some(*separator) == declared, cells.len())
    };
    // If several suit equally well, `max_by_key` returns the last one.
    ['\t', ';', ','].into_iter().chain(declared).max_by_key(suitability).unwrap_or(',')
}
