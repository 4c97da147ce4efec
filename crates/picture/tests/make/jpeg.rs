//! Writes JPEG files: inserts segments into existing files, and encodes flat blocks in the color models and scan
//! orders that the image crate's encoder does not support.

use super::exif;

/// Inserts a segment after the start marker.
pub fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend(segment(marker, content));
    bytes.extend(&jpeg[2..]);
    bytes
}

pub fn with_orientation(jpeg: &[u8], orientation: u16, big_endian: bool) -> Vec<u8> {
    with_segment(jpeg, 0xe1, &[b"Exif\0\0".to_vec(), exif(orientation, big_endian)].concat())
}

pub fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, marker], length.to_be_bytes().as_slice(), content].concat()
}

/// A JPEG with chroma subsampling, as cameras write it. The image crate's encoder does not support that.
pub fn subsampled(image: &image::RgbImage) -> Vec<u8> {
    let mut encoder = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
    encoder.set_fastest_defaults();
    encoder.set_size(image.width() as usize, image.height() as usize);
    encoder.set_quality(92.0);
    encoder.set_chroma_sampling_pixel_sizes((2, 2), (2, 2));
    let mut started = encoder.start_compress(Vec::new()).unwrap();
    started.write_scanlines(image).unwrap();
    started.finish().unwrap()
}

/// A picture whose left and right half have one color each, in the color model of the file (one, three or four
/// channels).
pub struct Halves<'a> {
    pub width: u16,
    pub height: u16,
    pub left: &'a [u8],
    pub right: &'a [u8],
    /// The color transform in the Adobe marker: 0 none, 1 YCbCr, 2 YCCK.
    pub adobe: Option<u8>,
    pub progressive: bool,
    /// Whether each component has its own scan.
    pub separate_scans: bool,
}

impl<'a> Halves<'a> {
    pub fn new(left: &'a [u8], right: &'a [u8]) -> Self {
        Self { width: 64, height: 64, left, right, adobe: None, progressive: false, separate_scans: false }
    }

    /// The headers, up to the first scan.
    pub fn header(&self) -> Vec<u8> {
        let count = self.left.len() as u8;
        let mut bytes = vec![0xff, 0xd8];
        if let Some(transform) = self.adobe {
            bytes.extend(segment(0xee, &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat()));
        }
        // With all quantization values 8, the DC coefficient of a flat block is its value minus 128.
        bytes.extend(segment(0xdb, &[vec![0], vec![8; 64]].concat()));
        let size = [self.height.to_be_bytes(), self.width.to_be_bytes()].concat();
        let components = (1..=count).flat_map(|id| [id, 0x11, 0]);
        let frame: Vec<u8> = [8].into_iter().chain(size).chain([count]).chain(components).collect();
        bytes.extend(segment(if self.progressive { 0xc2 } else { 0xc0 }, &frame));
        // Huffman tables. DC: nine sizes, each with a code of four bits. AC: only "end of block", one bit.
        let sizes = [&[0x00_u8, 0, 0, 0, 9][..], &[0; 12], &[0, 1, 2, 3, 4, 5, 6, 7, 8]].concat();
        bytes.extend(segment(0xc4, &sizes));
        bytes.extend(segment(0xc4, &[&[0x10, 1][..], &[0; 15], &[0]].concat()));
        bytes
    }

    pub fn encode(&self) -> Vec<u8> {
        let count = self.left.len();
        let mut bytes = self.header();
        let groups: Vec<Vec<usize>> =
            if self.separate_scans { (0..count).map(|one| vec![one]).collect() } else { vec![(0..count).collect()] };
        for group in groups {
            let mut scan = vec![group.len() as u8];
            scan.extend(group.iter().flat_map(|component| [*component as u8 + 1, 0x00]));
            scan.extend([0, if self.progressive { 0 } else { 63 }, 0]);
            bytes.extend(segment(0xda, &scan));
            bytes.extend(self.scan(&group));
        }
        bytes.extend([0xff, 0xd9]);
        bytes
    }

    fn scan(&self, components: &[usize]) -> Vec<u8> {
        let mut bits = Bits::default();
        let mut last = vec![0_i32; self.left.len()];
        let columns = self.width.div_ceil(8);
        for _ in 0..self.height.div_ceil(8) {
            for column in 0..columns {
                let color = if column < columns / 2 { self.left } else { self.right };
                for component in components {
                    let value = i32::from(color[*component]) - 128;
                    bits.difference(value - std::mem::replace(&mut last[*component], value));
                    if !self.progressive {
                        bits.push(0, 1);
                    }
                }
            }
        }
        bits.finish()
    }
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn difference(&mut self, difference: i32) {
        let size = 32 - difference.unsigned_abs().leading_zeros();
        self.push(size, 4);
        // For a negative number, JPEG stores the low bits of the number minus one.
        self.push((if difference < 0 { difference - 1 } else { difference }) as u32 & ((1 << size) - 1), size);
    }

    fn push(&mut self, value: u32, count: u32) {
        for at in (0..count).rev() {
            self.pending = self.pending << 1 | (value >> at & 1);
            self.count += 1;
            if self.count == 8 {
                let byte = self.pending as u8;
                self.bytes.push(byte);
                if byte == 0xff {
                    self.bytes.push(0);
                }
                (self.pending, self.count) = (0, 0);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.push(1, 1);
        }
        self.bytes
    }
}
