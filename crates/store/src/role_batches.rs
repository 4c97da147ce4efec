//! Batches of changes of roles or tags. A batch is stored before its first request, and each row has its state. The module
//! `role_history` records the same changes one by one for display.

use lapel_domain::{ChangeKind, Collaborator};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::collaborators::{RowOrigin, write_collaborator};
use crate::documents::{Document, RejectionDocument};
use crate::role_history::{insert_role_change, kind_name, parse_kind};
use crate::{AccountId, RoleChange, Store, StoreError};

/// The name of the state of a row that the run has left alone.
pub(crate) const LEFT_OUT: &str = "left_out";

/// A batch without its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleBatch {
    /// Its id.
    pub id: String,
    /// Id of the organization.
    pub organization: String,
    /// What is changed.
    pub kind: ChangeKind,
    /// The role that all rows get, or the change of their tags in the caller's own format; none if each row has its own.
    pub role: Option<String>,
    /// Whether it undoes an earlier batch.
    pub undoes: bool,
    /// Whether it was imported from a file.
    pub from_file: bool,
    /// When it was started, in milliseconds since 1970.
    pub started_at: i64,
}

/// The state of a row of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchRowRecord {
    /// Not sent.
    Planned,
    /// About to be sent, or sent, and the outcome was not stored. After a start, it is unknown.
    Sent,
    /// The server has the new role.
    Done,
    /// The run has left the row alone; the reason in the caller's own format.
    LeftOut(String),
    /// The change was not made.
    Failed(Box<RejectionDocument>),
    /// It is not known whether the change was made.
    Unknown(Box<RejectionDocument>),
}

/// One row of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleBatchRow {
    /// Id of the team row.
    pub collaborator: String,
    /// The user id of the row when it was planned; none for an invitation.
    pub user_id: Option<String>,
    /// Number of its line in the imported file.
    pub line: Option<u32>,
    /// Display name of the person.
    pub name: String,
    /// Email address; may be empty.
    pub email: String,
    /// The role before, as spelled in the API; for tags, the ones to remove in the caller's own format.
    pub old: String,
    /// The role to give, as spelled in the API; for tags, the ones to add in the caller's own format.
    pub new: String,
    /// Whether the change can be undone.
    pub can_undo: bool,
    /// The state.
    pub state: BatchRowRecord,
}

/// A change that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedChange {
    /// The position of its row in the batch.
    pub position: u32,
    /// The entry of the history.
    pub change: RoleChange,
}

/// What became of a started change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedChange {
    /// The position of its row in the batch.
    pub position: u32,
    /// The new state of the row.
    pub state: BatchRowRecord,
    /// The number of its entry in the history, with the outcome in the caller's own format. Without an outcome the
    /// entry is removed, because nothing was sent. None if the history has no entry.
    pub record: Option<(i64, Option<&'static str>)>,
}

