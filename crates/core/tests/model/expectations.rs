//! The model: the value that each person last wanted for each field, the history of each field on the server, and the
//! checks that follow from both.

use std::collections::{HashMap, HashSet};

use lapel_core::views::{EditState, EditView, ProfileField, Snapshot};
use lapel_sandbox::Write;

use super::environment::LOCAL_PICTURE_ID;

/// The index of a person, and one of their fields.
type FieldKey = (usize, ProfileField);

/// A value that a field has had on the server.
#[derive(Clone, Debug)]
struct ServerValue {
    value: String,
    /// Whether the app wrote it.
    by_app: bool,
    /// Whether the PUT contained the field. Otherwise the server cleared it.
    sent: bool,
}

/// The value that a person last wanted for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    value: String,
    /// The index of the last entry in the field's history when the person decided.
    since: usize,
    /// Whether the value undoes a change that the app showed as not sent. The app sends the undo only if the change has
    /// reached the server anyway.
    is_undo: bool,
}

/// How the server differs from an ordinary one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerKind {
    pub(crate) no_etag: bool,
    pub(crate) put_replaces_all: bool,
}

/// What must hold for every person and field, given the steps and the writes so far.
pub(crate) struct Expectations {
    server: ServerKind,
    /// The values of each field on the server, oldest first.
    history: HashMap<FieldKey, Vec<ServerValue>>,
    wanted: HashMap<FieldKey, Wanted>,
    /// Values that the server cleared because the app's own PUT omitted them. No person decided this, so the app must
    /// restore them like wanted values.
    cleared: HashMap<FieldKey, Wanted>,
    /// People who have signed out. If one of their requests clears a field later, the app need not restore it.
    signed_out: HashSet<usize>,
    /// The values that a person has saved since they last signed out.
    saved: HashSet<(FieldKey, String)>,
    /// The values saved before that sign-out. A request with such a value may still be in flight, so a later write of
    /// the value counts as another client's.
    discarded: HashSet<(FieldKey, String)>,
    /// The server values that the person has seen and that the app may therefore overwrite.
    may_overwrite: HashMap<FieldKey, HashSet<String>>,
    /// The fields with an edit when the app was last observed. The app may not know that such an edit has arrived.
    pending: HashSet<FieldKey>,
    /// Whether an edit may have been rejected.
    pub(crate) may_reject: bool,
    /// Whether the app may have received a stale response. It may then write a value that the server already has.
    pub(crate) stale_responses: bool,
    /// Whether a response may have come without a usable ETag, so that a write may be unconditional.
    pub(crate) no_etags: bool,
    /// Whether the server may have normalized a value. If the response was lost, the app takes the stored form for
    /// another client's value.
    pub(crate) normalized_values: bool,
}

impl Expectations {
    pub(crate) fn new(server: ServerKind, start: impl IntoIterator<Item = (FieldKey, String)>) -> Self {
        let first_value = |value| vec![ServerValue { value, by_app: false, sent: true }];
        let history = start.into_iter().map(|(key, value)| (key, first_value(normalized(&value)))).collect();
        let (wanted, cleared, signed_out, saved, discarded, may_overwrite, pending) = Default::default();
        Self {
            server,
            history,
            wanted,
            cleared,
            signed_out,
            saved,
            discarded,
            may_overwrite,
            pending,
            may_reject: false,
            stale_responses: false,
            normalized_values: false,
            no_etags: server.no_etag,
        }
    }

    /// Records which fields of a person have an edit. Call it after [`Self::record_write`] for all writes so far.
    pub(crate) fn record_pending(&mut self, person: usize, snapshot: &Snapshot) {
        self.pending.retain(|key| key.0 != person);
        self.pending.extend(snapshot.edits.iter().map(|edit| (person, edit.field)));
    }

