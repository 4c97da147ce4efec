//! The history of changes of roles and tags made from this computer. No change depends on it.

use std::collections::{HashMap, HashSet};

use lapel_domain::ChangeKind;
use rusqlite::{Connection, Row, params};

use crate::{AccountId, HistorySearch, Store, StoreError};

/// A change of a role or of tags that was made or attempted from this computer.
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
    /// What was changed.
    pub kind: ChangeKind,
    /// The old role, as spelled in the API; for tags, the removed ones in the caller's own format.
    pub old: String,
    /// The requested role, as spelled in the API; for tags, the added ones in the caller's own format.
    pub new: String,
    /// The outcome, in the caller's own format.
    pub outcome: String,
    /// Id of the batch that the change was part of.
    pub batch: Option<String>,
}

/// The name of a kind in the database.
pub(crate) fn kind_name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::TeamRole => "team",
        ChangeKind::UserRole => "user",
        ChangeKind::Tags => "tags",
    }
}

/// `None` if a newer version stored a kind that this version does not know.
pub(crate) fn parse_kind(name: &str) -> Option<ChangeKind> {
    match name {
        "team" => Some(ChangeKind::TeamRole),
        "user" => Some(ChangeKind::UserRole),
        "tags" => Some(ChangeKind::Tags),
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

    /// Ids of the rows of an organization that have a change with this outcome.
    pub fn changed_rows(
        &self,
        account: AccountId,
        organization: &str,
        outcome: &str,
    ) -> Result<HashSet<String>, StoreError> {
        let sql = "SELECT DISTINCT collaborator FROM role_change
                   WHERE account = ?1 AND organization = ?2 AND outcome = ?3";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let ids = statement.query_map(params![account.0, organization, outcome], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// All changes that a search finds, newest first.
    pub fn role_history(&self, account: AccountId, search: &HistorySearch) -> Result<Vec<RoleChange>, StoreError> {
        let sql = "SELECT at, organization, collaborator, name, kind, old, new, outcome, batch, email, id
                   FROM role_change WHERE account = ?1 ORDER BY id DESC";
        let found = self.found_changes(sql, account, search)?;
        Ok(found.into_iter().map(|(_, change)| change).collect())
    }

    /// The changes that a search finds and that belong to no stored batch, with their numbers, newest first. Batches of
    /// early versions were not stored.
    pub fn single_role_changes(
        &self,
        account: AccountId,
        search: &HistorySearch,
    ) -> Result<Vec<(i64, RoleChange)>, StoreError> {
        let sql = "SELECT at, organization, collaborator, name, kind, old, new, outcome, batch, email, id
                   FROM role_change
                   WHERE account = ?1 AND (batch IS NULL OR batch NOT IN (SELECT id FROM role_batch))
                   ORDER BY id DESC";
        self.found_changes(sql, account, search)
    }

    fn found_changes(
        &self,
        sql: &str,
        account: AccountId,
        search: &HistorySearch,
    ) -> Result<Vec<(i64, RoleChange)>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([account.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(change) = role_change_from_row(row)? else { continue };
            let RoleChange { organization, name, email, old, new, .. } = &change;
            if search.finds_organization(organization) || search.finds_text([name, email, old, new]) {
                found.push((row.get(10)?, change));
            }
        }
        Ok(found)
    }

    /// Those of the numbered changes after which no later one was made, or perhaps made, to the same role of the same
    /// row. A later change that failed does not count.
    pub fn last_role_changes(
        &self,
        account: AccountId,
        changes: Vec<(i64, RoleChange)>,
    ) -> Result<HashSet<i64>, StoreError> {
        let Some(oldest) = changes.iter().map(|(number, _)| *number).min() else { return Ok(HashSet::new()) };
        // One pass over the later changes: the history has no index of the rows, and the latest changes are shown first.
        let sql = "SELECT id, collaborator, kind FROM role_change
                   WHERE account = ?1 AND id >= ?2 AND outcome <> 'failed' ORDER BY id";
        // By row and kind.
        let mut last: HashMap<&str, HashMap<&str, i64>> = HashMap::new();
        for (number, change) in &changes {
            last.entry(&change.collaborator).or_default().insert(kind_name(change.kind), *number);
        }
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let mut later = statement.query(params![account.0, oldest])?;
        while let Some(row) = later.next()? {
            let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
            let (collaborator, kind) = (text(1)?, text(2)?);
            if let Some(number) = last.get_mut(collaborator).and_then(|kinds| kinds.get_mut(kind)) {
                *number = row.get(0)?;
            }
        }
        let is_last = |(number, change): &&(i64, RoleChange)| {
            let kinds = last.get(change.collaborator.as_str());
            kinds.and_then(|kinds| kinds.get(kind_name(change.kind))) == Some(number)
        };
        Ok(changes.iter().filter(is_last).map(|(number, _)| *number).collect())
    }
}
