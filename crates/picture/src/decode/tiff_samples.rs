//! Reads the samples of a TIFF, strip by strip or tile by tile. Damaged ones, and those after the end of the file, are
//! left out.

use tiff::TiffError;
use tiff::decoder::DecodingResult;
use tiff::tags::Tag;

use super::decoded::check_rows;
use super::fax;
use crate::error::PictureError;
use crate::tiff_file::{Coding, Colors, TiffFile, tiff_error};

/// A rectangle of pixels.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Samples with eight bits each, pixel by pixel. Those with fewer bits keep their value.
pub(super) struct Samples {
    pub(super) data: Vec<u8>,
    /// The strips and tiles that are missing.
    pub(super) missing: Vec<Part>,
}

/// # Errors
/// If nearly everything is missing.
pub(super) fn read(file: &mut TiffFile<'_>, bytes: &[u8]) -> Result<Samples, PictureError> {
    let (width, height) = (file.size.0 as usize, file.size.1 as usize);
    let is_reversed = file.is_reversed;
    match file.coding {
        Coding::Fax(kind) => read_strips(file, bytes, |strip, pixels| {
            let ordered = strip.iter().map(|byte| if is_reversed { byte.reverse_bits() } else { *byte });
            fax::decode(ordered, kind, width, pixels)
        }),
        Coding::Subsampled(columns, rows) => read_strips(file, bytes, |strip, pixels| {
            upsample(strip, (columns, rows), width, pixels);
            // A unit contains several rows.
            let units = strip.len() / (width.div_ceil(columns) * (columns * rows + 2));
            (units * rows).min(height)
        }),
        _ => read_parts(file),
    }
}

/// Fails with `error` if nearly everything is missing.
fn checked(samples: Samples, size: (u32, u32), error: Option<PictureError>) -> Result<Samples, PictureError> {
    let missing: usize = samples.missing.iter().map(|part| part.width * part.height).sum();
    let missing_rows = missing.div_ceil(size.0.max(1) as usize) as u32;
    match check_rows(size.1.saturating_sub(missing_rows), size.1) {
        Ok(_) => Ok(samples),
        Err(ends_early) => Err(error.unwrap_or(ends_early)),
    }
}

/// Reads strips or tiles with the decoder.
fn read_parts(file: &mut TiffFile<'_>) -> Result<Samples, PictureError> {
    file.begin_pixels();
    let (width, height) = (file.size.0 as usize, file.size.1 as usize);
    let (part_width, part_height) = file.decoder.chunk_dimensions();
    let (part_width, part_height) = (part_width as usize, part_height as usize);
    if part_width == 0 || part_height == 0 {
        return Err(PictureError::contradictory_size());
    }
    let planes = file.decoder.image_buffer_layout().map_err(tiff_error)?.planes;
    let across = width.div_ceil(part_width);
    let parts = across * height.div_ceil(part_height);
    let mut samples = Samples { data: vec![0; width * height * file.samples], missing: Vec::new() };
    let mut failure = None;
    for index in 0..parts {
        let (left, top) = (index % across * part_width, index / across * part_height);
        let part = Part { left, top, width: part_width.min(width - left), height: part_height.min(height - top) };
        for plane in 0..planes {
            // The planes follow each other.
            let number = u32::try_from(plane * parts + index).map_err(|_| PictureError::contradictory_size())?;
            match file.decoder.read_chunk(number) {
                Ok(result) => {
                    let plane = (planes > 1).then_some(plane);
                    put(&mut samples.data, file, part, plane, &eight_bits(file, result, part.width)?)?;
                }
                Err(error @ TiffError::UnsupportedError(_)) => return Err(tiff_error(error)),
                Err(error) => {
                    failure.get_or_insert_with(|| tiff_error(error));
                    samples.missing.push(part);
                    break;
                }
            }
        }
    }
    checked(samples, file.size, failure)
}

/// Copies the samples of a part to their places: all samples of each pixel, or one of them.
fn put(
    data: &mut [u8],
    file: &TiffFile<'_>,
    part: Part,
    plane: Option<usize>,
    samples: &[u8],
) -> Result<(), PictureError> {
    let stride = file.size.0 as usize * file.samples;
    let row_length = part.width * if plane.is_some() { 1 } else { file.samples };
    if samples.len() < row_length * part.height {
        return Err(PictureError::contradictory_size());
    }
    let rows = data.chunks_exact_mut(stride).skip(part.top).take(part.height);
    for (row, samples) in rows.zip(samples.chunks_exact(row_length)) {
        let row = &mut row[part.left * file.samples..][..part.width * file.samples];
        match plane {
            None => row.copy_from_slice(samples),
            Some(plane) => {
                let places = row.iter_mut().skip(plane).step_by(file.samples);
                places.zip(samples).for_each(|(place, sample)| *place = *sample);
            }
        }
    }
    Ok(())
}

