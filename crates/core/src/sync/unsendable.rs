//! Edits that cannot be sent until the user chooses another value: a language that the service does not accept any
//! more, and all edits if the server would empty a language or role that must not be sent.

use lapel_domain::{Field, Missing, Profile, UserRole, missing_for_full_update, same_value, sendable_value};
use lapel_store::{Account, Edit, EditState, EditValue, Store, StoreError};

use crate::failure::language_not_offered;
use crate::state::State;
use crate::views::{AppError, ErrorCode, ProfileField};

/// Whether the value of an edit may be sent.
pub(super) fn is_sendable(edit: &Edit) -> bool {
    matches!(&edit.mine, EditValue::Text(mine) if sendable_value(edit.field, mine))
        || matches!(edit.mine, EditValue::LocalPicture(_))
}

/// Whether the value of an edit equals the server's value.
pub(super) fn equals_server_value(edit: &Edit, theirs: &Profile) -> bool {
    matches!(&edit.mine, EditValue::Text(mine) if same_value(edit.field, mine, theirs.value(edit.field)))
}

/// Marks an edit that may not be sent as rejected, until the user chooses another value or discards it. An edit that
/// equals the server's value is deleted.
pub(super) fn reject_unsendable(
    store: &Store,
    account: &Account,
    edit: &Edit,
    theirs: &Profile,
) -> Result<(), StoreError> {
    if equals_server_value(edit, theirs) {
        return store.forget_edit(account.id, edit);
    }
    // If serialization fails, `read_reason` returns `Rejected` without details.
    let reason = serde_json::to_string(&language_not_offered()).unwrap_or_default();
    store.set_edit_state(account.id, edit, &EditState::Refused { reason })
}

/// Why waiting edits are not sent: the server empties omitted fields, and a field that must not be sent has a value.
pub(crate) fn waiting_reason(state: &State) -> Option<AppError> {
    let profile = state.profile.as_ref().map(|cached| &cached.profile).filter(|_| state.sends_all)?;
    let waiting: Vec<Field> =
        state.edits.iter().filter(|edit| edit.state == EditState::Waiting).map(|edit| edit.field).collect();
    let missing = missing_for_full_update(profile, &waiting, false).filter(|_| !waiting.is_empty())?;
    Some(missing_failure(missing, Some(&profile.role)))
}

/// The failure that asks the user to choose a value. `role`: the role that cannot be sent, if known.
pub(crate) fn missing_failure(missing: Missing, role: Option<&UserRole>) -> AppError {
    match missing {
        Missing::Language => AppError::new(ErrorCode::OwnLanguageNeeded, "the server would empty the language")
            .about(ProfileField::Language),
        Missing::Role => {
            let failure = AppError::new(ErrorCode::RoleNotSent, "the server would empty the role");
            match role {
                Some(role) => failure.problem(role.as_str()),
                None => failure,
            }
        }
    }
}
