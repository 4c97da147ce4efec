//! Colours by value: what a file with a profile means is what the prepared picture, without one, shows. The expected values
//! come from the definitions of the colour spaces, not from the library that converts.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a failed step is a failed test

mod make;

use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use lapel_picture::{Mime, Note, Prepared, SIDE, open};
use make::jpeg::{Halves, subsampled, with_segment};
use make::profile::{encoded, jpeg_with_profile, png_with_profile, webp_with_profile};
use make::{encode, prepare};
use moxcms::ColorProfile;

/// Skin, foliage, sky, greys, and colours that only the larger spaces have.
const SHEET: [[u8; 3]; 16] = [
    [115, 82, 68],
    [194, 150, 130],
    [98, 122, 157],
    [87, 108, 67],
    [133, 128, 177],
    [103, 189, 170],
    [214, 126, 44],
    [80, 91, 166],
    [193, 90, 99],
    [94, 60, 108],
    [243, 243, 242],
    [122, 122, 121],
    [12, 12, 12],
    [255, 0, 0],
    [0, 255, 0],
    [20, 30, 250],
];

/// A colour space by its definition: how a channel becomes light, and its light in that of sRGB; both have the same white.
struct Space {
    to_light: fn(f64) -> f64,
    matrix: [[f64; 3]; 3],
}

/// sRGB's curve (IEC 61966-2-1).
fn srgb_to_light(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn light_to_srgb(light: f64) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Display P3: the primaries of SMPTE RP 431-2, the white and the curve of sRGB.
const DISPLAY_P3: Space = Space {
    to_light: srgb_to_light,
    matrix: [
        [1.224_940_2, -0.224_940_2, 0.0],
        [-0.042_056_95, 1.042_056_95, 0.0],
        [-0.019_637_55, -0.078_636_05, 1.098_273_6],
    ],
};

/// Adobe RGB (1998): red and blue of sRGB with another green, a plain power.
const ADOBE_RGB: Space = Space {
    to_light: |value| value.powf(563.0 / 256.0),
    matrix: [[1.398_355_74, -0.398_355_74, 0.0], [0.0, 1.0, 0.0], [0.0, -0.042_929_0, 1.042_929_0]],
};

impl Space {
    fn in_srgb(&self, colour: [u8; 3]) -> [u8; 3] {
        let light = colour.map(|value| (self.to_light)(f64::from(value) / 255.0));
        self.matrix.map(|row| light_to_srgb(row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0)))
    }
}

/// Sixteen fields, no larger than the result, so that nothing is scaled.
fn field(x: u32, y: u32) -> [u8; 3] {
    SHEET[(y / 128 * 4 + x / 128) as usize]
}

fn sheet() -> RgbImage {
    RgbImage::from_fn(SIDE, SIDE, |x, y| Rgb(field(x, y)))
}

/// The same with one pixel that can be seen through, so that what is made is a PNG and has the exact colours.
fn clear_sheet() -> RgbaImage {
    let mut sheet = DynamicImage::from(sheet()).into_rgba8();
    sheet.put_pixel(0, 0, Rgba([0, 0, 0, 100]));
    sheet
}

#[track_caller]
fn assert_colours(file: &[u8], notes: &[Note], slack: u8, wanted: impl Fn([u8; 3]) -> [u8; 3]) {
    let Prepared { bytes, notes: found, .. } = prepare(file).unwrap();
    assert_eq!(found, notes);
    assert_eq!(open(file).unwrap().notes, notes, "said before the cut as after it");
    let image = image::load_from_memory(&bytes).unwrap().into_rgb8();
    for (at, colour) in (0..).zip(SHEET) {
        let pixel = image.get_pixel(at % 4 * 128 + 64, at / 4 * 128 + 64).0;
        let near = pixel.iter().zip(wanted(colour)).all(|(a, b)| a.abs_diff(b) <= slack);
        assert!(near, "{colour:?} became {pixel:?}, not {:?}", wanted(colour));
    }
}

#[test]
fn wide_colours_become_those_of_srgb() {
    // What is known by heart: the red of P3 is beyond sRGB's, its greys are the same.
    assert_eq!(DISPLAY_P3.in_srgb([255, 0, 0]), [255, 0, 0]);
    assert_eq!(ADOBE_RGB.in_srgb([255, 255, 255]), [255, 255, 255]);
    let converted = &[Note::ColoursConverted];
    for (space, profile) in [(DISPLAY_P3, ColorProfile::new_display_p3()), (ADOBE_RGB, ColorProfile::new_adobe_rgb())] {
        let profile = encoded(&profile);
        let wanted = |colour| space.in_srgb(colour);
        let png = encode(clear_sheet(), ImageFormat::Png);
        assert_colours(&png_with_profile(&png, &profile), converted, 3, wanted);
        assert_colours(&webp_with_profile(&clear_sheet(), &profile), converted, 3, wanted);
        let deep = ImageBuffer::from_fn(SIDE, SIDE, |x, y| Rgb(field(x, y).map(|value| u16::from(value) * 257)));
        let deep = encode(DynamicImage::ImageRgb16(deep), ImageFormat::Png);
        assert_colours(&png_with_profile(&deep, &profile), converted, 6, wanted);
        let jpegs = [encode(sheet(), ImageFormat::Jpeg), subsampled(&sheet())];
        for (jpeg, parts) in jpegs.iter().flat_map(|jpeg| [(jpeg, 1), (jpeg, 2), (jpeg, 5)]) {
            assert_colours(&jpeg_with_profile(jpeg, &profile, parts), converted, 6, wanted);
        }
    }
}

