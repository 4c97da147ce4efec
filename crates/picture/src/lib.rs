//! Turns an untrusted image file into a safe square picture.
//!
//! - [`open`] makes a preview of the file that the user chose.
//! - [`render`] makes the 512 x 512 picture for the upload from the square that the user selected.
//! - [`check_displayable`] decides whether the web view may decode bytes from the network.
//!
//! All three first read the structure of the file ([`header`]) and check its sizes against the limits. No pixel is
//! decoded before that. The app calls `open` and `render` in a separate process ([`child`]), which reads its input in
//! a second thread. Otherwise this crate uses no threads, files or network; lapel-core does.
//!
//! Every function that takes a file returns a [`PictureError`] that says why the file or the square is refused.

pub mod child;
mod colour;
mod decode;
mod encode;
mod error;
mod frame;
mod header;
mod incoming;
mod limits;
mod preview;
mod scale;
mod sniff;
mod square;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

pub use encode::{MAX_JPEG_BYTES, MAX_PNG_BYTES};
pub use error::{Format, PictureError};
pub use frame::Crop;
pub use limits::{MAX_DISPLAY_PIXELS, MAX_INPUT_BYTES, MAX_PIXELS, MAX_SIDE, MAX_WORKING_BYTES, check_displayable};
pub use sniff::{Mime, sniff};

/// Side of a prepared picture, in pixels.
pub const SIDE: u32 = 512;

/// A picture that is ready for the upload: [`SIDE`] x [`SIDE`], upright, without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// [`Mime::Png`] if any pixel is transparent, otherwise [`Mime::Jpeg`].
    pub mime: Mime,
    /// Changes to tell the user about.
    pub notes: Vec<Note>,
}

/// A change to a picture that the user may not expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The file has several frames; the first one is used.
    FirstFrameOnly,
    /// The file has several pages; the first one is used.
    FirstPageOnly,
    /// The file contains EXIF or XMP data (camera, place, time); the prepared picture does not.
    MetadataRemoved,
    /// The selected square is smaller than [`SIDE`].
    Enlarged,
    /// The colors were converted to sRGB, from a color profile in the file or from CMYK.
    ColoursConverted,
}

/// The preview of a file, in which the user selects a square.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The whole picture as an encoded file: upright, in sRGB, scaled down.
    pub bytes: Vec<u8>,
    /// The format of `bytes`.
    pub mime: Mime,
    /// Width of the picture in the file (not of the preview), upright, in pixels.
    pub width: u32,
    /// Height of the picture in the file, upright, in pixels.
    pub height: u32,
    /// Changes to tell the user about. They do not depend on the selected square.
    pub notes: Vec<Note>,
}

/// Makes the picture for the upload: the square `crop`, or the largest centered square.
///
/// Takes up to half a second for a large photo; do not call it on the main thread. `bytes` and the working memory
/// together take at most [`MAX_WORKING_BYTES`].
pub fn render(bytes: &[u8], crop: Option<&Crop>) -> Result<Prepared, PictureError> {
    catch_panics(|| render_checked(bytes, crop))
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

fn render_checked(bytes: &[u8], crop: Option<&Crop>) -> Result<Prepared, PictureError> {
    let header = limits::read_within_limits(bytes)?;
    let size = (header.width, header.height);
    let (width, height) = frame::upright_size(size, header.orientation);
    let crop = crop.copied().unwrap_or_else(|| Crop::centred(width, height));
    let file_crop = crop.in_file(size, header.orientation)?;
    let (left, top, width, height) = square::target_rect(&file_crop);
    let mut decoded = decode::decode(bytes, &header, file_crop.visible, file_crop.scale)?;
    let pixels = scale::scale(&mut decoded, width, height)?;
    let (pixels, converted) = colour::to_srgb(pixels, decoded.profile.as_deref())?;
    let mut square = square::compose(pixels, (left, top), crop.ground)?;
    square.apply_orientation(file_crop.orientation);
    let (bytes, mime) = encode::encode(square)?;
    let mut notes = notes(&header, converted);
    if crop.side < f64::from(SIDE) {
        notes.push(Note::Enlarged);
    }
    Ok(Prepared { bytes, mime, notes })
}

/// The notes that do not depend on the selected square.
fn notes(header: &header::Header, converted: bool) -> Vec<Note> {
    let notes = [
        (header.several_frames, Note::FirstFrameOnly),
        (header.several_pages, Note::FirstPageOnly),
        (header.has_metadata, Note::MetadataRemoved),
        (converted, Note::ColoursConverted),
    ];
    notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).collect()
}
