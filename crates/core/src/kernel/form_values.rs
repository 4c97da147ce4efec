//! Values from a form, checked and in the form in which they are stored.

use lapel_api::Endpoint;
use lapel_domain::{Field, PictureUrlError, parse_first_name, parse_language, parse_last_name, parse_picture_url};
use lapel_store::{AccountId, EditValue};

use super::disk::Disk;
use crate::failure::{invalid_name, language_not_offered};
use crate::views::{AppError, BaseValues, ErrorCode, PictureChoice, ProfileChanges, ProfileField};

/// The changed values in the order of the form. Pictures on the API's own origin, `endpoint`, lose their origin.
pub(crate) async fn form_values(
    disk: &Disk,
    account: AccountId,
    endpoint: Option<&Endpoint>,
    changes: ProfileChanges,
) -> Result<Vec<(Field, EditValue)>, AppError> {
    let mut values = Vec::new();
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
        values.push((Field::Picture, picture_value(disk, account, endpoint, choice).await?));
    }
    Ok(values)
}

async fn picture_value(
    disk: &Disk,
    account: AccountId,
    endpoint: Option<&Endpoint>,
    choice: PictureChoice,
) -> Result<EditValue, AppError> {
    match choice {
        PictureChoice::Removed => Ok(EditValue::Text(String::new())),
        PictureChoice::Url { url } => {
            let address = picture_address(&url)?;
            Ok(EditValue::Text(endpoint.map_or_else(|| address.clone(), |endpoint| endpoint.localise(&address))))
        }
        PictureChoice::Held { id } => {
            let name = id.clone();
            let picture = disk.run(move |store| store.local_picture(account, &name)).await?;
            let gone = || AppError::new(ErrorCode::PictureGone, "the prepared picture is gone");
            picture.map(|_| EditValue::LocalPicture(id)).ok_or_else(|| gone().about(ProfileField::Picture))
        }
    }
}

/// A typed picture URL in the form that the API takes.
pub(crate) fn picture_address(typed: &str) -> Result<String, AppError> {
    parse_picture_url(typed).map_err(|error| {
        let failure = AppError::new(ErrorCode::InvalidPictureUrl, error.to_string()).about(ProfileField::Picture);
        if error == PictureUrlError::TooLong { failure.problem("tooLong") } else { failure }
    })
}

/// The value that the form showed when the person began.
pub(crate) fn base_value(base: &BaseValues, field: Field) -> Option<&str> {
    match field {
        Field::FirstName => base.first_name.as_deref(),
        Field::LastName => base.last_name.as_deref(),
        Field::Picture => base.picture.as_deref(),
        Field::Language => base.language.as_deref(),
    }
}
