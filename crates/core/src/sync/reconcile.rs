//! Compares every stored edit with the server's profile: the edit has arrived, is to be sent, or is in conflict.
//!
//! Edits in flight are decided first, while the profile from before their request is still the cached one.

use std::collections::HashSet;

use lapel_api::Versioned;
use lapel_domain::{
    ClearedFields, Field, LanguageError, MergeDecision, Profile, cleared_fields, decide_merge, same_value,
    sendable_value, server_cleared_required_field,
};
use lapel_store::{Account, CachedProfile, Edit, EditState, EditValue, ServerResponse, Store, StoreError};
use uuid::Uuid;

use super::prepare::{Prepared, prepare, value};
use super::service::SyncService;
use super::updates::note_read;
use crate::kernel::error::Failure;
use crate::kernel::rejection::write_reason;
use crate::kernel::session::Session;
use crate::kernel::state::Activity;

/// What happens to an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    /// It stays as it is.
    Keep,
    /// It is removed: nothing is left to send.
    Remove,
    Send,
    /// It returns from a conflict to the waiting edits, because both values look the same.
    ReturnToWaiting,
    /// It waits until the person has chosen another value: the service does not accept this one.
    Reject,
    Conflict,
}

/// Decides what happens to an edit. `value` is what it would send; none for a picture that was not uploaded yet.
fn decide(edit: &Edit, value: Option<&str>, theirs: &Profile) -> Decision {
    let is_taken_back = edit.mine == EditValue::Text(String::new()) && !edit.field.may_be_empty();
    match (&edit.state, merge(edit, value, theirs)) {
        (EditState::Refused { .. }, _) => Decision::Keep,
        // This edit reverts a field to an empty value. The server does not accept an empty value here, so its present value
        // stays.
        _ if is_taken_back => Decision::Remove,
        (_, MergeDecision::Done) => Decision::Remove,
        (EditState::Waiting, MergeDecision::Send) if is_sendable(edit) => Decision::Send,
        (EditState::Waiting, MergeDecision::Send) if looks_equal(edit, theirs) => Decision::Remove,
        (EditState::Waiting, MergeDecision::Send) => Decision::Reject,
        // Nobody can choose between two values that look the same.
        (EditState::Conflict { .. }, MergeDecision::Send) if looks_equal(edit, theirs) => Decision::ReturnToWaiting,
        (EditState::Waiting | EditState::Conflict { .. }, _) => Decision::Conflict,
    }
}

fn merge(edit: &Edit, value: Option<&str>, theirs: &Profile) -> MergeDecision {
    let in_flight = value.filter(|_| edit.in_flight);
    let unconfirmed: Vec<&str> = in_flight.into_iter().chain(edit.unconfirmed_value.as_deref()).collect();
    decide_merge(edit.field, &edit.base, value, &unconfirmed, theirs.value(edit.field))
}

/// Whether the service accepts the value of an edit.
fn is_sendable(edit: &Edit) -> bool {
    match &edit.mine {
        EditValue::Text(mine) => sendable_value(edit.field, mine),
        EditValue::LocalPicture(_) => true,
    }
}

/// Whether the value of an edit looks the same as the server's.
fn looks_equal(edit: &Edit, theirs: &Profile) -> bool {
    matches!(&edit.mine, EditValue::Text(mine) if same_value(edit.field, mine, theirs.value(edit.field)))
}

/// What one read of the profile has shown.
pub(super) struct Round {
    /// The profile.
    pub(super) server: Versioned,
    /// The edits to send.
    pub(super) to_send: Vec<Edit>,
    /// Their PUT, unless a picture may have to be uploaded before.
    pub(super) prepared: Option<Prepared>,
}

impl SyncService {
    /// Caches a profile that was just read, reconciles the edits of these saves with it, and prepares the PUT of those that
    /// are to be sent: all in one job of the store, because the person waits for it. `one_at_a_time`: sends a single edit.
    pub(super) async fn reconcile(
        &self,
        session: &Session,
        server: Versioned,
        save_ids: HashSet<String>,
        one_at_a_time: bool,
    ) -> Result<Round, Failure> {
        let (account, cached, now) = (session.account.clone(), self.cached(&server), self.now());
        let shown = cached.clone();
        let change = move |store: &Store| {
            apply_fetched_profile(store, &account, &cached)?;
            let mut to_send = reconcile_saves(store, &account, &cached.profile, &save_ids)?;
            if one_at_a_time {
                // The other edits may depend on the language.
                to_send.sort_by_key(|edit| edit.field != Field::Language);
                to_send.truncate(1);
            }
            let is_ready = |edit: &Edit| matches!(edit.mine, EditValue::Text(_));
            let prepared = match !to_send.is_empty() && to_send.iter().all(is_ready) {
                true => Some(prepare(store, &account, &cached.profile, &to_send, now)?),
                false => None,
            };
            Ok((to_send, prepared))
        };
        match self.disk.change_account(&session.account, change).await {
            Ok(((to_send, prepared), read)) => {
                self.state.update(|state| {
                    if state.is_active_session(session) {
                        note_read(state, &shown);
                        // The disk works again: it was just written.
                        state.storage = state.storage_found;
                        if !to_send.is_empty() {
                            state.activity = Activity::Sending;
                        }
                    }
                    self.disk.apply(read, state);
                });
                Ok(Round { server, to_send, prepared })
            }
            Err(failure) => {
                // A failing disk must not keep the page from showing what the server has.
                self.state.update_for(session, |state| {
                    note_read(state, &shown);
                    state.profile = Some(shown);
                });
                Err(failure)
            }
        }
    }
}

