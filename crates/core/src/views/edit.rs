//! Changes to the profile: a draft until the user saves it, then an edit until the server has accepted it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AppError, PictureView, ProfileField};

/// The picture chosen in the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum PictureChoice {
    /// No picture: the initials are shown.
    Removed,
    /// A picture at an https address.
    Url {
        /// The address as typed.
        url: String,
    },
    /// A prepared picture that is stored on this computer.
    Held {
        /// The id in the response of the command `use_picture`.
        id: String,
    },
}

/// The values of the changed fields that the user saw when they began to change them: the value of the profile, of an
/// edit in flight, or in a conflict the server's. When the changes are sent, the server's values are compared with
/// these to detect conflicts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct BaseValues {
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `ProfileView.pictureAddress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// The values of the form as typed and not validated. Only fields that differ from the profile are set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct DraftValues {
    /// First name as typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name as typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Chosen language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Chosen picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureChoice>,
    /// Chosen user role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The values that the changed fields showed before.
    pub base: BaseValues,
}

/// The values that "Save changes" saves. Only the changed fields are set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct ProfileChanges {
    /// New first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// New last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// New language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// New picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureChoice>,
    /// The values that the changed fields showed before.
    pub base: BaseValues,
}

/// The delivery state of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum EditState {
    /// Stored on this computer. It waits to be sent, or to be sent again if the outcome of the request is unknown.
    Waiting,
    /// In flight.
    Sending,
    /// The server rejected it; `reason` says why.
    Refused,
    /// The field has changed on the server as well; `theirs` is the server's value.
    Conflict,
}

/// The edit of one field. If a newer value was saved while an older one is in flight, this has the newer value and
/// the delivery of the older one.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EditView {
    /// The field.
    pub field: ProfileField,
    /// The delivery state.
    pub state: EditState,
    /// The value before the change, as the user saw it.
    pub base: String,
    /// The saved value. For a picture its address: empty if it was removed, or if it is not uploaded yet.
    pub mine: String,
    /// The picture to show for `mine`; only for the field picture.
    pub picture: Option<PictureView>,
    /// The server's value; only in a conflict.
    pub theirs: Option<String>,
    /// When the server's value was set, in milliseconds since 1970; none if the server does not say.
    #[ts(type = "number | null")]
    pub theirs_at: Option<i64>,
    /// Why it was rejected, or what it waits for.
    pub reason: Option<AppError>,
    /// When it was saved, in milliseconds since 1970.
    #[ts(type = "number")]
    pub made_at: i64,
}

/// The conflict that the user saw when they resolved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SeenConflict {
    /// The field.
    pub field: ProfileField,
    /// `EditView.theirs`.
    pub theirs: String,
}

/// The value that the user chose in a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Keep {
    /// Replace the server's value by the edit.
    Mine,
    /// Drop the edit.
    Theirs,
}
