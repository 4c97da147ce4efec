//! Every stored edit meets the profile that the server has now: done, to be sent, or a conflict. Those whose delivery had
//! no answer come first, while the profile of before is still the cached one.

use std::collections::HashSet;

use lapel_domain::{
    ClearedFields, Field, MergeDecision, Profile, cleared_fields, decide_merge, empties_unasked, same_value,
};
use lapel_store::{Account, CachedProfile, Edit, EditState, EditValue, ServerResponse, Store, StoreError};
use uuid::Uuid;

use super::needed::{is_sendable, keep_unsent, looks_like};
use crate::app::Inner;
use crate::state::Session;
use crate::views::AppError;

impl Inner {
    /// The saves that have edits.
    pub(super) fn save_ids(&self, session: &Session) -> HashSet<String> {
        self.shown_edits(session).into_iter().map(|edit| edit.save_id).collect()
    }

    /// Settles what can be settled by looking, of the edits of these saves, and answers those that are to be sent.
    pub(super) async fn reconcile(
        &self,
        session: &Session,
        theirs: &Profile,
        saved: HashSet<String>,
    ) -> Result<Vec<Edit>, AppError> {
        let (account, theirs) = (session.account.clone(), theirs.clone());
        self.update_account(&session.account, move |store| reconcile_all(store, &account, &theirs, &saved)).await
    }

    /// Whether anything waits to be sent.
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
        match (&edit.state, verdict(store, account, &edit, theirs)?) {
            (EditState::Refused { .. }, _) => {}
            // Taking back what was put where the server had nothing: whatever it has now stays, as no server takes it empty.
            _ if edit.mine == EditValue::Text(String::new()) && !edit.field.may_be_empty() => {
                store.forget_edit(account.id, &edit)?;
            }
            (EditState::Waiting | EditState::Conflict { .. }, MergeDecision::Done) => {
                store.forget_edit(account.id, &edit)?;
            }
            (EditState::Waiting, MergeDecision::Send) if !is_sendable(&edit) => {
                keep_unsent(store, account, &edit, theirs)?
            }
            (EditState::Waiting, MergeDecision::Send) => to_send.push(edit),
            // Nobody can choose between values that look the same.
            (EditState::Conflict { .. }, MergeDecision::Send) if looks_like(&edit, theirs) => {
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

fn verdict(store: &Store, account: &Account, edit: &Edit, theirs: &Profile) -> Result<MergeDecision, StoreError> {
    let mine = value(store, account, edit)?;
    let on_its_way = mine.as_deref().filter(|_| edit.in_flight);
    let unconfirmed: Vec<&str> = on_its_way.into_iter().chain(edit.unconfirmed_value.as_deref()).collect();
    Ok(decide_merge(edit.field, &edit.base, mine.as_deref(), &unconfirmed, theirs.value(edit.field)))
}

/// The value that an edit puts on the server; none for a picture that was not uploaded yet.
pub(super) fn value(store: &Store, account: &Account, edit: &Edit) -> Result<Option<String>, StoreError> {
    match &edit.mine {
        EditValue::Text(text) => Ok(Some(text.clone())),
        EditValue::LocalPicture(id) => Ok(store.local_picture(account.id, id)?.and_then(|held| held.url)),
    }
}

/// The server names the time of its last change of the profile only: for a value that is not new, what was noted with it
/// comes closer.
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

/// Takes over a profile that was read. What became of deliveries without an answer is seen in it; so is what they, or
/// clients of others, have emptied by leaving it out.
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
        match verdict(store, account, &edit, &server.profile)? {
            MergeDecision::Done => arrived.push(edit.field),
            MergeDecision::Send => store.return_to_waiting(account.id, &[edit.field], true)?,
            MergeDecision::Conflict => store.set_edit_state(account.id, &edit, &conflict(&edit, &server.profile))?,
        }
    }
    let before = store.profile(account.id)?;
    let before = before.map_or_else(|| server.profile.clone(), |cached| cached.profile);
    // Who emptied what, nobody can tell now: rather a question too many than a value lost. But what somebody else can have
    // emptied on purpose proves nothing about the server, and where nothing of ours is on its way, it is their change.
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
        &ResponseOutcome { arrived, cleared, by_us: false, puts_back: false, put_replaces_all },
    )
}

/// What an answer, or a read in its place, says about a PUT.
pub(crate) struct ResponseOutcome {
    pub(crate) arrived: Vec<Field>,
    /// What the PUT has emptied by leaving it out.
    pub(crate) cleared: ClearedFields,
    /// Whether that PUT was ours for certain.
    pub(crate) by_us: bool,
    /// Whether what was emptied is put back without a question.
    pub(crate) puts_back: bool,
    /// Whether the server does so always.
    pub(crate) put_replaces_all: bool,
}

/// Notes what became of a PUT over the profile `before`, with the profile that the server has now.
pub(crate) fn commit_response(
    store: &Store,
    account: &Account,
    before: &Profile,
    server: &CachedProfile,
    settled: &ResponseOutcome,
) -> Result<(), StoreError> {
    let emptied: Vec<(Field, String)> =
        settled.cleared.fields.iter().map(|&field| (field, before.value(field).to_owned())).collect();
    let put_replaces_all = settled.put_replaces_all.then_some(account.server.as_str());
    let answer = ServerResponse {
        cached: server,
        arrived: &settled.arrived,
        cleared: &emptied,
        cleared_by_us: settled.by_us,
        puts_back: settled.puts_back,
        put_replaces_all,
    };
    store.apply_response(account.id, &answer, &Uuid::new_v4().to_string(), server.fetched_at)
}
