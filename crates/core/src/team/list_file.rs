//! Lists as files: email addresses and roles read in, teams and histories written out. CSV as in RFC 4180, in UTF-8.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lapel_domain::fold;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::no_team;
use super::present::name_of;
use crate::app::{App, Inner};
use crate::views::{AppError, ErrorCode, Exported, RoleKind, TeamQuery};

/// Largest file that is read, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// How often another name is tried where a file is there already.
const MOST_NAMES: u32 = 1000;

/// What the columns of a list may be called, folded.
const EMAIL_NAMES: &[&str] = &["email", "e-mail", "mail", "correo", "correo electronico"];
const ROLE_NAMES: &[&str] = &["role", "team role", "teamrole", "team_role", "rol", "rol de equipo"];

/// A line of a list.
pub(super) struct Line {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// Empty where the line has none.
    pub(super) email: String,
    /// As it is written; empty where the line has none.
    pub(super) role: String,
}

/// Reads email addresses and roles. Columns are found by their names, or without names by what looks like an address;
/// they are separated by commas, semicolons or tabs.
pub(super) fn read_list(bytes: &[u8]) -> Result<Vec<Line>, AppError> {
    let problem = |word: &str| AppError::new(ErrorCode::NotAList, format!("not a list: {word}")).problem(word);
    if bytes.len() > LARGEST {
        return Err(problem("tooLarge"));
    }
    // UTF-16 and anything that is no text at all.
    if bytes.contains(&0) {
        return Err(problem("text"));
    }
    // Addresses and roles are plain letters: what an old program wrote in another encoding is still readable there.
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let mut reader = csv::ReaderBuilder::new();
    reader.delimiter(delimiter(&text)).has_headers(false).flexible(true).trim(csv::Trim::All);
    // A quote that is never closed would swallow the lines after it; then each is what it looks like.
    reader.quoting(text.matches('"').count().is_multiple_of(2));
    let records = reader.from_reader(text.as_bytes()).into_records();
    let records: Vec<csv::StringRecord> = records.collect::<Result<_, _>>().map_err(|_| problem("text"))?;
    let filled = |record: &&csv::StringRecord| record.iter().any(|cell| !cell.is_empty());
    let mut records = records.iter().filter(filled).peekable();
    let first = records.peek().ok_or_else(|| problem("empty"))?;
    let named = |names: &[&str]| first.iter().position(|cell| names.contains(&fold(cell).as_str()));
    let columns = match (named(EMAIL_NAMES), named(ROLE_NAMES)) {
        (Some(email), Some(role)) => {
            records.next();
            Some((email, role))
        }
        (None, None) => first.iter().position(|cell| cell.contains('@')).map(|email| (email, usize::from(email == 0))),
        _ => None,
    };
    let (email, role) = columns.ok_or_else(|| problem("columns"))?;
    let mut numbers = LineNumbers { text: &text, at: 0, number: 1 };
    let line = |record: &csv::StringRecord| Line {
        number: numbers.of(record),
        email: plain(record.get(email).unwrap_or_default()).to_owned(),
        role: plain(record.get(role).unwrap_or_default()).to_owned(),
    };
    let lines: Vec<Line> = records.map(line).collect();
    if lines.is_empty() { Err(problem("empty")) } else { Ok(lines) }
}

/// Numbers of lines, counted along the file: the reader's own stop at the end of the line before.
struct LineNumbers<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

impl LineNumbers<'_> {
    fn of(&mut self, record: &csv::StringRecord) -> usize {
        let begins = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.at);
        let rest = self.text.as_bytes().iter().skip(begins);
        let begins = begins + rest.take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.text.as_bytes().get(self.at..begins).unwrap_or_default();
        self.number += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = self.at.max(begins);
        self.number
    }
}

/// What separates the columns: whatever the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: &&u8| first.bytes().filter(|byte| byte == *delimiter).count();
    // Of equal counts the last one is taken.
    *[b'\t', b';', b','].iter().max_by_key(count).unwrap_or(&b',')
}

/// A cell without the mark that keeps programs from computing it.
fn plain(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'').filter(|rest| rest.starts_with(COMPUTED));
    rest.unwrap_or(cell)
}

