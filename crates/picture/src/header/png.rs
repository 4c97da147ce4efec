//! Reads the chunks of a PNG. The last one may be cut off.

use super::cursor::Cursor;
use super::exif::{exif_orientation, exif_tells};
use super::properties::Header;
use crate::color_space::ColorSpace;
use crate::error::PictureError;
use crate::sniff::Mime;

/// Memory for inflating and unfiltering, in addition to the pixels: some rows of at most 240 KB each.
const DECOMPRESSION_BYTES: u64 = 2_000_000;

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(8);
    let ihdr = match chunk(&mut cursor) {
        Some((b"IHDR", data)) => data,
        Some(_) => return Err(PictureError::Damaged("a PNG without a header".into())),
        None => return Err(PictureError::ends_early("the header of a PNG")),
    };
    let Ok([w1, w2, w3, w4, h1, h2, h3, h4, depth, color, ..]) = <[u8; 13]>::try_from(ihdr) else {
        return Err(PictureError::Damaged("a PNG header of the wrong length".into()));
    };
    let (width, height) = (u32::from_be_bytes([w1, w2, w3, w4]), u32::from_be_bytes([h1, h2, h3, h4]));
    let mut header = Header::still_image(Mime::Png, width, height, 0);
    let (mut has_pixels, mut has_transparency) = (false, false);
    let mut colors = Colors::default();
    loop {
        let Some((kind, data)) = chunk(&mut cursor) else {
            has_pixels |= cursor.rest.get(4..8) == Some(b"IDAT");
            if !has_pixels {
                return Err(PictureError::ends_early("a PNG chunk"));
            }
            break;
        };
        match kind {
            b"IDAT" => has_pixels = true,
            b"tRNS" => has_transparency = true,
            b"cICP" => colors.coded = Some(data),
            b"iCCP" | b"sRGB" => colors.is_known = true,
            b"gAMA" => colors.gamma = data.first_chunk().copied().map(u32::from_be_bytes),
            b"cHRM" => colors.chromaticities = chromaticities(data),
            b"acTL" => header.several_frames = data.first_chunk().is_some_and(|count| u32::from_be_bytes(*count) > 1),
            b"eXIf" => {
                header.has_metadata |= exif_tells(data);
                header.orientation = exif_orientation(data);
            }
            b"iTXt" if data.starts_with(b"XML:com.adobe.xmp\0") => header.has_metadata = true,
            b"tEXt" | b"zTXt" if is_raw_profile(data) => header.has_metadata = true,
            b"IEND" => break,
            _ => {}
        }
    }
    if !has_pixels {
        return Err(PictureError::Damaged("a PNG without pixels".into()));
    }
    header.space = colors.space();
    let channels = match (color, has_transparency) {
        (0, false) => 1,
        (0, true) | (4, _) => 2,
        (2 | 3, false) => 3,
        _ => 4,
    };
    let sample = if depth == 16 { 2 } else { 1 };
    // Saturate: false sizes can overflow 64 bits. `limits` refuses such sizes.
    let pixels = (u64::from(width) * u64::from(height)).saturating_mul(channels * sample);
    header.decoding_bytes = pixels.saturating_add(DECOMPRESSION_BYTES);
    Ok(header)
}

/// The chunks about the color space.
#[derive(Default)]
struct Colors<'a> {
    coded: Option<&'a [u8]>,
    /// Whether there is a profile, or the colors are sRGB.
    is_known: bool,
    gamma: Option<u32>,
    chromaticities: Option<[u32; 8]>,
}

impl Colors<'_> {
    /// The color space, if it is not that of a profile and not sRGB. The coded one comes first, then the profile and sRGB.
    fn space(&self) -> Option<ColorSpace> {
        match self.coded {
            Some(coded) => ColorSpace::coded(coded),
            None if self.is_known => None,
            None => ColorSpace::measured(self.gamma, self.chromaticities),
        }
    }
}

fn chromaticities(data: &[u8]) -> Option<[u32; 8]> {
    let numbers: Vec<u32> = data.as_chunks().0.iter().copied().map(u32::from_be_bytes).collect();
    numbers.try_into().ok()
}

/// Type and content of the next chunk. Without it, the cursor does not move. The decoder checks the checksum.
fn chunk<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8; 4], &'a [u8])> {
    let mut next = Cursor::new(cursor.rest);
    let length = usize::try_from(u32::from_be_bytes(next.array()?)).ok()?;
    let kind = next.take(4)?.first_chunk()?;
    let data = next.take(length)?;
    next.take(4)?;
    *cursor = next;
    Some((kind, data))
}

/// Whether a text chunk contains EXIF or XMP data in hexadecimal, as older programs write it.
fn is_raw_profile(text: &[u8]) -> bool {
    ["exif", "app1", "xmp"].iter().any(|name| {
        text.strip_prefix(b"Raw profile type ")
            .is_some_and(|rest| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())))
    })
}
