//! The rows of one team in memory, so that a keystroke of search needs no disk. The store keeps the same rows; who writes
//! to one writes to the other. Finding rows is in `find`, reading the team anew in `refresh`.

use std::collections::{HashMap, HashSet};

use lapel_domain::{Collaborator, TeamRole, UserRole};
use lapel_store::{CachedCollaborator, SeenOn};

use super::find::{Found, Orders};
use super::index::Index;

/// A row with where it came from.
pub(crate) struct Entry {
    pub(crate) row: Collaborator,
    /// [`Collaborator::search_text`].
    pub(crate) search_text: String,
    /// The page that held it in the last reading of the team.
    pub(crate) seen: Option<SeenOn>,
}

/// The rows of one team.
#[derive(Default)]
pub(crate) struct Roster {
    pub(super) entries: Vec<Entry>,
    /// Whether each row is selected. Beside the rows and not in them: it is counted with every keystroke.
    pub(super) selected: Vec<bool>,
    by_id: HashMap<String, u32>,
    /// Id of the signed-in person, and of their row.
    person: String,
    own: Option<String>,
    /// Grows with every change of a row.
    pub(crate) version: u64,
    pub(super) orders: Orders,
    pub(super) index: Option<Index>,
    pub(super) found: Option<Found>,
}

impl Roster {
    /// The rows as the store keeps them. `version` is the first one: greater than any that the page has seen of another
    /// roster. `person` is the id of the signed-in person.
    pub(crate) fn new(rows: Vec<CachedCollaborator>, version: u64, person: &str) -> Self {
        let mut roster = Self { version, person: person.to_owned(), ..Self::default() };
        roster.entries.reserve(rows.len());
        roster.by_id.reserve(rows.len());
        for CachedCollaborator { collaborator, search_text, seen } in rows {
            roster.push(collaborator, search_text, seen);
        }
        roster
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Entry> {
        self.by_id.get(id).map(|&at| &self.entries[at as usize])
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The row of the signed-in person; none where they are not in the team, as far as it was read.
    pub(crate) fn own(&self) -> Option<&Entry> {
        self.get(self.own.as_ref()?).filter(|entry| entry.row.user_id.as_deref() == Some(&self.person))
    }

    /// Takes a row in; one that came by itself keeps the page that it was last seen on.
    pub(crate) fn put(&mut self, row: Collaborator, seen: Option<SeenOn>) {
        let Some(&at) = self.by_id.get(&row.id) else {
            let search_text = row.search_text();
            self.push(row, search_text, seen);
            return self.changed();
        };
        let at = at as usize;
        let seen = seen.or(self.entries[at].seen);
        if self.entries[at].row == row {
            self.entries[at].seen = seen;
            return;
        }
        let search_text = row.search_text();
        self.note_own(&row);
        self.entries[at] = Entry { row, search_text, seen };
        self.changed();
    }

    /// Takes rows out.
    pub(crate) fn remove(&mut self, ids: &HashSet<String>) {
        if ids.iter().all(|id| !self.by_id.contains_key(id)) {
            return;
        }
        let stays = |entry: &Entry| !ids.contains(&entry.row.id);
        let selected = self.entries.iter().zip(&self.selected).filter(|(entry, _)| stays(entry));
        self.selected = selected.map(|(_, &selected)| selected).collect();
        self.entries.retain(stays);
        let places = self.entries.iter().zip(0..).map(|(entry, at)| (entry.row.id.clone(), at));
        self.by_id = places.collect();
        self.changed();
    }

    /// Selects a row or not. What is selected is no change of a row.
    pub(super) fn select(&mut self, at: u32, selected: bool) {
        self.selected[at as usize] = selected;
    }

    pub(super) fn place(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    fn push(&mut self, row: Collaborator, search_text: String, seen: Option<SeenOn>) {
        // A team has fewer rows than fit here; the rest would only not be found.
        let Ok(at) = u32::try_from(self.entries.len()) else { return };
        self.by_id.insert(row.id.clone(), at);
        self.note_own(&row);
        self.entries.push(Entry { row, search_text, seen });
        self.selected.push(false);
    }

    fn note_own(&mut self, row: &Collaborator) {
        if row.user_id.as_deref() == Some(&self.person) {
            self.own = Some(row.id.clone());
        }
    }

    fn changed(&mut self) {
        self.version += 1;
        self.orders = Orders::default();
        self.index = None;
        self.found = None;
    }
}

/// The rank of a team role in lists, the one with the most rights first; unknown ones last.
pub(super) fn team_rank(role: &TeamRole) -> u8 {
    match role {
        TeamRole::Owner => 0,
        TeamRole::Admin => 1,
        TeamRole::Editor => 2,
        TeamRole::Viewer => 3,
        TeamRole::Unassigned => 4,
        TeamRole::Other(_) => 5,
    }
}

/// The same for user roles.
pub(super) fn user_rank(role: &UserRole) -> u8 {
    match role {
        UserRole::Admin => 0,
        UserRole::AdminViewer => 1,
        UserRole::User => 2,
        UserRole::ServiceAccount => 3,
        UserRole::Unknown(_) => 4,
    }
}
