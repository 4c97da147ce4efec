//! An index for searching and filtering: compact columns. Reading the rows themselves would be slower, because they are
//! scattered in memory. A changed row changes only its own values.

use std::collections::HashMap;
use std::sync::Arc;

use lapel_domain::fold;

use crate::entry::{Entry, team_rank, user_rank};
use crate::query::{FacetCount, MemberState, TeamCounts, TeamQuery};
use crate::search_texts::SearchTexts;

/// The code for no value, as for the user role of an invitation.
const NONE: u16 = u16::MAX;

/// The search index of a roster.
pub(crate) struct Index {
    texts: SearchTexts,
    keys: Vec<FilterKeys>,
    /// The tags of the rows, one row after the other, and those of changed and removed rows.
    tag_codes: Vec<u16>,
    /// The number of tags that rows have now.
    tags_in_use: usize,
    /// The number of invitations.
    pending: usize,
    /// The number of rows with single sign-on, and of those without it.
    sso: [usize; 2],
    /// The number of rows that this account has changed.
    changed_by_me: usize,
    team_roles: Values,
    user_roles: Values,
    tags: Values,
}

/// The values of one row that filters compare, as codes.
struct FilterKeys {
    team_role: u16,
    user_role: u16,
    pending: bool,
    sso: Option<bool>,
    changed_by_me: bool,
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
    pub(crate) fn new(entries: &[Arc<Entry>]) -> Self {
        let mut index = Self {
            texts: SearchTexts::new(entries),
            keys: Vec::with_capacity(entries.len()),
            tag_codes: Vec::new(),
            tags_in_use: 0,
            pending: 0,
            sso: [0; 2],
            changed_by_me: 0,
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
    pub(crate) fn push(&mut self, entry: &Entry) {
        let keys = self.add_keys(entry);
        self.keys.push(keys);
        self.texts.push(&entry.search_text);
    }

    /// Replaces the values of a row.
    pub(crate) fn replace(&mut self, row: u32, former: &Entry, entry: &Entry) {
        let keys = self.add_keys(entry);
        let former_keys = std::mem::replace(&mut self.keys[row as usize], keys);
        self.remove_keys(&former_keys);
        if former.search_text != entry.search_text {
            self.texts.replace(row, &entry.search_text);
        }
    }

    /// Removes a row. The last row gets its number.
    pub(crate) fn swap_remove(&mut self, row: u32) {
        let keys = self.keys.swap_remove(row as usize);
        self.remove_keys(&keys);
        self.texts.swap_remove(row);
    }

    /// Whether changes have left so many unused values that a new index would be much smaller.
    pub(crate) fn is_worn(&self) -> bool {
        self.texts.is_worn() || self.tag_codes.len() > 2 * self.tags_in_use + 1024
    }

    fn add_keys(&mut self, entry: &Entry) -> FilterKeys {
        let row = &entry.row;
        let start = self.tag_codes.len();
        // A tag that a row has twice counts once. No row has so many tags that further ones would be left out.
        let distinct = row.tags.iter().enumerate().filter(|(place, tag)| !row.tags[..*place].contains(tag));
        self.tag_codes.extend(distinct.take(u16::MAX.into()).map(|(_, tag)| self.tags.add(tag)));
        let tags = u16::try_from(self.tag_codes.len() - start).unwrap_or(u16::MAX);
        let tags_start = u32::try_from(start).unwrap_or(u32::MAX);
        self.tags_in_use += usize::from(tags);
        self.pending += usize::from(row.pending);
        self.changed_by_me += usize::from(entry.changed_by_me);
        if let Some(sso) = row.sso {
            self.sso[usize::from(!sso)] += 1;
        }
        FilterKeys {
            team_role: self.team_roles.add(row.team_role.as_str()),
            user_role: row.user_role.as_ref().map_or(NONE, |role| self.user_roles.add(role.as_str())),
            pending: row.pending,
            sso: row.sso,
            changed_by_me: entry.changed_by_me,
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
        self.changed_by_me -= usize::from(keys.changed_by_me);
        if let Some(sso) = keys.sso {
            self.sso[usize::from(!sso)] -= 1;
        }
    }

    /// Whether each row contains all words.
    pub(crate) fn search(&self, words: &[&str]) -> Vec<bool> {
        self.texts.search(words)
    }

    /// Applies the filters to the hits of a search. The counts for a filter ignore the filter itself, so that they
    /// show how many rows another choice would find. Several tags may be chosen, so those of the tags show how many rows a
    /// further one would leave.
    pub(crate) fn filter(&self, query: &TeamQuery, mut hits: Vec<bool>) -> (Vec<bool>, TeamCounts) {
        // `Some(None)` is a value that no row has, so no row matches it.
        let wanted_team = query.team_role.as_deref().map(|role| self.team_roles.find(role));
        let wanted_user = query.user_role.as_deref().map(|role| self.user_roles.find(role));
        let wanted_tags: Vec<Option<u16>> = query.tags.iter().map(|tag| self.tags.find(tag)).collect();
        let mut counts = Counts::new(self);
        for (keys, hit) in self.keys.iter().zip(&mut hits) {
            if !*hit {
                continue;
            }
            let row_tags = keys.tags(&self.tag_codes);
            let has_tag = |tag: &Option<u16>| tag.is_some_and(|tag| row_tags.contains(&tag));
            let misses = Misses(
                miss(TEAM_ROLE, wanted_team.is_none_or(|wanted| wanted == Some(keys.team_role)))
                    | miss(USER_ROLE, wanted_user.is_none_or(|wanted| wanted == Some(keys.user_role)))
                    | miss(STATE, query.state.is_none_or(|state| (state == MemberState::Pending) == keys.pending))
                    | miss(SSO, query.sso.is_none_or(|sso| keys.sso == Some(sso)))
                    | miss(CHANGED_BY_ME, !query.changed_by_me || keys.changed_by_me)
                    | miss(TAGS, wanted_tags.iter().all(has_tag)),
            );
            *hit = misses.only(0);
            counts.add(keys, row_tags, misses);
        }
        (hits, self.team_counts(&counts))
    }

    /// The counts of all rows, without a search or filters. They follow each change, so no row is looked at.
    pub(crate) fn counts(&self) -> TeamCounts {
        self.team_counts(&Counts {
            team: self.team_roles.uses.clone(),
            user: self.user_roles.uses.clone(),
            tags: self.tags.uses.clone(),
            state: [self.keys.len() - self.pending, self.pending],
            sso: self.sso,
            changed_by_me: self.changed_by_me,
        })
    }

    fn team_counts(&self, counts: &Counts) -> TeamCounts {
        TeamCounts {
            team_roles: facets(&self.team_roles, &counts.team, |role| (team_rank(&role.into()), String::new())),
            user_roles: facets(&self.user_roles, &counts.user, |role| (user_rank(&role.into()), String::new())),
            members: counts.state[0],
            pending: counts.state[1],
            tags: facets(&self.tags, &counts.tags, |tag| (0, fold(tag))),
            sso: counts.sso[0],
            no_sso: counts.sso[1],
            changed_by_me: counts.changed_by_me,
        }
    }
}

/// The filters that a row does not match, as bits.
#[derive(Clone, Copy)]
struct Misses(u8);

const TEAM_ROLE: u8 = 1;
const USER_ROLE: u8 = 2;
const STATE: u8 = 4;
const SSO: u8 = 8;
const CHANGED_BY_ME: u8 = 16;
const TAGS: u8 = 32;

fn miss(filter: u8, matches: bool) -> u8 {
    if matches { 0 } else { filter }
}

impl Misses {
    /// Whether the row matches all filters, except perhaps this one.
    fn only(self, filter: u8) -> bool {
        self.0 & !filter == 0
    }
}

/// The number of rows for each value, by its code.
struct Counts {
    team: Vec<u32>,
    user: Vec<u32>,
    tags: Vec<u32>,
    /// Members and invitations.
    state: [usize; 2],
    /// With single sign-on and without it.
    sso: [usize; 2],
    changed_by_me: usize,
}

impl Counts {
    fn new(index: &Index) -> Self {
        let none = |values: &Values| vec![0; values.texts.len()];
        let Index { team_roles, user_roles, tags, .. } = index;
        let (team, user, tags) = (none(team_roles), none(user_roles), none(tags));
        Self { team, user, tags, state: [0; 2], sso: [0; 2], changed_by_me: 0 }
    }

    /// Counts a row for each filter whose other filters it matches.
    fn add(&mut self, keys: &FilterKeys, tags: &[u16], misses: Misses) {
        if misses.only(TEAM_ROLE) {
            count(&mut self.team, keys.team_role);
        }
        if misses.only(USER_ROLE) {
            count(&mut self.user, keys.user_role);
        }
        if misses.only(STATE) {
            self.state[usize::from(keys.pending)] += 1;
        }
        if let Some(sso) = keys.sso.filter(|_| misses.only(SSO)) {
            self.sso[usize::from(!sso)] += 1;
        }
        if keys.changed_by_me && misses.only(CHANGED_BY_ME) {
            self.changed_by_me += 1;
        }
        if misses.only(0) {
            tags.iter().for_each(|&tag| count(&mut self.tags, tag));
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
