//! Writes PNG files chunk by chunk, without compression.

/// The fields of the IHDR chunk.
#[derive(Clone, Copy)]
pub struct Header {
    pub width: u32,
    pub height: u32,
    pub depth: u8,
    /// 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA.
    pub color: u8,
    pub interlaced: bool,
}

/// A PNG with additional chunks before and after the pixels. `pixel` returns the bytes of one pixel, so a pixel cannot
/// be smaller than a byte.
pub fn png(header: Header, before: &[Vec<u8>], pixel: impl Fn(u32, u32) -> Vec<u8>, after: &[Vec<u8>]) -> Vec<u8> {
    let Header { width, height, interlaced, .. } = header;
    // The passes of Adam7 interlacing: first column, column step, first row, row step.
    let passes: &[[u32; 4]] = if interlaced {
        &[[0, 8, 0, 8], [4, 8, 0, 8], [0, 4, 4, 8], [2, 4, 0, 4], [0, 2, 2, 4], [1, 2, 0, 2], [0, 1, 1, 2]]
    } else {
        &[[0, 1, 0, 1]]
    };
    let mut rows = Vec::new();
    for [left, right_step, top, down_step] in passes {
        for y in (*top..height).step_by(*down_step as usize) {
            if *left < width {
                rows.push(0);
                rows.extend((*left..width).step_by(*right_step as usize).flat_map(|x| pixel(x, y)));
            }
        }
    }
    with_data(header, before, &zlib(&rows), after)
}

/// A file with these compressed pixels, which need not match the header.
pub fn with_data(header: Header, before: &[Vec<u8>], compressed: &[u8], after: &[Vec<u8>]) -> Vec<u8> {
    let Header { width, height, depth, color, interlaced } = header;
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(chunk(b"IHDR", &[&size[..], &[depth, color, 0, 0, interlaced.into()]].concat()));
    bytes.extend(before.concat());
    bytes.extend(chunk(b"IDAT", compressed));
    bytes.extend(after.concat());
    bytes.extend(chunk(b"IEND", &[]));
    bytes
}

/// Inserts chunks after the IHDR chunk.
pub fn with_chunks(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    let (head, rest) = png.split_at(33);
    [head, &chunks.concat(), rest].concat()
}

pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    [&(data.len() as u32).to_be_bytes(), body.as_slice(), &crc(&body).to_be_bytes()].concat()
}

/// A zlib stream of stored blocks.
pub fn zlib(data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        bytes.push(blocks.peek().is_none().into());
        bytes.extend(length.to_le_bytes());
        bytes.extend((!length).to_le_bytes());
        bytes.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    bytes.extend((b << 16 | a).to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 })
    };
    !bytes.iter().fold(u32::MAX, step)
}