    /// The person saved a field while the app showed `snapshot`. `value` is the form that the server will store.
    pub(crate) fn record_save(&mut self, key: FieldKey, value: &str, snapshot: &Snapshot) {
        let value = normalized(value);
        let value = value.as_str();
        let edit = snapshot.edits.iter().find(|edit| edit.field == key.1);
        let shown = shown_value(snapshot, key.1);
        match edit {
            // No change.
            None if shown == value && value != LOCAL_PICTURE_ID => return,
            None => {
                // The app may know that its own PUT has just cleared the field before the page shows it.
                let cleared = self.history[&key].last().filter(|last| last.by_app && !last.sent);
                let seen = cleared.map(|last| last.value.clone()).into_iter().chain([shown]).collect();
                self.may_overwrite.insert(key, seen);
            }
            // Saving the server's value resolves the conflict. The app cannot tell that a picture file is the server's
            // picture.
            Some(conflict @ EditView { state: EditState::Conflict, theirs: Some(theirs), .. })
                if normalized(theirs) == value && value != LOCAL_PICTURE_ID =>
            {
                // If an earlier request with the person's own value arrives late, the app may overwrite that value with
                // the accepted one.
                self.saved.insert((key, value.to_owned()));
                self.may_overwrite.insert(key, HashSet::from([normalized(theirs), own_value(conflict)]));
                return self.record_discard(key);
            }
            // A third value: the person has seen the other two.
            Some(conflict @ EditView { state: EditState::Conflict, theirs: Some(theirs), .. }) => {
                self.may_overwrite.insert(key, HashSet::from([normalized(theirs), own_value(conflict)]));
            }
            // The new edit replaces the person's earlier edit, whose value may be on the server by now.
            Some(edit) => drop(self.may_overwrite.entry(key).or_default().insert(own_value(edit))),
        }
        // The last value that the app has written may be the base by now, even if the page does not show it yet.
        let last_written = self.history[&key].iter().rfind(|entry| entry.by_app && entry.sent);
        let is_base =
            |edit: &EditView| normalized(&edit.base) == value || last_written.is_some_and(|last| last.value == value);
        let is_undo = edit.is_some_and(|edit| edit.state != EditState::Conflict && is_base(edit));
        self.saved.insert((key, value.to_owned()));
        self.cleared.remove(&key);
        self.signed_out.remove(&key.0);
        // Saving the same value again before it was sent changes nothing.
        let unchanged = self.wanted.get(&key).filter(|wanted| edit.is_some() && wanted.value == value);
        let since = unchanged.map_or(self.history[&key].len() - 1, |wanted| wanted.since);
        self.wanted.insert(key, Wanted { value: value.to_owned(), since, is_undo });
    }

    /// The person kept their own value in a conflict.
    pub(crate) fn record_keep_mine(&mut self, key: FieldKey, edit: &EditView) {
        let (value, theirs) = (own_value(edit), normalized(edit.theirs.as_deref().unwrap_or_default()));
        self.saved.insert((key, value.clone()));
        self.may_overwrite.insert(key, HashSet::from([theirs.clone()]));
        let history = &self.history[&key];
        // In a conflict about a cleared field, another client may have set the field before the person decided.
        if edit.base == edit.mine && history.last().is_some_and(|last| last.value != theirs) {
            let since = history.iter().rposition(|entry| entry.value == theirs).unwrap_or_default();
            self.cleared.insert(key, Wanted { value, since, is_undo: false });
            return;
        }
        // If another client has cleared the field, the value was not wanted before. It is from now on.
        let since = history.len() - 1;
        if self.cleared.get(&key).is_none_or(|wanted| wanted.value != value)
            && self.wanted.get(&key).is_none_or(|wanted| wanted.value != value)
        {
            self.wanted.insert(key, Wanted { value, since, is_undo: false });
        }
    }

    /// The person accepted the server's value in a conflict.
    pub(crate) fn record_discard(&mut self, key: FieldKey) {
        self.wanted.remove(&key);
        self.cleared.remove(&key);
    }

    /// The person dropped an edit that the app showed as not sent.
    pub(crate) fn record_drop(&mut self, key: FieldKey, edit: &EditView) {
        let (value, since) = (normalized(&edit.base), self.history[&key].len() - 1);
        if value.is_empty() && matches!(key.1, ProfileField::FirstName | ProfileField::Language) {
            // No server accepts an empty value here, so the server's current value stays.
            return self.record_discard(key);
        }
        self.saved.insert((key, value.clone()));
        // The undo may overwrite the value of the dropped edit.
        self.may_overwrite.entry(key).or_default().insert(own_value(edit));
        self.cleared.remove(&key);
        self.wanted.insert(key, Wanted { value, since, is_undo: true });
    }

