//! Handles the response to a PUT and decides for each field whether the server stored it. A response that contains
//! the sent values is trusted. Otherwise the profile is read again, bypassing caches.

use lapel_api::Versioned;
use lapel_domain::{
    Arrival, ClearedFields, Field, Profile, classify_arrival, cleared_fields, empties_unasked, is_older, same_value,
};
use lapel_store::{EMPTIES_LEFT_OUT, Edit};

use super::counters::NotStoredAction;
use super::fetch::check_person;
use super::reconcile::{ResponseOutcome, commit_response, conflict};
use super::send::NextStep;
use crate::app::Inner;
use crate::state::Session;
use crate::views::{AppError, ErrorCode};

/// A PUT of edits that the server has accepted.
pub(super) struct Put<'a> {
    /// The profile that the PUT was based on.
    pub(super) before: &'a Versioned,
    /// The edits, in flight.
    pub(super) edits: &'a [Edit],
    /// The sent value of each field.
    pub(super) values: &'a [(Field, String)],
    /// Whether fields were omitted to find out whether the server still empties omitted fields.
    pub(super) is_probe: bool,
}

/// The outcome of a PUT.
struct Outcome<'a> {
    /// The profile that the server has now.
    now: &'a Versioned,
    /// Whether `now` comes from the response, not from a read after it.
    from_response: bool,
    arrived: Vec<Field>,
    not_stored: &'a [Edit],
    overtaken: Vec<Edit>,
}

/// Whether the outcome of a PUT shows that the server empties omitted fields. In a read after the PUT, only fields
/// that no client can empty are proof: others may have been emptied on purpose in the meantime.
pub(crate) fn shows_put_replaces_all(
    cleared: &ClearedFields,
    from_response: bool,
    before: &Profile,
    now: &Profile,
) -> bool {
    if from_response { !cleared.is_nothing() } else { empties_unasked(before, now) }
}

/// Whether a profile has a value in a field that was not sent.
fn has_other_values(profile: &Profile, sent: &[Field]) -> bool {
    Field::ALL.into_iter().any(|field| !sent.contains(&field) && !profile.value(field).is_empty())
}

impl Put<'_> {
    /// Whether a response contains the sent values and is not older than the profile before the PUT.
    fn is_confirmed_by(&self, response: &Versioned) -> bool {
        !is_older(&response.profile, &self.before.profile)
            && self.values.iter().all(|(field, sent)| same_value(*field, response.profile.value(*field), sent))
    }

    fn arrival(&self, edit: &Edit, response: Option<&Versioned>, now: &Versioned) -> Option<Arrival> {
        let (field, sent) = self.values.iter().find(|(field, _)| *field == edit.field)?;
        let in_response = response.map(|response| response.profile.value(*field));
        Some(classify_arrival(*field, sent, self.before.profile.value(*field), in_response, now.profile.value(*field)))
    }
}

impl Inner {
    /// Applies the outcome of a PUT. `response` is none if the response had no profile.
    pub(super) async fn handle_response(
        &self,
        session: &Session,
        put: &Put<'_>,
        response: Option<Versioned>,
    ) -> Result<NextStep, AppError> {
        if let Some(response) = &response {
            check_person(session, &response.profile)?;
        }
        let (now, from_response) = match &response {
            Some(response) if put.is_confirmed_by(response) => (response.clone(), true),
            // If this fails because only an old profile is available, the edits stay in flight until a later read.
            _ => (self.fetch_after_write(session, &put.before.profile).await?, false),
        };
        let edits_with = |wanted: Arrival| {
            let has_arrival = |edit: &&Edit| put.arrival(edit, response.as_ref(), &now) == Some(wanted);
            put.edits.iter().filter(has_arrival).cloned().collect::<Vec<Edit>>()
        };
        let (normalized, not_stored) = (edits_with(Arrival::StoredAs), edits_with(Arrival::NotKept));
        let overtaken = edits_with(Arrival::Overtaken);
        let arrived = edits_with(Arrival::Arrived).iter().chain(&normalized).map(|edit| edit.field).collect();
        let outcome = Outcome { now: &now, from_response, arrived, not_stored: &not_stored, overtaken };
        self.commit_put(session, put, outcome).await?;
        self.update_for(session, |state| {
            state.checked = true;
            let stored_value = |edit: &Edit| (edit.field, now.profile.value(edit.field).to_owned());
            state.stored_as.extend(normalized.iter().map(stored_value));
        });
        self.retry_or_reject(session, not_stored).await
    }

    async fn commit_put(&self, session: &Session, put: &Put<'_>, outcome: Outcome<'_>) -> Result<(), AppError> {
        let Outcome { now, from_response, arrived, not_stored, overtaken } = outcome;
        let sent: Vec<Field> = put.edits.iter().map(|edit| edit.field).collect();
        // Also if the unchanged fields were sent: a field that is empty in the response would be lost otherwise.
        let cleared = cleared_fields(&sent, false, &put.before.profile, &now.profile);
        let put_replaces_all = shows_put_replaces_all(&cleared, from_response, &put.before.profile, &now.profile);
        // After a probe, emptied fields are restored without asking the user.
        let puts_back = from_response && put.is_probe;
        let keeps_left_out = puts_back && !put_replaces_all && has_other_values(&put.before.profile, &sent);
        let outcome = ResponseOutcome { put_replaces_all, arrived, cleared, cleared_by_us: from_response, puts_back };
        let at = self.now();
        let (account, before, cached) = (session.account.clone(), put.before.profile.clone(), self.to_cached(now));
        let not_stored: Vec<Field> = not_stored.iter().map(|edit| edit.field).collect();
        self.update_account(&session.account, move |store| {
            commit_response(store, &account, &before, &cached, &outcome)?;
            if keeps_left_out {
                store.learn(&account.server, EMPTIES_LEFT_OUT, "false", at)?;
            }
            store.return_to_waiting(account.id, &not_stored, true)?;
            overtaken
                .iter()
                .try_for_each(|edit| store.set_edit_state(account.id, edit, &conflict(edit, &cached.profile)))
        })
        .await
    }

    /// Sends values again that the server accepted but did not store, a limited number of times. Then marks them as
    /// rejected.
    async fn retry_or_reject(&self, session: &Session, not_stored: Vec<Edit>) -> Result<NextStep, AppError> {
        let failure = || AppError::new(ErrorCode::NotKept, "the server accepted a change but did not store it");
        let (mut rejected, mut later) = (Vec::new(), false);
        for edit in not_stored {
            match self.record_not_stored(&edit) {
                NotStoredAction::SendNow => {}
                NotStoredAction::SendLater => later = true,
                NotStoredAction::Reject => rejected.push(Edit { in_flight: false, ..edit }),
            }
        }
        if !rejected.is_empty() {
            self.mark_rejected(session, rejected, &failure(), None).await?;
        }
        if later { Err(failure()) } else { Ok(NextStep::Continue) }
    }
}
