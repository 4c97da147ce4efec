//! Pictures for the page. The page loads a picture by an opaque id, from the app's picture URL scheme.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A picture to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PictureView {
    /// Opaque id. The page loads the picture from `<pictureOrigin><id>`.
    pub id: String,
    /// The picture's https address, to be displayed; none if it has none.
    pub url: Option<String>,
}

/// A change that Lapel made to a chosen picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PictureNote {
    /// Only the first frame of an animation is used.
    FirstFrameOnly,
    /// Only the first of several pages is used.
    FirstPageOnly,
    /// Only the main one of several pictures is used.
    MainPictureOnly,
    /// The file is cut off or damaged: the rest of the picture is gray or transparent.
    EndsEarly,
    /// Location and camera data were removed.
    MetadataRemoved,
    /// The selected square is smaller than 512 x 512 pixels and was enlarged.
    Enlarged,
    /// The colors were converted to sRGB from another color space that the file defines.
    ColorsConverted,
    /// The colors were converted to sRGB from HDR.
    HdrConverted,
    /// The colors were converted to sRGB from CMYK.
    InksConverted,
}

/// A chosen picture, prepared for upload: 512 x 512 pixels, stored on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PreparedPicture {
    /// The preview. Its id is also the one for `PictureChoice.held`.
    pub picture: PictureView,
    /// The changes that were made.
    pub notes: Vec<PictureNote>,
}

/// The square that is cut out of an opened picture. The coordinates are pixels of the picture after it was made
/// upright, mirrored (if wanted) and rotated, in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PictureCrop {
    /// Quarter turns clockwise, 0 to 3.
    pub turns: u8,
    /// Whether left and right are swapped, before the rotation.
    pub mirrored: bool,
    /// Left edge. The square may extend beyond the picture.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Length of the sides.
    pub side: f64,
    /// Background color as `#rrggbb`; none leaves the background transparent.
    pub ground: Option<String>,
}

/// A picture that is open in the editor.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OpenedPicture {
    /// Id of the opened picture, and of its small upright preview.
    pub id: String,
    /// Width of the upright picture in the file, in pixels.
    pub width: u32,
    /// Height of the upright picture in the file, in pixels.
    pub height: u32,
    /// The changes that will be made with any crop.
    pub notes: Vec<PictureNote>,
    /// Whether it has transparent pixels.
    pub transparent: bool,
    /// The last crop; none if it was not cropped yet.
    pub crop: Option<PictureCrop>,
}

/// A picture that was dropped or pasted.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum FoundPicture {
    /// It is open in the editor.
    Opened {
        /// The opened picture.
        picture: OpenedPicture,
    },
    /// An address, which the page treats as a typed one.
    Address {
        /// With http or https.
        url: String,
    },
    /// A part of a web page, in which the page looks for a picture.
    Html {
        /// At most [`MAX_HTML_BYTES`] long.
        html: String,
    },
}

/// The longest part of a web page that is used, in bytes of the clipboard. The rest is cut off.
const MAX_HTML_BYTES: usize = 32 * 1024 * 1024;

impl FoundPicture {
    /// Decodes HTML from the clipboard: UTF-16 or UTF-8 with a byte order mark, or else UTF-8.
    pub fn html(bytes: &[u8]) -> Self {
        let (html, ..) = encoding_rs::UTF_8.decode(&bytes[..bytes.len().min(MAX_HTML_BYTES)]);
        Self::Html { html: html.into_owned() }
    }
}
