//! The profile as shown.

use serde::Serialize;
use ts_rs::TS;

use super::{PictureView, ProfileField};

/// Why the role cannot be changed here and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RoleReason {
    /// Only an administrator may.
    OnlyAdmins,
    /// Service accounts keep their role.
    ServiceAccount,
    /// Role changes need a connection.
    Offline,
}

/// One role on offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleChoice {
    /// The role as the server spells it.
    pub role: String,
    /// Whether choosing it gives up the right to change roles, which asks once more.
    pub steps_down: bool,
}

/// The user role and what may be done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleView {
    /// The present role as the server spells it; may be one that Lapel does not know.
    pub role: String,
    /// The roles that the person may choose; the present one included. Empty where none may be chosen.
    pub choices: Vec<RoleChoice>,
    /// Why not, where it cannot be changed at the moment.
    pub reason: Option<RoleReason>,
}

/// What somebody else has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UpdatedView {
    /// The fields, in the order of the form.
    pub fields: Vec<ProfileField>,
    /// When the last of it was seen, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
}

/// A value that the server keeps in a form of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StoredAsView {
    /// The field.
    pub field: ProfileField,
    /// The server's form.
    pub value: String,
}

/// An organization that the person belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OrganizationView {
    /// Its id.
    pub id: String,
    /// Its name; the slug or id where it has none.
    pub name: String,
    /// Its logo.
    pub picture: Option<PictureView>,
    /// Whether it is the person's own, present organization.
    pub current: bool,
    /// Its colour such as `#0066CC`, checked to be one.
    pub primary_color: Option<String>,
    /// Whether it asks everyone to sign in by SSO.
    pub enforces_sso: bool,
}

/// When the person was last seen, in milliseconds since 1970; none where the server did not say, or in a spelling that
/// cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActivityView {
    /// Last sign-in anywhere.
    #[ts(type = "number | null")]
    pub last_login: Option<i64>,
    /// Last action anywhere.
    #[ts(type = "number | null")]
    pub last_action: Option<i64>,
}

/// The signed-in person as last seen on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProfileView {
    /// Id on the server.
    pub id: String,
    /// Email address.
    pub email: String,
    /// First name; empty where the server has none.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// Full name as the server has it, else first and last name, else the email.
    pub full_name: String,
    /// One or two graphemes for the picture's place.
    pub initials: String,
    /// The picture, with what is on its way laid over it.
    pub picture: Option<PictureView>,
    /// The picture's address as it is compared with later ones; empty where there is none.
    pub picture_address: String,
    /// Language tag; empty where the server has none.
    pub language: String,
    /// The role.
    pub role: RoleView,
    /// `verified`, or the server's own word.
    pub verification: Option<String>,
    /// Whether two-factor authentication is on.
    pub two_factor: Option<bool>,
    /// Whether the person signs in by SSO.
    pub sso: Option<bool>,
    /// Whether the person has a password.
    pub has_password: Option<bool>,
    /// Whether the person receives the newsletter.
    pub newsletter: Option<bool>,
    /// The organizations, the present one first.
    pub organizations: Vec<OrganizationView>,
    /// Last seen.
    pub activity: ActivityView,
    /// Member since, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub created_at: Option<i64>,
    /// Last change on the server, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub updated_at: Option<i64>,
    /// What somebody else was seen to have changed since the person last saved.
    pub updated: Option<UpdatedView>,
    /// What of the last save the server keeps in a form of its own.
    pub stored_as: Vec<StoredAsView>,
}