    /// The person signed out and discarded all edits.
    pub(crate) fn record_sign_out(&mut self, person: usize) {
        self.signed_out.insert(person);
        let (discarded, saved) = self.saved.drain().partition(|((owner, _), _)| *owner == person);
        self.saved = saved;
        self.discarded.extend::<HashSet<_>>(discarded);
        self.wanted.retain(|key, _| key.0 != person);
        self.cleared.retain(|key, _| key.0 != person);
    }

    /// Records a write that the server has made, and checks it if the app sent it.
    pub(crate) fn record_write(&mut self, person: usize, write: &Write) {
        for field in &write.fields {
            let key = (person, field_of(field.name));
            let (before, after) = (normalized(&field.before), normalized(&field.after));
            let value = (key, after.clone());
            let discarded = field.sent && self.discarded.contains(&value) && !self.saved.contains(&value);
            let by_app = write.client.starts_with("Lapel/") && !discarded;
            // If the server has normalized a value, the app may send the typed form again.
            let as_typed = super::steps::values(key.1).contains(&field.after.as_str());
            if by_app && field.sent && !self.server.put_replaces_all && as_typed && !self.stale_responses {
                assert_ne!(field.before, field.after, "written twice: {key:?}");
            }
            if by_app && field.sent && before != after {
                assert!(self.saved.contains(&(key, after.clone())), "{after:?} of {key:?} was written but never saved");
                let own = self.history[&key].last().is_some_and(|entry| entry.by_app);
                let seen = self.may_overwrite.get(&key).is_some_and(|seen| seen.contains(&before));
                // Only the server itself clears a field that must not be empty. Without ETags a stale response goes
                // unnoticed.
                let cleared_by_server =
                    before.is_empty() && matches!(key.1, ProfileField::FirstName | ProfileField::Language);
                let undetectable = self.no_etags && self.stale_responses;
                assert!(
                    own || seen || cleared_by_server || undetectable,
                    "{before:?} of {key:?} was overwritten with {after:?} and never seen"
                );
            }
            if by_app && !field.sent && before != after {
                assert!(self.server.put_replaces_all && after.is_empty(), "{key:?} changed without being sent");
                // The app may overwrite the empty value to restore the cleared one.
                self.saved.insert((key, before.clone()));
                self.may_overwrite.entry(key).or_default().insert(after.clone());
                let since = self.history[&key].len();
                let history = &self.history[&key];
                let is_confirmed = !self.pending.contains(&key);
                // A wanted value that has not arrived, or that is empty, replaces the cleared one anyway.
                let is_done =
                    |wanted: &Wanted| is_confirmed && !wanted.value.is_empty() && has_arrived(history, wanted);
                if self.wanted.get(&key).is_none_or(is_done) && !self.signed_out.contains(&person) {
                    self.cleared.insert(key, Wanted { value: before.clone(), since, is_undo: false });
                }
            }
            if before != after {
                let history = self.history.get_mut(&key).unwrap();
                let written = ServerValue { value: after, by_app, sent: field.sent };
                let entry = restored(history, &written).unwrap_or(written);
                history.push(entry);
            }
        }
    }

    /// Checks the state after the app has finished everything it can do for a person.
    pub(crate) fn check_final_state(&self, person: usize, snapshot: &Snapshot) {
        for field in super::steps::FIELDS {
            let key = (person, field);
            let history = &self.history[&key];
            let wanted = [self.wanted.get(&key), self.cleared.get(&key)].into_iter().flatten();
            let last = history.last().unwrap();
            // If another client has set a cleared field since, its value stays.
            let cleared = self.cleared.get(&key);
            let is_replaced = |value: &Wanted| {
                cleared == Some(value) && history[value.since..].iter().any(|entry| !entry.by_app && entry.sent)
            };
            assert_eq!(shown_value(snapshot, field), last.value, "{key:?} is not shown as on the server");
            match snapshot.edits.iter().find(|edit| edit.field == field) {
                // After a lost response the app cannot tell whether its own PUT or another client has cleared the
                // field. An unnecessary conflict is allowed: it loses nothing.
                Some(edit)
                    if asks_to_restore(history, edit)
                        && wanted
                            .clone()
                            .all(|value| is_replaced(value) || has_arrived(without_last_clearing(history), value)) => {}
                Some(edit) => {
                    let is_wanted = wanted.clone().any(|value| value.value == own_value(edit));
                    assert!(is_wanted, "{edit:?} of {key:?} is not wanted; wanted: {:?}", wanted.collect::<Vec<_>>());
                    match edit.state {
                        EditState::Refused => assert!(self.may_reject, "{key:?} was rejected without a reason"),
                        EditState::Conflict => {
                            assert_eq!(edit.theirs.as_deref().map(normalized).as_deref(), Some(last.value.as_str()));
                            let with_own_write = last.by_app && last.sent && !self.normalized_values;
                            assert!(!with_own_write, "{key:?} conflicts with the app's own write: {history:?}");
                        }
                        state => panic!("{key:?} is still {state:?}"),
                    }
                }
                None => {
                    for value in wanted {
                        let is_done = is_replaced(value) || has_arrived(history, value);
                        assert!(is_done, "{value:?} of {key:?} is lost: {history:?}");
                    }
                }
            }
        }
    }
}

