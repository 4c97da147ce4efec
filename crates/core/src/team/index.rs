//! An index for searching and filtering: compact columns that are rebuilt after rows have changed. Reading the rows
//! themselves would be slower, because they are scattered in memory.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use lapel_domain::fold;
use memchr::memmem::Finder;

use super::entry::{Entry, team_rank, user_rank};
use crate::views::{FacetCount, MemberState, TeamCounts, TeamQuery};

/// The code for no value, as for the user role of an invitation.
const NONE: u16 = u16::MAX;

/// The search index of a roster.
pub(super) struct Index {
    texts: SearchTexts,
    keys: Vec<FilterKeys>,
    /// The tags of all rows, one after the other.
    tag_codes: Vec<u16>,
    team_roles: Values,
    user_roles: Values,
    tags: Values,
}

/// The values of one row that filters compare, as codes.
struct FilterKeys {
    team_role: u16,
    user_role: u16,
    pending: bool,
    /// The end of its tags in `tag_codes`. They begin at the end of the previous row's tags.
    tags_end: u32,
}

/// The distinct values of one column. A code is the index of a value.
#[derive(Default)]
struct Values {
    texts: Vec<String>,
    codes: HashMap<String, u16>,
}

impl Values {
    /// The code of a value, which is added if it is new. After 65,535 values, which no team has, further values count
    /// as none.
    fn code(&mut self, text: &str) -> u16 {
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let code = u16::try_from(self.texts.len()).unwrap_or(NONE);
        if code < NONE {
            self.texts.push(text.to_owned());
        }
        self.codes.insert(text.to_owned(), code);
        code
    }

    fn find(&self, text: &str) -> Option<u16> {
        self.codes.get(text).copied()
    }
}

/// The search texts of all rows in one string, which is searched much faster than 100,000 short ones.
#[derive(Default)]
struct SearchTexts {
    text: String,
    /// Where the text of each row begins, and where the last one ends.
    starts: Vec<usize>,
}

impl SearchTexts {
    fn new(entries: &[Arc<Entry>]) -> Self {
        let mut texts = Self::default();
        texts.text.reserve(entries.iter().map(|entry| entry.search_text.len() + 1).sum());
        texts.starts.reserve(entries.len() + 1);
        for entry in entries {
            texts.starts.push(texts.text.len());
            texts.text.push_str(&entry.search_text);
            // Words contain no line breaks, so no word matches across two rows.
            texts.text.push('\n');
        }
        texts.starts.push(texts.text.len());
        texts
    }

    fn range(&self, row: usize) -> Range<usize> {
        self.starts[row]..self.starts[row + 1]
    }

    /// Whether the text of each row contains all words.
    fn search(&self, words: &[&str]) -> Vec<bool> {
        let rows = self.starts.len().saturating_sub(1);
        let mut words = words.to_vec();
        // The longest word usually has the fewest matches, so it is searched first.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let Some((first, others)) = words.split_first() else { return vec![true; rows] };
        let others: Vec<Finder<'_>> = others.iter().map(Finder::new).collect();
        let (mut hits, finder, text) = (vec![false; rows], Finder::new(first), self.text.as_bytes());
        let (mut row, mut from) = (0, 0);
        while let Some(at) = finder.find(&text[from..]).map(|at| at + from) {
            while self.starts[row + 1] <= at {
                row += 1;
            }
            hits[row] = others.iter().all(|word| word.find(&text[self.range(row)]).is_some());
            from = self.starts[row + 1];
        }
        hits
    }
}

impl Index {
    pub(super) fn new(entries: &[Arc<Entry>]) -> Self {
        let (mut team_roles, mut user_roles, mut tags) = (Values::default(), Values::default(), Values::default());
        let mut tag_codes = Vec::new();
        let keys = |entry: &Arc<Entry>| {
            tag_codes.extend(entry.row.tags.iter().map(|tag| tags.code(tag)));
            FilterKeys {
                team_role: team_roles.code(entry.row.team_role.as_str()),
                user_role: entry.row.user_role.as_ref().map_or(NONE, |role| user_roles.code(role.as_str())),
                pending: entry.row.pending,
                tags_end: u32::try_from(tag_codes.len()).unwrap_or(u32::MAX),
            }
        };
        let keys = entries.iter().map(keys).collect();
        Self { texts: SearchTexts::new(entries), keys, tag_codes, team_roles, user_roles, tags }
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
        let (mut members, mut pending, mut tags_begin) = (0, 0, 0);
        for (keys, hit) in self.keys.iter().zip(&mut hits) {
            let tags_end = keys.tags_end as usize;
            let row_tags = &self.tag_codes[std::mem::replace(&mut tags_begin, tags_end)..tags_end];
            if !*hit {
                continue;
            }
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
        let team_roles = facets(&self.team_roles.texts, &team, |role| (team_rank(&role.into()), role.to_owned()));
        let user_roles = facets(&self.user_roles.texts, &user, |role| (user_rank(&role.into()), role.to_owned()));
        let tags = facets(&self.tags.texts, &tags, |tag| (0, fold(tag)));
        (hits, TeamCounts { team_roles, user_roles, members, pending, tags })
    }
}

/// Counts a value, unless there is none.
fn count(counts: &mut [usize], code: u16) {
    if let Some(count) = counts.get_mut(usize::from(code)) {
        *count += 1;
    }
}

fn facets(values: &[String], counts: &[usize], rank: impl Fn(&str) -> (u8, String)) -> Vec<FacetCount> {
    let facet = |(value, &count): (&String, &usize)| FacetCount { value: value.clone(), count };
    let mut facets: Vec<FacetCount> = values.iter().zip(counts).map(facet).collect();
    facets.sort_by_cached_key(|facet| rank(&facet.value));
    facets
}
