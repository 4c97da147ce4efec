//! What a read of the profile tells the person: that the page is up to date, and what somebody else has changed.

use lapel_domain::{Field, same_value};
use lapel_store::CachedProfile;

use crate::kernel::state::State;

/// Records a profile that was just read, before it is shown: the page is up to date, and somebody else may have changed
/// fields. A field with an edit does not count: either the page shows the change with the edit, or the response to the edit was
/// lost and the value is the person's own.
pub(super) fn note_read(state: &mut State, server: &CachedProfile) {
    state.checked = true;
    let Some(before) = &state.profile else { return };
    let has_changed = |field: &Field| !same_value(*field, before.profile.value(*field), server.profile.value(*field));
    let has_edit = |field: &Field| state.edits.iter().any(|edit| edit.field == *field);
    let changed: Vec<Field> = Field::ALL.into_iter().filter(|field| has_changed(field) && !has_edit(field)).collect();
    if !changed.is_empty() {
        let (fields, at) = state.updated.get_or_insert_default();
        fields.extend(changed);
        *at = server.fetched_at;
    }
}
