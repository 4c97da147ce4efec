//! The colors and the alpha channel of HEIC and AVIF pictures are what the container defines. The expected values are
//! worked out by hand from ITU-T H.273.

use crate::make::heif_file::{File, Item, TILE, colors, full_box, profile};
use crate::make::profile::encoded;
use crate::make::{BLUE, RED};
use image::RgbaImage;
use lapel_picture::{Mime, Note, open};
use moxcms::ColorProfile;

const ALPHA: &str = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";

fn full() -> [Item; 2] {
    [include_bytes!("../data/full.heic").as_slice(), include_bytes!("../data/full.avif")].map(Item::coded)
}

/// 60 on the left, 220 on the right.
fn gray() -> [Item; 2] {
    [include_bytes!("../data/gray.heic").as_slice(), include_bytes!("../data/gray.avif")].map(Item::coded)
}

/// The same with a limited range.
fn limited() -> [Item; 2] {
    [include_bytes!("../data/limited.heic").as_slice(), include_bytes!("../data/limited.avif")].map(Item::coded)
}

/// The pixels in the middles of the left and the right half of the preview, and the notes.
fn halves(file: &File) -> ([[u8; 4]; 2], Vec<Note>) {
    let opened = open(&file.encode()[..]).unwrap();
    let image: RgbaImage = image::load_from_memory(&opened.bytes).unwrap().into_rgba8();
    let (width, height) = image.dimensions();
    ([width / 4, width * 3 / 4].map(|x| image.get_pixel(x, height / 2).0), opened.notes)
}

#[track_caller]
fn assert_near(found: &[u8], expected: &[u8], tolerance: u8) {
    let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= tolerance);
    assert!(near, "{found:?} is not near {expected:?}");
}

#[test]
fn the_planes_are_converted_with_the_matrix_of_the_container() {
    // With matrix 6 and the full range, red is coded as 81, 99, 213, and blue as 49, 213, 114.
    for (matrix, full_range, red, blue) in [
        (6, true, RED, BLUE),
        (5, true, RED, BLUE),
        (2, true, RED, BLUE),
        (6, false, [211, 18, 17], [16, 17, 210]),
        // Green, blue and red.
        (0, true, [213, 81, 99], [114, 49, 213]),
        (1, true, [215, 47, 27], [27, 40, 207]),
        // The differences are those of green and orange.
        (8, true, [195, 52, 25], [0, 134, 0]),
    ] {
        for picture in full() {
            let ([left, right], notes) = halves(&File::of([picture.with(colors(1, 13, matrix, full_range))]));
            assert_near(&left, &red, 5);
            assert_near(&right, &blue, 5);
            assert_eq!(notes, []);
        }
    }
}

#[test]
fn wide_gamuts_are_converted_to_srgb() {
    let icc = encoded(&ColorProfile::new_display_p3());
    for picture in full() {
        let with_profile = File::of([picture.clone().with(profile(&icc))]);
        let with_numbers = File::of([picture.clone().with(colors(12, 13, 6, true))]);
        // The profile is more exact than the numbers.
        let with_both = File::of([picture.clone().with(colors(1, 13, 6, true)).with(profile(&icc))]);
        let tiles = [picture.clone().with(profile(&icc)), picture.clone(), picture.clone(), picture.clone()];
        let on_a_tile = File::made_from(Item::grid(2, 2, (2 * TILE, TILE)), tiles.clone());
        let on_the_grid = File::made_from(
            Item::grid(2, 2, (2 * TILE, TILE)).with(profile(&icc)),
            tiles.map(|tile| tile.without(b"colr")),
        );
        for file in [&with_profile, &with_numbers, &with_both, &on_a_tile, &on_the_grid] {
            let (pixels, notes) = halves(file);
            // In the grids, these are the borders between red and blue.
            if file.items.len() == 1 {
                assert_near(&pixels[0], &[218, 0, 6], 6);
            }
            assert_eq!(notes, [Note::ColorsConverted]);
        }
        let (exact, coded) = (halves(&with_profile).0, halves(&with_numbers).0);
        exact.iter().zip(coded).for_each(|(exact, coded)| assert_near(exact, &coded, 3));
    }
}

