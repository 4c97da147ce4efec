//! Decodes an area of the first frame of a file to pixels with eight bits per channel.

mod jpeg;
mod others;

use std::io::BufRead;

use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;
use crate::sniff::Mime;

/// The channels of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Inverted CMYK, as in JPEG files: 255 means no ink.
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

/// The result of a decoder.
pub(crate) struct Decoded {
    pub(crate) pixels: Pixels,
    /// The requested area in the coordinates of `pixels`.
    pub(crate) area: Area,
    /// The color profile in the file.
    pub(crate) profile: Option<Vec<u8>>,
}

/// Decodes an area of the first frame. The caller has checked `header` against the limits. The result can be smaller
/// than the file, but has at least `scale` pixels per pixel of the file (for `scale` up to 1).
pub(crate) fn decode(bytes: &[u8], header: &Header, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    match header.mime {
        Mime::Jpeg => jpeg::decode(bytes, header, area, scale),
        _ => others::decode(bytes, header, area),
    }
}

/// Like [`decode`], for a JPEG that is still being read.
pub(crate) fn decode_incoming(
    file: impl BufRead,
    header: &Header,
    area: Area,
    scale: f64,
) -> Result<Decoded, PictureError> {
    jpeg::decode(file, header, area, scale)
}

fn inconsistent() -> PictureError {
    PictureError::Damaged("the file contradicts itself about its size".into())
}
