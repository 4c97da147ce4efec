//! The found rows that are shown, and the selection among them.

use std::sync::Arc;

use crate::entry::Entry;
use crate::query::{SelectionChange, TeamCounts, TeamQuery};
use crate::roster::Roster;

/// Some of the rows that a query finds, in its order.
#[derive(Debug, PartialEq, Eq)]
pub struct FoundRows {
    /// [`Roster::version`].
    pub version: u64,
    /// Number of rows that the query finds.
    pub found: usize,
    /// The rows, and whether they are selected.
    pub rows: Vec<(Arc<Entry>, bool)>,
    /// Counts for the filters.
    pub counts: TeamCounts,
    /// Number of found rows that are selected.
    pub selected: usize,
}

impl Roster {
    /// At most `count` of the rows that a query finds, from the row with the index `from` in its order.
    pub fn found_rows(&mut self, query: &TeamQuery, from: usize, count: usize) -> FoundRows {
        let found = self.find(query).clone();
        let indices = found.rows.iter().skip(from).take(count);
        let row = |&index: &u32| (Arc::clone(&self.entries[index as usize]), self.selected.contains(index));
        FoundRows {
            version: self.version(),
            found: found.rows.len(),
            rows: indices.map(row).collect(),
            counts: found.counts,
            selected: self.selected.count_among(&found.rows),
        }
    }

    /// Changes the selection among the rows that a query finds. The version stays, because the rows do. Toggle and range keep
    /// the selection of other rows, so that it is still there when a filter is removed.
    pub fn change_selection(&mut self, query: &TeamQuery, change: &SelectionChange) {
        let found = self.find(query).rows.clone();
        match change {
            SelectionChange::Toggle { id } => {
                if let Some(index) = self.index_of(id) {
                    self.selected.set(index, !self.selected.contains(index));
                }
            }
            SelectionChange::Range { from, to } => {
                let (first, last) = (from.min(to), from.max(to));
                let range = found.iter().take(last.saturating_add(1)).skip(*first);
                range.for_each(|&index| self.selected.set(index, true));
            }
            SelectionChange::All => {
                self.selected.clear();
                found.iter().for_each(|&index| self.selected.set(index, true));
            }
            SelectionChange::None => self.selected.clear(),
        }
    }

    /// The ids of all selected rows.
    pub fn selected_ids(&self) -> Vec<String> {
        let selected = (0..).zip(&self.entries).filter(|&(index, _)| self.selected.contains(index));
        selected.map(|(_, entry)| entry.row.id.clone()).collect()
    }

    /// Selects a row, if it is in the team.
    pub fn select(&mut self, id: &str) {
        if let Some(index) = self.index_of(id) {
            self.selected.set(index, true);
        }
    }

    /// The selected rows that a query finds, in its order.
    pub fn selected_entries(&mut self, query: &TeamQuery) -> Vec<Arc<Entry>> {
        let found = self.find(query).rows.clone();
        let selected = found.iter().filter(|&&index| self.selected.contains(index));
        selected.map(|&index| Arc::clone(&self.entries[index as usize])).collect()
    }
}
