//! Decodes JPEG. Decodes at an eighth, a quarter or half of the size if possible, which skips most of the work, and
//! stores only the pixels of the area. A large photo is therefore never in memory as a whole.

use std::io::BufRead;

use mozjpeg::{ColorSpace, Decompress};

use super::decoded::{Decoded, MISSING, Model, Pixels, check_rows};
use super::jpeg_source::JpegSource;
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::{Header, Scans};
use crate::scan_end::ScanEnd;

/// The scales that the decoder supports and that are fast, in eighths.
const EIGHTHS: [u8; 4] = [1, 2, 4, 8];

/// Decodes a file that is in memory.
pub(super) fn decode_whole(bytes: &[u8], header: &Header, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    let (end, one_scan) = match header.scans {
        Some(Scans::One { start, restarts }) => (ScanEnd::new(start, restarts).advance(bytes, true), true),
        Some(Scans::Several { end, .. }) => (end, false),
        None => (bytes.len(), false),
    };
    decode(JpegSource::new(&bytes[..end], one_scan), header, area, scale)
}

pub(super) fn decode(
    file: JpegSource<impl BufRead>,
    header: &Header,
    area: Area,
    scale: f64,
) -> Result<Decoded, PictureError> {
    let ran_out = file.ran_out();
    let doubtful = matches!(header.scans, Some(Scans::Several { doubtful: true, .. }));
    let damaged = |error: std::io::Error| PictureError::Damaged(error.to_string());
    let mut decoder = Decompress::builder().from_reader(file).map_err(damaged)?;
    if decoder.size() != (header.width as usize, header.height as usize) {
        return Err(PictureError::contradictory_size());
    }
    let eighths = EIGHTHS.into_iter().find(|&eighths| f64::from(eighths) / 8.0 >= scale).unwrap_or(8);
    decoder.scale(eighths);
    let (space, model) = match decoder.color_space() {
        ColorSpace::JCS_GRAYSCALE => (ColorSpace::JCS_GRAYSCALE, Model::Gray),
        ColorSpace::JCS_CMYK | ColorSpace::JCS_YCCK => (ColorSpace::JCS_CMYK, Model::Cmyk),
        _ => (ColorSpace::JCS_RGB, Model::Rgb),
    };
    let mut rows = decoder.to_colorspace(space).map_err(damaged)?;
    let (width, height) = (rows.width(), rows.height());
    let shrunk = f64::from(eighths) / 8.0;
    let (left, right) = span(area.left * shrunk, area.width * shrunk, width);
    let (top, bottom) = span(area.top * shrunk, area.height * shrunk, height);
    let channels = model.channels();
    let mut row = vec![0_u8; width * channels];
    let mut data = Vec::with_capacity((right - left) * (bottom - top) * channels);
    let mut rows_there = 0;
    for at in 0..bottom {
        rows.read_scanlines_into(&mut row).map_err(damaged)?;
        if !(doubtful || ran_out.get()) || !is_missing(&row) {
            rows_there = at + 1;
        }
        if at >= top {
            data.extend_from_slice(&row[left * channels..right * channels]);
        }
    }
    let size = |length: usize| u32::try_from(length).map_err(|_| PictureError::contradictory_size());
    let pixels = Pixels { width: size(right - left)?, height: size(bottom - top)?, model, data };
    let area = Area {
        left: (area.left * shrunk - left as f64).max(0.0),
        top: (area.top * shrunk - top as f64).max(0.0),
        width: (area.width * shrunk).min((right - left) as f64),
        height: (area.height * shrunk).min((bottom - top) as f64),
    };
    let ends_early = ran_out.get() || rows_there < bottom;
    if ends_early {
        check_rows(size(rows_there)?, size(height)?)?;
    }
    Ok(Decoded { pixels, area, profile: header.profile.clone(), space: None, ends_early })
}

/// Whether the decoder has filled a row for want of data. The inks of CMYK can differ by one.
fn is_missing(row: &[u8]) -> bool {
    row.iter().all(|value| value.abs_diff(MISSING) <= 1)
}

/// The range of whole pixels that covers `length` from `start`, within `0..limit`.
fn span(start: f64, length: f64, limit: usize) -> (usize, usize) {
    let first = (start.floor().max(0.0) as usize).min(limit - 1);
    (first, ((start + length).ceil() as usize).clamp(first + 1, limit))
}