fn reconcile_saves(
    store: &Store,
    account: &Account,
    theirs: &Profile,
    save_ids: &HashSet<String>,
) -> Result<Vec<Edit>, StoreError> {
    let mut to_send = Vec::new();
    for edit in store.edits(account.id)?.into_iter().filter(|edit| save_ids.contains(&edit.save_id)) {
        let value = value(store, account, &edit)?;
        match decide(&edit, value.as_deref(), theirs) {
            Decision::Keep => {}
            Decision::Remove => store.forget_edit(account.id, &edit)?,
            Decision::Send => to_send.push(edit),
            Decision::ReturnToWaiting => {
                store.set_edit_state(account.id, &edit, &EditState::Waiting)?;
                if is_sendable(&edit) {
                    to_send.push(edit);
                }
            }
            Decision::Reject => {
                let reason = write_reason(&Failure::LanguageNotOffered(LanguageError), None);
                store.set_edit_state(account.id, &edit, &EditState::Refused { reason })?;
            }
            Decision::Conflict => store.set_edit_state(account.id, &edit, &conflict(&edit, theirs))?,
        }
    }
    Ok(to_send)
}

/// The conflict of an edit with the server's value.
///
/// The server tells only when the whole profile last changed. For a value that is not new, the time that was recorded with it
/// is more precise.
pub(super) fn conflict(edit: &Edit, server: &Profile) -> EditState {
    let theirs = server.value(edit.field);
    match &edit.state {
        known @ EditState::Conflict { theirs: before, .. } if same_value(edit.field, before, theirs) => known.clone(),
        _ => {
            let theirs_at = server.updated_at.as_ref().and_then(lapel_domain::Timestamp::millis);
            EditState::Conflict { theirs: theirs.to_owned(), theirs_at }
        }
    }
}

/// Applies a profile that was read. It shows what became of requests without a response, and which fields these requests, or
/// those of other clients, have emptied by leaving them out.
pub(super) fn apply_fetched_profile(
    store: &Store,
    account: &Account,
    server: &CachedProfile,
) -> Result<(), StoreError> {
    let (mut sent, mut arrived) = (Vec::new(), Vec::new());
    for edit in store.edits(account.id)? {
        if edit.in_flight || edit.unconfirmed_value.is_some() {
            sent.push(edit.field);
        }
        if !edit.in_flight {
            continue;
        }
        match merge(&edit, value(store, account, &edit)?.as_deref(), &server.profile) {
            MergeDecision::Done => arrived.push(edit.field),
            MergeDecision::Send => store.return_to_waiting(account.id, &[edit.field], true)?,
            MergeDecision::Conflict => {
                store.set_edit_state(account.id, &edit, &conflict(&edit, &server.profile))?;
            }
        }
    }
    let before = store.profile(account.id)?;
    let before = before.map_or_else(|| server.profile.clone(), |cached| cached.profile);
    // A read does not show who has emptied a field, so the person is asked before a value is lost. Only an emptied required
    // field proves that the server empties omitted fields: no client can empty it on purpose. Without that proof, and without
    // a request of ours, somebody else has emptied the fields on purpose.
    let put_replaces_all = server_cleared_required_field(&before, &server.profile);
    let cleared = match sent.is_empty() && !put_replaces_all {
        true => ClearedFields::default(),
        false => cleared_fields(&sent, false, &before, &server.profile),
    };
    let outcome = ResponseOutcome { arrived, cleared, by_us: false, restores_cleared: false, put_replaces_all };
    commit_response(store, account, &before, server, &outcome)
}

/// What a response, or a read in its place, says about a PUT.
pub(super) struct ResponseOutcome {
    pub(super) arrived: Vec<Field>,
    /// The fields that the PUT has emptied by leaving them out.
    pub(super) cleared: ClearedFields,
    /// Whether that PUT was certainly ours.
    pub(super) by_us: bool,
    /// Whether emptied fields are put back without asking the person.
    pub(super) restores_cleared: bool,
    /// Whether the server empties omitted fields with every PUT.
    pub(super) put_replaces_all: bool,
}

/// Stores what became of a PUT over the profile `before`, with the profile that the server has now.
pub(super) fn commit_response(
    store: &Store,
    account: &Account,
    before: &Profile,
    server: &CachedProfile,
    outcome: &ResponseOutcome,
) -> Result<(), StoreError> {
    let cleared: Vec<(Field, String)> =
        outcome.cleared.fields.iter().map(|&field| (field, before.value(field).to_owned())).collect();
    let response = ServerResponse {
        cached: server,
        arrived: &outcome.arrived,
        cleared: &cleared,
        cleared_by_us: outcome.by_us,
        restores_cleared: outcome.restores_cleared,
        put_replaces_all: outcome.put_replaces_all.then_some(account.server.as_str()),
    };
    store.apply_response(account.id, &response, &Uuid::new_v4().to_string(), server.fetched_at)
}

#[cfg(test)]
mod tests;
