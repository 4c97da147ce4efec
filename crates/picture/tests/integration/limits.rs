//! Files that exceed a limit are refused before decoding, and the results stay within their own limits.

use crate::make::bitmap::{packed_bitmap, tiff};
use crate::make::container::{riff, webp};
use crate::make::jpeg::{Halves, segment};
use crate::make::png::{Header, with_data, zlib};
use crate::make::{BLUE, Noise, RED, encode, prepare, red_blue};
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb, Rgba};
use lapel_picture::{
    Crop, MAX_DISPLAY_PIXELS, MAX_INPUT_BYTES, MAX_JPEG_BYTES, MAX_PIXELS, MAX_PNG_BYTES, MAX_SIDE,
    MAX_STREAMED_PIXELS, MAX_WORKING_BYTES, Mime, PictureError, SIDE, check_displayable, open, render,
};

/// A PNG (8 bit RGBA) of a few bytes whose header claims this size.
fn claims(width: u32, height: u32) -> Vec<u8> {
    with_data(Header { width, height, depth: 8, color: 6, interlaced: false }, &[], &zlib(&[0; 64]), &[])
}

/// A JPEG of a few bytes whose header claims this size.
fn claims_jpeg(width: u16, height: u16, progressive: bool) -> Vec<u8> {
    let mut bytes = Halves { width, height, progressive, ..Halves::new(&RED, &BLUE) }.header();
    bytes.extend(segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, if progressive { 0 } else { 63 }, 0]));
    bytes.extend([0, 0, 0xff, 0xd9]);
    bytes
}

fn too_heavy(bytes: &[u8]) -> bool {
    matches!(prepare(bytes), Err(PictureError::TooMuchMemory { needed, limit, .. }) if needed > limit && limit == MAX_WORKING_BYTES)
}

#[test]
fn sides_pixels_and_bytes_are_limited() {
    let (width, height) = (30_001, 5);
    let wide = PictureError::TooWide { width, height, limit: MAX_SIDE };
    assert_eq!(prepare(&claims(width, height)), Err(wide.clone()));
    assert_eq!(check_displayable(&claims(width, height)), Err(wide));
    let (width, height) = (30_000, 30_000);
    assert_eq!(prepare(&claims(width, height)), Err(PictureError::TooManyPixels { width, height, limit: MAX_PIXELS }));
    assert!(matches!(prepare(&claims(u32::MAX, u32::MAX)), Err(PictureError::TooWide { .. })));

    let mut long = encode(red_blue(8, 8), ImageFormat::Jpeg);
    long.resize(MAX_INPUT_BYTES as usize, 0);
    assert!(prepare(&long).is_ok());
    long.push(0);
    assert_eq!(prepare(&long), Err(PictureError::TooManyBytes { limit: MAX_INPUT_BYTES }));
}

#[test]
fn photos_of_the_largest_sensors_are_decoded_at_a_reduced_size() {
    let (red, blue) = ([81, 99, 213], [49, 213, 114]);
    for (width, height) in [(12_000, 9_000), (16_320, 12_240)] {
        let photo = Halves { width, height, ..Halves::new(&red, &blue) }.encode();
        let opened = open(&photo[..]).unwrap();
        assert_eq!((opened.width, opened.height), (width.into(), height.into()));
        let side = f64::from(height) / 2.0;
        let crop = Crop {
            side,
            x: f64::from(width) / 2.0 - side / 2.0,
            y: 40.0,
            ..Crop::centered(width.into(), height.into())
        };
        let pictures = [opened.bytes, render(&photo, Some(&crop)).unwrap().bytes, prepare(&photo).unwrap().bytes];
        for bytes in pictures {
            let image = image::load_from_memory(&bytes).unwrap().into_rgb8();
            for (x, color) in [(image.width() / 4, RED), (image.width() * 3 / 4, BLUE)] {
                let pixel = image.get_pixel(x, image.height() / 2).0;
                assert!(pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 4), "{pixel:?}");
            }
        }
        // The coefficients of a progressive one do not fit into the memory.
        assert!(prepare(&claims_jpeg(width, height, true)).is_err());
    }
    let refused = prepare(&claims_jpeg(20_000, 15_001, false));
    assert_eq!(refused, Err(PictureError::TooManyPixels { width: 20_000, height: 15_001, limit: MAX_STREAMED_PIXELS }));
}

