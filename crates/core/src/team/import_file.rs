//! Reads the files that can be imported: lists of email addresses and roles, and exported histories. They may have any
//! encoding and separator of a spreadsheet. `import` and `import_history` plan their lines.
//!
//! Every line of a file that is not empty is returned, except the names of the columns (`import_header`) and a first line
//! `sep=`. A line above the names, such as a title, is returned with its first text and without a role. So it plans
//! nothing, and is left out as incomplete.

use std::borrow::Cow;

use lapel_domain::{Timestamp, address_in_cell, address_key, trim_invisible};

use super::file_encoding::decode;
use super::file_words::word_key;
use super::formulas::unescaped;
use super::history::outcome_name;
use super::import_header::{Columns, Content, Header, Names, separator};
use super::list_records::{Record, records};
use crate::kernel::error_reasons::ListProblem;
use crate::views::{ChangeKind, HistoryOutcome};

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
    /// None if it is not a kind of change.
    pub(super) kind: Option<ChangeKind>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) organization: String,
    /// None if it is not an outcome.
    pub(super) outcome: Option<HistoryOutcome>,
    /// In milliseconds since 1970; none if the line is a change and its time cannot be read.
    pub(super) at: Option<i64>,
}

/// Reads a file. The columns are found by their names, or else by the first cell that looks like an email address;
/// they are separated by commas, semicolons, tabs, or what a first line `sep=` says.
pub(super) fn read_list(bytes: &[u8]) -> Result<List, ListProblem> {
    if bytes.len() > MAX_BYTES {
        return Err(ListProblem::TooLarge);
    }
    let text = with_line_ends(decode(bytes)?);
    let filled_lines = || text.split(['\r', '\n']).filter(|line| !trim_invisible(line).is_empty());
    let declaration = separator_declaration(filled_lines().next().ok_or(ListProblem::Empty)?);
    let skipped = usize::from(declaration.is_some());
    let separator = separator(filled_lines().skip(skipped), declaration.flatten());
    let records = records(&text, separator).filter(|record| !record.is_blank());
    let mut records: Vec<Record<'_>> = records.skip(skipped).collect();
    let Header { columns, names } = Header::find(&records, separator)?;
    let (mut above, mut lines) = (Vec::new(), Vec::new());
    if let Some((at, names)) = names {
        let header = records.remove(at);
        above.extend(records.drain(..at).flat_map(|record| columns.lines_above(&record, separator)));
        // A quotation mark that was never closed may have made lines of the list part of the names.
        if names == Names::OnFirstLine || header.lines(separator).skip(1).any(|line| line.text.contains('@')) {
            lines.extend(header.lines(separator).skip(1).map(Record::into_unclear));
        }
    }
    lines.extend(records.into_iter().flat_map(|record| columns.lines(record, separator)));
    if lines.is_empty() {
        return Err(ListProblem::Empty);
    }
    above.extend(lines);
    Ok(columns.list(&above))
}

impl Columns {
    /// The lines of a record, usually one. If the record contains several lines, and one of them has another address
    /// than the whole record, its quotation marks are ambiguous, and each line is returned as unclear.
    fn lines<'a>(self, record: Record<'a>, separator: char) -> Vec<Record<'a>> {
        if !record.has_line_break() {
            return vec![record];
        }
        let key = address_key(email(&record, self.email));
        let is_other_address =
            |cell: &str| cell.contains('@') && address_key(address_in_cell(cell.trim_matches(['"', ' ']))) != key;
        let has_other_address = |line: &Record<'_>| {
            let unquoted = line.text.split(separator).nth(self.email);
            is_other_address(line.cell(self.email)) || unquoted.is_some_and(is_other_address)
        };
        if record.lines(separator).any(|line| has_other_address(&line)) {
            return record.lines(separator).map(Record::into_unclear).collect();
        }
        vec![record]
    }

    /// The lines of a record above the names of the columns, each with only its first text, in place of the address.
    fn lines_above<'a>(self, record: &Record<'a>, separator: char) -> impl Iterator<Item = Record<'a>> + use<'a> {
        record.lines(separator).map(move |line| {
            let text = line.cells.iter().find(|cell| !trim_invisible(cell).is_empty()).cloned();
            let mut cells = vec![String::new(); self.email];
            cells.extend(text);
            Record { cells, unclear: false, ..line }
        })
    }

    fn list(self, lines: &[Record<'_>]) -> List {
        let text = |line, at| cell(line, at).to_owned();
        match self.content {
            Content::Roles { role } => List::Roles(
                lines
                    .iter()
                    .map(|line| Line {
                        number: line.number,
                        email: email(line, self.email).to_owned(),
                        role: text(line, role),
                        unclear: line.unclear,
                    })
                    .collect(),
            ),
            Content::Changes { kind, from, to, organization, outcome, when } => List::Changes(
                lines
                    .iter()
                    .map(|line| {
                        let (kind, outcome) = (parse_kind(cell(line, kind)), parse_outcome(cell(line, outcome)));
                        // The time of a line that is no change must not prevent that the others are sorted.
                        let any_time = (kind.is_none() || outcome.is_none()).then_some(0);
                        ChangeLine {
                            number: line.number,
                            unclear: line.unclear,
                            email: email(line, self.email).to_owned(),
                            kind,
                            from: text(line, from),
                            to: text(line, to),
                            organization: text(line, organization),
                            outcome,
                            at: Timestamp::new(cell(line, when)).millis().or(any_time),
                        }
                    })
                    .collect(),
            ),
        }
    }
}

/// A cell as the export got it, without invisible characters at its ends.
fn cell<'a>(record: &'a Record<'_>, at: usize) -> &'a str {
    trim_invisible(unescaped(record.cell(at)))
}

/// The email address in a cell.
fn email<'a>(record: &'a Record<'_>, at: usize) -> &'a str {
    address_in_cell(cell(record, at))
}

fn parse_kind(cell: &str) -> Option<ChangeKind> {
    match word_key(cell).as_str() {
        "team" => Some(ChangeKind::Team),
        "user" => Some(ChangeKind::User),
        "tags" => Some(ChangeKind::Tags),
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
