//! An index for searching and filtering: compact columns. Reading the rows themselves would be slower, because they are
//! scattered in memory. A changed row changes only its own values.

use std::collections::HashMap;
use std::sync::Arc;

use lapel_domain::fold;

use super::entry::{Entry, team_rank, user_rank};
use super::search_texts::SearchTexts;
use crate::views::{FacetCount, MemberState, TeamCounts, TeamQuery};

/// The code for no value, as for the user role of an invitation.
const NONE: u16 = u16::MAX;

/// The search index of a roster.
pub(super) struct Index {
    texts: SearchTexts,
    keys: Vec<FilterKeys>,
    /// The tags of the rows, one row after the other, and those of changed and removed rows.
    tag_codes: Vec<u16>,
    /// The number of tags that rows have now.
    tags_in_use: usize,
    /// The number of invitations.
    pending: usize,
    team_roles: Values,
    user_roles: Values,
    tags: Values,
}

/// The values of one row that filters compare, as codes.
struct FilterKeys {
    team_role: u16,
    user_role: u16,
    pending: bool,
    /// The number of its tags, and where they begin in `tag_codes`.
    tags: u16,
    tags_start: u32,
}

impl FilterKeys {
    fn tags<'a>(&self, tag_codes: &'a [u16]) -> &'a [u16] {
        let start = self.tags_start as usize;
        &tag_codes[start..start + usize::from(self.tags)]
    }
}

/// The distinct values of one column. A code is the index of a value.
#[derive(Default)]
struct Values {
    texts: Vec<String>,
    /// How often each value is used. A value that no row has any more is not listed.
    uses: Vec<u32>,
    codes: HashMap<String, u16>,
}

impl Values {
    /// The code for a value that a row has. After 65,535 values, which no team has, further values count as none.
    fn add(&mut self, text: &str) -> u16 {
        let code = self.find(text).unwrap_or_else(|| {
            let code = u16::try_from(self.texts.len()).unwrap_or(NONE);
            if code < NONE {
                self.texts.push(text.to_owned());
                self.uses.push(0);
            }
            self.codes.insert(text.to_owned(), code);
            code
        });
        if let Some(uses) = self.uses.get_mut(usize::from(code)) {
            *uses += 1;
        }
        code
    }

    /// Notes that a row no longer has a value.
    fn remove(&mut self, code: u16) {
        if let Some(uses) = self.uses.get_mut(usize::from(code)) {
            *uses -= 1;
        }
    }

    fn find(&self, text: &str) -> Option<u16> {
        self.codes.get(text).copied()
    }
}

impl Index {
    pub(super) fn new(entries: &[Arc<Entry>]) -> Self {
        let mut index = Self {
            texts: SearchTexts::new(entries),
            keys: Vec::with_capacity(entries.len()),
            tag_codes: Vec::new(),
            tags_in_use: 0,
            pending: 0,
            team_roles: Values::default(),
            user_roles: Values::default(),
            tags: Values::default(),
        };
        for entry in entries {
            let keys = index.add_keys(entry);
            index.keys.push(keys);
        }
        index
    }

    /// Adds the next row.
    pub(super) fn push(&mut self, entry: &Entry) {
        let keys = self.add_keys(entry);
        self.keys.push(keys);
        self.texts.push(&entry.search_text);
    }

    /// Replaces the values of a row.
    pub(super) fn replace(&mut self, row: u32, former: &Entry, entry: &Entry) {
        let keys = self.add_keys(entry);
        let former_keys = std::mem::replace(&mut self.keys[row as usize], keys);
        self.remove_keys(&former_keys);
        if former.search_text != entry.search_text {
            self.texts.replace(row, &entry.search_text);
        }
    }

    /// Removes a row. The last row gets its number.
    pub(super) fn swap_remove(&mut self, row: u32) {
        let keys = self.keys.swap_remove(row as usize);
        self.remove_keys(&keys);
        self.texts.swap_remove(row);
    }

    /// Whether changes have left so many unused values that a new index would be much smaller.
    pub(super) fn is_worn(&self) -> bool {
        self.texts.is_worn() || self.tag_codes.len() > 2 * self.tags_in_use + 1024
    }

    fn add_keys(&mut self, entry: &Entry) -> FilterKeys {
        let row = &entry.row;
        // No row has so many tags that further ones would be left out.
        let tags = u16::try_from(row.tags.len()).unwrap_or(u16::MAX);
        let tags_start = u32::try_from(self.tag_codes.len()).unwrap_or(u32::MAX);
        self.tag_codes.extend(row.tags.iter().take(tags.into()).map(|tag| self.tags.add(tag)));
        self.tags_in_use += usize::from(tags);
        self.pending += usize::from(row.pending);
        FilterKeys {
            team_role: self.team_roles.add(row.team_role.as_str()),
            user_role: row.user_role.as_ref().map_or(NONE, |role| self.user_roles.add(role.as_str())),
            pending: row.pending,
            tags,
            tags_start,
        }
    }

