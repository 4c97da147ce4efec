//! Unsent edits. A field has at most two: one in flight and one waiting (the follow-up). Module `sending` handles
//! requests and responses.

use lapel_domain::{Field, same_text};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::documents::{Document, RejectionDocument};
use crate::{AccountId, Store, StoreError};

/// The value that the user saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditValue {
    /// A text, or the URL of a picture (empty if the picture was removed).
    Text(String),
    /// The id of a local picture.
    LocalPicture(String),
}

impl EditValue {
    /// Whether this is the given text in any Unicode normalization form.
    fn is_text(&self, text: &str) -> bool {
        matches!(self, Self::Text(mine) if same_text(mine, text))
    }
}

/// The state of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditState {
    /// To be sent, or in flight.
    Waiting,
    /// The server rejected it.
    Refused {
        /// Why. Empty if the stored reason cannot be read.
        reason: Box<RejectionDocument>,
    },
    /// The server has a value that is neither the base nor the saved value.
    Conflict {
        /// The server's value.
        theirs: String,
        /// When the server's value was set, in milliseconds since 1970, if known.
        theirs_at: Option<i64>,
    },
}

/// One stored edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The field.
    pub field: Field,
    /// Whether a request with this edit was started and its outcome is not stored yet.
    pub in_flight: bool,
    /// Id of the save that created it.
    pub save_id: String,
    /// The value that the edit started from.
    pub base: String,
    /// The saved value.
    pub mine: EditValue,
    /// The state.
    pub state: EditState,
    /// When it was saved, in milliseconds since 1970.
    pub made_at: i64,
    /// A value of this field from an earlier request that has not been seen on the server. That request may still
    /// take effect; then this value is the user's own and not a conflict.
    pub unconfirmed_value: Option<String>,
}

impl Edit {
    /// Whether the edit changes the server's value. Choosing the server's value in a conflict does not.
    pub fn changes_value(&self) -> bool {
        self.unconfirmed_value.is_some() || !self.mine.is_text(&self.base)
    }
}

/// A changed field to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEdit {
    /// The field.
    pub field: Field,
    /// The value that the form showed when the user started to edit.
    pub base: String,
    /// Id of the local picture that the form showed instead. If it has been uploaded, its URL is the base.
    pub base_picture: Option<String>,
    /// The new value.
    pub mine: EditValue,
}

const COLUMNS: &str = "field, in_flight, save_id, base, mine, held, state, reason, theirs, theirs_at, made_at, handed";

/// `None` if a newer version stored a field or state that this version does not know.
fn edit_from_row(row: &Row<'_>) -> rusqlite::Result<Option<Edit>> {
    let (field, mine, held): (String, Option<String>, Option<String>) = (row.get(0)?, row.get(4)?, row.get(5)?);
    let (state, reason, theirs): (String, Option<String>, Option<String>) = (row.get(6)?, row.get(7)?, row.get(8)?);
    let state = match state.as_str() {
        "waiting" => EditState::Waiting,
        "refused" => EditState::Refused { reason: read_reason(reason.as_deref()) },
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
    Ok(connection
        .prepare_cached(&sql)?
        .query_row(params![account.0, field.as_str(), in_flight], edit_from_row)
        .optional()?
        .flatten())
}

fn read_reason(document: Option<&str>) -> Box<RejectionDocument> {
    let read = document.map(RejectionDocument::from_json).transpose();
    let read = read.inspect_err(|error| tracing::warn!(%error, "the reason of a rejected edit cannot be read"));
    Box::new(read.ok().flatten().unwrap_or_default())
}

pub(crate) fn write_edit(connection: &Connection, account: AccountId, edit: &Edit) -> Result<(), StoreError> {
    let (mine, held) = match &edit.mine {
        EditValue::Text(text) => (Some(text), None),
        EditValue::LocalPicture(id) => (None, Some(id)),
    };
    let (state, reason, theirs, theirs_at) = match &edit.state {
        EditState::Waiting => ("waiting", None, None, None),
        EditState::Refused { reason } => ("refused", Some(reason.to_json()?), None, None),
        EditState::Conflict { theirs, theirs_at } => ("conflict", None, Some(theirs), *theirs_at),
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO edit
             (account, field, in_flight, save_id, base, mine, held, state, reason, theirs, theirs_at, made_at, handed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
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
        ])?;
    Ok(())
}

/// The URL of a local picture; `None` until it has been uploaded.
pub(crate) fn uploaded_url(connection: &Connection, picture_id: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT url FROM held_picture WHERE id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([picture_id], |row| row.get(0)).optional()?.flatten())
}

pub(crate) fn remove_edit(
    connection: &Connection,
    account: AccountId,
    field: Field,
    in_flight: bool,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM edit WHERE account = ?1 AND field = ?2 AND in_flight = ?3";
    connection.prepare_cached(sql)?.execute(params![account.0, field.as_str(), in_flight])?;
    Ok(())
}

pub(crate) fn read_edits(connection: &Connection, account: AccountId) -> Result<Vec<Edit>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM edit WHERE account = ?1"))?;
    let rows = statement.query_map([account.0], edit_from_row)?;
    let mut edits: Vec<Edit> = rows.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    edits.sort_by_key(|edit| (edit.field, !edit.in_flight));
    Ok(edits)
}

