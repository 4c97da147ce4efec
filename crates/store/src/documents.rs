//! The JSON documents for drafts, rejections and crops in the database. Each contains the version of its format.
//!
//! These types are separate from the types of the page, so that a change of the page does not change the stored data.
//! A change of a format needs a new version and a migration (in `migrations/`).

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// A document of the database.
pub(crate) trait Document: Serialize + DeserializeOwned {
    /// The current version of its format.
    const VERSION: u32;

    /// The document as JSON, with its version.
    fn to_json(&self) -> Result<String, StoreError> {
        Ok(serde_json::to_string(&Versioned { version: Self::VERSION, document: self })?)
    }

    /// Reads a document. Fails if its format has a later version.
    fn from_json(json: &str) -> Result<Self, StoreError> {
        let Versioned { version, document } = serde_json::from_str(json)?;
        match version <= Self::VERSION {
            true => Ok(document),
            false => Err(serde_json::Error::custom(format!("it has the later version {version}")).into()),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    #[serde(flatten)]
    document: T,
}

/// Values typed into a form and not saved. Only changed fields are set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DraftDocument {
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
    pub picture: Option<DraftPicture>,
    /// Chosen user role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The values of the changed fields before they were changed.
    pub base: DraftBase,
}

impl DraftDocument {
    /// The id of its local picture.
    pub fn local_picture(&self) -> Option<&str> {
        match &self.picture {
            Some(DraftPicture::Held { id }) => Some(id),
            _ => None,
        }
    }
}

/// The picture of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum DraftPicture {
    /// No picture.
    Removed,
    /// The URL of a picture.
    Url {
        /// The URL as typed.
        url: String,
    },
    /// A local picture.
    Held {
        /// Its id.
        id: String,
    },
}

/// The values of the changed fields of a draft before they were changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DraftBase {
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// URL of the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

impl Document for DraftDocument {
    const VERSION: u32 = 1;
}

/// Why an edit is no longer sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RejectionDocument {
    /// The kind of the failure, in the spelling of the app's error codes.
    pub code: String,
    /// English, for logs.
    pub message: String,
    /// The details.
    pub details: RejectionDetails,
    /// If an intermediary blocks the request: when it was last tried, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<i64>,
}

/// Details of a rejection, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RejectionDetails {
    /// The code in the server's envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_code: Option<i64>,
    /// The message in the server's envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_message: Option<String>,
    /// The field that the failure is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The exact problem, if the code covers several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How long the server asked to wait, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// A number for the page's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// The status of the HTTP response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The host of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The proxy of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
}

impl Document for RejectionDocument {
    const VERSION: u32 = 1;
}

/// The square that was cut out of a picture. The coordinates are pixels of the picture after it was made upright,
/// mirrored (if wanted) and rotated, in this order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CropDocument {
    /// Quarter turns clockwise, 0 to 3.
    pub turns: u8,
    /// Whether left and right are swapped, before the rotation.
    pub mirrored: bool,
    /// Left edge. All edges may lie outside the picture.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Length of the sides.
    pub side: f64,
    /// Color behind the picture as `#rrggbb`; `None` if it stays transparent.
    pub ground: Option<String>,
}

impl Document for CropDocument {
    const VERSION: u32 = 1;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    // The snapshots show the formats in users' databases. A changed snapshot needs a new version and a migration.

    #[test]
    fn the_form_of_a_draft() {
        let draft = DraftDocument {
            first_name: Some("Ada".into()),
            last_name: Some(String::new()),
            language: Some("es".into()),
            picture: Some(DraftPicture::Held { id: "p1".into() }),
            role: Some("user".into()),
            base: DraftBase { first_name: Some("Eda".into()), ..DraftBase::default() },
        };
        insta::assert_snapshot!(draft.to_json().unwrap());
        assert_eq!(DraftDocument::from_json(&draft.to_json().unwrap()).unwrap(), draft);
        let pictures = [DraftPicture::Removed, DraftPicture::Url { url: "https://example.com/a.png".into() }];
        let json = |picture| DraftDocument { picture: Some(picture), ..DraftDocument::default() }.to_json().unwrap();
        insta::assert_snapshot!(pictures.map(json).join("\n"));
    }

    #[test]
    fn the_form_of_a_rejection() {
        let details = RejectionDetails {
            server_code: Some(5120),
            server_message: Some("no".into()),
            field: Some("picture".into()),
            problem: Some("size".into()),
            retry_after: Some(1),
            count: Some(2),
            http_status: Some(413),
            host: Some("api.example.com".into()),
            proxy: Some("proxy:3128".into()),
        };
        let rejection =
            RejectionDocument { code: "routeBlocked".into(), message: "x".into(), details, tried_at: Some(3) };
        insta::assert_snapshot!(rejection.to_json().unwrap());
        assert_eq!(RejectionDocument::from_json(&rejection.to_json().unwrap()).unwrap(), rejection);
        insta::assert_snapshot!(RejectionDocument { code: "rejected".into(), ..Default::default() }.to_json().unwrap());
    }

    #[test]
    fn the_form_of_a_crop() {
        let crop =
            CropDocument { turns: 1, mirrored: true, x: 0.5, y: -1.0, side: 512.0, ground: Some("#ffffff".into()) };
        insta::assert_snapshot!(crop.to_json().unwrap());
        assert_eq!(CropDocument::from_json(&crop.to_json().unwrap()).unwrap(), crop);
    }

    #[test]
    fn a_document_of_a_later_version_is_not_read() {
        let read =
            CropDocument::from_json(r#"{"version":2,"turns":0,"mirrored":false,"x":0,"y":0,"side":1,"ground":null}"#);
        assert!(matches!(read, Err(StoreError::Document(_))), "{read:?}");
    }
}
