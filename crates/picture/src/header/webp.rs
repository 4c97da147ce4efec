//! Reads the chunks of the RIFF container of a WebP.

use super::cursor::Cursor;
use super::exif::{exif_orientation, exif_tells};
use super::properties::Header;
use crate::error::PictureError;
use crate::sniff::Mime;

/// Peak memory of the image-webp decoder in bytes per pixel. Without alpha: the output and either the lossless RGBA
/// picture or the YUV planes of a lossy one.
const PLAIN_BYTES: u64 = 3 + 4;
/// With alpha: the output, the planes, and the alpha mask three times (as RGBA, as its green channel, as alpha).
const ALPHA_BYTES: u64 = 4 + 2 + 6;
/// For an animation: the output and the canvas. The frame takes [`ALPHA_BYTES`] in addition.
const CANVAS_BYTES: u64 = 4 + 4;

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    let ends_early = || PictureError::ends_early("a WebP chunk");
    let mut outer = Cursor::new(bytes);
    let [_, _, _, _, s1, s2, s3, s4] = outer.array().ok_or_else(ends_early)?;
    let length = usize::try_from(u32::from_le_bytes([s1, s2, s3, s4])).map_err(|_| ends_early())?;
    let mut cursor = Cursor::new(outer.take(length).ok_or_else(ends_early)?);
    cursor.take(4);

    let mut header: Option<Header> = None;
    let (mut extended, mut frames, mut has_metadata, mut has_pixels) = (false, 0_u32, false, false);
    let (mut frame, mut exif) = (None, None);
    while !cursor.rest.is_empty() {
        let (kind, data) = chunk(&mut cursor).ok_or_else(ends_early)?;
        match kind {
            b"VP8X" if header.is_none() => {
                let [_, _, _, _, w1, w2, w3, h1, h2, h3] = *data.first_chunk().ok_or_else(ends_early)?;
                extended = true;
                header = Some(Header::still_image(Mime::WebP, u24(w1, w2, w3) + 1, u24(h1, h2, h3) + 1, 0));
            }
            b"VP8 " | b"VP8L" => {
                has_pixels = true;
                let (width, height) = frame_size(kind, data).ok_or_else(ends_early)?;
                header.get_or_insert_with(|| Header::still_image(Mime::WebP, width, height, 0));
            }
            b"ANMF" => {
                frames = frames.saturating_add(1);
                let [_, _, _, _, _, _, w1, w2, w3, h1, h2, h3] = *data.first_chunk().ok_or_else(ends_early)?;
                frame.get_or_insert((u24(w1, w2, w3) + 1, u24(h1, h2, h3) + 1));
            }
            b"EXIF" => {
                has_metadata |= exif_tells(data);
                exif.get_or_insert(data);
            }
            b"XMP " => has_metadata = true,
            _ => {}
        }
    }
    let mut header = header
        .filter(|_| has_pixels || frame.is_some())
        .ok_or_else(|| PictureError::Damaged("a WebP without pixels".into()))?;
    let canvas = u64::from(header.width) * u64::from(header.height);
    header.decoding_bytes = match frame {
        Some((width, height)) => canvas * CANVAS_BYTES + u64::from(width) * u64::from(height) * ALPHA_BYTES,
        None if extended => canvas * ALPHA_BYTES,
        None => canvas * PLAIN_BYTES,
    };
    header.frame = frame.unwrap_or(header.frame);
    header.several_frames = frames > 1;
    header.has_metadata = has_metadata;
    header.orientation = exif.map_or(header.orientation, exif_orientation);
    Ok(header)
}

/// Type and content of the next chunk. Chunks begin at even offsets.
fn chunk<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8; 4], &'a [u8])> {
    let kind = cursor.take(4)?.first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(cursor.array()?)).ok()?;
    let data = cursor.take(length)?;
    if length % 2 == 1 {
        // The last chunk often has no padding.
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
