//! The rows of one team in memory, so that a keystroke of search needs no disk. The store keeps the same rows; who writes
//! to one writes to the other. Finding rows is in `find`, reading the team anew in `refresh`.

use std::collections::{HashMap, HashSet};

use lapel_domain::{Collaborator, TeamRole, UserRole};
use lapel_store::CachedCollaborator;

use super::find::{Found, Orders, Searched};

/// A row with what finding it needs.
pub(crate) struct Entry {
    pub(crate) row: Collaborator,
    /// [`Collaborator::search_text`].
    pub(crate) search_text: String,
    /// Number of the page that held it in the last reading of the team.
    pub(crate) page: Option<u32>,
    pub(crate) selected: bool,
    /// Places in the lists of values, so that counting compares numbers.
    pub(super) team_role: u16,
    pub(super) user_role: Option<u16>,
    pub(super) tags: Vec<u16>,
}

/// The values of one kind that rows have, each once.
#[derive(Default)]
pub(crate) struct Values {
    pub(super) texts: Vec<String>,
    places: HashMap<String, u16>,
}

impl Values {
    /// The place of a value. Beyond the 65,535th, which no team has, all count as one.
    fn place(&mut self, text: &str) -> u16 {
        if let Some(&place) = self.places.get(text) {
            return place;
        }
        let place = u16::try_from(self.texts.len()).unwrap_or(u16::MAX);
        if place < u16::MAX {
            self.texts.push(text.to_owned());
        }
        self.places.insert(text.to_owned(), place);
        place
    }

    pub(super) fn find(&self, text: &str) -> Option<u16> {
        self.places.get(text).copied()
    }
}

/// The rows of one team.
#[derive(Default)]
pub(crate) struct Directory {
    pub(super) entries: Vec<Entry>,
    by_id: HashMap<String, u32>,
    /// Id of the signed-in person, and of their row.
    person: String,
    own: Option<String>,
    pub(super) team_roles: Values,
    pub(super) user_roles: Values,
    pub(super) tags: Values,
    /// Grows with every change of a row.
    pub(crate) version: u64,
    pub(super) orders: Orders,
    pub(super) searched: Searched,
    pub(super) found: Option<Found>,
}

impl Directory {
    /// The rows as the store keeps them. `version` is the first one: greater than any that the page has seen of another
    /// directory. `person` is the id of the signed-in person.
    pub(crate) fn new(rows: Vec<CachedCollaborator>, version: u64, person: &str) -> Self {
        let mut directory = Self { version, person: person.to_owned(), ..Self::default() };
        directory.entries.reserve(rows.len());
        directory.by_id.reserve(rows.len());
        for CachedCollaborator { collaborator, search_text, page } in rows {
            directory.push(collaborator, search_text, page);
        }
        directory
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
        self.get(self.own.as_ref()?)
    }

    /// Takes a row in; one that came by itself keeps the page that it was last seen on.
    pub(crate) fn put(&mut self, row: Collaborator, page: Option<u32>) {
        let Some(&at) = self.by_id.get(&row.id) else {
            let search_text = row.search_text();
            self.push(row, search_text, page);
            return self.changed();
        };
        let at = at as usize;
        let page = page.or(self.entries[at].page);
        if self.entries[at].row == row {
            self.entries[at].page = page;
            return;
        }
        let (search_text, selected) = (row.search_text(), self.entries[at].selected);
        self.entries[at] = Entry { selected, ..self.entry(row, search_text, page) };
        self.changed();
    }

    /// Takes rows out.
    pub(crate) fn remove(&mut self, ids: &HashSet<String>) {
        if ids.iter().all(|id| !self.by_id.contains_key(id)) {
            return;
        }
        self.entries.retain(|entry| !ids.contains(&entry.row.id));
        let places = self.entries.iter().zip(0..).map(|(entry, at)| (entry.row.id.clone(), at));
        self.by_id = places.collect();
        self.changed();
    }

    /// Selects a row or not. What is selected is no change of a row.
    pub(super) fn select(&mut self, at: u32, selected: bool) {
        self.entries[at as usize].selected = selected;
    }

    pub(super) fn place(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    fn push(&mut self, row: Collaborator, search_text: String, page: Option<u32>) {
        // A team has fewer rows than fit here; the rest would only not be found.
        let Ok(at) = u32::try_from(self.entries.len()) else { return };
        self.by_id.insert(row.id.clone(), at);
        let entry = self.entry(row, search_text, page);
        self.entries.push(entry);
    }

    fn entry(&mut self, row: Collaborator, search_text: String, page: Option<u32>) -> Entry {
        if row.user_id.as_deref() == Some(&self.person) {
            self.own = Some(row.id.clone());
        }
        let team_role = self.team_roles.place(row.team_role.as_str());
        let user_role = row.user_role.as_ref().map(|role| self.user_roles.place(role.as_str()));
        let tags = row.tags.iter().map(|tag| self.tags.place(tag)).collect();
        Entry { row, search_text, page, selected: false, team_role, user_role, tags }
    }

    fn changed(&mut self) {
        self.version += 1;
        self.orders = Orders::default();
        self.searched = Searched::default();
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
