//! Finding rows: the words of a search, filters, counts per value, and orders. All of it is kept until a row changes, so
//! that a further window of the same question costs nothing.

use std::collections::HashMap;
use std::sync::Arc;

use lapel_domain::fold;

use super::index::Index;
use super::roster::{Entry, Roster, team_rank, user_rank};
use crate::views::{TeamColumn, TeamCounts, TeamQuery};

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

impl Roster {
    /// Finds rows, or answers again what was found.
    pub(crate) fn find(&mut self, query: &TeamQuery) -> &Found {
        let known = self.found.take().filter(|found| found.query == *query);
        let found = known.unwrap_or_else(|| self.find_anew(query));
        self.found.insert(found)
    }

    fn find_anew(&mut self, query: &TeamQuery) -> Found {
        let folded = fold(&query.search);
        let index = self.index.get_or_insert_with(|| Index::of(&self.entries));
        let hits = index.search(&folded.split_whitespace().collect::<Vec<_>>());
        let (kept, counts) = index.filter(query, hits);
        let column = query.sort;
        let order = self.orders.entry(column).or_insert_with(|| order(&self.entries, column));
        let (some, none) = order.places.split_at(order.with_value);
        let kept = |place: &&u32| kept[**place as usize];
        let rows: Vec<u32> = if query.descending {
            some.iter().rev().chain(none).filter(kept).copied().collect()
        } else {
            some.iter().chain(none).filter(kept).copied().collect()
        };
        Found { query: query.clone(), rows: rows.into(), counts }
    }
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
