//! Opens the first picture of a TIFF, and decides whether its kind can be decoded. The decoding itself is in `decode`.
//!
//! The `tiff` crate interprets only some colors. It is made to return the samples as they are stored: it reads a
//! photometric interpretation that means plain gray.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::rc::Rc;

use tiff::TiffError;
use tiff::decoder::{Decoder, Limits};
use tiff::tags::Tag;

use crate::error::{Format, PictureError};

const PHOTOMETRIC: u16 = 262;
const ICC_PROFILE: u16 = 34675;
const BLACK_IS_ZERO: u8 = 1;

/// The colors of the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colors {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Cmyk,
    YCbCr,
    /// CIE L*a*b* with signed a* and b*.
    Lab,
    /// The same with an offset instead of a sign.
    IccLab,
}

impl Colors {
    fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::WhiteIsZero,
            1 => Self::BlackIsZero,
            2 => Self::Rgb,
            3 => Self::Palette,
            5 => Self::Cmyk,
            6 => Self::YCbCr,
            8 => Self::Lab,
            9 => Self::IccLab,
            _ => return None,
        })
    }

    /// The number of samples without the extra ones.
    pub(crate) fn samples(self) -> usize {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette => 1,
            Self::Rgb | Self::YCbCr | Self::Lab | Self::IccLab => 3,
            Self::Cmyk => 4,
        }
    }
}

/// The meaning of the first extra sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alpha {
    None,
    /// The colors are multiplied with it.
    Associated,
    Unassociated,
}

/// The kinds of faxes that the `tiff` crate does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fax {
    /// Runs without end-of-line codes.
    Runs,
    Group3 {
        two_dimensional: bool,
    },
}

/// How the pixels are stored.
pub(crate) enum Coding {
    /// In a way that the decoder knows.
    Known,
    /// A fax in strips.
    Fax(Fax),
    /// Uncompressed YCbCr with fewer color than brightness values, in strips: one color value for so many columns and
    /// rows.
    Subsampled(usize, usize),
    /// A JPEG file inside the TIFF.
    Jpeg(Range<usize>),
}

/// An opened TIFF.
pub(crate) struct TiffFile<'a> {
    pub(crate) decoder: Decoder<Source<'a>>,
    pub(crate) size: (u32, u32),
    pub(crate) colors: Colors,
    pub(crate) coding: Coding,
    pub(crate) samples: usize,
    pub(crate) bits: u16,
    pub(crate) alpha: Alpha,
    /// Whether the first pixel of a byte is in its lowest bit.
    pub(crate) is_reversed: bool,
}

