//! What searching and filtering look at: compact columns beside the rows, made anew after rows changed. Walking through the
//! rows themselves would wait for memory at each of them.

use std::collections::HashMap;
use std::ops::Range;

use lapel_domain::fold;
use memchr::memmem::Finder;

use super::roster::{Entry, team_rank, user_rank};
use crate::views::{FacetCount, MemberState, TeamCounts, TeamQuery};

/// No value: invitations have no user role.
const NONE: u16 = u16::MAX;

/// The columns.
pub(super) struct Index {
    searched: Searched,
    facts: Vec<Facts>,
    /// The tags of all rows, one after the other.
    tag_places: Vec<u16>,
    team_roles: Values,
    user_roles: Values,
    tags: Values,
}

/// What filters ask of one row, as places in the lists of values.
struct Facts {
    team_role: u16,
    user_role: u16,
    pending: bool,
    /// Where its tags end among all; they begin where those of the row before end.
    tags_end: u32,
}

/// The values of one kind that rows have, each once.
#[derive(Default)]
struct Values {
    texts: Vec<String>,
    places: HashMap<String, u16>,
}

impl Values {
    /// The place of a value. Beyond the 65,534th, which no team has, all count as none.
    fn place(&mut self, text: &str) -> u16 {
        if let Some(&place) = self.places.get(text) {
            return place;
        }
        let place = u16::try_from(self.texts.len()).unwrap_or(NONE);
        if place < NONE {
            self.texts.push(text.to_owned());
        }
        self.places.insert(text.to_owned(), place);
        place
    }

    fn find(&self, text: &str) -> Option<u16> {
        self.places.get(text).copied()
    }
}

/// The search texts of all rows in one piece, which is searched much faster than 100,000 small ones.
#[derive(Default)]
struct Searched {
    text: String,
    /// Where the text of each row begins, and one more: where the last one ends.
    starts: Vec<usize>,
}

impl Searched {
    fn of(entries: &[Entry]) -> Self {
        let mut searched = Self::default();
        searched.text.reserve(entries.iter().map(|entry| entry.search_text.len() + 1).sum());
        searched.starts.reserve(entries.len() + 1);
        for entry in entries {
            searched.starts.push(searched.text.len());
            searched.text.push_str(&entry.search_text);
            // Words hold no line breaks: none is found across two rows.
            searched.text.push('\n');
        }
        searched.starts.push(searched.text.len());
        searched
    }

    fn range(&self, row: usize) -> Range<usize> {
        self.starts[row]..self.starts[row + 1]
    }

    /// For each row whether its text holds all words.
    fn search(&self, words: &[&str]) -> Vec<bool> {
        let rows = self.starts.len().saturating_sub(1);
        let mut words = words.to_vec();
        // The longest one is found least often.
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
    pub(super) fn of(entries: &[Entry]) -> Self {
        let (mut team_roles, mut user_roles, mut tags) = (Values::default(), Values::default(), Values::default());
        let mut tag_places = Vec::new();
        let facts = |entry: &Entry| {
            tag_places.extend(entry.row.tags.iter().map(|tag| tags.place(tag)));
            Facts {
                team_role: team_roles.place(entry.row.team_role.as_str()),
                user_role: entry.row.user_role.as_ref().map_or(NONE, |role| user_roles.place(role.as_str())),
                pending: entry.row.pending,
                tags_end: u32::try_from(tag_places.len()).unwrap_or(u32::MAX),
            }
        };
        let facts = entries.iter().map(facts).collect();
        Self { searched: Searched::of(entries), facts, tag_places, team_roles, user_roles, tags }
    }

    /// For each row whether it holds all words.
    pub(super) fn search(&self, words: &[&str]) -> Vec<bool> {
        self.searched.search(words)
    }

    /// Applies the filters to what the search found. Each count is under all filters but its own, so that it says what a
    /// choice there would leave.
    pub(super) fn filter(&self, query: &TeamQuery, mut hits: Vec<bool>) -> (Vec<bool>, TeamCounts) {
        // A value that no row has is at no place, and then nothing fits.
        let wanted_team = query.team_role.as_deref().map(|role| self.team_roles.find(role));
        let wanted_user = query.user_role.as_deref().map(|role| self.user_roles.find(role));
        let wanted_tag = query.tag.as_deref().map(|tag| self.tags.find(tag));
        let mut team = vec![0; self.team_roles.texts.len()];
        let mut user = vec![0; self.user_roles.texts.len()];
        let mut tags = vec![0; self.tags.texts.len()];
        let (mut members, mut pending, mut tags_begin) = (0, 0, 0);
        for (facts, hit) in self.facts.iter().zip(&mut hits) {
            let tags_end = facts.tags_end as usize;
            let row_tags = &self.tag_places[std::mem::replace(&mut tags_begin, tags_end)..tags_end];
            if !*hit {
                continue;
            }
            let fits_team = wanted_team.is_none_or(|wanted| wanted == Some(facts.team_role));
            let fits_user = wanted_user.is_none_or(|wanted| wanted == Some(facts.user_role));
            let fits_state = query.state.is_none_or(|state| (state == MemberState::Pending) == facts.pending);
            let fits_tag = wanted_tag.is_none_or(|wanted| wanted.is_some_and(|tag| row_tags.contains(&tag)));
            *hit = fits_team && fits_user && fits_state && fits_tag;
            if fits_user && fits_state && fits_tag {
                count(&mut team, facts.team_role);
            }
            if fits_team && fits_state && fits_tag {
                count(&mut user, facts.user_role);
            }
            if fits_team && fits_user && fits_tag {
                *(if facts.pending { &mut pending } else { &mut members }) += 1;
            }
            if fits_team && fits_user && fits_state {
                row_tags.iter().for_each(|&tag| count(&mut tags, tag));
            }
        }
        let team_roles = facets(&self.team_roles.texts, &team, |role| (team_rank(&role.into()), role.to_owned()));
        let user_roles = facets(&self.user_roles.texts, &user, |role| (user_rank(&role.into()), role.to_owned()));
        let tags = facets(&self.tags.texts, &tags, |tag| (0, fold(tag)));
        (hits, TeamCounts { team_roles, user_roles, members, pending, tags })
    }
}

/// Counts a value; no value is no place.
fn count(counts: &mut [usize], place: u16) {
    if let Some(count) = counts.get_mut(usize::from(place)) {
        *count += 1;
    }
}

fn facets(values: &[String], counts: &[usize], rank: impl Fn(&str) -> (u8, String)) -> Vec<FacetCount> {
    let facet = |(value, &count): (&String, &usize)| FacetCount { value: value.clone(), count };
    let mut facets: Vec<FacetCount> = values.iter().zip(counts).map(facet).collect();
    facets.sort_by_cached_key(|facet| rank(&facet.value));
    facets
}
