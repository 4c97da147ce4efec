//! The result has the right colors, media type and notes for every format and color type.

use crate::make::bitmap::{os2_bitmap, packed_bitmap, short_os2_bitmap, tagged_tiff, tiff};
use crate::make::container::{animated_png, animated_webp, gif};
use crate::make::jpeg::{Halves, arithmetic, segment};
use crate::make::png::{Header, chunk, png};
use crate::make::{BLUE, RED, encode, prepare, red_blue};
use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, Rgba, RgbaImage};
#[cfg(not(feature = "video"))]
use lapel_picture::{Format, PictureError};
use lapel_picture::{Mime, Note, Prepared, SIDE};
use tiff::encoder::colortype::RGB8;
use tiff::tags::Tag;

fn decoded(prepared: &Prepared) -> RgbaImage {
    let image = image::load_from_memory(&prepared.bytes).unwrap();
    assert_eq!((image.width(), image.height()), (SIDE, SIDE));
    image.into_rgba8()
}

#[track_caller]
fn assert_near(found: Rgba<u8>, expected: [u8; 4], tolerance: u8) {
    let near = found.0.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= tolerance);
    assert!(near, "{:?} is not near {expected:?}", found.0);
}

fn opaque([r, g, b]: [u8; 3]) -> [u8; 4] {
    [r, g, b, 255]
}

/// Prepares the file, and checks one pixel in the left and one in the right half.
#[track_caller]
fn check(bytes: &[u8], mime: Mime, left: [u8; 4], right: [u8; 4], notes: &[Note]) {
    let prepared = prepare(bytes).unwrap();
    assert_eq!((prepared.mime, prepared.notes.as_slice()), (mime, notes));
    let image = decoded(&prepared);
    let tolerance = if mime == Mime::Png { 3 } else { 6 };
    assert_near(*image.get_pixel(100, 256), left, tolerance);
    assert_near(*image.get_pixel(412, 256), right, tolerance);
}

#[test]
fn opaque_pictures_of_every_format_become_jpeg() {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    for format in [Jpeg, Png, WebP, Gif, Bmp, Tiff] {
        let bytes = encode(red_blue(800, 600), format);
        check(&bytes, Mime::Jpeg, opaque(RED), opaque(BLUE), &[]);
    }
}

#[test]
fn bmp_and_tiff_variants_are_prepared() {
    check(&packed_bitmap(200, 200), Mime::Jpeg, opaque(RED), opaque(BLUE), &[Note::Enlarged]);
    let soft = RgbaImage::from_fn(600, 600, |x, _| if x < 300 { Rgba(opaque(RED)) } else { Rgba([30, 30, 200, 128]) });
    check(&tiff(&[&soft]), Mime::Png, opaque(RED), [30, 30, 200, 128], &[]);
    check(&tiff(&[&soft, &soft]), Mime::Png, opaque(RED), [30, 30, 200, 128], &[Note::FirstPageOnly]);
    check(&encode(soft, ImageFormat::Bmp), Mime::Png, opaque(RED), [30, 30, 200, 128], &[]);
    let deep = ImageBuffer::from_fn(600, 600, |x, _| Rgb(if x < 300 { RED } else { BLUE }.map(|c| u16::from(c) * 257)));
    let deep = encode(DynamicImage::ImageRgb16(deep), ImageFormat::Tiff);
    check(&deep, Mime::Jpeg, opaque(RED), opaque(BLUE), &[]);
    // With an orientation, and with a camera make.
    let turned = tagged_tiff::<RGB8>(40, &[RED.repeat(800), BLUE.repeat(800)].concat(), &[(Tag::Orientation, 6)]);
    check(&turned, Mime::Jpeg, opaque(BLUE), opaque(RED), &[Note::Enlarged]);
    let known = tagged_tiff::<RGB8>(4, &RED.repeat(16), &[(Tag::Make, 7)]);
    check(&known, Mime::Jpeg, opaque(RED), opaque(RED), &[Note::MetadataRemoved, Note::Enlarged]);
}

#[test]
fn lossy_webp_is_prepared_with_and_without_transparency() {
    check(include_bytes!("../data/lossy.webp"), Mime::Jpeg, opaque(RED), opaque(BLUE), &[Note::Enlarged]);
    check(include_bytes!("../data/lossy-mask.webp"), Mime::Png, opaque(RED), [30, 30, 200, 128], &[Note::Enlarged]);
}

