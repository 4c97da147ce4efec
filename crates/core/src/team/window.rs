//! Windows of the found rows.

use lapel_domain::{id_marks, initials, marks, search_words};
use lapel_roster::{Entry, Roster};
use lapel_store::AccountId;

use super::role_options::may_change;
use crate::kernel::picture_ids::PictureAddresses;
use crate::kernel::state::Caller;
use crate::views::{RoleKind, TeamQuery, TeamRow, TeamWindow};

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

    /// A window of the rows that a query finds.
    pub(super) fn window(&self, roster: &mut Roster, query: &TeamQuery, from: usize, count: usize) -> TeamWindow {
        let words = search_words(&query.search);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = roster.found_rows(query, from, count.min(MAX_ROWS));
        TeamWindow {
            version: found.version,
            found: found.found,
            from,
            rows: found.rows.iter().map(|(entry, selected)| self.row(entry, *selected, &words)).collect(),
            counts: found.counts,
            selected: found.selected,
        }
    }
}
