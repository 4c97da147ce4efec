//! Takes the place of `hevc` in a build without the feature `video`: refuses every picture.

use std::convert::Infallible;

use super::planes::Planes;
use crate::error::{Format, PictureError};
use crate::heif::ColorNumbers;

pub(super) struct HevcPicture {
    none: Infallible,
    pub(super) numbers: ColorNumbers,
}

pub(super) fn decode(_: &[u8], _: (u32, u32)) -> Result<HevcPicture, PictureError> {
    Err(PictureError::Unsupported(Format::Heic))
}

impl HevcPicture {
    pub(super) fn planes(&self) -> Planes<'_> {
        match self.none {}
    }
}
