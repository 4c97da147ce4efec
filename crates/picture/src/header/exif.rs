//! Reads the orientation from EXIF data. The parsers of the formats find the data.

use image::metadata::Orientation;

/// The orientation in an EXIF block. Accepts the prefix `Exif\0\0`, which belongs only into JPEG, in all formats.
pub(super) fn exif_orientation(block: &[u8]) -> Orientation {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    Orientation::from_exif_chunk(tiff).unwrap_or(Orientation::NoTransforms)
}
