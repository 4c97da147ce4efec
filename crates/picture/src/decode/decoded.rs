//! What the decoders return. The decoders themselves are in the other modules.

use crate::color_space::ColorSpace;
use crate::error::PictureError;
use crate::frame::Area;

/// The channels of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
    /// Inverted CMYK, as in JPEG files: 255 means no ink.
    Cmyk,
}

impl Model {
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    pub(crate) fn has_alpha(self) -> bool {
        matches!(self, Self::GrayAlpha | Self::Rgba)
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
    /// The color space, if only the coded pixels define it (HEIF only).
    pub(crate) space: Option<ColorSpace>,
    /// Whether pixels are missing in the file. They are gray or transparent here.
    pub(crate) ends_early: bool,
}

/// The value of missing pixels, if they cannot be transparent.
pub(super) const MISSING: u8 = 128;

/// Whether rows are missing.
///
/// # Errors
/// If so few rows are there that the picture is useless.
pub(super) fn check_rows(there: u32, all: u32) -> Result<bool, PictureError> {
    if u64::from(there) * 10 < all.into() { Err(PictureError::ends_early("the pixels")) } else { Ok(there < all) }
}
