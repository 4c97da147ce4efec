//! Decodes the rows of a PNG that are there: the file may be cut off, and its checksums may be wrong. Slower than the
//! decoder for complete files.

use std::io::Cursor;

use png::{BitDepth, ColorType, DecodeOptions, InterlaceInfo, Limits, Transformations};

use super::decoded::{Decoded, MISSING, Model, Pixels, check_rows};
use super::others::SIDE_DATA_BYTES;
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;

pub(super) fn decode_rows(bytes: &[u8], header: &Header, area: Area) -> Result<Decoded, PictureError> {
    // If the checksum of the pixels is right, they are complete, whatever else is wrong.
    match decode_with(bytes, header, area, true) {
        Ok(decoded) if !decoded.ends_early => Ok(decoded),
        _ => decode_with(bytes, header, area, false).map(|decoded| Decoded { ends_early: true, ..decoded }),
    }
}

fn decode_with(bytes: &[u8], header: &Header, area: Area, checks: bool) -> Result<Decoded, PictureError> {
    let damaged = |error: png::DecodingError| PictureError::Damaged(error.to_string());
    let side_data = usize::try_from(SIDE_DATA_BYTES).unwrap_or(usize::MAX);
    let mut options = DecodeOptions::default();
    options.set_ignore_crc(true);
    options.set_ignore_adler32(!checks);
    let mut decoder = png::Decoder::new_with_options(Cursor::new(bytes), options);
    decoder.set_limits(Limits { bytes: side_data });
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let (color, depth) = reader.output_color_type();
    let model = match color {
        ColorType::Grayscale => Model::Gray,
        ColorType::GrayscaleAlpha => Model::GrayAlpha,
        ColorType::Rgb => Model::Rgb,
        ColorType::Rgba => Model::Rgba,
        ColorType::Indexed => return Err(PictureError::Damaged("a PNG without its palette".into())),
    };
    let stride = usize::try_from(width).map_err(|_| PictureError::contradictory_size())? * model.channels();
    let total = stride as u64 * u64::from(height);
    // The limits were checked against `header`: refuse if the decoder sees other sizes.
    if (width, height) != (header.width, header.height) || total > header.decoding_bytes {
        return Err(PictureError::contradictory_size());
    }
    let profile = reader.info().icc_profile.as_ref().map(|profile| profile.to_vec());
    let missing = if model.has_alpha() { 0 } else { MISSING };
    let mut data = vec![missing; usize::try_from(total).map_err(|_| PictureError::contradictory_size())?];
    let mut rows = 0;
    let mut row = Vec::new();
    // An error means that the rest is missing.
    while let Ok(Some(read)) = reader.next_interlaced_row() {
        row.clear();
        match depth {
            BitDepth::Sixteen => row.extend(read.data().chunks_exact(2).map(eight_bits)),
            _ => row.extend_from_slice(read.data()),
        }
        match read.interlace() {
            InterlaceInfo::Null(_) => {
                let at = rows as usize * stride;
                data[at..at + stride].copy_from_slice(&row);
                rows += 1;
            }
            InterlaceInfo::Adam7(pass) => {
                // Each pixel also fills those that only later passes contain.
                png::splat_interlaced_row(&mut data, stride, &row, pass, 8 * model.channels() as u8);
                rows = height;
            }
        }
    }
    let ends_early = check_rows(rows, height)?;
    Ok(Decoded { pixels: Pixels { width, height, model, data }, area, profile, space: None, ends_early })
}

/// Converts 16 to 8 bits, rounded.
fn eight_bits(wide: &[u8]) -> u8 {
    let wide = u32::from(u16::from_be_bytes([wide[0], wide[1]]));
    ((wide * 255 + 32_767) / 65_535) as u8
}
