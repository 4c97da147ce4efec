//! Scales an area of decoded pixels to the target size.
//!
//! The resizer has code for each number of channels. To keep the program small, it is built for four channels only. The
//! vertical pass treats all channels alike, so it takes the bytes of a row in groups of four, whatever they are. Before the
//! horizontal pass, when fewer pixels are left, each pixel is widened to four bytes.

use std::mem::take;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::decode::{Decoded, Model, Pixels, unmultiply};
use crate::error::PictureError;
use crate::frame::Area;

/// Bytes per pixel of the resizer.
const GROUP: usize = 4;

/// The radius of the filter, in pixels of the smaller picture.
const RADIUS: f64 = 3.0;

/// The columns that the horizontal pass reads. Both numbers are multiples of [`GROUP`], or the end is that of the picture.
#[derive(Clone, Copy)]
struct Columns {
    first: u32,
    end: u32,
}

/// Crops and scales, and takes the pixels out of `decoded`. Scales with premultiplied alpha, so that the color of transparent pixels has no effect.
pub(crate) fn scale(decoded: &mut Decoded, width: u32, height: u32) -> Result<Pixels, PictureError> {
    let Decoded { pixels, area, .. } = decoded;
    let (model, channels) = (pixels.model, pixels.model.channels());
    let scales = (area.width, area.height) != (f64::from(width), f64::from(height));
    let premultiplied = model.has_alpha() && scales;
    if premultiplied {
        multiply_alpha(pixels)?;
    }
    let columns = Columns::new(pixels.width, *area, width);
    let mut rows = scale_rows(pixels, columns, *area, height)?;
    widen(&mut rows, channels);
    let left = area.left - f64::from(columns.first);
    // Rounding must not move the right edge out of the picture.
    let right = f64::from(columns.end - columns.first);
    let part = Area { left, top: 0.0, width: area.width.min(right - left), height: height.into() };
    // Reuses the memory of the source, because new memory costs time.
    let mut data = take(&mut pixels.data);
    data.resize(width as usize * height as usize * GROUP, 0);
    resize(&rows, (columns.end - columns.first, height), part, &mut data, (width, height))?;
    narrow(&mut data, channels);
    let mut scaled = Pixels { width, height, model, data };
    if premultiplied {
        divide_alpha(&mut scaled)?;
    }
    Ok(scaled)
}

impl Columns {
    /// The columns for scaling the area to `target` columns.
    fn new(width: u32, area: Area, target: u32) -> Self {
        let reach = RADIUS * (area.width / f64::from(target)).max(1.0);
        let group = GROUP as u32;
        let first = (area.left - reach).max(0.0) as u32 / group * group;
        let end = ((area.left + area.width + reach).ceil() as u32).next_multiple_of(group).min(width);
        Self { first, end }
    }
}

/// Scales these columns vertically. The result has no other columns, and space for four bytes per pixel.
fn scale_rows(pixels: &mut Pixels, columns: Columns, area: Area, height: u32) -> Result<Vec<u8>, PictureError> {
    let channels = pixels.model.channels();
    let bytes = pixels.width as usize * channels;
    let rest = bytes % GROUP;
    let ends = if rest > 0 { split_ends(&mut pixels.data, bytes) } else { Vec::new() };
    let group_at = |column: u32| (column as usize * channels / GROUP) as u32;
    let (first, end) = (group_at(columns.first), group_at(columns.end));
    let part = |first: u32, end: u32| Area { left: first.into(), width: (end - first).into(), ..area };
    let mut rows = vec![0; (columns.end - columns.first) as usize * height as usize * GROUP];
    let size = (group_at(pixels.width), pixels.height);
    resize(&pixels.data, size, part(first, end), &mut rows, (end - first, height))?;
    if rest > 0 && columns.end == pixels.width {
        let mut scaled_ends = vec![0; height as usize * GROUP];
        resize(&ends, (1, pixels.height), part(0, 1), &mut scaled_ends, (1, height))?;
        join_ends(&mut rows, (end - first) as usize * GROUP, &scaled_ends, rest);
    }
    Ok(rows)
}

/// Takes the bytes at the end of each row that are not a whole group, fills them up to one, and moves the other bytes
/// together. In place, to save memory.
fn split_ends(data: &mut Vec<u8>, bytes: usize) -> Vec<u8> {
    let whole = bytes / GROUP * GROUP;
    let rows = data.len() / bytes;
    let mut ends = Vec::with_capacity(rows * GROUP);
    for at in 0..rows {
        ends.extend_from_slice(&data[at * bytes + whole..(at + 1) * bytes]);
        ends.resize((at + 1) * GROUP, 0);
        data.copy_within(at * bytes..at * bytes + whole, at * whole);
    }
    data.truncate(rows * whole);
    ends
}

/// The reverse of [`split_ends`]: appends `rest` bytes of each group to a row of `whole` bytes. From the last row to the
/// first, because the rows move toward the end.
fn join_ends(rows: &mut [u8], whole: usize, ends: &[u8], rest: usize) {
    for (at, end) in ends.as_chunks::<GROUP>().0.iter().enumerate().rev() {
        let start = at * (whole + rest);
        rows.copy_within(at * whole..(at + 1) * whole, start);
        rows[start + whole..start + whole + rest].copy_from_slice(&end[..rest]);
    }
}

/// Widens the pixels at the beginning of a buffer to four bytes, so that they fill it. What the other bytes contain has no
/// effect, because the resizer treats each channel for itself.
fn widen(data: &mut [u8], channels: usize) {
    if channels < GROUP {
        for at in (0..data.len() / GROUP).rev() {
            copy_group(data, at * channels, at * GROUP);
        }
    }
}