/// If the app restores a value that its own PUT has cleared: the original history entry, as if the field had never
/// changed.
fn restored(history: &[ServerValue], written: &ServerValue) -> Option<ServerValue> {
    let [.., original, cleared] = history else { return None };
    let by_app = cleared.by_app && !cleared.sent && written.by_app;
    (by_app && original.value == written.value).then(|| original.clone())
}

/// Whether an edit is a conflict about restoring a value that the server has cleared.
fn asks_to_restore(history: &[ServerValue], edit: &EditView) -> bool {
    let own_value = own_value(edit);
    let was_on_server = history.iter().any(|entry| entry.value == own_value);
    edit.state == EditState::Conflict && edit.base == edit.mine && was_on_server
}

/// The history, without the last entry if that one is a clearing by the app's own PUT.
fn without_last_clearing(history: &[ServerValue]) -> &[ServerValue] {
    match history {
        [before @ .., last] if last.by_app && !last.sent => before,
        _ => history,
    }
}

/// Whether the server had the value at some time since it was wanted, and only other clients have changed it since.
fn has_arrived(history: &[ServerValue], wanted: &Wanted) -> bool {
    if wanted.is_undo {
        let mut later = history.iter().skip(wanted.since + 1).rev();
        if later.find(|entry| entry.by_app && entry.sent).is_none_or(|entry| entry.value == wanted.value) {
            return true;
        }
    }
    for (index, entry) in history.iter().enumerate().skip(wanted.since).rev() {
        if entry.value == wanted.value {
            return true;
        }
        // If another client has set a field after the app's PUT cleared it, the clearing does not matter.
        let is_replaced = !entry.sent && history[index..].iter().any(|later| !later.by_app && later.sent);
        if entry.by_app && index > wanted.since && !is_replaced {
            return false;
        }
    }
    false
}

fn field_of(name: &str) -> ProfileField {
    match name {
        "firstName" => ProfileField::FirstName,
        "lastName" => ProfileField::LastName,
        "picture" => ProfileField::Picture,
        _ => ProfileField::Language,
    }
}

/// A value in normalized form, for comparison. An address of a picture on the server becomes the picture's id, and all
/// forms in which a server may store a text become the same text.
fn normalized(value: &str) -> String {
    lapel_domain::fold(value.rsplit_once("/v1/pictures/").map_or(value, |(_, id)| id))
}

/// The value of the cached profile, normalized.
fn shown_value(snapshot: &Snapshot, field: ProfileField) -> String {
    normalized(&shown_value_raw(snapshot, field))
}

/// The value of the cached profile.
pub(crate) fn shown_value_raw(snapshot: &Snapshot, field: ProfileField) -> String {
    let Some(profile) = &snapshot.profile else { return String::new() };
    let value = match field {
        ProfileField::FirstName => &profile.first_name,
        ProfileField::LastName => &profile.last_name,
        ProfileField::Picture => &profile.picture_address,
        ProfileField::Language => &profile.language,
    };
    value.clone()
}

/// The saved value of an edit, normalized. [`LOCAL_PICTURE_ID`] for the local picture.
fn own_value(edit: &EditView) -> String {
    match &edit.picture {
        Some(picture) if edit.mine.is_empty() && picture.url.is_none() => LOCAL_PICTURE_ID.to_owned(),
        _ => normalized(&edit.mine),
    }
}
