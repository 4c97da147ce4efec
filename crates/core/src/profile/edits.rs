//! Saves changes as edits, and applies the user's decisions about edits.

use lapel_domain::{Field, same_text};
use lapel_store::{Account, AccountId, EditValue, NewEdit, Store, StoreError};
use uuid::Uuid;

use super::service::ProfileService;
use crate::kernel::drafts::PROFILE_FORM;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::kernel::form_values::{base_value, form_values};
use crate::views::{Keep, ProfileChanges, ProfileField, SeenConflict};

impl ProfileService {
    /// Stores the changes as edits and starts sending them. When this returns, they are on the disk. After a failure, nothing
    /// was stored.
    pub(crate) async fn save(&self, changes: ProfileChanges) -> Result<(), Failure> {
        let account = self.state.read().account_for_saving()?;
        let edits = self.new_edits(&account, changes).await?;
        let (save_id, now) = (Uuid::new_v4().to_string(), (self.clock)());
        let id = account.id;
        let save = move |store: &Store| store.save_edits(id, &save_id, PROFILE_FORM, &edits, now);
        let read = self.disk.write_profile_data(&account, save).await?;
        self.sync.forget_blocked_routes();
        self.state.update(|state| {
            state.draft = None;
            state.updated = None;
            state.stored_as.clear();
            self.disk.apply(read, state);
        });
        self.sync.start_when_allowed();
        Ok(())
    }

    /// Resolves conflicts, all for the same side. A conflict whose values have changed since the person saw it stays.
    pub(crate) async fn resolve_edits(&self, conflicts: Vec<SeenConflict>, keep: Keep) -> Result<(), Failure> {
        self.decide(move |store, id| {
            conflicts.iter().try_for_each(|SeenConflict { field, theirs }| match keep {
                Keep::Mine => store.keep_mine(id, (*field).into(), theirs),
                Keep::Theirs => store.keep_theirs(id, (*field).into(), theirs),
            })
        })
        .await
    }

    /// Drops an edit. If its value may have arrived already, a follow-up edit restores the former value.
    pub(crate) async fn drop_edit(&self, field: ProfileField) -> Result<(), Failure> {
        let (save_id, now) = (Uuid::new_v4().to_string(), (self.clock)());
        self.decide(move |store, id| store.drop_edit(id, field.into(), &save_id, now)).await
    }

    /// Sends a rejected edit again, unchanged.
    pub(crate) async fn send_again(&self, field: ProfileField) -> Result<(), Failure> {
        self.sync.forget_failures();
        self.decide(move |store, id| store.send_again(id, field.into())).await
    }

    async fn decide(
        &self,
        decision: impl FnOnce(&Store, AccountId) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), Failure> {
        let account = self.state.read().account_for_saving()?;
        let id = account.id;
        self.disk.update_account(&account, move |store| decision(store, id)).await?;
        self.sync.start_when_allowed();
        Ok(())
    }

    /// The changes as edits with the values that they start from. A field that has no edit yet and does not
    /// differ from its base is left out.
    async fn new_edits(&self, account: &Account, changes: ProfileChanges) -> Result<Vec<NewEdit>, Failure> {
        let base = changes.base.clone();
        let endpoint = self.state.read().session.as_ref().map(|session| session.endpoint.clone());
        let values = form_values(&self.disk, account.id, endpoint.as_ref(), changes).await?;
        let state = self.state.read();
        let profile = state.known_profile().ok_or(Misuse::NoProfile)?;
        let edit_of = |field: Field| state.edits.iter().rfind(|edit| edit.field == field);
        let edits = values.into_iter().map(|(field, mine)| {
            // The base is what the person saw, not what the server has now: a value that has changed since is a conflict.
            let (seen, edit) = (base_value(&base, field), edit_of(field));
            let base_picture = match edit.map(|edit| &edit.mine) {
                Some(EditValue::LocalPicture(id)) if seen.is_none() => Some(id.clone()),
                _ => None,
            };
            let seen = seen.or_else(|| edit.map(|edit| edit.base.as_str()));
            let base = seen.unwrap_or_else(|| profile.value(field)).to_owned();
            NewEdit { field, base, base_picture, mine }
        });
        Ok(edits.filter(|edit| edit_of(edit.field).is_some() || differs(edit)).collect())
    }
}

/// Whether a value differs from its base in more than the Unicode form of its letters.
fn differs(edit: &NewEdit) -> bool {
    !matches!(&edit.mine, EditValue::Text(mine) if same_text(mine, &edit.base))
}
