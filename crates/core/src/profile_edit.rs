//! Turns user input into stored edits: drafts, validation, saving, and the user's decisions about rejected or
//! conflicting edits. `sync` sends the edits.

use std::sync::Arc;

use lapel_domain::{Field, parse_first_name, parse_language, parse_last_name, same_text};
use lapel_store::{Account, Draft, EditValue, NewEdit, Store};
use uuid::Uuid;

use crate::account_cache::AccountRead;
use crate::app::{App, Inner, PROFILE_FORM};
use crate::failure::{invalid_name, language_not_offered};
use crate::pictures::picture_address;
use crate::views::{
    AppError, BaseValues, DraftValues, ErrorCode, Keep, PictureChoice, ProfileChanges, ProfileField, SeenConflict,
    Snapshot,
};

impl App {
    /// Stores the draft of the profile form.
    pub async fn keep_draft(&self, values: DraftValues) -> Result<(), AppError> {
        let account = self.inner.account_for_saving()?;
        let document =
            serde_json::to_string(&values).map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))?;
        let local_picture = match &values.picture {
            Some(PictureChoice::Held { id }) => Some(id.clone()),
            _ => None,
        };
        let draft = Draft { document, held: local_picture, saved_at: self.inner.now() };
        self.inner.write_user_input(move |store| store.keep_draft(account.id, PROFILE_FORM, &draft)).await?;
        self.inner.update(|state| state.draft = Some(values));
        Ok(())
    }

    /// Deletes the draft of the profile form.
    pub async fn drop_draft(&self) -> Result<(), AppError> {
        let account = self.inner.account()?;
        self.inner.with_store(move |store| store.drop_draft(account.id, PROFILE_FORM)).await?;
        self.inner.update(|state| state.draft = None);
        Ok(())
    }

    /// Stores the changes as edits and starts a sync. When this returns, the edits are on the disk. Returns the
    /// snapshot after the change, so that the page need not request it.
    ///
    /// # Errors
    /// The code and field of the first invalid value. On any error, nothing was stored.
    pub async fn save_profile(&self, changes: ProfileChanges) -> Result<Snapshot, AppError> {
        let inner = &self.inner;
        let account = inner.account_for_saving()?;
        let edits = inner.build_edits(&account, changes).await?;
        let (save_id, now) = (Uuid::new_v4().to_string(), inner.now());
        let id = account.id;
        let read_sequence = Arc::clone(&inner.read_sequence);
        let save = move |store: &Store| {
            store.save_edits(id, &save_id, PROFILE_FORM, &edits, now)?;
            AccountRead::read(store, id, &read_sequence)
        };
        let read = inner.write_user_input(save).await?;
        inner.reset_blocked_routes();
        inner.update(|state| {
            state.draft = None;
            state.updated = None;
            state.stored_as.clear();
            read.apply(&inner.read_sequence, state);
        });
        let snapshot = self.snapshot();
        inner.start_sync_when_allowed();
        Ok(snapshot)
    }

    /// Resolves conflicts, all with the same decision. A conflict that has changed since the user saw it is not
    /// resolved.
    pub async fn resolve_edits(&self, conflicts: Vec<SeenConflict>, keep: Keep) -> Result<(), AppError> {
        self.decide(move |store, id| {
            conflicts.iter().try_for_each(|SeenConflict { field, theirs }| match keep {
                Keep::Mine => store.keep_mine(id, (*field).into(), theirs),
                Keep::Theirs => store.keep_theirs(id, (*field).into(), theirs),
            })
        })
        .await
    }

    /// Drops a waiting or rejected edit. If it may already have reached the server, a new edit restores the old
    /// value.
    pub async fn drop_edit(&self, field: ProfileField) -> Result<(), AppError> {
        let (save_id, now) = (Uuid::new_v4().to_string(), self.inner.now());
        self.decide(move |store, id| store.drop_edit(id, field.into(), &save_id, now)).await
    }

    /// Sends a rejected or blocked edit again, unchanged.
    pub async fn send_again(&self, field: ProfileField) -> Result<(), AppError> {
        self.inner.reset_counters();
        self.decide(move |store, id| store.send_again(id, field.into())).await
    }

    async fn decide(
        &self,
        decision: impl FnOnce(&lapel_store::Store, lapel_store::AccountId) -> Result<(), lapel_store::StoreError>
        + Send
        + 'static,
    ) -> Result<(), AppError> {
        let account = self.inner.account_for_saving()?;
        let id = account.id;
        self.inner.update_account(&account, move |store| decision(store, id)).await?;
        self.inner.start_sync_when_allowed();
        Ok(())
    }
}

