//! Reads the headers of a BMP with the decoder of the `image` crate, which decodes no pixels at that point. Also checks
//! that no pixels are missing.

use std::io;

use image::ImageDecoder;
use image::codecs::bmp::BmpDecoder;

use super::properties::Header;
use crate::error::{Format, PictureError};
use crate::sniff::Mime;

/// Length of the file header, and the value that marks the short (core) bitmap header after it.
const FILE_HEADER: usize = 14;
const SHORT_HEADER: u32 = 12;
/// The values of the compression field for uncompressed pixels: BI_RGB and BI_BITFIELDS.
const UNCOMPRESSED: [u32; 2] = [0, 3];

/// The length of the second OS/2 header, complete and in its shortest form, and that of the Windows header with the same
/// fields.
const OS2_HEADER: u32 = 64;
const OS2_SHORT_HEADER: u32 = 16;
const WINDOWS_HEADER: u32 = 40;

/// The file with a Windows header, if it has the second OS/2 header. The decoder does not know that one. `None` for
/// other headers and for the kinds of compression that only OS/2 has.
pub(crate) fn with_windows_header(bytes: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let length = number(FILE_HEADER)?;
    let end = FILE_HEADER + usize::try_from(length).ok()?;
    let fields = match length {
        OS2_HEADER => bytes.get(FILE_HEADER + 4..FILE_HEADER + WINDOWS_HEADER as usize)?,
        OS2_SHORT_HEADER => bytes.get(FILE_HEADER + 4..end)?,
        _ => return None,
    };
    // Compression: none, RLE8 or RLE4. The following numbers mean something else than in Windows.
    if length == OS2_HEADER && number(FILE_HEADER + 16)? > 2 {
        return None;
    }
    let start = number(10)?.checked_sub(length)?.checked_add(WINDOWS_HEADER)?;
    let mut file = [bytes.get(..10)?, &start.to_le_bytes(), &WINDOWS_HEADER.to_le_bytes(), fields].concat();
    file.resize(FILE_HEADER + WINDOWS_HEADER as usize, 0);
    file.extend_from_slice(bytes.get(end..)?);
    Some(file)
}

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    let Some(file) = with_windows_header(bytes) else { return read_windows(bytes) };
    let mut header = read_windows(&file)?;
    header.decoding_bytes += file.len() as u64;
    Ok(header)
}

fn read_windows(bytes: &[u8]) -> Result<Header, PictureError> {
    let decoder =
        BmpDecoder::new(io::Cursor::new(bytes)).map_err(|error| PictureError::from_image_error(error, Format::Bmp))?;
    let (width, height) = decoder.dimensions();
    // Compressed rows are not checked here: they have an end marker, which the decoder requires.
    let missing = uncompressed_length(bytes, width, height).is_some_and(|needed| (bytes.len() as u64) < needed);
    if missing {
        Err(PictureError::ends_early("a bitmap"))
    } else {
        Ok(Header::still_image(Mime::Bmp, width, height, decoder.total_bytes()))
    }
}

/// The length that an uncompressed file must have, or `None` for a compressed one. Rows are padded to a multiple of
/// four bytes.
fn uncompressed_length(bytes: &[u8], width: u32, height: u32) -> Option<u64> {
    let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let short = number(FILE_HEADER)? == SHORT_HEADER;
    // The upper half is the number of bits per pixel, the lower half the number of planes.
    let bits = number(FILE_HEADER + if short { 8 } else { 12 })? >> 16;
    let uncompressed = short || UNCOMPRESSED.contains(&number(FILE_HEADER + 16)?);
    let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
    uncompressed.then_some(u64::from(number(10)?) + row * u64::from(height))
}
