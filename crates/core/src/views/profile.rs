//! The profile of the signed-in user.

use serde::Serialize;
use ts_rs::TS;

use super::{PictureView, ProfileField};

/// Why the role cannot be changed at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RoleReason {
    /// Only administrators may change roles.
    OnlyAdmins,
    /// The role of a service account cannot be changed.
    ServiceAccount,
    /// Role changes need a connection.
    Offline,
    /// The user has to sign in again.
    SignedOut,
}

/// A role that the user can choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleChoice {
    /// The role as the server spells it.
    pub role: String,
    /// Whether the user gives up the right to change roles. This needs a confirmation.
    pub steps_down: bool,
}

/// The user role and the roles that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleView {
    /// The current role as the server spells it. Lapel may not know it.
    pub role: String,
    /// The roles that the user may choose, including the current one; empty if they may choose none.
    pub choices: Vec<RoleChoice>,
    /// Why the role cannot be changed at the moment; none if it can.
    pub reason: Option<RoleReason>,
}

/// Fields that somebody else has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UpdatedView {
    /// The fields, in the order of the form.
    pub fields: Vec<ProfileField>,
    /// When the latest of these changes was read, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
}

/// A saved value that the server has normalized.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StoredAsView {
    /// The field.
    pub field: ProfileField,
    /// The value as the server stores it.
    pub value: String,
}

/// An organization that the user belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OrganizationView {
    /// Its id.
    pub id: String,
    /// Its name; the slug or id if it has none.
    pub name: String,
    /// Its logo.
    pub picture: Option<PictureView>,
    /// Whether it is the user's current organization.
    pub current: bool,
    /// Its color, validated: `#rgb` or `#rrggbb`.
    pub primary_color: Option<String>,
    /// Whether its members must sign in by SSO.
    pub enforces_sso: bool,
}

/// When the user was last active, in milliseconds since 1970; none if the server sent no time, or one that cannot be
/// parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActivityView {
    /// Last sign-in, in the dashboard, the SDK or the store.
    #[ts(type = "number | null")]
    pub last_login: Option<i64>,
    /// Last action, in the dashboard, the SDK or the store.
    #[ts(type = "number | null")]
    pub last_action: Option<i64>,
}

/// The signed-in user, as last read from the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProfileView {
    /// Id on the server.
    pub id: String,
    /// Email address.
    pub email: String,
    /// First name; empty if the server has none.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// The first of these that is not empty: the server's full name, first and last name, the email address, the id.
    pub full_name: String,
    /// One or two graphemes, shown if there is no picture.
    pub initials: String,
    /// The picture, including a pending edit of it.
    pub picture: Option<PictureView>,
    /// The picture's address, to compare it with a later one; empty if there is no picture.
    pub picture_address: String,
    /// Language tag; empty if the server has none.
    pub language: String,
    /// The role.
    pub role: RoleView,
    /// `verified`, or another word of the server.
    pub verification: Option<String>,
    /// Whether two-factor authentication is on.
    pub two_factor: Option<bool>,
    /// Whether the user signs in by SSO.
    pub sso: Option<bool>,
    /// Whether the user has a password.
    pub has_password: Option<bool>,
    /// Whether the user receives the newsletter.
    pub newsletter: Option<bool>,
    /// The organizations, the current one first.
    pub organizations: Vec<OrganizationView>,
    /// When the user was last active.
    pub activity: ActivityView,
    /// Member since, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub created_at: Option<i64>,
    /// Last change on the server, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub updated_at: Option<i64>,
    /// Changes by somebody else since the user last saved.
    pub updated: Option<UpdatedView>,
    /// Values of the last save that the server has normalized.
    pub stored_as: Vec<StoredAsView>,
}
