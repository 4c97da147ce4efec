//! Drafts in the store: what is typed into a form and not saved.

use lapel_store::{Draft, DraftBase, DraftDocument, DraftPicture, Store, StoreError};

use super::other_accounts::read_other_accounts;
use super::state::State;
use crate::views::{BaseValues, DraftValues, PictureChoice, SessionState};

/// Name of the profile form in the store.
pub(crate) const PROFILE_FORM: &str = "profile";

/// Converts a draft for the store.
pub(crate) fn write_draft(values: &DraftValues, now: i64) -> Draft {
    let picture = values.picture.clone().map(|picture| match picture {
        PictureChoice::Removed => DraftPicture::Removed,
        PictureChoice::Url { url } => DraftPicture::Url { url },
        PictureChoice::Held { id } => DraftPicture::Held { id },
    });
    let DraftValues { first_name, last_name, language, picture: _, role, base } = values.clone();
    let BaseValues { first_name: base_first, last_name: base_last, language: base_language, picture: base_picture } =
        base;
    let base =
        DraftBase { first_name: base_first, last_name: base_last, language: base_language, picture: base_picture };
    Draft { values: DraftDocument { first_name, last_name, language, picture, role, base }, saved_at: now }
}

/// Converts a draft from the store.
pub(crate) fn read_draft(draft: Draft) -> DraftValues {
    let DraftDocument { first_name, last_name, language, picture, role, base } = draft.values;
    let picture = picture.map(|picture| match picture {
        DraftPicture::Removed => PictureChoice::Removed,
        DraftPicture::Url { url } => PictureChoice::Url { url },
        DraftPicture::Held { id } => PictureChoice::Held { id },
    });
    let DraftBase { first_name: base_first, last_name: base_last, language: base_language, picture: base_picture } =
        base;
    let base =
        BaseValues { first_name: base_first, last_name: base_last, language: base_language, picture: base_picture };
    DraftValues { first_name, last_name, language, picture, role, base }
}

/// Fills the state with the accounts of this computer, and with the cached data of the active one.
pub(crate) fn load_active_account(store: &Store, state: &mut State) -> Result<(), StoreError> {
    if let Some(account) = store.active_account()? {
        state.session_state = if account.signed_in { SessionState::Starting } else { SessionState::Expired };
        (state.profile, state.edits) = store.profile_and_edits(account.id)?;
        state.draft = store.draft(account.id, PROFILE_FORM)?.map(read_draft);
        state.account = Some(account);
    }
    // Last, so that unreadable data of another account does not keep the active one from being shown.
    state.other_accounts = read_other_accounts(store, state.account.as_ref().map(|account| account.id))?;
    Ok(())
}
