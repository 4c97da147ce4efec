//! Decodes an area of a HEIC or AVIF picture: only the coded pictures that overlap it, each reduced at once. A photo
//! of many tiles is therefore never in memory as a whole. The coded pictures are drawn in `heif_parts`.

use super::decoded::{Decoded, Model, Pixels};
use super::heif_parts::{Canvas, Channels, Source, draw};
use super::tiff_colors::unmultiply;
use crate::color_space::ColorSpace;
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::Header;
use crate::heif::{HeifFile, Layer, Rectangle, with_last_box_closed};

pub(super) fn decode(bytes: &[u8], header: &Header, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    let bytes = with_last_box_closed(bytes);
    let file = HeifFile::open(&bytes)?;
    let source = Source { file: &file, at_once: header.parts_at_once };
    let visible = file.visible;
    if (visible.width, visible.height) != (header.width, header.height) {
        return Err(PictureError::contradictory_size());
    }
    let factor = file.picture.factor(scale);
    let window = window(area, visible, factor);
    let colors = draw(source, &file.picture, window, factor, Channels::Rgb)?;
    let (width, height) = (window.width.div_ceil(factor), window.height.div_ceil(factor));
    let mut pixels = Pixels { width, height, model: Model::Rgb, data: colors.data };
    if colors.is_gray {
        pixels.model = Model::Gray;
        pixels.data = pixels.data.chunks_exact(3).map(|pixel| pixel[0]).collect();
    }
    let mut ends_early = colors.ends_early;
    if let Some(alpha) = &file.alpha {
        let alpha = match draw_alpha(source, alpha, window, factor) {
            Ok(canvas) => {
                ends_early |= canvas.ends_early;
                canvas.data
            }
            // The alpha channel is often at the end of the file, and its loss is no reason to refuse the colors.
            Err(PictureError::Damaged(_)) => {
                ends_early = true;
                vec![u8::MAX; width as usize * height as usize]
            }
            Err(error) => return Err(error),
        };
        add_alpha(&mut pixels, &alpha, file.is_premultiplied);
    }
    let shrunk = 1.0 / f64::from(factor);
    let area = Area {
        left: (area.left + f64::from(visible.left) - f64::from(window.left)) * shrunk,
        top: (area.top + f64::from(visible.top) - f64::from(window.top)) * shrunk,
        width: (area.width * shrunk).min(width.into()),
        height: (area.height * shrunk).min(height.into()),
    };
    let area = Area {
        left: area.left.clamp(0.0, f64::from(width) - area.width),
        top: area.top.clamp(0.0, f64::from(height) - area.height),
        ..area
    };
    let space = match (&file.profile, file.numbers, colors.numbers) {
        (None, None, Some(numbers)) => ColorSpace::of_video(numbers.primaries, numbers.transfer),
        _ => None,
    };
    Ok(Decoded { pixels, area, profile: header.profile.clone(), space, ends_early })
}

/// The part of the canvas with the area. It begins at a multiple of `factor`.
fn window(area: Area, visible: Rectangle, factor: u32) -> Rectangle {
    let (left, top) = (area.left + f64::from(visible.left), area.top + f64::from(visible.top));
    let first = |at: f64, end: u32| (at.max(0.0) as u32).min(end - 1) / factor * factor;
    let last = |at: f64, end: u32| (at.ceil() as u32).next_multiple_of(factor).min(end);
    let (right, bottom) = (visible.left + visible.width, visible.top + visible.height);
    let (x, y) = (first(left, right), first(top, bottom));
    Rectangle {
        left: x,
        top: y,
        width: last(left + area.width, right).max(x + 1) - x,
        height: last(top + area.height, bottom).max(y + 1) - y,
    }
}

/// Draws the alpha channel of the window. It may be smaller than the picture.
fn draw_alpha(source: Source<'_>, alpha: &Layer, window: Rectangle, factor: u32) -> Result<Canvas, PictureError> {
    let picture = &source.file.picture;
    let alpha_factor = alpha.factor(f64::from(picture.width) / f64::from(alpha.width) / f64::from(factor));
    if (alpha.width, alpha.height) == (picture.width, picture.height) && alpha_factor == factor {
        return draw(source, alpha, window, factor, Channels::Alpha);
    }
    let columns = nearest((window.left, window.width), factor, picture.width, alpha.width);
    let rows = nearest((window.top, window.height), factor, picture.height, alpha.height);
    // The first and the last one, from a multiple of the factor.
    let span = |places: &[u32]| {
        let (first, last) = (places.first().copied().unwrap_or(0), places.last().copied().unwrap_or(0));
        let start = first / alpha_factor * alpha_factor;
        (start, last + 1 - start)
    };
    let ((left, width), (top, height)) = (span(&columns), span(&rows));
    let canvas = draw(source, alpha, Rectangle { left, top, width, height }, alpha_factor, Channels::Alpha)?;
    let lines: Vec<&[u8]> = canvas.data.chunks_exact(width.div_ceil(alpha_factor) as usize).collect();
    let at = |place: u32, start: u32| ((place - start) / alpha_factor) as usize;
    let data = rows.iter().flat_map(|&y| {
        let line = lines[at(y, top)];
        columns.iter().map(move |&x| line[at(x, left)])
    });
    let data = data.collect();
    Ok(Canvas { data, ..canvas })
}

/// The columns or rows of the alpha channel for the reduced ones of the window. `picture` and `alpha` are their lengths.
fn nearest((start, length): (u32, u32), factor: u32, picture: u32, alpha: u32) -> Vec<u32> {
    let places = (0..length.div_ceil(factor)).map(|at| start + at * factor + factor / 2);
    places.map(|place| ((u64::from(place) * u64::from(alpha) / u64::from(picture)) as u32).min(alpha - 1)).collect()
}

fn add_alpha(pixels: &mut Pixels, alpha: &[u8], is_premultiplied: bool) {
    let channels = pixels.model.channels();
    pixels.data = pixels
        .data
        .chunks_exact(channels)
        .zip(alpha)
        .flat_map(|(pixel, &alpha)| pixel.iter().copied().chain([alpha]))
        .collect();
    pixels.model = if channels == 1 { Model::GrayAlpha } else { Model::Rgba };
    if is_premultiplied {
        pixels.data.chunks_exact_mut(channels + 1).for_each(unmultiply);
    }
}
