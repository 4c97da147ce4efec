//! HEIC and AVIF pictures are decoded: bit depths, subsampling, alpha.

use crate::make::{BLUE, RED, prepare};
use image::RgbaImage;
use lapel_picture::{Mime, Note, Prepared};

/// The pixel in the middle of the left and of the right half, at this height.
fn halves(prepared: &Prepared, y: u32) -> [[u8; 4]; 2] {
    let image: RgbaImage = image::load_from_memory(&prepared.bytes).unwrap().into_rgba8();
    [128, 384].map(|x| image.get_pixel(x, y).0)
}

fn assert_near(actual: [u8; 4], expected: [u8; 4]) {
    assert!(actual.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 3), "{actual:?}, expected {expected:?}");
}

fn opaque([red, green, blue]: [u8; 3]) -> [u8; 4] {
    [red, green, blue, 255]
}

#[test]
fn all_depths_and_subsamplings_have_the_right_colors() {
    type File = (&'static str, &'static [u8], [u8; 3], [u8; 3]);
    let files: [File; 8] = [
        ("HEIC 4:2:0", include_bytes!("../data/plain.heic"), RED, BLUE),
        ("HEIC 4:4:4", include_bytes!("../data/full.heic"), RED, BLUE),
        ("HEIC 4:2:2, 10 bits", include_bytes!("../data/deep.heic"), RED, BLUE),
        ("gray HEIC", include_bytes!("../data/gray.heic"), [60; 3], [220; 3]),
        ("AVIF 4:2:0", include_bytes!("../data/plain.avif"), RED, BLUE),
        ("AVIF 4:4:4", include_bytes!("../data/full.avif"), RED, BLUE),
        ("AVIF 4:2:2, 10 bits", include_bytes!("../data/deep.avif"), RED, BLUE),
        ("gray AVIF", include_bytes!("../data/gray.avif"), [60; 3], [220; 3]),
    ];
    for (name, bytes, red, blue) in files {
        let prepared = prepare(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((prepared.mime, prepared.notes.as_slice()), (Mime::Jpeg, [Note::Enlarged].as_slice()), "{name}");
        let [left, right] = halves(&prepared, 256);
        assert_near(left, opaque(red));
        assert_near(right, opaque(blue));
    }
}

#[test]
fn alpha_is_kept() {
    for bytes in [include_bytes!("../data/alpha.heic").as_slice(), include_bytes!("../data/alpha.avif")] {
        let prepared = prepare(bytes).unwrap();
        assert_eq!(prepared.mime, Mime::Png);
        assert_near(halves(&prepared, 128)[0], opaque(RED));
        assert_near(halves(&prepared, 128)[1], opaque(BLUE));
        assert_eq!(halves(&prepared, 400).map(|pixel| pixel[3]), [0, 0]);
    }
}
