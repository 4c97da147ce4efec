//! State changes of edits around a request: in flight, response applied, returned to waiting, rejected or in
//! conflict.

use lapel_domain::Field;
use rusqlite::{Transaction, params};

use crate::edits::{read_edit, remove_edit, uploaded_url, write_edit};
use crate::profiles::write_profile;
use crate::server_facts::{PUT_REPLACES_ALL, write_fact};
use crate::{AccountId, CachedProfile, Edit, EditState, EditValue, Store, StoreError};

/// The result of one request to the server.
#[derive(Clone, Debug)]
pub struct ServerResponse<'a> {
    /// The profile that the server has now.
    pub cached: &'a CachedProfile,
    /// The fields that have arrived.
    pub arrived: &'a [Field],
    /// Fields that the server emptied although they were not sent, with their previous values. They are stored as
    /// conflicts, or as edits that restore them.
    pub cleared: &'a [(Field, String)],
    /// Whether our own PUT emptied these fields (and not another client's).
    pub cleared_by_us: bool,
    /// Whether to restore the emptied fields without asking the user.
    pub restores_cleared: bool,
    /// Key of the server, if it was found to empty the fields that a PUT omits.
    pub put_replaces_all: Option<&'a str>,
}

impl ServerResponse<'_> {
    /// Whether another read of the profile would say the same. Then a power failure may undo it: the edits are in flight again,
    /// and that read finds that they have arrived. Not for a picture, whose file is deleted once it has arrived.
    fn can_be_read_again(&self) -> bool {
        self.cleared.is_empty() && self.put_replaces_all.is_none() && !self.arrived.contains(&Field::Picture)
    }
}

impl Store {
    /// Marks waiting edits as in flight and returns the marked ones. Call this before sending a request, and send
    /// only the returned edits: an edit that a newer save has replaced is not marked, because its value must neither
    /// be sent nor count as arrived. If the call fails, nothing may be sent.
    pub fn begin_sending(&self, account: AccountId, edits: &[Edit]) -> Result<Vec<Edit>, StoreError> {
        self.transaction(|transaction| {
            let sql = "UPDATE edit SET in_flight = 1
                       WHERE account = ?1 AND field = ?2 AND in_flight = 0 AND state = 'waiting' AND save_id = ?3";
            let mut marked = Vec::new();
            for edit in edits {
                if transaction.prepare_cached(sql)?.execute(params![account.0, edit.field.as_str(), edit.save_id])? > 0
                {
                    marked.push(Edit { in_flight: true, ..edit.clone() });
                }
            }
            Ok(marked)
        })
    }

    /// Applies a response: caches the profile and deletes the edits that arrived. Their follow-ups get the current
    /// server value as base. A follow-up with exactly that value is not deleted: it was saved after the request was
    /// sent, and another client may have changed the value since. If the call fails, the edits stay in flight.
    pub fn apply_response(
        &self,
        account: AccountId,
        response: &ServerResponse<'_>,
        save_id: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let work = |transaction: &Transaction<'_>| {
            write_profile(transaction, account, response.cached)?;
            for &field in response.arrived {
                remove_edit(transaction, account, field, true)?;
                let server_value = response.cached.profile.value(field);
                transaction.prepare_cached("UPDATE edit SET base = ?3 WHERE account = ?1 AND field = ?2 AND in_flight = 0 AND state = 'waiting'")?.execute(params![account.0, field.as_str(), server_value],
                )?;
            }
            for (field, previous_value) in response.cleared {
                let waiting = read_edit(transaction, account, *field, false)?;
                // A waiting edit that changes nothing would not restore the value that our PUT emptied, so replace
                // it.
                if waiting.is_none_or(|edit| response.cleared_by_us && !edit.changes_value()) {
                    let (base, state, theirs) = match response.restores_cleared {
                        true => ("", "waiting", None),
                        false => (previous_value.as_str(), "conflict", Some("")),
                    };
                    transaction.prepare_cached("INSERT OR REPLACE INTO edit (account, field, in_flight, save_id, base, mine, state, theirs, made_at)
                         VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(params![account.0, field.as_str(), save_id, base, previous_value, state, theirs, now],
                    )?;
                } else if response.cleared_by_us {
                    // The base of an edit that was saved during the request is now the empty value.
                    transaction
                        .prepare_cached(
                            "UPDATE edit SET base = '' WHERE account = ?1 AND field = ?2 AND in_flight = 0
                         AND state = 'waiting' AND base = ?3",
                        )?
                        .execute(params![account.0, field.as_str(), previous_value])?;
                }
            }
            if let Some(server) = response.put_replaces_all {
                write_fact(transaction, server, PUT_REPLACES_ALL, "true", now)?;
            }
            Ok(())
        };
        match response.can_be_read_again() {
            true => self.replaceable_transaction(work),
            false => self.transaction(work),
        }
    }

    /// Moves edits from in flight back to waiting. If the field has a newer edit, the newer value is used. With
    /// `may_still_arrive`, the request may still take effect on the server, so the sent value is stored as
    /// unconfirmed.
    pub fn return_to_waiting(
        &self,
        account: AccountId,
        fields: &[Field],
        may_still_arrive: bool,
    ) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            let move_to_waiting =
                |&field| take_out_of_flight(transaction, account, field, &EditState::Waiting, may_still_arrive);
            fields.iter().try_for_each(move_to_waiting)
        })
    }

    /// Moves a rejected edit back to waiting, to be sent again unchanged.
    pub fn send_again(&self, account: AccountId, field: Field) -> Result<(), StoreError> {
        let sql = "UPDATE edit SET state = 'waiting', reason = NULL
                   WHERE account = ?1 AND field = ?2 AND state = 'refused'";
        self.connection().prepare_cached(sql)?.execute(params![account.0, field.as_str()])?;
        Ok(())
    }

    /// Sets the state of an edit, in flight or waiting, that was rejected or is in conflict. If the field has a newer
    /// edit, which the server may accept, a rejection is dropped and the newer edit stays waiting.
    pub fn set_edit_state(&self, account: AccountId, edit: &Edit, state: &EditState) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            if edit.in_flight {
                return take_out_of_flight(transaction, account, edit.field, state, true);
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

/// Replaces the edit in flight by a waiting one with this state, merged with a newer edit of the field if there is
/// one.
fn take_out_of_flight(
    transaction: &rusqlite::Transaction<'_>,
    account: AccountId,
    field: Field,
    state: &EditState,
    may_still_arrive: bool,
) -> Result<(), StoreError> {
    let Some(mut sent) = read_edit(transaction, account, field, true)? else { return Ok(()) };
    remove_edit(transaction, account, field, true)?;
    let unconfirmed_value = match &sent.mine {
        _ if !may_still_arrive => None,
        EditValue::Text(text) => Some(text.clone()),
        EditValue::LocalPicture(id) => uploaded_url(transaction, id)?,
    };
    sent.unconfirmed_value = unconfirmed_value.or(sent.unconfirmed_value);
    let edit = match read_edit(transaction, account, field, false)? {
        None => Edit { in_flight: false, state: state.clone(), ..sent },
        // The conflict also applies to the newer value, because the user has not seen the server's value yet.
        Some(newer) if matches!(state, EditState::Conflict { .. }) => {
            Edit { base: sent.base, unconfirmed_value: sent.unconfirmed_value, state: state.clone(), ..newer }
        }
        Some(newer) => Edit { base: sent.base, unconfirmed_value: sent.unconfirmed_value, ..newer },
    };
    write_edit(transaction, account, &edit)
}
