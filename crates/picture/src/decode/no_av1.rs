//! Takes the place of `av1` in a build without the feature `video`: refuses every picture.

use std::convert::Infallible;

use super::planes::Planes;
use crate::error::{Format, PictureError};
use crate::heif::ColorNumbers;

pub(super) struct Av1Picture {
    none: Infallible,
    pub(super) numbers: ColorNumbers,
}

pub(super) fn decode(_: Vec<u8>, _: (u32, u32)) -> Result<Av1Picture, PictureError> {
    Err(PictureError::Unsupported(Format::Avif))
}

impl Av1Picture {
    pub(super) fn planes(&self) -> Planes<'_> {
        match self.none {}
    }
}