#[test]
fn the_largest_centered_square_is_the_default() {
    // A red square with green areas at two opposite sides.
    for (width, height) in [(1200, 600), (600, 1200), (601, 1200)] {
        let image = image::RgbImage::from_fn(width, height, |x, y| {
            let side = width.min(height);
            let inside = x.abs_diff(width / 2) <= side / 2 && y.abs_diff(height / 2) <= side / 2;
            Rgb(if inside { RED } else { [0, 255, 0] })
        });
        let image = decoded(&prepare(&encode(image, ImageFormat::Png)).unwrap());
        for (x, y) in [(3, 3), (508, 3), (3, 508), (508, 508), (256, 256)] {
            assert_near(*image.get_pixel(x, y), opaque(RED), 8);
        }
    }
}

#[test]
fn all_color_models_of_jpeg_are_converted() {
    let check = |halves: Halves<'_>, left, right| {
        let all_notes = [Note::InksConverted, Note::Enlarged];
        let notes = if halves.left.len() == 4 { &all_notes[..] } else { &all_notes[1..] };
        check(&halves.encode(), Mime::Jpeg, opaque(left), opaque(right), notes);
    };
    check(Halves::new(&[60], &[220]), [60; 3], [220; 3]);
    check(Halves { progressive: true, ..Halves::new(&[60], &[220]) }, [60; 3], [220; 3]);
    // YCbCr.
    let (red, blue) = ([81, 99, 213], [49, 213, 114]);
    for (progressive, separate_scans) in [(false, false), (false, true), (true, false)] {
        check(Halves { progressive, separate_scans, ..Halves::new(&red, &blue) }, RED, BLUE);
    }
    check(Halves { adobe: Some(0), ..Halves::new(&RED, &BLUE) }, RED, BLUE);
    // Inverted CMYK, as Adobe writes it: 255 is no ink.
    let cmyk = |[r, g, b]: [u8; 3]| [r, g, b, 255];
    check(Halves { adobe: Some(0), ..Halves::new(&cmyk(RED), &cmyk(BLUE)) }, RED, BLUE);
    check(
        Halves { adobe: Some(0), ..Halves::new(&[255, 255, 255, 100], &[255, 100, 255, 128]) },
        [100; 3],
        [128, 50, 128],
    );
    // YCCK.
    check(Halves { adobe: Some(2), ..Halves::new(&[174, 157, 43, 255], &[206, 43, 142, 255]) }, RED, BLUE);
}

#[test]
fn all_color_types_of_png_are_prepared() {
    let wide = |c: [u8; 3]| Rgb(c.map(|v| u16::from(v) * 257));
    let rgb16 = ImageBuffer::from_fn(800, 800, |x, _| if x < 400 { wide(RED) } else { wide(BLUE) });
    check(&encode(DynamicImage::ImageRgb16(rgb16), ImageFormat::Png), Mime::Jpeg, opaque(RED), opaque(BLUE), &[]);

    let gray = GrayImage::from_fn(800, 800, |x, _| Luma([if x < 400 { 60 } else { 220 }]));
    check(&encode(gray, ImageFormat::Png), Mime::Jpeg, [60, 60, 60, 255], [220, 220, 220, 255], &[]);

    let grey16 = ImageBuffer::from_fn(800, 800, |x, _| LumaA([60 * 257, if x < 400 { 65_535 } else { 128 * 257 }]));
    let bytes = encode(DynamicImage::ImageLumaA16(grey16), ImageFormat::Png);
    check(&bytes, Mime::Png, [60, 60, 60, 255], [60, 60, 60, 128], &[]);

    let solid = encode(RgbaImage::from_pixel(700, 700, Rgba(opaque(RED))), ImageFormat::Png);
    check(&solid, Mime::Jpeg, opaque(RED), opaque(RED), &[]);

    let small = |depth, color, interlaced| Header { width: 64, height: 64, depth, color, interlaced };
    let palette = chunk(b"PLTE", &[RED, BLUE].concat());
    let mask = chunk(b"tRNS", &[255, 0]);
    let index = |x: u32, _| vec![u8::from(x >= 32)];
    let notes = &[Note::Enlarged];
    for interlaced in [false, true] {
        let bytes = png(small(8, 3, interlaced), std::slice::from_ref(&palette), index, &[]);
        check(&bytes, Mime::Jpeg, opaque(RED), opaque(BLUE), notes);
        let bytes = png(small(16, 6, interlaced), &[], |x, y| vec![x as u8 * 2, 0, y as u8, 9, 7, 7, 128, 128], &[]);
        check(&bytes, Mime::Png, [24, 32, 7, 128], [103, 32, 7, 128], notes);
    }
    let bytes = png(small(8, 3, false), &[palette, mask], index, &[]);
    let image = decoded(&prepare(&bytes).unwrap());
    assert_near(*image.get_pixel(100, 256), opaque(RED), 2);
    assert_eq!(image.get_pixel(412, 256).0[3], 0);
    let key = chunk(b"tRNS", &[0, 220]);
    let bytes = png(small(8, 0, true), &[key], |x, _| vec![if x < 32 { 60 } else { 220 }], &[]);
    let image = decoded(&prepare(&bytes).unwrap());
    assert_near(*image.get_pixel(100, 256), [60, 60, 60, 255], 2);
    assert_eq!(image.get_pixel(412, 256).0[3], 0);
}