#[test]
fn hdr_is_converted_to_srgb() {
    // 16 is PQ, where 200 is far brighter than white; 18 is HLG.
    for (transfer, least) in [(16, 250), (18, 200)] {
        for picture in full() {
            let ([left, right], notes) = halves(&File::of([picture.with(colors(1, transfer, 6, true))]));
            assert_eq!(notes, [Note::HdrConverted]);
            assert!(left[0] >= least && left[1] < 60 && left[2] < 60, "{left:?}");
            assert!(right[2] >= least && right[1] < 60 && right[0] < 60, "{right:?}");
        }
    }
}

#[test]
fn alpha_has_two_names_and_can_have_a_limited_range() {
    for name in [ALPHA, "urn:mpeg:hevc:2015:auxid:1"] {
        for alphas in [gray(), limited()] {
            for (picture, alpha) in full().into_iter().zip(alphas) {
                let ([left, right], notes) = halves(&File::with_alpha(picture, alpha, name));
                assert_near(&left, &[200, 30, 30, 60], 3);
                assert_near(&right, &[30, 30, 200, 220], 3);
                assert_eq!(notes, []);
            }
        }
    }
    // Another auxiliary picture is not used.
    let [picture, _] = full();
    let [depth, _] = gray();
    assert_eq!(halves(&File::with_alpha(picture, depth, "urn:mpeg:hevc:2015:auxid:2")).0[0][3], 255);
}

#[test]
fn the_container_can_define_the_range_of_the_alpha_channel() {
    for (picture, alpha) in full().into_iter().zip(gray()) {
        let file = File::with_alpha(picture, alpha.with(colors(2, 2, 2, false)), ALPHA);
        let [left, right] = halves(&file).0;
        assert_near(&[left[3], right[3]], &[51, 238], 2);
    }
}

#[test]
fn an_alpha_channel_of_half_the_size_is_enlarged() {
    for (picture, alpha) in full().into_iter().zip(gray()) {
        let size = (2 * TILE, 2 * TILE);
        let alpha = alpha.with(full_box(b"auxC", format!("{ALPHA}\0").as_bytes()));
        let tiles = vec![picture; 4];
        let file = File::made_from(Item::grid(2, 2, size), tiles.into_iter().chain([alpha]));
        let mut file = file.refer(b"auxl", 6, [1]);
        file.references[0].2.pop();
        let opened = open(&file.encode()[..]).unwrap();
        assert_eq!(opened.mime, Mime::Png);
        let image = image::load_from_memory(&opened.bytes).unwrap().into_rgba8();
        for (x, expected) in [(4, 60), (60, 60), (68, 220), (124, 220)] {
            assert_near(&[image.get_pixel(x, 100)[3]], &[expected], 2);
        }
    }
}

#[test]
fn colors_that_are_multiplied_with_alpha_are_divided() {
    for (picture, alpha) in full().into_iter().zip(gray()) {
        let file = File::with_alpha(picture, alpha, ALPHA).refer(b"prem", 1, [2]);
        let [left, right] = halves(&file).0;
        assert_near(&left, &[255, 128, 128, 60], 9);
        assert_near(&right, &[35, 35, 232, 220], 4);
    }
}

#[test]
fn a_picture_without_its_alpha_channel_is_opaque() {
    for (picture, alpha) in full().into_iter().zip(gray()) {
        let bytes = File::with_alpha(picture, alpha.clone(), ALPHA).encode();
        let opened = open(&bytes[..bytes.len() - alpha.data.len() / 2]).unwrap();
        assert_eq!(opened.notes, [Note::EndsEarly]);
        let image = image::load_from_memory(&opened.bytes).unwrap().into_rgba8();
        assert_near(&image.get_pixel(16, 32).0, &[200, 30, 30, 255], 5);
    }
}
