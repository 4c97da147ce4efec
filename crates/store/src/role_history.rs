//! The history of the role changes that were made from this computer. It is a record: nothing is decided by it.

use lapel_domain::{RoleKind, fold};
use rusqlite::{Row, params};

use crate::{AccountId, Store, StoreError};

/// A change of a role, made or tried from this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Id of the organization.
    pub organization: String,
    /// Id of the row that was changed.
    pub collaborator: String,
    /// The name that the row had.
    pub name: String,
    /// Which role.
    pub kind: RoleKind,
    /// The role before, as the wire spells it.
    pub old: String,
    /// The role that was asked for, as the wire spells it.
    pub new: String,
    /// What became of it, in a word of the caller's.
    pub outcome: String,
    /// Id of the batch that it was part of.
    pub batch: Option<String>,
}

fn spelling(kind: RoleKind) -> &'static str {
    match kind {
        RoleKind::Team => "team",
        RoleKind::User => "user",
    }
}

/// A row; none where a later version noted a kind that this one does not know.
fn role_change(row: &Row<'_>) -> rusqlite::Result<Option<RoleChange>> {
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
    }))
}

impl Store {
    /// Notes a change of a role, and answers its number for [`Store::settle_role_change`].
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn note_role_change(&self, account: AccountId, change: &RoleChange) -> Result<i64, StoreError> {
        let RoleChange { at, organization, collaborator, name, kind, old, new, outcome, batch } = change;
        let search = fold(&[name.as_str(), old, new].join("\n"));
        let sql = "INSERT INTO role_change (account, at, organization, collaborator, name, kind, old, new, outcome, batch, search)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let kind = spelling(*kind);
        let values = params![account.0, at, organization, collaborator, name, kind, old, new, outcome, batch, search];
        let connection = self.connection();
        connection.prepare_cached(sql)?.execute(values)?;
        Ok(connection.last_insert_rowid())
    }

    /// Notes what became of a change.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn settle_role_change(&self, number: i64, outcome: &str) -> Result<(), StoreError> {
        self.connection().execute("UPDATE role_change SET outcome = ?2 WHERE id = ?1", params![number, outcome])?;
        Ok(())
    }

    /// The noted changes that hold a text in name or roles, the latest first; all of them for an empty text,
    /// and those of every organization where none is named. Case and accents do not count.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn role_history(
        &self,
        account: AccountId,
        organization: Option<&str>,
        text: &str,
    ) -> Result<Vec<RoleChange>, StoreError> {
        let sql = "SELECT at, organization, collaborator, name, kind, old, new, outcome, batch FROM role_change
                   WHERE account = ?1 AND (?2 IS NULL OR organization = ?2) AND instr(search, ?3) > 0 ORDER BY id DESC";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![account.0, organization, fold(text.trim())], role_change)?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }
}
