//! Writes kinds of BMP and TIFF that the image crate cannot write.

use std::io::Cursor;

use image::RgbaImage;
use tiff::encoder::colortype::{ColorType, RGBA8};
use tiff::encoder::{Compression, DeflateLevel, TiffEncoder};
use tiff::tags::Tag;

use super::{BLUE, RED};

/// A run-length encoded BMP with a palette: red on the left, blue on the right.
pub fn packed_bitmap(width: u8, height: u8) -> Vec<u8> {
    let run = [width / 2, 0, width - width / 2, 1, 0, 0];
    let rows = [run.repeat(height.into()), vec![0, 1]].concat();
    bitmap((width.into(), height.into()), 8, 1, &rows)
}

/// A BMP with eight bits per pixel and a palette: red on the left, blue on the right. The width is a multiple of eight.
pub fn indexed_bitmap(width: u32, height: u32) -> Vec<u8> {
    let half = width as usize / 2;
    bitmap((width, height), 8, 0, &[vec![0; half], vec![1; half]].concat().repeat(height as usize))
}

/// A BMP with a palette of red and blue.
pub fn bitmap((width, height): (u32, u32), bits: u32, compression: u32, pixels: &[u8]) -> Vec<u8> {
    let colors = [RED, BLUE].map(|[r, g, b]| [b, g, r, 0]).concat();
    let start = 14 + 40 + colors.len() as u32;
    let numbers =
        [start + pixels.len() as u32, 0, start, 40, width, height, 1 | bits << 16, compression, 0, 0, 0, 2, 0];
    [b"BM", &numbers.map(u32::to_le_bytes).concat()[..], &colors, pixels].concat()
}

/// The same with the second OS/2 header: the Windows header and 24 more bytes.
pub fn os2_bitmap(width: u8, height: u8) -> Vec<u8> {
    let windows = packed_bitmap(width, height);
    let start = u32::from_le_bytes([windows[10], windows[11], windows[12], windows[13]]) + 24;
    [&windows[..10], &start.to_le_bytes(), &[64, 0, 0, 0], &windows[18..54], &[0; 24], &windows[54..]].concat()
}

/// An uncompressed square with the shortest form of that header: size, planes and bits. `side` is a multiple of four.
pub fn short_os2_bitmap(side: u32) -> Vec<u8> {
    let half = side as usize / 2;
    let row = [RED, BLUE].map(|[r, g, b]| [b, g, r].repeat(half)).concat();
    let numbers = [0, 0, 30, 16, side, side, 1 | 24 << 16].map(u32::to_le_bytes).concat();
    [b"BM".to_vec(), numbers, row.repeat(side as usize)].concat()
}

/// A compressed TIFF with these pages.
pub fn tiff(pages: &[&RgbaImage]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut file = TiffEncoder::new(&mut bytes).unwrap().with_compression(Compression::Deflate(DeflateLevel::Fast));
    for page in pages {
        file.write_image::<RGBA8>(page.width(), page.height(), page.as_raw()).unwrap();
    }
    bytes.into_inner()
}

/// A square TIFF with this side, color type and additional tags.
pub fn tagged_tiff<C: ColorType<Inner = u8>>(side: u32, pixels: &[u8], tags: &[(Tag, u32)]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut file = TiffEncoder::new(&mut bytes).unwrap();
    let mut image = file.new_image::<C>(side, side).unwrap();
    for &(tag, value) in tags {
        image.encoder().write_tag(tag, value).unwrap();
    }
    image.write_data(pixels).unwrap();
    bytes.into_inner()
}
