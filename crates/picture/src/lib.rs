//! Turns an untrusted image file into a safe square picture.
//!
//! - [`open`] makes a preview of the file that the user chose.
//! - [`render`] makes the 512 x 512 picture for the upload from the square that the user selected.
//! - [`check_displayable`] decides whether the web view may decode bytes from the network.
//!
//! All three first read the structure of the file ([`header`]) and check its sizes against the limits. No pixel is
//! decoded before that. `open` and `render` run only in a separate process ([`serving`]), which reads its input in a second
//! thread. The tiles of a HEIC are decoded in several threads. Apart from that, this crate uses no threads, files or network.
//! `lapel-core` starts the process and passes it the file ([`child`]). The app itself contains no decoder.
//!
//! Every function that takes a file returns a [`PictureError`] that says why the file or the square is refused.

pub mod child;
mod color;
mod color_space;
mod decode;
mod encode;
mod error;
mod frame;
mod hdr;
mod header;
mod heif;
mod incoming;
mod limits;
mod output;
mod prepare;
mod preview;
mod scale;
mod scan_end;
pub mod serving;
mod sniff;
mod square;
mod tiff_file;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use encode::{MAX_JPEG_BYTES, MAX_PNG_BYTES};
pub use error::{Format, PictureError};
pub use frame::{Crop, SIDE};
pub use limits::{
    MAX_DISPLAY_PIXELS, MAX_INPUT_BYTES, MAX_PIXELS, MAX_SIDE, MAX_STREAMED_PIXELS, MAX_WORKING_BYTES,
    check_displayable,
};
pub use output::{Note, Opened, Prepared};
pub use sniff::{Mime, sniff};

/// Makes the picture for the upload: the square `crop`, or the largest centered square.
///
/// Takes up to half a second for a large photo; do not call it on the main thread. `bytes` and the working memory
/// together take at most [`MAX_WORKING_BYTES`].
pub fn render(bytes: &[u8], crop: Option<&Crop>) -> Result<Prepared, PictureError> {
    catch_panics(|| prepare::prepare(bytes, crop))
}

/// Makes the preview of a file. The file may still be incomplete: most photos are decoded while the rest is read.
pub fn open(file: impl Read) -> Result<Opened, PictureError> {
    catch_panics(|| preview::open(file))
}

/// Turns a panic of a decoder into an error. Decoders can panic on malformed input, and mozjpeg reports errors by
/// panicking. `AssertUnwindSafe` is sound because the closure shares no state with the caller.
fn catch_panics<T>(work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(PictureError::Damaged("the decoder gave up".into())))
}