#[test]
fn the_color_under_transparent_pixels_does_not_bleed() {
    // Transparent green next to opaque red: the edge between them must not become green.
    let image = RgbaImage::from_fn(1024, 1024, |x, _| Rgba(if x < 500 { opaque(RED) } else { [0, 255, 0, 0] }));
    let prepared = prepare(&encode(image, ImageFormat::Png)).unwrap();
    assert_eq!(prepared.mime, Mime::Png);
    let image = decoded(&prepared);
    for x in 240..260 {
        let Rgba([_, green, _, alpha]) = *image.get_pixel(x, 256);
        assert!(alpha < 16 || green < 60, "at {x}: green {green}, alpha {alpha}");
    }
}

#[test]
fn a_picture_of_the_right_size_keeps_its_pixels() {
    let image = RgbaImage::from_fn(SIDE, SIDE, |x, y| Rgba([x as u8, y as u8, 77, (x / 2) as u8]));
    let prepared = prepare(&encode(image.clone(), ImageFormat::Png)).unwrap();
    assert_eq!((decoded(&prepared), prepared.notes), (image, vec![]));
}

#[test]
fn a_single_pixel_fills_the_square() {
    let bytes = encode(image::RgbImage::from_pixel(1, 1, Rgb(BLUE)), ImageFormat::Png);
    check(&bytes, Mime::Jpeg, opaque(BLUE), opaque(BLUE), &[Note::Enlarged]);
    let strip = encode(red_blue(3000, 1), ImageFormat::Png);
    assert_eq!(prepare(&strip).unwrap().notes, [Note::Enlarged]);
}

#[test]
fn an_animation_gives_its_first_frame_and_a_note() {
    let red = RgbaImage::from_pixel(600, 600, Rgba(opaque(RED)));
    let blue = RgbaImage::from_pixel(600, 600, Rgba(opaque(BLUE)));
    let clear = RgbaImage::from_fn(600, 600, |x, _| if x < 300 { Rgba(opaque(RED)) } else { Rgba([0; 4]) });
    let frames = vec![red.clone(), blue];
    let first_only = &[Note::FirstFrameOnly];
    check(&gif(frames.clone()), Mime::Jpeg, opaque(RED), opaque(RED), first_only);
    check(&animated_webp(&frames), Mime::Jpeg, opaque(RED), opaque(RED), first_only);
    let notes = &[Note::FirstFrameOnly, Note::Enlarged];
    check(&animated_png(64, RED, BLUE), Mime::Jpeg, opaque(RED), opaque(RED), notes);
    // A single frame is no animation, so there is no note. Its transparency is kept.
    for bytes in [gif(vec![clear.clone()]), animated_webp(&[clear])] {
        let prepared = prepare(&bytes).unwrap();
        assert_eq!((prepared.mime, prepared.notes.as_slice()), (Mime::Png, [].as_slice()));
        let image = decoded(&prepared);
        assert_near(*image.get_pixel(100, 256), opaque(RED), 3);
        assert_eq!(image.get_pixel(412, 256).0[3], 0);
    }
}

#[test]
fn an_extension_of_a_gif_that_does_not_exist_is_skipped() {
    let mut file = gif(vec![image::DynamicImage::from(red_blue(600, 600)).into_rgba8()]);
    let palette = if file[10] & 0x80 == 0 { 0 } else { 6 << (file[10] & 7) };
    file.splice(13 + palette..13 + palette, [0x21, 0x05, 2, 1, 2, 0]);
    check(&file, Mime::Jpeg, opaque(RED), opaque(BLUE), &[]);
}