impl Inner {
    /// The active account.
    pub(crate) fn account(&self) -> Result<Account, AppError> {
        self.state().account.clone().ok_or_else(|| AppError::new(ErrorCode::SignedOut, "nobody is signed in"))
    }

    /// The active account, if saved data would survive a restart.
    pub(crate) fn account_for_saving(&self) -> Result<Account, AppError> {
        if !self.state().can_save() {
            return Err(AppError::new(ErrorCode::SavingDisabled, "the data folder cannot be used"));
        }
        self.account()
    }

    /// Validates the changed values. The result has the order of the form.
    pub(crate) async fn validated_values(
        &self,
        account: &Account,
        changes: ProfileChanges,
    ) -> Result<Vec<(Field, EditValue)>, AppError> {
        let mut values: Vec<(Field, EditValue)> = Vec::new();
        if let Some(typed) = &changes.first_name {
            let name = parse_first_name(typed).map_err(|error| invalid_name(error, ProfileField::FirstName))?;
            values.push((Field::FirstName, EditValue::Text(name)));
        }
        if let Some(typed) = &changes.last_name {
            let name = parse_last_name(typed).map_err(|error| invalid_name(error, ProfileField::LastName))?;
            values.push((Field::LastName, EditValue::Text(name)));
        }
        if let Some(tag) = &changes.language {
            let language = parse_language(tag).map_err(|_| language_not_offered())?;
            values.push((Field::Language, EditValue::Text(language)));
        }
        if let Some(choice) = changes.picture {
            values.push((Field::Picture, self.chosen_picture(account, choice).await?));
        }
        Ok(values)
    }

    /// Turns the changes into edits with their base values. Unchanged fields without an edit are omitted.
    async fn build_edits(&self, account: &Account, changes: ProfileChanges) -> Result<Vec<NewEdit>, AppError> {
        let shown = changes.base.clone();
        let values = self.validated_values(account, changes).await?;
        let state = self.state();
        let cached = state.profile.as_ref().map(|cached| &cached.profile);
        let profile = cached.ok_or_else(|| AppError::new(ErrorCode::Internal, "no profile to start from"))?;
        let latest_edit = |field: Field| state.edits.iter().rfind(|edit| edit.field == field);
        let edits = values.into_iter().map(|(field, mine)| {
            // The base is the value that the user saw, not the latest one: a change on the server since then is a
            // conflict.
            let (seen, edit) = (base_value(&shown, field), latest_edit(field));
            let base_picture = match edit.map(|edit| &edit.mine) {
                Some(EditValue::LocalPicture(id)) if seen.is_none() => Some(id.clone()),
                _ => None,
            };
            let seen = seen.or_else(|| edit.map(|edit| edit.base.as_str()));
            NewEdit { field, base: seen.unwrap_or_else(|| profile.value(field)).to_owned(), base_picture, mine }
        });
        Ok(edits.filter(|edit| latest_edit(edit.field).is_some() || differs_from_base(edit)).collect())
    }

    async fn chosen_picture(&self, account: &Account, choice: PictureChoice) -> Result<EditValue, AppError> {
        match choice {
            PictureChoice::Removed => Ok(EditValue::Text(String::new())),
            PictureChoice::Url { url } => {
                let address = picture_address(&url)?;
                let session = self.state().session.clone();
                Ok(EditValue::Text(
                    session.map_or_else(|| address.clone(), |session| session.endpoint.localise(&address)),
                ))
            }
            PictureChoice::Held { id } => {
                let (account, name) = (account.id, id.clone());
                let picture = self.with_store(move |store| store.local_picture(account, &name)).await?;
                let gone = || {
                    AppError::new(ErrorCode::PictureGone, "the picture is not stored any more")
                        .about(ProfileField::Picture)
                };
                picture.map(|_| EditValue::LocalPicture(id)).ok_or_else(gone)
            }
        }
    }
}

/// Whether the new value differs_from_base from the base. Different Unicode encodings of the same text are equal.
fn differs_from_base(edit: &NewEdit) -> bool {
    !matches!(&edit.mine, EditValue::Text(mine) if same_text(mine, &edit.base))
}

pub(crate) fn base_value(shown: &BaseValues, field: Field) -> Option<&str> {
    match field {
        Field::FirstName => shown.first_name.as_deref(),
        Field::LastName => shown.last_name.as_deref(),
        Field::Picture => shown.picture.as_deref(),
        Field::Language => shown.language.as_deref(),
    }
}
