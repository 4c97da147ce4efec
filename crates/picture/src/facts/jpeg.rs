//! The walk through a JPEG file: markers and segments up to the end of the picture. What follows it (a second picture of a
//! stereo or high-dynamic-range file, padding) is of no interest.

use super::{Cursor, Facts, exif_orientation};
use crate::SIDE;
use crate::error::{Format, PictureError};
use crate::sniff::Mime;

/// The most scans of a progressive JPEG. Ordinary ones have about ten; each goes over the whole picture, so that a file
/// of a few thousand empty ones would keep the processor busy for minutes.
const MAX_SCANS: u32 = 64;

/// How the segments of a colour profile begin; a number and a count of them follow (ICC.1, annex B.4).
const PROFILE: &[u8] = b"ICC_PROFILE\0";

/// The frame header (SOF).
struct Frame {
    width: u32,
    height: u32,
    progressive: bool,
    /// Horizontal and vertical sampling factor of each component.
    sampling: Vec<(u64, u64)>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Facts, PictureError> {
    walk(bytes, false).map(|(facts, _)| facts)
}

/// The facts of a file that has come as far as this, where the rest can add nothing to them: all of its pixels come in one
/// scan, which has begun.
pub(super) fn read_beginning(bytes: &[u8]) -> Option<Facts> {
    let (facts, buffered) = walk(bytes, true).ok()?;
    (!buffered).then_some(facts)
}

/// The facts, and whether the coefficients of the whole picture are kept. The walk ends with the file, or before the first
/// pixels.
fn walk(bytes: &[u8], before_pixels: bool) -> Result<(Facts, bool), PictureError> {
    let ends_early = || PictureError::ends_early("a JPEG segment");
    let mut cursor = Cursor::new(bytes);
    let mut frame: Option<Frame> = None;
    let mut scans = 0_u32;
    let mut buffered = false;
    let (mut exif, mut has_metadata) = (None, false);
    let mut profile: Vec<(u8, &[u8])> = Vec::new();
    loop {
        let marker = next_marker(&mut cursor).ok_or_else(|| PictureError::ends_early("the pixels of a JPEG"))?;
        match marker {
            0x01 | 0xd8 => continue,
            0xd9 => break,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(cursor.array().ok_or_else(ends_early)?));
        let payload =
            length.checked_sub(2).ok_or_else(|| PictureError::Damaged("a JPEG segment has no length".into()))?;
        let segment = cursor.take(payload).ok_or_else(ends_early)?;
        match marker {
            // C4, C8 and CC share the range of the frame headers and are none.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                if frame.is_some() {
                    return Err(PictureError::Damaged("a JPEG with two frame headers".into()));
                }
                frame = Some(frame_header(marker, segment)?);
            }
            0xda => {
                let header =
                    frame.as_ref().ok_or_else(|| PictureError::Damaged("JPEG pixels without a header".into()))?;
                scans += 1;
                if scans > MAX_SCANS {
                    return Err(PictureError::Damaged("a JPEG of too many scans".into()));
                }
                // Where the components come in scans of their own, all coefficients are kept until the last is there.
                buffered |=
                    header.progressive || segment.first().map(|n| usize::from(*n)) != Some(header.sampling.len());
                if before_pixels {
                    break;
                }
            }
            0xe1 if segment.starts_with(b"Exif\0\0") => {
                has_metadata = true;
                exif.get_or_insert(segment);
            }
            0xe2 if segment.starts_with(PROFILE) => {
                if let [number, _, part @ ..] = &segment[PROFILE.len()..] {
                    profile.push((*number, part));
                }
            }
            0xe1 if segment.starts_with(b"http://ns.adobe.com/") => has_metadata = true,
            _ => {}
        }
    }
    match frame {
        Some(frame) if scans > 0 => {
            let mut facts = Facts::still(Mime::Jpeg, frame.width, frame.height, decoding_bytes(&frame, buffered));
            facts.has_metadata = has_metadata;
            profile.sort_by_key(|(number, _)| *number);
            facts.profile =
                (!profile.is_empty()).then(|| profile.iter().flat_map(|(_, part)| *part).copied().collect());
            if let Some(block) = exif {
                facts.orientation = exif_orientation(block);
            }
            Ok((facts, buffered))
        }
        _ => Err(PictureError::Damaged("a JPEG without pixels".into())),
    }
}

/// The next marker that is no part of the compressed pixels (FF 00 is a byte of theirs, FF D0 to D7 a restart).
fn next_marker(cursor: &mut Cursor<'_>) -> Option<u8> {
    loop {
        let start = memchr::memchr(0xff, cursor.rest)?;
        cursor.take(start + 1)?;
        while cursor.rest.first() == Some(&0xff) {
            cursor.take(1)?;
        }
        match cursor.u8()? {
            0x00 | 0xd0..=0xd7 => {}
            marker => return Some(marker),
        }
    }
}

fn frame_header(marker: u8, segment: &[u8]) -> Result<Frame, PictureError> {
    let mut cursor = Cursor::new(segment);
    let parsed = (|| {
        let [precision, h1, h2, w1, w2, count] = cursor.array()?;
        let mut sampling = Vec::new();
        for _ in 0..count {
            let [_, factors, _] = cursor.array()?;
            sampling.push((u64::from(factors >> 4), u64::from(factors & 15)));
        }
        Some((precision, u16::from_be_bytes([w1, w2]), u16::from_be_bytes([h1, h2]), sampling))
    })();
    let (precision, width, height, sampling) = parsed.ok_or_else(|| PictureError::ends_early("a JPEG header"))?;
    // A height of 0 is written by scanners that did not know it yet and give it after the pixels.
    if !matches!(marker, 0xc0..=0xc2) || precision != 8 || height == 0 || !matches!(sampling.len(), 1 | 3 | 4) {
        return Err(PictureError::Unsupported(Format::RareJpeg));
    }
    if sampling.iter().any(|(h, v)| !(1..=4).contains(h) || !(1..=4).contains(v)) {
        return Err(PictureError::Damaged("a JPEG with impossible sampling".into()));
    }
    Ok(Frame { width: width.into(), height: height.into(), progressive: marker == 0xc2, sampling })
}

/// The most pixels that are kept: a square is decoded to less than twice its size, and what is larger to an eighth.
const KEPT_PIXELS: u64 = 4 * (SIDE as u64) * (SIDE as u64);

/// The pixels that are kept, the coefficients where all of those are (two bytes each), and some rows.
fn decoding_bytes(frame: &Frame, buffered: bool) -> u64 {
    let (width, height) = (u64::from(frame.width), u64::from(frame.height));
    let channels = frame.sampling.len() as u64;
    let (most_h, most_v) = frame.sampling.iter().fold((1, 1), |(h, v), s| (h.max(s.0), v.max(s.1)));
    let (columns, rows) = (width.div_ceil(8 * most_h), height.div_ceil(8 * most_v));
    let unit: u64 = frame.sampling.iter().map(|(h, v)| h * v * 64 * 2).sum();
    let coefficients = if buffered { columns * rows * unit } else { 0 };
    let kept = (width * height).min(KEPT_PIXELS.max(width.div_ceil(8) * height.div_ceil(8)));
    kept * channels + coefficients + 8 * columns * unit
}
