//! The rows of one team in memory, so that a search does not read the disk. The store has the same rows: every write
//! changes both.
//!
//! Search results and counts are cached until a row changes, so a further window of the same query costs nothing. The
//! index and the sort orders follow each change: building them for each change of a large team would be slow.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lapel_domain::{Collaborator, search_words};
use lapel_store::{CachedCollaborator, SeenOn};

use crate::entry::Entry;
use crate::index::Index;
use crate::order::Order;
use crate::query::{TeamColumn, TeamCounts, TeamQuery};
use crate::selection::Selection;

/// So many changes are always followed. Building the index of a small team takes no noticeable time.
const MIN_FOLLOWED: usize = 64;

/// The rows of one team.
#[derive(Default)]
pub struct Roster {
    pub(crate) entries: Vec<Arc<Entry>>,
    pub(crate) selected: Selection,
    by_id: HashMap<String, u32>,
    /// Id of the signed-in user.
    person: String,
    /// Id of the user's own row.
    own: Option<String>,
    /// Ids of the rows that this account has changed from this computer. Some of them may not be in the team any more.
    changed_by_me: HashSet<String>,
    version: u64,
    orders: HashMap<Option<TeamColumn>, Order>,
    index: Option<Index>,
    found: Option<Found>,
    /// The number of changes that the index and the orders have followed since the last search.
    followed: usize,
}

/// The rows that a query finds: their indices, in the order of the query.
#[derive(Clone)]
pub(crate) struct Found {
    query: TeamQuery,
    pub(crate) rows: Arc<[u32]>,
    pub(crate) counts: TeamCounts,
}

impl Roster {
    /// Creates the roster from the rows of the store. `version` must be greater than any version that was published
    /// before. `person` is the id of the signed-in user, and `changed_by_me` are the ids of the rows that they have
    /// changed from this computer.
    pub fn new(
        rows: impl IntoIterator<Item = CachedCollaborator>,
        version: u64,
        person: &str,
        changed_by_me: HashSet<String>,
    ) -> Self {
        let mut roster = Self { version, person: person.to_owned(), changed_by_me, ..Self::default() };
        for CachedCollaborator { collaborator, seen } in rows {
            roster.push(collaborator, seen);
        }
        roster
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Increases with each change of a row.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// A row.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.index_of(id).map(|index| &*self.entries[index as usize])
    }

