//! `make_seeds FOLDER`: writes the seed corpus for the fuzzer. Each seed is a small picture file that is preceded by
//! four bytes, which select a square (see fuzz/fuzz_targets/picture.rs).

// A panic is the right failure for a command line tool: it names the step that failed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/make/mod.rs"]
mod make;

use std::path::PathBuf;

use image::{ImageFormat, Rgba, RgbaImage};
use make::jpeg::{Halves, with_orientation};
use make::png::{Header, chunk, png};
use make::profile::{encoded, jpeg_with_profile, png_with_profile, webp_with_profile};
use make::{BLUE, Noise, RED, encode, red_blue, samples};
use moxcms::ColorProfile;

/// Selects no square (the largest centered one is then used), a rotated and mirrored square with a background, and a
/// small square.
const SQUARES: [[u8; 4]; 3] = [[0, 0, 0, 0], [0b1_1111, 40, 90, 200], [0b1_0000, 100, 100, 60]];

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("usage: make_seeds FOLDER"));
    std::fs::create_dir_all(&folder).unwrap();
    let mut files: Vec<(String, Vec<u8>)> =
        samples::samples().into_iter().map(|(name, bytes)| (name.replace(' ', "-"), bytes)).collect();
    files.extend(more_samples().into_iter().map(|(name, bytes)| (name.into(), bytes)));
    for (name, bytes) in files {
        for (at, square) in SQUARES.iter().enumerate() {
            std::fs::write(folder.join(format!("{name}-{at}")), [square, bytes.as_slice()].concat()).unwrap();
        }
    }
}

/// Files with features that [`samples`] does not have: profiles, texture, rare color types.
fn more_samples() -> Vec<(&'static str, Vec<u8>)> {
    let mut noise = Noise(5);
    let textured = RgbaImage::from_fn(70, 50, |x, y| {
        let rough = noise.below(30) as u8;
        Rgba([x as u8 * 3 + rough, y as u8 * 4 + rough, 120 - rough, if x < 35 { 255 } else { 130 + rough }])
    });
    let opaque = image::DynamicImage::from(textured.clone()).into_rgb8();
    let (jpeg, png_file) = (encode(opaque.clone(), ImageFormat::Jpeg), encode(textured.clone(), ImageFormat::Png));
    let (p3, gray) = (encoded(&ColorProfile::new_display_p3()), encoded(&ColorProfile::new_gray_with_gamma(2.2)));
    let grey_jpeg = encode(image::DynamicImage::from(opaque).into_luma8(), ImageFormat::Jpeg);
    let ycck = Halves { adobe: Some(2), ..Halves::new(&[174, 157, 43, 255], &[206, 43, 142, 255]) }.encode();
    let deep = Header { width: 20, height: 20, depth: 16, color: 6, interlaced: true };
    let palette = Header { width: 20, height: 20, depth: 8, color: 3, interlaced: false };
    vec![
        ("jpeg-with-profile", jpeg_with_profile(&jpeg, &p3, 2)),
        ("gray-jpeg-with-profile", jpeg_with_profile(&grey_jpeg, &gray, 1)),
        ("ycck-jpeg-with-profile", jpeg_with_profile(&ycck, &p3, 1)),
        ("turned-jpeg", with_orientation(&encode(red_blue(90, 60), ImageFormat::Jpeg), 7, false)),
        ("png-with-profile", png_with_profile(&png_file, &p3)),
        ("webp-with-profile", webp_with_profile(&textured, &p3)),
        ("deep-png", png(deep, &[], |x, y| vec![x as u8, 0, y as u8, 9, 7, 7, 128, 128], &[])),
        ("palette-png", png(palette, &[chunk(b"PLTE", &[RED, BLUE].concat())], |x, _| vec![u8::from(x > 9)], &[])),
    ]
}