    fn remove_keys(&mut self, keys: &FilterKeys) {
        self.team_roles.remove(keys.team_role);
        self.user_roles.remove(keys.user_role);
        keys.tags(&self.tag_codes).iter().for_each(|&tag| self.tags.remove(tag));
        self.tags_in_use -= usize::from(keys.tags);
        self.pending -= usize::from(keys.pending);
    }

    /// Whether each row contains all words.
    pub(super) fn search(&self, words: &[&str]) -> Vec<bool> {
        self.texts.search(words)
    }

    /// Applies the filters to the hits of a search. The counts for a filter ignore the filter itself, so that they
    /// show how many rows another choice would find.
    pub(super) fn filter(&self, query: &TeamQuery, mut hits: Vec<bool>) -> (Vec<bool>, TeamCounts) {
        // `Some(None)` is a value that no row has, so no row matches it.
        let wanted_team = query.team_role.as_deref().map(|role| self.team_roles.find(role));
        let wanted_user = query.user_role.as_deref().map(|role| self.user_roles.find(role));
        let wanted_tag = query.tag.as_deref().map(|tag| self.tags.find(tag));
        let mut team = vec![0; self.team_roles.texts.len()];
        let mut user = vec![0; self.user_roles.texts.len()];
        let mut tags = vec![0; self.tags.texts.len()];
        let (mut members, mut pending) = (0, 0);
        for (keys, hit) in self.keys.iter().zip(&mut hits) {
            if !*hit {
                continue;
            }
            let row_tags = keys.tags(&self.tag_codes);
            let matches_team = wanted_team.is_none_or(|wanted| wanted == Some(keys.team_role));
            let matches_user = wanted_user.is_none_or(|wanted| wanted == Some(keys.user_role));
            let matches_state = query.state.is_none_or(|state| (state == MemberState::Pending) == keys.pending);
            let matches_tag = wanted_tag.is_none_or(|wanted| wanted.is_some_and(|tag| row_tags.contains(&tag)));
            *hit = matches_team && matches_user && matches_state && matches_tag;
            if matches_user && matches_state && matches_tag {
                count(&mut team, keys.team_role);
            }
            if matches_team && matches_state && matches_tag {
                count(&mut user, keys.user_role);
            }
            if matches_team && matches_user && matches_tag {
                *(if keys.pending { &mut pending } else { &mut members }) += 1;
            }
            if matches_team && matches_user && matches_state {
                row_tags.iter().for_each(|&tag| count(&mut tags, tag));
            }
        }
        (hits, self.team_counts([&team, &user, &tags], [members, pending]))
    }

    /// The counts of all rows, without a search or filters. They follow each change, so no row is looked at.
    pub(super) fn counts(&self) -> TeamCounts {
        let Self { team_roles, user_roles, tags, keys, pending, .. } = self;
        self.team_counts([&team_roles.uses, &user_roles.uses, &tags.uses], [keys.len() - pending, *pending])
    }

    fn team_counts(&self, [team, user, tags]: [&[u32]; 3], [members, pending]: [usize; 2]) -> TeamCounts {
        TeamCounts {
            team_roles: facets(&self.team_roles, team, |role| (team_rank(&role.into()), String::new())),
            user_roles: facets(&self.user_roles, user, |role| (user_rank(&role.into()), String::new())),
            members,
            pending,
            tags: facets(&self.tags, tags, |tag| (0, fold(tag))),
        }
    }
}

/// Counts a value, unless there is none.
fn count(counts: &mut [u32], code: u16) {
    if let Some(count) = counts.get_mut(usize::from(code)) {
        *count += 1;
    }
}

/// The values that rows have, by rank. Values of the same rank are sorted by their text.
fn facets(values: &Values, counts: &[u32], rank: impl Fn(&str) -> (u8, String)) -> Vec<FacetCount> {
    let counted = values.texts.iter().zip(counts).zip(&values.uses).filter(|(_, uses)| **uses > 0);
    let facet =
        |((value, &count), _): ((&String, &u32), &u32)| FacetCount { value: value.clone(), count: count as usize };
    let mut facets: Vec<FacetCount> = counted.map(facet).collect();
    facets.sort_by_cached_key(|facet| (rank(&facet.value), facet.value.clone()));
    facets
}