/// What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
const COMPUTED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that no spreadsheet computes.
fn safe(cell: &str) -> String {
    let computed = cell.trim_start_matches(' ').starts_with(COMPUTED);
    if computed { format!("'{cell}") } else { cell.to_owned() }
}

impl App {
    /// Writes the rows that a query finds into the folder for downloads.
    ///
    /// # Errors
    /// [`ErrorCode::ExportFailed`].
    pub async fn export_team(&self, query: &TeamQuery) -> Result<Exported, AppError> {
        let (name, table) = {
            let mut state = self.inner.state();
            let team = state.team.as_mut().ok_or_else(no_team)?;
            let open = team.organizations.iter().find(|one| Some(&one.id) == team.organization.as_ref());
            let name = open.map(|organization| name_of(organization).to_owned()).unwrap_or_default();
            let mut table = Table::new(&["name", "email", "role", "userRole", "sso", "tags", "state", "since"])?;
            let places = team.directory.find(query).rows.clone();
            for &at in places.iter() {
                let row = &team.directory.entries()[at as usize].row;
                table.line(&[
                    &row.display_name(),
                    &row.email,
                    row.team_role.as_str(),
                    row.user_role.as_ref().map_or("", |role| role.as_str()),
                    row.sso.map_or("", |sso| if sso { "yes" } else { "no" }),
                    &row.tags.join(", "),
                    if row.pending { "pending" } else { "member" },
                    &row.created_at.as_ref().and_then(lapel_domain::Timestamp::millis).map(moment).unwrap_or_default(),
                ])?;
            }
            (name, table)
        };
        self.inner.write_table(&format!("team {name}"), table).await
    }

    /// Writes the role changes that hold a text into the folder for downloads.
    ///
    /// # Errors
    /// [`ErrorCode::ExportFailed`].
    pub async fn export_history(&self, search: &str) -> Result<Exported, AppError> {
        let columns = ["when", "name", "kind", "from", "to", "organization", "by", "outcome"];
        let mut table = Table::new(&columns)?;
        for row in self.inner.history(search).await? {
            let kind = if row.kind == RoleKind::Team { "team" } else { "user" };
            let outcome = super::history::word(row.outcome);
            let when = moment(row.at);
            table.line(&[&when, &row.name, kind, &row.from, &row.to, &row.organization, &row.by, outcome])?;
        }
        self.inner.write_table("role changes", table).await
    }
}

/// A moment as in RFC 3339; empty where it lies outside of what that can spell.
fn moment(millis: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000);
    moment.ok().and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}

/// A table in the making.
struct Table {
    writer: csv::Writer<Vec<u8>>,
    lines: usize,
}

impl Table {
    fn new(columns: &[&str]) -> Result<Self, AppError> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(columns).map_err(|error| failed(&error))?;
        Ok(Self { writer, lines: 0 })
    }

    fn line(&mut self, cells: &[&str]) -> Result<(), AppError> {
        self.lines += 1;
        self.writer.write_record(cells.iter().map(|cell| safe(cell))).map_err(|error| failed(&error))
    }
}

impl Inner {
    async fn write_table(&self, name: &str, table: Table) -> Result<Exported, AppError> {
        let rows = table.lines;
        let bytes = table.writer.into_inner().map_err(|error| failed(&error))?;
        let day = moment(self.now()).chars().take(10).collect::<String>();
        let (folder, name) = (self.downloads.clone(), format!("lapel {name} {day}"));
        let written = tokio::task::spawn_blocking(move || write_anew(&folder, &file_name(&name), &bytes)).await;
        let path = written.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        Ok(Exported { path: path.display().to_string(), rows })
    }
}

/// A name that every system takes as one of a file.
fn file_name(name: &str) -> String {
    let letters = fold(name).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect::<String>();
    letters.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Writes a file under a name that is not taken: nothing that is there is ever written over.
fn write_anew(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    for number in 1..=MOST_NAMES {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{name}{number}.csv"));
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let written = std::io::Write::write_all(&mut file, bytes).and_then(|()| file.sync_all());
                // Half a file would look like a whole one.
                return written.map(|()| path.clone()).inspect_err(|_| drop(std::fs::remove_file(&path)));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn failed(error: &dyn std::error::Error) -> AppError {
    AppError::new(ErrorCode::ExportFailed, error.to_string())
}
