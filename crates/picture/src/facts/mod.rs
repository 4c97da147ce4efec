//! What a file says about itself, read from its structure without decoding a pixel.
//!
//! One walk per format, over slices, in time linear in the file. Most decoders are too forgiving for this: image's JPEG decoder
//! fills what is missing with grey, and few of them say beforehand what memory they are going to take.

mod bmp;
mod gif;
mod jpeg;
mod png;
mod tiff;
mod webp;

use image::metadata::Orientation;

use crate::error::PictureError;
use crate::sniff::Mime;

/// What a file says about itself.
pub(crate) struct Facts {
    pub(crate) mime: Mime,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Width and height of the first frame, which may differ from the canvas.
    pub(crate) frame: (u32, u32),
    /// Whether there are frames after the first.
    pub(crate) several_frames: bool,
    /// Whether there are pages after the first.
    pub(crate) several_pages: bool,
    /// Whether there are EXIF or XMP data.
    pub(crate) has_metadata: bool,
    /// How the picture has to be turned.
    pub(crate) orientation: Orientation,
    /// The colour profile, where it is known without the decoder.
    pub(crate) profile: Option<Vec<u8>>,
    /// The bytes that decoding takes at once, the decoded pixels included, the file not.
    pub(crate) decoding_bytes: u64,
}

impl Facts {
    /// A still picture without metadata.
    fn still(mime: Mime, width: u32, height: u32, decoding_bytes: u64) -> Self {
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

/// Reads the facts of a file that has come as far as this, where the rest can add nothing to them but that it is complete.
pub(crate) fn read_beginning(bytes: &[u8], mime: Mime) -> Option<Facts> {
    match mime {
        Mime::Jpeg => jpeg::read_beginning(bytes),
        Mime::Png | Mime::WebP | Mime::Gif | Mime::Bmp | Mime::Tiff => None,
    }
}

/// Reads the facts; the file must be complete as far as its first frame goes.
pub(crate) fn read(bytes: &[u8], mime: Mime) -> Result<Facts, PictureError> {
    match mime {
        Mime::Jpeg => jpeg::read(bytes),
        Mime::Png => png::read(bytes),
        Mime::WebP => webp::read(bytes),
        Mime::Gif => gif::read(bytes),
        Mime::Bmp => bmp::read(bytes),
        Mime::Tiff => tiff::read(bytes),
    }
}

/// The orientation in an EXIF block, which some writers begin with the marker that only JPEG needs.
fn exif_orientation(block: &[u8]) -> Orientation {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    Orientation::from_exif_chunk(tiff).unwrap_or(Orientation::NoTransforms)
}

/// Steps through a file and never past its end.
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
