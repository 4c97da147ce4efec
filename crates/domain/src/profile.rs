//! A person's profile as last read from the server. The cache stores its serialized form, and later versions of Lapel
//! must be able to read it: new fields need a default, and fields are never renamed.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserRole};

/// A person's profile. Optional values are `None` if the server omitted them or sent something unreadable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Id on the server.
    pub id: String,
    /// Email address; empty if the server sent none.
    #[serde(default)]
    pub email: String,
    /// Given name, or empty.
    #[serde(default)]
    pub first_name: String,
    /// Family name, or empty.
    #[serde(default)]
    pub last_name: String,
    /// Full name as composed by the server; empty if it sent none.
    #[serde(default)]
    pub full_name: String,
    /// URL of the picture, or empty. The URL has no scheme, host and port if it is on the API's own origin.
    #[serde(default)]
    pub picture: String,
    /// User role.
    pub role: UserRole,
    /// BCP 47 tag of the profile language, or empty.
    #[serde(default)]
    pub language: String,
    /// Whether the person receives the newsletter.
    #[serde(default)]
    pub newsletter: Option<bool>,
    /// Whether the person has a password.
    #[serde(default)]
    pub has_password: Option<bool>,
    /// Whether two-factor authentication is on.
    #[serde(default)]
    pub two_factor: Option<bool>,
    /// Whether the person signs in by single sign-on.
    #[serde(default)]
    pub sso: Option<bool>,
    /// Id of the current organization.
    #[serde(default)]
    pub organization_id: Option<String>,
    /// The organizations that the person belongs to.
    #[serde(default)]
    pub organizations: Vec<Organization>,
    /// Details of the current organization.
    #[serde(default)]
    pub organization_info: Option<OrganizationInfo>,
    /// `verified`, or another status as the server spells it.
    #[serde(default)]
    pub verification: Option<String>,
    /// When the person was last active.
    #[serde(default)]
    pub activity: ActivityTrace,
    /// When the profile was created.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When the profile was last changed on the server.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
}

/// An organization as the profile lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Id on the server.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its short name in URLs.
    #[serde(default)]
    pub slug: Option<String>,
    /// URL of its logo.
    #[serde(default)]
    pub picture: Option<String>,
}

/// The current organization. The server also sends its store and storage provider, which Lapel does not need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationInfo {
    /// The same data as in the list of organizations.
    #[serde(flatten)]
    pub organization: Organization,
    /// Its colors and logo.
    #[serde(default)]
    pub branding: Branding,
    /// Whether all members must use single sign-on.
    #[serde(default)]
    pub enforces_sso: Option<bool>,
}

/// The branding of an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// A color such as `#0066CC`, not validated.
    #[serde(default)]
    pub primary_color: Option<String>,
    /// URL of the logo.
    #[serde(default)]
    pub logo_url: Option<String>,
}

/// When a person was last active.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityTrace {
    /// Last sign-in.
    #[serde(default)]
    pub last_login: Activity,
    /// Last action.
    #[serde(default)]
    pub last_action: Activity,
}

/// The last time of one kind of activity, per product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// In the dashboard.
    #[serde(default)]
    pub dashboard: Option<Timestamp>,
    /// In an app that uses the SDK.
    #[serde(default)]
    pub sdk: Option<Timestamp>,
    /// In the store.
    #[serde(default)]
    pub store: Option<Timestamp>,
}

impl Activity {
    /// The latest of the three, in milliseconds since 1970.
    pub fn latest_millis(&self) -> Option<i64> {
        [&self.dashboard, &self.sdk, &self.store].into_iter().flatten().filter_map(Timestamp::millis).max()
    }
}

/// A field that people can edit. Each changed field is stored as a separate edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// URL of the picture.
    Picture,
    /// Profile language.
    Language,
}

impl Field {
    /// All fields, in the order of the form.
    pub const ALL: [Self; 4] = [Self::FirstName, Self::LastName, Self::Picture, Self::Language];

    /// Whether the field may be empty (`UserUpdate` in tests/contract/openapi.yaml).
    pub fn may_be_empty(self) -> bool {
        matches!(self, Self::LastName | Self::Picture)
    }

    /// The name of the field in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::Picture => "picture",
            Self::Language => "language",
        }
    }

    /// The field with this name, the reverse of [`Field::as_str`].
    pub fn parse(spelling: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == spelling)
    }
}

impl Profile {
    /// The value of a field.
    pub fn value(&self, field: Field) -> &str {
        match field {
            Field::FirstName => &self.first_name,
            Field::LastName => &self.last_name,
            Field::Picture => &self.picture,
            Field::Language => &self.language,
        }
    }

    /// Whether the email address is verified; none if the server did not say.
    pub fn is_verified(&self) -> Option<bool> {
        self.verification.as_deref().map(|status| status.eq_ignore_ascii_case("verified"))
    }

    /// The name to display: the server's full name, else first and last name, else the email address, else the id.
    pub fn display_name(&self) -> String {
        let composed = format!("{} {}", self.first_name, self.last_name);
        [self.full_name.trim(), composed.trim(), self.email.trim()]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or(&self.id)
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn profile_from(json: &str) -> Profile {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_cached_profile_with_only_id_and_role_can_be_read() {
        let profile = profile_from(r#"{"id":"1","role":"captain"}"#);
        assert_eq!(profile.role, UserRole::Unknown("captain".into()));
        assert_eq!(profile.display_name(), "1");
    }

    #[test]
    fn an_address_is_verified_only_if_the_server_says_so() {
        let is_verified = |fields: &str| profile_from(&format!(r#"{{"id":"1","role":"user"{fields}}}"#)).is_verified();
        assert_eq!(is_verified(""), None);
        assert_eq!(is_verified(r#","verification":"verified""#), Some(true));
        assert_eq!(is_verified(r#","verification":"pending""#), Some(false));
    }

    #[test]
    fn the_display_name_falls_back_from_full_to_composed_to_email() {
        let mut profile = profile_from(r#"{"id":"1","role":"user","email":"a@example.com"}"#);
        assert_eq!(profile.display_name(), "a@example.com");
        profile.last_name = "Doe".into();
        assert_eq!(profile.display_name(), "Doe");
        profile.full_name = "John Doe".into();
        assert_eq!(profile.display_name(), "John Doe");
    }

    #[test]
    fn every_field_name_is_parsed_back() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
        assert_eq!(Field::parse("role"), None);
    }

    #[test]
    fn the_latest_readable_activity_is_used() {
        let activity = Activity {
            dashboard: Some(Timestamp::new("2024-01-01T00:00:00Z")),
            sdk: Some(Timestamp::new("soon")),
            store: Some(Timestamp::new("2023-01-01T00:00:00Z")),
        };
        assert_eq!(activity.latest_millis(), Some(1_704_067_200_000));
    }
}
