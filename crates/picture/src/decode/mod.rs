//! Decodes an area of the first frame of a file to pixels with eight bits per channel.

#[cfg_attr(not(feature = "video"), path = "no_av1.rs")]
mod av1;
mod bmp;
mod decoded;
mod fax;
mod gif;
mod heif;
mod heif_parts;
#[cfg_attr(not(feature = "video"), path = "no_hevc.rs")]
mod hevc;
mod jpeg;
mod jpeg_source;
mod others;
mod planes;
mod png;
mod tiff;
mod tiff_colors;
mod tiff_samples;

use std::io::BufRead;

use self::jpeg_source::JpegSource;
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;
use crate::sniff::Mime;

pub(crate) use decoded::{Decoded, Model, Pixels};
pub(crate) use tiff_colors::unmultiply;

/// Decodes an area of the first frame. The caller has checked `header` against the limits. The result can be smaller
/// than the area in the file, but its sides are at least `scale` times as long (for `scale` up to 1).
pub(crate) fn decode(bytes: &[u8], header: &Header, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    match header.mime {
        Mime::Jpeg => jpeg::decode_whole(bytes, header, area, scale),
        Mime::Tiff => tiff::decode(bytes, header, area, scale),
        Mime::Heif => heif::decode(bytes, header, area, scale),
        Mime::Gif => gif::decode(bytes, header, area),
        Mime::Bmp => bmp::decode(bytes, header, area),
        Mime::Png => others::decode(bytes, header, area).or_else(|_| png::decode_rows(bytes, header, area)),
        _ => others::decode(bytes, header, area),
    }
}

/// Like [`decode`], for a JPEG with one scan that is still being read. `file` ends with that scan.
pub(crate) fn decode_incoming(
    file: impl BufRead,
    header: &Header,
    area: Area,
    scale: f64,
) -> Result<Decoded, PictureError> {
    jpeg::decode(JpegSource::new(file, true), header, area, scale)
}