impl<'a> TiffFile<'a> {
    /// # Errors
    /// [`PictureError::Unsupported`] for a rare kind.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, PictureError> {
        let source = Source { bytes, at: 0, patch: photometric_position(bytes), reverses: Rc::default() };
        let mut decoder = Decoder::new(source).map_err(tiff_error)?;
        let size = decoder.dimensions().map_err(tiff_error)?;
        let number = |decoder: &mut Decoder<Source<'a>>, tag, default: u16| {
            decoder.find_tag_unsigned::<u16>(tag).map(|found| found.unwrap_or(default)).map_err(tiff_error)
        };
        let unsupported = PictureError::Unsupported;
        let colors = photometric(bytes).and_then(Colors::from_number).ok_or(unsupported(Format::TiffColors))?;
        let samples = usize::from(number(&mut decoder, Tag::SamplesPerPixel, 1)?);
        let compression = number(&mut decoder, Tag::Compression, 1)?;
        let numbers = |decoder: &mut Decoder<Source<'a>>, tag| {
            decoder.find_tag_unsigned_vec::<u16>(tag).map(Option::unwrap_or_default).map_err(tiff_error)
        };
        let bits = numbers(&mut decoder, Tag::BitsPerSample)?.first().copied().unwrap_or(1);
        let is_unsigned = numbers(&mut decoder, Tag::SampleFormat)?.iter().all(|&format| matches!(format, 1 | 4));
        let extra = numbers(&mut decoder, Tag::ExtraSamples)?;
        let more = samples.checked_sub(colors.samples()).ok_or(unsupported(Format::TiffColors))?;
        let alpha = match (more, extra.first()) {
            (0, _) => Alpha::None,
            (_, Some(1)) => Alpha::Associated,
            (_, Some(2)) => Alpha::Unassociated,
            // Programs that do not say what the fourth sample is mean alpha.
            _ if colors == Colors::Rgb => Alpha::Unassociated,
            _ => Alpha::None,
        };
        let subsampling = match numbers(&mut decoder, Tag::ChromaSubsampling)?[..] {
            [columns, rows] => (columns, rows),
            _ => (2, 2),
        };
        let is_subsampled = colors == Colors::YCbCr && compression != 7 && subsampling != (1, 1);
        let two_dimensional = number(&mut decoder, Tag::Unknown(292), 0)? & 1 == 1;
        let coding = match compression {
            2 => Coding::Fax(Fax::Runs),
            3 => Coding::Fax(Fax::Group3 { two_dimensional }),
            6 => Coding::Jpeg(embedded_jpeg(&mut decoder, bytes).ok_or(unsupported(Format::TiffOldJpeg))?),
            1 if is_subsampled && matches!(subsampling, (1 | 2 | 4, 1 | 2 | 4)) && samples == 3 => {
                Coding::Subsampled(subsampling.0.into(), subsampling.1.into())
            }
            _ if is_subsampled => return Err(unsupported(Format::TiffCompression)),
            _ => Coding::Known,
        };
        let is_other_ink = colors == Colors::Cmyk && number(&mut decoder, Tag::Unknown(332), 1)? != 1;
        let is_known_depth = match bits {
            1 | 2 | 4 => colors.samples() == 1 && samples == 1,
            8 => true,
            16 => colors != Colors::YCbCr && colors != Colors::Palette,
            _ => false,
        };
        let is_fax = matches!(coding, Coding::Fax(_));
        let is_gray = matches!(colors, Colors::WhiteIsZero | Colors::BlackIsZero);
        let rare = match coding {
            Coding::Jpeg(_) => None,
            // Lab has two signed samples by definition.
            _ if !is_unsigned && colors != Colors::Lab => Some(Format::TiffNumbers),
            _ if is_other_ink || is_fax && !(is_gray && samples == 1) => Some(Format::TiffColors),
            _ if !is_known_depth || is_fax && bits != 1 => Some(Format::TiffDepth),
            _ => None,
        };
        if let Some(rare) = rare {
            return Err(unsupported(rare));
        }
        let is_reversed = number(&mut decoder, Tag::FillOrder, 1)? == 2;
        Ok(Self { decoder, size, colors, coding, samples, bits, alpha, is_reversed })
    }

    /// Limits the memory of the decoder.
    pub(crate) fn limit(self, bytes: u64) -> Self {
        let limit = usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut limits = Limits::default();
        (limits.decoding_buffer_size, limits.intermediate_buffer_size, limits.ifd_value_size) = (limit, limit, limit);
        Self { decoder: self.decoder.with_limits(limits), ..self }
    }

    /// From now on, the bits of all bytes are read in reverse, if the file says so. The tags must have been read before.
    pub(crate) fn begin_pixels(&mut self) {
        self.decoder.inner().reverses.set(self.is_reversed);
    }
}

/// The position of a complete JPEG file, which old-style JPEG compression can have.
fn embedded_jpeg(decoder: &mut Decoder<Source<'_>>, bytes: &[u8]) -> Option<Range<usize>> {
    let mut number = |tag| decoder.find_tag_unsigned::<u32>(Tag::Unknown(tag)).ok()?.map(|number| number as usize);
    let start = number(513)?;
    let end = number(514).and_then(|length| start.checked_add(length)).unwrap_or(bytes.len()).min(bytes.len());
    bytes.get(start..end)?.starts_with(&[0xff, 0xd8, 0xff]).then_some(start..end)
}