impl Store {
    /// The edits of an account in the order of the form, an edit in flight before its follow-up.
    pub fn edits(&self, account: AccountId) -> Result<Vec<Edit>, StoreError> {
        read_edits(&self.connection(), account)
    }

    /// Stores the changed fields as edits and deletes the draft of `form`, in one transaction. If the field already
    /// has a waiting edit, that edit gets the new value and retains its base. If the field has an edit in flight, the
    /// new edit becomes its follow-up.
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
                let has_edit_in_flight = read_edit(transaction, account, new.field, true)?.is_some();
                // Saving a value during a conflict resolves it, against the server value that the form showed
                // (`new.base`). The next read checks whether the server still has that value. If the form still
                // showed the user's own value, the user had not seen the conflict and has not resolved it.
                let conflict_was_shown = |edit: &Edit| edit.mine != EditValue::Text(new.base.clone());
                let decides_conflict = waiting
                    .as_ref()
                    .is_some_and(|edit| matches!(edit.state, EditState::Conflict { .. }) && conflict_was_shown(edit));
                // Saving the conflicting value again without having seen the conflict leaves the conflict open.
                let repeats_conflicting_value =
                    |edit: &Edit| matches!(edit.state, EditState::Conflict { .. }) && edit.mine == new.mine;
                if !decides_conflict && waiting.as_ref().is_some_and(repeats_conflicting_value) {
                    continue;
                }
                let unconfirmed_value = waiting.as_ref().and_then(|edit| edit.unconfirmed_value.clone());
                let base = match (waiting, &new.base_picture) {
                    (Some(edit), _) if !decides_conflict => edit.base,
                    (None, Some(picture_id)) => {
                        uploaded_url(transaction, picture_id)?.unwrap_or_else(|| new.base.clone())
                    }
                    _ => new.base.clone(),
                };
                if !has_edit_in_flight && !decides_conflict && unconfirmed_value.is_none() && new.mine.is_text(&base) {
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
            transaction
                .prepare_cached("DELETE FROM draft WHERE account = ?1 AND form = ?2")?
                .execute(params![account.0, form])?;
            Ok(())
        })
    }

    /// Discards the saved value of a field, whether it is waiting, rejected or in conflict. A value that was already
    /// sent may have arrived, so a follow-up edit reverts it to the base.
    pub fn drop_edit(&self, account: AccountId, field: Field, save_id: &str, now: i64) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            let waiting = read_edit(transaction, account, field, false)?;
            let sent = read_edit(transaction, account, field, true)?;
            match (waiting, sent) {
                // The edit already is such a revert, and the server rejected it.
                (Some(Edit { state: EditState::Refused { .. }, mine, base, .. }), None) if mine.is_text(&base) => {
                    remove_edit(transaction, account, field, false)
                }
                // Discarding a conflict accepts the server's value. Do not revert to the base, which is older.
                (Some(Edit { state: EditState::Conflict { .. }, .. }), _) => {
                    remove_edit(transaction, account, field, false)
                }
                (_, Some(sent)) | (Some(sent @ Edit { unconfirmed_value: Some(_), .. }), None) => {
                    let (save_id, mine) = (save_id.to_owned(), EditValue::Text(sent.base.clone()));
                    let state = EditState::Waiting;
                    let revert = Edit { in_flight: false, save_id, mine, state, made_at: now, ..sent };
                    write_edit(transaction, account, &revert)
                }
                _ => remove_edit(transaction, account, field, false),
            }
        })
    }

    /// Deletes exactly this edit. If a newer save has replaced it, the newer edit stays.
    pub fn forget_edit(&self, account: AccountId, edit: &Edit) -> Result<(), StoreError> {
        let sql = "DELETE FROM edit WHERE account = ?1 AND field = ?2 AND in_flight = ?3 AND save_id = ?4";
        self.connection().prepare_cached(sql)?.execute(params![
            account.0,
            edit.field.as_str(),
            edit.in_flight,
            edit.save_id
        ])?;
        Ok(())
    }

    /// Resolves a conflict in favor of the user's value, which will overwrite the server value `theirs`. If the
    /// conflict is now about another server value, which the user has not seen, it stays.
    pub fn keep_mine(&self, account: AccountId, field: Field, theirs: &str) -> Result<(), StoreError> {
        let sql = "UPDATE edit SET state = 'waiting', base = theirs, theirs = NULL, theirs_at = NULL
                   WHERE account = ?1 AND field = ?2 AND state = 'conflict' AND theirs = ?3";
        self.connection().prepare_cached(sql)?.execute(params![account.0, field.as_str(), theirs])?;
        Ok(())
    }

    /// Resolves a conflict in favor of the server value `theirs` and deletes the edit. If the conflict is now about
    /// another server value, it stays.
    pub fn keep_theirs(&self, account: AccountId, field: Field, theirs: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM edit WHERE account = ?1 AND field = ?2 AND state = 'conflict' AND theirs = ?3";
        self.connection().prepare_cached(sql)?.execute(params![account.0, field.as_str(), theirs])?;
        Ok(())
    }
}
