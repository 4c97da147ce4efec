//! Unsent edits, one field each: at most one row being sent and one follow-up. How they meet the server's answer is in
//! `sending`.

use lapel_domain::{Field, same_text};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{AccountId, Store, StoreError};

/// The value that a person saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditValue {
    /// A text, or the address of a picture, empty where it was removed.
    Text(String),
    /// A prepared picture by its id.
    LocalPicture(String),
}

impl EditValue {
    /// Whether it is this text, however Unicode spells its letters.
    fn is(&self, text: &str) -> bool {
        matches!(self, Self::Text(mine) if same_text(mine, text))
    }
}

/// Where an edit is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditState {
    /// To be sent, or being sent.
    Waiting,
    /// The server refused it, with the typed reason as a document of the caller's.
    Refused {
        /// The reason.
        reason: String,
    },
    /// The server holds a third value.
    Conflict {
        /// The server's value.
        theirs: String,
        /// When it came to be, in milliseconds since 1970, as far as the server says so.
        theirs_at: Option<i64>,
    },
}

/// One stored edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The field.
    pub field: Field,
    /// Whether it was handed to the network and its outcome is not noted yet.
    pub in_flight: bool,
    /// Names the save that made it.
    pub save_id: String,
    /// The value that it started from.
    pub base: String,
    /// The saved value.
    pub mine: EditValue,
    /// Where it is.
    pub state: EditState,
    /// When it was saved, in milliseconds since 1970.
    pub made_at: i64,
    /// A value of this field that was handed to the network before and not seen on the server: should it come late, it is
    /// the person's own and nobody else's.
    pub unconfirmed_value: Option<String>,
}

impl Edit {
    /// Whether it wants anything but what the server had: choosing just that, in a conflict, does not.
    pub fn changes_value(&self) -> bool {
        self.unconfirmed_value.is_some() || !self.mine.is(&self.base)
    }
}

/// One field to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEdit {
    /// The field.
    pub field: Field,
    /// The value shown when the person began.
    pub base: String,
    /// Id of the prepared picture that was shown instead. Where it has arrived by now, its address is the base.
    pub base_picture: Option<String>,
    /// The new value.
    pub mine: EditValue,
}

const COLUMNS: &str = "field, in_flight, save_id, base, mine, held, state, reason, theirs, theirs_at, made_at, handed";

/// A row; none where a later version stored a field or state that this one does not know.
fn edit(row: &Row<'_>) -> rusqlite::Result<Option<Edit>> {
    let (field, mine, held): (String, Option<String>, Option<String>) = (row.get(0)?, row.get(4)?, row.get(5)?);
    let (state, reason, theirs): (String, Option<String>, Option<String>) = (row.get(6)?, row.get(7)?, row.get(8)?);
    let state = match state.as_str() {
        "waiting" => EditState::Waiting,
        "refused" => EditState::Refused { reason: reason.unwrap_or_default() },
        "conflict" => EditState::Conflict { theirs: theirs.unwrap_or_default(), theirs_at: row.get(9)? },
        _ => return Ok(None),
    };
    let (Some(field), Some(mine)) =
        (Field::parse(&field), mine.map(EditValue::Text).or(held.map(EditValue::LocalPicture)))
    else {
        return Ok(None);
    };
    let (in_flight, save_id, base, made_at) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(10)?);
    Ok(Some(Edit { field, in_flight, save_id, base, mine, state, made_at, unconfirmed_value: row.get(11)? }))
}

pub(crate) fn read_edit(
    connection: &Connection,
    account: AccountId,
    field: Field,
    in_flight: bool,
) -> Result<Option<Edit>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM edit WHERE account = ?1 AND field = ?2 AND in_flight = ?3");
    Ok(connection.query_row(&sql, params![account.0, field.as_str(), in_flight], edit).optional()?.flatten())
}

pub(crate) fn write_edit(connection: &Connection, account: AccountId, edit: &Edit) -> Result<(), StoreError> {
    let (mine, held) = match &edit.mine {
        EditValue::Text(text) => (Some(text), None),
        EditValue::LocalPicture(id) => (None, Some(id)),
    };
    let (state, reason, theirs, theirs_at) = match &edit.state {
        EditState::Waiting => ("waiting", None, None, None),
        EditState::Refused { reason } => ("refused", Some(reason), None, None),
        EditState::Conflict { theirs, theirs_at } => ("conflict", None, Some(theirs), *theirs_at),
    };
    connection.execute(
        "INSERT OR REPLACE INTO edit
             (account, field, in_flight, save_id, base, mine, held, state, reason, theirs, theirs_at, made_at, handed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            account.0,
            edit.field.as_str(),
            edit.in_flight,
            edit.save_id,
            edit.base,
            mine,
            held,
            state,
            reason,
            theirs,
            theirs_at,
            edit.made_at,
            edit.unconfirmed_value
        ],
    )?;
    Ok(())
}

/// The address of a prepared picture, once it was uploaded.
pub(crate) fn url_of(connection: &Connection, held: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT url FROM held_picture WHERE id = ?1";
    Ok(connection.query_row(sql, [held], |row| row.get(0)).optional()?.flatten())
}

pub(crate) fn remove_edit(
    connection: &Connection,
    account: AccountId,
    field: Field,
    in_flight: bool,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM edit WHERE account = ?1 AND field = ?2 AND in_flight = ?3";
    connection.execute(sql, params![account.0, field.as_str(), in_flight])?;
    Ok(())
}

