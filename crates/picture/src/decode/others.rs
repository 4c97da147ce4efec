//! PNG, WebP, GIF, bitmaps and TIFF: the whole first frame, because these formats know no smaller one.

use std::io::Cursor;

use image::codecs::{bmp::BmpDecoder, gif::GifDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder};
use image::{ColorType, ImageDecoder, ImageError, Limits};

use super::{Decoded, Model, Pixels, inconsistent};
use crate::error::{Format, PictureError};
use crate::facts::Facts;
use crate::frame::Area;
use crate::sniff::Mime;

/// What a decoder may allocate for profiles and texts beside the pixels.
const SIDE_DATA_BYTES: u64 = 8_000_000;

pub(super) fn decode(bytes: &[u8], facts: &Facts, area: Area) -> Result<Decoded, PictureError> {
    let source = Cursor::new(bytes);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(facts.decoding_bytes + SIDE_DATA_BYTES);
    match facts.mime {
        Mime::WebP => decode_with(WebPDecoder::new(source).map_err(damaged)?, facts, area),
        Mime::Gif => decode_with(GifDecoder::new(source).map_err(damaged)?, facts, area),
        Mime::Bmp => decode_with(BmpDecoder::new(source).map_err(damaged)?, facts, area),
        Mime::Tiff => {
            let mut decoder = TiffDecoder::new(source).map_err(damaged)?;
            decoder.set_limits(limits).map_err(damaged)?;
            decode_with(decoder, facts, area)
        }
        _ => decode_with(PngDecoder::with_limits(source, limits).map_err(damaged)?, facts, area),
    }
}

fn decode_with(mut decoder: impl ImageDecoder, facts: &Facts, area: Area) -> Result<Decoded, PictureError> {
    let (width, height) = decoder.dimensions();
    let colour = decoder.color_type();
    let total = decoder.total_bytes();
    // The limits were checked on what facts read; a decoder that reads something else has not been checked.
    if (width, height) != (facts.width, facts.height) || total > facts.decoding_bytes {
        return Err(inconsistent());
    }
    // A profile that cannot be read is none: the picture is worth more.
    let profile = decoder.icc_profile().ok().flatten();
    let mut data = vec![0; usize::try_from(total).map_err(|_| inconsistent())?];
    decoder.read_image(&mut data).map_err(damaged)?;
    let model = match colour {
        ColorType::L8 | ColorType::L16 => Model::Grey,
        ColorType::La8 | ColorType::La16 => Model::GreyAlpha,
        ColorType::Rgb8 | ColorType::Rgb16 => Model::Rgb,
        ColorType::Rgba8 | ColorType::Rgba16 => Model::Rgba,
        other => return Err(PictureError::Damaged(format!("unexpected pixels: {other:?}"))),
    };
    if usize::from(colour.bytes_per_pixel()) == 2 * model.channels() {
        halve_depth(&mut data);
    }
    Ok(Decoded { pixels: Pixels { width, height, model, data }, area, profile })
}

/// From 16 to 8 bits a channel, rounded, in place: a second buffer would be half as large again.
fn halve_depth(data: &mut Vec<u8>) {
    let half = data.len() / 2;
    for at in 0..half {
        let wide = u32::from(u16::from_ne_bytes([data[2 * at], data[2 * at + 1]]));
        data[at] = ((wide * 255 + 32_767) / 65_535) as u8;
    }
    data.truncate(half);
}

/// The other formats have no kind that passes the look at the structure and is not read.
fn damaged(error: ImageError) -> PictureError {
    PictureError::of_decoder(error, Format::Tiff)
}
