//! Reads a file of email addresses and roles: CSV as in RFC 4180, in UTF-8. `import` plans its lines.

use lapel_domain::{address_key, fold, trim_invisible};

use super::formulas::unescaped;
use super::list_records::{Record, records};
use crate::kernel::error_reasons::ListProblem;

/// The maximum size of the file, in bytes.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Accepted names of the columns, folded.
const EMAIL_NAMES: &[&str] = &["email", "e-mail", "mail", "correo", "correo electronico"];
const ROLE_NAMES: &[&str] = &["role", "team role", "teamrole", "team_role", "rol", "rol de equipo"];

/// A line of a list.
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

/// The positions of the columns.
#[derive(Clone, Copy)]
struct Columns {
    email: usize,
    role: usize,
}

/// Where the names of the columns are. They are never part of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// In the first record, which may contain line breaks in quoted names.
    InFirstRecord,
    /// On the first line, when quoted cells may not extend beyond it.
    OnFirstLine,
}

/// Reads email addresses and roles. The columns are found by their names, or else by the first cell that looks like
/// an email address; they are separated by commas, semicolons or tabs. Every line that is not blank is returned,
/// except the names.
pub(super) fn read_list(bytes: &[u8]) -> Result<Vec<Line>, ListProblem> {
    if bytes.len() > MAX_BYTES {
        return Err(ListProblem::TooLarge);
    }
    // A file with a zero byte is UTF-16 or not a text.
    if bytes.contains(&0) {
        return Err(ListProblem::NotText);
    }
    // Most email addresses and all roles are ASCII, so other encodings can usually be read as well.
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let separator = separator(&text);
    let mut records: Vec<Record<'_>> = records(&text, separator).filter(|record| !record.is_blank()).collect();
    let is_filled = |record: &Record<'_>| record.cells.iter().any(|cell| !trim_invisible(cell).is_empty());
    let first = records.iter().position(is_filled).ok_or(ListProblem::Empty)?;
    let (columns, names) = Columns::detect(&records[first], separator).ok_or(ListProblem::Columns)?;
    let mut lines = Vec::new();
    if let Some(names) = names {
        let others = || records[first].lines(separator).skip(1);
        // A quotation mark that was never closed may have made lines of the list part of the names.
        if names == Names::OnFirstLine || others().any(|line| line.text.contains('@')) {
            lines.extend(others().map(|line| columns.unclear(&line)));
        }
        records.remove(first);
    }
    lines.extend(records.iter().flat_map(|record| columns.lines(record, separator)));
    if lines.is_empty() { Err(ListProblem::Empty) } else { Ok(lines) }
}

impl Columns {
    /// Finds the columns, and the place of their names, in the first record; none if the columns are ambiguous.
    fn detect(first: &Record<'_>, separator: u8) -> Option<(Self, Option<Names>)> {
        let column = |record: &Record<'_>, names: &[&str]| {
            record.cells.iter().position(|cell| names.contains(&fold(trim_invisible(cell)).as_str()))
        };
        let named = |record: &Record<'_>| (column(record, EMAIL_NAMES), column(record, ROLE_NAMES));
        let first_line = first.lines(separator).next().map_or((None, None), |line| named(&line));
        match (named(first), first_line) {
            ((Some(email), Some(role)), _) => Some((Self { email, role }, Some(Names::InFirstRecord))),
            (_, (Some(email), Some(role))) => Some((Self { email, role }, Some(Names::OnFirstLine))),
            ((None, None), (None, None)) => {
                let email = first.cells.iter().position(|cell| cell.contains('@') && !cell.contains(['\r', '\n']))?;
                Some((Self { email, role: usize::from(email == 0) }, None))
            }
            _ => None,
        }
    }

    fn line(self, record: &Record<'_>) -> Line {
        let cell = |at| unescaped(trim_invisible(record.cell(at))).to_owned();
        let (email, role) = (cell(self.email), cell(self.role));
        Line { number: record.number, email, role, unclear: record.unclear }
    }

    fn unclear(self, record: &Record<'_>) -> Line {
        Line { unclear: true, ..self.line(record) }
    }

    /// The lines of a record, usually one. If the record contains several lines, and one of them has another address
    /// than the whole record, its quotation marks are ambiguous, and each line is returned as unclear.
    fn lines(self, record: &Record<'_>, separator: u8) -> Vec<Line> {
        let whole = self.line(record);
        if !record.has_line_break() {
            return vec![whole];
        }
        let key = address_key(&whole.email);
        let is_other_address = |cell: &str| cell.contains('@') && address_key(cell.trim_matches(['"', ' '])) != key;
        let has_other_address = |line: &Record<'_>| {
            let unquoted = line.text.split(char::from(separator)).nth(self.email);
            is_other_address(line.cell(self.email)) || unquoted.is_some_and(is_other_address)
        };
        if record.lines(separator).any(|line| has_other_address(&line)) {
            return record.lines(separator).map(|line| self.unclear(&line)).collect();
        }
        vec![whole]
    }
}

/// The separator of the columns: the one that splits the first line into the largest number of cells.
fn separator(text: &str) -> u8 {
    let first = text.split(['\r', '\n']).find(|line| !trim_invisible(line).is_empty()).unwrap_or_default();
    let cells = |separator: &u8| records(first, *separator).map(|record| record.cells.len()).sum::<usize>();
    // If counts are equal, `max_by_key` returns the last separator.
    [b'\t', b';', b','].into_iter().max_by_key(cells).unwrap_or(b',')
}
