//! Finds the columns of an imported file, and the record that names them. It is the first one with both names among the
//! first ten that are not empty, because people put a title above a table. Without such a record, the list begins with
//! the first record, and its address tells the columns.

use lapel_domain::trim_invisible;

use super::file_columns::{email_column, history_column, role_column};
use super::list_records::{Record, records};
use crate::kernel::error_reasons::ListProblem;

/// Among so many records or lines that are not empty, the names of the columns are looked for.
const MAX_LINES: usize = 10;

/// The columns that only an exported history has.
const HISTORY_COLUMNS: [&str; 6] = ["kind", "from", "to", "organization", "outcome", "when"];

/// The positions of the columns.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    pub(super) email: usize,
    pub(super) content: Content,
}

/// What a file lists.
#[derive(Clone, Copy)]
pub(super) enum Content {
    Roles { role: usize },
    Changes { kind: usize, from: usize, to: usize, organization: usize, outcome: usize, when: usize },
}

/// Where the names of the columns are in their record. They are never part of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// In the whole record, which may contain line breaks in quoted names.
    InRecord,
    /// On its first line, when quoted cells may not extend beyond it.
    OnFirstLine,
}

/// The columns of a file, and the index of the record with their names, if there is one.
pub(super) struct Header {
    pub(super) columns: Columns,
    pub(super) names: Option<(usize, Names)>,
}

impl Header {
    /// Finds the columns of these records. Fails if there are none, or if they are ambiguous.
    pub(super) fn find(records: &[Record<'_>], separator: char) -> Result<Self, ListProblem> {
        let mut first = None;
        for (at, record) in records.iter().enumerate().filter(|(_, record)| is_filled(record)).take(MAX_LINES) {
            first = first.or(Some(record));
            let first_line = record.lines(separator).next();
            let in_record = named(&record.cells)?.map(|columns| (columns, Names::InRecord));
            let found = match first_line.filter(|_| in_record.is_none()) {
                Some(line) => named(&line.cells)?.map(|columns| (columns, Names::OnFirstLine)),
                None => in_record,
            };
            if let Some((columns, names)) = found {
                return Ok(Self { columns, names: Some((at, names)) });
            }
        }
        let columns = by_address(first.ok_or(ListProblem::Empty)?, separator).ok_or(ListProblem::Columns)?;
        Ok(Self { columns, names: None })
    }
}

/// The columns of a list without names; none if there is no address, or if one of the two names is missing.
fn by_address(first: &Record<'_>, separator: char) -> Option<Columns> {
    let first_line = first.lines(separator).next();
    if has_a_name(&first.cells) || first_line.is_some_and(|line| has_a_name(&line.cells)) {
        return None;
    }
    let email = first.cells.iter().position(|cell| cell.contains('@') && !cell.contains(['\r', '\n']))?;
    Some(Columns { email, content: Content::Roles { role: usize::from(email == 0) } })
}

/// The columns that these cells name; none if they do not name both. Fails if a name is ambiguous.
fn named(cells: &[String]) -> Result<Option<Columns>, ListProblem> {
    let (email, content) = (email_column(cells), content(cells));
    if email == Ok(None) || matches!(content, Ok(None)) {
        return Ok(None);
    }
    Ok(email?.zip(content?).map(|(email, content)| Columns { email, content }))
}

fn has_a_name(cells: &[String]) -> bool {
    email_column(cells) != Ok(None) || !matches!(content(cells), Ok(None))
}

fn content(cells: &[String]) -> Result<Option<Content>, ListProblem> {
    let history = HISTORY_COLUMNS.map(|name| history_column(cells, name));
    if history.contains(&Ok(None)) {
        return Ok(role_column(cells)?.map(|role| Content::Roles { role }));
    }
    let history: Option<Vec<usize>> = history.into_iter().collect::<Result<_, _>>()?;
    Ok(history.and_then(|columns| match columns[..] {
        [kind, from, to, organization, outcome, when] => {
            Some(Content::Changes { kind, from, to, organization, outcome, when })
        }
        _ => None,
    }))
}

/// The separator of the columns, by the first of these lines for which a separator yields the names of the columns, or
/// else by the first line: a separator that yields the names, then the declared one, then the one that yields the most
/// cells.
pub(super) fn separator<'a>(lines: impl Iterator<Item = &'a str>, declared: Option<char>) -> char {
    let lines: Vec<&str> = lines.take(MAX_LINES).collect();
    let separators = || ['\t', ';', ','].into_iter().chain(declared);
    let cells =
        |line: &str, separator| -> Vec<String> { records(line, separator).flat_map(|record| record.cells).collect() };
    // Ambiguous names are names as well.
    let has_names = |line: &str, separator| !matches!(named(&cells(line, separator)), Ok(None));
    let has_any_names = |line: &&&str| separators().any(|separator| has_names(line, separator));
    let line = lines.iter().find(has_any_names).or(lines.first()).copied().unwrap_or_default();
    let suitability =
        |separator: &char| (has_names(line, *separator), Some(*separator) == declared, cells(line, *separator).len());
    // If several suit equally well, `max_by_key` returns the last one.
    separators().max_by_key(suitability).unwrap_or(',')
}

/// Whether a record has a cell with visible characters.
fn is_filled(record: &Record<'_>) -> bool {
    record.cells.iter().any(|cell| !trim_invisible(cell).is_empty())
}