#[test]
fn nothing_of_the_profile_is_left() {
    let profile = encoded(&ColorProfile::new_display_p3());
    let png = encode(clear_sheet(), ImageFormat::Png);
    for file in [png_with_profile(&png, &profile), jpeg_with_profile(&encode(sheet(), ImageFormat::Jpeg), &profile, 1)]
    {
        for made in [prepare(&file).unwrap().bytes, open(&file[..]).unwrap().bytes] {
            for name in ["iCCP", "ICC_PROFILE", "acsp"] {
                assert!(!made.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
            }
        }
    }
}

/// The file with such a profile becomes the very same picture as without.
#[track_caller]
fn assert_passed_over(profile: &[u8]) {
    let (jpeg, png) = (encode(sheet(), ImageFormat::Jpeg), encode(clear_sheet(), ImageFormat::Png));
    assert_eq!(prepare(&png).unwrap().notes, []);
    assert_same(&jpeg_with_profile(&jpeg, profile, 1), &jpeg);
    assert_same(&jpeg_with_profile(&jpeg, profile, 2), &jpeg);
    assert_same(&png_with_profile(&png, profile), &png);
    assert_same(&webp_with_profile(&clear_sheet(), profile), &png);
}

#[track_caller]
fn assert_same(file: &[u8], plain: &[u8]) {
    let (made, wanted) = (prepare(file).unwrap(), prepare(plain).unwrap());
    // Thousands of bytes side by side say nothing.
    assert!(made == wanted, "the picture is another one, with the notes {:?}", made.notes);
}

#[test]
fn the_profile_of_srgb_changes_nothing() {
    assert_passed_over(&encoded(&ColorProfile::new_srgb()));
}

#[test]
fn a_profile_that_cannot_be_used_is_passed_over() {
    let whole = encoded(&ColorProfile::new_adobe_rgb());
    assert_passed_over(b"no profile");
    assert_passed_over(&[0; 500]);
    assert_passed_over(&whole[..100]);
    assert_passed_over(&whole[..200]);
    // One for greys says nothing about colours.
    assert_passed_over(&encoded(&ColorProfile::new_gray_with_gamma(1.0)));
    assert_passed_over(&encoded(&ColorProfile::new_lab()));
    // A segment without a number.
    let jpeg = encode(sheet(), ImageFormat::Jpeg);
    assert_same(&with_segment(&jpeg, 0xe2, b"ICC_PROFILE\0"), &jpeg);
}

#[test]
fn greys_with_a_profile() {
    const GAMMA: f64 = 1.5;
    let profile = encoded(&ColorProfile::new_gray_with_gamma(GAMMA as f32));
    let wanted = |[grey, ..]: [u8; 3]| [light_to_srgb((f64::from(grey) / 255.0).powf(GAMMA)); 3];
    let grey = |x, y| field(x, y)[0];
    let plain = GrayImage::from_fn(SIDE, SIDE, |x, y| Luma([grey(x, y)]));
    let clear = ImageBuffer::from_fn(SIDE, SIDE, |x, y| LumaA([grey(x, y), if y == 0 { 9 } else { 255 }]));
    let converted = &[Note::ColoursConverted];
    let png = |image: DynamicImage| png_with_profile(&encode(image, ImageFormat::Png), &profile);
    assert_colours(&png(plain.clone().into()), converted, 6, wanted);
    assert_colours(&png(DynamicImage::ImageLumaA8(clear.clone())), converted, 3, wanted);
    assert_eq!(prepare(&png(DynamicImage::ImageLumaA8(clear))).unwrap().mime, Mime::Png);
    assert_colours(&jpeg_with_profile(&encode(plain.clone(), ImageFormat::Jpeg), &profile, 1), converted, 6, wanted);

    // The profile of a screen, with a file that is all grey: its greys are sRGB's.
    let p3 = encoded(&ColorProfile::new_display_p3());
    let same = |[grey, ..]: [u8; 3]| [grey; 3];
    assert_colours(&jpeg_with_profile(&encode(plain, ImageFormat::Jpeg), &p3, 1), &[], 6, same);
}

#[test]
fn inks_with_a_profile_that_is_not_theirs_are_mixed_without_it() {
    let inks =
        Halves { width: 600, height: 600, adobe: Some(0), ..Halves::new(&[255, 255, 0, 255], &[0, 255, 255, 128]) };
    let file = inks.encode();
    assert_eq!(prepare(&file).unwrap().notes, [Note::ColoursConverted]);
    let whole = encoded(&ColorProfile::new_adobe_rgb());
    // The same called one for four inks, whose tables it does not have.
    let mut false_inks = whole.clone();
    false_inks[16..20].copy_from_slice(b"CMYK");
    for profile in [&whole, &false_inks, &encoded(&ColorProfile::new_gray_with_gamma(2.2)), &whole[..150].to_vec()] {
        assert_same(&jpeg_with_profile(&file, profile, 1), &file);
    }
}

#[test]
fn a_profile_with_a_damaged_byte_costs_no_picture() {
    let (jpeg, mut noise) =
        (encode(RgbImage::from_pixel(16, 16, Rgb([9, 90, 200])), ImageFormat::Jpeg), make::Noise(2));
    for profile in [ColorProfile::new_display_p3(), ColorProfile::new_gray_with_gamma(2.2), ColorProfile::new_lab()] {
        let whole = encoded(&profile);
        for _ in 0..40 {
            let mut damaged = whole.clone();
            let at = noise.below(damaged.len());
            damaged[at] = noise.next() as u8;
            let refused = prepare(&jpeg_with_profile(&jpeg, &damaged, 1)).err();
            assert_eq!(refused, None, "byte {at}");
        }
    }
}
