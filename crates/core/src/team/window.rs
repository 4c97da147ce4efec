//! Windows of the found rows, and the selection among them.

use std::sync::Arc;

use lapel_domain::{id_marks, initials, marks, search_words};
use lapel_store::AccountId;

use super::entry::Entry;
use super::role_options::may_change;
use super::roster::Roster;
use crate::kernel::picture_ids::PictureAddresses;
use crate::kernel::state::Caller;
use crate::views::{RoleKind, SelectionChange, TeamQuery, TeamRow, TeamWindow};

/// The maximum number of rows of one window.
const MAX_ROWS: usize = 1000;

/// The data that the view of a row needs in addition to the row.
pub(super) struct RowContext<'a> {
    pub(super) account: AccountId,
    /// Id of the signed-in user.
    pub(super) person: &'a str,
    pub(super) pictures: &'a PictureAddresses,
    /// The signed-in user in this team; none while no team is open.
    pub(super) caller: Option<&'a Caller>,
}

impl RowContext<'_> {
    /// The view of a row, with the matches of the words marked.
    pub(super) fn row(&self, entry: &Entry, selected: bool, words: &[&str]) -> TeamRow {
        let row = &entry.row;
        let name = row.display_name();
        let may_change = |kind| self.caller.is_some_and(|caller| may_change(caller, row, kind));
        TeamRow {
            id: row.id.clone(),
            user_id: row.user_id.clone(),
            initials: initials(&name),
            email: row.email.clone(),
            picture: (!row.picture.is_empty()).then(|| self.pictures.view(self.account, &row.picture)),
            team_role: row.team_role.as_str().to_owned(),
            user_role: row.user_role.as_ref().map(|role| role.as_str().to_owned()),
            sso: row.sso,
            may_change_team_role: may_change(RoleKind::Team),
            may_change_user_role: may_change(RoleKind::User),
            tags: row.tags.clone(),
            pending: row.pending,
            since: row.created_at.as_ref().and_then(lapel_domain::Timestamp::millis),
            is_self: row.user_id.as_deref() == Some(self.person),
            selected,
            name_marks: row.name_marks(words),
            email_marks: marks(&row.email, words),
            id_marks: id_marks(&row.id, words),
            tag_marks: row.tags.iter().map(|tag| marks(tag, words)).collect(),
            name,
        }
    }
}

impl Roster {
    /// A window of the rows that a query finds.
    pub(super) fn window(
        &mut self,
        query: &TeamQuery,
        from: usize,
        count: usize,
        context: &RowContext<'_>,
    ) -> TeamWindow {
        let found = self.find(query).clone();
        let words = search_words(&query.search);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let indices = found.rows.iter().skip(from).take(count.min(MAX_ROWS));
        TeamWindow {
            version: self.version,
            found: found.rows.len(),
            from,
            rows: indices.map(|&index| self.shown_row(index, context, &words)).collect(),
            counts: found.counts,
            selected: self.selected.count_among(&found.rows),
        }
    }

    fn shown_row(&self, index: u32, context: &RowContext<'_>, words: &[&str]) -> TeamRow {
        context.row(&self.entries[index as usize], self.selected.contains(index), words)
    }

    /// Changes the selection among the rows that a query finds. The version stays, because the rows do. Toggle and range keep the selection of other rows, so
    /// that it is still there when a filter is removed.
    pub(super) fn change_selection(&mut self, query: &TeamQuery, change: &SelectionChange) {
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
    pub(super) fn selected_ids(&self) -> Vec<String> {
        let selected = (0..).zip(&self.entries).filter(|&(index, _)| self.selected.contains(index));
        selected.map(|(_, entry)| entry.row.id.clone()).collect()
    }

    /// Selects a row, if it is in the team.
    pub(super) fn select(&mut self, id: &str) {
        if let Some(index) = self.index_of(id) {
            self.selected.set(index, true);
        }
    }

    /// The selected rows that a query finds, in its order.
    pub(super) fn selected_entries(&mut self, query: &TeamQuery) -> Vec<Arc<Entry>> {
        let found = self.find(query).rows.clone();
        let selected = found.iter().filter(|&&index| self.selected.contains(index));
        selected.map(|&index| Arc::clone(&self.entries[index as usize])).collect()
    }
}
