//! Why a file does not become a picture. The sentences are for logs; the page has its own, translated ones.

use image::ImageError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A kind of file that is recognised but not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Scalable vector graphics: a document that may carry scripts, not pixels.
    Svg,
    /// HEIC/HEIF, as phones write it.
    Heic,
    /// AVIF.
    Avif,
    /// JPEG XL.
    JpegXl,
    /// JPEG of a rare kind: lossless, arithmetic coding, more than 8 bits, or two colour channels.
    RareJpeg,
    /// Windows bitmap of a rare kind: with another file in it, or in inks.
    Bmp,
    /// Windows icon.
    Ico,
    /// TIFF of a rare kind: in inks, in numbers beyond white; and the raw files of cameras that build on it.
    Tiff,
    /// PDF.
    Pdf,
}

impl Format {
    /// The name people know the format by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Svg => "SVG",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::JpegXl => "JPEG XL",
            Self::RareJpeg => "a rare kind of JPEG",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::Tiff => "TIFF",
            Self::Pdf => "PDF",
        }
    }
}

/// Why a file does not become a picture.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum PictureError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The content is none of the formats that are known, whatever the name says.
    #[error("the file is not a picture")]
    NotAPicture,
    /// The content is plain text, whatever the name says.
    #[error("the file is a text, not a picture")]
    Text,
    /// A known format that is not read; saving the picture as JPEG or PNG is the way on.
    #[error("{} is not supported; save the picture as JPEG or PNG", .0.name())]
    Unsupported(Format),
    /// More bytes than are read.
    #[error("the file has more than {limit} bytes")]
    TooManyBytes {
        /// The most bytes that are read.
        limit: u64,
    },
    /// One side is longer than is read.
    #[error("the picture is {width} x {height}; no side may have more than {limit} pixels")]
    TooWide {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels of a side.
        limit: u32,
    },
    /// More pixels than are read.
    #[error("the picture is {width} x {height}; it may have at most {limit} pixels")]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels of a picture.
        limit: u64,
    },
    /// Within the other limits, but opening it would take too much memory. Saving it smaller, or a progressive JPEG or a
    /// 16-bit PNG in the ordinary way, is the way on.
    #[error("the picture is {width} x {height} and takes {needed} bytes to open, more than {limit}; save it smaller")]
    TooMuchMemory {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The bytes that it takes, the file included.
        needed: u64,
        /// The most bytes that may be taken.
        limit: u64,
    },
    /// The square to cut does not lie in the picture.
    #[error("there is no such square in the picture")]
    NoSuchSquare,
    /// The file ends early or is broken inside; the text says where, in the words of the decoder.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
}

impl PictureError {
    /// What one of image's decoders says of a file in this format.
    pub(crate) fn of_decoder(error: ImageError, format: Format) -> Self {
        match error {
            ImageError::Unsupported(_) => Self::Unsupported(format),
            other => Self::Damaged(other.to_string()),
        }
    }

    /// A file that stops in the middle of `what`.
    pub(crate) fn ends_early(what: &str) -> Self {
        Self::Damaged(format!("the file ends early, in {what}"))
    }
}
