//! All kinds of TIFF that scanners and programs write.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a failed step is a failed test

mod make;

use fax::encoder::Encoder;
use fax::{BitWriter, Bits, Color, VecWriter};
use image::RgbaImage;
use lapel_picture::Note;
use make::jpeg::Halves;
use make::raw_tiff::RawTiff;
use make::{BLUE, RED, encode, prepare, red_blue};

const SIDE: u32 = 600;

/// The picture as it is prepared.
fn decoded(file: &[u8]) -> RgbaImage {
    image::load_from_memory(&prepare(file).unwrap().bytes).unwrap().into_rgba8()
}

/// Checks the colors of the left and the right half.
#[track_caller]
fn check(tiff: &RawTiff, left: [u8; 4], right: [u8; 4], notes: &[Note]) {
    for big_endian in [false, true] {
        let file = RawTiff { big_endian, more: tiff.more.clone(), data: ordered(tiff, big_endian), ..*tiff }.encode();
        assert_eq!(prepare(&file).unwrap().notes, notes);
        let image = decoded(&file);
        for (x, color) in [(100, left), (412, right)] {
            let pixel = image.get_pixel(x, 256).0;
            let near = pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 4);
            assert!(near, "{pixel:?} instead of {color:?} at {x}, big endian: {big_endian}");
        }
    }
}

/// The pixels, in which samples of 16 bits are little endian.
fn ordered(tiff: &RawTiff, big_endian: bool) -> Vec<u8> {
    let swaps = big_endian && tiff.bits == 16;
    if swaps { tiff.data.chunks_exact(2).flat_map(|pair| [pair[1], pair[0]]).collect() } else { tiff.data.clone() }
}

/// The samples of a picture with a left and a right half.
fn halves(left: &[u8], right: &[u8]) -> Vec<u8> {
    let half = SIDE as usize / 2;
    [left.repeat(half), right.repeat(half)].concat().repeat(SIDE as usize)
}

fn tiff(bits: u16, samples: u16, photometric: u16, left: &[u8], right: &[u8]) -> RawTiff {
    RawTiff::new(SIDE, SIDE, bits, samples, photometric, halves(left, right))
}

fn opaque([r, g, b]: [u8; 3]) -> [u8; 4] {
    [r, g, b, 255]
}

fn gray(value: u8) -> [u8; 4] {
    [value, value, value, 255]
}

#[test]
fn associated_alpha_is_divided_out() {
    let (left, right) = ([100, 15, 15, 128], [30, 30, 200, 255]);
    let associated = tiff(8, 4, 2, &left, &right).with(338, &[1]);
    check(&associated, [200, 30, 30, 128], opaque(BLUE), &[]);
    let unassociated = tiff(8, 4, 2, &left, &right).with(338, &[2]);
    check(&unassociated, [100, 15, 15, 128], opaque(BLUE), &[]);
    check(&tiff(8, 2, 1, &[50, 128], &[90, 255]).with(338, &[1]), [100, 100, 100, 128], gray(90), &[]);
    // An extra sample that is not alpha.
    check(&tiff(8, 2, 1, &[50, 128], &[90, 255]).with(338, &[0]), gray(50), gray(90), &[]);
    let deep = |color: [u8; 4]| color.map(|value| [value, value]).concat();
    check(&tiff(16, 4, 2, &deep(left), &deep(right)).with(338, &[1]), [200, 30, 30, 128], opaque(BLUE), &[]);
}

#[test]
fn grays_have_one_to_sixteen_bits() {
    let packed = |bits, left: u8, right: u8| {
        let half = SIDE as usize / 2 * usize::from(bits) / 8;
        let data = [vec![left; half], vec![right; half]].concat().repeat(SIDE as usize);
        RawTiff::new(SIDE, SIDE, bits, 1, 1, data)
    };
    check(&packed(2, 0x55, 0xaa), gray(85), gray(170), &[]);
    check(&packed(4, 0x22, 0xdd), gray(34), gray(221), &[]);
    check(&RawTiff { photometric: 0, ..packed(4, 0x22, 0xdd) }, gray(221), gray(34), &[]);
    check(&tiff(8, 1, 0, &[55], &[200]), gray(200), gray(55), &[]);
    check(&tiff(16, 1, 1, &[0, 55], &[0, 200]), gray(55), gray(199), &[]);
    // One bit. A width of whole bytes, so that the halves are.
    let bits = |order: u16, left: u8| {
        let row = [vec![left; 40], vec![0xff; 40]].concat();
        RawTiff::new(640, 640, 1, 1, 1, row.repeat(640)).with(266, &[order])
    };
    check(&bits(1, 0), gray(0), gray(255), &[]);
    check(&bits(2, 0), gray(0), gray(255), &[]);
    // The lowest bit is the first pixel: 0x0f is four white pixels, then four black ones. Enlarged, they can be seen.
    for (order, first) in [(1, 0), (2, 255)] {
        let small = RawTiff::new(8, 8, 1, 1, 1, vec![0x0f; 8]).with(266, &[order]);
        check(&small, gray(first), gray(255 - first), &[Note::Enlarged]);
    }
}

#[test]
fn palettes_are_looked_up() {
    let mut map = vec![0_u16; 3 * 16];
    for (index, color) in [(3, RED), (9, BLUE)] {
        for channel in 0..3 {
            map[channel * 16 + index] = u16::from(color[channel]) << 8;
        }
    }
    let half = SIDE as usize / 4;
    let data = [vec![0x33; half], vec![0x99; half]].concat().repeat(SIDE as usize);
    let file = RawTiff::new(SIDE, SIDE, 4, 1, 3, data).with(320, &map);
    check(&file, opaque(RED), opaque(BLUE), &[]);
    // A map of eight bits.
    let small: Vec<u16> = map.iter().map(|value| value >> 8).collect();
    let file = RawTiff { more: vec![(320, small)], ..file };
    check(&file, opaque(RED), opaque(BLUE), &[]);
}

