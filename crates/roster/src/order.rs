//! Sorting the rows of the roster by a column. A changed row is moved to its new place, so that a change costs the
//! same in a small and in a large team.

use std::cmp::Ordering;
use std::sync::Arc;

use lapel_domain::Timestamp;

use crate::entry::{Entry, team_rank, user_rank};
use crate::query::TeamColumn;

/// All rows in the order of one column. Rows without a value come last in both directions.
pub(crate) struct Order {
    column: Option<TeamColumn>,
    indices: Vec<u32>,
    with_value: usize,
}

/// What rows are compared by, in this order. Keys of different rows are never equal, because ids are not.
#[derive(PartialEq)]
struct Key<'a> {
    has_no_value: bool,
    number: i64,
    text: &'a str,
    tags: &'a [String],
    name: &'a str,
    id: &'a str,
}

impl Key<'_> {
    /// Compares two keys. Most columns have no text and no tags: skipping these makes sorting ten times as fast as a
    /// derived order.
    fn compare(&self, other: &Self) -> Ordering {
        let texts = || match self.text.is_empty() && other.text.is_empty() {
            true => Ordering::Equal,
            false => self.text.cmp(other.text),
        };
        let tags = || match self.tags.is_empty() && other.tags.is_empty() {
            true => Ordering::Equal,
            false => self.tags.cmp(other.tags),
        };
        let numbers = (self.has_no_value, self.number).cmp(&(other.has_no_value, other.number));
        let names = || (self.name, self.id).cmp(&(other.name, other.id));
        numbers.then_with(texts).then_with(tags).then_with(names)
    }
}

impl Order {
    /// Sorts all rows. Equal rows are sorted by name, and rows with the same name by id.
    pub(crate) fn by_column(entries: &[Arc<Entry>], column: Option<TeamColumn>) -> Self {
        let mut keyed: Vec<_> = entries.iter().map(|entry| key(column, entry)).zip(0..).collect();
        keyed.sort_unstable_by(|(a, _), (b, _)| a.compare(b));
        let with_value = keyed.partition_point(|(key, _)| !key.has_no_value);
        Self { column, indices: keyed.into_iter().map(|(_, index)| index).collect(), with_value }
    }

    /// The indices of all rows, in this order.
    pub(crate) fn all(&self, descending: bool) -> Vec<u32> {
        let (with_value, without) = self.indices.split_at(self.with_value);
        match descending {
            true => with_value.iter().rev().chain(without).copied().collect(),
            false => self.indices.clone(),
        }
    }

    /// The indices of the matching rows, in this order.
    pub(crate) fn matching(&self, is_match: &[bool], descending: bool) -> Vec<u32> {
        let (with_value, without) = self.indices.split_at(self.with_value);
        let is_match = |index: &&u32| is_match[**index as usize];
        match descending {
            true => with_value.iter().rev().chain(without).filter(is_match).copied().collect(),
            false => with_value.iter().chain(without).filter(is_match).copied().collect(),
        }
    }

    /// Whether a row keeps its place when it changes.
    pub(crate) fn is_same(&self, former: &Entry, entry: &Entry) -> bool {
        key(self.column, former) == key(self.column, entry)
    }

    /// Inserts a new row. The rows that are already in this order must be as they were when they were inserted.
    pub(crate) fn insert(&mut self, entries: &[Arc<Entry>], index: u32) {
        let entry = &entries[index as usize];
        let place = self.place(entries, entry).unwrap_or_else(|place| place);
        self.indices.insert(place, index);
        self.with_value += usize::from(!key(self.column, entry).has_no_value);
    }

    /// Removes a row. It must be as it was when it was inserted.
    pub(crate) fn remove(&mut self, entries: &[Arc<Entry>], index: u32) {
        let entry = &entries[index as usize];
        if let Ok(place) = self.place(entries, entry) {
            self.indices.remove(place);
            self.with_value -= usize::from(!key(self.column, entry).has_no_value);
        }
    }

    /// Gives a row another index. It must be as it was when it was inserted, at the former index.
    pub(crate) fn rename(&mut self, entries: &[Arc<Entry>], from: u32, to: u32) {
        if let Ok(place) = self.place(entries, &entries[from as usize]) {
            self.indices[place] = to;
        }
    }

    /// The place of a row, or where to insert it.
    fn place(&self, entries: &[Arc<Entry>], entry: &Entry) -> Result<usize, usize> {
        let wanted = key(self.column, entry);
        self.indices.binary_search_by(|&index| key(self.column, &entries[index as usize]).compare(&wanted))
    }
}

fn key(column: Option<TeamColumn>, entry: &Entry) -> Key<'_> {
    let row = &entry.row;
    let key = Key { has_no_value: false, number: 0, text: "", tags: &[], name: name_key(entry), id: &row.id };
    match column {
        None => Key { number: i64::from(team_rank(&row.team_role).min(1)), ..key },
        Some(TeamColumn::Name) => key,
        Some(TeamColumn::Email) => {
            let text = entry.search_text.split('\n').nth(1).unwrap_or_default();
            Key { has_no_value: text.is_empty(), text, ..key }
        }
        Some(TeamColumn::TeamRole) => {
            let (role, rank) = (row.team_role.as_str(), team_rank(&row.team_role));
            let text = if rank < 5 { "" } else { role };
            Key { has_no_value: role.is_empty(), number: rank.into(), text, ..key }
        }
        Some(TeamColumn::UserRole) => match &row.user_role {
            Some(role) => {
                let rank = user_rank(role);
                Key { number: rank.into(), text: if rank < 4 { "" } else { role.as_str() }, ..key }
            }
            None => Key { has_no_value: true, ..key },
        },
        Some(TeamColumn::Sso) => {
            Key { has_no_value: row.sso.is_none(), number: i64::from(row.sso == Some(false)), ..key }
        }
        Some(TeamColumn::Tags) => Key { has_no_value: row.tags.is_empty(), tags: &row.tags, ..key },
        Some(TeamColumn::State) => Key { number: row.pending.into(), ..key },
        Some(TeamColumn::Since) => {
            let since = row.created_at.as_ref().and_then(Timestamp::millis);
            Key { has_no_value: since.is_none(), number: since.unwrap_or_default(), ..key }
        }
    }
}

/// The folded text by which rows are sorted by name.
fn name_key(entry: &Entry) -> &str {
    entry.search_text.split('\n').find(|line| !line.is_empty()).unwrap_or_default()
}
