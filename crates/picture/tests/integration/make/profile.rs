//! Writes files with color profiles.

use image::RgbaImage;
use moxcms::ColorProfile;

use super::container::{riff, webp, webp_pixels};
use super::jpeg::with_segment;
use super::png::{chunk, with_chunks, zlib};

pub fn encoded(profile: &ColorProfile) -> Vec<u8> {
    profile.encode().unwrap()
}

/// A JPEG with a profile in `parts` segments, in reverse order: readers must sort them by their numbers.
pub fn jpeg_with_profile(jpeg: &[u8], profile: &[u8], parts: usize) -> Vec<u8> {
    let pieces: Vec<&[u8]> = profile.chunks(profile.len().div_ceil(parts).max(1)).collect();
    let mut bytes = jpeg.to_vec();
    for (at, piece) in pieces.iter().enumerate() {
        let head = [b"ICC_PROFILE\0".as_slice(), &[at as u8 + 1, pieces.len() as u8]].concat();
        bytes = with_segment(&bytes, 0xe2, &[head.as_slice(), piece].concat());
    }
    bytes
}

pub fn png_with_profile(png: &[u8], profile: &[u8]) -> Vec<u8> {
    with_chunks(png, &[chunk(b"iCCP", &[b"profile\0\0".as_slice(), &zlib(profile)].concat())])
}

pub fn webp_with_profile(image: &RgbaImage, profile: &[u8]) -> Vec<u8> {
    webp(0x30, image.dimensions(), &[riff(b"ICCP", profile), webp_pixels(image)])
}

/// A CMYK profile (ICC version 2): cyan is shown as sRGB red, every other ink and mixture as the gray 119, paper white.
pub fn cmyk() -> Vec<u8> {
    let fixed = |value: f64| ((value * 65536.0).round() as i32).to_be_bytes();
    let identity = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0].map(fixed).concat();
    let straight: Vec<u8> = (0..=255).collect();
    // L*a*b* of each combination of inks. The first ink changes last.
    let colors: Vec<u8> = (0..16)
        .flat_map(|inks| match inks {
            0 => [255, 128, 128],
            8 => [138, 209, 198],
            _ => [128, 128, 128],
        })
        .collect();
    let table =
        [b"mft1\0\0\0\0\x04\x03\x02\0", &identity[..], &straight.repeat(4), &colors, &straight.repeat(3)].concat();
    let white = [b"XYZ \0\0\0\0", &[0.9642, 1.0, 0.8249].map(fixed).concat()[..]].concat();
    let mut header = [&[0; 8][..], &[2, 0x40, 0, 0], b"prtrCMYKLab "].concat();
    header.extend([0, 2, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]);
    header.extend(b"acsp");
    header.resize(68, 0);
    header.extend([0.9642, 1.0, 0.8249].map(fixed).concat());
    header.resize(128, 0);
    let start = 128 + 4 + 2 * 12;
    let tag = |name: &[u8; 4], offset: usize, length: usize| {
        [&name[..], &(offset as u32).to_be_bytes(), &(length as u32).to_be_bytes()].concat()
    };
    let tags = [tag(b"wtpt", start, white.len()), tag(b"A2B0", start + white.len(), table.len())].concat();
    let mut profile = [&header[..], &[0, 0, 0, 2], &tags, &white, &table].concat();
    let length = profile.len() as u32;
    profile[..4].copy_from_slice(&length.to_be_bytes());
    profile
}
