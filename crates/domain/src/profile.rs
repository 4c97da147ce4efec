//! The profile of a person as last seen on the server. It is also what the cache holds, so its serialized form is
//! read back by later versions: fields are added with a default, never renamed.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserRole};

/// A person on the server. Optional values are none where the server left them out or spelled them unreadably.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Id on the server.
    pub id: String,
    /// Email address; empty where the server sent none.
    #[serde(default)]
    pub email: String,
    /// Given name; empty where there is none.
    #[serde(default)]
    pub first_name: String,
    /// Family name; empty where there is none.
    #[serde(default)]
    pub last_name: String,
    /// Full name as the server composes it; empty where it sent none.
    #[serde(default)]
    pub full_name: String,
    /// Address of the picture, empty where there is none; on the API's own origin without scheme, host and port.
    #[serde(default)]
    pub picture: String,
    /// User role.
    pub role: UserRole,
    /// BCP 47 tag of the profile language; empty where there is none.
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
    /// Id of the present organization.
    #[serde(default)]
    pub organization_id: Option<String>,
    /// The organizations that the person belongs to.
    #[serde(default)]
    pub organizations: Vec<Organization>,
    /// The present organization in more detail.
    #[serde(default)]
    pub organization_info: Option<OrganizationInfo>,
    /// `verified`, or another word of the server.
    #[serde(default)]
    pub verification: Option<String>,
    /// When the person was last seen.
    #[serde(default)]
    pub activity: ActivityTrace,
    /// Member since.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// Last change on the server.
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
    /// Its short name in addresses.
    #[serde(default)]
    pub slug: Option<String>,
    /// Address of its logo.
    #[serde(default)]
    pub picture: Option<String>,
}

/// The present organization. Its store and storage provider are left out on purpose: nobody edits a profile by them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationInfo {
    /// The same as in the list of organizations.
    #[serde(flatten)]
    pub organization: Organization,
    /// Its colours and logo.
    #[serde(default)]
    pub branding: Branding,
    /// Whether it asks everyone to sign in by single sign-on.
    #[serde(default)]
    pub enforces_sso: Option<bool>,
}

/// How an organization looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// A colour such as `#0066CC`, unchecked.
    #[serde(default)]
    pub primary_color: Option<String>,
    /// Address of the logo.
    #[serde(default)]
    pub logo_url: Option<String>,
}

/// When a person was last seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityTrace {
    /// Last sign-in.
    #[serde(default)]
    pub last_login: Activity,
    /// Last action.
    #[serde(default)]
    pub last_action: Activity,
}

/// One kind of activity, by the product in which it happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// In the dashboard.
    #[serde(default)]
    pub dashboard: Option<Timestamp>,
    /// In an app with the SDK.
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

/// A field that people edit and that is stored as an edit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// Address of the picture.
    Picture,
    /// Profile language.
    Language,
}

impl Field {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 4] = [Self::FirstName, Self::LastName, Self::Picture, Self::Language];

    /// Whether a person may leave it empty (contract: UserUpdate).
    pub fn may_be_empty(self) -> bool {
        matches!(self, Self::LastName | Self::Picture)
    }

    /// The field as the wire and the store spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::Picture => "picture",
            Self::Language => "language",
        }
    }

    /// The field of that spelling.
    pub fn parse(spelling: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == spelling)
    }
}

impl Profile {
    /// The present value of a field.
    pub fn value(&self, field: Field) -> &str {
        match field {
            Field::FirstName => &self.first_name,
            Field::LastName => &self.last_name,
            Field::Picture => &self.picture,
            Field::Language => &self.language,
        }
    }

    /// The name to show: the server's full name, else first and last name, else the email address.
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

    fn bare(json: &str) -> Profile {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_cached_profile_with_nothing_but_an_id_and_a_role_still_reads() {
        let profile = bare(r#"{"id":"1","role":"captain"}"#);
        assert_eq!(profile.role, UserRole::Unknown("captain".into()));
        assert_eq!(profile.display_name(), "1");
    }

    #[test]
    fn the_shown_name_falls_back_from_full_to_composed_to_email() {
        let mut profile = bare(r#"{"id":"1","role":"user","email":"a@example.com"}"#);
        assert_eq!(profile.display_name(), "a@example.com");
        profile.last_name = "Doe".into();
        assert_eq!(profile.display_name(), "Doe");
        profile.full_name = "John Doe".into();
        assert_eq!(profile.display_name(), "John Doe");
    }

    #[test]
    fn fields_are_spelled_one_to_one() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
        assert_eq!(Field::parse("role"), None);
    }

    #[test]
    fn the_latest_activity_wins_and_unreadable_ones_do_not_count() {
        let activity = Activity {
            dashboard: Some(Timestamp::new("2024-01-01T00:00:00Z")),
            sdk: Some(Timestamp::new("soon")),
            store: Some(Timestamp::new("2023-01-01T00:00:00Z")),
        };
        assert_eq!(activity.latest_millis(), Some(1_704_067_200_000));
    }
}
