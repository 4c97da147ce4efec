//! HEIC and AVIF pictures are cropped and turned, and put together from several ones.

use crate::make::heif_file::{File, Item, TILE, crop, mirror, rotation, size};
use crate::make::{BLUE, RED};
use image::RgbImage;
use lapel_picture::{Crop, Format, Note, Opened, PictureError, open, render};

const GREEN: [u8; 3] = [30, 160, 30];
const WHITE: [u8; 3] = [230, 230, 230];
const GRAY: [u8; 3] = [128; 3];

fn corners() -> [Item; 2] {
    [include_bytes!("../data/corners.heic").as_slice(), include_bytes!("../data/corners.avif")].map(Item::coded)
}

fn halves() -> [Item; 2] {
    [include_bytes!("../data/plain.heic").as_slice(), include_bytes!("../data/plain.avif")].map(Item::coded)
}

fn preview(file: &File) -> (Opened, RgbImage) {
    let opened = open(&file.encode()[..]).unwrap();
    let image = image::load_from_memory(&opened.bytes).unwrap().into_rgb8();
    (opened, image)
}

#[track_caller]
fn assert_color(image: &RgbImage, (x, y): (u32, u32), expected: [u8; 3]) {
    let found = image.get_pixel(x, y).0;
    let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 20);
    assert!(near, "{found:?} at {x}, {y}, not {expected:?}");
}

/// The colors at the top left, top right, bottom left and bottom right.
#[track_caller]
fn assert_corners(image: &RgbImage, expected: [[u8; 3]; 4]) {
    let (width, height) = image.dimensions();
    let (x, y) = (width / 8, height / 8);
    let places = [(x, y), (width - 1 - x, y), (x, height - 1 - y), (width - 1 - x, height - 1 - y)];
    places.into_iter().zip(expected).for_each(|(place, color)| assert_color(image, place, color));
}

#[test]
fn pictures_are_turned_and_mirrored_in_the_order_of_their_properties() {
    type Case<'a> = (&'a [Vec<u8>], [[u8; 3]; 4]);
    // Worked out by hand from ISO/IEC 23008-12: turns are against the clock.
    let cases: [Case<'_>; 9] = [
        (&[], [RED, GREEN, BLUE, WHITE]),
        (&[rotation(0)], [RED, GREEN, BLUE, WHITE]),
        (&[rotation(1)], [GREEN, WHITE, RED, BLUE]),
        (&[rotation(2)], [WHITE, BLUE, GREEN, RED]),
        (&[rotation(3)], [BLUE, RED, WHITE, GREEN]),
        (&[mirror(0)], [BLUE, WHITE, RED, GREEN]),
        (&[mirror(1)], [GREEN, RED, WHITE, BLUE]),
        (&[rotation(1), mirror(0)], [RED, BLUE, GREEN, WHITE]),
        (&[mirror(0), rotation(1)], [WHITE, GREEN, BLUE, RED]),
    ];
    for picture in corners() {
        for (changes, expected) in &cases {
            // 64 x 48, with the colors still around the center.
            let picture = changes.iter().cloned().fold(picture.clone().with(crop(64, 48, 0, 0)), Item::with);
            let file = File::of([picture]);
            let (opened, image) = preview(&file);
            let is_turned = changes.iter().any(|change| [rotation(1), rotation(3)].contains(change));
            let size = if is_turned { (48, 64) } else { (64, 48) };
            assert_eq!(((opened.width, opened.height), image.dimensions()), (size, size));
            assert_corners(&image, *expected);
            // The square around the color at the top left.
            let square = Crop { turns: 0, mirrored: false, x: 0.0, y: 0.0, side: 20.0, ground: None };
            let prepared = render(&file.encode(), Some(&square)).unwrap();
            assert_corners(&image::load_from_memory(&prepared.bytes).unwrap().into_rgb8(), [expected[0]; 4]);
        }
    }
}

