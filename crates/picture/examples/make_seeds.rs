//! `make_seeds FOLDER`: writes the seed corpus of each fuzz target into FOLDER/TARGET/seeds. Each seed is a small picture
//! file that is preceded by four bytes, which select a square (see fuzz/src/lib.rs).

// A panic is the right failure for a command line tool: it names the step that failed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/integration/make/mod.rs"]
mod make;

use std::path::{Path, PathBuf};

use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use make::bitmap::{os2_bitmap, short_os2_bitmap};
use make::container::gif;
use make::fax::{fax3, fax4};
use make::heif::{Item, boxed, coded, grid, heif, is_alpha, overlay, size};
use make::jpeg::{Halves, arithmetic, subsampled, with_orientation};
use make::png::{Header, chunk, png, with_chunks};
use make::profile::{encoded, jpeg_with_profile, png_with_profile, webp_with_profile};
use make::raw_tiff::RawTiff;
use make::{BLUE, Noise, RED, encode, red_blue, samples};
use moxcms::ColorProfile;

/// Selects no square (the largest centered one is then used), a rotated and mirrored square with a background, and a
/// small square.
const SQUARES: [[u8; 4]; 3] = [[0, 0, 0, 0], [0b1_1111, 40, 90, 200], [0b1_0000, 100, 100, 60]];

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("usage: make_seeds FOLDER"));
    let mut files: Vec<(String, Vec<u8>)> =
        samples::samples().into_iter().map(|(name, bytes)| (name.replace(' ', "-"), bytes)).collect();
    let more = [more_samples(), unusual_samples(), tiff_samples()].concat();
    files.extend(more.into_iter().map(|(name, bytes)| (name.into(), bytes)));
    write(&folder.join("picture/seeds"), &files);
    let heif: Vec<_> = heif_samples().into_iter().map(|(name, bytes)| (name.into(), bytes)).collect();
    write(&folder.join("heif/seeds"), &heif);
}

fn write(folder: &Path, files: &[(String, Vec<u8>)]) {
    std::fs::create_dir_all(folder).unwrap();
    for (name, bytes) in files {
        for (at, square) in SQUARES.iter().enumerate() {
            std::fs::write(folder.join(format!("{name}-{at}")), [square, bytes.as_slice()].concat()).unwrap();
        }
    }
}

/// Files with features that [`samples`] does not have: profiles, texture, rare color types.
fn more_samples() -> Vec<(&'static str, Vec<u8>)> {
    let mut noise = Noise(5);
    let textured = RgbaImage::from_fn(70, 50, |x, y| {
        let rough = noise.below(30) as u8;
        Rgba([x as u8 * 3 + rough, y as u8 * 4 + rough, 120 - rough, if x < 35 { 255 } else { 130 + rough }])
    });
    let opaque = image::DynamicImage::from(textured.clone()).into_rgb8();
    let (jpeg, png_file) = (encode(opaque.clone(), ImageFormat::Jpeg), encode(textured.clone(), ImageFormat::Png));
    let (p3, gray) = (encoded(&ColorProfile::new_display_p3()), encoded(&ColorProfile::new_gray_with_gamma(2.2)));
    let grey_jpeg = encode(image::DynamicImage::from(opaque).into_luma8(), ImageFormat::Jpeg);
    let ycck = Halves { adobe: Some(2), ..Halves::new(&[174, 157, 43, 255], &[206, 43, 142, 255]) }.encode();
    let deep = Header { width: 20, height: 20, depth: 16, color: 6, interlaced: true };
    let palette = Header { width: 20, height: 20, depth: 8, color: 3, interlaced: false };
    vec![
        ("jpeg-with-profile", jpeg_with_profile(&jpeg, &p3, 2)),
        ("gray-jpeg-with-profile", jpeg_with_profile(&grey_jpeg, &gray, 1)),
        ("ycck-jpeg-with-profile", jpeg_with_profile(&ycck, &p3, 1)),
        ("turned-jpeg", with_orientation(&encode(red_blue(90, 60), ImageFormat::Jpeg), 7, false)),
        ("png-with-profile", png_with_profile(&png_file, &p3)),
        ("webp-with-profile", webp_with_profile(&textured, &p3)),
        ("deep-png", png(deep, &[], |x, y| vec![x as u8, 0, y as u8, 9, 7, 7, 128, 128], &[])),
        ("palette-png", png(palette, &[chunk(b"PLTE", &[RED, BLUE].concat())], |x, _| vec![u8::from(x > 9)], &[])),
    ]
}

