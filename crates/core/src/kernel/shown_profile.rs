//! A profile as it is shown: with the values of edits that are not sent yet.

use lapel_domain::{Field, Profile};
use lapel_store::{AccountId, Edit, EditState, EditValue};

use super::picture_ids::picture_view;
use crate::views::PictureView;

/// The value of the latest edit of a field, if it is waiting or in flight. Rejected edits and conflicts do not count.
fn pending_value(edits: &[Edit], field: Field) -> Option<&EditValue> {
    let newest = edits.iter().rfind(|edit| edit.field == field && edit.state == EditState::Waiting)?;
    Some(&newest.mine)
}

/// The picture, including a pending edit of it. None if there is no picture.
pub(crate) fn shown_picture(account: AccountId, profile: &Profile, edits: &[Edit]) -> Option<PictureView> {
    let address = match pending_value(edits, Field::Picture) {
        Some(EditValue::LocalPicture(id)) => return Some(PictureView { id: id.clone(), url: None }),
        Some(EditValue::Text(address)) => address,
        None => &profile.picture,
    };
    (!address.is_empty()).then(|| picture_view(account, address))
}

/// The name, including pending edits of it.
pub(crate) fn shown_name(profile: &Profile, edits: &[Edit]) -> String {
    let pending_value = |field: Field| match pending_value(edits, field)? {
        EditValue::Text(text) => Some(text.clone()),
        EditValue::LocalPicture(_) => None,
    };
    match (pending_value(Field::FirstName), pending_value(Field::LastName)) {
        (None, None) => profile.display_name(),
        (first, last) => {
            let first = first.unwrap_or_else(|| profile.first_name.clone());
            let last = last.unwrap_or_else(|| profile.last_name.clone());
            format!("{first} {last}").trim().to_owned()
        }
    }
}

/// The number of fields with an edit. A field with a follow-up counts once.
pub(crate) fn unsent_fields(edits: &[Edit]) -> usize {
    Field::ALL.into_iter().filter(|field| edits.iter().any(|edit| edit.field == *field)).count()
}
