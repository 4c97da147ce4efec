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

/// A gray JPEG of one block with arithmetic coding (ITU-T T.81, annex D): 63 or, if `brighter`, 193.
pub fn arithmetic(progressive: bool, brighter: bool) -> Vec<u8> {
    // The value 128 plus or minus 65: not zero, the sign, the magnitude category 64, and six zero bits. The numbers are
    // the contexts.
    let mut coder = ArithmeticCoder { low: 0, width: 0x10000, shifts: 0, states: [(0, false); 64] };
    coder.put(0, true);
    coder.put(1, !brighter);
    coder.put(if brighter { 2 } else { 3 }, true);
    (20..26).for_each(|context| coder.put(context, true));
    coder.put(26, false);
    (0..6).for_each(|_| coder.put(40, false));
    if !progressive {
        // The end of the block: the other coefficients are zero. A progressive scan may contain only the first one.
        coder.put(50, true);
    }

    let mut bytes = Halves { width: 8, height: 8, progressive: true, ..Halves::new(&[0], &[0]) }.header();
    let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc2]).unwrap();
    bytes[frame + 1] = if progressive { 0xca } else { 0xc9 };
    bytes.extend(segment(0xda, &[1, 1, 0, 0, if progressive { 0 } else { 63 }, 0]));
    bytes.extend(coder.bytes());
    bytes.extend([0xff, 0xd9]);
    bytes
}

/// The interval of the code, as a number that grows by a bit with each shift.
struct ArithmeticCoder {
    low: u128,
    width: u128,
    shifts: u32,
    /// The state and the more probable symbol of each context.
    states: [(usize, bool); 64],
}

impl ArithmeticCoder {
    fn put(&mut self, context: usize, symbol: bool) {
        /// The first states of table D.3: the probability. The next state of the more probable symbol is the next one.
        const PROBABILITIES: [u128; 6] = [0x5a1d, 0x2586, 0x1114, 0x080b, 0x03d8, 0x01da];
        let (state, probable) = self.states[context];
        let less = PROBABILITIES[state];
        self.width -= less;
        if symbol == probable {
            if self.width >= 0x8000 {
                return;
            }
            if self.width < less {
                self.low += self.width;
                self.width = less;
            }
            self.states[context] = (state + 1, probable);
        } else {
            if self.width >= less {
                self.low += self.width;
                self.width = less;
            }
            // Only the first state is left by the less probable symbol here. It exchanges the symbols.
            assert_eq!(state, 0);
            self.states[context] = (1, symbol);
        }
        while self.width < 0x8000 {
            (self.low, self.width, self.shifts) = (self.low << 1, self.width << 1, self.shifts + 1);
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let count = (16 + self.shifts).next_multiple_of(8);
        let code = (self.low << (count - 16 - self.shifts)).to_be_bytes();
        let bytes = &code[code.len() - count as usize / 8..];
        bytes.iter().flat_map(|&byte| if byte == 0xff { vec![0xff, 0] } else { vec![byte] }).collect()
    }
}
