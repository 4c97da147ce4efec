//! Reads the headers of a BMP with the decoder of the `image` crate, which decodes no pixels at that point. Also tells
//! where the pixels are, and corrects headers that the decoder does not know.

use std::io;
use std::ops::Range;

use image::ImageDecoder;
use image::codecs::bmp::BmpDecoder;

use super::properties::Header;
use crate::error::{Format, PictureError};
use crate::sniff::Mime;

/// Length of the file header, and the value that marks the short (core) bitmap header after it.
const FILE_HEADER: usize = 14;
const SHORT_HEADER: u32 = 12;
/// The values of the compression field for uncompressed pixels: BI_RGB and BI_BITFIELDS.
const UNCOMPRESSED: [u32; 2] = [0, 3];

/// BI_RLE8 and BI_RLE4, with the bits per pixel that they are for.
const RUN_LENGTHS: [(u32, u32); 2] = [(1, 8), (2, 4)];

/// The length of the second OS/2 header, complete and in its shortest form, and that of the Windows header with the same
/// fields.
const OS2_HEADER: u32 = 64;
const OS2_SHORT_HEADER: u32 = 16;
const WINDOWS_HEADER: u32 = 40;

/// The file with a header that the decoder reads correctly, if it has another one: the second OS/2 header, or one that
/// says that the pixels begin where the palette does. `None` for other headers, and for the kinds of compression that
/// only OS/2 has.
pub(crate) fn corrected(bytes: &[u8]) -> Option<Vec<u8>> {
    with_windows_header(bytes).or_else(|| with_start_after_palette(bytes))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn with_windows_header(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = number(bytes, FILE_HEADER)?;
    let end = FILE_HEADER + usize::try_from(length).ok()?;
    let fields = match length {
        OS2_HEADER => bytes.get(FILE_HEADER + 4..FILE_HEADER + WINDOWS_HEADER as usize)?,
        OS2_SHORT_HEADER => bytes.get(FILE_HEADER + 4..end)?,
        _ => return None,
    };
    // Compression: none, RLE8 or RLE4. The following numbers mean something else than in Windows.
    if length == OS2_HEADER && number(bytes, FILE_HEADER + 16)? > 2 {
        return None;
    }
    let start = number(bytes, 10)?.checked_sub(length)?.checked_add(WINDOWS_HEADER)?;
    let mut file = [bytes.get(..10)?, &start.to_le_bytes(), &WINDOWS_HEADER.to_le_bytes(), fields].concat();
    file.resize(FILE_HEADER + WINDOWS_HEADER as usize, 0);
    file.extend_from_slice(bytes.get(end..)?);
    Some(file)
}

/// Some programs do not count the palette.
fn with_start_after_palette(bytes: &[u8]) -> Option<Vec<u8>> {
    let palette = Layout::read(bytes)?.palette;
    if palette.is_empty() || number(bytes, 10)? as usize != palette.start {
        return None;
    }
    let mut file = bytes.to_vec();
    file.get_mut(10..14)?.copy_from_slice(&u32::try_from(palette.end).ok()?.to_le_bytes());
    Some(file)
}

/// How the pixels are stored in a file with a Windows header, or with the short one of OS/2.
pub(crate) struct Layout {
    /// The position of the pixels.
    pub(crate) start: usize,
    pub(crate) bits: u32,
    /// The value of the compression field.
    pub(crate) compression: u32,
    pub(crate) is_top_down: bool,
    /// The position of the palette, which is empty for the short header.
    pub(crate) palette: Range<usize>,
}

impl Layout {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let length = number(bytes, FILE_HEADER)?;
        let is_short = length == SHORT_HEADER;
        // The upper half is the number of bits per pixel, the lower half the number of planes.
        let bits = number(bytes, FILE_HEADER + if is_short { 8 } else { 12 })? >> 16;
        let compression = if is_short { 0 } else { number(bytes, FILE_HEADER + 16)? };
        let colors = match (bits, is_short) {
            (1..=8, false) => match number(bytes, FILE_HEADER + 32)? {
                0 => 1 << bits,
                colors => colors.min(1 << bits),
            },
            _ => 0,
        };
        let palette = FILE_HEADER + usize::try_from(length).ok()?;
        Some(Self {
            start: usize::try_from(number(bytes, 10)?).ok()?,
            bits,
            compression,
            is_top_down: !is_short && number(bytes, FILE_HEADER + 8)?.cast_signed() < 0,
            palette: palette..palette.checked_add(4 * colors as usize)?,
        })
    }

    pub(crate) fn is_run_length_encoded(&self) -> bool {
        RUN_LENGTHS.contains(&(self.compression, self.bits))
    }

    /// Bytes per row of an uncompressed file, or `None` for a compressed one. Rows are padded to a multiple of four.
    pub(crate) fn row_length(&self, width: u32) -> Option<u64> {
        let row = (u64::from(width) * u64::from(self.bits)).div_ceil(32) * 4;
        UNCOMPRESSED.contains(&self.compression).then_some(row)
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    let Some(file) = corrected(bytes) else { return read_windows(bytes) };
    let mut header = read_windows(&file)?;
    header.decoding_bytes += file.len() as u64;
    Ok(header)
}

fn read_windows(bytes: &[u8]) -> Result<Header, PictureError> {
    let decoder =
        BmpDecoder::new(io::Cursor::new(bytes)).map_err(|error| PictureError::from_image_error(error, Format::Bmp))?;
    let (width, height) = decoder.dimensions();
    let mut header = Header::still_image(Mime::Bmp, width, height, decoder.total_bytes());
    if let Some(layout) = Layout::read(bytes) {
        // A complete, uncompressed copy of the file.
        let copy = match layout.row_length(width) {
            Some(row) => layout.start as u64 + row * u64::from(height),
            None => u64::from(width.next_multiple_of(4)) * u64::from(height),
        };
        if copy > bytes.len() as u64 || layout.is_run_length_encoded() {
            header.decoding_bytes += copy;
        }
    }
    Ok(header)
}
