//! Bytes in, safe square picture out.
//!
//! [`open`] shows a file that someone chose; [`render`] turns the square that they cut into the 512 x 512 picture that is
//! uploaded; [`check_displayable`] says whether bytes from elsewhere may be handed to the web view. All read the structure
//! of the file first ([`facts`]) and refuse by its numbers before a single pixel is decoded. The app calls the first two in
//! a process of its own ([`child`]), which reads ahead in a thread. Otherwise no threads, no files, no network: what has to
//! do with those lives in lapel-core.

mod arriving;
pub mod child;
mod colour;
mod decode;
mod encode;
mod error;
mod facts;
mod frame;
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

/// A picture that is ready for the upload: [`SIDE`] x [`SIDE`], upright, without any metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// [`Mime::Png`] where anything is transparent, else [`Mime::Jpeg`].
    pub mime: Mime,
    /// What the person should be told was done.
    pub notes: Vec<Note>,
}

/// Something that was done to a picture and that the person may not expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The file has several frames; the first was taken.
    FirstFrameOnly,
    /// The file has several pages; the first was taken.
    FirstPageOnly,
    /// The file carried EXIF or XMP data (camera, place, time); the prepared picture does not.
    MetadataRemoved,
    /// The square cut from the file was smaller than [`SIDE`].
    Enlarged,
    /// A colour profile in the file, or inks, became the colours of sRGB.
    ColoursConverted,
}

/// A picture as the person is shown it before they cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The whole picture, upright, in the colours of sRGB and small: an encoded file.
    pub bytes: Vec<u8>,
    /// What `bytes` are.
    pub mime: Mime,
    /// Width of the file's picture, upright, in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// What the person should be told will be done, whatever they cut.
    pub notes: Vec<Note>,
}

/// Makes the upload out of a file: the wanted square, or the largest in the middle, upright, [`SIDE`] x [`SIDE`].
///
/// Takes up to half a second for a large photo: call it off the main thread. Beyond `bytes` it needs at most
/// [`MAX_WORKING_BYTES`] less their length.
///
/// # Errors
/// What is wrong with the file or the square.
pub fn render(bytes: &[u8], crop: Option<&Crop>) -> Result<Prepared, PictureError> {
    guarded(|| render_unguarded(bytes, crop))
}

/// Makes what is shown of a file before it is cut. The file may still be arriving: most photos are decoded meanwhile.
///
/// # Errors
/// What is wrong with the file.
pub fn open(file: impl Read) -> Result<Opened, PictureError> {
    guarded(|| preview::open(file))
}

/// Decoders index and assert their way through hostile input, and the one for JPEG ends by panicking; one of them giving up
/// must not take the app down. Nothing outlives the closure but its result, so there is no half-changed state to see.
fn guarded<T>(work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(PictureError::Damaged("the decoder gave up".into())))
}

fn render_unguarded(bytes: &[u8], crop: Option<&Crop>) -> Result<Prepared, PictureError> {
    let facts = limits::read_within_limits(bytes)?;
    let size = (facts.width, facts.height);
    let (width, height) = frame::upright(size, facts.orientation);
    let crop = crop.copied().unwrap_or_else(|| Crop::centred(width, height));
    let placed = crop.place(size, facts.orientation)?;
    let (left, top, width, height) = square::target(&placed);
    let mut decoded = decode::decode(bytes, &facts, placed.visible, placed.scale)?;
    let pixels = scale::scale(&mut decoded, width, height)?;
    let (pixels, converted) = colour::to_srgb(pixels, decoded.profile.as_deref())?;
    let mut square = square::compose(pixels, (left, top), crop.ground)?;
    square.apply_orientation(placed.orientation);
    let (bytes, mime) = encode::encode(square)?;
    let mut notes = notes(&facts, converted);
    if crop.side < f64::from(SIDE) {
        notes.push(Note::Enlarged);
    }
    Ok(Prepared { bytes, mime, notes })
}

/// What is done to a file whatever is cut from it.
fn notes(facts: &facts::Facts, converted: bool) -> Vec<Note> {
    let notes = [
        (facts.several_frames, Note::FirstFrameOnly),
        (facts.several_pages, Note::FirstPageOnly),
        (facts.has_metadata, Note::MetadataRemoved),
        (converted, Note::ColoursConverted),
    ];
    notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).collect()
}
