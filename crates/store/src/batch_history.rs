//! Batches in the history of role changes. Each row of a batch counts once, by its present state: the single entries of
//! the history also contain earlier attempts, and lack the rows that were never tried.

use rusqlite::{Connection, params};

use crate::role_batches::{LEFT_OUT, batch_from_row};
use crate::{AccountId, HistorySearch, RoleBatch, Store, StoreError};

/// A batch in the history, with what a search finds of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBatch {
    /// The batch.
    pub batch: RoleBatch,
    /// Number of its last entry in the history.
    pub number: i64,
    /// When its last change was sent, in milliseconds since 1970.
    pub at: i64,
    /// The found rows.
    pub rows: FoundRows,
}

/// The rows of a batch that a search finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundRows {
    /// Number of rows by state.
    pub counts: RowCounts,
    /// Display name of the person of the first row.
    pub name: String,
    /// Email address of the first row; may be empty.
    pub email: String,
    /// The former role; none if the rows have different ones.
    pub old: Option<String>,
    /// The role to give; none if the rows get different ones.
    pub new: Option<String>,
}

/// Number of rows by their stored state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Not sent.
    pub planned: u32,
    /// Sent or about to be sent, and the outcome was not stored.
    pub sent: u32,
    /// The server has the new role.
    pub done: u32,
    /// The change was not made.
    pub failed: u32,
    /// It is not known whether the change was made.
    pub unknown: u32,
}

impl RowCounts {
    /// Number of rows.
    fn total(&self) -> u32 {
        self.planned + self.sent + self.done + self.failed + self.unknown
    }

    /// An unknown state, from a later version, counts as sent.
    fn add(&mut self, state: &str) {
        *match state {
            "planned" => &mut self.planned,
            "done" => &mut self.done,
            "failed" => &mut self.failed,
            "unknown" => &mut self.unknown,
            _ => &mut self.sent,
        } += 1;
    }
}

impl Store {
    /// The batches of which something was sent and a search finds a row, the one with the latest change first.
    pub fn found_batches(&self, account: AccountId, search: &HistorySearch) -> Result<Vec<FoundBatch>, StoreError> {
        let sql = "SELECT b.id, b.organization, b.kind, b.role, b.undoes, b.from_file, b.started_at, last.id, last.at
                   FROM role_batch b JOIN role_change last
                        ON last.id = (SELECT max(id) FROM role_change WHERE batch = b.id)
                   WHERE b.account = ?1 ORDER BY last.id DESC";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let mut batches = statement.query([account.0])?;
        let mut found = Vec::new();
        while let Some(row) = batches.next()? {
            let Some(batch) = batch_from_row(row)? else { continue };
            let (number, at) = (row.get(7)?, row.get(8)?);
            let rows = found_rows(&connection, &batch, search)?;
            if rows.counts.total() > 0 {
                found.push(FoundBatch { batch, number, at, rows });
            }
        }
        Ok(found)
    }
}

/// Reads the rows without keeping them: a batch may have 100,000.
fn found_rows(connection: &Connection, batch: &RoleBatch, search: &HistorySearch) -> Result<FoundRows, StoreError> {
    let sql = "SELECT name, email, old, new, state FROM role_batch_row WHERE batch = ?1 ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![batch.id])?;
    let finds_all = search.finds_organization(&batch.organization);
    let mut found = FoundRows::default();
    while let Some(row) = rows.next()? {
        let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
        let (name, email, old, new) = (text(0)?, text(1)?, text(2)?, text(3)?);
        // Somebody else has changed it.
        if text(4)? == LEFT_OUT {
            continue;
        }
        if !finds_all && !search.finds_text([name, email, old, new]) {
            continue;
        }
        if found.counts.total() == 0 {
            (found.name, found.email) = (name.to_owned(), email.to_owned());
            (found.old, found.new) = (Some(old.to_owned()), Some(new.to_owned()));
        }
        found.old.take_if(|known| known != old);
        found.new.take_if(|known| known != new);
        found.counts.add(text(4)?);
    }
    Ok(found)
}
