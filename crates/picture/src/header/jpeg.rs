//! Reads the markers and segments of a JPEG up to its only scan, or up to the end of the image if it has several.
//! Ignores the bytes after it (padding, or a second image in stereo and HDR files). Pixels may be missing.

use super::cursor::Cursor;
use super::exif::{exif_orientation, exif_tells};
use super::properties::{Header, Scans};
use crate::error::{Format, PictureError};
use crate::frame::SIDE;
use crate::sniff::Mime;

/// Maximum number of scans of a JPEG, and of pixels in all scans together. Ordinary progressive files have about ten
/// scans. The decoder processes the whole picture for each one: a small file with thousands of empty scans would take
/// minutes.
const MAX_SCANS: u32 = 10_000;
const MAX_SCAN_PIXELS: u64 = 6_400_000_000;

/// The beginning of a segment with a part of the color profile. The part's number and the count of parts follow
/// (ICC.1, annex B.4).
const ICC_PREFIX: &[u8] = b"ICC_PROFILE\0";

/// The frame header (SOF).
struct Frame {
    width: u32,
    height: u32,
    progressive: bool,
    /// Arithmetic coding, in which the last bytes may be left out.
    arithmetic: bool,
    /// Horizontal and vertical sampling factor of each component.
    sampling: Vec<(u64, u64)>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    parse(bytes, false).map(|(header, _)| header)
}

/// Reads the header from the beginning of a file. `None` if the beginning ends before the first scan, or if the file
/// can have several scans: more segments can follow between them, and their number is limited ([`MAX_SCANS`]).
pub(super) fn read_beginning(bytes: &[u8]) -> Option<Header> {
    let (header, buffered) = parse(bytes, true).ok()?;
    (!buffered).then_some(header)
}

/// Returns the header and whether the decoder must buffer the coefficients of the whole picture. With
/// `before_pixels`, stops at the first scan in any case.
fn parse(bytes: &[u8], before_pixels: bool) -> Result<(Header, bool), PictureError> {
    let ends_early = || PictureError::ends_early("a JPEG segment");
    let mut cursor = Cursor::new(bytes);
    let mut frame: Option<Frame> = None;
    let mut scans = 0_u32;
    let mut buffered = false;
    let mut restarts = false;
    // The end of the usable bytes of a file with several scans.
    let mut end = bytes.len();
    let mut doubtful = false;
    let (mut exif, mut has_metadata) = (None, false);
    let mut profile: Vec<(u8, &[u8])> = Vec::new();
    loop {
        let Some(marker) = next_marker(&mut cursor) else {
            if scans == 0 {
                return Err(PictureError::ends_early("the header of a JPEG"));
            }
            end = bytes.len() - bytes.iter().rev().take_while(|&&byte| byte == 0).count();
            break;
        };
        let marker_start = bytes.len() - cursor.rest.len() - 2;
        match marker {
            0x01 | 0xd8 => continue,
            0xd9 => {
                doubtful = image_goes_on(cursor.rest);
                break;
            }
            // The decoder would refuse the whole file.
            0x02..=0xbf if scans > 0 => {
                end = marker_start;
                break;
            }
            _ => {}
        }
        let Some(segment) = segment(&mut cursor) else {
            if scans == 0 {
                return Err(ends_early());
            }
            end = marker_start;
            break;
        };
        match marker {
            // The restart interval.
            0xdd => restarts = segment.iter().any(|&byte| byte != 0),
            // C4 (DHT), C8 (reserved) and CC (DAC) are in this range, but are not frame headers.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                if frame.is_some() {
                    return Err(PictureError::Damaged("a JPEG with two frame headers".into()));
                }
                frame = Some(frame_header(marker, segment)?);
            }
            0xda => {
                let frame =
                    frame.as_ref().ok_or_else(|| PictureError::Damaged("JPEG pixels without a header".into()))?;
                scans += 1;
                let pixels = u64::from(frame.width) * u64::from(frame.height);
                if scans > MAX_SCANS || u64::from(scans) * pixels > MAX_SCAN_PIXELS {
                    return Err(PictureError::TooSlow);
                }
                // With components in separate scans, the decoder buffers all coefficients until the last scan.
                buffered |= frame.arithmetic
                    || frame.progressive
                    || segment.first().map(|n| usize::from(*n)) != Some(frame.sampling.len());
                if before_pixels || !buffered {
                    break;
                }
            }
            0xe1 if segment.starts_with(b"Exif\0\0") => {
                has_metadata |= exif_tells(segment);
                exif.get_or_insert(segment);
            }
            0xe2 if segment.starts_with(ICC_PREFIX) => {
                if let [number, _, part @ ..] = &segment[ICC_PREFIX.len()..] {
                    profile.push((*number, part));
                }
            }
            0xe1 if segment.starts_with(b"http://ns.adobe.com/") => has_metadata = true,
            _ => {}
        }
    }
    match frame {
        Some(frame) if scans > 0 => {
            let mut header =
                Header::still_image(Mime::Jpeg, frame.width, frame.height, decoding_bytes(&frame, buffered));
            header.has_metadata = has_metadata;
            let start = bytes.len() - cursor.rest.len();
            header.scans =
                Some(if buffered { Scans::Several { end, doubtful } } else { Scans::One { start, restarts } });
            profile.sort_by_key(|(number, _)| *number);
            header.profile =
                (!profile.is_empty()).then(|| profile.iter().flat_map(|(_, part)| *part).copied().collect());
            if let Some(block) = exif {
                header.orientation = exif_orientation(block);
            }
            Ok((header, buffered))
        }
        _ => Err(PictureError::Damaged("a JPEG without pixels".into())),
    }
}

