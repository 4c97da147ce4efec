//! Finding rows: the words of a search, filters, counts per value, and orders. All of it is kept until a row changes, so
//! that a further window of the same question costs nothing.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use lapel_domain::fold;
use memchr::memmem::Finder;

use super::directory::{Directory, Entry, team_rank, user_rank};
use crate::views::{FacetCount, MemberState, TeamColumn, TeamCounts, TeamQuery};

/// The answer to a question, as places of rows in their order.
#[derive(Clone)]
pub(crate) struct Found {
    query: TeamQuery,
    pub(crate) rows: Arc<[u32]>,
    pub(crate) counts: TeamCounts,
}

/// Rows in the order of a column, for each that was asked for.
pub(super) type Orders = HashMap<Option<TeamColumn>, Order>;

/// Rows in an order. Those without a value come last, whichever way it is turned.
pub(super) struct Order {
    places: Vec<u32>,
    with_value: usize,
}

/// The search texts of all rows in one piece, which is searched much faster than 100,000 small ones.
#[derive(Default)]
pub(super) struct Searched {
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

/// The words of a search, folded.
pub(crate) fn words(search: &str) -> String {
    fold(search)
}

impl Directory {
    /// Finds rows, or answers again what was found.
    pub(crate) fn find(&mut self, query: &TeamQuery) -> &Found {
        let known = self.found.take().filter(|found| found.query == *query);
        let found = known.unwrap_or_else(|| self.find_anew(query));
        self.found.insert(found)
    }

    fn find_anew(&mut self, query: &TeamQuery) -> Found {
        if self.searched.starts.is_empty() {
            self.searched = Searched::of(&self.entries);
        }
        let folded = words(&query.search);
        let hits = self.searched.search(&folded.split_whitespace().collect::<Vec<_>>());
        let (kept, counts) = self.filter(query, hits);
        let column = query.sort;
        if !self.orders.contains_key(&column) {
            let order = order(&self.entries, column);
            self.orders.insert(column, order);
        }
        let in_order = |order: &Order| -> Vec<u32> {
            let (some, none) = order.places.split_at(order.with_value);
            let kept = |place: &&u32| kept[**place as usize];
            if query.descending {
                some.iter().rev().chain(none).filter(kept).copied().collect()
            } else {
                some.iter().chain(none).filter(kept).copied().collect()
            }
        };
        let rows = self.orders.get(&column).map(in_order).unwrap_or_default();
        Found { query: query.clone(), rows: rows.into(), counts }
    }

    /// Applies the filters to what the search found. Each count is under all filters but its own, so that it says what a
    /// choice there would leave.
    fn filter(&self, query: &TeamQuery, mut hits: Vec<bool>) -> (Vec<bool>, TeamCounts) {
        // A value that no row has is at no place, and then nothing fits.
        let wanted_team = query.team_role.as_deref().map(|role| self.team_roles.find(role));
        let wanted_user = query.user_role.as_deref().map(|role| self.user_roles.find(role));
        let wanted_tag = query.tag.as_deref().map(|tag| self.tags.find(tag));
        let mut team = vec![0; self.team_roles.texts.len()];
        let mut user = vec![0; self.user_roles.texts.len()];
        let mut tags = vec![0; self.tags.texts.len()];
        let (mut members, mut pending) = (0, 0);
        for (entry, hit) in self.entries.iter().zip(&mut hits) {
            if !*hit {
                continue;
            }
            let fits_team = wanted_team.is_none_or(|wanted| wanted == Some(entry.team_role));
            let fits_user = wanted_user.is_none_or(|wanted| wanted.is_some() && wanted == entry.user_role);
            let fits_state = query.state.is_none_or(|state| (state == MemberState::Pending) == entry.row.pending);
            let fits_tag = wanted_tag.is_none_or(|wanted| wanted.is_some_and(|tag| entry.tags.contains(&tag)));
            *hit = fits_team && fits_user && fits_state && fits_tag;
            if fits_user && fits_state && fits_tag {
                count(&mut team, entry.team_role);
            }
            if fits_team
                && fits_state
                && fits_tag
                && let Some(role) = entry.user_role
            {
                count(&mut user, role);
            }
            if fits_team && fits_user && fits_tag {
                *(if entry.row.pending { &mut pending } else { &mut members }) += 1;
            }
            if fits_team && fits_user && fits_state {
                entry.tags.iter().for_each(|&tag| count(&mut tags, tag));
            }
        }
        let team_roles = facets(&self.team_roles.texts, &team, |role| (team_rank(&role.into()), role.to_owned()));
        let user_roles = facets(&self.user_roles.texts, &user, |role| (user_rank(&role.into()), role.to_owned()));
        let tags = facets(&self.tags.texts, &tags, |tag| (0, fold(tag)));
        (hits, TeamCounts { team_roles, user_roles, members, pending, tags })
    }
}

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

/// The folded text that a row is ordered by name with.
fn name_key(entry: &Entry) -> &str {
    entry.search_text.split('\n').find(|line| !line.is_empty()).unwrap_or_default()
}

/// Orders all rows; equal ones by name, and those of the same name by id.
fn order(entries: &[Entry], column: Option<TeamColumn>) -> Order {
    match column {
        None => by(entries, |entry| Some(team_rank(&entry.row.team_role).min(1))),
        Some(TeamColumn::Name) => by(entries, |_| Some(())),
        Some(TeamColumn::Email) => by(entries, |entry| {
            let email = entry.search_text.split('\n').nth(1).unwrap_or_default();
            (!email.is_empty()).then_some(email)
        }),
        Some(TeamColumn::TeamRole) => by(entries, |entry| {
            let role = &entry.row.team_role;
            (!role.as_str().is_empty())
                .then_some((team_rank(role), if team_rank(role) < 5 { "" } else { role.as_str() }))
        }),
        Some(TeamColumn::UserRole) => by(entries, |entry| {
            entry
                .row
                .user_role
                .as_ref()
                .map(|role| (user_rank(role), if user_rank(role) < 4 { "" } else { role.as_str() }))
        }),
        Some(TeamColumn::Sso) => by(entries, |entry| entry.row.sso.map(|sso| !sso)),
        Some(TeamColumn::Tags) => by(entries, |entry| (!entry.row.tags.is_empty()).then_some(&entry.row.tags)),
        Some(TeamColumn::State) => by(entries, |entry| Some(entry.row.pending)),
        Some(TeamColumn::Since) => {
            by(entries, |entry| entry.row.created_at.as_ref().and_then(lapel_domain::Timestamp::millis))
        }
    }
}

fn by<'a, K: Ord>(entries: &'a [Entry], key: impl Fn(&'a Entry) -> Option<K>) -> Order {
    let keyed = |(entry, at): (&'a Entry, u32)| (key(entry), name_key(entry), entry.row.id.as_str(), at);
    let mut keyed: Vec<_> = entries.iter().zip(0..).map(keyed).collect();
    keyed.sort_unstable_by(|(a, a_name, a_id, _), (b, b_name, b_id, _)| {
        let none_last = a.is_none().cmp(&b.is_none());
        none_last.then_with(|| a.cmp(b)).then_with(|| (a_name, a_id).cmp(&(b_name, b_id)))
    });
    let with_value = keyed.partition_point(|(key, ..)| key.is_some());
    Order { places: keyed.into_iter().map(|(.., at)| at).collect(), with_value }
}
