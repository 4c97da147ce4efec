//! From the bytes of a file to its first frame's pixels, eight bits a channel, in one buffer.

use std::io::Cursor;

use image::codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder};
use image::{ColorType, ImageDecoder, ImageError, Limits};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::error::PictureError;
use crate::facts::Facts;
use crate::limits::MAX_SIDE;
use crate::sniff::Mime;

/// The most scans of a progressive JPEG. Ordinary ones have about ten; each goes over the whole picture, so that a file
/// of a few thousand empty ones would keep the processor busy for minutes.
const MAX_SCANS: usize = 64;

/// What a decoder may allocate for profiles and texts beside the pixels.
const SIDE_DATA_BYTES: u64 = 8_000_000;

/// Decoded pixels, row by row from the top left.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// 1 grey, 2 grey and alpha, 3 red green blue, 4 with alpha.
    pub(crate) channels: u8,
    pub(crate) data: Vec<u8>,
}

/// Decodes the first frame of a file whose `facts` are within the limits.
pub(crate) fn decode(bytes: &[u8], facts: &Facts) -> Result<Pixels, PictureError> {
    let source = Cursor::new(bytes);
    match facts.mime {
        Mime::Jpeg => jpeg(bytes, facts),
        Mime::Png => {
            let mut limits = Limits::no_limits();
            limits.max_alloc = Some(facts.decoding_bytes + SIDE_DATA_BYTES);
            decode_with(PngDecoder::with_limits(source, limits).map_err(damaged)?, facts)
        }
        Mime::WebP => decode_with(WebPDecoder::new(source).map_err(damaged)?, facts),
        Mime::Gif => decode_with(GifDecoder::new(source).map_err(damaged)?, facts),
    }
}

fn jpeg(bytes: &[u8], facts: &Facts) -> Result<Pixels, PictureError> {
    let damaged = |error: zune_jpeg::errors::DecodeErrors| PictureError::Damaged(error.to_string());
    let side = MAX_SIDE as usize;
    let options = DecoderOptions::default()
        // Browsers show files that break small rules of the standard, and so do we; whether one is complete, facts knows.
        .set_strict_mode(false)
        .set_max_width(side)
        .set_max_height(side)
        .jpeg_set_max_scans(MAX_SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let (space, channels) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let size = decoder.dimensions().map(|(width, height)| (width as u64, height as u64));
    if size != Some((facts.width.into(), facts.height.into())) {
        return Err(inconsistent());
    }
    let mut data = vec![0; decoder.output_buffer_size().ok_or_else(inconsistent)?];
    decoder.decode_into(&mut data).map_err(damaged)?;
    Ok(Pixels { width: facts.width, height: facts.height, channels, data })
}

fn decode_with(decoder: impl ImageDecoder, facts: &Facts) -> Result<Pixels, PictureError> {
    let (width, height) = decoder.dimensions();
    let colour = decoder.color_type();
    let total = decoder.total_bytes();
    // The limits were checked on what facts read; a decoder that reads something else has not been checked.
    if (width, height) != (facts.width, facts.height) || total > facts.decoding_bytes {
        return Err(inconsistent());
    }
    let channels = colour.channel_count();
    let mut data = vec![0; usize::try_from(total).map_err(|_| inconsistent())?];
    decoder.read_image(&mut data).map_err(damaged)?;
    match colour {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => {}
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => halve_depth(&mut data),
        other => return Err(PictureError::Damaged(format!("unexpected pixels: {other:?}"))),
    }
    Ok(Pixels { width, height, channels, data })
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

fn damaged(error: ImageError) -> PictureError {
    PictureError::Damaged(error.to_string())
}

fn inconsistent() -> PictureError {
    PictureError::Damaged("the file contradicts itself about its size".into())
}