    /// All rows, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|entry| &**entry)
    }

    /// The user's own row; none if it was not read, or if the user is not in the team.
    pub fn own(&self) -> Option<&Entry> {
        self.get(self.own.as_ref()?).filter(|entry| entry.row.user_id.as_deref() == Some(&self.person))
    }

    pub(crate) fn index_of(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// Adds or replaces a row. Without `seen`, a replaced row keeps its page.
    pub fn put(&mut self, row: Collaborator, seen: Option<SeenOn>) {
        let Some(index) = self.index_of(&row.id) else {
            self.push(row, seen);
            return self.changed();
        };
        let former = Arc::clone(&self.entries[index as usize]);
        let seen = seen.or(former.seen);
        if former.row == row {
            if former.seen != seen {
                let search_text = former.search_text.clone();
                let changed_by_me = former.changed_by_me;
                self.entries[index as usize] = Arc::new(Entry { row, search_text, seen, changed_by_me });
            }
            return;
        }
        self.note_own(&row);
        self.follow_or_drop(1);
        let entry = Arc::new(Entry::new(row, seen, former.changed_by_me));
        if let Some(followed) = &mut self.index {
            followed.replace(index, &former, &entry);
        }
        let moved = |order: &&mut Order| !order.is_same(&former, &entry);
        self.orders.values_mut().filter(moved).for_each(|order| order.remove(&self.entries, index));
        self.entries[index as usize] = Arc::clone(&entry);
        self.orders.values_mut().filter(moved).for_each(|order| order.insert(&self.entries, index));
        self.changed();
    }

    /// Notes that this account has changed the role or the tags of a row from this computer.
    pub fn note_changed(&mut self, id: &str) {
        if !self.changed_by_me.insert(id.to_owned()) {
            return;
        }
        let Some(index) = self.index_of(id) else { return };
        self.follow_or_drop(1);
        let Entry { row, search_text, seen, .. } = &*self.entries[index as usize];
        let entry =
            Arc::new(Entry { row: row.clone(), search_text: search_text.clone(), seen: *seen, changed_by_me: true });
        if let Some(followed) = &mut self.index {
            followed.replace(index, &self.entries[index as usize], &entry);
        }
        self.entries[index as usize] = entry;
        self.changed();
    }

    /// Removes rows.
    pub fn remove(&mut self, ids: &HashSet<String>) {
        let count = ids.iter().filter(|id| self.by_id.contains_key(*id)).count();
        if count == 0 {
            return;
        }
        self.follow_or_drop(count);
        ids.iter().for_each(|id| self.remove_row(id));
        self.changed();
    }

    /// Removes a row. The last row gets its index.
    fn remove_row(&mut self, id: &str) {
        let Some(index) = self.by_id.remove(id) else { return };
        let last = u32::try_from(self.entries.len() - 1).unwrap_or(index);
        for order in self.orders.values_mut() {
            order.remove(&self.entries, index);
            if index != last {
                order.rename(&self.entries, last, index);
            }
        }
        if let Some(followed) = &mut self.index {
            followed.swap_remove(index);
        }
        self.entries.swap_remove(index as usize);
        self.selected.swap_remove(index);
        if let Some(moved) = self.entries.get(index as usize) {
            self.by_id.insert(moved.row.id.clone(), index);
        }
    }

    /// Finds rows. The result of the last query is cached.
    pub(crate) fn find(&mut self, query: &TeamQuery) -> &Found {
        let cached = self.found.take().filter(|found| found.query == *query);
        let found = cached.unwrap_or_else(|| self.search(query));
        self.found.insert(found)
    }

    /// The rows that a query finds, as they are now. Later changes of the roster do not affect them.
    pub fn found_entries(&mut self, query: &TeamQuery) -> Vec<Arc<Entry>> {
        let rows = Arc::clone(&self.find(query).rows);
        rows.iter().map(|&index| Arc::clone(&self.entries[index as usize])).collect()
    }

    /// The rows that contain all words, in the order of the list without a column. Leaves the last query as it is.
    pub(crate) fn matching_entries(&mut self, words: &[&str]) -> impl Iterator<Item = &Arc<Entry>> {
        let (index, order) = self.index_and_order(None);
        let hits = index.search(words);
        let rows = order.matching(&hits, false);
        rows.into_iter().map(|index| &self.entries[index as usize])
    }

    fn index_and_order(&mut self, column: Option<TeamColumn>) -> (&Index, &Order) {
        self.followed = 0;
        let index = self.index.get_or_insert_with(|| Index::new(&self.entries));
        let order = self.orders.entry(column).or_insert_with(|| Order::by_column(&self.entries, column));
        (index, order)
    }

    fn search(&mut self, query: &TeamQuery) -> Found {
        let words = search_words(&query.search);
        let (index, order) = self.index_and_order(query.sort);
        // The usual list after a change of a role: looking at each row again would take time in a large team.
        if words.is_empty() && !has_filters(query) {
            return Found { query: query.clone(), rows: order.all(query.descending).into(), counts: index.counts() };
        }
        let hits = index.search(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let (is_match, counts) = index.filter(query, hits);
        let rows = order.matching(&is_match, query.descending).into();
        Found { query: query.clone(), rows, counts }
    }

    fn push(&mut self, row: Collaborator, seen: Option<SeenOn>) {
        // No team has this many rows. Further rows would not be added.
        let Ok(index) = u32::try_from(self.entries.len()) else { return };
        self.follow_or_drop(1);
        let changed_by_me = self.changed_by_me.contains(&row.id);
        self.by_id.insert(row.id.clone(), index);
        self.note_own(&row);
        let entry = Arc::new(Entry::new(row, seen, changed_by_me));
        if let Some(followed) = &mut self.index {
            followed.push(&entry);
        }
        self.entries.push(entry);
        self.selected.push();
        self.orders.values_mut().for_each(|order| order.insert(&self.entries, index));
    }

    /// Called before changes of rows. If many rows change without a search in between, building the index and the
    /// orders once is faster than following each change.
    fn follow_or_drop(&mut self, changes: usize) {
        self.followed += changes;
        if self.followed > MIN_FOLLOWED.max(self.entries.len() / 32) || self.index.as_ref().is_some_and(Index::is_worn)
        {
            self.index = None;
            self.orders.clear();
        }
    }

    fn note_own(&mut self, row: &Collaborator) {
        if row.user_id.as_deref() == Some(&self.person) {
            self.own = Some(row.id.clone());
        }
    }

    fn changed(&mut self) {
        self.version += 1;
        self.found = None;
    }
}

fn has_filters(query: &TeamQuery) -> bool {
    let TeamQuery { team_role, user_role, state, tags, sso, changed_by_me, .. } = query;
    team_role.is_some() || user_role.is_some() || state.is_some() || !tags.is_empty() || sso.is_some() || *changed_by_me
}

#[cfg(test)]
mod tests;
