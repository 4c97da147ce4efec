//! Bytes in, safe square picture out.
//!
//! [`prepare`] turns any file that someone chose into the 512 x 512 picture that is uploaded; [`check_displayable`] says whether
//! bytes from elsewhere may be handed to the web view. Both read the structure of the file first ([`facts`]) and refuse by its
//! numbers before a single pixel is decoded. The app calls [`prepare`] in a process of its own ([`child`]). No files, no network,
//! no threads: what does that lives in lapel-core.

pub mod child;
mod decode;
mod encode;
mod error;
mod facts;
mod limits;
mod sniff;
mod square;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

pub use encode::{MAX_JPEG_BYTES, MAX_PNG_BYTES};
pub use error::{Format, PictureError};
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
    /// The file carried EXIF or XMP data (camera, place, time); the prepared picture does not.
    MetadataRemoved,
    /// The square cut from the file was smaller than [`SIDE`].
    Enlarged,
}

/// Makes the upload out of a chosen file: the largest centred square, upright, [`SIDE`] x [`SIDE`].
///
/// Takes up to half a second for a large photo: call it off the main thread. Beyond `bytes` it needs at most
/// [`MAX_WORKING_BYTES`] less their length.
pub fn prepare(bytes: &[u8]) -> Result<Prepared, PictureError> {
    // Decoders index and assert their way through hostile input; one of them giving up must not take the app down.
    // Nothing outlives the closure but its result, so there is no half-changed state to see afterwards.
    catch_unwind(AssertUnwindSafe(|| prepare_unguarded(bytes)))
        .unwrap_or_else(|_| Err(PictureError::Damaged("the decoder gave up".into())))
}

fn prepare_unguarded(bytes: &[u8]) -> Result<Prepared, PictureError> {
    let facts = limits::read_within_limits(bytes)?;
    let pixels = decode::decode(bytes, &facts)?;
    let enlarged = pixels.width.min(pixels.height) < SIDE;
    let mut square = square::square(pixels)?;
    square.apply_orientation(facts.orientation);
    let (bytes, mime) = encode::encode(square)?;
    let notes = [
        (facts.several_frames, Note::FirstFrameOnly),
        (facts.has_metadata, Note::MetadataRemoved),
        (enlarged, Note::Enlarged),
    ];
    Ok(Prepared {
        bytes,
        mime,
        notes: notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).collect(),
    })
}
