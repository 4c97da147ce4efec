//! The history of role changes made from this computer. It is only for display; no other feature depends on it.

use lapel_domain::{RoleKind, fold, search_words};
use rusqlite::{Connection, Row, params};

use crate::{AccountId, Store, StoreError};

/// A role change that was made or attempted from this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Id of the organization.
    pub organization: String,
    /// Id of the changed team row.
    pub collaborator: String,
    /// Name of the collaborator at that time. Changes that an earlier version has recorded also have the email address
    /// here.
    pub name: String,
    /// Email address of the collaborator at that time; empty for changes that an earlier version has recorded.
    pub email: String,
    /// Whether the team role or the user role changed.
    pub kind: RoleKind,
    /// The old role, as spelled in the API.
    pub old: String,
    /// The requested role, as spelled in the API.
    pub new: String,
    /// The outcome, in the caller's own format.
    pub outcome: String,
    /// Id of the batch that the change was part of.
    pub batch: Option<String>,
}

/// The name of a kind in the database.
pub(crate) fn kind_name(kind: RoleKind) -> &'static str {
    match kind {
        RoleKind::Team => "team",
        RoleKind::User => "user",
    }
}

/// `None` if a newer version stored a kind that this version does not know.
pub(crate) fn parse_kind(name: &str) -> Option<RoleKind> {
    match name {
        "team" => Some(RoleKind::Team),
        "user" => Some(RoleKind::User),
        _ => None,
    }
}

/// Adds a change to the history, and returns its number.
pub(crate) fn insert_role_change(
    connection: &Connection,
    account: AccountId,
    change: &RoleChange,
) -> Result<i64, StoreError> {
    let RoleChange { at, organization, collaborator, name, email, kind, old, new, outcome, batch } = change;
    let sql =
        "INSERT INTO role_change (account, at, organization, collaborator, name, kind, old, new, outcome, batch, email)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let kind = kind_name(*kind);
    let values = params![account.0, at, organization, collaborator, name, kind, old, new, outcome, batch, email];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(connection.last_insert_rowid())
}

/// `None` if a newer version stored a kind that this version does not know.
fn role_change_from_row(row: &Row<'_>) -> rusqlite::Result<Option<RoleChange>> {
    let Some(kind) = parse_kind(row.get_ref(4)?.as_str()?) else { return Ok(None) };
    Ok(Some(RoleChange {
        at: row.get(0)?,
        organization: row.get(1)?,
        collaborator: row.get(2)?,
        name: row.get(3)?,
        kind,
        old: row.get(5)?,
        new: row.get(6)?,
        outcome: row.get(7)?,
        batch: row.get(8)?,
        email: row.get(9)?,
    }))
}

impl Store {
    /// Stores a role change, and returns its number for [`Store::record_role_change_outcome`].
    pub fn record_role_change(&self, account: AccountId, change: &RoleChange) -> Result<i64, StoreError> {
        insert_role_change(&self.connection(), account, change)
    }

    /// Stores the outcome of a change.
    pub fn record_role_change_outcome(&self, number: i64, outcome: &str) -> Result<(), StoreError> {
        self.connection().execute("UPDATE role_change SET outcome = ?2 WHERE id = ?1", params![number, outcome])?;
        Ok(())
    }

    /// The changes whose name, email address or one of whose roles contains all words of `text`, newest first. A text without words
    /// matches all changes; `organization: None` means all organizations.
    pub fn role_history(
        &self,
        account: AccountId,
        organization: Option<&str>,
        text: &str,
    ) -> Result<Vec<RoleChange>, StoreError> {
        let sql = "SELECT at, organization, collaborator, name, kind, old, new, outcome, batch, email FROM role_change
                   WHERE account = ?1 AND (?2 IS NULL OR organization = ?2) ORDER BY id DESC";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![account.0, organization], role_change_from_row)?;
        let words = search_words(text);
        let contains_all = |text: &String| {
            let folded = fold(text);
            words.iter().all(|word| folded.contains(word))
        };
        let is_match = |change: &RoleChange| {
            words.is_empty() || [&change.name, &change.email, &change.old, &change.new].into_iter().any(contains_all)
        };
        let changes = rows.filter_map(Result::transpose);
        let found = changes.filter(|change| change.as_ref().map_or(true, is_match));
        Ok(found.collect::<Result<_, _>>()?)
    }
}
