//! Finds the row with an email address. A member takes precedence over an invitation. An address of several members,
//! or of several invitations and no member, is ambiguous.

use std::collections::HashMap;

use lapel_domain::{Collaborator, address_key};

/// The rows of a team by their addresses.
pub(super) struct Addresses<'a> {
    by_key: HashMap<String, Rows<'a>>,
}

/// The rows with one address.
#[derive(Default)]
struct Rows<'a> {
    members: AddressMatch<'a>,
    invitations: AddressMatch<'a>,
}

/// The rows of one kind with an address.
#[derive(Clone, Copy, Default)]
pub(super) enum AddressMatch<'a> {
    /// None.
    #[default]
    None,
    /// Exactly this row.
    One(&'a Collaborator),
    /// More than one.
    Several,
}

impl<'a> AddressMatch<'a> {
    fn add(self, row: &'a Collaborator) -> Self {
        match self {
            Self::None => Self::One(row),
            Self::One(_) | Self::Several => Self::Several,
        }
    }
}

impl<'a> Addresses<'a> {
    pub(super) fn new(rows: impl Iterator<Item = &'a Collaborator>) -> Self {
        let mut by_key: HashMap<String, Rows<'a>> = HashMap::new();
        for row in rows {
            let rows_of_key = by_key.entry(address_key(&row.email)).or_default();
            let kind = if row.pending { &mut rows_of_key.invitations } else { &mut rows_of_key.members };
            *kind = kind.add(row);
        }
        // Rows without an address must not match each other.
        by_key.remove("");
        Self { by_key }
    }

    /// The row with an address, given by its [`address_key`].
    pub(super) fn find(&self, key: &str) -> AddressMatch<'a> {
        match self.by_key.get(key) {
            Some(Rows { members: AddressMatch::None, invitations }) => *invitations,
            Some(Rows { members, .. }) => *members,
            None => AddressMatch::None,
        }
    }
}
