//! Sorting the rows of the roster by a column.

use std::sync::Arc;

use lapel_domain::Timestamp;

use super::entry::{Entry, team_rank, user_rank};
use crate::views::TeamColumn;

/// All rows in the order of one column. Rows without a value come last in both directions.
pub(super) struct Order {
    indices: Vec<u32>,
    with_value: usize,
}

impl Order {
    /// Sorts all rows. Equal rows are sorted by name, and rows with the same name by id.
    pub(super) fn by_column(entries: &[Arc<Entry>], column: Option<TeamColumn>) -> Self {
        match column {
            None => sorted_by(entries, |entry| Some(team_rank(&entry.row.team_role).min(1))),
            Some(TeamColumn::Name) => sorted_by(entries, |_| Some(())),
            Some(TeamColumn::Email) => sorted_by(entries, |entry| {
                let email = entry.search_text.split('\n').nth(1).unwrap_or_default();
                (!email.is_empty()).then_some(email)
            }),
            Some(TeamColumn::TeamRole) => sorted_by(entries, |entry| {
                let (role, rank) = (entry.row.team_role.as_str(), team_rank(&entry.row.team_role));
                (!role.is_empty()).then_some((rank, if rank < 5 { "" } else { role }))
            }),
            Some(TeamColumn::UserRole) => sorted_by(entries, |entry| {
                let role = entry.row.user_role.as_ref();
                role.map(|role| (user_rank(role), if user_rank(role) < 4 { "" } else { role.as_str() }))
            }),
            Some(TeamColumn::Sso) => sorted_by(entries, |entry| entry.row.sso.map(|sso| !sso)),
            Some(TeamColumn::Tags) => {
                sorted_by(entries, |entry| (!entry.row.tags.is_empty()).then_some(&entry.row.tags))
            }
            Some(TeamColumn::State) => sorted_by(entries, |entry| Some(entry.row.pending)),
            Some(TeamColumn::Since) => {
                sorted_by(entries, |entry| entry.row.created_at.as_ref().and_then(Timestamp::millis))
            }
        }
    }

    /// The indices of the matching rows, in this order.
    pub(super) fn matching(&self, is_match: &[bool], descending: bool) -> Vec<u32> {
        let (with_value, without) = self.indices.split_at(self.with_value);
        let is_match = |index: &&u32| is_match[**index as usize];
        match descending {
            true => with_value.iter().rev().chain(without).filter(is_match).copied().collect(),
            false => with_value.iter().chain(without).filter(is_match).copied().collect(),
        }
    }
}

/// The folded text by which rows are sorted by name.
fn name_key(entry: &Entry) -> &str {
    entry.search_text.split('\n').find(|line| !line.is_empty()).unwrap_or_default()
}

fn sorted_by<'a, K: Ord>(entries: &'a [Arc<Entry>], key: impl Fn(&'a Entry) -> Option<K>) -> Order {
    let keyed = |(entry, index): (&'a Arc<Entry>, u32)| (key(entry), name_key(entry), entry.row.id.as_str(), index);
    let mut keyed: Vec<_> = entries.iter().zip(0..).map(keyed).collect();
    keyed.sort_unstable_by(|(a, a_name, a_id, _), (b, b_name, b_id, _)| {
        let none_last = a.is_none().cmp(&b.is_none());
        none_last.then_with(|| a.cmp(b)).then_with(|| (a_name, a_id).cmp(&(b_name, b_id)))
    });
    let with_value = keyed.partition_point(|(key, ..)| key.is_some());
    Order { indices: keyed.into_iter().map(|(.., index)| index).collect(), with_value }
}
