//! Writers of ordinary, odd and hostile picture files, shared by the tests and by the example make_fixtures. They write what
//! encoders do not offer: single chunks and segments, rare colour types, headers that lie.

// Each of the programs that include this module uses another part of it.
#![allow(dead_code, unreachable_pub)]
// A file that cannot be made is a failed test; there is nobody to hand an error to.
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod bitmap;
pub mod container;
pub mod jpeg;
pub mod png;
pub mod profile;
pub mod samples;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

pub const RED: [u8; 3] = [200, 30, 30];
pub const BLUE: [u8; 3] = [30, 30, 200];

/// Red on the left, blue on the right.
pub fn red_blue(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE }))
}

/// The largest square in the middle, finished.
pub fn prepare(bytes: &[u8]) -> Result<lapel_picture::Prepared, lapel_picture::PictureError> {
    lapel_picture::render(bytes, None)
}

/// Encodes with the encoders of the image crate.
pub fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Endless numbers that look random and are the same every time (xorshift).
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

/// The text that must not be found in a prepared picture.
pub const CAMERA: &str = "Spy Camera 3000";

/// An EXIF block without its marker: an orientation, and a camera that has a name.
pub fn exif(orientation: u16, big_endian: bool) -> Vec<u8> {
    let u16 = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let u32 = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut block = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    block.extend(u16(42));
    block.extend(u32(8));
    block.extend(u16(2));
    // Make (0x010f), a text that stands after the directory.
    block.extend([u16(0x010f), u16(2)].concat());
    block.extend([u32(CAMERA.len() as u32 + 1), u32(38)].concat());
    // Orientation (0x0112), one short.
    block.extend([u16(0x0112), u16(3)].concat());
    block.extend(u32(1));
    block.extend([u16(orientation), u16(0)].concat());
    block.extend(u32(0));
    block.extend(CAMERA.as_bytes());
    block.push(0);
    block
}
