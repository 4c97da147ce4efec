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
    let colors = [RED, BLUE].map(|[r, g, b]| [b, g, r, 0]).concat();
    let start: u32 = 14 + 40 + 8;
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let file = numbers(&[start + rows.len() as u32, 0, start]);
    // One plane of eight bits; compression 1 (RLE8); two colors.
    let picture = numbers(&[40, width.into(), height.into(), 1 | (8 << 16), 1, 0, 0, 0, 2, 0]);
    [b"BM".to_vec(), file, picture, colors, rows].concat()
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
