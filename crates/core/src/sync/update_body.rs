//! The body of the PUT of the profile, and what it leaves out.

use lapel_api::{UserUpdate, Versioned};
use lapel_domain::{Field, sendable_role, sendable_value};
use lapel_store::{Account, Store, StoreError};

use crate::kernel::server_facts::Fact;

/// What a PUT leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// Nothing: the server empties what is left out.
    Nothing,
    /// Unchanged fields.
    Unchanged,
    /// Unchanged fields, at a server that was known to empty them, to find out whether it still does. What comes back empty is
    /// put back.
    UnchangedAsTrial,
}

/// What a PUT of these fields leaves out. The trial is made only if no other edit exists, because a loss could not be told from
/// that edit, and only if everything that the server has can be put back.
pub(super) fn left_out(
    store: &Store,
    account: &Account,
    sent: &[Field],
    is_missing: bool,
    now: i64,
) -> Result<LeftOut, StoreError> {
    let fact = Fact::PutReplacesAll;
    if !fact.was_learned(store, &account.server)? {
        return Ok(LeftOut::Unchanged);
    }
    let has_others = store.edits(account.id)?.iter().any(|edit| !sent.contains(&edit.field));
    let sends_all = is_missing || has_others || fact.holds(store, &account.server, now)?;
    Ok(if sends_all { LeftOut::Nothing } else { LeftOut::UnchangedAsTrial })
}

/// The role of the profile, if it may be sent.
pub(super) fn role_to_send(server: &Versioned) -> Option<String> {
    let role = &server.profile.role;
    sendable_role(role).then(|| role.as_str().to_owned())
}

/// The body of the PUT. With `all_from`, it has all fields, the unchanged ones from that profile. A language and a role that
/// may not be sent are left out all the same, so ask `missing_for_full_update` before.
pub(super) fn update_body(values: &[(Field, String)], all_from: Option<&Versioned>) -> UserUpdate {
    let value = |field: Field| {
        let changed = values.iter().find(|(sent, _)| *sent == field).map(|(_, value)| value.clone());
        let unchanged = || all_from.map(|server| server.profile.value(field).to_owned());
        // The server may reject an empty value, even one that it has itself.
        changed.or_else(|| unchanged().filter(|value| !value.is_empty() && sendable_value(field, value)))
    };
    UserUpdate {
        first_name: value(Field::FirstName),
        last_name: value(Field::LastName),
        picture: value(Field::Picture),
        role: all_from.and_then(role_to_send),
        language: value(Field::Language),
    }
}
