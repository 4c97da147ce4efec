//! The errors of files that are damaged or rare.

use crate::error::{Format, PictureError};

pub(super) fn rare() -> PictureError {
    PictureError::Unsupported(Format::RareHeif)
}

pub(super) fn container_error(error: heifer_isobmff::Error) -> PictureError {
    match error {
        heifer_isobmff::Error::Unimplemented(_) => rare(),
        other => PictureError::Damaged(other.to_string()),
    }
}
