//! Reads the sizes of a HEIC or AVIF picture. The container is opened in `heif`.

use std::borrow::Cow;

use heifer_isobmff::boxes::Property;

use super::properties::Header;
use crate::color_space::ColorSpace;
use crate::error::PictureError;
use crate::frame::{SIDE, preview_scale};
use crate::heif::{HeifFile, Layer, Part, with_last_box_closed};
use crate::sniff::Mime;

/// Maximum number of coded pictures that are decoded at the same time, and the memory for them in bytes: huge tiles
/// are decoded one after the other.
const MAX_AT_ONCE: usize = 4;
const MAX_BYTES_AT_ONCE: u64 = 100_000_000;

/// Copies of the compressed bytes of a coded picture: with all its pieces, with start codes, without escapes.
const CODED_COPIES: u64 = 3;
/// Bytes per reduced pixel for converting a coded picture: three samples as floating point numbers, and the result.
const CONVERTING_BYTES: u64 = 16;
/// Bytes per pixel of the reduced picture: its colors, its alpha channel, and both together.
const CANVAS_BYTES: u64 = 8;

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    let bytes = with_last_box_closed(bytes);
    let file = HeifFile::open(&bytes)?;
    let (width, height) = (file.visible.width, file.visible.height);
    let (mut decoding_bytes, at_once) = drawing_bytes(&file);
    // The file was copied to close its last box.
    if let Cow::Owned(copy) = &bytes {
        decoding_bytes = decoding_bytes.saturating_add(copy.len() as u64);
    }
    let mut header = Header::still_image(Mime::Heif, width, height, decoding_bytes);
    header.frame = (file.picture.width, file.picture.height);
    header.in_parts = file.picture.parts.len() > 1;
    header.parts_at_once = at_once;
    header.orientation = file.orientation;
    header.has_metadata = file.has_metadata;
    header.several_frames = file.has_frames;
    header.several_pictures = file.has_other_pictures;
    // A profile is more exact than the numbers.
    if file.profile.is_none() {
        header.space = file.numbers.and_then(|numbers| ColorSpace::of_video(numbers.primaries, numbers.transfer));
    }
    header.profile = file.profile;
    Ok(header)
}

/// The peak memory for drawing a picture with its alpha channel, in bytes, and the number of parts that are then decoded
/// at the same time. The channels are drawn one after the other.
fn drawing_bytes(file: &HeifFile<'_>) -> (u64, usize) {
    let picture = file.picture.width;
    let (part, canvas) = layer_bytes(file, &file.picture, 1.0);
    let (alpha_part, alpha_canvas) = file
        .alpha
        .as_ref()
        .map_or((0, 0), |alpha| layer_bytes(file, alpha, f64::from(picture) / f64::from(alpha.width)));
    let largest = part.max(alpha_part);
    let at_once = usize::try_from(MAX_BYTES_AT_ONCE / largest.max(1)).unwrap_or(MAX_AT_ONCE).clamp(1, MAX_AT_ONCE);
    let count = file.alpha.iter().chain([&file.picture]).map(|layer| layer.parts.len()).max().unwrap_or(1);
    let parts = largest.saturating_mul(at_once.min(count) as u64);
    (parts.saturating_add(canvas).saturating_add(alpha_canvas), at_once)
}

/// The memory for the largest part of a layer, and for the canvas. `enlarged`: pixels of the
/// picture per pixel of the layer.
fn layer_bytes(file: &HeifFile<'_>, layer: &Layer, enlarged: f64) -> (u64, u64) {
    let pixels = |width: u32, height: u32| u64::from(width).saturating_mul(height.into());
    let (width, height) = (file.visible.width, file.visible.height);
    // The preview is made from all pixels, and a square from at most SIDE x SIDE pixels, or twice that in both
    // directions. Both are reduced, unless the places of the parts prevent it.
    let factor = u64::from(layer.factor(preview_scale(width, height) * enlarged));
    let reduced = |all: u64| all.min(u64::from(SIDE * SIDE * 4)).max(all / (factor * factor));
    let canvas = reduced(pixels(width, height));
    let part_bytes = |part: &Part| {
        let all = pixels(part.width, part.height);
        let decoding = all.saturating_mul(decoder_bytes(file.configuration(part)));
        let converting = reduced(all).min(canvas).saturating_mul(CONVERTING_BYTES);
        decoding.saturating_add(converting).saturating_add(file.coded_len(part) * CODED_COPIES)
    };
    let parts = layer.parts.iter().flat_map(|part| [Some(part), part.alpha.as_deref()]).flatten();
    let largest = parts.map(part_bytes).max().unwrap_or(0);
    (largest, canvas.saturating_mul(CANVAS_BYTES))
}

/// The peak memory of a decoder in bytes per pixel, measured with noise. All samples are there twice: HEVC pictures are
/// cropped in a copy, and AV1 pictures can get film grain.
fn decoder_bytes(configuration: Option<&Property>) -> u64 {
    // Samples per two pixels.
    let (samples, bytes_per_sample) = match configuration {
        Some(Property::HevcConfig(parameters)) => match parameters.chroma_format {
            0 => (2, 2),
            1 => (3, 2),
            2 => (4, 2),
            _ => (6, 2),
        },
        // Its third byte: tier, high bit depth, twelve bits, monochrome, horizontal and vertical subsampling.
        Some(Property::Unknown(_, parameters)) if parameters.len() > 3 => {
            let samples = match parameters[2] >> 2 & 7 {
                4.. => 2,
                3 => 3,
                2 => 4,
                _ => 6,
            };
            (samples, if parameters[2] & 0x40 == 0 { 1 } else { 2 })
        }
        _ => (6, 2),
    };
    samples * bytes_per_sample + 1
}
