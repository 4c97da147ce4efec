//! All kinds of TIFF that scanners and programs write.

use crate::make::fax::{fax_of_runs, fax3, fax3_relative, fax4};
use crate::make::jpeg::Halves;
use crate::make::raw_tiff::RawTiff;
use crate::make::{BLUE, RED, encode, prepare, red_blue};
use image::RgbaImage;
use lapel_picture::Note;

const SIDE: u32 = 600;

/// The picture as it is prepared.
fn decoded(file: &[u8]) -> RgbaImage {
    image::load_from_memory(&prepare(file).unwrap().bytes).unwrap().into_rgba8()
}

/// Checks the colors of the left and the right half.
#[track_caller]
fn check(tiff: &RawTiff, left: [u8; 4], right: [u8; 4], notes: &[Note]) {
    for big_endian in [false, true] {
        let file = RawTiff { big_endian, data: ordered(tiff, big_endian), ..tiff.clone() }.encode();
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
    // With alpha. Its multiplication, if any, is about the colors and not the indices.
    for (kind, left) in [(2, [200, 30, 30, 128]), (1, [255, 60, 60, 128]), (0, opaque(RED))] {
        let mut map = vec![0_u16; 3 * 256];
        for (index, color) in [(3, RED), (9, BLUE)] {
            (0..3).for_each(|channel| map[channel * 256 + index] = u16::from(color[channel]) << 8);
        }
        let file = tiff(8, 2, 3, &[3, 128], &[9, 255]).with(320, &map).with(338, &[kind]);
        check(&file, left, opaque(BLUE), &[]);
    }
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
    check(&tiff(16, 3, 8, &[0, 138, 0, 81, 0, 70], &[0, 128, 0, 0, 0, 0]), [255, 0, 0, 255], gray(119), &[]);
    check(&tiff(8, 3, 9, &[138, 209, 198], &[128, 128, 128]), [255, 0, 0, 255], gray(119), &[]);
}

#[test]
fn a_profile_for_inks_of_any_length_is_applied() {
    let inks = tiff(8, 4, 5, &[255, 0, 0, 0], &[0, 255, 0, 0]);
    check(&inks, [0, 255, 255, 255], [255, 0, 255, 255], &[Note::InksConverted]);
    for padding in [0, 1_500_000] {
        let mut profile = crate::make::profile::cmyk();
        profile.resize(profile.len() + padding, 0);
        let file = RawTiff { profile, ..inks.clone() };
        check(&file, [255, 0, 0, 255], gray(119), &[Note::InksConverted]);
    }
}

/// The picture in tiles, whose last ones extend beyond it.
fn tiled(plane: &[u8], bytes_per_pixel: usize, side: usize) -> (Vec<u8>, Vec<u32>) {
    let width = SIDE as usize;
    let tiles = width.div_ceil(side);
    let pixel = |x: usize, y: usize| &plane[(y.min(width - 1) * width + x.min(width - 1)) * bytes_per_pixel..];
    let places = (0..tiles * tiles * side * side).map(|at| {
        let (tile, inside) = (at / (side * side), at % (side * side));
        (tile % tiles * side + inside % side, tile / tiles * side + inside / side)
    });
    let data = places.flat_map(|(x, y)| pixel(x, y)[..bytes_per_pixel].to_vec()).collect();
    (data, vec![(side * side * bytes_per_pixel) as u32; tiles * tiles])
}

#[test]
fn planes_and_tiles_are_put_together() {
    // 600 is no multiple of 64.
    const TILE: usize = 64;
    let plane = |channel: usize| halves(&[RED[channel]], &[BLUE[channel]]);
    let planes: Vec<u8> = (0..3).flat_map(plane).collect();
    let file = RawTiff { strips: vec![SIDE * SIDE; 3], ..RawTiff::new(SIDE, SIDE, 8, 3, 2, planes) };
    check(&file.with(284, &[2]), opaque(RED), opaque(BLUE), &[]);

    let (data, strips) = tiled(&halves(&RED, &BLUE), 3, TILE);
    let file = RawTiff { strips, tile: Some(TILE as u32), ..RawTiff::new(SIDE, SIDE, 8, 3, 2, data) };
    check(&file, opaque(RED), opaque(BLUE), &[]);

    let deep = |channel: usize| halves(&[0, RED[channel]], &[0, BLUE[channel]]);
    let tiles: Vec<(Vec<u8>, Vec<u32>)> = (0..3).map(|channel| tiled(&deep(channel), 2, TILE)).collect();
    let data = tiles.iter().flat_map(|(data, _)| data.clone()).collect();
    let strips = tiles.iter().flat_map(|(_, strips)| strips.clone()).collect();
    let file = RawTiff { strips, tile: Some(TILE as u32), ..RawTiff::new(SIDE, SIDE, 16, 3, 2, data) };
    check(&file.with(284, &[2]), opaque(RED), opaque(BLUE), &[]);
}

#[test]
fn colors_for_several_pixels_are_read() {
    // Four brightness values and two color values for 2 x 2 pixels; two and two for 2 x 1.
    for (rows, brightness) in [(2, 4), (1, 2)] {
        let unit = |[y, cb, cr]: [u8; 3]| [vec![y; brightness], vec![cb, cr]].concat();
        let row = [unit([81, 99, 213]).repeat(150), unit([49, 213, 114]).repeat(150)].concat();
        let file = RawTiff::new(SIDE, SIDE, 8, 3, 6, row.repeat(SIDE as usize / rows)).with(530, &[2, rows as u16]);
        check(&file, opaque(RED), opaque(BLUE), &[]);
    }
}

#[test]
fn jpeg_compression_is_decoded() {
    let (left, right) = ([81, 99, 213], [49, 213, 114]);
    let jpeg = Halves { width: SIDE as u16, height: SIDE as u16, ..Halves::new(&left, &right) }.encode();
    let file = RawTiff { compression: 7, ..RawTiff::new(SIDE, SIDE, 8, 3, 6, jpeg) };
    check(&file.with(530, &[1, 1]), opaque(RED), opaque(BLUE), &[]);
}

#[test]
fn rare_kinds_are_refused_by_their_names() {
    use lapel_picture::{Format, PictureError};
    let refused = |file: RawTiff| prepare(&file.encode()).err();
    let plain = |bits, samples, photometric| RawTiff::new(SIDE, SIDE, bits, samples, photometric, vec![0; 9]);
    for (file, format) in [
        (plain(32, 1, 1).with(339, &[3]), Format::TiffNumbers),
        (plain(16, 1, 1).with(339, &[2]), Format::TiffNumbers),
        (plain(12, 1, 1), Format::TiffDepth),
        (plain(32, 3, 2), Format::TiffDepth),
        (plain(8, 4, 5).with(332, &[2]), Format::TiffColors),
        (plain(8, 1, 32844), Format::TiffColors),
        (RawTiff { compression: 6, ..plain(8, 3, 6) }, Format::TiffOldJpeg),
        (RawTiff { compression: 5, ..plain(8, 3, 6) }.with(530, &[2, 2]), Format::TiffCompression),
        (RawTiff { compression: 34925, ..plain(8, 3, 2) }, Format::TiffCompression),
    ] {
        assert_eq!(refused(file), Some(PictureError::Unsupported(format)));
    }
}

#[test]
fn a_tiff_with_missing_strips_is_shown_as_far_as_it_goes() {
    // The directory is where the first missing strip should be, and shorter.
    let cut = |file: &RawTiff, kept: usize| {
        let length = file.data.len() / 10;
        RawTiff { strips: vec![length as u32; 10], data: file.data[..length * kept].to_vec(), ..file.clone() }
    };
    let units = [[81, 81, 99, 213].repeat(150), [49, 49, 213, 114].repeat(150)].concat();
    let subsampled = RawTiff::new(SIDE, SIDE, 8, 3, 6, units.repeat(SIDE as usize)).with(530, &[2, 1]);
    for file in [tiff(8, 3, 2, &RED, &BLUE), subsampled] {
        for kept in [1, 8] {
            let opened = lapel_picture::open(&cut(&file, kept).encode()[..]).unwrap();
            assert_eq!(opened.notes, [Note::EndsEarly]);
            let image = image::load_from_memory(&opened.bytes).unwrap().into_rgba8();
            for (y, left) in
                [(20, opaque(RED)), (kept as u32 * 51 - 20, opaque(RED)), (kept as u32 * 51 + 20, gray(128))]
            {
                let pixel = image.get_pixel(100, y).0;
                assert!(pixel.iter().zip(left).all(|(a, b)| a.abs_diff(b) <= 4), "{pixel:?} in row {y}");
            }
        }
        let nothing = prepare(&cut(&file, 0).encode()).err();
        assert!(matches!(nothing, Some(lapel_picture::PictureError::Damaged(_))), "{nothing:?}");
    }
    // With alpha, the rest is transparent.
    let clear = cut(&tiff(8, 4, 2, &opaque(RED), &opaque(BLUE)), 5);
    assert_eq!(decoded(&clear.encode()).get_pixel(100, 400).0[3], 0);
}

#[test]
fn faxes_are_decoded_in_both_orders_of_bits() {
    for (compression, options, data) in
        [(4, 0, fax4(SIDE as u16)), (3, 0, fax3(SIDE)), (3, 1, fax3_relative(SIDE)), (2, 0, fax_of_runs(SIDE))]
    {
        for reversed in [false, true] {
            let data = data.iter().map(|byte| if reversed { byte.reverse_bits() } else { *byte }).collect();
            let file = RawTiff { compression, ..RawTiff::new(SIDE, SIDE, 1, 1, 0, data) };
            let order = if reversed { 2 } else { 1 };
            check(&file.with(266, &[order]).with(292, &[options]), gray(0), gray(255), &[]);
        }
    }
    // In the other interpretation, black and white change places.
    let negative = RawTiff { compression: 4, ..RawTiff::new(SIDE, SIDE, 1, 1, 1, fax4(SIDE as u16)) };
    check(&negative, gray(255), gray(0), &[]);
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
