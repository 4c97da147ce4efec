//! The result is the square that the user selected, with the rotation and mirroring that the user saw.

use crate::make::jpeg::{subsampled, with_orientation};
use crate::make::png::{chunk, with_chunks};
use crate::make::{BLUE, Noise, RED, encode, exif, red_blue};
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use lapel_picture::{Crop, Mime, Note, PictureError, SIDE, open, render};

const GREEN: [u8; 3] = [30, 160, 30];

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

fn crop_at(x: f64, y: f64, side: f64) -> Crop {
    Crop { turns: 0, mirrored: false, x, y, side, ground: None }
}

/// The mean absolute difference of two pictures per channel value.
fn difference(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let sum: u64 = a.iter().zip(b.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len() as f64
}

#[track_caller]
fn assert_near(found: &[u8], expected: &[u8]) {
    assert!(found.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= 6), "{found:?} is not near {expected:?}");
}

/// Computes the expected result with the image crate: transforms the whole picture, then crops and scales it.
fn reference_crop(picture: &DynamicImage, orientation: Orientation, crop: &Crop) -> RgbImage {
    let mut seen = picture.clone();
    seen.apply_orientation(orientation);
    if crop.mirrored {
        seen = seen.fliph();
    }
    (0..crop.turns).for_each(|_| seen = seen.rotate90());
    let [x, y, side] = [crop.x, crop.y, crop.side].map(|number| number as u32);
    seen.crop_imm(x, y, side, side).resize_exact(SIDE, SIDE, FilterType::Lanczos3).into_rgb8()
}

#[test]
fn every_rotation_and_mirroring_works_with_every_orientation() {
    // Every pixel has a different color.
    let picture = DynamicImage::from(RgbImage::from_fn(160, 120, |x, y| {
        Rgb([x as u8 + 60, y as u8 * 2, if x < 80 { 200 } else { 50 }])
    }));
    let (jpeg, png) = (encode(picture.clone(), ImageFormat::Jpeg), encode(picture.clone(), ImageFormat::Png));
    let jpeg_picture = decoded(&jpeg);
    for number in 1..=8_u8 {
        let orientation = Orientation::from_exif(number).unwrap();
        let jpeg = with_orientation(&jpeg, number.into(), true);
        let png = with_chunks(&png, &[chunk(b"eXIf", &exif(number.into(), true))]);
        for turns in 0..4 {
            for mirrored in [false, true] {
                let crop = Crop { turns, mirrored, ..crop_at(30.0, 12.0, 70.0) };
                // Test PNG with one rotation only: the formats differ only in where the orientation is stored.
                let files = [(&jpeg, &jpeg_picture), (&png, &picture)];
                for (file, pixels) in files.into_iter().take(if turns == 1 { 2 } else { 1 }) {
                    let made = decoded(&render(file, Some(&crop)).unwrap().bytes).into_rgb8();
                    let off = difference(&made, &reference_crop(pixels, orientation, &crop));
                    assert!(off < 2.0, "{off} off: orientation {number}, {crop:?}");
                }
            }
        }
    }
}

#[test]
fn the_area_outside_of_the_picture_is_transparent_or_the_background() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let wide = encode(red_blue(800, 400), format);
        let fit = crop_at(0.0, -200.0, 800.0);
        let made = render(&wide, Some(&fit)).unwrap();
        assert_eq!((made.mime, made.notes), (Mime::Png, vec![]));
        let image = decoded(&made.bytes).into_rgba8();
        for (x, y, pixel) in image.enumerate_pixels() {
            assert_eq!(pixel.0[3], if (128..384).contains(&y) { 255 } else { 0 }, "at {x}, {y}");
        }
        assert_near(&image.get_pixel(10, 256).0[..3], &RED);
        assert_near(&image.get_pixel(500, 130).0[..3], &BLUE);

        // With a background and rotated: the bands are left and right, and the left half is at the top.
        let made = render(&wide, Some(&Crop { turns: 1, ground: Some(GREEN), ..crop_at(-200.0, 0.0, 800.0) })).unwrap();
        assert_eq!((made.mime, made.notes), (Mime::Jpeg, vec![]));
        let image = decoded(&made.bytes).into_rgb8();
        let expected = [((60, 256), GREEN), ((450, 256), GREEN), ((256, 40), RED), ((256, 470), BLUE)];
        for ((x, y), expected) in expected {
            assert_near(&image.get_pixel(x, y).0, &expected);
        }
    }
}

#[test]
fn a_picture_that_fills_a_quarter_of_the_square_is_at_the_right_position() {
    let made = render(&encode(red_blue(400, 400), ImageFormat::Png), Some(&crop_at(-256.0, -256.0, 512.0))).unwrap();
    let image = decoded(&made.bytes).into_rgba8();
    assert_eq!([(255, 300), (300, 255), (256, 256)].map(|(x, y)| image.get_pixel(x, y).0[3]), [0, 0, 255]);
    assert_near(&image.get_pixel(400, 400).0, &[200, 30, 30, 255]);
    assert_near(&image.get_pixel(500, 400).0, &[30, 30, 200, 255]);
}

