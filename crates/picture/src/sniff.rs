//! Detects the format of a file from its content. File names and declared media types are ignored: they are often
//! wrong, sometimes on purpose.

use serde::{Deserialize, Serialize};

use crate::error::{Format, PictureError};

/// A supported format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mime {
    /// JPEG.
    Jpeg,
    /// PNG, including animated PNG.
    Png,
    /// WebP.
    WebP,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF.
    Tiff,
    /// HEIC or AVIF.
    Heif,
}

impl Mime {
    /// The media type, such as `image/png`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Heif => "image/heif",
        }
    }
}

/// Detects the format from the first bytes. `None` if the format is not supported.
pub fn sniff(bytes: &[u8]) -> Option<Mime> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some(Mime::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Mime::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Mime::WebP),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Mime::Gif),
        [b'I', b'I', b'*' | b'+', 0, ..] | [b'M', b'M', 0, b'*' | b'+', ..] => Some(Mime::Tiff),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_heif_brand(brand.first_chunk()?) => Some(Mime::Heif),
        // Also check the length of the next header, because a text can begin with BM.
        [b'B', b'M', _, _, _, _, _, _, _, _, _, _, _, _, 12..=124, 0, 0, 0, ..] => Some(Mime::Bmp),
        _ => None,
    }
}

fn is_heif_brand(brand: &[u8; 4]) -> bool {
    let brands = [b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1"];
    brands.contains(&brand)
}

/// Whether a [`Mime::Heif`] is a HEIC or an AVIF, by its brands. `mif1` and `msf1` only mean "HEIF-based image".
pub(crate) fn heif_format(bytes: &[u8]) -> Format {
    let brands = bytes.get(8..bytes.len().min(64)).unwrap_or_default();
    let is_avif = brands.chunks_exact(4).any(|brand| matches!(brand, b"avif" | b"avis"));
    if is_avif { Format::Avif } else { Format::Heic }
}

/// Number of bytes that are checked to detect a text.
const TEXT_WINDOW: usize = 4096;

/// The most specific error for bytes that [`sniff`] does not recognize.
pub(crate) fn explain_unknown(bytes: &[u8]) -> PictureError {
    let format = match bytes {
        [_, _, _, _, b'f', b't', b'y', b'p', b'c', b'r', b'x', b' ', ..] => Some(Format::CameraRaw),
        // Fujifilm, Olympus, Panasonic and older Canon cameras. Other raw files are based on TIFF.
        [b'F', b'U', b'J', b'I', b'F', b'I', b'L', b'M', b'C', b'C', b'D', b'-', b'R', b'A', b'W', ..]
        | [b'I', b'I', b'R', b'O' | b'S', ..]
        | [b'M', b'M', b'O', b'R', ..]
        | [b'I', b'I', b'U', 0, ..]
        | [b'I', b'I', 0x1a, 0, 0, 0, b'H', b'E', b'A', b'P', ..] => Some(Format::CameraRaw),
        [b'8', b'B', b'P', b'S', 0, 1 | 2, ..] => Some(Format::Psd),
        [0, 0, 0, 0x0c, b'j', b'P', b' ', b' ', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => Some(Format::Jpeg2000),
        [0xff, 0x0a, ..] | [0, 0, 0, 0x0c, b'J', b'X', b'L', b' ', ..] => Some(Format::JpegXl),
        [0, 0, 1, 0, 1..=64, 0, ..] => Some(Format::Ico),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(Format::Pdf),
        _ => None,
    };
    match (format, text_start(bytes)) {
        (Some(format), _) => PictureError::Unsupported(format),
        (None, Some(text)) if is_svg(&text) => PictureError::Unsupported(Format::Svg),
        (None, Some(_)) => PictureError::Text,
        (None, None) => PictureError::NotAPicture,
    }
}

/// The first characters in lower case, if the bytes are text in UTF-8 or UTF-16.
fn text_start(bytes: &[u8]) -> Option<String> {
    let window = &bytes[..bytes.len().min(TEXT_WINDOW)];
    let text = match window {
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => valid_utf8_prefix(rest)?.to_owned(),
        rest => valid_utf8_prefix(rest)?.to_owned(),
    };
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    (!text.is_empty() && !text.contains(is_control)).then(|| text.to_ascii_lowercase())
}

/// The window as UTF-8, without a character that the end of the window cuts off.
fn valid_utf8_prefix(window: &[u8]) -> Option<&str> {
    match str::from_utf8(window) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => str::from_utf8(&window[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

fn decode_utf16(bytes: &[u8], from_bytes: fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| from_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).ok()
}

/// Whether the root element is `svg`. An HTML page that contains an SVG counts as text.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        let after_prolog = if rest.starts_with("<?") {
            rest.split_once("?>")
        } else if rest.starts_with("<!--") {
            rest.split_once("-->")
        } else if rest.starts_with("<!doctype svg") {
            return true;
        } else {
            None
        };
        match after_prolog {
            Some((_, after)) => rest = after.trim_start(),
            None => {
                return rest.starts_with("<svg")
                    || rest.split('<').nth(1).is_some_and(|tag| tag.starts_with("svg:svg"));
            }
        }
    }
}
