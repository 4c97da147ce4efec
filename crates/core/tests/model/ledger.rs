//! The model: what each person last wanted of each field, everything that the server has held, and what must follow.

use std::collections::{HashMap, HashSet};

use lapel_core::views::{EditState, EditView, ProfileField, Snapshot};
use lapel_sandbox::Write;

/// A person's field.
type Place = (usize, ProfileField);

/// What became of a field on the server.
#[derive(Clone, Debug)]
struct Moment {
    value: String,
    /// Whether the app wrote it, and whether its PUT mentioned the field.
    by_app: bool,
    sent: bool,
}

/// The last word of a person about a field.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wish {
    value: String,
    /// The moment in the server's history when it was said.
    since: usize,
    /// Whether it takes a change back that was not sent, as far as the person could see. Then the server need not hear of
    /// it, unless it has heard of the change.
    takes_back: bool,
}

/// How a server differs from the ordinary one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Server {
    pub(crate) no_etag: bool,
    pub(crate) put_replaces_all: bool,
}

pub(crate) struct Ledger {
    server: Server,
    history: HashMap<Place, Vec<Moment>>,
    wishes: HashMap<Place, Wish>,
    /// What the app's own PUT has emptied, and nobody has decided about: as good as a wish.
    emptied: HashMap<Place, Wish>,
    /// Who has signed out, and cares for nothing that arrives later.
    absent: HashSet<usize>,
    /// Everything that a person saved of a field since they last signed out.
    saved: HashSet<(Place, String)>,
    /// What they had saved before. Some of it may have been on its way then: as good as somebody else's by now.
    discarded: HashSet<(Place, String)>,
    /// The server's values that the person has decided to write over.
    known: HashMap<Place, HashSet<String>>,
    /// What was still to be sent when the app was last looked at: that it has arrived, the app may not know.
    waiting: HashSet<Place>,
    /// Whether the server may have refused something for good.
    pub(crate) refusals: bool,
    /// Whether an old answer may have told the app that the server does not hold what it does. What is written twice then
    /// does no harm.
    pub(crate) old_answers: bool,
    /// Whether an answer may have come without a version to hold a write to.
    pub(crate) no_versions: bool,
    /// Whether the server may have stored a form of its own. Where the app could not look into the answer, it is a third value.
    pub(crate) own_forms: bool,
}

impl Ledger {
    pub(crate) fn new(server: Server, start: impl IntoIterator<Item = (Place, String)>) -> Self {
        let moment = |value| vec![Moment { value, by_app: false, sent: true }];
        let history = start.into_iter().map(|(place, value)| (place, moment(plain(&value)))).collect();
        let (wishes, emptied, absent, saved, discarded, known, waiting) = Default::default();
        Self {
            server,
            history,
            wishes,
            emptied,
            absent,
            saved,
            discarded,
            known,
            waiting,
            refusals: false,
            old_answers: false,
            own_forms: false,
            no_versions: server.no_etag,
        }
    }

    /// What the app shows of a person, after everything that the server was asked to write until then.
    pub(crate) fn looked(&mut self, person: usize, snapshot: &Snapshot) {
        self.waiting.retain(|place| place.0 != person);
        self.waiting.extend(snapshot.edits.iter().map(|edit| (person, edit.field)));
    }

