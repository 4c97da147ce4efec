//! What the response to a PUT says about each field. An edit counts as saved only if the server has its value: a response that
//! contains the sent values is believed; after any other response the profile is read again, bypassing all caches.

use lapel_api::Versioned;
use lapel_domain::{
    Arrival, ClearedFields, Field, Profile, classify_arrival, cleared_fields, is_older, same_value,
    server_cleared_required_field,
};
use lapel_store::{Edit, PUT_REPLACES_ALL};

use super::counters::NotKept;
use super::fetch::check_person;
use super::reconcile::{ResponseOutcome, commit_response, conflict};
use super::service::SyncService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;

/// How a sync continues after a PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// With the next round.
    Continue,
    /// Several fields were rejected or blocked together. With one field per PUT, the sync finds out which.
    OneAtATime,
    /// The profile has changed; `by_api`: the API itself says so, and no intermediary.
    Changed { by_api: bool },
    /// Not at all: the edits wait until the person has chosen another language or role.
    Wait,
}

/// A PUT of edits.
pub(super) struct Put<'a> {
    /// The profile that was read before.
    pub(super) before: &'a Versioned,
    /// The edits, in flight.
    pub(super) edits: &'a [Edit],
    /// The values that were sent for them.
    pub(super) values: &'a [(Field, String)],
    /// Whether fields were left out to find out whether the server still empties them.
    pub(super) tries_partial: bool,
}

/// What became of a PUT.
struct Outcome<'a> {
    /// The profile that the server has now.
    now: &'a Versioned,
    /// Whether that profile is the response itself, and not a later read.
    from_response: bool,
    arrived: Vec<Field>,
    not_kept: &'a [Edit],
    overtaken: Vec<Edit>,
}

/// Whether the server has emptied what a PUT left out. In a later read, only a required field proves this: others may have
/// emptied an optional one on purpose.
pub(super) fn put_replaced_all(cleared: &ClearedFields, from_response: bool, before: &Profile, now: &Profile) -> bool {
    if from_response { !cleared.is_nothing() } else { server_cleared_required_field(before, now) }
}

/// Whether a profile has a value in a field that was not sent.
fn has_other_values(profile: &Profile, sent: &[Field]) -> bool {
    Field::ALL.into_iter().any(|field| !sent.contains(&field) && !profile.value(field).is_empty())
}

impl Put<'_> {
    /// Whether a response contains the sent values, and is not an old response that happens to contain them.
    fn is_in(&self, response: &Versioned) -> bool {
        !is_older(&response.profile, &self.before.profile)
            && self.values.iter().all(|(field, sent)| same_value(*field, response.profile.value(*field), sent))
    }

    fn arrival(&self, edit: &Edit, response: Option<&Versioned>, now: &Versioned) -> Option<Arrival> {
        let (field, sent) = self.values.iter().find(|(field, _)| *field == edit.field)?;
        let in_response = response.map(|response| response.profile.value(*field));
        let before = self.before.profile.value(*field);
        Some(classify_arrival(*field, sent, before, in_response, now.profile.value(*field)))
    }
}

impl SyncService {
    /// Applies what the server made of a PUT. `response` is none if it had no body.
    pub(super) async fn handle_response(
        &self,
        session: &Session,
        put: &Put<'_>,
        response: Option<Versioned>,
    ) -> Result<Next, Failure> {
        if let Some(response) = &response {
            check_person(session, &response.profile)?;
        }
        let (now, from_response) = match &response {
            Some(response) if put.is_in(response) => (response.clone(), true),
            // If only an old profile can be read, the edits stay in flight, and a later read shows what became of them.
            _ => (self.fetch_after(session, &put.before.profile).await?, false),
        };
        let edits_with = |wanted: Arrival| {
            let has_arrival = |edit: &&Edit| put.arrival(edit, response.as_ref(), &now) == Some(wanted);
            put.edits.iter().filter(has_arrival).cloned().collect::<Vec<Edit>>()
        };
        let (stored, not_kept) = (edits_with(Arrival::StoredAs), edits_with(Arrival::NotStored));
        let overtaken = edits_with(Arrival::ChangedByOther);
        let arrived = edits_with(Arrival::Arrived).iter().chain(&stored).map(|edit| edit.field).collect();
        let outcome = Outcome { now: &now, from_response, arrived, not_kept: &not_kept, overtaken };
        self.commit_put(session, put, outcome).await?;
        self.state.update_for(session, |state| {
            state.checked = true;
            let stored_form = |edit: &Edit| (edit.field, now.profile.value(edit.field).to_owned());
            state.stored_as.extend(stored.iter().map(stored_form));
        });
        self.resend_or_reject(session, not_kept).await
    }

    async fn commit_put(&self, session: &Session, put: &Put<'_>, outcome: Outcome<'_>) -> Result<(), Failure> {
        let Outcome { now, from_response, arrived, not_kept, overtaken } = outcome;
        let sent: Vec<Field> = put.edits.iter().map(|edit| edit.field).collect();
        // Also after a PUT of all fields: a value that was not edited and came back empty would be lost otherwise.
        let cleared = cleared_fields(&sent, false, &put.before.profile, &now.profile);
        let put_replaces_all = put_replaced_all(&cleared, from_response, &put.before.profile, &now.profile);
        // Fields were left out as a test, so lost values are restored without asking the person.
        let restores_cleared = from_response && put.tries_partial;
        let keeps_left_out = restores_cleared && !put_replaces_all && has_other_values(&put.before.profile, &sent);
        let result = ResponseOutcome { put_replaces_all, arrived, cleared, by_us: from_response, restores_cleared };
        let at = self.now();
        let (account, before, cached) = (session.account.clone(), put.before.profile.clone(), self.cached(now));
        let not_kept: Vec<Field> = not_kept.iter().map(|edit| edit.field).collect();
        self.disk
            .update_account(&session.account, move |store| {
                commit_response(store, &account, &before, &cached, &result)?;
                if keeps_left_out {
                    store.learn(&account.server, PUT_REPLACES_ALL, "false", at)?;
                }
                store.return_to_waiting(account.id, &not_kept, true)?;
                let mark_conflict =
                    |edit: &Edit| store.set_edit_state(account.id, edit, &conflict(edit, &cached.profile));
                overtaken.iter().try_for_each(mark_conflict)
            })
            .await
    }

    /// Decides about values that the server accepted and did not store: they are sent again a few times and then rejected.
    async fn resend_or_reject(&self, session: &Session, not_kept: Vec<Edit>) -> Result<Next, Failure> {
        let not_kept_failure = Failure::NotKept { field: None };
        let (mut rejected, mut later) = (Vec::new(), false);
        for edit in not_kept {
            let next = self.counters.lock().note_not_kept(&edit.save_id, edit.field);
            match next {
                NotKept::SendNow => {}
                NotKept::SendLater => later = true,
                NotKept::Reject => rejected.push(Edit { in_flight: false, ..edit }),
            }
        }
        if !rejected.is_empty() {
            self.mark_rejected(session, rejected, &not_kept_failure, None).await?;
        }
        if later { Err(not_kept_failure) } else { Ok(Next::Continue) }
    }
}
