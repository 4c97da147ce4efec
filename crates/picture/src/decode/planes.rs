//! Reduces the planes of a decoded video picture and converts them to RGB.

use crate::heif::{ColorNumbers, Rectangle};

/// The samples of a plane, row by row.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "video"), allow(dead_code, reason = "only the decoders of HEVC and AV1 fill planes"))]
pub(super) enum Samples<'a> {
    Bytes(&'a [u8]),
    Words(&'a [u16]),
    /// Two bytes per sample, in the order of this computer.
    WordBytes(&'a [u8]),
}

#[derive(Clone, Copy)]
pub(super) struct Plane<'a> {
    pub(super) samples: Samples<'a>,
    /// Samples from one row to the next.
    pub(super) stride: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    /// Bits per sample.
    pub(super) bits: u8,
}

/// A decoded picture.
pub(super) struct Planes<'a> {
    /// The brightness, or green.
    pub(super) luma: Plane<'a>,
    /// The two color differences, or blue and red.
    pub(super) chroma: Option<[Plane<'a>; 2]>,
    /// Luma samples per chroma sample: horizontally and vertically.
    pub(super) subsampling: (usize, usize),
}

impl Plane<'_> {
    /// Whether all samples are there.
    pub(super) fn is_complete(&self) -> bool {
        let length = match self.samples {
            Samples::Bytes(bytes) => bytes.len(),
            Samples::Words(words) => words.len(),
            Samples::WordBytes(bytes) => bytes.len() / 2,
        };
        let needed = self.height.checked_sub(1).and_then(|rows| rows.checked_mul(self.stride)?.checked_add(self.width));
        self.width > 0 && needed.is_some_and(|needed| needed <= length)
    }

    fn read_row(&self, y: usize, columns: std::ops::Range<usize>, into: &mut Vec<u32>) {
        let start = y * self.stride;
        let range = start + columns.start..start + columns.end;
        into.clear();
        match self.samples {
            Samples::Bytes(bytes) => into.extend(bytes[range].iter().map(|&sample| u32::from(sample))),
            Samples::Words(words) => into.extend(words[range].iter().map(|&sample| u32::from(sample))),
            Samples::WordBytes(bytes) => {
                let pairs = bytes[range.start * 2..range.end * 2].chunks_exact(2);
                into.extend(pairs.map(|pair| u32::from(u16::from_ne_bytes([pair[0], pair[1]]))));
            }
        }
    }

    /// The averages of blocks with these sides. `area` is in samples and within the plane.
    fn reduce(&self, area: Rectangle, (block_width, block_height): (usize, usize)) -> Vec<f32> {
        let (left, top) = (area.left as usize, area.top as usize);
        let (right, bottom) = (left + area.width as usize, top + area.height as usize);
        let width = (right - left).div_ceil(block_width);
        let mut reduced = Vec::with_capacity(width * (bottom - top).div_ceil(block_height));
        let mut row = Vec::new();
        let mut sums = vec![0_u32; width];
        for first in (top..bottom).step_by(block_height) {
            let rows = block_height.min(bottom - first);
            sums.fill(0);
            for y in first..first + rows {
                self.read_row(y, left..right, &mut row);
                for (sum, block) in sums.iter_mut().zip(row.chunks(block_width)) {
                    *sum += block.iter().sum::<u32>();
                }
            }
            let count = |at: usize| (block_width.min(right - left - at * block_width) * rows) as f32;
            reduced.extend(sums.iter().enumerate().map(|(at, &sum)| sum as f32 / count(at)));
        }
        reduced
    }

    /// The samples for an area of the picture that has `steps` times as many columns and rows, interpolated. A sample
    /// is at the left of its columns and in the middle of its rows, as is usual in video.
    fn enlarge(&self, area: Rectangle, (step_x, step_y): (usize, usize)) -> Vec<f32> {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        let mut enlarged = Vec::with_capacity(area.width as usize * area.height as usize);
        let position = |at: usize, step: usize, offset: f32, length: usize| {
            let place = ((at as f32 - offset) / step as f32).clamp(0.0, (length - 1) as f32);
            let first = place as usize;
            (first, (first + 1).min(length - 1), place - first as f32)
        };
        for y in area.top as usize..(area.top + area.height) as usize {
            let (first, second, part_y) = position(y, step_y, (step_y as f32 - 1.0) / 2.0, self.height);
            self.read_row(first, 0..self.width, &mut above);
            self.read_row(second, 0..self.width, &mut below);
            enlarged.extend((area.left as usize..(area.left + area.width) as usize).map(|x| {
                let (first, second, part_x) = position(x, step_x, 0.0, self.width);
                let between = |row: &[u32]| row[first] as f32 * (1.0 - part_x) + row[second] as f32 * part_x;
                between(&above) * (1.0 - part_y) + between(&below) * part_y
            }));
        }
        enlarged
    }
}

