//! All eight EXIF orientations are applied, and all metadata is removed.

use crate::make::container::{gif, webp_with_exif};
use crate::make::jpeg::{with_orientation, with_segment};
use crate::make::png::{chunk, with_chunks};
use crate::make::{CAMERA, encode, exif, prepare, red_blue};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use lapel_picture::Note;

const CORNERS: [[u8; 3]; 4] = [[200, 30, 30], [30, 160, 30], [30, 30, 200], [230, 230, 230]];

/// A wide picture whose centered square has four colors: top left, top right, bottom left, bottom right.
fn corners() -> DynamicImage {
    let color = |x, y| CORNERS[usize::from(x >= 450) + 2 * usize::from(y >= 300)];
    DynamicImage::from(RgbImage::from_fn(900, 600, |x, y| Rgb(color(x, y))))
}

/// The indices of the colors in the corners of a prepared picture.
fn corner_colors(bytes: &[u8]) -> [usize; 4] {
    let image = image::load_from_memory(bytes).unwrap().into_rgb8();
    [(64, 64), (448, 64), (64, 448), (448, 448)].map(|(x, y)| {
        let pixel = image.get_pixel(x, y).0;
        let near = |color: &[u8; 3]| color.iter().zip(pixel).all(|(a, b)| a.abs_diff(b) < 12);
        CORNERS.iter().position(near).unwrap()
    })
}

#[test]
fn each_of_the_eight_orientations_is_applied() {
    // The expected corners, by the definition of the orientations. For example, 6 means that the first row of the
    // file is the right side of the picture, so the first color of the file is at the top right.
    let expected_corners = [
        (1, [0, 1, 2, 3]),
        (2, [1, 0, 3, 2]),
        (3, [3, 2, 1, 0]),
        (4, [2, 3, 0, 1]),
        (5, [0, 2, 1, 3]),
        (6, [2, 0, 3, 1]),
        (7, [3, 1, 2, 0]),
        (8, [1, 3, 0, 2]),
    ];
    let jpeg = encode(corners(), ImageFormat::Jpeg);
    for (orientation, expected) in expected_corners {
        for big_endian in [false, true] {
            let prepared = prepare(&with_orientation(&jpeg, orientation, big_endian)).unwrap();
            assert_eq!(corner_colors(&prepared.bytes), expected, "orientation {orientation}");
            assert_eq!(prepared.notes, [Note::MetadataRemoved]);
        }
    }
    // Undefined orientations are ignored.
    for orientation in [0, 9, 257] {
        assert_eq!(corner_colors(&prepare(&with_orientation(&jpeg, orientation, false)).unwrap().bytes), [0, 1, 2, 3]);
    }
}

#[test]
fn the_orientation_in_png_and_webp_is_applied() {
    let block = exif(6, true);
    let png = with_chunks(&encode(corners(), ImageFormat::Png), &[chunk(b"eXIf", &block)]);
    assert_eq!(corner_colors(&prepare(&png).unwrap().bytes), [2, 0, 3, 1]);
    let pixels = corners().into_rgba8();
    for block in [block.clone(), [b"Exif\0\0".to_vec(), block].concat()] {
        let prepared = prepare(&webp_with_exif(&pixels, &block)).unwrap();
        assert_eq!(corner_colors(&prepared.bytes), [2, 0, 3, 1]);
        assert_eq!(prepared.notes, [Note::MetadataRemoved]);
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn metadata_is_removed() {
    let jpeg = encode(red_blue(600, 600), ImageFormat::Jpeg);
    let png = encode(red_blue(600, 600), ImageFormat::Png);
    let clear = image::RgbaImage::from_pixel(600, 600, image::Rgba([1, 2, 3, 100]));
    let xmp = format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>{CAMERA}</x:xmpmeta>");
    let itxt = format!("XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta>{CAMERA}</x:xmpmeta>");
    let raw = format!("Raw profile type exif\0\nexif\n{CAMERA}");
    let mut animated = gif(vec![clear.clone()]);
    let block = [b"\x21\xff\x0bXMP DataXMP".as_slice(), &[CAMERA.len() as u8], CAMERA.as_bytes(), &[0]].concat();
    let end = animated.len() - 1;
    animated.splice(end..end, block);
    let files = [
        with_orientation(&jpeg, 1, true),
        with_segment(&jpeg, 0xe1, xmp.as_bytes()),
        with_chunks(&png, &[chunk(b"eXIf", &exif(1, false))]),
        with_chunks(&png, &[chunk(b"iTXt", itxt.as_bytes())]),
        with_chunks(&png, &[chunk(b"tEXt", raw.as_bytes())]),
        with_chunks(&encode(clear.clone(), ImageFormat::Png), &[chunk(b"eXIf", &exif(1, false))]),
        webp_with_exif(&clear, &exif(1, false)),
        animated,
    ];
    for (at, file) in files.iter().enumerate() {
        assert!(contains(file, CAMERA), "file {at}");
        let prepared = prepare(file).unwrap();
        assert_eq!(prepared.notes, [Note::MetadataRemoved], "file {at}");
        for text in [CAMERA, "Exif", "eXIf", "xmp", "XMP", "iCCP", "tEXt", "ICC_PROFILE"] {
            assert!(!contains(&prepared.bytes, text), "{text} in file {at}");
        }
    }
}

#[test]
fn comments_without_metadata_give_no_note() {
    let jpeg = with_segment(&encode(red_blue(600, 600), ImageFormat::Jpeg), 0xfe, b"made with love");
    let png = with_chunks(&encode(red_blue(600, 600), ImageFormat::Png), &[chunk(b"tEXt", b"Title\0Red and blue")]);
    for file in [jpeg, png] {
        let prepared = prepare(&file).unwrap();
        assert_eq!(prepared.notes, []);
        assert!(!contains(&prepared.bytes, "love") && !contains(&prepared.bytes, "Red and blue"));
    }
}
