//! The fields of the profile form.

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
