//! Draws the coded pictures of a layer, several at the same time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::decoded::MISSING;
use super::planes::{self, Planes};
use super::{av1, hevc};
use crate::error::PictureError;
use crate::heif::{Codec, ColorNumbers, HeifFile, Layer, Part, Rectangle};

/// Pixels that a coded picture may have more than its visible part, on each side.
const MAX_PADDING: u32 = 128;

/// What is drawn, and how many of its parts at the same time.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a HeifFile<'a>,
    pub(super) at_once: usize,
}

/// The channels to draw.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    Rgb,
    Alpha,
}

impl Channels {
    fn count(self) -> usize {
        if self == Self::Rgb { 3 } else { 1 }
    }
}

/// A reduced window of a layer.
pub(super) struct Canvas {
    pub(super) data: Vec<u8>,
    /// Whether all parts are gray.
    pub(super) is_gray: bool,
    pub(super) ends_early: bool,
    /// The color numbers of a coded picture.
    pub(super) numbers: Option<ColorNumbers>,
}

/// Draws the parts that overlap the window.
///
/// # Errors
/// That of the first part, if less than a tenth of the window can be decoded.
pub(super) fn draw(
    Source { file, at_once }: Source<'_>,
    layer: &Layer,
    window: Rectangle,
    factor: u32,
    channels: Channels,
) -> Result<Canvas, PictureError> {
    let (width, height) = (window.width.div_ceil(factor) as usize, window.height.div_ceil(factor) as usize);
    let fill: &[u8] = if channels == Channels::Rgb { &layer.fill } else { &[0] };
    let canvas = Canvas { data: fill.repeat(width * height), is_gray: true, ends_early: false, numbers: None };
    let numbers = if channels == Channels::Rgb { file.numbers } else { file.alpha_numbers };
    let piece = |part| Some(Piece { part, inside: overlap(part, window)?, factor, channels, numbers });
    let shown: Vec<Piece<'_>> = layer.parts.iter().filter_map(piece).collect();
    let state = Mutex::new((canvas, 0_u64, None));
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(piece) = shown.get(next.fetch_add(1, Ordering::Relaxed)) {
            let drawn = piece.paint(file);
            let &Piece { part, inside, .. } = piece;
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
                    let data = vec![if channels == Channels::Rgb { MISSING } else { u8::MAX }; row_bytes * rows];
                    copy_rows(&mut canvas.data, width, place, &data, row_bytes, channels);
                    failure.get_or_insert(error);
                }
            }
        }
    };
    // Where parts overlap, their order matters.
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(at_once).min(shown.len());
    if threads < 2 || !layer.is_grid {
        work();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    }
    let (canvas, done, failure) =
        state.into_inner().map_err(|_| PictureError::Damaged("the decoder gave up".into()))?;
    match failure {
        Some(error) if done.saturating_mul(10) < u64::from(window.width) * u64::from(window.height) => Err(error),
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

/// What to draw of a part.
struct Piece<'a> {
    part: &'a Part,
    /// In pixels of the part.
    inside: Rectangle,
    factor: u32,
    channels: Channels,
    /// The color numbers of the container.
    numbers: Option<ColorNumbers>,
}

/// The pixels of a part.
struct Painted {
    data: Vec<u8>,
    /// One byte per pixel.
    alpha: Option<Vec<u8>>,
    is_gray: bool,
    numbers: ColorNumbers,
}

impl Piece<'_> {
    fn paint(&self, file: &HeifFile<'_>) -> Result<Painted, PictureError> {
        let stream = file.coded_bytes(self.part)?;
        let max_sides = (self.part.width.saturating_add(MAX_PADDING), self.part.height.saturating_add(MAX_PADDING));
        let painted = match self.part.codec {
            Codec::Hevc => {
                let picture = hevc::decode(&stream, max_sides)?;
                self.convert(&picture.planes(), picture.numbers)?
            }
            Codec::Av1 => {
                let picture = av1::decode(stream, max_sides)?;
                self.convert(&picture.planes(), picture.numbers)?
            }
        };
        let Some(part) = &self.part.alpha else { return Ok(painted) };
        let alpha = Piece { part, channels: Channels::Alpha, numbers: None, ..*self }.paint(file)?;
        Ok(Painted { alpha: Some(alpha.data), ..painted })
    }

    fn convert(&self, planes: &Planes<'_>, coded: ColorNumbers) -> Result<Painted, PictureError> {
        let luma = &planes.luma;
        let is_smaller = luma.width < self.part.width as usize || luma.height < self.part.height as usize;
        let is_readable = |plane: &planes::Plane<'_>| plane.is_complete() && (8..=16).contains(&plane.bits);
        if is_smaller || !is_readable(luma) || !planes.chroma.iter().flatten().all(is_readable) {
            return Err(PictureError::contradictory_size());
        }
        let (numbers, side) = (self.numbers.unwrap_or(coded), self.factor as usize);
        let data = match self.channels {
            Channels::Rgb => planes::rgb(planes, self.inside, side, numbers),
            Channels::Alpha => planes::luma(planes, self.inside, side, numbers.full_range),
        };
        Ok(Painted { data, alpha: None, is_gray: planes.chroma.is_none(), numbers: coded })
    }
}
