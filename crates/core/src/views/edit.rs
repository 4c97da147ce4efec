//! What a person typed: a draft until saved, an edit until the server has it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AppError, PictureView, ProfileField};

/// What the form's picture has been changed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum PictureChoice {
    /// Back to initials.
    Removed,
    /// The https address of a picture.
    Url {
        /// The address as typed.
        url: String,
    },
    /// A prepared picture whose bytes are kept on this computer.
    Held {
        /// The id that `use_picture` answered.
        id: String,
    },
}

/// What the server had, or was going to have, in the changed fields as far as the person could see when they began to
/// change them: the shown value, that of an edit on its way, or the server's in a conflict. What it has when the changes
/// get there is compared with them.
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

/// The changed values of the form as typed, not validated: only what differs from the profile is set.
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
    /// What the changed fields showed before.
    pub base: BaseValues,
}

/// What "Save changes" sends: only the changed fields are set.
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
    /// What the changed fields showed before.
    pub base: BaseValues,
}

/// Where an edit is on its way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum EditState {
    /// Stored on this computer, waits to be sent, or to be sent again where nobody knows whether it arrived.
    Waiting,
    /// On its way now.
    Sending,
    /// The server refused it; `reason` says why.
    Refused,
    /// The same field changed on the server; `theirs` is its value.
    Conflict,
}

/// One field that was saved here and has not reached the server yet; a newer value saved while an older one is on its way
/// counts, with the state of the older.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EditView {
    /// The field.
    pub field: ProfileField,
    /// Where it is.
    pub state: EditState,
    /// The value that the edit started from.
    pub base: String,
    /// The saved value; for a picture its address, empty where removed or still only on this computer.
    pub mine: String,
    /// The picture to show for `mine`, for the field picture.
    pub picture: Option<PictureView>,
    /// The server's value, for a conflict.
    pub theirs: Option<String>,
    /// When that came to be, in milliseconds since 1970, where the server says so.
    #[ts(type = "number | null")]
    pub theirs_at: Option<i64>,
    /// Why it was refused, or what it waits for.
    pub reason: Option<AppError>,
    /// When it was saved, in milliseconds since 1970.
    #[ts(type = "number")]
    pub made_at: i64,
}

/// A conflict as the person sees it who decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SeenConflict {
    /// The field.
    pub field: ProfileField,
    /// `EditView.theirs`.
    pub theirs: String,
}

/// A person's decision in a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Keep {
    /// Send my value over the server's.
    Mine,
    /// Drop my value.
    Theirs,
}
