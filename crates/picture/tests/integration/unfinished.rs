//! Files that are cut off, filled up with zeros, or broken in the middle are shown as far as they go, with a note.

use crate::make::container::gif;
use crate::make::jpeg::{Halves, segment, subsampled};
use crate::make::png::{Header, png};
use crate::make::{RED, encode, prepare};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use lapel_picture::{Note, Opened, PictureError, open};

/// A red picture with some noise, so that every row takes many bytes.
fn red(width: u32, height: u32) -> RgbImage {
    let mut noise = crate::make::Noise(77);
    RgbImage::from_fn(width, height, |_, _| Rgb(RED.map(|value| value + noise.below(16) as u8)))
}

fn image(opened: &Opened) -> RgbaImage {
    image::load_from_memory(&opened.bytes).unwrap().into_rgba8()
}

#[track_caller]
fn assert_color(image: &RgbaImage, y: f64, color: [u8; 4]) {
    let pixel = image.get_pixel(image.width() / 3, (f64::from(image.height()) * y) as u32).0;
    let near = pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 20);
    assert!(near, "{pixel:?} instead of {color:?} at {y}");
}

const THERE: [u8; 4] = [RED[0], RED[1], RED[2], 255];
const GRAY: [u8; 4] = [128, 128, 128, 255];

/// Checks a file with the upper half of a picture.
#[track_caller]
fn assert_half(file: &[u8], rest: [u8; 4]) {
    let opened = open(file).unwrap();
    assert_eq!(opened.notes, [Note::EndsEarly]);
    assert_eq!(prepare(file).unwrap().notes.first(), Some(&Note::EndsEarly));
    let image = image(&opened);
    for y in [0.02, 0.2, 0.4] {
        assert_color(&image, y, THERE);
    }
    for y in [0.6, 0.8, 0.98] {
        assert_color(&image, y, rest);
    }
}

/// Checks that a file is the same picture as a complete one.
#[track_caller]
fn assert_complete(file: &[u8], complete: &[u8]) {
    assert!(open(file).unwrap() == open(complete).unwrap());
    assert!(prepare(file).unwrap() == prepare(complete).unwrap());
    assert_eq!(open(file).unwrap().notes, []);
}

#[test]
fn a_jpeg_without_its_end_marker_is_complete() {
    for jpeg in [encode(red(900, 800), ImageFormat::Jpeg), subsampled(&red(900, 800))] {
        let end = jpeg.len() - 2;
        assert_complete(&jpeg[..end], &jpeg);
        assert_complete(&[&jpeg[..end], &[0; 5_000]].concat(), &jpeg);
        assert_complete(&[&jpeg[..], &[0; 5_000]].concat(), &jpeg);
    }
}

#[test]
fn half_a_jpeg_is_half_a_picture() {
    for jpeg in [encode(red(900, 800), ImageFormat::Jpeg), subsampled(&red(900, 800))] {
        let half = &jpeg[..jpeg.len() / 2];
        assert_half(half, GRAY);
        assert_half(&[half, &[0; 200_000]].concat(), GRAY);
        // A false end marker, and a marker that does not exist.
        for marker in [0xd9, 0x02, 0xc5, 0xf3] {
            let at = jpeg.len() / 2;
            assert_half(&[&jpeg[..at], &[0xff, marker], &jpeg[at + 2..]].concat(), GRAY);
        }
        assert!(matches!(open(&jpeg[..jpeg.len() / 20]), Err(PictureError::Damaged(_))));
    }
}

#[test]
fn a_flat_jpeg_is_complete_although_its_pixels_are_few_bytes() {
    let flat = Halves { width: 2_000, height: 2_000, ..Halves::new(&[128], &[128]) }.encode();
    assert_complete(&flat, &flat);
    assert_eq!(open(&[&flat[..], &[0; 5_000]].concat()[..]).unwrap().notes, []);
}

#[test]
fn a_progressive_jpeg_that_ends_early_is_shown() {
    let (red, blue) = ([81, 99, 213], [49, 213, 114]);
    let halves = Halves { width: 640, height: 640, progressive: true, ..Halves::new(&red, &blue) };
    let jpeg = halves.encode();
    let header = halves.header().len() + segment(0xda, &[0; 10]).len();
    let half = header + (jpeg.len() - header) / 2;
    for file in [jpeg[..half].to_vec(), [&jpeg[..half], &[0xff, 0xd9], &jpeg[half..]].concat()] {
        let opened = open(&file[..]).unwrap();
        assert_eq!(opened.notes, [Note::EndsEarly]);
        assert_color(&image(&opened), 0.3, THERE);
        assert_color(&image(&opened), 0.8, GRAY);
    }
}

#[test]
fn a_png_without_its_end_is_complete_and_a_cut_one_is_shown() {
    let png = encode(red(600, 600), ImageFormat::Png);
    assert_complete(&png[..png.len() - 12], &png);
    assert_complete(&png[..png.len() - 16], &png);
    assert_half(&png[..png.len() / 2], GRAY);
    assert!(matches!(open(&png[..png.len() / 20]), Err(PictureError::Damaged(_))));
    // A wrong checksum of the pixels and of the header.
    for at in [png.len() - 13, 32] {
        let mut wrong = png.clone();
        wrong[at] ^= 1;
        assert_complete(&wrong, &png);
    }
    // A changed pixel, which only the checksum of the pixels tells.
    let noise = RgbImage::from_fn(600, 600, |x, y| image::Rgb([x as u8, y as u8, (x * y % 251) as u8]));
    let mut damaged = encode(noise, ImageFormat::Png);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 4;
    assert_eq!(open(&damaged[..]).map(|opened| opened.notes), Ok(vec![Note::EndsEarly]));
    let clear = encode(DynamicImage::from(red(600, 600)).into_rgba8(), ImageFormat::Png);
    assert_half(&clear[..clear.len() / 2], [0; 4]);
}

#[test]
fn rare_kinds_of_png_are_shown_as_far_as_they_go() {
    let small = |depth, color, interlaced| Header { width: 600, height: 600, depth, color, interlaced };
    let wide = |_, _| RED.iter().flat_map(|&value| [value, value]).collect();
    let deep = png(small(16, 2, false), &[], wide, &[]);
    assert_half(&deep[..deep.len() / 2], GRAY);
    // The first passes of an interlaced picture cover all of it.
    let interlaced = png(small(8, 2, true), &[], |_, _| RED.to_vec(), &[]);
    let image = image(&open(&interlaced[..interlaced.len() / 4]).unwrap());
    for y in [0.1, 0.5, 0.9] {
        assert_color(&image, y, THERE);
    }
}

#[test]
fn a_cut_gif_is_shown() {
    let gif = gif(vec![DynamicImage::from(red(600, 600)).into_rgba8()]);
    assert_half(&gif[..gif.len() / 2], [0; 4]);
    assert!(matches!(open(&gif[..gif.len() / 20]), Err(PictureError::Damaged(_))));
}