/// Converts the samples of a part to eight bits each. Those with fewer bits keep their value.
fn eight_bits(file: &TiffFile<'_>, result: DecodingResult, width: usize) -> Result<Vec<u8>, PictureError> {
    Ok(match result {
        DecodingResult::U8(data) if file.bits < 8 => unpack(&data, width, file.bits),
        DecodingResult::U8(data) => data,
        DecodingResult::I8(data) => data.into_iter().map(|value| value as u8).collect(),
        // L*a*b* has its own conversion of 16 bits.
        DecodingResult::U16(data) if file.colors == Colors::Lab => {
            data.into_iter().map(|value| (value >> 8) as u8).collect()
        }
        DecodingResult::I16(data) => data.into_iter().map(|value| (value >> 8) as u8).collect(),
        DecodingResult::U16(data) => {
            data.into_iter().map(|value| ((u32::from(value) * 255 + 32_767) / 65_535) as u8).collect()
        }
        _ => return Err(PictureError::contradictory_size()),
    })
}

/// Splits bytes into samples of one, two or four bits. Rows begin at whole bytes.
fn unpack(data: &[u8], width: usize, bits: u16) -> Vec<u8> {
    let per_byte = 8 / usize::from(bits);
    let mask = (1_u8 << bits) - 1;
    let row_bytes = width.div_ceil(per_byte);
    let row = |row: &[u8]| -> Vec<u8> {
        let values =
            row.iter().flat_map(|&byte| (1..=per_byte).map(move |at| byte >> (8 - at * usize::from(bits)) & mask));
        values.take(width).collect()
    };
    data.chunks_exact(row_bytes).flat_map(row).collect()
}

/// Reads strips that the decoder cannot read. `read` gets the bytes of a strip and its pixels, and returns the number of
/// rows that are there. Rows are missing only if the file is cut off: a strip may have fewer rows than it should.
fn read_strips(
    file: &mut TiffFile<'_>,
    bytes: &[u8],
    read: impl Fn(&[u8], &mut [u8]) -> usize,
) -> Result<Samples, PictureError> {
    let mut numbers = |tag| file.decoder.get_tag_u64_vec(tag).map_err(tiff_error);
    let (offsets, lengths) = (numbers(Tag::StripOffsets)?, numbers(Tag::StripByteCounts)?);
    let (width, height) = (file.size.0 as usize, file.size.1 as usize);
    let rows_per_strip = file.decoder.find_tag_unsigned::<u32>(Tag::RowsPerStrip).map_err(tiff_error)?;
    let strip_rows = rows_per_strip.map_or(height, |rows| (rows as usize).min(height)).max(1);
    let mut samples = Samples { data: vec![0; width * height * file.samples], missing: Vec::new() };
    let strips = samples.data.chunks_mut(width * file.samples * strip_rows);
    for (index, ((offset, length), strip)) in offsets.into_iter().zip(lengths).zip(strips).enumerate() {
        let position = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(bytes.len());
        let end = offset.saturating_add(length);
        let rows = strip.len() / (width * file.samples);
        let there = read(&bytes[position(offset)..position(end)], strip).min(rows);
        if end > bytes.len() as u64 && there < rows {
            let top = index * strip_rows + there;
            samples.missing.push(Part { left: 0, top, width, height: rows - there });
        }
    }
    checked(samples, file.size, None)
}

/// Reads units of YCbCr: brightness values for so many columns and rows, then both color values.
fn upsample(strip: &[u8], (columns, rows): (usize, usize), width: usize, pixels: &mut [u8]) {
    const SAMPLES: usize = 3;
    let unit = columns * rows + 2;
    let row_of_units = width.div_ceil(columns) * unit;
    for (units, pixel_rows) in strip.chunks(row_of_units).zip(pixels.chunks_mut(width * SAMPLES * rows)) {
        for (y, row) in pixel_rows.chunks_exact_mut(width * SAMPLES).enumerate() {
            for (x, pixel) in row.chunks_exact_mut(SAMPLES).enumerate() {
                if let Some(unit) = units.get(x / columns * unit..).and_then(|rest| rest.get(..unit)) {
                    pixel.copy_from_slice(&[
                        unit[y * columns + x % columns],
                        unit[unit.len() - 2],
                        unit[unit.len() - 1],
                    ]);
                }
            }
        }
    }
}