/// Converts samples to the range 0 to 1.
fn normalize(samples: &mut [f32], bits: u8, full_range: bool) {
    let unit = f32::from(1_u16 << (bits - 8));
    let (black, span) = if full_range { (0.0, 256.0 * unit - 1.0) } else { (16.0 * unit, 219.0 * unit) };
    samples.iter_mut().for_each(|sample| *sample = (*sample - black) / span);
}

/// Converts samples to differences, from -0.5 to 0.5.
fn center(samples: &mut [f32], bits: u8, full_range: bool) {
    let unit = f32::from(1_u16 << (bits - 8));
    let span = if full_range { 256.0 * unit - 1.0 } else { 224.0 * unit };
    samples.iter_mut().for_each(|sample| *sample = (*sample - 128.0 * unit) / span);
}

fn to_byte(value: f32) -> u8 {
    (value * 255.0 + 0.5).clamp(0.0, 255.0) as u8
}

/// The luma of an area, averaged over squares with this side.
pub(super) fn luma(planes: &Planes<'_>, area: Rectangle, side: usize, full_range: bool) -> Vec<u8> {
    let mut luma = planes.luma.reduce(area, (side, side));
    normalize(&mut luma, planes.luma.bits, full_range);
    luma.into_iter().map(to_byte).collect()
}

/// The RGB pixels of an area, averaged over squares with this side, row by row.
pub(super) fn rgb(planes: &Planes<'_>, area: Rectangle, side: usize, numbers: ColorNumbers) -> Vec<u8> {
    let Some([blue, red]) = &planes.chroma else {
        return luma(planes, area, side, numbers.full_range).into_iter().flat_map(|gray| [gray; 3]).collect();
    };
    let (step_x, step_y) = planes.subsampling;
    let chroma = |plane: &Plane<'_>| {
        if side < step_x.max(step_y) {
            return plane.enlarge(area, (step_x, step_y));
        }
        let last = |end: u32, step: usize, length: usize| (end as usize).div_ceil(step).min(length) as u32;
        let (left, top) = (area.left / step_x as u32, area.top / step_y as u32);
        let right = last(area.left + area.width, step_x, plane.width).max(left + 1);
        let bottom = last(area.top + area.height, step_y, plane.height).max(top + 1);
        plane.reduce(Rectangle { left, top, width: right - left, height: bottom - top }, (side / step_x, side / step_y))
    };
    let mut luma = planes.luma.reduce(area, (side, side));
    let (mut blue, mut red, bits) = (chroma(blue), chroma(red), blue.bits);
    normalize(&mut luma, planes.luma.bits, numbers.full_range);
    // In RGB pictures, the planes are green, blue and red.
    if numbers.matrix == 0 {
        [&mut blue, &mut red].into_iter().for_each(|plane| normalize(plane, bits, numbers.full_range));
        let pixels = luma.iter().zip(&blue).zip(&red);
        return pixels.flat_map(|((&green, &blue), &red)| [red, green, blue].map(to_byte)).collect();
    }
    [&mut blue, &mut red].into_iter().for_each(|plane| center(plane, bits, numbers.full_range));
    let pixels = luma.iter().zip(&blue).zip(&red);
    if numbers.matrix == 8 {
        // YCgCo: the differences are those of green and orange.
        let pixel = |y: f32, green: f32, orange: f32| [y - green + orange, y + green, y - green - orange];
        return pixels.flat_map(|((&y, &green), &orange)| pixel(y, green, orange).map(to_byte)).collect();
    }
    let (weight_red, weight_blue) = weights(numbers);
    let weight_green = 1.0 - weight_red - weight_blue;
    let pixel = |y: f32, blue: f32, red: f32| {
        let (blue, red) = (y + blue * 2.0 * (1.0 - weight_blue), y + red * 2.0 * (1.0 - weight_red));
        [red, (y - weight_red * red - weight_blue * blue) / weight_green, blue]
    };
    pixels.flat_map(|((&y, &blue), &red)| pixel(y, blue, red).map(to_byte)).collect()
}

/// The share of red and blue in the brightness.
fn weights(numbers: ColorNumbers) -> (f32, f32) {
    match (numbers.matrix, numbers.primaries) {
        (1, _) | (12, 1) => (0.2126, 0.0722),
        (4, _) => (0.30, 0.11),
        (7, _) => (0.212, 0.087),
        (9 | 10, _) | (12, 9) => (0.2627, 0.0593),
        (12, 12) => (0.229, 0.0793),
        _ => (0.299, 0.114),
    }
}
