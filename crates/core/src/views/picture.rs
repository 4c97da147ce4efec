//! Pictures as the page sees them: an opaque id that the picture scheme serves.

use serde::{Deserialize, Serialize};
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
    /// Several pages: only the first one is kept.
    FirstPageOnly,
    /// Location and camera data were removed.
    MetadataRemoved,
    /// The picture was smaller than 512 x 512 and was enlarged.
    Enlarged,
    /// Colours beyond those of every screen, or inks, were converted.
    ColoursConverted,
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

/// The square that is cut out of an opened picture, in pixels of the picture held upright, then mirrored where wanted,
/// then turned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PictureCrop {
    /// Quarter turns clockwise, 0 to 3.
    pub turns: u8,
    /// Whether left and right are swapped, before the turns.
    pub mirrored: bool,
    /// Left edge; may lie outside of the picture, as may the others.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Length of the sides.
    pub side: f64,
    /// Colour behind the picture as `#rrggbb`; none leaves it transparent.
    pub ground: Option<String>,
}

/// A picture in the editor.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OpenedPicture {
    /// Id of what is shown of it, upright and small, and of the opened picture itself.
    pub id: String,
    /// Width of the upright picture in the file, in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// What will be done to it, whatever is cut.
    pub notes: Vec<PictureNote>,
    /// Whether anything of it is transparent.
    pub transparent: bool,
    /// How it was cut last, where it was.
    pub crop: Option<PictureCrop>,
}