/// The reverse of [`widen`].
fn narrow(data: &mut Vec<u8>, channels: usize) {
    let pixels = data.len() / GROUP;
    if channels < GROUP {
        for at in 0..pixels {
            copy_group(data, at * GROUP, at * channels);
        }
    }
    data.truncate(pixels * channels);
}

/// Copies four bytes. Much faster than copying just the channels, whose number is not known here.
fn copy_group(data: &mut [u8], from: usize, to: usize) {
    if let Some(&group) = data[from..].first_chunk::<GROUP>()
        && let Some(place) = data[to..].first_chunk_mut()
    {
        *place = group;
    }
}

/// In place, because the resizer would copy the whole picture for it.
fn multiply_alpha(Pixels { width, height, model, data }: &mut Pixels) -> Result<(), PictureError> {
    if *model == Model::GrayAlpha {
        for [gray, alpha] in data.as_chunks_mut().0 {
            *gray = ((u16::from(*gray) * u16::from(*alpha) + 127) / 255) as u8;
        }
        return Ok(());
    }
    let mut whole = Image::from_slice_u8(*width, *height, data, PixelType::U8x4).map_err(failed)?;
    MulDiv::new().multiply_alpha_inplace(&mut whole).map_err(failed)
}

fn divide_alpha(Pixels { width, height, model, data }: &mut Pixels) -> Result<(), PictureError> {
    if *model == Model::GrayAlpha {
        data.chunks_exact_mut(model.channels()).for_each(unmultiply);
        return Ok(());
    }
    let mut whole = Image::from_slice_u8(*width, *height, data, PixelType::U8x4).map_err(failed)?;
    MulDiv::new().divide_alpha_inplace(&mut whole).map_err(failed)
}

/// Scales an area of pixels with four bytes, to the beginning of `target`.
fn resize(
    data: &[u8],
    (width, height): (u32, u32),
    area: Area,
    target: &mut [u8],
    (target_width, target_height): (u32, u32),
) -> Result<(), PictureError> {
    let source = ImageRef::new(width, height, data, PixelType::U8x4).map_err(failed)?;
    let mut target = Image::from_slice_u8(target_width, target_height, target, PixelType::U8x4).map_err(failed)?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(false).crop(
        area.left,
        area.top,
        area.width,
        area.height,
    );
    Resizer::new().resize(&source, &mut target, &options).map_err(failed)
}

/// Not expected: happens only if a decoder returned a buffer of the wrong length.
fn failed(error: impl ToString) -> PictureError {
    PictureError::Damaged(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn scaled(model: Model, (width, height): (u32, u32), area: Area, data: Vec<u8>, side: u32) -> Vec<u8> {
        let pixels = Pixels { width, height, model, data };
        let mut decoded = Decoded { pixels, area, profile: None, space: None, ends_early: false };
        scale(&mut decoded, side, side).unwrap().data
    }

    /// Four channels are the only ones that the resizer takes as they are.
    #[test]
    fn a_channel_is_scaled_alike_whatever_the_number_of_channels() {
        for (width, height) in [(1, 9), (2, 3), (3, 40), (4, 4), (57, 31), (58, 90), (59, 8), (200, 33), (203, 33)] {
            let (wide, high) = (f64::from(width), f64::from(height));
            let whole = Area { left: 0.0, top: 0.0, width: wide, height: high };
            let middle = Area { left: wide * 0.45, top: high * 0.1, width: wide * 0.2, height: high * 0.7 };
            let end = Area { left: wide * 0.7, width: wide - wide * 0.7, ..whole };
            let four: Vec<u8> =
                (0..width * height * 4).map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 23) as u8).collect();
            for area in [whole, middle, end] {
                for side in [1, 8, 33] {
                    let expected = scaled(Model::Cmyk, (width, height), area, four.clone(), side);
                    for (model, channels) in [(Model::Gray, 1), (Model::Rgb, 3)] {
                        let few = |data: &[u8]| -> Vec<u8> {
                            data.as_chunks::<4>().0.iter().flat_map(|pixel| &pixel[..channels]).copied().collect()
                        };
                        let found = scaled(model, (width, height), area, few(&four), side);
                        assert_eq!(found, few(&expected), "{model:?}, {width} x {height}, {area:?}, {side}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_color_of_transparent_pixels_has_no_effect() {
        for width in [30_u32, 31] {
            let area = Area { left: 0.0, top: 0.0, width: width.into(), height: 30.0 };
            let gray: Vec<u8> = (0..width * 30).flat_map(|at| if at % 3 == 0 { [200, 255] } else { [9, 0] }).collect();
            let rgba = gray.as_chunks::<2>().0.iter().flat_map(|&[gray, alpha]| [gray, gray, gray, alpha]).collect();
            let gray = scaled(Model::GrayAlpha, (width, 30), area, gray, 7);
            let rgba = scaled(Model::Rgba, (width, 30), area, rgba, 7);
            for (gray, rgba) in gray.as_chunks::<2>().0.iter().zip(rgba.as_chunks::<4>().0) {
                assert!(gray[0].abs_diff(200) <= 4 && rgba[0].abs_diff(200) <= 4, "{gray:?}, {rgba:?}");
                assert!(gray[1] == rgba[3] && (60..110).contains(&gray[1]), "{gray:?}, {rgba:?}");
            }
        }
    }
}
