//! Exports as CSV files: the rows of the team, and the history of role changes. A file opens correctly in a spreadsheet
//! without questions: it begins with a byte order mark, without which Excel does not read UTF-8, and its cells are
//! separated by what the spreadsheet expects. A line `sep=` would tell Excel the separator, but make it ignore the mark.

use std::error::Error;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lapel_domain::{Timestamp, fold};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::entry::Entry;
use super::formulas::escaped;
use super::history::outcome_name;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::views::{Exported, ListSeparator, RoleKind, TeamQuery};

/// How many file names are tried until one is unused.
const MAX_NAMES: u32 = 1000;

/// Marks a file as UTF-8.
const BYTE_ORDER_MARK: [u8; 3] = *b"\xef\xbb\xbf";

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
        let written = self.write_file(format!("team {name}"), move || write_team(&rows, separator)).await?;
        Ok(Exported { selected: is_selection, partial, ..written })
    }

    /// Writes the role changes that contain a text into the folder for downloads.
    pub(crate) async fn export_history(&self, search: &str, separator: ListSeparator) -> Result<Exported, Failure> {
        let rows = self.history(search).await?;
        self.write_file("role changes".to_owned(), move || {
            let mut table = Table::new(&HISTORY_COLUMNS, separator)?;
            for row in &rows {
                let kind = if row.kind == RoleKind::Team { "team" } else { "user" };
                let (when, outcome) = (date_time(row.at), outcome_name(row.outcome));
                let [from, to] = [&row.from, &row.to].map(|role| role.as_deref().unwrap_or_default());
                let change = [&row.name, &row.email, kind, from, to, &row.organization, &row.by];
                table.line(&[&[when.as_str()], &change[..], &[outcome]].concat())?;
            }
            Ok(table)
        })
        .await
    }

    /// Formats a table and writes it, on a thread that may block.
    async fn write_file(
        &self,
        name: String,
        table: impl FnOnce() -> Result<Table, Failure> + Send + 'static,
    ) -> Result<Exported, Failure> {
        let (folder, now) = (self.downloads.clone(), self.now());
        let written = tokio::task::spawn_blocking(move || {
            let table = table()?;
            let rows = table.lines;
            let bytes = table.writer.into_inner().map_err(failed)?;
            let day = date_time(now).chars().take(10).collect::<String>();
            let path = write_new_file(&folder, &file_name(&format!("lapel {name} {day}")), &bytes);
            let path = path.map_err(failed)?;
            Ok(Exported { path: path.display().to_string(), rows, selected: false, partial: false })
        });
        written.await.map_err(failed)?
    }
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
            &row.tags.join(", "),
            if row.pending { "pending" } else { "member" },
            &row.created_at.as_ref().and_then(Timestamp::millis).map(date_time).unwrap_or_default(),
        ])?;
    }
    Ok(table)
}

/// Formats a time as in RFC 3339; empty if it is outside the range of that format.
fn date_time(millis: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000);
    time.ok().and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
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
}

/// A file name that every system accepts.
fn file_name(name: &str) -> String {
    let letters = fold(name).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect::<String>();
    letters.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Writes a file under an unused name. Never overwrites an existing file.
fn write_new_file(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    for number in 1..=MAX_NAMES {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{name}{number}.csv"));
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let written = std::io::Write::write_all(&mut file, bytes).and_then(|()| file.sync_all());
                // A partial file would look complete, so it is removed.
                return written.map(|()| path.clone()).inspect_err(|_| drop(std::fs::remove_file(&path)));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn failed(error: impl Error + Send + Sync + 'static) -> Failure {
    Failure::Export(Arc::new(error))
}
