//! Whose row an email address means. A member comes before an invitation; of two members, or two invitations, neither.

use std::collections::HashMap;

use lapel_domain::{Collaborator, address_key};

/// The rows of a team by their addresses.
pub(super) struct Addresses<'a> {
    by_key: HashMap<String, Rows<'a>>,
}

/// The rows with one address.
#[derive(Default)]
struct Rows<'a> {
    members: Fitting<'a>,
    invitations: Fitting<'a>,
}

/// How many rows fit an address.
#[derive(Clone, Copy, Default)]
pub(super) enum Fitting<'a> {
    /// None.
    #[default]
    None,
    /// This one alone.
    One(&'a Collaborator),
    /// More than one.
    Several,
}

impl<'a> Fitting<'a> {
    fn and(self, row: &'a Collaborator) -> Self {
        match self {
            Self::None => Self::One(row),
            Self::One(_) | Self::Several => Self::Several,
        }
    }
}

impl<'a> Addresses<'a> {
    pub(super) fn of(rows: impl Iterator<Item = &'a Collaborator>) -> Self {
        let mut by_key: HashMap<String, Rows<'a>> = HashMap::new();
        for row in rows {
            let fitting = by_key.entry(address_key(&row.email)).or_default();
            let kind = if row.pending { &mut fitting.invitations } else { &mut fitting.members };
            *kind = kind.and(row);
        }
        // Rows without an address have nothing in common.
        by_key.remove("");
        Self { by_key }
    }

    /// The row that an address means, given by its [`address_key`].
    pub(super) fn find(&self, key: &str) -> Fitting<'a> {
        match self.by_key.get(key) {
            Some(Rows { members: Fitting::None, invitations }) => *invitations,
            Some(Rows { members, .. }) => *members,
            None => Fitting::None,
        }
    }
}
