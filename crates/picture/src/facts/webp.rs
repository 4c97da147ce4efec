//! The walk through a WebP file: the chunks of its RIFF container.

use super::{Cursor, Facts, exif_orientation};
use crate::error::PictureError;
use crate::sniff::Mime;

/// Bytes per pixel that decoding takes at most, by what image-webp keeps at once: the output, and for a plain file either
/// the lossless picture with alpha or the planes of the lossy one ...
const PLAIN_BYTES: u64 = 3 + 4;
/// ... for one with a mask the output, the planes, and the mask three times (as coloured pixels, as green, as alpha) ...
const MASKED_BYTES: u64 = 4 + 2 + 6;
/// ... for an animation the output and the canvas, while a frame takes as much as a masked picture.
const CANVAS_BYTES: u64 = 4 + 4;

pub(super) fn read(bytes: &[u8]) -> Result<Facts, PictureError> {
    let ends_early = || PictureError::ends_early("a WebP chunk");
    let mut outer = Cursor::new(bytes);
    let [_, _, _, _, s1, s2, s3, s4] = outer.array().ok_or_else(ends_early)?;
    let length = usize::try_from(u32::from_le_bytes([s1, s2, s3, s4])).map_err(|_| ends_early())?;
    let mut cursor = Cursor::new(outer.take(length).ok_or_else(ends_early)?);
    cursor.take(4);

    let mut facts: Option<Facts> = None;
    let (mut extended, mut frames, mut has_metadata, mut has_pixels) = (false, 0_u32, false, false);
    let (mut frame, mut exif) = (None, None);
    while !cursor.rest.is_empty() {
        let (kind, data) = chunk(&mut cursor).ok_or_else(ends_early)?;
        match kind {
            b"VP8X" if facts.is_none() => {
                let [_, _, _, _, w1, w2, w3, h1, h2, h3] = *data.first_chunk().ok_or_else(ends_early)?;
                extended = true;
                facts = Some(Facts::still(Mime::WebP, u24(w1, w2, w3) + 1, u24(h1, h2, h3) + 1, 0));
            }
            b"VP8 " | b"VP8L" => {
                has_pixels = true;
                let (width, height) = frame_size(kind, data).ok_or_else(ends_early)?;
                facts.get_or_insert_with(|| Facts::still(Mime::WebP, width, height, 0));
            }
            b"ANMF" => {
                frames = frames.saturating_add(1);
                let [_, _, _, _, _, _, w1, w2, w3, h1, h2, h3] = *data.first_chunk().ok_or_else(ends_early)?;
                frame.get_or_insert((u24(w1, w2, w3) + 1, u24(h1, h2, h3) + 1));
            }
            b"EXIF" => {
                has_metadata = true;
                exif.get_or_insert(data);
            }
            b"XMP " => has_metadata = true,
            _ => {}
        }
    }
    let mut facts = facts
        .filter(|_| has_pixels || frame.is_some())
        .ok_or_else(|| PictureError::Damaged("a WebP without pixels".into()))?;
    let canvas = u64::from(facts.width) * u64::from(facts.height);
    facts.decoding_bytes = match frame {
        Some((width, height)) => canvas * CANVAS_BYTES + u64::from(width) * u64::from(height) * MASKED_BYTES,
        None if extended => canvas * MASKED_BYTES,
        None => canvas * PLAIN_BYTES,
    };
    facts.frame = frame.unwrap_or(facts.frame);
    facts.several_frames = frames > 1;
    facts.has_metadata = has_metadata;
    facts.orientation = exif.map_or(facts.orientation, exif_orientation);
    Ok(facts)
}

/// Kind and content of the next chunk; chunks begin at even places.
fn chunk<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8; 4], &'a [u8])> {
    let kind = cursor.take(4)?.first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(cursor.array()?)).ok()?;
    let data = cursor.take(length)?;
    if length % 2 == 1 {
        // The last one's padding is often left out.
        cursor.take(1);
    }
    Some((kind, data))
}

/// Width and height in the header of the compressed pixels, 14 bits each.
fn frame_size(kind: &[u8; 4], data: &[u8]) -> Option<(u32, u32)> {
    if kind == b"VP8 " {
        let [_, _, _, _, _, _, w1, w2, h1, h2] = *data.first_chunk()?;
        return Some((
            u32::from(u16::from_le_bytes([w1, w2]) & 0x3fff),
            u32::from(u16::from_le_bytes([h1, h2]) & 0x3fff),
        ));
    }
    let [_, b1, b2, b3, b4] = *data.first_chunk()?;
    let bits = u32::from_le_bytes([b1, b2, b3, b4]);
    Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}

fn u24(low: u8, middle: u8, high: u8) -> u32 {
    u32::from_le_bytes([low, middle, high, 0])
}
