//! Compares each stored edit with the server's current profile: it is done, must be sent, or is a conflict. Edits in
//! flight are resolved in `apply_fetched_profile`, because that needs the previous cached profile.

use std::collections::HashSet;

use lapel_domain::{
    ClearedFields, Field, MergeDecision, Profile, cleared_fields, decide_merge, empties_unasked, same_value,
};
use lapel_store::{Account, CachedProfile, Edit, EditState, EditValue, ServerResponse, Store, StoreError};
use uuid::Uuid;

use super::unsendable::{equals_server_value, is_sendable, reject_unsendable};
use crate::app::Inner;
use crate::state::Session;
use crate::views::AppError;

impl Inner {
    /// The ids of the saves that have edits.
    pub(super) fn save_ids(&self, session: &Session) -> HashSet<String> {
        self.shown_edits(session).into_iter().map(|edit| edit.save_id).collect()
    }

    /// Resolves the edits of the saves `saved` that need no request. Returns the edits that must be sent.
    pub(super) async fn reconcile(
        &self,
        session: &Session,
        theirs: &Profile,
        saved: HashSet<String>,
    ) -> Result<Vec<Edit>, AppError> {
        let (account, theirs) = (session.account.clone(), theirs.clone());
        self.update_account(&session.account, move |store| reconcile_all(store, &account, &theirs, &saved)).await
    }

    /// Whether an edit is waiting to be sent.
    pub(super) fn has_waiting(&self, session: &Session) -> bool {
        self.shown_edits(session).iter().any(|edit| edit.state == EditState::Waiting)
    }
}

fn reconcile_all(
    store: &Store,
    account: &Account,
    theirs: &Profile,
    saved: &HashSet<String>,
) -> Result<Vec<Edit>, StoreError> {
    let mut to_send = Vec::new();
    for edit in store.edits(account.id)?.into_iter().filter(|edit| saved.contains(&edit.save_id)) {
        match (&edit.state, decide(store, account, &edit, theirs)?) {
            (EditState::Refused { .. }, _) => {}
            // The edit would restore an empty value, which no server accepts for this field. The server's value
            // stays.
            _ if edit.mine == EditValue::Text(String::new()) && !edit.field.may_be_empty() => {
                store.forget_edit(account.id, &edit)?;
            }
            (EditState::Waiting | EditState::Conflict { .. }, MergeDecision::Done) => {
                store.forget_edit(account.id, &edit)?;
            }
            (EditState::Waiting, MergeDecision::Send) if !is_sendable(&edit) => {
                reject_unsendable(store, account, &edit, theirs)?
            }
            (EditState::Waiting, MergeDecision::Send) => to_send.push(edit),
            // A user cannot choose between values that look the same.
            (EditState::Conflict { .. }, MergeDecision::Send) if equals_server_value(&edit, theirs) => {
                store.set_edit_state(account.id, &edit, &EditState::Waiting)?;
                if is_sendable(&edit) {
                    to_send.push(edit);
                }
            }
            (EditState::Waiting | EditState::Conflict { .. }, _) => {
                store.set_edit_state(account.id, &edit, &conflict(&edit, theirs))?;
            }
        }
    }
    Ok(to_send)
}

fn decide(store: &Store, account: &Account, edit: &Edit, theirs: &Profile) -> Result<MergeDecision, StoreError> {
    let mine = value_to_send(store, account, edit)?;
    let in_flight = mine.as_deref().filter(|_| edit.in_flight);
    let unconfirmed: Vec<&str> = in_flight.into_iter().chain(edit.unconfirmed_value.as_deref()).collect();
    Ok(decide_merge(edit.field, &edit.base, mine.as_deref(), &unconfirmed, theirs.value(edit.field)))
}

/// The value that an edit sends; none for a picture that has not been uploaded yet.
pub(super) fn value_to_send(store: &Store, account: &Account, edit: &Edit) -> Result<Option<String>, StoreError> {
    match &edit.mine {
        EditValue::Text(text) => Ok(Some(text.clone())),
        EditValue::LocalPicture(id) => Ok(store.local_picture(account.id, id)?.and_then(|picture| picture.url)),
    }
}

/// The conflict state of an edit. The server only has the time of the last change to the whole profile, so the time
/// of a known conflict is kept while the server's value stays the same.
pub(super) fn conflict(edit: &Edit, server: &Profile) -> EditState {
    let theirs = server.value(edit.field);
    match &edit.state {
        known @ EditState::Conflict { theirs: before, .. } if same_value(edit.field, before, theirs) => known.clone(),
        _ => {
            let changed_at = server.updated_at.as_ref().and_then(lapel_domain::Timestamp::millis);
            EditState::Conflict { theirs: theirs.to_owned(), theirs_at: changed_at }
        }
    }
}

/// Stores a profile that was read. Compares it with the previous one to resolve edits in flight, and to find fields
/// that a PUT of this or another client emptied by omitting them.
pub(crate) fn apply_fetched_profile(
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
        match decide(store, account, &edit, &server.profile)? {
            MergeDecision::Done => arrived.push(edit.field),
            MergeDecision::Send => store.return_to_waiting(account.id, &[edit.field], true)?,
            MergeDecision::Conflict => store.set_edit_state(account.id, &edit, &conflict(&edit, &server.profile))?,
        }
    }
    let before = store.profile(account.id)?;
    let before = before.map_or_else(|| server.profile.clone(), |cached| cached.profile);
    // It is unknown who emptied a field. Asking the user once too often is better than losing a value. But without a
    // request of this client, and if other clients may empty the field on purpose, it is another client's change.
    let put_replaces_all = empties_unasked(&before, &server.profile);
    let cleared = match sent.is_empty() && !put_replaces_all {
        true => ClearedFields::default(),
        false => cleared_fields(&sent, false, &before, &server.profile),
    };
    commit_response(
        store,
        account,
        &before,
        server,
        &ResponseOutcome { arrived, cleared, cleared_by_us: false, puts_back: false, put_replaces_all },
    )
}

/// What the response to a PUT, or a read after it, shows.
pub(crate) struct ResponseOutcome {
    pub(crate) arrived: Vec<Field>,
    /// The fields that the PUT emptied by omitting them.
    pub(crate) cleared: ClearedFields,
    /// Whether it is certain that this client's PUT emptied them.
    pub(crate) cleared_by_us: bool,
    /// Whether the emptied fields are restored without asking the user.
    pub(crate) puts_back: bool,
    /// Whether it shows that the server empties omitted fields.
    pub(crate) put_replaces_all: bool,
}

/// Stores the outcome of a PUT that was based on the profile `before`, together with the server's current profile.
pub(crate) fn commit_response(
    store: &Store,
    account: &Account,
    before: &Profile,
    server: &CachedProfile,
    outcome: &ResponseOutcome,
) -> Result<(), StoreError> {
    let emptied: Vec<(Field, String)> =
        outcome.cleared.fields.iter().map(|&field| (field, before.value(field).to_owned())).collect();
    let put_replaces_all = outcome.put_replaces_all.then_some(account.server.as_str());
    let response = ServerResponse {
        cached: server,
        arrived: &outcome.arrived,
        cleared: &emptied,
        cleared_by_us: outcome.cleared_by_us,
        puts_back: outcome.puts_back,
        put_replaces_all,
    };
    store.apply_response(account.id, &response, &Uuid::new_v4().to_string(), server.fetched_at)
}