#[test]
fn a_crop_can_be_anywhere_in_the_picture() {
    for picture in corners() {
        // Around the center, at the right, at the bottom left with a size that is odd.
        for ((width, height, x, y), expected) in [
            ((16, 16, 0, 0), [RED, GREEN, BLUE, WHITE]),
            ((32, 64, 32, 0), [GREEN, GREEN, WHITE, WHITE]),
            ((31, 31, -33, 33), [BLUE; 4]),
        ] {
            let (opened, image) = preview(&File::of([picture.clone().with(crop(width, height, x, y))]));
            assert_eq!((opened.width, opened.height), (width, height));
            assert_corners(&image, expected);
        }
        let turned = picture.clone().with(crop(32, 64, 32, 0)).with(rotation(1));
        let (opened, image) = preview(&File::of([turned]));
        assert_eq!((opened.width, opened.height), (64, 32));
        assert_corners(&image, [GREEN, WHITE, GREEN, WHITE]);
        let other_order = picture.with(rotation(1)).with(crop(32, 64, 32, 0));
        assert_eq!(open(&File::of([other_order]).encode()[..]), Err(PictureError::Unsupported(Format::RareHeif)));
    }
}

#[test]
fn an_identity_changes_its_source() {
    for picture in corners() {
        let file = File::made_from(Item::new(b"iden", b"").with(rotation(1)), [picture.with(mirror(0))]);
        assert_corners(&preview(&file).1, [WHITE, GREEN, BLUE, RED]);
    }
}

/// 128 x 128 pixels, of which the first 100 x 90 are shown.
fn small_grid([corners, halves]: [Item; 2]) -> File {
    let tiles = [corners.clone(), halves.clone(), halves, corners];
    File::made_from(Item::grid(2, 2, (100, 90)), tiles)
}

#[test]
fn tiles_are_put_side_by_side() {
    for (corners, halves) in corners().into_iter().zip(halves()) {
        let file = small_grid([corners, halves]);
        let (opened, image) = preview(&file);
        assert_eq!((opened.width, opened.height, opened.notes.as_slice()), (100, 90, [].as_slice()));
        for (place, color) in [
            ((8, 8), RED),
            ((60, 8), GREEN),
            ((8, 60), BLUE),
            ((60, 60), WHITE),
            ((68, 8), RED),
            ((92, 60), RED),
            ((99, 8), BLUE),
            ((8, 68), RED),
            ((60, 86), BLUE),
            ((68, 68), RED),
            ((98, 68), GREEN),
        ] {
            assert_color(&image, place, color);
        }
        // This square touches only the second tile.
        let square = Crop { turns: 0, mirrored: false, x: 66.0, y: 0.0, side: 30.0, ground: None };
        let prepared = render(&file.encode(), Some(&square)).unwrap();
        assert_corners(&image::load_from_memory(&prepared.bytes).unwrap().into_rgb8(), [RED; 4]);
    }
}

#[test]
fn a_large_grid_is_reduced_tile_by_tile() {
    for picture in corners() {
        let tiles = std::iter::repeat_n(picture, 1200);
        let (opened, image) = preview(&File::made_from(Item::grid(40, 30, (40 * TILE - 20, 30 * TILE)), tiles));
        assert_eq!((opened.width, opened.height), (2540, 1920));
        // A tile is 17 pixels wide in the preview: take the middles of its quarters.
        for (column, row) in [(0, 0), (39, 0), (0, 29), (20, 15), (38, 29)] {
            let at = |x: u32, y: u32| {
                let (x, y) = (f64::from(column * TILE + x), f64::from(row * TILE + y));
                let scale = f64::from(image.height()) / 1920.0;
                ((x * scale) as u32, (y * scale) as u32)
            };
            assert_color(&image, at(16, 16), RED);
            assert_color(&image, at(16, 48), BLUE);
            if column < 39 {
                assert_color(&image, at(48, 16), GREEN);
                assert_color(&image, at(48, 48), WHITE);
            }
        }
    }
}