/// Rare headers and codings, color chunks of PNG, and files that are cut off.
fn unusual_samples() -> Vec<(&'static str, Vec<u8>)> {
    let mut noise = Noise(6);
    let rough = RgbImage::from_fn(40, 30, |_, _| Rgb(RED.map(|value| value + noise.below(40) as u8)));
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let png_file = encode(rough.clone(), ImageFormat::Png);
    let numbers = |values: &[u32]| values.iter().flat_map(|value| value.to_be_bytes()).collect::<Vec<u8>>();
    let gamma = chunk(b"gAMA", &numbers(&[45_470]));
    let primaries = [31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000];
    let (p3, hdr) = (chunk(b"cICP", &[12, 13, 0, 1]), chunk(b"cICP", &[9, 16, 0, 1]));
    let passes = Header { width: 20, height: 20, depth: 8, color: 2, interlaced: true };
    let (red, blue) = ([81, 99, 213], [49, 213, 114]);
    vec![
        ("os2-bitmap", os2_bitmap(40, 30)),
        ("short-os2-bitmap", short_os2_bitmap(16)),
        ("arithmetic-jpeg", arithmetic(false, true)),
        ("progressive-arithmetic-jpeg", arithmetic(true, true)),
        ("subsampled-jpeg", subsampled(&rough)),
        ("png-with-gamma", with_chunks(&png_file, &[gamma, chunk(b"cHRM", &numbers(&primaries))])),
        ("png-in-display-p3", with_chunks(&png_file, &[p3])),
        ("png-in-hdr", with_chunks(&png_file, &[hdr])),
        ("cut-jpeg", half(encode(rough.clone(), ImageFormat::Jpeg))),
        ("cut-progressive-jpeg", half(Halves { progressive: true, ..Halves::new(&red, &blue) }.encode())),
        ("cut-png", half(png_file)),
        ("cut-interlaced-png", half(png(passes, &[], |x, y| vec![x as u8, y as u8, 9], &[]))),
        ("cut-gif", half(gif(vec![image::DynamicImage::from(rough).into_rgba8()]))),
    ]
}

/// Kinds of TIFF that the image crate does not write.
fn tiff_samples() -> Vec<(&'static str, Vec<u8>)> {
    let file = |bits: u16, samples: u16, photometric: u16| {
        let row = 20 * usize::from(bits) * usize::from(samples) / 8;
        RawTiff::new(20, 20, bits, samples, photometric, Noise(7).bytes(row.next_multiple_of(8) * 20))
    };
    let fax = |compression: u16, side: u32, data| RawTiff { compression, ..RawTiff::new(side, 20, 1, 1, 0, data) };
    let jpeg = encode(red_blue(20, 20), ImageFormat::Jpeg);
    let length = jpeg.len() as u16;
    let old = RawTiff { compression: 6, ..RawTiff::new(20, 20, 8, 3, 6, jpeg) };
    vec![
        ("tiff-with-associated-alpha", file(8, 4, 2).with(338, &[1])),
        ("deep-tiff-with-alpha", RawTiff { big_endian: true, ..file(16, 4, 2).with(338, &[1]) }),
        ("gray-tiff-of-2-bits", file(2, 1, 1)),
        ("gray-tiff-of-4-bits", file(4, 1, 0)),
        ("gray-tiff-of-16-bits", file(16, 1, 1)),
        ("tiff-of-1-bit", file(1, 1, 1).with(266, &[2])),
        ("tiff-with-a-palette", file(4, 1, 3).with(320, &[0x7f00; 48])),
        ("cmyk-tiff", file(8, 5, 5).with(338, &[0])),
        ("ycbcr-tiff", file(8, 3, 6).with(530, &[1, 1])),
        ("lab-tiff", file(8, 3, 8)),
        ("planar-tiff", RawTiff { strips: vec![400; 3], ..file(8, 3, 2).with(284, &[2]) }),
        ("tiled-tiff", RawTiff { tile: Some(16), strips: vec![256; 4], ..file(8, 1, 1) }),
        ("fax-4-tiff", fax(4, 20, fax4(20))),
        ("fax-3-tiff", fax(3, 600, fax3(20)).with(266, &[1])),
        ("old-jpeg-tiff", old.with(513, &[8]).with(514, &[length])),
    ]
    .into_iter()
    .map(|(name, tiff)| (name, tiff.encode()))
    .collect()
}