    /// The person saved a field, having seen `snapshot`. `value` as the server will hold it.
    pub(crate) fn saved(&mut self, place: Place, value: &str, snapshot: &Snapshot) {
        let value = plain(value);
        let value = value.as_str();
        let edit = snapshot.edits.iter().find(|edit| edit.field == place.1);
        let shown = shown(snapshot, place.1);
        match edit {
            // Nothing to save.
            None if shown == value && value != super::surroundings::HELD_ON_SERVER => return,
            None => {
                // What the app has just emptied it knows, also where the page does not show it yet.
                let emptied = self.history[&place].last().filter(|last| last.by_app && !last.sent);
                let known = emptied.map(|last| last.value.clone()).into_iter().chain([shown]).collect();
                self.known.insert(place, known);
            }
            // Typing what the server has is choosing it; that bytes are those of its picture, the app cannot know.
            Some(conflict @ EditView { state: EditState::Conflict, theirs: Some(theirs), .. })
                if plain(theirs) == value && value != super::surroundings::HELD_ON_SERVER =>
            {
                // But where their own value comes late all the same, theirs is what they want in its place.
                self.saved.insert((place, value.to_owned()));
                self.known.insert(place, HashSet::from([plain(theirs), mine(conflict)]));
                return self.gave_up(place);
            }
            // A third value, in sight of both.
            Some(conflict @ EditView { state: EditState::Conflict, theirs: Some(theirs), .. }) => {
                self.known.insert(place, HashSet::from([plain(theirs), mine(conflict)]));
            }
            // Going on from what they saved themselves, whoever brought it there.
            Some(edit) => drop(self.known.entry(place).or_default().insert(mine(edit))),
        }
        // What the app itself has brought there last may be the base by now, even if the page does not show it yet.
        let brought = self.history[&place].iter().rfind(|moment| moment.by_app && moment.sent);
        let is_base = |edit: &EditView| plain(&edit.base) == value || brought.is_some_and(|last| last.value == value);
        let takes_back = edit.is_some_and(|edit| edit.state != EditState::Conflict && is_base(edit));
        self.saved.insert((place, value.to_owned()));
        self.emptied.remove(&place);
        self.absent.remove(&place.0);
        // Saying the same again before it was sent is no other wish.
        let again = self.wishes.get(&place).filter(|wish| edit.is_some() && wish.value == value);
        let since = again.map_or(self.history[&place].len() - 1, |wish| wish.since);
        self.wishes.insert(place, Wish { value: value.to_owned(), since, takes_back });
    }

    /// The person decided for their own value in a conflict.
    pub(crate) fn kept(&mut self, place: Place, edit: &EditView) {
        let (value, theirs) = (mine(edit), plain(edit.theirs.as_deref().unwrap_or_default()));
        self.saved.insert((place, value.clone()));
        self.known.insert(place, HashSet::from([theirs.clone()]));
        let history = &self.history[&place];
        // What others have set by now may have answered the question whether to put back what was emptied, and before it
        // was decided.
        if edit.base == edit.mine && history.last().is_some_and(|last| last.value != theirs) {
            let since = history.iter().rposition(|moment| moment.value == theirs).unwrap_or_default();
            self.emptied.insert(place, Wish { value, since, takes_back: false });
            return;
        }
        // What others have emptied is wished from now on.
        let since = history.len() - 1;
        if self.emptied.get(&place).is_none_or(|wish| wish.value != value)
            && self.wishes.get(&place).is_none_or(|wish| wish.value != value)
        {
            self.wishes.insert(place, Wish { value, since, takes_back: false });
        }
    }

    /// The person chose the server's value in a conflict.
    pub(crate) fn gave_up(&mut self, place: Place) {
        self.wishes.remove(&place);
        self.emptied.remove(&place);
    }

    /// The person took a change back that was not sent, as far as anybody knew.
    pub(crate) fn took_back(&mut self, place: Place, edit: &EditView) {
        let (value, since) = (plain(&edit.base), self.history[&place].len() - 1);
        if value.is_empty() && matches!(place.1, ProfileField::FirstName | ProfileField::Language) {
            // No server takes these empty: whatever it has by now stays.
            return self.gave_up(place);
        }
        self.saved.insert((place, value.clone()));
        // It may be their own value by now that is written over.
        self.known.entry(place).or_default().insert(mine(edit));
        self.emptied.remove(&place);
        self.wishes.insert(place, Wish { value, since, takes_back: true });
    }

