//! Reads the properties of an image file from its structure, without decoding pixels.
//!
//! One parser per format, each linear in the length of the file. The decoders cannot replace them: some accept
//! truncated files (the JPEG decoder fills missing pixels with gray), and few report how much memory they will
//! allocate.

mod bmp;
mod cursor;
mod exif;
mod gif;
mod heif;
mod jpeg;
mod png;
mod properties;
mod tiff;
mod webp;

use crate::error::PictureError;
use crate::sniff::Mime;

pub(crate) use bmp::{Layout as BmpLayout, corrected as corrected_bmp};
pub(crate) use properties::{Header, Scans};

/// Reads the header from the beginning of a file. `None` if the beginning is too short, or if the header depends on the
/// rest of the file.
pub(crate) fn read_beginning(bytes: &[u8], mime: Mime) -> Option<Header> {
    match mime {
        Mime::Jpeg => jpeg::read_beginning(bytes),
        Mime::Png | Mime::WebP | Mime::Gif | Mime::Bmp | Mime::Tiff | Mime::Heif => None,
    }
}

/// Reads the header. A file may be cut off in its pixels, except for WebP, which must be complete up to the end of its
/// first frame.
pub(crate) fn read(bytes: &[u8], mime: Mime) -> Result<Header, PictureError> {
    match mime {
        Mime::Jpeg => jpeg::read(bytes),
        Mime::Png => png::read(bytes),
        Mime::WebP => webp::read(bytes),
        Mime::Gif => gif::read(bytes),
        Mime::Bmp => bmp::read(bytes),
        Mime::Tiff => tiff::read(bytes),
        Mime::Heif => heif::read(bytes),
    }
}
