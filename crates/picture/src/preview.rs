//! Makes the preview of a file: the whole picture, scaled down and upright.

use std::io::Read;

use crate::decode::Decoded;
use crate::error::PictureError;
use crate::frame::{self, Area, preview_scale};
use crate::header::{Header, Scans};
use crate::incoming::IncomingFile;
use crate::output::{Opened, notes};
use crate::scan_end::ScanEnd;
use crate::{color, decode, encode, limits, scale, square};

/// Makes the preview. If the beginning of the file contains the whole header, decodes while the rest is read.
pub(crate) fn open(file: impl Read) -> Result<Opened, PictureError> {
    let mut file = IncomingFile::new(file);
    let beginning = file.beginning(|bytes| limits::read_beginning_within_limits(bytes).is_some())?;
    let Some(header) = limits::read_beginning_within_limits(beginning) else {
        let whole = file.whole()?;
        let header = limits::read_within_limits(whole)?;
        let decoded = decode::decode(whole, &header, whole_area(&header), preview_scale(header.width, header.height))?;
        return finish(decoded, &header);
    };
    if let Some(Scans::One { start, restarts }) = header.scans {
        file.end_with(ScanEnd::new(start, restarts));
    }
    let decoded =
        decode::decode_incoming(&mut file, &header, whole_area(&header), preview_scale(header.width, header.height));
    // Check the whole file before using the result: it can be too long.
    limits::read_within_limits(file.whole()?)?;
    finish(decoded?, &header)
}

fn whole_area(header: &Header) -> Area {
    Area { left: 0.0, top: 0.0, width: header.width.into(), height: header.height.into() }
}

fn finish(mut decoded: Decoded, header: &Header) -> Result<Opened, PictureError> {
    let scale = preview_scale(header.width, header.height);
    let side = |length: u32| (f64::from(length) * scale).round().max(1.0) as u32;
    let pixels = scale::scale(&mut decoded, side(header.width), side(header.height))?;
    let (pixels, conversion) = color::to_srgb(pixels, decoded.profile.as_deref(), decoded.space.or(header.space))?;
    let mut picture = square::to_image(pixels)?;
    picture.apply_orientation(header.orientation);
    let (bytes, mime) = encode::encode_preview(picture)?;
    let (width, height) = frame::upright_size((header.width, header.height), header.orientation);
    Ok(Opened { bytes, mime, width, height, notes: notes(header, &decoded, conversion) })
}
