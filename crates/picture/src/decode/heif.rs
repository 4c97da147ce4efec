//! Decodes an area of a HEIC or AVIF picture: only the coded pictures that overlap it, each reduced at once. A photo
//! of many tiles is therefore never in memory as a whole.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::decoded::{Decoded, MISSING, Model, Pixels};
use super::planes::{self, Planes};
use super::tiff_colors::unmultiply;
use super::{av1, hevc};
use crate::color_space::ColorSpace;
use crate::error::PictureError;
use crate::frame::Area;
use crate::header::{Header, MAX_THREADS};
use crate::heif::{Codec, ColorNumbers, HeifFile, Layer, Part, Rectangle, with_last_box_closed};
use crate::sniff::Mime;

/// Pixels that a coded picture may have more than its visible part, on each side.
const MAX_PADDING: u32 = 128;

pub(super) fn decode(bytes: &[u8], header: &Header, area: Area, scale: f64) -> Result<Decoded, PictureError> {
    let bytes = with_last_box_closed(bytes);
    let file = HeifFile::open(&bytes)?;
    let visible = file.visible;
    if header.mime != Mime::Heif || (visible.width, visible.height) != (header.width, header.height) {
        return Err(PictureError::contradictory_size());
    }
    let factor = factor_for(scale, &file.picture);
    let window = window(area, visible, factor);
    let colors = draw(&file, &file.picture, window, factor, Channels::Rgb)?;
    let (width, height) = (window.width.div_ceil(factor), window.height.div_ceil(factor));
    let mut pixels = Pixels { width, height, model: Model::Rgb, data: colors.data };
    if colors.is_gray {
        pixels.model = Model::Gray;
        pixels.data = pixels.data.chunks_exact(3).map(|pixel| pixel[0]).collect();
    }
    let mut ends_early = colors.ends_early;
    if let Some(alpha) = &file.alpha {
        let canvas = draw_alpha(&file, alpha, window, factor)?;
        ends_early |= canvas.ends_early;
        add_alpha(&mut pixels, &canvas.data, file.is_premultiplied);
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

/// The largest power of two that keeps the result at least as large as `scale` asks for.
fn factor_for(scale: f64, layer: &Layer) -> u32 {
    let wanted = (1.0 / scale.min(1.0)) as u32;
    (1 << wanted.max(1).ilog2()).min(layer.max_factor())
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Channels {
    Rgb,
    Alpha,
}

impl Channels {
    fn count(self) -> usize {
        if self == Self::Rgb { 3 } else { 1 }
    }
}

/// A reduced window of a layer.
struct Canvas {
    data: Vec<u8>,
    /// Whether all parts are gray.
    is_gray: bool,
    ends_early: bool,
    /// The color numbers of a coded picture.
    numbers: Option<ColorNumbers>,
}

/// Draws the parts that overlap the window.
///
/// # Errors
/// That of the first part, if less than a tenth of the window can be decoded.
fn draw(
    file: &HeifFile<'_>,
    layer: &Layer,
    window: Rectangle,
    factor: u32,
    channels: Channels,
) -> Result<Canvas, PictureError> {
    let (width, height) = (window.width.div_ceil(factor) as usize, window.height.div_ceil(factor) as usize);
    let fill: &[u8] = if channels == Channels::Rgb { &layer.fill } else { &[0] };
    let canvas = Canvas { data: fill.repeat(width * height), is_gray: true, ends_early: false, numbers: None };
    let shown: Vec<(&Part, Rectangle)> =
        layer.parts.iter().filter_map(|part| Some((part, overlap(part, window)?))).collect();
    let state = Mutex::new((canvas, 0_u64, None));
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(&(part, inside)) = shown.get(next.fetch_add(1, Ordering::Relaxed)) {
            let drawn = paint(file, part, inside, factor, channels);
            // A panic in another thread ends this one, too.
            let Ok(mut state) = state.lock() else { return };
            let (canvas, done, failure) = &mut *state;
            let at = |from: i64, start: u32| (from - i64::from(start)) as usize / factor as usize;
            let place =
                (at(part.left + i64::from(inside.left), window.left), at(part.top + i64::from(inside.top), window.top));
            let row_bytes = inside.width.div_ceil(factor) as usize * channels.count();
            match drawn {
                Ok(drawn) => {
                    *done += u64::from(inside.width) * u64::from(inside.height);
                    canvas.is_gray &= drawn.is_gray;
                    canvas.numbers.get_or_insert(drawn.numbers);
                    match &drawn.alpha {
                        Some(alpha) => blend_rows(&mut canvas.data, width, place, &drawn.data, alpha, row_bytes),
                        None => copy_rows(&mut canvas.data, width, place, &drawn.data, row_bytes, channels),
                    }
                }
                Err(error) => {
                    canvas.ends_early = true;
                    let rows = inside.height.div_ceil(factor) as usize;
                    let gray = vec![MISSING; row_bytes * rows];
                    copy_rows(&mut canvas.data, width, place, &gray, row_bytes, channels);
                    failure.get_or_insert(error);
                }
            }
        }
    };
    // Where parts overlap, their order matters.
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS).min(shown.len());
    if threads < 2 || !layer.is_grid {
        work();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    }
    let (canvas, done, failure) =
        state.into_inner().map_err(|_| PictureError::Damaged("the decoder gave up".into()))?;
    match failure {
        Some(error) if done * 10 < u64::from(window.width) * u64::from(window.height) => Err(error),
        _ => Ok(canvas),
    }
}

/// The area of a part that is in the window, in pixels of the part.
fn overlap(part: &Part, window: Rectangle) -> Option<Rectangle> {
    let span = |start: i64, length: u32, from: u32, size: u32| {
        let first = i64::from(from).max(start);
        let last = (i64::from(from) + i64::from(size)).min(start + i64::from(length));
        (last > first).then_some(((first - start) as u32, (last - first) as u32))
    };
    let (left, width) = span(part.left, part.width, window.left, window.width)?;
    let (top, height) = span(part.top, part.height, window.top, window.height)?;
    Some(Rectangle { left, top, width, height })
}

fn copy_rows(
    canvas: &mut [u8],
    width: usize,
    (x, y): (usize, usize),
    data: &[u8],
    row_bytes: usize,
    channels: Channels,
) {
    let start = x * channels.count();
    for (row, pixels) in canvas.chunks_exact_mut(width * channels.count()).skip(y).zip(data.chunks_exact(row_bytes)) {
        row[start..start + row_bytes].copy_from_slice(pixels);
    }
}

/// Draws RGB pixels over those of the canvas.
fn blend_rows(canvas: &mut [u8], width: usize, (x, y): (usize, usize), data: &[u8], alpha: &[u8], row_bytes: usize) {
    let mix = |below: u8, above: u8, alpha: u8| {
        let (below, above, alpha) = (u32::from(below), u32::from(above), u32::from(alpha));
        ((above * alpha + below * (255 - alpha) + 127) / 255) as u8
    };
    let rows = data.chunks_exact(row_bytes).zip(alpha.chunks_exact(row_bytes / 3));
    for (row, (pixels, alpha)) in canvas.chunks_exact_mut(width * 3).skip(y).zip(rows) {
        let below = row[x * 3..x * 3 + row_bytes].chunks_exact_mut(3);
        for ((below, above), &alpha) in below.zip(pixels.chunks_exact(3)).zip(alpha) {
            below.iter_mut().zip(above).for_each(|(below, &above)| *below = mix(*below, above, alpha));
        }
    }
}

/// The pixels of a part.
struct Painted {
    data: Vec<u8>,
    /// One byte per pixel.
    alpha: Option<Vec<u8>>,
    is_gray: bool,
    numbers: ColorNumbers,
}

fn paint(
    file: &HeifFile<'_>,
    part: &Part,
    inside: Rectangle,
    factor: u32,
    channels: Channels,
) -> Result<Painted, PictureError> {
    let stream = file.coded_bytes(part)?;
    let max_sides = (part.width.saturating_add(MAX_PADDING), part.height.saturating_add(MAX_PADDING));
    let painted = match part.codec {
        Codec::Hevc => {
            let picture = hevc::decode(&stream, max_sides)?;
            convert(file, &picture.planes(), picture.numbers, part, inside, factor, channels)?
        }
        Codec::Av1 => {
            let picture = av1::decode(stream, max_sides)?;
            convert(file, &picture.planes(), picture.numbers, part, inside, factor, channels)?
        }
    };
    let alpha = part.alpha.as_deref().filter(|_| channels == Channels::Rgb);
    let alpha = alpha.map(|alpha| paint(file, alpha, inside, factor, Channels::Alpha)).transpose()?;
    Ok(Painted { alpha: alpha.map(|alpha| alpha.data), ..painted })
}

fn convert(
    file: &HeifFile<'_>,
    planes: &Planes<'_>,
    coded: ColorNumbers,
    part: &Part,
    inside: Rectangle,
    factor: u32,
    channels: Channels,
) -> Result<Painted, PictureError> {
    let is_smaller = planes.luma.width < part.width as usize || planes.luma.height < part.height as usize;
    let all = [Some(&planes.luma)].into_iter().chain(planes.chroma.iter().flatten().map(Some)).flatten();
    if is_smaller || !all.clone().all(|plane| plane.is_complete() && (8..=16).contains(&plane.bits)) {
        return Err(PictureError::contradictory_size());
    }
    let (numbers, side) = (file.numbers.unwrap_or(coded), factor as usize);
    let data = match channels {
        Channels::Rgb => planes::rgb(planes, inside, side, numbers),
        // The numbers of the file are those of the colors.
        Channels::Alpha => planes::luma(planes, inside, side, coded.full_range),
    };
    Ok(Painted { data, alpha: None, is_gray: planes.chroma.is_none(), numbers: coded })
}

/// Draws the alpha channel of the window. It may have another size than the picture.
fn draw_alpha(file: &HeifFile<'_>, alpha: &Layer, window: Rectangle, factor: u32) -> Result<Canvas, PictureError> {
    if (alpha.width, alpha.height) == (file.picture.width, file.picture.height) && alpha.max_factor() >= factor {
        return draw(file, alpha, window, factor, Channels::Alpha);
    }
    let whole = Rectangle { left: 0, top: 0, width: alpha.width, height: alpha.height };
    let canvas = draw(file, alpha, whole, 1, Channels::Alpha)?;
    let (width, height) = (window.width.div_ceil(factor), window.height.div_ceil(factor));
    let nearest = |start: u32, at: u32, from: u32, to: u32| {
        let place = u64::from(start) + u64::from(at) * u64::from(factor);
        ((place * u64::from(to) / u64::from(from)) as usize).min(to as usize - 1)
    };
    let row = |y: u32| {
        let row = nearest(window.top, y, file.picture.height, alpha.height) * alpha.width as usize;
        let data = &canvas.data;
        (0..width).map(move |x| data[row + nearest(window.left, x, file.picture.width, alpha.width)])
    };
    let data = (0..height).flat_map(row).collect();
    Ok(Canvas { data, ..canvas })
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
