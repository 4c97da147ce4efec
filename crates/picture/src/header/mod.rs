//! Reads the properties of an image file from its structure, without decoding pixels.
//!
//! One parser per format, each linear in the length of the file. The decoders cannot replace them: some accept
//! truncated files (the JPEG decoder fills missing pixels with gray), and few report how much memory they will
//! allocate.

mod bmp;
mod gif;
mod jpeg;
mod png;
mod tiff;
mod webp;

use image::metadata::Orientation;

use crate::error::PictureError;
use crate::sniff::Mime;

/// The properties of an image file.
pub(crate) struct Header {
    pub(crate) mime: Mime,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Width and height of the first frame. They can differ from the canvas.
    pub(crate) frame: (u32, u32),
    /// Whether there is more than one frame.
    pub(crate) several_frames: bool,
    /// Whether there is more than one page.
    pub(crate) several_pages: bool,
    /// Whether there is EXIF or XMP data.
    pub(crate) has_metadata: bool,
    /// The transformation that makes the picture upright.
    pub(crate) orientation: Orientation,
    /// The color profile (JPEG only; for other formats the decoder returns it).
    pub(crate) profile: Option<Vec<u8>>,
    /// The peak memory for decoding, in bytes: includes the decoded pixels, but not the file.
    pub(crate) decoding_bytes: u64,
}

impl Header {
    /// The header of a picture with one frame and without metadata.
    fn still_image(mime: Mime, width: u32, height: u32, decoding_bytes: u64) -> Self {
        Self {
            mime,
            width,
            height,
            frame: (width, height),
            several_frames: false,
            several_pages: false,
            has_metadata: false,
            orientation: Orientation::NoTransforms,
            profile: None,
            decoding_bytes,
        }
    }
}

/// Reads the header from the beginning of a file. `None` if the rest of the file can change it.
pub(crate) fn read_beginning(bytes: &[u8], mime: Mime) -> Option<Header> {
    match mime {
        Mime::Jpeg => jpeg::read_beginning(bytes),
        Mime::Png | Mime::WebP | Mime::Gif | Mime::Bmp | Mime::Tiff => None,
    }
}

/// Reads the header. Returns an error if the file is truncated before the end of its first frame.
pub(crate) fn read(bytes: &[u8], mime: Mime) -> Result<Header, PictureError> {
    match mime {
        Mime::Jpeg => jpeg::read(bytes),
        Mime::Png => png::read(bytes),
        Mime::WebP => webp::read(bytes),
        Mime::Gif => gif::read(bytes),
        Mime::Bmp => bmp::read(bytes),
        Mime::Tiff => tiff::read(bytes),
    }
}

/// The orientation in an EXIF block. Accepts the prefix `Exif\0\0`, which belongs only into JPEG, in all formats.
fn exif_orientation(block: &[u8]) -> Orientation {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    Orientation::from_exif_chunk(tiff).unwrap_or(Orientation::NoTransforms)
}

/// Reads a slice from front to back. All methods return `None` at the end.
struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }
}