#[test]
fn memory_is_estimated_before_decoding() {
    // RGBA of 81 megapixels; a lossless WebP of 49, which is buffered twice; a 16-bit PNG.
    assert!(too_heavy(&claims(9_000, 9_000)));
    let pixels = riff(b"VP8L", &[0x2f, 0x57, 0xdb, 0xd5, 0x06]);
    assert!(too_heavy(&webp(0x10, (7_000, 7_000), &[pixels])));
    let deep = Header { width: 7_000, height: 7_000, depth: 16, color: 6, interlaced: false };
    assert!(too_heavy(&with_data(deep, &[], &zlib(&[0; 64]), &[])));
    // A compressed BMP with three bytes per pixel, and a TIFF with four, which is buffered three times.
    let mut bitmap = packed_bitmap(40, 30);
    bitmap[18..26].copy_from_slice(&[9_990_u32.to_le_bytes(), 9_990_u32.to_le_bytes()].concat());
    assert!(too_heavy(&bitmap));
    let mut pages = tiff(&[&image::RgbaImage::new(40, 30)]);
    for tag in [0, 1] {
        // The directory entry of the width (256) or height (257): one 32-bit number.
        let entry = pages.windows(8).position(|entry| entry == [tag, 1, 4, 0, 1, 0, 0, 0]).unwrap();
        pages[entry + 8..entry + 12].copy_from_slice(&6_000_u32.to_le_bytes());
    }
    assert!(too_heavy(&pages));
    // 48 megapixels are fine as a baseline JPEG, but not as a progressive one, whose coefficients are buffered.
    assert!(!too_heavy(&claims_jpeg(8_064, 6_048, false)));
    assert!(too_heavy(&claims_jpeg(8_064, 6_048, true)));
    // A GIF frame that is larger than the canvas.
    let frame = b"GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\x00\x26\x00\x26\0\x02\0\x3b";
    assert!(too_heavy(frame));
    // The length of the file counts as memory.
    let mut padded = claims(8_000, 8_500);
    assert!(!too_heavy(&padded));
    padded.resize(40_000_000, 0);
    assert!(too_heavy(&padded));
}

#[test]
fn pictures_for_the_web_view_have_a_lower_pixel_limit() {
    let (width, height) = (6_000, 4_000);
    assert_eq!(check_displayable(&claims(width, height)), Ok(Mime::Png));
    let (width, height) = (6_000, 5_000);
    let refused = PictureError::TooManyPixels { width, height, limit: MAX_DISPLAY_PIXELS };
    assert_eq!(check_displayable(&claims(width, height)), Err(refused));
}

#[test]
fn noise_stays_below_the_file_size_limits() {
    let mut noise = Noise(3);
    let opaque = ImageBuffer::from_fn(SIDE, SIDE, |_, _| Rgb([(); 3].map(|()| noise.next() as u8)));
    let prepared = prepare(&encode(DynamicImage::ImageRgb8(opaque), ImageFormat::Png)).unwrap();
    assert_eq!(prepared.mime, Mime::Jpeg);
    assert!(prepared.bytes.len() < MAX_JPEG_BYTES, "{} bytes", prepared.bytes.len());

    let soft = ImageBuffer::from_fn(SIDE, SIDE, |_, _| Rgba([(); 4].map(|()| noise.next() as u8)));
    let prepared = prepare(&encode(DynamicImage::ImageRgba8(soft), ImageFormat::Png)).unwrap();
    assert_eq!(prepared.mime, Mime::Png);
    assert!(prepared.bytes.len() <= MAX_PNG_BYTES, "{} bytes", prepared.bytes.len());
}

#[test]
fn an_ordinary_picture_gets_the_best_quality() {
    // At the first quality, a smooth gradient differs by a few steps at most.
    let smooth = ImageBuffer::from_fn(SIDE, SIDE, |x, y| Rgb([(x / 2) as u8, (y / 2) as u8, ((x + y) / 4) as u8]));
    let prepared = prepare(&encode(DynamicImage::ImageRgb8(smooth.clone()), ImageFormat::Png)).unwrap();
    let image = image::load_from_memory(&prepared.bytes).unwrap().into_rgb8();
    let worst = smooth.iter().zip(image.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(worst <= 8, "off by {worst}");
}
