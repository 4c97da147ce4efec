//! The history of role changes made from this computer. It is only for display; no other feature depends on it.

use lapel_domain::{RoleKind, fold};
use rusqlite::{Row, params};

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

fn kind_name(kind: RoleKind) -> &'static str {
    match kind {
        RoleKind::Team => "team",
        RoleKind::User => "user",
    }
}

/// `None` if a newer version stored a kind that this version does not know.
fn role_change_from_row(row: &Row<'_>) -> rusqlite::Result<Option<RoleChange>> {
    let kind = match row.get_ref(4)?.as_str()? {
        "team" => RoleKind::Team,
        "user" => RoleKind::User,
        _ => return Ok(None),
    };
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
        let RoleChange { at, organization, collaborator, name, email, kind, old, new, outcome, batch } = change;
        let search = fold(&[name.as_str(), email, old, new].join("\n"));
        let sql = "INSERT INTO role_change (account, at, organization, collaborator, name, kind, old, new, outcome, batch, search, email)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        let kind = kind_name(*kind);
        let values =
            params![account.0, at, organization, collaborator, name, kind, old, new, outcome, batch, search, email];
        let connection = self.connection();
        connection.prepare_cached(sql)?.execute(values)?;
        Ok(connection.last_insert_rowid())
    }

    /// Stores the outcome of a change.
    pub fn record_role_change_outcome(&self, number: i64, outcome: &str) -> Result<(), StoreError> {
        self.connection().execute("UPDATE role_change SET outcome = ?2 WHERE id = ?1", params![number, outcome])?;
        Ok(())
    }

    /// The changes whose name, email address or roles contain `text`, newest first. An empty text matches all changes;
    /// `organization: None` means all organizations. The search ignores case and accents.
    pub fn role_history(
        &self,
        account: AccountId,
        organization: Option<&str>,
        text: &str,
    ) -> Result<Vec<RoleChange>, StoreError> {
        let sql = "SELECT at, organization, collaborator, name, kind, old, new, outcome, batch, email FROM role_change
                   WHERE account = ?1 AND (?2 IS NULL OR organization = ?2) AND instr(search, ?3) > 0 ORDER BY id DESC";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![account.0, organization, fold(text.trim())], role_change_from_row)?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }
}
