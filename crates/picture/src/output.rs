//! The results of this crate, which the modules `prepare` and `preview` make, and the notes about them.

use serde::{Deserialize, Serialize};

use crate::decode::Decoded;
use crate::header::Header;
use crate::sniff::Mime;

/// A picture that is ready for the upload: [`SIDE`](crate::SIDE) x `SIDE`, upright, without metadata.
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
    /// The file has several pictures; the main one is used.
    MainPictureOnly,
    /// The file is cut off or damaged: a part of the picture is gray, transparent or unclear.
    EndsEarly,
    /// The file contains EXIF or XMP data (camera, place, time); the prepared picture does not.
    MetadataRemoved,
    /// The selected square is smaller than [`SIDE`](crate::SIDE).
    Enlarged,
    /// The colors were converted to sRGB from another color space that the file defines.
    ColorsConverted,
    /// The colors were converted to sRGB from HDR.
    HdrConverted,
    /// The colors were converted to sRGB from CMYK.
    InksConverted,
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

/// The notes that do not depend on the selected square. `conversion` is the note about the colors.
pub(crate) fn notes(header: &Header, decoded: &Decoded, conversion: Option<Note>) -> Vec<Note> {
    let notes = [
        (decoded.ends_early, Note::EndsEarly),
        (header.several_frames, Note::FirstFrameOnly),
        (header.several_pages, Note::FirstPageOnly),
        (header.several_pictures, Note::MainPictureOnly),
        (header.has_metadata, Note::MetadataRemoved),
    ];
    notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).chain(conversion).collect()
}
