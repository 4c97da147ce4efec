//! From the bytes of a file to the pixels of one area of its first frame, eight bits a channel, no larger than needed.

mod jpeg;
mod others;

use std::io::BufRead;

use crate::error::PictureError;
use crate::facts::Facts;
use crate::frame::Area;
use crate::sniff::Mime;

/// What the numbers of a pixel mean, eight bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Four inks, 255 for none, as JPEG files have it.
    Cmyk,
}

impl Model {
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    pub(crate) fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }
}

/// Pixels, row by row from the top left.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) model: Model,
    pub(crate) data: Vec<u8>,
}

/// What a decoder gave.
pub(crate) struct Decoded {
    pub(crate) pixels: Pixels,
    /// Where the wanted area lies in these pixels.
    pub(crate) area: Area,
    /// The colour profile in the file.
    pub(crate) profile: Option<Vec<u8>>,
}

/// Decodes an area of the first frame of a file whose `facts` are within the limits, with at least `scale` pixels for one
/// of the file's, where the file has as many.
pub(crate) fn decode(bytes: &[u8], facts: &Facts, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    match facts.mime {
        Mime::Jpeg => jpeg::decode(bytes, facts, area, scale),
        _ => others::decode(bytes, facts, area),
    }
}

/// The same of a JPEG that is still arriving.
pub(crate) fn decode_arriving(
    file: impl BufRead,
    facts: &Facts,
    area: Area,
    scale: f64,
) -> Result<Decoded, PictureError> {
    jpeg::decode(file, facts, area, scale)
}

fn inconsistent() -> PictureError {
    PictureError::Damaged("the file contradicts itself about its size".into())
}
