//! Pictures as the page sees them: an opaque id that the picture scheme serves.

use serde::Serialize;
use ts_rs::TS;

/// A picture to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PictureView {
    /// Opaque id; `<pictureOrigin><id>` is its address for the page.
    pub id: String,
    /// The https address behind it, where there is one to show to the person.
    pub url: Option<String>,
}

/// What was done to a chosen picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PictureNote {
    /// An animation: only its first frame is kept.
    FirstFrameOnly,
    /// Location and camera data were removed.
    MetadataRemoved,
    /// The picture was smaller than 512 x 512 and was enlarged.
    Enlarged,
}

/// A chosen file, ready to be used: 512 x 512, kept on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PreparedPicture {
    /// The picture to preview; its id also goes into `PictureChoice.held`.
    pub picture: PictureView,
    /// What was done to it.
    pub notes: Vec<PictureNote>,
}