pub(crate) fn read_edits(connection: &Connection, account: AccountId) -> Result<Vec<Edit>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM edit WHERE account = ?1"))?;
    let rows = statement.query_map([account.0], edit)?;
    let mut edits: Vec<Edit> = rows.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    edits.sort_by_key(|edit| (edit.field, !edit.in_flight));
    Ok(edits)
}

impl Store {
    /// The edits of an account in the order of the form, the one being sent before its follow-up.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn edits(&self, account: AccountId) -> Result<Vec<Edit>, StoreError> {
        read_edits(&self.connection(), account)
    }

    /// Turns what was typed into edits and forgets the draft of `form`, in one transaction: when this returns, the edits
    /// are on disk. A field that already waits takes the new value and keeps its base; one being sent gets a follow-up.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing was changed.
    pub fn save_edits(
        &self,
        account: AccountId,
        save_id: &str,
        form: &str,
        edits: &[NewEdit],
        now: i64,
    ) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            for new in edits {
                let waiting = read_edit(transaction, account, new.field, false)?;
                let being_sent = read_edit(transaction, account, new.field, true)?.is_some();
                // Typing another value in a conflict is a decision about the server's value that was in sight then. Whether
                // that is still the server's, and what follows, is for the next read to say. Where the form still showed
                // the person's own, the conflict was not in sight.
                let in_sight = |edit: &Edit| edit.mine != EditValue::Text(new.base.clone());
                let decides = waiting
                    .as_ref()
                    .is_some_and(|edit| matches!(edit.state, EditState::Conflict { .. }) && in_sight(edit));
                // Saying again what is in conflict, without having seen that it is, answers nothing.
                let in_conflict =
                    |edit: &Edit| matches!(edit.state, EditState::Conflict { .. }) && edit.mine == new.mine;
                if !decides && waiting.as_ref().is_some_and(in_conflict) {
                    continue;
                }
                let unconfirmed_value = waiting.as_ref().and_then(|edit| edit.unconfirmed_value.clone());
                let base = match (waiting, &new.base_picture) {
                    (Some(edit), _) if !decides => edit.base,
                    (None, Some(shown)) => url_of(transaction, shown)?.unwrap_or_else(|| new.base.clone()),
                    _ => new.base.clone(),
                };
                if !being_sent && !decides && unconfirmed_value.is_none() && new.mine.is(&base) {
                    remove_edit(transaction, account, new.field, false)?;
                    continue;
                }
                let (save_id, mine) = (save_id.to_owned(), new.mine.clone());
                let edit = Edit {
                    field: new.field,
                    in_flight: false,
                    save_id,
                    base,
                    mine,
                    state: EditState::Waiting,
                    made_at: now,
                    unconfirmed_value,
                };
                write_edit(transaction, account, &edit)?;
            }
            transaction.execute("DELETE FROM draft WHERE account = ?1 AND form = ?2", params![account.0, form])?;
            Ok(())
        })
    }

    /// Drops what a person saved of a field and decides against: an edit that waits, was refused, or is in conflict. One
    /// that was handed to the network may have arrived by now: a follow-up takes it back, once that is known.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing was changed.
    pub fn drop_edit(&self, account: AccountId, field: Field, save_id: &str, now: i64) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            let waiting = read_edit(transaction, account, field, false)?;
            let sent = read_edit(transaction, account, field, true)?;
            match (waiting, sent) {
                // It took a change back already, and even that was refused.
                (Some(Edit { state: EditState::Refused { .. }, mine, base, .. }), None) if mine.is(&base) => {
                    remove_edit(transaction, account, field, false)
                }
                // The server's value stands, and not the one of before both.
                (Some(Edit { state: EditState::Conflict { .. }, .. }), _) => {
                    remove_edit(transaction, account, field, false)
                }
                (_, Some(sent)) | (Some(sent @ Edit { unconfirmed_value: Some(_), .. }), None) => {
                    let (save_id, mine) = (save_id.to_owned(), EditValue::Text(sent.base.clone()));
                    let state = EditState::Waiting;
                    let taken_back = Edit { in_flight: false, save_id, mine, state, made_at: now, ..sent };
                    write_edit(transaction, account, &taken_back)
                }
                _ => remove_edit(transaction, account, field, false),
            }
        })
    }

    /// Drops exactly this edit, which is settled; one that was saved in its place meanwhile stays.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn forget_edit(&self, account: AccountId, edit: &Edit) -> Result<(), StoreError> {
        let sql = "DELETE FROM edit WHERE account = ?1 AND field = ?2 AND in_flight = ?3 AND save_id = ?4";
        self.connection().execute(sql, params![account.0, edit.field.as_str(), edit.in_flight, edit.save_id])?;
        Ok(())
    }

    /// Decides a conflict for my value: it will be sent over the server's, `theirs`. Where that is another by now, nobody
    /// has decided about it, and the conflict stays.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn keep_mine(&self, account: AccountId, field: Field, theirs: &str) -> Result<(), StoreError> {
        let sql = "UPDATE edit SET state = 'waiting', base = theirs, theirs = NULL, theirs_at = NULL
                   WHERE account = ?1 AND field = ?2 AND state = 'conflict' AND theirs = ?3";
        self.connection().execute(sql, params![account.0, field.as_str(), theirs])?;
        Ok(())
    }

    /// Decides a conflict for the server's value, `theirs`, in the same way: mine is forgotten.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn keep_theirs(&self, account: AccountId, field: Field, theirs: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM edit WHERE account = ?1 AND field = ?2 AND state = 'conflict' AND theirs = ?3";
        self.connection().execute(sql, params![account.0, field.as_str(), theirs])?;
        Ok(())
    }
}
