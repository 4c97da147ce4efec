//! Decodes PNG and WebP with the `image` crate. Decodes the whole first frame: these formats cannot
//! be decoded at reduced size.

use std::io::Cursor;

use image::codecs::{png::PngDecoder, webp::WebPDecoder};
use image::{ColorType, ImageDecoder, ImageError, Limits};

use super::decoded::{Decoded, Model, Pixels};
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;
use crate::sniff::Mime;

/// Memory that a decoder may allocate for profiles and texts, in addition to the pixels.
pub(super) const SIDE_DATA_BYTES: u64 = 8_000_000;

pub(super) fn decode(bytes: &[u8], header: &Header, area: Area) -> Result<Decoded, PictureError> {
    let source = Cursor::new(bytes);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(header.decoding_bytes + SIDE_DATA_BYTES);
    match header.mime {
        Mime::WebP => decode_with(WebPDecoder::new(source).map_err(damaged)?, header, area),
        _ => decode_with(PngDecoder::with_limits(source, limits).map_err(damaged)?, header, area),
    }
}

pub(super) fn decode_with(
    mut decoder: impl ImageDecoder,
    header: &Header,
    area: Area,
) -> Result<Decoded, PictureError> {
    let (width, height) = decoder.dimensions();
    let color = decoder.color_type();
    let total = decoder.total_bytes();
    // The limits were checked against `header`: refuse if the decoder sees other sizes.
    if (width, height) != (header.width, header.height) || total > header.decoding_bytes {
        return Err(PictureError::contradictory_size());
    }
    // Ignore a profile that cannot be read.
    let profile = decoder.icc_profile().ok().flatten();
    let mut data = vec![0; usize::try_from(total).map_err(|_| PictureError::contradictory_size())?];
    decoder.read_image(&mut data).map_err(damaged)?;
    let model = match color {
        ColorType::L8 | ColorType::L16 => Model::Gray,
        ColorType::La8 | ColorType::La16 => Model::GrayAlpha,
        ColorType::Rgb8 | ColorType::Rgb16 => Model::Rgb,
        ColorType::Rgba8 | ColorType::Rgba16 => Model::Rgba,
        other => return Err(PictureError::Damaged(format!("unexpected pixels: {other:?}"))),
    };
    if usize::from(color.bytes_per_pixel()) == 2 * model.channels() {
        halve_depth(&mut data);
    }
    Ok(Decoded { pixels: Pixels { width, height, model, data }, area, profile, space: None, ends_early: false })
}

/// Converts 16 to 8 bits per channel, rounded. In place, to save memory.
fn halve_depth(data: &mut Vec<u8>) {
    let half = data.len() / 2;
    for at in 0..half {
        let wide = u32::from(u16::from_ne_bytes([data[2 * at], data[2 * at + 1]]));
        data[at] = ((wide * 255 + 32_767) / 65_535) as u8;
    }
    data.truncate(half);
}

/// Nothing is unsupported here: reading the header finds every unsupported kind.
pub(super) fn damaged(error: ImageError) -> PictureError {
    PictureError::Damaged(error.to_string())
}