#[test]
fn a_grid_without_some_of_its_tiles_is_shown() {
    for picture in halves() {
        let mut file = File::made_from(Item::grid(4, 4, (256, 256)), vec![picture; 16]);
        let whole = file.encode();
        // The end of the file, with the last seven tiles.
        let cut = &whole[..whole.len() - file.items[1].data.len() * 13 / 2];
        // A tile without its bytes.
        file.items[16].data.clear();
        for bytes in [cut, &file.encode()] {
            let opened = open(bytes).unwrap();
            let image = image::load_from_memory(&opened.bytes).unwrap().into_rgb8();
            assert_eq!(opened.notes, [Note::EndsEarly]);
            assert_color(&image, (8, 8), RED);
            assert_color(&image, (40, 130), BLUE);
            assert_color(&image, (250, 250), GRAY);
        }
        let almost_nothing = &whole[..whole.len() - file.items[1].data.len() * 31 / 2];
        assert!(matches!(open(almost_nothing), Err(PictureError::Damaged(_))));
    }
}

#[test]
fn grids_that_do_not_fit_are_damaged() {
    for picture in halves() {
        let too_few = File::made_from(Item::grid(2, 2, (128, 128)), vec![picture.clone(); 3]);
        let too_small = File::made_from(Item::grid(2, 2, (129, 128)), vec![picture; 4]);
        for file in [too_few, too_small] {
            assert!(matches!(open(&file.encode()[..]), Err(PictureError::Damaged(_))));
        }
    }
}

#[test]
fn overlays_are_drawn_in_their_order() {
    for (corners, halves) in corners().into_iter().zip(halves()) {
        // The second covers the first; the third is mostly outside.
        let places = [(-32, -32), (-1, 11), (90, 50)];
        let main = Item::overlay([10, 200, 250], (100, 90), &places);
        let (opened, image) = preview(&File::made_from(main, [corners.clone(), halves.clone(), corners]));
        assert_eq!((opened.width, opened.height), (100, 90));
        for (place, color) in [
            ((8, 5), WHITE),
            ((8, 20), RED),
            ((60, 70), BLUE),
            ((70, 5), [10, 200, 250]),
            ((95, 60), RED),
            ((80, 88), [10, 200, 250]),
        ] {
            assert_color(&image, place, color);
        }
    }
}

#[test]
fn an_overlay_shows_what_is_below_transparent_pixels() {
    let alpha = [include_bytes!("../data/gray.heic").as_slice(), include_bytes!("../data/gray.avif")].map(Item::coded);
    let name = crate::make::heif_file::full_box(b"auxC", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0");
    for (picture, alpha) in halves().into_iter().zip(alpha) {
        let main = Item::overlay([0, 0, 0], (TILE, TILE), &[(0, 0)]);
        let file = File::of([main, picture, alpha.with(name.clone())]);
        let (_, image) = preview(&file.refer(b"dimg", 1, [2]).refer(b"auxl", 3, [2]));
        // 60 / 255 of red, 220 / 255 of blue.
        assert_color(&image, (10, 30), [47, 7, 7]);
        assert_color(&image, (54, 30), [26, 26, 173]);
    }
}

#[test]
fn a_size_may_be_smaller_than_the_coded_picture_but_not_larger() {
    for picture in corners() {
        let sized = |width, height| File::of([picture.clone().without(b"ispe").with(size(width, height))]).encode();
        let opened = open(&sized(40, 32)[..]).unwrap();
        assert_eq!((opened.width, opened.height), (40, 32));
        let image = image::load_from_memory(&opened.bytes).unwrap().into_rgb8();
        assert_color(&image, (8, 28), RED);
        assert_color(&image, (38, 28), GREEN);
        assert!(matches!(open(&sized(65, 64)[..]), Err(PictureError::Damaged(_))));
    }
}
