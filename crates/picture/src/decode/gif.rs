//! Decodes the first frame of a GIF, also if the file ends in it.

use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions};

use super::decoded::{Decoded, Model, Pixels, check_rows};
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;

const CHANNELS: usize = 4;
/// An alpha value that the decoder does not write: it marks pixels that are missing in the file.
const UNWRITTEN: u8 = 1;

pub(super) fn decode(bytes: &[u8], header: &Header, area: Area) -> Result<Decoded, PictureError> {
    let damaged = |error: gif::DecodingError| PictureError::Damaged(error.to_string());
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    // The limits were checked against `header`.
    options.set_memory_limit(gif::MemoryLimit::Unlimited);
    options.allow_unknown_blocks(true);
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(damaged)?;
    let frame = decoder.next_frame_info().map_err(damaged)?;
    let frame = frame.ok_or_else(|| PictureError::Damaged("a GIF without a frame".into()))?;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    let size = (header.width, header.height);
    if left + width > size.0 as usize
        || top + height > size.1 as usize
        || (u32::from(frame.width), u32::from(frame.height)) != header.frame
    {
        return Err(PictureError::contradictory_size());
    }
    let mut pixels = [0, 0, 0, UNWRITTEN].repeat(width * height);
    let read = decoder.read_into_buffer(&mut pixels);
    let mut rows = height;
    if read.is_err() {
        let is_read = |row: &[u8]| row.last() != Some(&UNWRITTEN);
        rows = pixels.chunks_exact(width * CHANNELS).filter(|row| is_read(row)).count();
    }
    // Those whose color is not in the palette, too.
    clear_unwritten(&mut pixels);
    let profile = decoder.icc_profile().map(<[u8]>::to_vec);
    let ends_early = check_rows(rows as u32, height as u32)?;
    let canvas = (size.0 as usize, size.1 as usize);
    let data = if (left, top, (width, height)) == (0, 0, canvas) {
        pixels
    } else {
        on_canvas(canvas, &pixels, (left, top), width)
    };
    Ok(Decoded {
        pixels: Pixels { width: size.0, height: size.1, model: Model::Rgba, data },
        area,
        profile,
        space: None,
        ends_early,
    })
}

fn clear_unwritten(pixels: &mut [u8]) {
    for pixel in pixels.chunks_exact_mut(CHANNELS).filter(|pixel| pixel[CHANNELS - 1] == UNWRITTEN) {
        pixel.fill(0);
    }
}

/// Draws a frame on a transparent canvas. What is outside of the canvas is cut off.
fn on_canvas((columns, rows): (usize, usize), pixels: &[u8], (left, top): (usize, usize), width: usize) -> Vec<u8> {
    let mut data = vec![0; columns * rows * CHANNELS];
    let shown = width.min(columns.saturating_sub(left)) * CHANNELS;
    let rows = data.chunks_exact_mut(columns * CHANNELS).skip(top);
    for (row, pixels) in rows.zip(pixels.chunks_exact(width * CHANNELS)).filter(|_| shown > 0) {
        row[left * CHANNELS..left * CHANNELS + shown].copy_from_slice(&pixels[..shown]);
    }
    data
}
