//! Decodes the first picture of a TIFF and converts its samples.

use tiff::tags::Tag;

use super::decoded::{Decoded, MISSING, Model, Pixels};
use super::jpeg;
use super::others::SIDE_DATA_BYTES;
use super::tiff_colors::{lab_to_rgb, palette_to_rgb, unmultiply, ycbcr_to_rgb};
use super::tiff_samples::{self, Part};
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;
use crate::tiff_file::{self, Alpha, Coding, Colors, TiffFile, tiff_error};

pub(super) fn decode(bytes: &[u8], header: &Header, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    let mut file = TiffFile::open(bytes)?.limit(header.decoding_bytes + SIDE_DATA_BYTES);
    if let Coding::Jpeg(range) = &file.coding {
        return jpeg::decode_whole(&bytes[range.clone()], header, area, scale);
    }
    if file.size != (header.width, header.height) {
        return Err(PictureError::contradictory_size());
    }
    let (width, height) = file.size;
    let profile = tiff_file::profile(bytes).map(<[u8]>::to_vec);
    let map = match file.colors {
        Colors::Palette => Some(file.decoder.get_tag_u16_vec(Tag::ColorMap).map_err(tiff_error)?),
        _ => None,
    };
    let samples = tiff_samples::read(&mut file, bytes)?;
    let ends_early = !samples.missing.is_empty();
    let (model, mut data) = convert(&file, samples.data, map.as_deref())?;
    let missing = if model.has_alpha() { 0 } else { MISSING };
    samples.missing.iter().for_each(|&part| fill(&mut data, width as usize * model.channels(), model, part, missing));
    Ok(Decoded { pixels: Pixels { width, height, model, data }, area, profile, space: None, ends_early })
}

/// Gives all samples in a part of the picture the same value.
fn fill(data: &mut [u8], stride: usize, model: Model, part: Part, value: u8) {
    for row in data.chunks_exact_mut(stride).skip(part.top).take(part.height) {
        row[part.left * model.channels()..][..part.width * model.channels()].fill(value);
    }
}

/// Converts samples to a model, without the extra samples other than alpha.
fn convert(file: &TiffFile<'_>, samples: Vec<u8>, map: Option<&[u16]>) -> Result<(Model, Vec<u8>), PictureError> {
    let colors = file.colors.samples();
    let has_alpha = file.alpha != Alpha::None && file.colors != Colors::Cmyk;
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
        Colors::Palette => data = palette_to_rgb(&data, kept, map.unwrap_or_default(), file.bits)?,
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
        let channels = if file.colors == Colors::Palette { Model::Rgba.channels() } else { kept };
        data.chunks_exact_mut(channels).for_each(unmultiply);
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
