//! Writes ordinary, unusual and malicious picture files for the tests and examples: single chunks and segments, rare
//! color types, false headers.

// Each test program uses only a part of this module.
#![allow(dead_code, unreachable_pub)]
// If a file cannot be made, the test fails.
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod bitmap;
pub mod container;
pub mod fax;
pub mod heif;
pub mod heif_file;
pub mod jpeg;
pub mod png;
pub mod profile;
pub mod raw_tiff;
pub mod samples;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

pub const RED: [u8; 3] = [200, 30, 30];
pub const BLUE: [u8; 3] = [30, 30, 200];

/// Red on the left, blue on the right.
pub fn red_blue(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE }))
}

/// Renders the largest centered square.
pub fn prepare(bytes: &[u8]) -> Result<lapel_picture::Prepared, lapel_picture::PictureError> {
    lapel_picture::render(bytes, None)
}

/// Encodes with the encoders of the image crate.
pub fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A pseudorandom number generator (xorshift): the same numbers at every run.
pub struct Noise(pub u64);

impl Noise {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 11) as usize % limit
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.next() >> 24) as u8).collect()
    }
}

/// A text in the metadata, which a prepared picture must not contain.
pub const CAMERA: &str = "Spy Camera 3000";

/// An EXIF block without its prefix, with an orientation and a camera make.
pub fn exif(orientation: u16, big_endian: bool) -> Vec<u8> {
    let u16 = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let u32 = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut block = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    block.extend(u16(42));
    block.extend(u32(8));
    block.extend(u16(2));
    // Make (0x010f): a text, stored after the directory.
    block.extend([u16(0x010f), u16(2)].concat());
    block.extend([u32(CAMERA.len() as u32 + 1), u32(38)].concat());
    // Orientation (0x0112): one 16-bit number.
    block.extend([u16(0x0112), u16(3)].concat());
    block.extend(u32(1));
    block.extend([u16(orientation), u16(0)].concat());
    block.extend(u32(0));
    block.extend(CAMERA.as_bytes());
    block.push(0);
    block
}