/// All kinds of HEIC and AVIF: depths and subsamplings, pictures made of others, and what crops and turns them.
fn heif_samples() -> Vec<(&'static str, Vec<u8>)> {
    let (heic, avif) =
        (coded(include_bytes!("../tests/data/plain.heic")), coded(include_bytes!("../tests/data/plain.avif")));
    let with = |item: &Item, property: Vec<u8>| Item {
        properties: item.properties.iter().cloned().chain([property]).collect(),
        ..item.clone()
    };
    let quarter_turn = with(&with(&heic, boxed(b"irot", &[1])), boxed(b"imir", &[1]));
    // A width and a height of 40, and the center 4 to the left: each is a fraction.
    let crop = [40_u32, 1, 40, 1, 4_u32.wrapping_neg(), 1, 0, 1].map(u32::to_be_bytes).concat();
    let p3 = [b"prof".to_vec(), encoded(&ColorProfile::new_display_p3())].concat();
    let hdr = boxed(b"colr", b"nclx\0\x09\0\x10\0\x09\x80");
    let same = Item { kind: *b"iden", data: Vec::new(), properties: vec![size(64, 64)] };
    let tiles = |first: Item, tile: &Item, count: usize| [vec![first], vec![tile.clone(); count]].concat();
    let two = [(b"dimg", 1, vec![2, 3])];
    vec![
        ("plain-heic", include_bytes!("../tests/data/plain.heic").to_vec()),
        ("full-heic", include_bytes!("../tests/data/full.heic").to_vec()),
        ("deep-heic", include_bytes!("../tests/data/deep.heic").to_vec()),
        ("gray-heic", include_bytes!("../tests/data/gray.heic").to_vec()),
        ("alpha-heic", include_bytes!("../tests/data/alpha.heic").to_vec()),
        ("plain-avif", include_bytes!("../tests/data/plain.avif").to_vec()),
        ("full-avif", include_bytes!("../tests/data/full.avif").to_vec()),
        ("deep-avif", include_bytes!("../tests/data/deep.avif").to_vec()),
        ("gray-avif", include_bytes!("../tests/data/gray.avif").to_vec()),
        ("alpha-avif", include_bytes!("../tests/data/alpha.avif").to_vec()),
        ("turned-heic", heif(&[quarter_turn], &[])),
        ("cropped-heic", heif(&[with(&heic, boxed(b"clap", &crop))], &[])),
        ("heic-with-profile", heif(&[with(&heic, boxed(b"colr", &p3))], &[])),
        ("heic-in-hdr", heif(&[with(&heic, hdr)], &[])),
        ("grid-heic", heif(&tiles(grid(2, 1), &heic, 2), &two)),
        ("grid-avif", heif(&tiles(grid(2, 1), &avif, 2), &two)),
        ("overlay-heic", heif(&tiles(overlay(90, 80, &[(0, 0), (30, -9)]), &heic, 2), &two)),
        ("same-avif", heif(&tiles(same, &avif, 1), &[(b"dimg", 1, vec![2])])),
        ("alpha-of-another-codec", heif(&[heic, with(&avif, is_alpha())], &[(b"auxl", 2, vec![1])])),
    ]
}
