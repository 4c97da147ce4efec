//! Lists as files: email addresses and roles read in, teams and histories written out. CSV as in RFC 4180, in UTF-8.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lapel_domain::{address_key, fold, trim_invisible};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::list_records::{Record, records};
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
    /// Whether its quotation marks leave open where its cells end, so that nothing may follow from it.
    pub(super) unclear: bool,
}

/// Which columns hold what.
#[derive(Clone, Copy)]
struct Columns {
    email: usize,
    role: usize,
}

/// Where the first record holds the names of the columns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// In all of it, which may have lines in quoted names.
    InAllOfIt,
    /// On its first line, if a quotation mark reaches no further.
    OnItsFirstLine,
}

/// Reads email addresses and roles. Columns are found by their names, or without names by what looks like an address;
/// they are separated by commas, semicolons or tabs. Every line with something in it is answered, but for the names.
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
    let separator = separator(&text);
    let mut records: Vec<Record<'_>> = records(&text, separator).filter(|record| !record.is_blank()).collect();
    let is_filled = |record: &Record<'_>| record.cells.iter().any(|cell| !trim_invisible(cell).is_empty());
    let first = records.iter().position(is_filled).ok_or_else(|| problem("empty"))?;
    let (columns, names) = Columns::of(&records[first], separator).ok_or_else(|| problem("columns"))?;
    let mut lines = Vec::new();
    if let Some(names) = names {
        let others = || records[first].lines(separator).skip(1);
        // A mark that was never closed may have made lines of the list a part of the names.
        if names == Names::OnItsFirstLine || others().any(|line| line.text.contains('@')) {
            lines.extend(others().map(|line| columns.unclear(&line)));
        }
        records.remove(first);
    }
    lines.extend(records.iter().flat_map(|record| columns.lines(record, separator)));
    if lines.is_empty() { Err(problem("empty")) } else { Ok(lines) }
}

impl Columns {
    /// The columns by the first record, and where it names them; none where they cannot be told.
    fn of(first: &Record<'_>, separator: u8) -> Option<(Self, Option<Names>)> {
        let column = |record: &Record<'_>, names: &[&str]| {
            record.cells.iter().position(|cell| names.contains(&fold(trim_invisible(cell)).as_str()))
        };
        let named = |record: &Record<'_>| (column(record, EMAIL_NAMES), column(record, ROLE_NAMES));
        let alone = first.lines(separator).next().map_or((None, None), |line| named(&line));
        match (named(first), alone) {
            ((Some(email), Some(role)), _) => Some((Self { email, role }, Some(Names::InAllOfIt))),
            (_, (Some(email), Some(role))) => Some((Self { email, role }, Some(Names::OnItsFirstLine))),
            ((None, None), (None, None)) => {
                let email = first.cells.iter().position(|cell| cell.contains('@') && !cell.contains(['\r', '\n']))?;
                Some((Self { email, role: usize::from(email == 0) }, None))
            }
            _ => None,
        }
    }

    fn line(self, record: &Record<'_>) -> Line {
        let cell = |at| plain(trim_invisible(record.cell(at))).to_owned();
        let (email, role) = (cell(self.email), cell(self.role));
        Line { number: record.number, email, role, unclear: record.unclear }
    }

    fn unclear(self, record: &Record<'_>) -> Line {
        Line { unclear: true, ..self.line(record) }
    }

    /// What a record says: mostly one line. Where it holds several, and one of them by itself names somebody whom the whole
    /// does not, nobody knows which of its quotation marks are meant as such.
    fn lines(self, record: &Record<'_>, separator: u8) -> Vec<Line> {
        let whole = self.line(record);
        if !record.has_lines() {
            return vec![whole];
        }
        let key = address_key(&whole.email);
        let another = |cell: &str| cell.contains('@') && address_key(cell.trim_matches(['"', ' '])) != key;
        let names_another = |line: &Record<'_>| {
            let unquoted = line.text.split(char::from(separator)).nth(self.email);
            another(line.cell(self.email)) || unquoted.is_some_and(another)
        };
        if record.lines(separator).any(|line| names_another(&line)) {
            return record.lines(separator).map(|line| self.unclear(&line)).collect();
        }
        vec![whole]
    }
}

/// What separates the columns: whatever parts the first line into the most cells.
fn separator(text: &str) -> u8 {
    let first = text.split(['\r', '\n']).find(|line| !trim_invisible(line).is_empty()).unwrap_or_default();
    let cells = |separator: &u8| records(first, *separator).map(|record| record.cells.len()).sum::<usize>();
    // Of equal counts the last one is taken.
    [b'\t', b';', b','].into_iter().max_by_key(cells).unwrap_or(b',')
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
            let places = team.roster.find(query).rows.clone();
            for &at in places.iter() {
                let row = &team.roster.entries()[at as usize].row;
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
