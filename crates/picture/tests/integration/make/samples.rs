//! Small sample files of all supported kinds.

use image::{ImageFormat, Rgba, RgbaImage};

use super::bitmap::{packed_bitmap, tiff};
use super::container::{animated_png, animated_webp, gif, webp_with_exif};
use super::jpeg::{Halves, with_orientation};
use super::png::{chunk, with_chunks};
use super::{BLUE, RED, encode, exif, red_blue};

/// A small valid file of every supported kind.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let soft = RgbaImage::from_fn(40, 30, |x, y| Rgba([x as u8 * 6, y as u8 * 8, 90, 255 - x as u8]));
    let jpeg = encode(red_blue(40, 30), ImageFormat::Jpeg);
    let png = encode(soft.clone(), ImageFormat::Png);
    let (red, blue) = ([81, 99, 213], [49, 213, 114]);
    let mut samples = vec![
        ("jpeg", with_orientation(&jpeg, 6, true)),
        ("progressive jpeg", Halves { progressive: true, ..Halves::new(&red, &blue) }.encode()),
        ("jpeg in three scans", Halves { separate_scans: true, ..Halves::new(&red, &blue) }.encode()),
        ("cmyk jpeg", Halves { adobe: Some(0), ..Halves::new(&[9, 9, 9, 9], &[200, 9, 9, 9]) }.encode()),
        ("png", with_chunks(&png, &[chunk(b"eXIf", &exif(3, false))])),
        ("animated png", animated_png(20, RED, BLUE)),
        ("webp", webp_with_exif(&soft, &exif(8, true))),
        ("plain webp", encode(red_blue(40, 30), ImageFormat::WebP)),
        ("lossy webp", include_bytes!("../../data/lossy.webp").to_vec()),
        ("lossy webp with a mask", include_bytes!("../../data/lossy-mask.webp").to_vec()),
        ("animated webp", animated_webp(&[soft.clone(), soft.clone()])),
        ("gif", gif(vec![soft.clone()])),
        ("animated gif", gif(vec![soft.clone(), soft.clone()])),
        ("bitmap", encode(red_blue(40, 30), ImageFormat::Bmp)),
        ("bitmap with a mask", encode(soft.clone(), ImageFormat::Bmp)),
        ("packed bitmap", packed_bitmap(40, 30)),
        ("tiff", tiff(&[&soft])),
        ("tiff of two pages", tiff(&[&soft, &soft])),
    ];
    if cfg!(feature = "video") {
        samples.extend([
            ("heic", include_bytes!("../../data/plain.heic").to_vec()),
            ("heic with alpha", include_bytes!("../../data/alpha.heic").to_vec()),
            ("avif", include_bytes!("../../data/plain.avif").to_vec()),
            ("avif with alpha", include_bytes!("../../data/alpha.avif").to_vec()),
        ]);
    }
    samples
}
