//! Validates the values of a form and converts them for the store.

use lapel_api::Endpoint;
use lapel_domain::{Field, parse_first_name, parse_language, parse_last_name, parse_picture_url};
use lapel_store::{AccountId, EditValue};

use super::disk::Disk;
use super::error::Failure;
use super::error_reasons::PictureGone;
use crate::views::{BaseValues, PictureChoice, ProfileChanges};

/// The changed values in the order of the form. The address of a picture on the origin of `endpoint` is reduced to its path.
pub(crate) async fn form_values(
    disk: &Disk,
    account: AccountId,
    endpoint: Option<&Endpoint>,
    changes: ProfileChanges,
) -> Result<Vec<(Field, EditValue)>, Failure> {
    let invalid = |field| move |error| Failure::InvalidName { field, error };
    let mut values = Vec::new();
    if let Some(typed) = &changes.first_name {
        let name = parse_first_name(typed).map_err(invalid(Field::FirstName))?;
        values.push((Field::FirstName, EditValue::Text(name)));
    }
    if let Some(typed) = &changes.last_name {
        let name = parse_last_name(typed).map_err(invalid(Field::LastName))?;
        values.push((Field::LastName, EditValue::Text(name)));
    }
    if let Some(tag) = &changes.language {
        values.push((Field::Language, EditValue::Text(parse_language(tag)?)));
    }
    if let Some(choice) = changes.picture {
        values.push((Field::Picture, picture_value(disk, account, endpoint, choice).await?));
    }
    Ok(values)
}

async fn picture_value(
    disk: &Disk,
    account: AccountId,
    endpoint: Option<&Endpoint>,
    choice: PictureChoice,
) -> Result<EditValue, Failure> {
    match choice {
        PictureChoice::Removed => Ok(EditValue::Text(String::new())),
        PictureChoice::Url { url } => {
            let address = picture_address(&url)?;
            Ok(EditValue::Text(endpoint.map_or_else(|| address.clone(), |endpoint| endpoint.to_stored(&address))))
        }
        PictureChoice::Held { id } => {
            let name = id.clone();
            let picture = disk.run(move |store| store.local_picture(account, &name)).await?;
            Ok(picture.map(|_| EditValue::LocalPicture(id)).ok_or(PictureGone::Prepared)?)
        }
    }
}

/// Validates a typed picture URL and returns it as the API accepts it.
pub(crate) fn picture_address(typed: &str) -> Result<String, Failure> {
    Ok(parse_picture_url(typed)?)
}

/// The value that the form showed when the user began to edit it.
pub(crate) fn base_value(base: &BaseValues, field: Field) -> Option<&str> {
    match field {
        Field::FirstName => base.first_name.as_deref(),
        Field::LastName => base.last_name.as_deref(),
        Field::Picture => base.picture.as_deref(),
        Field::Language => base.language.as_deref(),
    }
}