/// An entry of the first directory.
struct Entry {
    kind: usize,
    count: usize,
    /// The position of the value or, if it is longer than the field, of its offset.
    field: usize,
    field_length: usize,
}

/// A number of `length` bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let part = bytes.get(at..at.checked_add(length)?)?;
    let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    usize::try_from(if is_big_endian(bytes) { part.iter().fold(0, add) } else { part.iter().rev().fold(0, add) }).ok()
}

/// Finds a tag in the first directory.
fn entry(bytes: &[u8], tag: u16) -> Option<Entry> {
    // BigTIFF has wider numbers.
    let is_wide = number(bytes, 2, 2)? == 43;
    let (offset_at, width, count_length) = if is_wide { (8, 8, 8) } else { (4, 4, 2) };
    let directory = number(bytes, offset_at, width)?;
    let first = directory.checked_add(count_length)?;
    let entry_length = 4 + 2 * width;
    let count = number(bytes, directory, count_length)?.min(0xffff);
    let at =
        (0..count).map(|index| first + index * entry_length).find(|&at| number(bytes, at, 2) == Some(tag.into()))?;
    let count = number(bytes, at + 4, width)?;
    Some(Entry { kind: number(bytes, at + 2, 2)?, count, field: at + 4 + width, field_length: width })
}

/// The color profile. Not read with the decoder, which takes many times the memory.
pub(crate) fn profile(bytes: &[u8]) -> Option<&[u8]> {
    let entry = entry(bytes, ICC_PROFILE)?;
    let is_bytes = matches!(entry.kind, 1 | 7);
    let start = number(bytes, entry.field, entry.field_length)?;
    let profile = bytes.get(start..start.checked_add(entry.count)?)?;
    (is_bytes && entry.count > entry.field_length).then_some(profile)
}

/// The position of the value of the photometric interpretation. Only a 16-bit number: its two bytes come first in both
/// byte orders.
fn photometric_position(bytes: &[u8]) -> Option<usize> {
    entry(bytes, PHOTOMETRIC).filter(|entry| entry.kind == 3).map(|entry| entry.field)
}

fn photometric(bytes: &[u8]) -> Option<u16> {
    let at = photometric_position(bytes)?;
    let value = *bytes.get(at..)?.first_chunk()?;
    Some(if is_big_endian(bytes) { u16::from_be_bytes(value) } else { u16::from_le_bytes(value) })
}

fn is_big_endian(bytes: &[u8]) -> bool {
    bytes.starts_with(b"MM")
}

/// Converts an error of the decoder.
pub(crate) fn tiff_error(error: TiffError) -> PictureError {
    match error {
        // Everything else that is unsupported was found before.
        TiffError::UnsupportedError(_) => PictureError::Unsupported(Format::TiffCompression),
        other => PictureError::Damaged(other.to_string()),
    }
}

/// The file for the decoder, with another photometric interpretation.
pub(crate) struct Source<'a> {
    bytes: &'a [u8],
    at: usize,
    patch: Option<usize>,
    reverses: Rc<Cell<bool>>,
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        if let Some(position) = self.patch {
            let value = if is_big_endian(self.bytes) { [0, BLACK_IS_ZERO] } else { [BLACK_IS_ZERO, 0] };
            for (at, byte) in (position..).zip(value) {
                if (self.at..self.at + count).contains(&at) {
                    into[at - self.at] = byte;
                }
            }
        }
        if self.reverses.get() {
            into[..count].iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        self.at += count;
        Ok(count)
    }
}

impl Seek for Source<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => (self.at as u64).checked_add_signed(by),
            SeekFrom::End(by) => (self.bytes.len() as u64).checked_add_signed(by),
        };
        let target = target.and_then(|at| usize::try_from(at).ok()).ok_or(io::ErrorKind::InvalidInput)?;
        self.at = target;
        Ok(target as u64)
    }
}