#[test]
fn a_small_first_frame_of_a_gif_is_drawn_on_its_transparent_canvas() {
    let prepared = prepare(&right_half(64)).unwrap();
    assert_eq!((prepared.mime, prepared.notes.as_slice()), (Mime::Png, [Note::Enlarged].as_slice()));
    let image = decoded(&prepared);
    assert_eq!(image.get_pixel(100, 256).0[3], 0);
    assert_near(*image.get_pixel(412, 256), opaque(BLUE), 3);
}

#[test]
fn a_canvas_that_is_too_small_for_the_first_frame_of_a_gif_is_enlarged() {
    let expected = prepare(&right_half(64)).unwrap();
    for side in [1, 40, 63] {
        let file = right_half(side);
        assert!(prepare(&file).unwrap() == expected);
        assert_eq!(lapel_picture::open(&file[..]).map(|opened| (opened.width, opened.height)), Ok((64, 64)));
    }
}

/// A GIF with a square canvas and a blue frame of 32 x 64 that begins in column 32.
fn right_half(canvas: u8) -> Vec<u8> {
    // Two colors. Every pixel of the frame has the second one.
    let mut bytes = [b"GIF89a".as_slice(), &[canvas, 0, canvas, 0, 0x80, 0, 0]].concat();
    bytes.extend([RED, BLUE].concat());
    bytes.extend(*b"\x2c\x20\0\0\0\x20\0\x40\0\0\x02");
    // LZW codes of three bits: the clear code (4) before every pixel (1) keeps the codes at this length. 5 is the end
    // code.
    let mut bits: Vec<bool> = Vec::new();
    let codes = std::iter::repeat_n([4_u8, 1], 32 * 64).flatten().chain([5]);
    codes.for_each(|code| bits.extend((0..3).map(|at| code >> at & 1 == 1)));
    let packed: Vec<u8> =
        bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |sum, bit| sum << 1 | u8::from(*bit))).collect();
    packed.chunks(255).for_each(|part| bytes.extend([&[part.len() as u8], part].concat()));
    bytes.extend([0, 0x3b]);
    bytes
}

#[test]
fn bitmaps_of_os2_and_with_masks_are_prepared() {
    let notes = &[Note::Enlarged];
    check(&os2_bitmap(200, 200), Mime::Jpeg, opaque(RED), opaque(BLUE), notes);
    check(&short_os2_bitmap(64), Mime::Jpeg, opaque(RED), opaque(BLUE), notes);
    // Masks for 16 bits: five, six and five.
    let (red, blue) = (24_u16 << 11 | 7 << 5 | 4, 4_u16 << 11 | 7 << 5 | 24);
    let rows = [red.to_le_bytes().repeat(32), blue.to_le_bytes().repeat(32)].concat().repeat(64);
    let header = [0_u32, 0, 66, 40, 64, 64, 1 | 16 << 16, 3, 0, 0, 0, 0, 0, 0xf800, 0x07e0, 0x001f]
        .map(u32::to_le_bytes)
        .concat();
    check(&[b"BM".to_vec(), header, rows].concat(), Mime::Jpeg, [197, 28, 33, 255], [33, 28, 197, 255], notes);
}

#[test]
fn jpegs_of_many_scans_and_with_arithmetic_coding_are_prepared() {
    // After the scan of a progressive picture, empty scans that refine nothing.
    let mut jpeg = Halves { progressive: true, ..Halves::new(&[60], &[220]) }.encode();
    let refinement = [segment(0xda, &[1, 1, 0, 1, 63, 0]), vec![0x7f; 8]].concat();
    jpeg.truncate(jpeg.len() - 2);
    jpeg.extend(refinement.repeat(200));
    jpeg.extend([0xff, 0xd9]);
    check(&jpeg, Mime::Jpeg, [60, 60, 60, 255], [220, 220, 220, 255], &[Note::Enlarged]);

    for progressive in [false, true] {
        for (brighter, gray) in [(false, [63, 63, 63, 255]), (true, [193, 193, 193, 255])] {
            check(&arithmetic(progressive, brighter), Mime::Jpeg, gray, gray, &[Note::Enlarged]);
        }
    }
}

#[cfg(not(feature = "video"))]
#[test]
fn heic_and_avif_are_refused_without_their_decoders() {
    for (bytes, format) in [
        (include_bytes!("../data/plain.heic").as_slice(), Format::Heic),
        (include_bytes!("../data/plain.avif"), Format::Avif),
    ] {
        assert_eq!(prepare(bytes), Err(PictureError::Unsupported(format)));
    }
}
