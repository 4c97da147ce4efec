//! The rows that match a few letters best.

use std::sync::Arc;

use crate::entry::Entry;
use crate::roster::Roster;

/// How well a row matches, the best first.
#[derive(Clone, Copy)]
enum Match {
    /// The name begins with the search.
    Beginning,
    /// Each word begins a part of the name.
    Words,
    /// The words are found elsewhere, as in the address.
    Other,
}

impl Roster {
    /// The rows that contain all words, the best matches first, at most `count`; none without words.
    pub fn best_matches(&mut self, words: &[&str], count: usize) -> Vec<Arc<Entry>> {
        let mut groups: [Vec<Arc<Entry>>; 3] = Default::default();
        if words.is_empty() {
            return Vec::new();
        }
        let search = words.join(" ");
        for entry in self.matching_entries(words) {
            let group = &mut groups[quality(entry, &search, words) as usize];
            if group.len() < count {
                group.push(Arc::clone(entry));
            }
            if groups[Match::Beginning as usize].len() == count {
                break;
            }
        }
        groups.into_iter().flatten().take(count).collect()
    }
}

fn quality(entry: &Entry, search: &str, words: &[&str]) -> Match {
    let name = entry.search_text.lines().next().unwrap_or_default();
    let begins_a_part = |word: &&str| name.split(' ').any(|part| part.starts_with(*word));
    match name.starts_with(search) {
        true => Match::Beginning,
        false if words.iter().all(begins_a_part) => Match::Words,
        false => Match::Other,
    }
}
