//! The body of `updateUser`.

use serde::Serialize;

use crate::Endpoint;

/// What to change of a user. Only fields that are some are written; the server keeps the others (contract: assumed).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserUpdate {
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Address of the picture as it is stored, empty to remove it; its origin is completed when it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// User role, as the wire spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// BCP 47 tag of the profile language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl UserUpdate {
    /// The same update as a server takes it.
    pub(crate) fn completed(&self, endpoint: &Endpoint) -> Self {
        Self { picture: self.picture.as_deref().map(|picture| endpoint.complete(picture)), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    /// Compared as text: key for key, in the order of the document.
    #[test]
    fn writes_the_documented_request() {
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
    fn writes_only_what_changes_and_completes_own_pictures() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8787/v1").unwrap();
        let written = |update: UserUpdate| serde_json::to_string(&update.completed(&endpoint)).unwrap();
        let picture = |picture: &str| UserUpdate { picture: Some(picture.into()), ..UserUpdate::default() };
        assert_eq!(written(UserUpdate::default()), "{}");
        assert_eq!(written(picture("")), r#"{"picture":""}"#);
        assert_eq!(written(picture("/v1/pictures/1")), r#"{"picture":"http://127.0.0.1:8787/v1/pictures/1"}"#);
        assert_eq!(written(picture("https://example.com/a")), r#"{"picture":"https://example.com/a"}"#);
    }
}