#[test]
fn transparency_is_kept_unless_there_is_a_background() {
    let soft = RgbaImage::from_fn(600, 600, |x, _| Rgba([200, 30, 30, if x < 300 { 255 } else { 51 }]));
    let file = encode(soft, ImageFormat::Png);
    let crop = crop_at(100.0, 100.0, 400.0);
    let made = render(&file, Some(&crop)).unwrap();
    assert_eq!((made.mime, made.notes), (Mime::Png, vec![Note::Enlarged]));
    let image = decoded(&made.bytes).into_rgba8();
    assert_near(&image.get_pixel(100, 100).0, &[200, 30, 30, 255]);
    assert_near(&image.get_pixel(400, 100).0, &[200, 30, 30, 51]);

    let made = render(&file, Some(&Crop { ground: Some(GREEN), ..crop })).unwrap();
    assert_eq!(made.mime, Mime::Jpeg);
    let image = decoded(&made.bytes).into_rgb8();
    assert_near(&image.get_pixel(100, 100).0, &RED);
    // One fifth red, four fifths green.
    assert_near(&image.get_pixel(400, 100).0, &[64, 134, 30]);

    // An opaque part of a partly transparent picture becomes a JPEG.
    assert_eq!(render(&file, Some(&crop_at(0.0, 0.0, 280.0))).unwrap().mime, Mime::Jpeg);
}

#[test]
fn a_small_part_of_a_large_photo_is_as_sharp_as_the_photo() {
    let checker = |x: u32, y: u32| if (x / 2 + y / 2).is_multiple_of(2) { 20 } else { 235 };
    let inside = |x, y| (2600..3200).contains(&x) && (1900..2500).contains(&y);
    let photo = RgbImage::from_fn(4000, 3000, |x, y| Rgb([if inside(x, y) { checker(x, y) } else { 128 }; 3]));
    let file = encode(photo, ImageFormat::Jpeg);
    for side in [256.0, 512.0] {
        let made = decoded(&render(&file, Some(&crop_at(2640.0, 1940.0, side))).unwrap().bytes).into_luma8();
        let contrast = made.iter().map(|gray| f64::from(gray.abs_diff(128))).sum::<f64>() / made.len() as f64;
        // The contrast of the photo is 107. If it were decoded at half of its size, almost none would be left.
        assert!(contrast > 70.0, "{contrast} at {side}");
    }
}

/// A picture with gradients, noise and edges.
fn photo(width: u32, height: u32) -> RgbImage {
    let mut noise = Noise(11);
    RgbImage::from_fn(width, height, |x, y| {
        let (right, down) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let light = 90.0 + 60.0 * (right * 5.0).sin() + 40.0 * (down * 7.0 + right).cos();
        let disc = (right - 0.5).hypot((down - 0.4) * 0.67) < 0.15;
        let fence = down > 0.75 && (x / 90).is_multiple_of(3);
        let color = match (disc, fence) {
            (true, _) => [220.0, 160.0 + light / 8.0, 120.0],
            (_, true) => [40.0, 50.0 + light / 8.0, 30.0],
            _ => [light, light * 0.8 + 30.0, 220.0 - light * 0.7],
        };
        let grain = noise.below(15) as f64 - 7.0;
        Rgb(color.map(|value| (value + grain) as u8))
    })
}

#[test]
fn the_result_looks_like_the_preview() {
    let photo = photo(3000, 2000);
    for (file, orientation) in [
        (subsampled(&photo), Orientation::NoTransforms),
        (with_orientation(&subsampled(&photo), 6, false), Orientation::Rotate90),
        (encode(photo.clone(), ImageFormat::Png), Orientation::NoTransforms),
    ] {
        let opened = open(&file[..]).unwrap();
        let upright = if orientation == Orientation::NoTransforms { (3000, 2000) } else { (2000, 3000) };
        assert_eq!((opened.width, opened.height, opened.mime), (upright.0, upright.1, Mime::Jpeg));
        let shown = decoded(&opened.bytes);
        let shrunk = f64::from(shown.width()) / f64::from(opened.width);
        assert!(shown.width() <= 1500 && shown.height() <= 1500, "{} x {}", shown.width(), shown.height());
        for (x, y, side) in [(0.0, 0.0, 2000.0), (250.0, 125.0, 1750.0), (500.0, 250.0, 1250.0)] {
            for (turns, mirrored) in [(0, false), (3, true)] {
                let crop = Crop { turns, mirrored, ..crop_at(x, y, side) };
                let made = decoded(&render(&file, Some(&crop)).unwrap().bytes).into_rgb8();
                let small = Crop { x: x * shrunk, y: y * shrunk, side: side * shrunk, ..crop };
                let off = difference(&made, &reference_crop(&shown, Orientation::NoTransforms, &small));
                assert!(off < 2.0, "{off} off: {orientation:?}, {crop:?}");
            }
        }
    }
}

#[test]
fn invalid_squares_and_squares_outside_of_the_picture_are_refused() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let file = encode(red_blue(40, 30), format);
        let crop = crop_at(0.0, 0.0, 30.0);
        for wrong in [
            Crop { side: 0.0, ..crop },
            Crop { side: -30.0, ..crop },
            Crop { side: f64::INFINITY, ..crop },
            Crop { x: f64::NAN, ..crop },
            Crop { x: 40.0, ..crop },
            Crop { y: -30.0, ..crop },
            Crop { side: 1e9, ..crop },
            Crop { turns: 4, ..crop },
            // Rotated, the picture is only 30 pixels wide.
            Crop { turns: 1, x: 35.0, ..crop },
        ] {
            assert_eq!(render(&file, Some(&wrong)), Err(PictureError::NoSuchSquare), "{wrong:?}");
        }
        assert!(render(&file, Some(&crop)).is_ok());
    }
}
