//! Writes WebP and GIF files with several frames or metadata, and animated PNG.

use image::codecs::gif::GifEncoder;
use image::{Frame, ImageFormat, RgbaImage};

use super::{encode, png};

/// The compressed pixels of a lossless WebP, as a chunk.
pub fn webp_pixels(image: &RgbaImage) -> Vec<u8> {
    encode(image.clone(), ImageFormat::WebP).split_off(12)
}

/// An extended WebP file with these flags, canvas size and chunks.
pub fn webp(flags: u8, size: (u32, u32), chunks: &[Vec<u8>]) -> Vec<u8> {
    let canvas = [&[flags, 0, 0, 0][..], &u24(size.0 - 1), &u24(size.1 - 1)].concat();
    let body = [b"WEBP".to_vec(), riff(b"VP8X", &canvas), chunks.concat()].concat();
    riff(b"RIFF", &body)
}

/// An animated WebP whose frames fill the canvas.
pub fn animated_webp(frames: &[RgbaImage]) -> Vec<u8> {
    let (width, height) = frames[0].dimensions();
    let mut chunks = vec![riff(b"ANIM", &[0; 6])];
    for frame in frames {
        let head = [&[0; 6][..], &u24(width - 1), &u24(height - 1), &[100, 0, 0, 0]].concat();
        chunks.push(riff(b"ANMF", &[head, webp_pixels(frame)].concat()));
    }
    webp(0x12, (width, height), &chunks)
}

pub fn webp_with_exif(image: &RgbaImage, block: &[u8]) -> Vec<u8> {
    webp(0x18, image.dimensions(), &[webp_pixels(image), riff(b"EXIF", block)])
}

pub fn riff(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut bytes = [kind.as_slice(), &(data.len() as u32).to_le_bytes(), data].concat();
    if data.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}

fn u24(value: u32) -> [u8; 3] {
    let [low, middle, high, _] = value.to_le_bytes();
    [low, middle, high]
}

/// A GIF whose frames fill the canvas.
pub fn gif(frames: Vec<RgbaImage>) -> Vec<u8> {
    let mut bytes = Vec::new();
    GifEncoder::new(&mut bytes).encode_frames(frames.into_iter().map(Frame::new)).unwrap();
    bytes
}

/// An animated RGB PNG with two frames of one color each.
pub fn animated_png(size: u32, first: [u8; 3], second: [u8; 3]) -> Vec<u8> {
    let control = |sequence: u32| {
        let numbers = [sequence, size, size, 0, 0].map(u32::to_be_bytes).concat();
        png::chunk(b"fcTL", &[&numbers[..], &[0, 1, 0, 10, 0, 0]].concat())
    };
    let row = [vec![0], second.repeat(size as usize)].concat();
    let data = [2_u32.to_be_bytes().to_vec(), png::zlib(&row.repeat(size as usize))].concat();
    let header = png::Header { width: size, height: size, depth: 8, color: 2, interlaced: false };
    let animation = png::chunk(b"acTL", &[2_u32.to_be_bytes(), [0; 4]].concat());
    png::png(header, &[animation, control(0)], |_, _| first.to_vec(), &[control(1), png::chunk(b"fdAT", &data)])
}
