//! The numbers that a file may not exceed, and the refusals when it does. Everything here happens before pixels.

use crate::SIDE;
use crate::error::{Format, PictureError};
use crate::facts::{self, Facts};
use crate::sniff::{self, Mime};

/// The most bytes of a file.
pub const MAX_INPUT_BYTES: u64 = 64 * 1024 * 1024;

/// The most pixels of a side.
pub const MAX_SIDE: u32 = 30_000;

/// The most pixels of a picture.
pub const MAX_PIXELS: u64 = 100_000_000;

/// The most bytes that preparing a picture may take at once, the file itself included: what a progressive JPEG of 100
/// megapixels takes for its coefficients.
pub const MAX_WORKING_BYTES: u64 = 300_000_000;

/// The most pixels of a picture that is shown as it came. The web view needs four bytes for each, and up to three more
/// while it reads a progressive JPEG.
pub const MAX_DISPLAY_PIXELS: u64 = 25_000_000;

/// Checks bytes that came from elsewhere before the web view decodes them: format, completeness and size, by the file's
/// structure alone. Answers what to declare them as.
pub fn check_displayable(bytes: &[u8]) -> Result<Mime, PictureError> {
    let facts = read(bytes)?;
    check_size(&facts, MAX_DISPLAY_PIXELS)?;
    // Few web views show one, and not the one of Linux.
    if facts.mime == Mime::Tiff { Err(PictureError::Unsupported(Format::Tiff)) } else { Ok(facts.mime) }
}

/// Reads the facts and refuses what would take too much to decode.
pub(crate) fn read_within_limits(bytes: &[u8]) -> Result<Facts, PictureError> {
    let facts = read(bytes)?;
    check_work(&facts, bytes.len() as u64)?;
    Ok(facts)
}

/// The same of a file that has come as far as this; none where that does not tell enough, or where it would be refused.
pub(crate) fn read_beginning_within_limits(bytes: &[u8]) -> Option<Facts> {
    let facts = facts::read_beginning(bytes, sniff::sniff(bytes)?)?;
    // As if it were as long as a file can be.
    check_work(&facts, MAX_INPUT_BYTES).ok()?;
    Some(facts)
}

fn check_work(facts: &Facts, file_bytes: u64) -> Result<(), PictureError> {
    check_size(facts, MAX_PIXELS)?;
    let &Facts { width, height, decoding_bytes, .. } = facts;
    // Between the two passes of the resize stand SIDE columns of the square, with at most four bytes each.
    let resizing = 4 * u64::from(SIDE) * u64::from(width.min(height));
    let needed = file_bytes + decoding_bytes + resizing;
    if needed > MAX_WORKING_BYTES {
        return Err(PictureError::TooMuchMemory { width, height, needed, limit: MAX_WORKING_BYTES });
    }
    Ok(())
}

fn read(bytes: &[u8]) -> Result<Facts, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Err(PictureError::TooManyBytes { limit: MAX_INPUT_BYTES });
    }
    facts::read(bytes, sniff::sniff(bytes).ok_or_else(|| sniff::refusal(bytes))?)
}

fn check_size(facts: &Facts, max_pixels: u64) -> Result<(), PictureError> {
    // A frame may be declared larger than the canvas that it is drawn on, and is decoded whole all the same.
    for (width, height) in [(facts.width, facts.height), facts.frame] {
        if width == 0 || height == 0 {
            return Err(PictureError::Damaged("a side has no pixels".into()));
        }
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(PictureError::TooWide { width, height, limit: MAX_SIDE });
        }
        if u64::from(width) * u64::from(height) > max_pixels {
            return Err(PictureError::TooManyPixels { width, height, limit: max_pixels });
        }
    }
    Ok(())
}
