//! Drafts in the store: what is typed into a form and not saved.

use lapel_store::{Draft, Store, StoreError};

use super::error::Failure;
use super::state::State;
use crate::views::{DraftValues, PictureChoice, SessionState};

/// Name of the profile form in the store.
pub(crate) const PROFILE_FORM: &str = "profile";

/// The stored form of a draft.
pub(crate) fn write_draft(values: &DraftValues, now: i64) -> Result<Draft, Failure> {
    let document = serde_json::to_string(values).map_err(Failure::internal)?;
    let held = match &values.picture {
        Some(PictureChoice::Held { id }) => Some(id.clone()),
        _ => None,
    };
    Ok(Draft { document, held, saved_at: now })
}

/// The values of a draft. A draft that cannot be read is only logged: there is nothing to show of it.
pub(crate) fn read_draft(document: &str) -> Option<DraftValues> {
    serde_json::from_str(document).inspect_err(|error| tracing::warn!(%error, "the draft cannot be read")).ok()
}

/// Fills the state with the accounts of this computer, and with what is cached of the active one.
pub(crate) fn load_active_account(store: &Store, state: &mut State) -> Result<(), StoreError> {
    state.other_accounts = store.accounts()?;
    let Some(account) = store.active_account()? else { return Ok(()) };
    state.other_accounts.retain(|other| other.id != account.id);
    state.session_state = if account.signed_in { SessionState::Starting } else { SessionState::Expired };
    (state.profile, state.edits) = store.profile_and_edits(account.id)?;
    state.draft = store.draft(account.id, PROFILE_FORM)?.and_then(|draft| read_draft(&draft.document));
    state.account = Some(account);
    Ok(())
}
