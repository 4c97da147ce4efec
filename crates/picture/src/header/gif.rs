//! Reads the blocks of a GIF up to the trailer. The file may end in its first frame or later.

use super::cursor::Cursor;
use super::properties::Header;
use crate::error::PictureError;
use crate::sniff::Mime;

/// Bytes per pixel that decoding takes for the canvas (RGBA) and for the first frame (RGBA and a palette index).
const CANVAS_BYTES: u64 = 4;
const FRAME_BYTES: u64 = 4 + 1;

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    let ends_early = || PictureError::ends_early("the first frame of a GIF");
    let mut cursor = Cursor::new(bytes);
    cursor.take(6);
    let [w1, w2, h1, h2, flags, _, _] = cursor.array().ok_or_else(ends_early)?;
    let (width, height) = (u16::from_le_bytes([w1, w2]).into(), u16::from_le_bytes([h1, h2]).into());
    skip_palette(&mut cursor, flags).ok_or_else(ends_early)?;

    let mut header = Header::still_image(Mime::Gif, width, height, 0);
    let mut frames = 0_u32;
    loop {
        let before = cursor.rest;
        let Some(block) = block(&mut cursor) else {
            // A cut off first frame.
            if frames == 0
                && let [0x2c, descriptor @ ..] = before
            {
                frames = descriptor.first_chunk().map_or(0, |descriptor| set_frame(&mut header, descriptor));
            }
            break;
        };
        match block {
            Block::Frame(descriptor) if frames == 0 => frames = set_frame(&mut header, &descriptor),
            Block::Frame(_) => frames = frames.saturating_add(1),
            Block::Xmp => header.has_metadata = true,
            Block::Other => {}
        }
    }
    if frames == 0 {
        return Err(ends_early());
    }
    let pixels = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    header.decoding_bytes = pixels((header.width, header.height)) * CANVAS_BYTES + pixels(header.frame) * FRAME_BYTES;
    header.several_frames = frames > 1;
    Ok(header)
}

/// Sets the size of the first frame. As in browsers, a canvas that is too small for it is enlarged. Returns the number of
/// frames so far.
fn set_frame(header: &mut Header, descriptor: &[u8; 8]) -> u32 {
    let [left, top, width, height] =
        [0, 2, 4, 6].map(|at| u32::from(u16::from_le_bytes([descriptor[at], descriptor[at + 1]])));
    header.frame = (width, height);
    (header.width, header.height) = (header.width.max(left + width), header.height.max(top + height));
    1
}

enum Block {
    /// A frame with its position and size.
    Frame([u8; 8]),
    Xmp,
    Other,
}

/// The next complete block; `None` at the trailer, at the end of the file and at an unknown block.
fn block(cursor: &mut Cursor<'_>) -> Option<Block> {
    match cursor.u8()? {
        0x2c => {
            let descriptor = cursor.array()?;
            let flags = cursor.u8()?;
            skip_palette(cursor, flags)?;
            cursor.u8()?;
            skip_data(cursor)?;
            Some(Block::Frame(descriptor))
        }
        0x21 => {
            let is_xmp = cursor.u8()? == 0xff && cursor.rest.starts_with(b"\x0bXMP DataXMP");
            skip_data(cursor)?;
            Some(if is_xmp { Block::Xmp } else { Block::Other })
        }
        _ => None,
    }
}

fn skip_palette(cursor: &mut Cursor<'_>, flags: u8) -> Option<()> {
    if flags & 0x80 != 0 {
        cursor.take(3 << ((flags & 7) + 1))?;
    }
    Some(())
}

/// Skips length-prefixed sub-blocks up to the empty one.
fn skip_data(cursor: &mut Cursor<'_>) -> Option<()> {
    while let length @ 1.. = cursor.u8()? {
        cursor.take(length.into())?;
    }
    Some(())
}
