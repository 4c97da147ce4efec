//! Rows of a team by their identity, and planned changes of them. A row is always meant by its id and, if it belongs to
//! somebody, by their user id; the address and the page only help to find it.

use lapel_domain::{Collaborator, Timestamp};
use lapel_store::SeenOn;

/// How a row is found again.
pub(super) struct RowKey<'a> {
    /// Id of the row.
    pub(super) id: &'a str,
    /// Its email address; may be empty.
    pub(super) email: &'a str,
    /// The page on which it was last seen.
    pub(super) seen: Option<SeenOn>,
    /// When the row was created, in milliseconds since 1970, if known.
    pub(super) created_at: Option<i64>,
    /// The user id that the row must have. An invitation has none, and it may have been accepted in the meantime, so
    /// any user id is accepted then.
    pub(super) user_id: Option<&'a str>,
}

impl<'a> RowKey<'a> {
    /// The key of a row. `seen` is the page on which it was last seen.
    pub(super) fn of(row: &'a Collaborator, seen: Option<SeenOn>) -> Self {
        let created_at = row.created_at.as_ref().and_then(Timestamp::millis);
        Self { id: &row.id, email: &row.email, seen, created_at, user_id: row.user_id.as_deref() }
    }

    /// Whether a row is the one that is meant.
    pub(super) fn matches(&self, row: &Collaborator) -> bool {
        row.id == self.id && self.user_id.is_none_or(|user_id| row.user_id.as_deref() == Some(user_id))
    }
}

/// The planned change of one row.
#[derive(Clone)]
pub(super) struct RowChange {
    /// Index of the row in the batch.
    pub(super) index: usize,
    /// Id of the row.
    pub(super) id: String,
    pub(super) user_id: Option<String>,
    pub(super) email: String,
    pub(super) seen: Option<SeenOn>,
    pub(super) from: String,
    pub(super) to: String,
    /// Whether an earlier attempt may have made the change. Then a row that has the role is a success.
    pub(super) may_be_made: bool,
}

impl RowChange {
    pub(super) fn key(&self) -> RowKey<'_> {
        RowKey { id: &self.id, email: &self.email, seen: self.seen, created_at: None, user_id: self.user_id.as_deref() }
    }
}
