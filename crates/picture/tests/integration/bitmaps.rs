//! BMP files that programs write wrongly, and those that are cut off.

use crate::make::bitmap::{bitmap, indexed_bitmap, packed_bitmap};
use crate::make::{BLUE, RED, encode, red_blue};
use image::{ImageFormat, RgbaImage};
use lapel_picture::{Note, PictureError, open};

const GRAY: [u8; 3] = [128; 3];

fn opened(file: &[u8]) -> (RgbaImage, Vec<Note>) {
    let opened = open(file).unwrap();
    (image::load_from_memory(&opened.bytes).unwrap().into_rgba8(), opened.notes)
}

#[track_caller]
fn assert_color(image: &RgbaImage, x: u32, y: u32, color: [u8; 3]) {
    let pixel = image.get_pixel(x, y).0;
    assert!(pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 12), "{pixel:?} instead of {color:?} at {x}, {y}");
}

#[track_caller]
fn assert_complete(file: &[u8], complete: &[u8]) {
    assert!(open(file).unwrap() == open(complete).unwrap());
}

#[test]
fn pixels_that_are_said_to_begin_in_the_palette_begin_after_it() {
    let right = indexed_bitmap(64, 64);
    let (image, notes) = opened(&right);
    assert_eq!(notes, []);
    for (x, color) in [(16, RED), (48, BLUE)] {
        (0..64).for_each(|y| assert_color(&image, x, y, color));
    }
    let mut wrong = right.clone();
    wrong[10] = 14 + 40;
    assert_complete(&wrong, &right);
}

#[test]
fn half_a_bitmap_is_half_a_picture() {
    let bottom_up = encode(red_blue(400, 400), ImageFormat::Bmp);
    let mut top_down = bottom_up.clone();
    top_down[22..26].copy_from_slice(&(-400_i32).to_le_bytes());
    let indexed = indexed_bitmap(400, 400);
    for (file, there, missing) in [(bottom_up, 300, 100), (top_down, 100, 300), (indexed, 300, 100)] {
        let (image, notes) = opened(&file[..file.len() / 2]);
        assert_eq!(notes, [Note::EndsEarly]);
        for (x, color) in [(100, RED), (300, BLUE)] {
            for y in [there - 80, there, there + 80] {
                assert_color(&image, x, y, color);
            }
            for y in [missing - 80, missing, missing + 80] {
                assert_color(&image, x, y, GRAY);
            }
        }
        assert!(matches!(open(&file[..file.len() / 20]), Err(PictureError::Damaged(_))));
    }
    let packed = packed_bitmap(200, 200);
    let (image, notes) = opened(&packed[..packed.len() / 2]);
    assert_eq!(notes, [Note::EndsEarly]);
    assert_color(&image, 50, 150, RED);
    assert_color(&image, 50, 50, GRAY);
}

#[test]
fn run_lengths_that_do_not_fit_are_cut_off() {
    let right = packed_bitmap(64, 64);
    // Without the end.
    assert_complete(&right[..right.len() - 2], &right);
    // Runs and single pixels beyond the end of the row, without an end of the row after the last one.
    let runs = bitmap((64, 64), 8, 1, &[32, 0, 255, 1, 0, 3, 0, 0, 0, 0, 0, 0].repeat(64));
    assert_complete(&runs, &right);
    // Four bits per pixel: 32 red pixels as eight single ones and a run, then a run that is too long.
    let row = [0, 8, 0, 0, 0, 0, 24, 0x00, 250, 0x11, 0, 0];
    let small = bitmap((64, 64), 4, 2, &row.repeat(64));
    assert_complete(&small, &right);
    // Beyond the picture: 255 rows up, 255 columns to the right.
    let outside = [&[32, 0, 32, 1, 0, 0].repeat(64)[..], &[0, 2, 255, 255, 9, 0, 0, 1]].concat();
    assert_complete(&bitmap((64, 64), 8, 1, &outside), &right);
    // The second row is skipped: it has the first color.
    let skipped = [&[64, 1, 0, 0, 0, 2, 0, 1][..], &[64, 1, 0, 0].repeat(62)].concat();
    let (image, notes) = opened(&bitmap((64, 64), 8, 1, &skipped));
    assert_eq!(notes, []);
    for (y, color) in [(20, BLUE), (60, BLUE)] {
        assert_color(&image, 32, y, color);
    }
    assert!(image.get_pixel(32, 62).0[0] > 150, "{:?}", image.get_pixel(32, 62));
}