    /// The person gave everything up.
    pub(crate) fn signed_out(&mut self, person: usize) {
        self.absent.insert(person);
        let (theirs, saved) = self.saved.drain().partition(|((owner, _), _)| *owner == person);
        self.saved = saved;
        self.discarded.extend::<HashSet<_>>(theirs);
        self.wishes.retain(|place, _| place.0 != person);
        self.emptied.retain(|place, _| place.0 != person);
    }

    /// Takes over what the server was asked to write, and judges each write of the app.
    pub(crate) fn wrote(&mut self, person: usize, write: &Write) {
        for field in &write.fields {
            let place = (person, field_of(field.name));
            let (before, after) = (plain(&field.before), plain(&field.after));
            let value = (place, after.clone());
            let discarded = field.sent && self.discarded.contains(&value) && !self.saved.contains(&value);
            let by_app = write.client.starts_with("Lapel/") && !discarded;
            // A server that stores a form of its own is sent what was typed all the same.
            let as_typed = super::steps::values(place.1).contains(&field.after.as_str());
            if by_app && field.sent && !self.server.put_replaces_all && as_typed && !self.old_answers {
                assert_ne!(field.before, field.after, "written twice: {place:?}");
            }
            if by_app && field.sent && before != after {
                assert!(self.saved.contains(&(place, after.clone())), "nobody saved {after:?} of {place:?}");
                let own = self.history[&place].last().is_some_and(|moment| moment.by_app);
                let known = self.known.get(&place).is_some_and(|known| known.contains(&before));
                // Nobody has emptied what no server takes empty; and without versions nobody sees that an answer is old.
                let nobodys = before.is_empty() && matches!(place.1, ProfileField::FirstName | ProfileField::Language);
                let unseen = self.no_versions && self.old_answers;
                assert!(
                    own || known || nobodys || unseen,
                    "{before:?} of {place:?} was written over with {after:?} and never seen"
                );
            }
            if by_app && !field.sent && before != after {
                assert!(self.server.put_replaces_all && after.is_empty(), "{place:?} changed unasked");
                // But where they want it empty. It has emptied it itself: whoever empties it again brings nothing new.
                self.saved.insert((place, before.clone()));
                self.known.entry(place).or_default().insert(after.clone());
                let since = self.history[&place].len();
                let history = &self.history[&place];
                let told = !self.waiting.contains(&place);
                let settled = |wish: &Wish| told && !wish.value.is_empty() && arrived(history, wish);
                if self.wishes.get(&place).is_none_or(settled) && !self.absent.contains(&person) {
                    self.emptied.insert(place, Wish { value: before.clone(), since, takes_back: false });
                }
            }
            if before != after {
                let history = self.history.get_mut(&place).unwrap();
                let written = Moment { value: after, by_app, sent: field.sent };
                let moment = put_back(history, &written).unwrap_or(written);
                history.push(moment);
            }
        }
    }

    /// What must hold once a person's app has done all it can.
    pub(crate) fn decide_merge(&self, person: usize, snapshot: &Snapshot) {
        for field in super::steps::FIELDS {
            let place = (person, field);
            let history = &self.history[&place];
            let wishes = [self.wishes.get(&place), self.emptied.get(&place)].into_iter().flatten();
            let last = history.last().unwrap();
            // What others have set since it was emptied stands, as if they had found it there.
            let emptied = self.emptied.get(&place);
            let replaced =
                |wish: &Wish| emptied == Some(wish) && history[wish.since..].iter().any(|now| !now.by_app && now.sent);
            assert_eq!(shown(snapshot, field), last.value, "{place:?} is not shown as it is");
            match snapshot.edits.iter().find(|edit| edit.field == field) {
                // That it was somebody else who emptied it, and not the app's own PUT, cannot be told where that had no
                // answer: a question too many, and nothing lost.
                Some(edit)
                    if gives_back(history, edit)
                        && wishes.clone().all(|wish| replaced(wish) || arrived(before_emptied(history), wish)) => {}
                Some(edit) => {
                    let wished = wishes.clone().any(|wish| wish.value == mine(edit));
                    assert!(wished, "{edit:?} of {place:?} is nobody's wish: {:?}", wishes.collect::<Vec<_>>());
                    match edit.state {
                        EditState::Refused => assert!(self.refusals, "{place:?} was refused by nobody"),
                        EditState::Conflict => {
                            assert_eq!(edit.theirs.as_deref().map(plain).as_deref(), Some(last.value.as_str()));
                            let with_itself = last.by_app && last.sent && !self.own_forms;
                            assert!(!with_itself, "{place:?} is in conflict with itself: {history:?}");
                        }
                        state => panic!("{place:?} is still {state:?}"),
                    }
                }
                None => {
                    for wish in wishes {
                        assert!(replaced(wish) || arrived(history, wish), "{wish:?} of {place:?} is lost: {history:?}");
                    }
                }
            }
        }
    }
}

