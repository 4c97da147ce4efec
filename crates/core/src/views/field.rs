//! The fields of the profile form.

use lapel_domain::Field;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A field of the form that is stored as an edit. The role is not one of them, because it can only be changed online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ProfileField {
    /// Given name.
    FirstName,
    /// Family name; may be empty.
    LastName,
    /// The picture.
    Picture,
    /// BCP 47 tag.
    Language,
}

impl From<Field> for ProfileField {
    fn from(field: Field) -> Self {
        match field {
            Field::FirstName => Self::FirstName,
            Field::LastName => Self::LastName,
            Field::Picture => Self::Picture,
            Field::Language => Self::Language,
        }
    }
}

impl From<ProfileField> for Field {
    fn from(field: ProfileField) -> Self {
        match field {
            ProfileField::FirstName => Self::FirstName,
            ProfileField::LastName => Self::LastName,
            ProfileField::Picture => Self::Picture,
            ProfileField::Language => Self::Language,
        }
    }
}
