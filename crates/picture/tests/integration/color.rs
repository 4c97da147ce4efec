//! Color conversion: the prepared picture, which has no profile, shows the colors that the profile in the file
//! defines. The expected values are computed from the definitions of the color spaces, not with the library under
//! test.

use crate::make::jpeg::{Halves, subsampled, with_segment};
use crate::make::png::{chunk, with_chunks};
use crate::make::profile::{encoded, jpeg_with_profile, png_with_profile, webp_with_profile};
use crate::make::{encode, prepare};
use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use lapel_picture::{Mime, Note, Prepared, SIDE, open};
use moxcms::ColorProfile;

/// Skin, foliage, sky, grays and saturated colors.
const COLORS: [[u8; 3]; 16] = [
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

/// A color space: its transfer function, and the matrix from its linear light to that of sRGB (same white point).
struct Space {
    to_light: fn(f64) -> f64,
    matrix: [[f64; 3]; 3],
}

/// The transfer function of sRGB (IEC 61966-2-1).
fn srgb_to_light(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn light_to_srgb(light: f64) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Display P3: the primaries of SMPTE RP 431-2, with the white point and transfer function of sRGB.
const DISPLAY_P3: Space = Space {
    to_light: srgb_to_light,
    matrix: [
        [1.224_940_2, -0.224_940_2, 0.0],
        [-0.042_056_95, 1.042_056_95, 0.0],
        [-0.019_637_55, -0.078_636_05, 1.098_273_6],
    ],
};

/// Adobe RGB (1998): the red and blue primaries of sRGB, another green primary, and a power function.
const ADOBE_RGB: Space = Space {
    to_light: |value| value.powf(563.0 / 256.0),
    matrix: [[1.398_355_74, -0.398_355_74, 0.0], [0.0, 1.0, 0.0], [0.0, -0.042_929_0, 1.042_929_0]],
};

impl Space {
    fn in_srgb(&self, color: [u8; 3]) -> [u8; 3] {
        let light = color.map(|value| (self.to_light)(f64::from(value) / 255.0));
        self.matrix.map(|row| light_to_srgb(row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0)))
    }
}

/// The color of the chart at a pixel. The chart has sixteen fields and the size of the result, so that nothing is
/// scaled.
fn field(x: u32, y: u32) -> [u8; 3] {
    COLORS[(y / 128 * 4 + x / 128) as usize]
}

fn chart() -> RgbImage {
    RgbImage::from_fn(SIDE, SIDE, |x, y| Rgb(field(x, y)))
}

/// The chart with one transparent pixel: the result is then a PNG with the exact colors.
fn transparent_chart() -> RgbaImage {
    let mut chart = DynamicImage::from(chart()).into_rgba8();
    chart.put_pixel(0, 0, Rgba([0, 0, 0, 100]));
    chart
}

#[track_caller]
fn assert_colors(file: &[u8], notes: &[Note], tolerance: u8, expected: impl Fn([u8; 3]) -> [u8; 3]) {
    let Prepared { bytes, notes: found, .. } = prepare(file).unwrap();
    assert_eq!(found, notes);
    assert_eq!(open(file).unwrap().notes, notes, "preview and result have the same notes");
    let image = image::load_from_memory(&bytes).unwrap().into_rgb8();
    for (at, color) in (0..).zip(COLORS) {
        let pixel = image.get_pixel(at % 4 * 128 + 64, at / 4 * 128 + 64).0;
        let near = pixel.iter().zip(expected(color)).all(|(a, b)| a.abs_diff(b) <= tolerance);
        assert!(near, "{color:?} became {pixel:?}, not {:?}", expected(color));
    }
}

#[test]
fn wide_gamut_colors_are_converted_to_srgb() {
    // Check the reference itself: P3 red is outside of sRGB and becomes its red, and white stays white.
    assert_eq!(DISPLAY_P3.in_srgb([255, 0, 0]), [255, 0, 0]);
    assert_eq!(ADOBE_RGB.in_srgb([255, 255, 255]), [255, 255, 255]);
    let converted = &[Note::ColorsConverted];
    for (space, profile) in [(DISPLAY_P3, ColorProfile::new_display_p3()), (ADOBE_RGB, ColorProfile::new_adobe_rgb())] {
        let profile = encoded(&profile);
        let expected = |color| space.in_srgb(color);
        let png = encode(transparent_chart(), ImageFormat::Png);
        assert_colors(&png_with_profile(&png, &profile), converted, 3, expected);
        assert_colors(&webp_with_profile(&transparent_chart(), &profile), converted, 3, expected);
        let deep = ImageBuffer::from_fn(SIDE, SIDE, |x, y| Rgb(field(x, y).map(|value| u16::from(value) * 257)));
        let deep = encode(DynamicImage::ImageRgb16(deep), ImageFormat::Png);
        assert_colors(&png_with_profile(&deep, &profile), converted, 6, expected);
        let jpegs = [encode(chart(), ImageFormat::Jpeg), subsampled(&chart())];
        for (jpeg, parts) in jpegs.iter().flat_map(|jpeg| [(jpeg, 1), (jpeg, 2), (jpeg, 5)]) {
            assert_colors(&jpeg_with_profile(jpeg, &profile, parts), converted, 6, expected);
        }
    }
}

#[test]
fn the_result_contains_no_profile() {
    let profile = encoded(&ColorProfile::new_display_p3());
    let png = encode(transparent_chart(), ImageFormat::Png);
    for file in [png_with_profile(&png, &profile), jpeg_with_profile(&encode(chart(), ImageFormat::Jpeg), &profile, 1)]
    {
        for made in [prepare(&file).unwrap().bytes, open(&file[..]).unwrap().bytes] {
            for name in ["iCCP", "ICC_PROFILE", "acsp"] {
                assert!(!made.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
            }
        }
    }
}

/// Checks that a file gives the same picture with and without the profile.
#[track_caller]
fn assert_profile_ignored(profile: &[u8]) {
    let (jpeg, png) = (encode(chart(), ImageFormat::Jpeg), encode(transparent_chart(), ImageFormat::Png));
    assert_eq!(prepare(&png).unwrap().notes, []);
    assert_same(&jpeg_with_profile(&jpeg, profile, 1), &jpeg);
    assert_same(&jpeg_with_profile(&jpeg, profile, 2), &jpeg);
    assert_same(&png_with_profile(&png, profile), &png);
    assert_same(&webp_with_profile(&transparent_chart(), profile), &png);
}

#[track_caller]
fn assert_same(file: &[u8], plain: &[u8]) {
    let (made, expected) = (prepare(file).unwrap(), prepare(plain).unwrap());
    // Not assert_eq!: it would print thousands of bytes.
    assert!(made == expected, "the pictures differ; notes: {:?}", made.notes);
}

#[test]
fn an_srgb_profile_changes_nothing() {
    assert_profile_ignored(&encoded(&ColorProfile::new_srgb()));
}

#[test]
fn an_unusable_profile_is_ignored() {
    let whole = encoded(&ColorProfile::new_adobe_rgb());
    assert_profile_ignored(b"no profile");
    assert_profile_ignored(&[0; 500]);
    assert_profile_ignored(&whole[..100]);
    assert_profile_ignored(&whole[..200]);
    // A gray profile in a color file.
    assert_profile_ignored(&encoded(&ColorProfile::new_gray_with_gamma(1.0)));
    assert_profile_ignored(&encoded(&ColorProfile::new_lab()));
    // A segment without a part number.
    let jpeg = encode(chart(), ImageFormat::Jpeg);
    assert_same(&with_segment(&jpeg, 0xe2, b"ICC_PROFILE\0"), &jpeg);
}

#[test]
fn grey_pictures_with_a_profile_are_converted() {
    const GAMMA: f64 = 1.5;
    let profile = encoded(&ColorProfile::new_gray_with_gamma(GAMMA as f32));
    let expected = |[gray, ..]: [u8; 3]| [light_to_srgb((f64::from(gray) / 255.0).powf(GAMMA)); 3];
    let gray = |x, y| field(x, y)[0];
    let plain = GrayImage::from_fn(SIDE, SIDE, |x, y| Luma([gray(x, y)]));
    let clear = ImageBuffer::from_fn(SIDE, SIDE, |x, y| LumaA([gray(x, y), if y == 0 { 9 } else { 255 }]));
    let converted = &[Note::ColorsConverted];
    let png = |image: DynamicImage| png_with_profile(&encode(image, ImageFormat::Png), &profile);
    assert_colors(&png(plain.clone().into()), converted, 6, expected);
    assert_colors(&png(DynamicImage::ImageLumaA8(clear.clone())), converted, 3, expected);
    assert_eq!(prepare(&png(DynamicImage::ImageLumaA8(clear))).unwrap().mime, Mime::Png);
    assert_colors(&jpeg_with_profile(&encode(plain.clone(), ImageFormat::Jpeg), &profile, 1), converted, 6, expected);

    // An RGB profile in a gray file. The grays of P3 are those of sRGB.
    let p3 = encoded(&ColorProfile::new_display_p3());
    let same = |[gray, ..]: [u8; 3]| [gray; 3];
    assert_colors(&jpeg_with_profile(&encode(plain, ImageFormat::Jpeg), &p3, 1), &[], 6, same);
}

#[test]
fn cmyk_with_an_unsuitable_profile_is_converted_without_it() {
    let cmyk =
        Halves { width: 600, height: 600, adobe: Some(0), ..Halves::new(&[255, 255, 0, 255], &[0, 255, 255, 128]) };
    let file = cmyk.encode();
    assert_eq!(prepare(&file).unwrap().notes, [Note::InksConverted]);
    let whole = encoded(&ColorProfile::new_adobe_rgb());
    // The same profile declared as CMYK, but without the tables for it.
    let mut false_cmyk = whole.clone();
    false_cmyk[16..20].copy_from_slice(b"CMYK");
    for profile in [&whole, &false_cmyk, &encoded(&ColorProfile::new_gray_with_gamma(2.2)), &whole[..150].to_vec()] {
        assert_same(&jpeg_with_profile(&file, profile, 1), &file);
    }
}

#[test]
fn a_picture_with_a_corrupt_profile_is_accepted() {
    let (jpeg, mut noise) =
        (encode(RgbImage::from_pixel(16, 16, Rgb([9, 90, 200])), ImageFormat::Jpeg), crate::make::Noise(2));
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

/// The transparent chart as a PNG with these chunks.
fn png_with(chunks: &[Vec<u8>]) -> Vec<u8> {
    with_chunks(&encode(transparent_chart(), ImageFormat::Png), chunks)
}

fn numbers(kind: &[u8; 4], numbers: &[u32]) -> Vec<u8> {
    chunk(kind, &numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>())
}

/// White, red, green and blue of Adobe RGB.
const ADOBE_CHROMATICITIES: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000];

#[test]
fn the_gamma_of_a_png_is_applied() {
    let flat = encode(RgbaImage::from_pixel(SIDE, SIDE, Rgba([55, 55, 55, 254])), ImageFormat::Png);
    let bytes = prepare(&with_chunks(&flat, &[numbers(b"gAMA", &[100_000])])).unwrap().bytes;
    let pixel = image::load_from_memory(&bytes).unwrap().into_rgb8().get_pixel(256, 256).0;
    assert!(pixel.iter().all(|value| value.abs_diff(128) <= 1), "{pixel:?}");

    let linear = |color: [u8; 3]| color.map(|value| light_to_srgb(f64::from(value) / 255.0));
    assert_colors(&png_with(&[numbers(b"gAMA", &[100_000])]), &[Note::ColorsConverted], 3, linear);
    let adobe = [numbers(b"gAMA", &[45_470]), numbers(b"cHRM", &ADOBE_CHROMATICITIES)];
    assert_colors(&png_with(&adobe), &[Note::ColorsConverted], 6, |color| ADOBE_RGB.in_srgb(color));
    let gray = encode(GrayImage::from_fn(SIDE, SIDE, |x, y| Luma([field(x, y)[0]])), ImageFormat::Png);
    let gray = with_chunks(&gray, &[numbers(b"gAMA", &[100_000])]);
    assert_colors(&gray, &[Note::ColorsConverted], 6, |[gray, ..]| linear([gray; 3]));
}

#[test]
fn the_gamma_of_srgb_changes_nothing_and_a_profile_comes_first() {
    let plain = png_with(&[]);
    let srgb = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
    let (gamma, wrong) = (numbers(b"gAMA", &[45_455]), numbers(b"gAMA", &[100_000]));
    assert_same(&png_with(&[gamma.clone(), numbers(b"cHRM", &srgb)]), &plain);
    assert_same(&png_with(std::slice::from_ref(&gamma)), &plain);
    assert_same(&png_with(&[chunk(b"sRGB", &[0]), wrong.clone()]), &plain);
    let with_profile = png_with_profile(&plain, &encoded(&ColorProfile::new_srgb()));
    assert_same(&with_chunks(&with_profile, &[wrong]), &plain);
    // Unusable numbers.
    for chunks in [numbers(b"gAMA", &[0]), numbers(b"cHRM", &[0; 8]), numbers(b"cHRM", &[1, 2]), chunk(b"cICP", &[9])] {
        assert_same(&png_with(&[chunks]), &plain);
    }
    let degenerate = numbers(b"cHRM", &[31_270, 32_900, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
    assert!(prepare(&png_with(&[degenerate])).is_ok());
}

#[test]
fn coded_color_spaces_of_png_are_converted() {
    let p3 = png_with(&[chunk(b"cICP", &[12, 13, 0, 1]), numbers(b"gAMA", &[100_000])]);
    assert_colors(&p3, &[Note::ColorsConverted], 3, |color| DISPLAY_P3.in_srgb(color));
    assert_same(&png_with(&[chunk(b"cICP", &[1, 13, 0, 1])]), &png_with(&[]));

    // HDR: white (203 cd/m2) is nearly white, and a gray that is half as bright keeps its value.
    for (transfer, code, expected) in [(16, 148, 240), (18, 191, 240), (16, 128, 181)] {
        let flat = encode(RgbImage::from_pixel(SIDE, SIDE, Rgb([code; 3])), ImageFormat::Png);
        let file = with_chunks(&flat, &[chunk(b"cICP", &[9, transfer, 0, 1])]);
        let prepared = prepare(&file).unwrap();
        assert_eq!(prepared.notes, [Note::HdrConverted]);
        assert_eq!(open(&file[..]).unwrap().notes, prepared.notes);
        let pixel = image::load_from_memory(&prepared.bytes).unwrap().into_rgb8().get_pixel(256, 256).0;
        assert!(pixel.iter().all(|value| value.abs_diff(expected) <= 6), "{code} with {transfer}: {pixel:?}");
    }
}
