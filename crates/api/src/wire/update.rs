//! The body of `updateUser`.

use serde::Serialize;

use crate::Endpoint;

/// Changes to a user. Only fields that are `Some` are sent; the server leaves the others unchanged (assumed, see
/// tests/contract/openapi.yaml).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserUpdate {
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Address of the picture in its stored form, or empty to remove it. It is sent as a full address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// User role, as written in the API's JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// BCP 47 tag of the profile language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl UserUpdate {
    /// The same update with the full picture address.
    pub(crate) fn with_full_picture_address(&self, endpoint: &Endpoint) -> Self {
        Self { picture: self.picture.as_deref().map(|picture| endpoint.complete(picture)), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    /// Compared as text, so that the order of keys counts too.
    #[test]
    fn a_full_update_is_the_documented_request() {
        let update = UserUpdate {
            first_name: Some("John".into()),
            last_name: Some("Doe".into()),
            picture: Some("https://example.com/images/profile-picture.jpg".into()),
            role: Some("user".into()),
            language: Some("en".into()),
        };
        let written = serde_json::to_string_pretty(&update).unwrap();
        assert_eq!(written, include_str!("../../../../tests/contract/examples/put-user.request.json").trim_end());
    }

    #[test]
    fn only_changed_fields_are_written_and_picture_addresses_are_completed() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8787/v1").unwrap();
        let to_json = |update: UserUpdate| serde_json::to_string(&update.with_full_picture_address(&endpoint)).unwrap();
        let picture = |picture: &str| UserUpdate { picture: Some(picture.into()), ..UserUpdate::default() };
        assert_eq!(to_json(UserUpdate::default()), "{}");
        assert_eq!(to_json(picture("")), r#"{"picture":""}"#);
        assert_eq!(to_json(picture("/v1/pictures/1")), r#"{"picture":"http://127.0.0.1:8787/v1/pictures/1"}"#);
        assert_eq!(to_json(picture("https://example.com/a")), r#"{"picture":"https://example.com/a"}"#);
    }
}
