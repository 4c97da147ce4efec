//! Exports as CSV files: the rows of the team, and the history of changes. A file opens correctly in a spreadsheet
//! without questions: it begins with a byte order mark, without which Excel does not read UTF-8, and its cells are
//! separated by what the spreadsheet expects. A line `sep=` would tell Excel the separator, but make it ignore the mark.
//!
//! The names of the columns and roles are the same in all languages, those of the service: people whose Lapel speaks another
//! language can import the file, and programs can read it. Only the file's own name is in the language of the interface.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use lapel_domain::Timestamp;
use lapel_roster::Entry;

use super::formulas::escaped;
use super::history::outcome_name;
use super::row_value::read_tags;
use super::service::TeamService;
use crate::kernel::downloads::date_time;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::ExportProblem;
use crate::kernel::messages::{HISTORY_TITLE, LANGUAGES, PAGE_TEAM, text_in};
use crate::views::{ChangeKind, Exported, HistoryRow, ListSeparator, TeamQuery};

/// Marks a file as UTF-8.
const BYTE_ORDER_MARK: [u8; 3] = *b"\xef\xbb\xbf";

/// Between the tags in a cell. The import does not read them.
const TAG_SEPARATOR: &str = ", ";

const TEAM_COLUMNS: [&str; 8] = ["name", "email", "role", "userRole", "sso", "tags", "state", "since"];
const HISTORY_COLUMNS: [&str; 9] = ["when", "name", "email", "kind", "from", "to", "organization", "by", "outcome"];

impl TeamService {
    /// Writes the rows that a query finds into the folder for downloads. If some of them are selected, writes only
    /// those.
    pub(crate) async fn export(&self, query: &TeamQuery, separator: ListSeparator) -> Result<Exported, Failure> {
        // Only the list of rows is taken under the lock; formatting 100,000 rows takes much longer.
        let (name, selected, found, partial) = self.team.read(|team| {
            let selected = team.roster.selected_entries(query);
            Ok((team.organization_name(), selected, team.roster.found_entries(query), team.is_partial()))
        })?;
        let is_selection = !selected.is_empty();
        let rows = if is_selection { selected } else { found };
        let written =
            self.write_file(format!("{} {name}", self.text(&PAGE_TEAM)), move || write_team(&rows, separator)).await?;
        Ok(Exported { selected: is_selection, partial, ..written })
    }

    /// Writes the role changes that contain a text into the folder for downloads.
    pub(crate) async fn export_history(&self, search: &str, separator: ListSeparator) -> Result<Exported, Failure> {
        let rows = self.history(search).await?;
        self.write_file(self.text(&HISTORY_TITLE).to_owned(), move || write_history(&rows, separator)).await
    }

    /// The file of all role changes, as [`Self::export_history`] writes it; none if there are no changes.
    pub(crate) async fn history_file(&self, separator: ListSeparator) -> Result<Option<Vec<u8>>, Failure> {
        let rows = self.history("").await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let write = move || write_history(&rows, separator)?.into_bytes().map(Some);
        tokio::task::spawn_blocking(write).await.map_err(Failure::internal)?
    }

    /// A text in the language of the interface.
    fn text(&self, texts: &[&'static str; LANGUAGES.len()]) -> &'static str {
        text_in(self.state.snapshot().interface_language.as_str(), texts)
    }

    /// Formats a table on a thread that may block, and writes it.
    async fn write_file(
        &self,
        name: String,
        table: impl FnOnce() -> Result<Table, Failure> + Send + 'static,
    ) -> Result<Exported, Failure> {
        let formatted = tokio::task::spawn_blocking(move || {
            let table = table()?;
            Ok((table.lines, table.into_bytes()?))
        });
        let formatted: Result<_, Failure> = formatted.await.map_err(Failure::internal)?;
        let (rows, bytes) = formatted?;
        let write = move |file: &mut File| Ok(file.write_all(&bytes)?);
        let (path, ()) = self.downloads.write(name, "csv", write).await?;
        Ok(Exported { path: path.display().to_string(), rows, selected: false, partial: false })
    }
}

fn write_history(rows: &[HistoryRow], separator: ListSeparator) -> Result<Table, Failure> {
    let mut table = Table::new(&HISTORY_COLUMNS, separator)?;
    for row in rows {
        let kind = match row.kind {
            ChangeKind::Team => "team",
            ChangeKind::User => "user",
            ChangeKind::Tags => "tags",
        };
        let (when, outcome) = (date_time(row.at), outcome_name(row.outcome));
        let [from, to] = [&row.from, &row.to].map(|value| {
            let value = value.as_deref().unwrap_or_default();
            if row.kind == ChangeKind::Tags { read_tags(value).join(TAG_SEPARATOR) } else { value.to_owned() }
        });
        let change = [&row.name, &row.email, kind, &from, &to, &row.organization, &row.by];
        table.line(&[&[when.as_str()], &change[..], &[outcome]].concat())?;
    }
    Ok(table)
}

fn write_team(rows: &[Arc<Entry>], separator: ListSeparator) -> Result<Table, Failure> {
    let mut table = Table::new(&TEAM_COLUMNS, separator)?;
    for entry in rows {
        let row = &entry.row;
        table.line(&[
            &row.display_name(),
            &row.email,
            row.team_role.as_str(),
            row.user_role.as_ref().map_or("", |role| role.as_str()),
            row.sso.map_or("", |sso| if sso { "yes" } else { "no" }),
            &row.tags.join(TAG_SEPARATOR),
            if row.pending { "pending" } else { "member" },
            &row.created_at.as_ref().and_then(Timestamp::millis).map(date_time).unwrap_or_default(),
        ])?;
    }
    Ok(table)
}

/// A table that is being written.
struct Table {
    writer: csv::Writer<Vec<u8>>,
    lines: usize,
}

impl Table {
    fn new(columns: &[&str], separator: ListSeparator) -> Result<Self, Failure> {
        let delimiter = match separator {
            ListSeparator::Comma => b',',
            ListSeparator::Semicolon => b';',
        };
        let mut builder = csv::WriterBuilder::new();
        builder.delimiter(delimiter).terminator(csv::Terminator::CRLF);
        let mut writer = builder.from_writer(BYTE_ORDER_MARK.to_vec());
        writer.write_record(columns).map_err(failed)?;
        Ok(Self { writer, lines: 0 })
    }

    fn line(&mut self, cells: &[&str]) -> Result<(), Failure> {
        self.lines += 1;
        self.writer.write_record(cells.iter().map(|cell| escaped(cell))).map_err(failed)
    }

    fn into_bytes(self) -> Result<Vec<u8>, Failure> {
        self.writer.into_inner().map_err(|error| ExportProblem::from(error.into_error()).into())
    }
}

fn failed(error: csv::Error) -> Failure {
    ExportProblem::from(io::Error::from(error)).into()
}