impl Store {
    /// Stores a batch with all its rows, in place of an earlier version of it.
    pub fn store_role_batch(
        &self,
        account: AccountId,
        batch: &RoleBatch,
        rows: &[(u32, RoleBatchRow)],
    ) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            let RoleBatch { id, organization, kind, role, undoes, from_file, started_at } = batch;
            transaction.execute("DELETE FROM role_batch WHERE id = ?1", [id])?;
            let sql = "INSERT INTO role_batch (id, account, organization, kind, role, undoes, from_file, started_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let kind = kind_name(*kind);
            transaction
                .execute(sql, params![id, account.0, organization, kind, role, undoes, from_file, started_at])?;
            let sql = "INSERT INTO role_batch_row (batch, position, collaborator, user_id, line, name, email, old, new,
                                                   can_undo, state, error)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
            let mut statement = transaction.prepare_cached(sql)?;
            for (position, row) in rows {
                let RoleBatchRow { collaborator, user_id, line, name, email, old, new, can_undo, state } = row;
                let (state, error) = state_columns(state)?;
                statement.execute(params![
                    id,
                    position,
                    collaborator,
                    user_id,
                    line,
                    name,
                    email,
                    old,
                    new,
                    can_undo,
                    state,
                    error
                ])?;
            }
            Ok(())
        })
    }

    /// Records changes that are about to be sent, in the batch and in the history. Returns the numbers of their entries
    /// in the history.
    pub fn start_role_changes(
        &self,
        account: AccountId,
        batch: &str,
        changes: &[StartedChange],
    ) -> Result<Vec<i64>, StoreError> {
        self.transaction(|transaction| {
            let mut numbers = Vec::with_capacity(changes.len());
            for StartedChange { position, change } in changes {
                numbers.push(insert_role_change(transaction, account, change)?);
                update_row(transaction, batch, *position, &BatchRowRecord::Sent)?;
            }
            Ok(numbers)
        })
    }

    /// Stores the outcomes of changes, together with the rows as the server has returned them (at `now`).
    pub fn finish_role_changes(
        &self,
        account: AccountId,
        batch: &RoleBatch,
        changes: &[FinishedChange],
        rows: &[(Collaborator, i64)],
    ) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            for FinishedChange { position, state, record } in changes {
                update_row(transaction, &batch.id, *position, state)?;
                if let Some((number, outcome)) = record {
                    finish_record(transaction, *number, *outcome)?;
                }
            }
            let sql = "SELECT count(*) > 0 FROM organization WHERE account = ?1 AND id = ?2";
            // The user may have left the organization. The outcomes count all the same.
            let is_listed: bool =
                transaction.query_row(sql, params![account.0, batch.organization], |row| row.get(0))?;
            for (row, now) in rows.iter().filter(|_| is_listed) {
                let origin = RowOrigin { seen: None, changed_at: Some(*now), requested_at: i64::MAX };
                write_collaborator(transaction, account, &batch.organization, row, &origin)?;
            }
            Ok(())
        })
    }

    /// The last batch of an account that was not closed, with its rows by position.
    pub fn open_role_batch(&self, account: AccountId) -> Result<Option<StoredBatch>, StoreError> {
        let sql =
            "SELECT id FROM role_batch WHERE account = ?1 AND closed = 0 ORDER BY started_at DESC, rowid DESC LIMIT 1";
        let id: Option<String> = self.connection().query_row(sql, [account.0], |row| row.get(0)).optional()?;
        id.map_or(Ok(None), |id| self.role_batch(account, &id))
    }

    /// A batch with its rows by position; none if there is no such batch.
    pub fn role_batch(&self, account: AccountId, id: &str) -> Result<Option<StoredBatch>, StoreError> {
        let connection = self.connection();
        let sql = "SELECT id, organization, kind, role, undoes, from_file, started_at FROM role_batch
                   WHERE account = ?1 AND id = ?2";
        let batch = connection.query_row(sql, params![account.0, id], batch_from_row).optional()?;
        let Some(batch) = batch.flatten() else { return Ok(None) };
        let sql = "SELECT position, collaborator, user_id, line, name, email, old, new, can_undo, state, error
                   FROM role_batch_row WHERE batch = ?1 ORDER BY position";
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([id], |row| Ok((row.get(0)?, batch_row_from_row(row)?)))?;
        Ok(Some((batch, rows.collect::<Result<_, _>>()?)))
    }

    /// Marks all batches of an account as closed: they are not offered again.
    pub fn close_role_batches(&self, account: AccountId) -> Result<(), StoreError> {
        self.connection().execute("UPDATE role_batch SET closed = 1 WHERE account = ?1", [account.0])?;
        Ok(())
    }

    /// Settles the last change of a team row with the outcome `unknown`, now that the row is known. `present` returns the
    /// row's present value for a change from an old value to a new one. If that is the new one, the outcome becomes `made`.
    /// If it is the old one, it becomes `not_made`; without `not_made`, the change is removed from the history. Returns
    /// whether it was made.
    pub fn settle_role_change(
        &self,
        account: AccountId,
        collaborator: &str,
        kind: ChangeKind,
        present: impl Fn(&str, &str) -> String,
        made: &str,
        not_made: Option<&str>,
    ) -> Result<bool, StoreError> {
        self.transaction(|transaction| {
            let sql = "SELECT id, old, new FROM role_change
                       WHERE account = ?1 AND collaborator = ?2 AND kind = ?3 AND outcome = 'unknown'
                       ORDER BY id DESC LIMIT 1";
            let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?));
            let last =
                transaction.query_row(sql, params![account.0, collaborator, kind_name(kind)], read).optional()?;
            let Some((number, old, new)) = last else { return Ok(false) };
            let present = present(&old, &new);
            if new == present {
                finish_record(transaction, number, Some(made))?;
            } else if old == present {
                finish_record(transaction, number, not_made)?;
            }
            // Earlier attempts of the same change are the same change.
            let sql = "DELETE FROM role_change WHERE account = ?1 AND collaborator = ?2 AND kind = ?3
                       AND outcome = 'unknown' AND old = ?4 AND new = ?5 AND id < ?6";
            let values = params![account.0, collaborator, kind_name(kind), old, new, number];
            transaction.prepare_cached(sql)?.execute(values)?;
            Ok(new == present)
        })
    }
}

