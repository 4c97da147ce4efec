//! Reads the orientation from an EXIF block. The parser of each format finds the block.

use image::metadata::Orientation;

/// The orientation in an EXIF block. Accepts the prefix `Exif\0\0` in all formats, although only JPEG defines it.
pub(super) fn exif_orientation(block: &[u8]) -> Orientation {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    Orientation::from_exif_chunk(tiff).unwrap_or(Orientation::NoTransforms)
}