/// What the app has put back after it had emptied it itself, by asking the server anew: as if nobody had touched it.
fn put_back(history: &[Moment], written: &Moment) -> Option<Moment> {
    let [.., held, emptied] = history else { return None };
    let by_us = emptied.by_app && !emptied.sent && written.by_app;
    (by_us && held.value == written.value).then(|| held.clone())
}

/// Whether an edit asks if what the server has emptied is to be put back.
fn gives_back(history: &[Moment], edit: &EditView) -> bool {
    let mine = mine(edit);
    let held = history.iter().any(|moment| moment.value == mine);
    edit.state == EditState::Conflict && edit.base == edit.mine && held
}

/// The history without what the app has emptied by the way last, and asks about.
fn before_emptied(history: &[Moment]) -> &[Moment] {
    match history {
        [before @ .., last] if last.by_app && !last.sent => before,
        _ => history,
    }
}

/// Whether the server held the value at some time after it was wished, and only others have set another since.
fn arrived(history: &[Moment], wish: &Wish) -> bool {
    if wish.takes_back {
        let mut later = history.iter().skip(wish.since + 1).rev();
        if later.find(|moment| moment.by_app && moment.sent).is_none_or(|moment| moment.value == wish.value) {
            return true;
        }
    }
    for (at, moment) in history.iter().enumerate().skip(wish.since).rev() {
        if moment.value == wish.value {
            return true;
        }
        // What the app has emptied by the way, and others have set since, is theirs as if they had found it there.
        let passed = !moment.sent && history[at..].iter().any(|later| !later.by_app && later.sent);
        if moment.by_app && at > wish.since && !passed {
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

/// A value as this ledger spells it: pictures of the server by their id alone, and all forms in which a server may store a
/// value as one.
pub(crate) fn plain(value: &str) -> String {
    lapel_domain::fold(value.rsplit_once("/v1/pictures/").map_or(value, |(_, id)| id))
}

/// The server's value that the page shows.
fn shown(snapshot: &Snapshot, field: ProfileField) -> String {
    plain(&shown_raw(snapshot, field))
}

/// The same as the page spells it.
pub(crate) fn shown_raw(snapshot: &Snapshot, field: ProfileField) -> String {
    let Some(profile) = &snapshot.profile else { return String::new() };
    let value = match field {
        ProfileField::FirstName => &profile.first_name,
        ProfileField::LastName => &profile.last_name,
        ProfileField::Picture => &profile.picture_address,
        ProfileField::Language => &profile.language,
    };
    value.clone()
}

/// The saved value of an edit; the one picture with bytes of its own by its word.
fn mine(edit: &EditView) -> String {
    match &edit.picture {
        Some(picture) if edit.mine.is_empty() && picture.url.is_none() => {
            super::surroundings::HELD_ON_SERVER.to_owned()
        }
        _ => plain(&edit.mine),
    }
}
