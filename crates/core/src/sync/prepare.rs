//! Prepares a PUT in the store: marks its edits as in flight, and decides what it contains.

use lapel_domain::{Field, Profile, missing_for_full_update};
use lapel_store::{Account, Edit, EditValue, Store, StoreError};

use super::update_body::{LeftOut, left_out};
use crate::kernel::server_facts::Fact;

/// A PUT that is ready to be sent.
pub(super) struct Prepared {
    /// The edits, in flight. Empty if all were replaced by later saves.
    pub(super) edits: Vec<Edit>,
    /// The values that are sent for them.
    pub(super) values: Vec<(Field, String)>,
    pub(super) left_out: LeftOut,
    /// Whether nothing may be sent, because the server would empty a value that Lapel cannot send back.
    pub(super) must_wait: bool,
    /// Whether the server is known to rewrite versions, so that a PUT cannot depend on one.
    pub(super) rewrites_versions: bool,
}

/// Marks the edits as in flight, before the request, and reads their values. `profile` was just read.
pub(super) fn prepare(
    store: &Store,
    account: &Account,
    profile: &Profile,
    ready: &[Edit],
    now: i64,
) -> Result<Prepared, StoreError> {
    let rewrites_versions = Fact::RewritesVersions.holds(store, &account.server, now)?;
    let edits = store.begin_sending(account.id, ready)?;
    let fields: Vec<Field> = edits.iter().map(|edit| edit.field).collect();
    let is_missing = missing_for_full_update(profile, &fields, false).is_some();
    let left_out = left_out(store, account, &fields, is_missing, now)?;
    if left_out == LeftOut::Nothing && !edits.is_empty() && is_missing {
        store.return_to_waiting(account.id, &fields, false)?;
        return Ok(Prepared { edits: Vec::new(), values: Vec::new(), left_out, must_wait: true, rewrites_versions });
    }
    let value = |edit: &Edit| Ok(value(store, account, edit)?.map(|value| (edit.field, value)));
    let values = edits.iter().map(value).collect::<Result<Vec<_>, StoreError>>()?;
    let values = values.into_iter().flatten().collect();
    Ok(Prepared { edits, values, left_out, must_wait: false, rewrites_versions })
}

/// The value that an edit would send; none for a picture that was not uploaded yet.
pub(super) fn value(store: &Store, account: &Account, edit: &Edit) -> Result<Option<String>, StoreError> {
    match &edit.mine {
        EditValue::Text(text) => Ok(Some(text.clone())),
        EditValue::LocalPicture(id) => Ok(store.local_picture(account.id, id)?.and_then(|picture| picture.url)),
    }
}
