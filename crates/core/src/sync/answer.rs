//! What the answer to a PUT says about each field: "saved" is said of what the server holds. An answer that holds what was
//! sent is believed; any other is looked at once more, past every cache.

use lapel_api::Versioned;
use lapel_domain::{
    Arrival, ClearedFields, Field, Profile, classify_arrival, cleared_fields, empties_unasked, is_older, same_value,
};
use lapel_store::{EMPTIES_LEFT_OUT, Edit};

use super::counters::NotKept;
use super::fetch::check_person;
use super::reconcile::{ResponseOutcome, commit_response, conflict};
use super::send::Next;
use crate::app::Inner;
use crate::state::Session;
use crate::views::{AppError, ErrorCode};

/// A PUT of edits that was answered.
pub(super) struct Put<'a> {
    /// The profile that it was made over.
    pub(super) before: &'a Versioned,
    /// The edits, in flight.
    pub(super) edits: &'a [Edit],
    /// What was sent for them.
    pub(super) values: &'a [(Field, String)],
    /// Whether fields were left out to find out whether the server still empties those.
    pub(super) asks_anew: bool,
}

/// What became of it.
struct Outcome<'a> {
    /// The profile that the server has now.
    now: &'a Versioned,
    /// Whether that is the answer itself, and no read after it.
    from_answer: bool,
    arrived: Vec<Field>,
    not_kept: &'a [Edit],
    overtaken: Vec<Edit>,
}

/// Whether it was the server that has emptied what a PUT left out. By the time of a read after it, others may have emptied
/// on purpose what may be empty.
pub(crate) fn empties_left_out(cleared: &ClearedFields, from_answer: bool, before: &Profile, now: &Profile) -> bool {
    if from_answer { !cleared.is_nothing() } else { empties_unasked(before, now) }
}

/// Whether a profile holds a value in a field that was not sent.
fn has_other_values(profile: &Profile, sent: &[Field]) -> bool {
    Field::ALL.into_iter().any(|field| !sent.contains(&field) && !profile.value(field).is_empty())
}

impl Put<'_> {
    /// Whether an answer holds what was sent, and is no old one in which it once stood.
    fn is_in(&self, answer: &Versioned) -> bool {
        !is_older(&answer.profile, &self.before.profile)
            && self.values.iter().all(|(field, sent)| same_value(*field, answer.profile.value(*field), sent))
    }

    fn arrival(&self, edit: &Edit, answered: Option<&Versioned>, now: &Versioned) -> Option<Arrival> {
        let (field, sent) = self.values.iter().find(|(field, _)| *field == edit.field)?;
        let answered = answered.map(|answered| answered.profile.value(*field));
        Some(classify_arrival(*field, sent, self.before.profile.value(*field), answered, now.profile.value(*field)))
    }
}

impl Inner {
    /// Takes over what the server made of a PUT; `answered` is none where it did not say.
    pub(super) async fn handle_response(
        &self,
        session: &Session,
        put: &Put<'_>,
        answered: Option<Versioned>,
    ) -> Result<Next, AppError> {
        if let Some(answered) = &answered {
            check_person(session, &answered.profile)?;
        }
        let (now, from_answer) = match &answered {
            Some(answered) if put.is_in(answered) => (answered.clone(), true),
            // Where only an old answer can be had, they stay in flight: a later read tells.
            _ => (self.fetch_after(session, &put.before.profile).await?, false),
        };
        let of = |wanted: Arrival| {
            let fits = |edit: &&Edit| put.arrival(edit, answered.as_ref(), &now) == Some(wanted);
            put.edits.iter().filter(fits).cloned().collect::<Vec<Edit>>()
        };
        let (stored, not_kept, overtaken) = (of(Arrival::StoredAs), of(Arrival::NotKept), of(Arrival::Overtaken));
        let arrived = of(Arrival::Arrived).iter().chain(&stored).map(|edit| edit.field).collect();
        let outcome = Outcome { now: &now, from_answer, arrived, not_kept: &not_kept, overtaken };
        self.commit_put(session, put, outcome).await?;
        self.update_for(session, |state| {
            state.checked = true;
            let in_its_form = |edit: &Edit| (edit.field, now.profile.value(edit.field).to_owned());
            state.stored_as.extend(stored.iter().map(in_its_form));
        });
        self.send_again_or_tell(session, not_kept).await
    }

    async fn commit_put(&self, session: &Session, put: &Put<'_>, outcome: Outcome<'_>) -> Result<(), AppError> {
        let Outcome { now, from_answer, arrived, not_kept, overtaken } = outcome;
        let sent: Vec<Field> = put.edits.iter().map(|edit| edit.field).collect();
        // Also where the untouched fields were sent along: what comes back empty all the same is lost otherwise.
        let cleared = cleared_fields(&sent, false, &put.before.profile, &now.profile);
        let put_replaces_all = empties_left_out(&cleared, from_answer, &put.before.profile, &now.profile);
        // Where it was to be expected, nobody is asked about it.
        let puts_back = from_answer && put.asks_anew;
        let keeps_left_out = puts_back && !put_replaces_all && has_other_values(&put.before.profile, &sent);
        let settled = ResponseOutcome { put_replaces_all, arrived, cleared, by_us: from_answer, puts_back };
        let at = self.now();
        let (account, before, cached) = (session.account.clone(), put.before.profile.clone(), self.cached(now));
        let not_kept: Vec<Field> = not_kept.iter().map(|edit| edit.field).collect();
        self.update_account(&session.account, move |store| {
            commit_response(store, &account, &before, &cached, &settled)?;
            if keeps_left_out {
                store.learn(&account.server, EMPTIES_LEFT_OUT, "false", at)?;
            }
            store.return_to_waiting(account.id, &not_kept, true)?;
            overtaken
                .iter()
                .try_for_each(|edit| store.set_edit_state(account.id, edit, &conflict(edit, &cached.profile)))
        })
        .await
    }

    /// What the server accepted and did not keep is sent again, until the person has to know.
    async fn send_again_or_tell(&self, session: &Session, not_kept: Vec<Edit>) -> Result<Next, AppError> {
        let failure = || AppError::new(ErrorCode::NotKept, "the server accepted a change and did not keep it");
        let (mut told, mut later) = (Vec::new(), false);
        for edit in not_kept {
            match self.note_not_kept(&edit) {
                NotKept::Again => {}
                NotKept::Later => later = true,
                NotKept::Tell => told.push(Edit { in_flight: false, ..edit }),
            }
        }
        if !told.is_empty() {
            self.mark_rejected(session, told, &failure(), None).await?;
        }
        if later { Err(failure()) } else { Ok(Next::Same) }
    }
}
