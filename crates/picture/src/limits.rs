//! The limits for a file, and the checks against them. All checks run before any pixel is decoded.

use crate::error::{Format, PictureError};
use crate::frame::SIDE;
use crate::header::{self, Header, Scans};
use crate::sniff::{self, Mime};

/// Maximum length of a file, in bytes.
pub const MAX_INPUT_BYTES: u64 = 64 * 1024 * 1024;

/// Maximum length of a side, in pixels.
pub const MAX_SIDE: u32 = 30_000;

/// Maximum number of pixels of a picture that is decoded as a whole.
pub const MAX_PIXELS: u64 = 100_000_000;

/// Maximum number of pixels of a JPEG with one scan, and of a HEIC or AVIF picture that consists of tiles. They are
/// decoded in parts and at a reduced size, so this limits only the time. The largest sensors have 200 megapixels.
pub const MAX_STREAMED_PIXELS: u64 = 300_000_000;

/// Maximum memory for preparing a picture, in bytes, including the file itself. The coefficients of a progressive JPEG
/// with 100 megapixels (4:2:0) alone take this much.
pub const MAX_WORKING_BYTES: u64 = 300_000_000;

/// Maximum number of pixels of a picture that the web view decodes itself. The web view needs four bytes per pixel, and
/// about three more while it decodes a progressive JPEG.
pub const MAX_DISPLAY_PIXELS: u64 = 25_000_000;

/// Checks untrusted bytes before the web view decodes them: format, completeness and size. Reads only the structure
/// of the file. Returns the media type to serve them with.
pub fn check_displayable(bytes: &[u8]) -> Result<Mime, PictureError> {
    // Only some web views support these.
    match sniff::sniff(bytes) {
        Some(Mime::Tiff) => return Err(PictureError::Unsupported(Format::LinkedTiff)),
        Some(Mime::Heif) => return Err(PictureError::Unsupported(sniff::heif_format(bytes))),
        _ => {}
    }
    let header = read_header(bytes)?;
    check_size(&header, MAX_DISPLAY_PIXELS)?;
    Ok(header.mime)
}

/// Reads the header and checks that decoding stays within the limits.
pub(crate) fn read_within_limits(bytes: &[u8]) -> Result<Header, PictureError> {
    let header = read_header(bytes)?;
    check_memory(&header, bytes.len() as u64)?;
    Ok(header)
}

/// Like [`read_within_limits`], for the beginning of a file. `None` if the beginning does not contain the whole
/// header or if the file exceeds a limit.
pub(crate) fn read_beginning_within_limits(bytes: &[u8]) -> Option<Header> {
    let header = header::read_beginning(bytes, sniff::sniff(bytes)?)?;
    // The length of the file is not known yet: assume the maximum.
    check_memory(&header, MAX_INPUT_BYTES).ok()?;
    Some(header)
}

fn check_memory(header: &Header, file_bytes: u64) -> Result<(), PictureError> {
    let is_streamed = header.in_parts || matches!(header.scans, Some(Scans::One { .. }));
    let max_pixels = if is_streamed { MAX_STREAMED_PIXELS } else { MAX_PIXELS };
    check_size(header, max_pixels)?;
    let &Header { width, height, decoding_bytes, .. } = header;
    // The buffer between the two passes of the resize: SIDE columns with at most four bytes per pixel.
    let resizing = 4 * u64::from(SIDE) * u64::from(width.min(height));
    let needed = decoding_bytes.saturating_add(file_bytes + resizing);
    if needed > MAX_WORKING_BYTES {
        return Err(PictureError::TooMuchMemory { width, height, needed, limit: MAX_WORKING_BYTES });
    }
    Ok(())
}

fn read_header(bytes: &[u8]) -> Result<Header, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Err(PictureError::TooManyBytes { limit: MAX_INPUT_BYTES });
    }
    header::read(bytes, sniff::sniff(bytes).ok_or_else(|| sniff::explain_unknown(bytes))?)
}

fn check_size(header: &Header, max_pixels: u64) -> Result<(), PictureError> {
    // Check the frame too: it can be larger than the canvas, and the decoder decodes all of it.
    for (width, height) in [(header.width, header.height), header.frame] {
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
