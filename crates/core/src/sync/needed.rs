//! What waits until the person has chosen something else: a language of before that the service does not take, and
//! everything where a server would empty a value that cannot be sent along.

use lapel_domain::{Field, Missing, Profile, UserRole, missing_for_full_update, same_value, sendable_value};
use lapel_store::{Account, Edit, EditState, EditValue, Store, StoreError};

use crate::failure::language_not_offered;
use crate::state::State;
use crate::views::{AppError, ErrorCode, ProfileField};

/// Whether the value of an edit may be sent at all.
pub(super) fn is_sendable(edit: &Edit) -> bool {
    matches!(&edit.mine, EditValue::Text(mine) if sendable_value(edit.field, mine))
        || matches!(edit.mine, EditValue::LocalPicture(_))
}

/// Whether an edit looks like what the server has.
pub(super) fn looks_like(edit: &Edit, theirs: &Profile) -> bool {
    matches!(&edit.mine, EditValue::Text(mine) if same_value(edit.field, mine, theirs.value(edit.field)))
}

/// Keeps an edit that may not be sent until the person has chosen another value or discarded it. One that looks like what
/// the server has needs nobody.
pub(super) fn keep_unsent(store: &Store, account: &Account, edit: &Edit, theirs: &Profile) -> Result<(), StoreError> {
    if looks_like(edit, theirs) {
        return store.forget_edit(account.id, edit);
    }
    // A reason that cannot be written is read as a refusal without details.
    let reason = serde_json::to_string(&language_not_offered()).unwrap_or_default();
    store.set_edit_state(account.id, edit, &EditState::Refused { reason })
}

/// Why what waits is not sent by itself, where the server was seen to empty what a PUT leaves out.
pub(crate) fn waits_for(state: &State) -> Option<AppError> {
    let profile = state.profile.as_ref().map(|cached| &cached.profile).filter(|_| state.sends_all)?;
    let waiting: Vec<Field> =
        state.edits.iter().filter(|edit| edit.state == EditState::Waiting).map(|edit| edit.field).collect();
    let missing = missing_for_full_update(profile, &waiting, false).filter(|_| !waiting.is_empty())?;
    Some(missing_failure(missing, Some(&profile.role)))
}

/// What has to be chosen before anything is sent. `role` is the one that cannot be, where it is known.
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
