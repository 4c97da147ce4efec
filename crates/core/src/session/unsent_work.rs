//! What a sign-out would lose: edits that the server does not have yet, and values that are typed and not saved.

use lapel_domain::Field;
use lapel_store::{AccountId, Edit};

use crate::views::{DraftValues, UnsentWork};

/// The unsent work of an account. A field with an edit and a typed value counts once.
pub(super) fn unsent_work(
    account: AccountId,
    edits: &[Edit],
    draft: Option<&DraftValues>,
    drafts_about_others: usize,
) -> UnsentWork {
    let is_typed = |field: &Field| {
        draft.is_some_and(|draft| match field {
            Field::FirstName => draft.first_name.is_some(),
            Field::LastName => draft.last_name.is_some(),
            Field::Picture => draft.picture.is_some(),
            Field::Language => draft.language.is_some(),
        })
    };
    let is_edited = |field: &Field| edits.iter().any(|edit| edit.field == *field);
    let fields = Field::ALL.into_iter().filter(|field| is_typed(field) || is_edited(field)).map(Into::into).collect();
    let role = draft.is_some_and(|draft| draft.role.is_some());
    UnsentWork { account: account.number(), fields, role, drafts_about_others }
}
