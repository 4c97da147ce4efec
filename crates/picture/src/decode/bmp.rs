//! Decodes BMP with the `image` crate, which requires a complete and correct file. Therefore fills up a file that is cut
//! off, and unpacks run lengths first: many programs write wrong ones.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;

use super::decoded::{Decoded, MISSING, check_rows};
use super::others::{damaged, decode_with};
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::{BmpLayout, Header, corrected_bmp};

/// The headers of the unpacked file.
const HEADERS: usize = 14 + 40;

pub(super) fn decode(bytes: &[u8], header: &Header, area: Area) -> Result<Decoded, PictureError> {
    let corrected = corrected_bmp(bytes);
    let bytes = corrected.as_deref().unwrap_or(bytes);
    let layout = BmpLayout::read(bytes).ok_or_else(|| PictureError::ends_early("the header of a bitmap"))?;
    let size = (header.width as usize, header.height as usize);
    let (file, rows) = if layout.is_run_length_encoded() {
        let (indices, rows) = unpack(bytes.get(layout.start..).unwrap_or_default(), layout.bits == 4, size);
        (Some(file_of_indices(bytes, &layout, header, &indices)), rows)
    } else {
        filled_up(bytes, &layout, header)?
    };
    let ends_early = check_rows(rows as u32, header.height)?;
    let source = Cursor::new(file.as_deref().unwrap_or(bytes));
    let mut decoded = decode_with(BmpDecoder::new(source).map_err(damaged)?, header, area)?;
    let model = decoded.pixels.model;
    let missing = (size.1 - rows) * size.0 * model.channels();
    // Rows are stored from the bottom to the top, unless the file says otherwise. Unpacked ones always are.
    let is_top_down = layout.is_top_down && !layout.is_run_length_encoded();
    let at = if is_top_down { decoded.pixels.data.len() - missing } else { 0 };
    decoded.pixels.data[at..at + missing].fill(if model.has_alpha() { 0 } else { MISSING });
    Ok(Decoded { ends_early, ..decoded })
}

/// A file with zeros instead of the missing rows, and the number of rows that are there. No file if it is complete.
fn filled_up(bytes: &[u8], layout: &BmpLayout, header: &Header) -> Result<(Option<Vec<u8>>, usize), PictureError> {
    let height = header.height as usize;
    let Some(row) = layout.row_length(header.width).and_then(|row| usize::try_from(row).ok()) else {
        return Ok((None, height));
    };
    let rows = (bytes.len().saturating_sub(layout.start) / row.max(1)).min(height);
    if rows == height {
        return Ok((None, rows));
    }
    check_rows(rows as u32, header.height)?;
    let mut file = bytes.to_vec();
    file.resize(layout.start + row * height, 0);
    Ok((Some(file), rows))
}

/// Unpacks run lengths to a palette index per pixel, from the bottom row to the top one. Pixels outside of the picture
/// are left out, and pixels that the file leaves out have the first color. Also returns the number of rows that are
/// there.
fn unpack(data: &[u8], four_bits: bool, (width, height): (usize, usize)) -> (Vec<u8>, usize) {
    let mut pixels = vec![0; width * height];
    let (mut x, mut y) = (0_usize, 0_usize);
    let mut rest = data;
    while y < height {
        let [count, value, after @ ..] = rest else {
            // The file ends without saying so.
            return (pixels, y + usize::from(x >= width));
        };
        rest = after;
        let row = &mut pixels[y * width..][..width];
        let mut put = |count: usize, index: &dyn Fn(usize) -> u8| {
            let places = row.iter_mut().skip(x).take(count);
            places.enumerate().for_each(|(at, place)| *place = index(at));
            x = x.saturating_add(count);
        };
        let half = |byte: u8, at: usize| if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 };
        match (*count, *value) {
            (0, 0) => (x, y) = (0, y + 1),
            (0, 1) => break,
            (0, 2) => {
                let [right, up, after @ ..] = rest else { continue };
                (x, y) = (x + usize::from(*right), y + usize::from(*up));
                rest = after;
            }
            (0, count) => {
                let length = if four_bits { usize::from(count).div_ceil(2) } else { count.into() };
                let indices = &rest[..length.min(rest.len())];
                let byte = |at: usize| indices.get(at).copied().unwrap_or(0);
                put(count.into(), &|at| if four_bits { half(byte(at / 2), at) } else { byte(at) });
                rest = rest.get(length.next_multiple_of(2)..).unwrap_or_default();
            }
            (count, value) => put(count.into(), &|at| if four_bits { half(value, at) } else { value }),
        }
    }
    (pixels, height)
}

/// An uncompressed file with eight bits per pixel.
fn file_of_indices(bytes: &[u8], layout: &BmpLayout, header: &Header, indices: &[u8]) -> Vec<u8> {
    let palette = bytes.get(layout.palette.start..layout.palette.end.min(bytes.len())).unwrap_or_default();
    let start = (HEADERS + palette.len()) as u32;
    let numbers = [0, 0, start, 40, header.width, header.height, 1 | 8 << 16, 0, 0, 0, 0, palette.len() as u32 / 4, 0];
    let mut file = b"BM".to_vec();
    file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    file.extend(palette);
    let width = header.width as usize;
    for row in indices.chunks_exact(width) {
        file.extend(row);
        file.resize(file.len() + width.next_multiple_of(4) - width, 0);
    }
    file
}