/// A batch with its rows and their positions.
pub type StoredBatch = (RoleBatch, Vec<(u32, RoleBatchRow)>);

fn update_row(connection: &Connection, batch: &str, position: u32, state: &BatchRowRecord) -> Result<(), StoreError> {
    let (state, error) = state_columns(state)?;
    let sql = "UPDATE role_batch_row SET state = ?3, error = ?4 WHERE batch = ?1 AND position = ?2";
    connection.prepare_cached(sql)?.execute(params![batch, position, state, error])?;
    Ok(())
}

fn finish_record(transaction: &Transaction<'_>, number: i64, outcome: Option<&str>) -> Result<(), StoreError> {
    match outcome {
        Some(outcome) => {
            let sql = "UPDATE role_change SET outcome = ?2 WHERE id = ?1";
            transaction.prepare_cached(sql)?.execute(params![number, outcome])?;
        }
        None => {
            transaction.prepare_cached("DELETE FROM role_change WHERE id = ?1")?.execute([number])?;
        }
    }
    Ok(())
}

fn state_columns(state: &BatchRowRecord) -> Result<(&'static str, Option<String>), StoreError> {
    Ok(match state {
        BatchRowRecord::Planned => ("planned", None),
        BatchRowRecord::Sent => ("sent", None),
        BatchRowRecord::Done => ("done", None),
        BatchRowRecord::LeftOut(reason) => (LEFT_OUT, Some(reason.clone())),
        BatchRowRecord::Failed(error) => ("failed", Some(error.to_json()?)),
        BatchRowRecord::Unknown(error) => ("unknown", Some(error.to_json()?)),
    })
}

/// An unknown state, from a later version, counts as sent: it is looked up. An unreadable error becomes an empty one.
fn read_state(state: &str, error: Option<&str>) -> BatchRowRecord {
    let document = error.and_then(|error| RejectionDocument::from_json(error).ok()).unwrap_or_default();
    match state {
        "planned" => BatchRowRecord::Planned,
        "done" => BatchRowRecord::Done,
        LEFT_OUT => BatchRowRecord::LeftOut(error.unwrap_or_default().to_owned()),
        "failed" => BatchRowRecord::Failed(Box::new(document)),
        "unknown" => BatchRowRecord::Unknown(Box::new(document)),
        _ => BatchRowRecord::Sent,
    }
}

/// `None` if a newer version stored a kind that this version does not know.
pub(crate) fn batch_from_row(row: &Row<'_>) -> rusqlite::Result<Option<RoleBatch>> {
    let Some(kind) = parse_kind(row.get_ref(2)?.as_str()?) else { return Ok(None) };
    Ok(Some(RoleBatch {
        id: row.get(0)?,
        organization: row.get(1)?,
        kind,
        role: row.get(3)?,
        undoes: row.get(4)?,
        from_file: row.get(5)?,
        started_at: row.get(6)?,
    }))
}

fn batch_row_from_row(row: &Row<'_>) -> rusqlite::Result<RoleBatchRow> {
    Ok(RoleBatchRow {
        collaborator: row.get(1)?,
        user_id: row.get(2)?,
        line: row.get(3)?,
        name: row.get(4)?,
        email: row.get(5)?,
        old: row.get(6)?,
        new: row.get(7)?,
        can_undo: row.get(8)?,
        state: read_state(row.get_ref(9)?.as_str()?, row.get_ref(10)?.as_str_or_null()?),
    })
}
