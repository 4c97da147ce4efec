//! The reasons why a file is refused. The texts are for logs; the UI has its own, translated texts.

use image::ImageError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A format that is recognized but not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// SVG: not a bitmap, and it may contain scripts.
    Svg,
    /// A link to a HEIC, the format of many phones: only few web views show it. As a file, it is read.
    Heic,
    /// A link to an AVIF, which only some web views show.
    Avif,
    /// A rare kind of HEIC or AVIF: another codec, or an unusual combination of several pictures.
    RareHeif,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// Photoshop.
    Psd,
    /// The raw file of a camera (CR2, CR3, NEF, ARW, DNG, RAF, ORF, RW2 and others). Many are based on TIFF.
    CameraRaw,
    /// A rare kind of JPEG: lossless, hierarchical, more than 8 bits, or two color channels.
    RareJpeg,
    /// A rare kind of Windows bitmap: CMYK, or with an embedded JPEG or PNG.
    Bmp,
    /// Windows icon.
    Ico,
    /// A link to a TIFF, which only some web views show.
    LinkedTiff,
    /// TIFF with floating-point or signed numbers.
    TiffNumbers,
    /// TIFF with a rare number of bits per sample, such as 12 or 32.
    TiffDepth,
    /// TIFF with a rare compression, or with compressed YCbCr that has fewer color than brightness values.
    TiffCompression,
    /// TIFF with old-style JPEG compression, without a complete JPEG file inside.
    TiffOldJpeg,
    /// TIFF with a rare color model or rare inks.
    TiffColors,
    /// PDF.
    Pdf,
}

impl Format {
    /// The common name of the format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Svg => "SVG",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::RareHeif => "a rare kind of HEIC",
            Self::JpegXl => "JPEG XL",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Psd => "Photoshop",
            Self::CameraRaw => "the raw file of a camera",
            Self::RareJpeg => "a rare kind of JPEG",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::LinkedTiff => "TIFF",
            Self::TiffNumbers => "TIFF with floating-point or negative numbers",
            Self::TiffDepth => "TIFF with this number of bits per color",
            Self::TiffCompression => "TIFF with this compression",
            Self::TiffOldJpeg => "TIFF with old-style JPEG compression",
            Self::TiffColors => "TIFF with these colors",
            Self::Pdf => "PDF",
        }
    }
}

/// Why a file or a square is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum PictureError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The content matches no known format. File names are ignored.
    #[error("the file is not a picture")]
    NotAPicture,
    /// The content is plain text.
    #[error("the file is a text, not a picture")]
    Text,
    /// A known format that is not supported. The user can save the picture as JPEG or PNG.
    #[error("{} is not supported; save the picture as JPEG or PNG", .0.name())]
    Unsupported(Format),
    /// The file is too long.
    #[error("the file has more than {limit} bytes")]
    TooManyBytes {
        /// The maximum length in bytes.
        limit: u64,
    },
    /// A side has too many pixels.
    #[error("the picture is {width} x {height}; no side may have more than {limit} pixels")]
    TooWide {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The maximum length of a side in pixels.
        limit: u32,
    },
    /// The picture has too many pixels.
    #[error("the picture is {width} x {height}; it may have at most {limit} pixels")]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The maximum number of pixels.
        limit: u64,
    },
    /// The picture is within the other limits, but decoding it takes too much memory. The user can save it with fewer
    /// pixels, as a baseline instead of a progressive JPEG, or with 8 instead of 16 bits.
    #[error("the picture is {width} x {height} and takes {needed} bytes to open, more than {limit}; save it smaller")]
    TooMuchMemory {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The required memory in bytes, including the file.
        needed: u64,
        /// The maximum memory in bytes.
        limit: u64,
    },
    /// Decoding takes too much time.
    #[error("the picture takes too long to open")]
    TooSlow,
    /// The square does not overlap the picture, or its numbers are invalid.
    #[error("there is no such square in the picture")]
    NoSuchSquare,
    /// The file is truncated or corrupt. The text is a message from the decoder or from this crate.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
}

impl PictureError {
    /// Converts an error from a decoder of the `image` crate.
    pub(crate) fn from_image_error(error: ImageError, format: Format) -> Self {
        match error {
            ImageError::Unsupported(_) => Self::Unsupported(format),
            other => Self::Damaged(other.to_string()),
        }
    }

    /// The error for a file that is truncated inside `what`.
    pub(crate) fn ends_early(what: &str) -> Self {
        Self::Damaged(format!("the file ends early, in {what}"))
    }

    /// The error for a file whose decoder sees another size than its header states.
    pub(crate) fn contradictory_size() -> Self {
        Self::Damaged("the file contradicts itself about its size".into())
    }
}
