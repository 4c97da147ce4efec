//! What happens to edits on their way: handed to the network, answered, returned or parked.

use lapel_domain::Field;
use rusqlite::params;

use crate::edits::{read_edit, remove_edit, url_of, write_edit};
use crate::profiles::write_profile;
use crate::server_facts::{EMPTIES_LEFT_OUT, write_fact};
use crate::{AccountId, CachedProfile, Edit, EditState, EditValue, Store, StoreError};

/// What one exchange with the server settled.
#[derive(Clone, Debug)]
pub struct ServerResponse<'a> {
    /// The profile that the server has now.
    pub cached: &'a CachedProfile,
    /// The fields that have arrived.
    pub arrived: &'a [Field],
    /// Fields that the server emptied although they were not sent, with the value they held: kept as conflicts, or as edits
    /// that put them back.
    pub cleared: &'a [(Field, String)],
    /// Whether it was a PUT of ours that emptied them, and nobody else's.
    pub cleared_by_us: bool,
    /// Whether they are put back without a question.
    pub puts_back: bool,
    /// Key of a server that was seen to empty what a PUT leaves out.
    pub put_replaces_all: Option<&'a str>,
}

impl Store {
    /// Marks waiting edits as handed to the network, before they are, and answers those that were marked. One in whose
    /// place another was saved meanwhile is not: its value must neither be sent nor count as arrived.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing may be sent.
    pub fn begin_sending(&self, account: AccountId, edits: &[Edit]) -> Result<Vec<Edit>, StoreError> {
        self.transaction(|transaction| {
            let sql = "UPDATE edit SET in_flight = 1
                       WHERE account = ?1 AND field = ?2 AND in_flight = 0 AND state = 'waiting' AND save_id = ?3";
            let mut marked = Vec::new();
            for edit in edits {
                if transaction.execute(sql, params![account.0, edit.field.as_str(), edit.save_id])? > 0 {
                    marked.push(Edit { in_flight: true, ..edit.clone() });
                }
            }
            Ok(marked)
        })
    }

    /// Takes over the server's answer: the profile becomes the cached one, and edits that arrived are gone. Their
    /// follow-ups start from the value that the server has now, also where they ask for just that: they were saved after
    /// what is answered here was sent, and somebody else may have been there since.
    ///
    /// # Errors
    /// Where the database cannot be written; then the edits stay in flight.
    pub fn apply_response(
        &self,
        account: AccountId,
        answer: &ServerResponse<'_>,
        save_id: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            write_profile(transaction, account, answer.cached)?;
            for &field in answer.arrived {
                remove_edit(transaction, account, field, true)?;
                let server_value = answer.cached.profile.value(field);
                transaction.execute(
                    "UPDATE edit SET base = ?3 WHERE account = ?1 AND field = ?2 AND in_flight = 0 AND state = 'waiting'",
                    params![account.0, field.as_str(), server_value],
                )?;
            }
            for (field, held_value) in answer.cleared {
                let waiting = read_edit(transaction, account, *field, false)?;
                // One that asks for nothing is no answer to what we have emptied.
                if waiting.is_none_or(|edit| answer.cleared_by_us && !edit.changes_value()) {
                    let (base, state, theirs) = match answer.puts_back {
                        true => ("", "waiting", None),
                        false => (held_value.as_str(), "conflict", Some("")),
                    };
                    transaction.execute(
                        "INSERT OR REPLACE INTO edit (account, field, in_flight, save_id, base, mine, state, theirs, made_at)
                         VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8)",
                        params![account.0, field.as_str(), save_id, base, held_value, state, theirs, now],
                    )?;
                } else if answer.cleared_by_us {
                    // What was saved meanwhile goes on from what we have made of it.
                    transaction.execute(
                        "UPDATE edit SET base = '' WHERE account = ?1 AND field = ?2 AND in_flight = 0
                         AND state = 'waiting' AND base = ?3",
                        params![account.0, field.as_str(), held_value],
                    )?;
                }
            }
            if let Some(server) = answer.put_replaces_all {
                write_fact(transaction, server, EMPTIES_LEFT_OUT, "true", now)?;
            }
            Ok(())
        })
    }

    /// Returns edits that did not reach the server to the waiting ones; a newer value of the same field wins. Those of which
    /// only nothing was seen there may still come, and `may_come_late` keeps what they held in mind.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn return_to_waiting(
        &self,
        account: AccountId,
        fields: &[Field],
        may_come_late: bool,
    ) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            let leave = |&field| leave_flight(transaction, account, field, &EditState::Waiting, may_come_late);
            fields.iter().try_for_each(leave)
        })
    }

    /// Lets an edit that was refused wait to be sent once more, as it is.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn send_again(&self, account: AccountId, field: Field) -> Result<(), StoreError> {
        let sql = "UPDATE edit SET state = 'waiting', reason = NULL
                   WHERE account = ?1 AND field = ?2 AND state = 'refused'";
        self.connection().execute(sql, params![account.0, field.as_str()])?;
        Ok(())
    }

    /// Parks an edit, in flight or waiting, until a person decides. Where a newer value of the field was saved meanwhile,
    /// that one waits in its place: it may be what the server takes.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn set_edit_state(&self, account: AccountId, edit: &Edit, state: &EditState) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            if edit.in_flight {
                return leave_flight(transaction, account, edit.field, state, true);
            }
            match read_edit(transaction, account, edit.field, false)? {
                Some(waiting) if waiting.save_id == edit.save_id => {
                    write_edit(transaction, account, &Edit { state: state.clone(), ..waiting })
                }
                _ => Ok(()),
            }
        })
    }
}

/// Takes the edit of a field that was being sent out of flight, in this state.
fn leave_flight(
    transaction: &rusqlite::Transaction<'_>,
    account: AccountId,
    field: Field,
    state: &EditState,
    may_come_late: bool,
) -> Result<(), StoreError> {
    let Some(mut sent) = read_edit(transaction, account, field, true)? else { return Ok(()) };
    remove_edit(transaction, account, field, true)?;
    let unconfirmed_value = match &sent.mine {
        _ if !may_come_late => None,
        EditValue::Text(text) => Some(text.clone()),
        EditValue::LocalPicture(id) => url_of(transaction, id)?,
    };
    sent.unconfirmed_value = unconfirmed_value.or(sent.unconfirmed_value);
    let edit = match read_edit(transaction, account, field, false)? {
        None => Edit { in_flight: false, state: state.clone(), ..sent },
        // A conflict concerns the newer value as well: the server's third value is unseen by the person.
        Some(newer) if matches!(state, EditState::Conflict { .. }) => {
            Edit { base: sent.base, unconfirmed_value: sent.unconfirmed_value, state: state.clone(), ..newer }
        }
        Some(newer) => Edit { base: sent.base, unconfirmed_value: sent.unconfirmed_value, ..newer },
    };
    write_edit(transaction, account, &edit)
}
