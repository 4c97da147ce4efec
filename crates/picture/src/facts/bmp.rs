//! The headers of a bitmap, which its decoder reads without the pixels. What it does not ask is whether they are all there.

use std::io;

use image::ImageDecoder;
use image::codecs::bmp::BmpDecoder;

use super::Facts;
use crate::error::{Format, PictureError};
use crate::sniff::Mime;

/// Header of the file, and the length of the short header of a picture that may follow it.
const FILE_HEADER: usize = 14;
const SHORT_HEADER: u32 = 12;
/// How rows are kept where they are not packed: plainly, or plainly with masks that say which bit is which colour.
const PLAIN: [u32; 2] = [0, 3];

pub(super) fn read(bytes: &[u8]) -> Result<Facts, PictureError> {
    let decoder =
        BmpDecoder::new(io::Cursor::new(bytes)).map_err(|error| PictureError::of_decoder(error, Format::Bmp))?;
    let (width, height) = decoder.dimensions();
    // Packed rows have an end of their own, which the decoder insists on.
    let missing = plain_bytes(bytes, width, height).is_some_and(|needed| (bytes.len() as u64) < needed);
    if missing {
        Err(PictureError::ends_early("a bitmap"))
    } else {
        Ok(Facts::still(Mime::Bmp, width, height, decoder.total_bytes()))
    }
}

/// How long a file has to be whose rows are kept plainly; each takes whole groups of four bytes.
fn plain_bytes(bytes: &[u8], width: u32, height: u32) -> Option<u64> {
    let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let short = number(FILE_HEADER)? == SHORT_HEADER;
    // Behind the planes, in the upper half.
    let bits = number(FILE_HEADER + if short { 8 } else { 12 })? >> 16;
    let plain = short || PLAIN.contains(&number(FILE_HEADER + 16)?);
    let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
    plain.then_some(u64::from(number(10)?) + row * u64::from(height))
}