/// The content of the next segment, without its length. `None` if it is cut off or has no length.
fn segment<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let length = usize::from(u16::from_be_bytes(cursor.array()?));
    cursor.take(length.checked_sub(2)?)
}

/// Whether another scan or a second end follows after the end of the image. A second image begins with its own start.
fn image_goes_on(rest: &[u8]) -> bool {
    let mut cursor = Cursor::new(rest);
    std::iter::from_fn(|| next_marker(&mut cursor))
        .find(|marker| matches!(marker, 0xd8..=0xda))
        .is_some_and(|marker| marker != 0xd8)
}

/// The next marker that is not part of the compressed pixels. In these, FF 00 is an escaped byte, and FF D0 to FF D7
/// are restart markers.
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
    // Some scanners write a height of 0 and define it after the pixels (DNL).
    if !matches!(marker, 0xc0..=0xc2 | 0xc9 | 0xca)
        || precision != 8
        || height == 0
        || !matches!(sampling.len(), 1 | 3 | 4)
    {
        return Err(PictureError::Unsupported(Format::RareJpeg));
    }
    if sampling.iter().any(|(h, v)| !(1..=4).contains(h) || !(1..=4).contains(v)) {
        return Err(PictureError::Damaged("a JPEG with impossible sampling".into()));
    }
    Ok(Frame {
        width: width.into(),
        height: height.into(),
        progressive: matches!(marker, 0xc2 | 0xca),
        arithmetic: marker >= 0xc9,
        sampling,
    })
}

/// Maximum number of decoded pixels, except for pictures that exceed it even at an eighth of their size: the scale is
/// chosen so that a side of the square has fewer than `2 * SIDE` pixels.
const MAX_KEPT_PIXELS: u64 = 4 * (SIDE as u64) * (SIDE as u64);

/// The memory for the decoded pixels, for buffered coefficients (two bytes each) and for some rows.
fn decoding_bytes(frame: &Frame, buffered: bool) -> u64 {
    let (width, height) = (u64::from(frame.width), u64::from(frame.height));
    let channels = frame.sampling.len() as u64;
    let (max_h, max_v) = frame.sampling.iter().fold((1, 1), |(h, v), s| (h.max(s.0), v.max(s.1)));
    let (columns, rows) = (width.div_ceil(8 * max_h), height.div_ceil(8 * max_v));
    let mcu_bytes: u64 = frame.sampling.iter().map(|(h, v)| h * v * 64 * 2).sum();
    let coefficients = if buffered { columns * rows * mcu_bytes } else { 0 };
    let kept = (width * height).min(MAX_KEPT_PIXELS.max(width.div_ceil(8) * height.div_ceil(8)));
    kept * channels + coefficients + 8 * columns * mcu_bytes
}
