//! Reads the sizes of a HEIC or AVIF picture. The container is opened in `heif_file`.

use super::properties::Header;
use crate::color_space::ColorSpace;
use crate::error::PictureError;
use crate::frame::SIDE;
use crate::heif::{Codec, HeifFile, Layer, Part, with_last_box_closed};
use crate::sniff::Mime;

/// Peak memory of the decoders in bytes per pixel, measured with 4:4:4 and more than eight bits, the most expensive
/// kinds.
const HEVC_BYTES: u64 = 12;
const AV1_BYTES: u64 = 14;

/// Coded pictures that are decoded at the same time.
pub(crate) const MAX_THREADS: usize = 4;

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    let bytes = with_last_box_closed(bytes);
    let file = HeifFile::open(&bytes)?;
    let (width, height) = (file.visible.width, file.visible.height);
    let alpha_bytes = file.alpha.as_ref().map_or(0, |alpha| {
        // An alpha channel of another size is not reduced.
        let is_reduced = (alpha.width, alpha.height) == (file.picture.width, file.picture.height);
        parts_bytes(alpha).saturating_add(if is_reduced {
            canvas_bytes(alpha)
        } else {
            pixels(alpha.width, alpha.height)
        })
    });
    let decoding_bytes =
        parts_bytes(&file.picture).saturating_add(canvas_bytes(&file.picture)).saturating_add(alpha_bytes);
    let mut header = Header::still_image(Mime::Heif, width, height, decoding_bytes);
    header.frame = (file.picture.width, file.picture.height);
    header.in_parts = file.picture.parts.len() > 1;
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

/// The memory for decoding as many parts as are decoded at the same time.
fn parts_bytes(layer: &Layer) -> u64 {
    let part_bytes = |part: &Part| {
        let bytes = if part.codec == Codec::Hevc { HEVC_BYTES } else { AV1_BYTES };
        pixels(part.width, part.height).saturating_mul(bytes)
    };
    let largest = layer.parts.iter().map(part_bytes).max().unwrap_or(0);
    largest.saturating_mul(layer.parts.len().min(MAX_THREADS) as u64)
}

/// The memory for the canvas. It is as large as the result needs, or twice that, in both directions.
fn canvas_bytes(layer: &Layer) -> u64 {
    let scale = u64::from(layer.width.min(layer.height) / SIDE).min(layer.max_factor().into()).max(1) / 2;
    pixels(layer.width, layer.height).saturating_mul(4) / scale.max(1).pow(2)
}

fn pixels(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}
