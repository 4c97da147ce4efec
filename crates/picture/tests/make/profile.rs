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
