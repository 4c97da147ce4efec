//! Windows of what was found, and the selection among it.

use lapel_domain::{fold, initials, marks};
use lapel_store::AccountId;

use super::roster::{Entry, Roster};
use crate::pictures::PictureSources;
use crate::views::{SelectionChange, TeamQuery, TeamRow, TeamWindow};

/// Most rows of one window.
const MOST_ROWS: usize = 1000;

/// What rows are shown with.
pub(crate) struct Showing<'a> {
    pub(crate) account: AccountId,
    /// Id of the signed-in person.
    pub(crate) person: &'a str,
    pub(crate) pictures: &'a PictureSources,
}

impl Showing<'_> {
    /// A row as the page shows it, with what the words of a search found marked.
    pub(crate) fn row(&self, entry: &Entry, selected: bool, words: &[&str]) -> TeamRow {
        let row = &entry.row;
        let name = row.display_name();
        TeamRow {
            id: row.id.clone(),
            user_id: row.user_id.clone(),
            initials: initials(&name),
            email: row.email.clone(),
            picture: (!row.picture.is_empty()).then(|| self.pictures.view(self.account, &row.picture)),
            team_role: row.team_role.as_str().to_owned(),
            user_role: row.user_role.as_ref().map(|role| role.as_str().to_owned()),
            sso: row.sso,
            tags: row.tags.clone(),
            pending: row.pending,
            since: row.created_at.as_ref().and_then(lapel_domain::Timestamp::millis),
            is_self: row.user_id.as_deref() == Some(self.person),
            selected,
            name_marks: marks(&name, words),
            email_marks: marks(&row.email, words),
            id_marks: marks(&row.id, words),
            name,
        }
    }
}

impl Roster {
    /// Some of the rows that a query finds.
    pub(crate) fn window(&mut self, query: &TeamQuery, from: usize, count: usize, showing: &Showing<'_>) -> TeamWindow {
        let found = self.find(query).clone();
        let folded = fold(&query.search);
        let words: Vec<&str> = folded.split_whitespace().collect();
        let places = found.rows.iter().skip(from).take(count.min(MOST_ROWS));
        TeamWindow {
            version: self.version,
            found: found.rows.len(),
            from,
            rows: places.map(|&at| self.shown_row(at, showing, &words)).collect(),
            counts: found.counts,
            selected: found.rows.iter().filter(|&&at| self.selected[at as usize]).count(),
        }
    }

    fn shown_row(&self, at: u32, showing: &Showing<'_>, words: &[&str]) -> TeamRow {
        let at = at as usize;
        showing.row(&self.entries[at], self.selected[at], words)
    }

    /// Changes the selection among what a query finds. Rows that it does not find keep theirs, out of sight, so that a
    /// filter can be taken away again.
    pub(crate) fn change_selection(&mut self, query: &TeamQuery, change: &SelectionChange) {
        let found = self.find(query).rows.clone();
        let all = |roster: &mut Self, selected| (0..).take(roster.len()).for_each(|at| roster.select(at, selected));
        match change {
            SelectionChange::Toggle { id } => {
                if let Some(at) = self.place(id) {
                    self.select(at, !self.selected[at as usize]);
                }
            }
            SelectionChange::Range { from, to } => {
                let (first, last) = (from.min(to), from.max(to));
                let range = found.iter().take(last.saturating_add(1)).skip(*first);
                range.for_each(|&at| self.select(at, true));
            }
            SelectionChange::All => {
                all(self, false);
                found.iter().for_each(|&at| self.select(at, true));
            }
            SelectionChange::None => all(self, false),
        }
    }

    /// The selected rows among what a query finds, in its order.
    pub(crate) fn selected(&mut self, query: &TeamQuery) -> Vec<&Entry> {
        let found = self.find(query).rows.clone();
        found.iter().filter(|&&at| self.selected[at as usize]).map(|&at| &self.entries[at as usize]).collect()
    }
}
