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
    /// Unchanged fields, although the server was known to empty them. This shows whether it still does. Emptied values are
    /// restored.
    UnchangedAsTrial,
}

/// What a PUT of these fields leaves out. The trial is made only if there is no other edit, because its effect could not be
/// distinguished from a loss, and only if all values on the server can be restored.
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

/// The body of the PUT. With `all_from`, it also contains the unchanged values of that profile. A language or a role that may
/// not be sent is still left out, so call `missing_for_full_update` first.
pub(super) fn update_body(values: &[(Field, String)], all_from: Option<&Versioned>) -> UserUpdate {
    let value = |field: Field| {
        let changed = values.iter().find(|(sent, _)| *sent == field).map(|(_, value)| value.clone());
        let unchanged = || all_from.map(|server| server.profile.value(field).to_owned());
        // The server may reject an empty value, even if it has stored that value itself.
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
