//! Decodes an area of the first frame of a file to pixels with eight bits per channel.

mod decoded;
mod jpeg;
mod others;

use std::io::BufRead;

use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;
use crate::sniff::Mime;

pub(crate) use decoded::{Decoded, Model, Pixels};

/// Decodes an area of the first frame. The caller has checked `header` against the limits. The result can be smaller
/// than the area in the file, but its sides are at least `scale` times as long (for `scale` up to 1).
pub(crate) fn decode(bytes: &[u8], header: &Header, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    match header.mime {
        Mime::Jpeg => jpeg::decode(bytes, header, area, scale),
        _ => others::decode(bytes, header, area),
    }
}

/// Like [`decode`], for a JPEG that is still being read.
pub(crate) fn decode_incoming(
    file: impl BufRead,
    header: &Header,
    area: Area,
    scale: f64,
) -> Result<Decoded, PictureError> {
    jpeg::decode(file, header, area, scale)
}
