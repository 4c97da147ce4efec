//! Decodes the first picture of a TIFF and converts its samples.

use fax::Color;
use fax::decoder::{decode_g3, pels};
use tiff::decoder::DecodingResult;
use tiff::tags::Tag;

use super::decoded::{Decoded, Model, Pixels};
use super::jpeg;
use super::others::SIDE_DATA_BYTES;
use super::tiff_colors::{lab_to_rgb, palette_to_rgb, unmultiply, ycbcr_to_rgb};
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;
use crate::tiff_file::{Alpha, Coding, Colors, TiffFile, tiff_error};

pub(super) fn decode(bytes: &[u8], header: &Header, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    let mut file = TiffFile::open(bytes)?.limit(header.decoding_bytes + SIDE_DATA_BYTES);
    if let Coding::Jpeg(range) = &file.coding {
        return jpeg::decode_whole(&bytes[range.clone()], header, area, scale);
    }
    if file.size != (header.width, header.height) {
        return Err(PictureError::contradictory_size());
    }
    let (width, height) = file.size;
    let profile = file.decoder.get_tag_u8_vec(Tag::IccProfile).ok();
    let map = match file.colors {
        Colors::Palette => Some(file.decoder.get_tag_u16_vec(Tag::ColorMap).map_err(tiff_error)?),
        _ => None,
    };
    let samples = match file.coding {
        Coding::Fax3 => fax3(&mut file, bytes)?,
        _ => read_samples(&mut file)?,
    };
    let pixels =
        usize::try_from(u64::from(width) * u64::from(height)).map_err(|_| PictureError::contradictory_size())?;
    if samples.len() != pixels * file.samples {
        return Err(PictureError::contradictory_size());
    }
    let (model, data) = convert(&file, samples, map.as_deref())?;
    Ok(Decoded { pixels: Pixels { width, height, model, data }, area, profile, space: None, ends_early: false })
}

/// The samples with eight bits each, pixel by pixel. Those with fewer bits keep their value.
fn read_samples(file: &mut TiffFile<'_>) -> Result<Vec<u8>, PictureError> {
    file.begin_pixels();
    let mut result = DecodingResult::U8(Vec::new());
    let layout = file.decoder.read_image_to_buffer(&mut result).map_err(tiff_error)?;
    let samples = match result {
        DecodingResult::U8(data) if file.bits < 8 => unpack(&data, file.size.0 as usize, file.bits),
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
    };
    Ok(if layout.planes > 1 { interleave(&samples, layout.planes) } else { samples })
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

/// Mixes planes of one sample each.
fn interleave(planes: &[u8], count: usize) -> Vec<u8> {
    let length = planes.len() / count;
    (0..length).flat_map(|at| (0..count).map(move |plane| planes[plane * length + at])).collect()
}

/// The pixels of fax group 3: 1 is black. Missing rows are white.
fn fax3(file: &mut TiffFile<'_>, bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut numbers = |tag| file.decoder.get_tag_u64_vec(tag).map_err(tiff_error);
    let (offsets, lengths) = (numbers(Tag::StripOffsets)?, numbers(Tag::StripByteCounts)?);
    let (width, height) = (file.size.0 as usize, file.size.1 as usize);
    let columns = u16::try_from(width).map_err(|_| PictureError::contradictory_size())?;
    let rows_per_strip = file.decoder.find_tag_unsigned::<u32>(Tag::RowsPerStrip).map_err(tiff_error)?;
    let strip_rows = rows_per_strip.map_or(height, |rows| (rows as usize).min(height)).max(1);
    let mut pixels = vec![0; width * height];
    for ((offset, length), strip) in offsets.into_iter().zip(lengths).zip(pixels.chunks_mut(width * strip_rows)) {
        let range = usize::try_from(offset).ok().zip(usize::try_from(length).ok());
        let data = range.and_then(|(start, length)| bytes.get(start..start.checked_add(length)?));
        let data = data.ok_or_else(|| PictureError::ends_early("a strip of a fax"))?;
        let ordered = data.iter().map(|byte| if file.is_reversed { byte.reverse_bits() } else { *byte });
        let mut rows = strip.chunks_exact_mut(width);
        // A strip without its end is complete if its rows are there.
        decode_g3(ordered, |line| {
            if let Some(row) = rows.next() {
                row.iter_mut()
                    .zip(pels(line, columns))
                    .for_each(|(pixel, color)| *pixel = (color == Color::Black).into());
            }
        });
    }
    Ok(pixels)
}

/// Converts samples to a model, without the extra samples other than alpha.
fn convert(file: &TiffFile<'_>, samples: Vec<u8>, map: Option<&[u16]>) -> Result<(Model, Vec<u8>), PictureError> {
    let colors = file.colors.samples();
    let has_alpha = file.alpha != Alpha::None && !matches!(file.colors, Colors::Cmyk | Colors::Palette);
    let kept = colors + usize::from(has_alpha);
    let mut data = if kept == file.samples {
        samples
    } else {
        samples.chunks_exact(file.samples).flat_map(|pixel| pixel[..kept].iter().copied()).collect()
    };
    let each =
        |data: &mut [u8], change: fn(&mut [u8])| data.chunks_exact_mut(kept).for_each(|pixel| change(&mut pixel[..]));
    match file.colors {
        Colors::WhiteIsZero | Colors::BlackIsZero => {
            let most = if file.bits < 8 { (1_u16 << file.bits) - 1 } else { 255 };
            let is_inverted = file.colors == Colors::WhiteIsZero;
            for pixel in data.chunks_exact_mut(kept) {
                let gray = (u16::from(pixel[0]) * 255 / most) as u8;
                pixel[0] = if is_inverted { 255 - gray } else { gray };
            }
        }
        Colors::Palette => data = palette_to_rgb(&data, map.unwrap_or_default(), file.bits)?,
        Colors::Cmyk => data.iter_mut().for_each(|ink| *ink = 255 - *ink),
        Colors::YCbCr => each(&mut data, ycbcr_to_rgb),
        // The signed samples get an offset.
        Colors::Lab => each(&mut data, |pixel| {
            (pixel[1], pixel[2]) = (pixel[1] ^ 0x80, pixel[2] ^ 0x80);
            lab_to_rgb(pixel);
        }),
        Colors::IccLab => each(&mut data, lab_to_rgb),
        Colors::Rgb => {}
    }
    if has_alpha && file.alpha == Alpha::Associated {
        data.chunks_exact_mut(kept).for_each(unmultiply);
    }
    let model = match (file.colors, has_alpha) {
        (Colors::WhiteIsZero | Colors::BlackIsZero, false) => Model::Gray,
        (Colors::WhiteIsZero | Colors::BlackIsZero, true) => Model::GrayAlpha,
        (Colors::Cmyk, _) => Model::Cmyk,
        (_, false) => Model::Rgb,
        (_, true) => Model::Rgba,
    };
    Ok((model, data))
}
