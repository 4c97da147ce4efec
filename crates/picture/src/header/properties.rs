//! The header that the parser of each format returns.

use image::metadata::Orientation;

use crate::color_space::ColorSpace;
use crate::sniff::Mime;

/// The properties of an image file.
pub(crate) struct Header {
    pub(crate) mime: Mime,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Width and height of the first frame. They can differ from the canvas.
    pub(crate) frame: (u32, u32),
    pub(crate) several_frames: bool,
    pub(crate) several_pages: bool,
    /// Whether the file has other pictures than the main one (HEIF only).
    pub(crate) several_pictures: bool,
    /// Whether the picture is decoded in parts, so that its number of pixels limits only the time (HEIF only).
    pub(crate) in_parts: bool,
    /// The number of parts that may be decoded at the same time (HEIF only).
    pub(crate) parts_at_once: usize,
    /// Whether there is EXIF data about the place or the camera, or XMP data.
    pub(crate) has_metadata: bool,
    /// The transformation that makes the picture upright.
    pub(crate) orientation: Orientation,
    /// The color profile (JPEG and HEIF only; for other formats the decoder returns it).
    pub(crate) profile: Option<Vec<u8>>,
    /// The color space, if it is not sRGB and defined without a profile (PNG and HEIF only).
    pub(crate) space: Option<ColorSpace>,
    /// The compressed pixels (JPEG only).
    pub(crate) scans: Option<Scans>,
    /// The peak memory for decoding, in bytes: includes the decoded pixels, but not the file.
    pub(crate) decoding_bytes: u64,
}

/// Where the compressed pixels of a JPEG are.
#[derive(Clone, Copy)]
pub(crate) enum Scans {
    /// All in one scan from this position. `restarts`: whether the file defines a restart interval.
    One { start: usize, restarts: bool },
    /// In several scans. The file is usable up to the position `end`. `doubtful`: whether the end of the image seems to
    /// come too early.
    Several { end: usize, doubtful: bool },
}

impl Header {
    /// The header of a picture with one frame and without metadata.
    pub(super) fn still_image(mime: Mime, width: u32, height: u32, decoding_bytes: u64) -> Self {
        Self {
            mime,
            width,
            height,
            frame: (width, height),
            several_frames: false,
            several_pages: false,
            several_pictures: false,
            in_parts: false,
            parts_at_once: 1,
            has_metadata: false,
            orientation: Orientation::NoTransforms,
            profile: None,
            space: None,
            scans: None,
            decoding_bytes,
        }
    }
}