#[test]
fn other_color_models_are_converted() {
    let inks = &[Note::InksConverted];
    let cmyk = |[r, g, b]: [u8; 3]| [255 - r, 255 - g, 255 - b, 0];
    check(&tiff(8, 4, 5, &cmyk(RED), &cmyk(BLUE)), opaque(RED), opaque(BLUE), inks);
    let more = |color: [u8; 3]| [&cmyk(color)[..], &[77]].concat();
    check(&tiff(8, 5, 5, &more(RED), &more(BLUE)).with(338, &[0]), opaque(RED), opaque(BLUE), inks);
    check(&tiff(8, 3, 6, &[81, 99, 213], &[49, 213, 114]).with(530, &[1, 1]), opaque(RED), opaque(BLUE), &[]);
    // L*a*b* of sRGB red (54.29, 80.80, 69.89) and of the gray 119 (50, 0, 0).
    check(&tiff(8, 3, 8, &[138, 81, 70], &[128, 0, 0]), [255, 0, 0, 255], gray(119), &[]);
    check(&tiff(8, 3, 9, &[138, 209, 198], &[128, 128, 128]), [255, 0, 0, 255], gray(119), &[]);
}

#[test]
fn planes_are_put_together() {
    let plane = |channel: usize| halves(&[RED[channel]], &[BLUE[channel]]);
    let data = (0..3).flat_map(plane).collect::<Vec<u8>>();
    let size = data.len() as u32 / 3;
    let file = RawTiff::new(SIDE, SIDE, 8, 3, 2, data).with(284, &[2]);
    // One strip per plane.
    let mut bytes = file.encode();
    let end = bytes.len() as u32;
    for (tag, values) in [(273_u16, [8, 8 + size, 8 + 2 * size]), (279, [size; 3])] {
        let entry = bytes.windows(4).rposition(|start| start == [&tag.to_le_bytes()[..], &[4, 0]].concat()).unwrap();
        bytes[entry + 4..entry + 8].copy_from_slice(&3_u32.to_le_bytes());
        let at = bytes.len() as u32;
        bytes[entry + 8..entry + 12].copy_from_slice(&at.to_le_bytes());
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
    assert!(bytes.len() as u32 > end);
    let image = decoded(&bytes);
    for (x, color) in [(100, RED), (412, BLUE)] {
        assert!(image.get_pixel(x, 256).0.iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 4));
    }
}

/// Black on the left, white on the right.
fn fax_row() -> impl Iterator<Item = Color> {
    (0..SIDE as u16).map(|x| if x < SIDE as u16 / 2 { Color::Black } else { Color::White })
}

/// Fax group 4.
fn fax4() -> Vec<u8> {
    let mut encoder = Encoder::new(VecWriter::new());
    for _ in 0..SIDE {
        encoder.encode_line(fax_row(), SIDE as u16).unwrap();
    }
    encoder.finish().unwrap().finish()
}

/// Fax group 3: an end-of-line code before each row; white 0, black 300 (256 and 44), white 300.
fn fax3() -> Vec<u8> {
    let mut writer = VecWriter::new();
    let mut put = |code: &str| {
        let data = u16::from_str_radix(code, 2).unwrap();
        writer.write(Bits { data, len: code.len() as u8 }).unwrap();
    };
    for _ in 0..SIDE {
        for code in ["000000000001", "00110101", "000001011011", "000001010100", "011011011", "00101101"] {
            put(code);
        }
    }
    (0..6).for_each(|_| put("000000000001"));
    writer.finish()
}

#[test]
fn faxes_are_decoded_in_both_orders_of_bits() {
    for (compression, data) in [(4, fax4()), (3, fax3())] {
        for reversed in [false, true] {
            let data = data.iter().map(|byte| if reversed { byte.reverse_bits() } else { *byte }).collect();
            let file = RawTiff { compression, ..RawTiff::new(SIDE, SIDE, 1, 1, 0, data) };
            let order = if reversed { 2 } else { 1 };
            check(&file.with(266, &[order]), gray(0), gray(255), &[]);
        }
    }
    // In the other interpretation, black and white change places.
    let negative = RawTiff { compression: 4, ..RawTiff::new(SIDE, SIDE, 1, 1, 1, fax4()) };
    check(&negative, gray(255), gray(0), &[]);
    // Group 3 with two-dimensional coding is refused as what it is.
    let rare = RawTiff { compression: 3, ..RawTiff::new(SIDE, SIDE, 1, 1, 0, fax3()) }.with(292, &[1]);
    assert!(matches!(prepare(&rare.encode()), Err(lapel_picture::PictureError::Unsupported(_))));
}

#[test]
fn old_style_jpeg_with_a_complete_file_inside_is_decoded() {
    let jpeg = encode(red_blue(SIDE, SIDE), image::ImageFormat::Jpeg);
    let length = u16::try_from(jpeg.len()).unwrap();
    let file = RawTiff { compression: 6, ..RawTiff::new(SIDE, SIDE, 8, 3, 6, jpeg) };
    check(&file.with(513, &[8]).with(514, &[length]), opaque(RED), opaque(BLUE), &[]);
    let other = Halves::new(&[60], &[220]).encode();
    let length = u16::try_from(other.len()).unwrap();
    let file = RawTiff { compression: 6, ..RawTiff::new(SIDE, SIDE, 8, 3, 6, other) };
    assert!(prepare(&file.with(513, &[8]).with(514, &[length]).encode()).is_err(), "another size");
}
