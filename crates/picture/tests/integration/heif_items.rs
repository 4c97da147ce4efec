//! HEIC and AVIF files with several pictures, sequences and metadata, and malicious ones.

use crate::make::heif_file::{File, Item, TILE, boxed, crop, full_box, movie, numbers, rotation, size};
use crate::make::{CAMERA, RED, prepare};
use lapel_picture::{Format, Note, PictureError, open};

fn halves() -> [Item; 2] {
    [include_bytes!("../data/plain.heic").as_slice(), include_bytes!("../data/plain.avif")].map(Item::coded)
}

fn notes(bytes: &[u8]) -> Vec<Note> {
    let opened = open(bytes).unwrap();
    let image = image::load_from_memory(&opened.bytes).unwrap().into_rgb8();
    assert!(image.get_pixel(10, 10).0.iter().zip(RED).all(|(a, b)| a.abs_diff(b) < 10));
    opened.notes
}

#[test]
fn only_the_main_picture_is_used() {
    for picture in halves() {
        let two = File::of([picture.clone(), picture]);
        assert_eq!(notes(&two.encode()), [Note::MainPictureOnly]);
        // A thumbnail is no other picture.
        assert_eq!(notes(&two.refer(b"thmb", 2, [1]).encode()), []);
    }
}

#[test]
fn metadata_is_noticed() {
    for picture in halves() {
        let exif = Item::new(b"Exif", CAMERA.as_bytes());
        let xmp = Item { text: b"\0application/rdf+xml\0".to_vec(), ..Item::new(b"mime", CAMERA.as_bytes()) };
        let other = Item { text: b"\0text/plain\0".to_vec(), ..Item::new(b"mime", CAMERA.as_bytes()) };
        for (item, expected) in
            [(exif, vec![Note::MetadataRemoved]), (xmp, vec![Note::MetadataRemoved]), (other, vec![])]
        {
            let file = File::of([picture.clone(), item]).refer(b"cdsc", 2, [1]).encode();
            assert_eq!(notes(&file), expected);
            let prepared = prepare(&file).unwrap().bytes;
            assert!(!prepared.windows(CAMERA.len()).any(|window| window == CAMERA.as_bytes()));
        }
    }
}

#[test]
fn the_first_frame_of_a_sequence_is_used() {
    for picture in halves() {
        let start = boxed(b"ftyp", b"msf1\0\0\0\0msf1hevcavis");
        let data = boxed(b"mdat", &picture.data);
        let sequence = |frames| [&start[..], &data, &movie(&picture, start.len() as u32 + 8, frames)].concat();
        assert_eq!(notes(&sequence(3)), [Note::FirstFrameOnly]);
        assert_eq!(notes(&sequence(1)), []);
        // With a main picture.
        let mut file = File::of([picture.clone()]);
        file.more = movie(&picture, 0, 3);
        assert_eq!(notes(&file.encode()), [Note::FirstFrameOnly]);
    }
}

#[test]
fn bytes_after_the_last_box_are_ignored() {
    for picture in halves() {
        let file = File::of([picture]).encode();
        for more in [&b"\0\0\0"[..], b"anything else", b"\0\0\0\x04free"] {
            assert_eq!(notes(&[&file[..], more].concat()), []);
        }
    }
}

#[test]
fn other_codecs_and_unusual_combinations_are_rare() {
    for picture in halves() {
        let mut files: Vec<File> = [b"jpeg", b"avc1", b"unci", b"vvc1", b"tmap"]
            .map(|kind| File::of([Item { kind: *kind, ..picture.clone() }]))
            .into();
        files.push(File::of([Item::new(b"iden", b"")]).refer(b"dimg", 1, [1]));
        files.push(File::made_from(Item::grid(1, 1, (TILE, TILE)), [picture.clone().with(rotation(1))]));
        let grid = Item::grid(1, 1, (TILE, TILE));
        files.push(File::of([grid.clone(), picture.clone()]).refer(b"dimg", 1, [1]));
        files.push(File::of([grid.clone(), grid]).refer(b"dimg", 1, [2]).refer(b"dimg", 2, [1]));
        let overlay = Item::overlay(RED, (TILE, TILE), &[(0, 0)]);
        files.push(File::of([overlay.clone()]).refer(b"dimg", 1, [1]));
        files.push(File::of([overlay.clone(), overlay]).refer(b"dimg", 1, [2]).refer(b"dimg", 2, [1]));
        for file in files {
            assert_eq!(prepare(&file.encode()), Err(PictureError::Unsupported(Format::RareHeif)));
        }
    }
}

#[test]
fn contradictory_files_are_damaged() {
    for picture in halves() {
        let whole = File::of([picture.clone()]);
        let mut files = [
            File::of([picture.clone().without(b"ispe")]),
            File::of([picture.clone().without(b"hvcC").without(b"av1C")]),
            File::of([picture.clone().without(b"ispe").with(size(0, 64))]),
            File::of([picture.clone().without(b"ispe").with(size(100, 64))]),
            File::of([Item { data: Vec::new(), ..picture.clone() }]),
            File::of([picture.clone().with(crop(0, 0, 0, 0))]),
            File::of([picture.clone().with(crop(10, 10, 400, 0))]),
            File::of([Item::grid(2, 2, (TILE, TILE))]).refer(b"dimg", 1, [7, 7, 7, 7]),
            File::made_from(Item::grid(1, 1, (0, 0)), [picture.clone()]),
            File::made_from(Item::overlay(RED, (9, 9), &[]), [picture.clone()]),
        ]
        .iter()
        .map(File::encode)
        .collect::<Vec<_>>();
        // The last association names a property that does not exist.
        let mut wrong = whole.encode();
        let end = wrong.windows(4).position(|found| found == b"mdat").unwrap() - 4;
        wrong[end - 1] = 99;
        files.push(wrong);
        // The item is beyond the end of the file.
        let mut wrong = whole.encode();
        let start = wrong.windows(4).position(|found| found == b"iloc").unwrap();
        wrong[start + 18] = 200;
        files.push(wrong);
        for (at, file) in files.iter().enumerate() {
            let error = prepare(file).err();
            assert!(matches!(error, Some(PictureError::Damaged(_))), "file {at}: {error:?}");
        }
    }
}

#[test]
fn huge_claims_are_refused_before_memory_is_reserved() {
    for picture in halves() {
        let sized = |width, height| picture.clone().without(b"ispe").with(size(width, height));
        let too_wide = prepare(&File::of([sized(65_535, 65_535)]).encode());
        assert!(matches!(too_wide, Err(PictureError::TooWide { .. })), "{too_wide:?}");
        // 48 megapixels as one picture.
        let large = prepare(&File::of([sized(8064, 6048)]).encode());
        if picture.kind == *b"av01" {
            assert!(matches!(large, Err(PictureError::Damaged(_))), "{large:?}");
        } else {
            assert!(matches!(large, Err(PictureError::TooMuchMemory { .. })), "{large:?}");
        }
        for tile in [sized(30_000, 30_000), sized(u32::MAX, u32::MAX)] {
            let grid = File::made_from(Item::grid(1, 1, (TILE, TILE)), [tile.clone()]);
            assert!(matches!(prepare(&grid.encode()), Err(PictureError::TooMuchMemory { .. })));
            let alpha = File::with_alpha(picture.clone(), tile, "urn:mpeg:hevc:2015:auxid:1");
            assert_eq!(prepare(&alpha.encode()), Err(PictureError::Unsupported(Format::RareHeif)));
        }
    }
}

#[test]
fn items_that_are_used_many_times_do_not_take_minutes() {
    let [picture, _] = halves();
    // A grid of 255 x 255 times the same tile.
    let mut grid = File::made_from(Item::grid(255, 255, (255 * TILE, 255 * TILE)), [picture.clone()]);
    grid.references[0].2 = vec![2; 255 * 255];
    // Overlays of overlays, each 10,000 times.
    let nested = Item::overlay(RED, (TILE, TILE), &vec![(0, 0); 10_000]);
    let mut overlays = File::of([nested.clone(), nested.clone(), nested, picture.clone()]);
    for from in 1..=3 {
        overlays = overlays.refer(b"dimg", from, vec![from + 1; 10_000]);
    }
    // 20,000 items.
    let many = File::of([vec![picture.clone()], vec![Item::new(b"free", b""); 20_000]].concat());
    for file in [grid, overlays, many] {
        let start = std::time::Instant::now();
        assert_eq!(prepare(&file.encode()), Err(PictureError::TooSlow));
        assert!(start.elapsed().as_secs() < 20);
    }
}

#[test]
fn small_tables_that_stand_for_much_memory_are_refused() {
    let start = boxed(b"ftyp", b"mif1\0\0\0\0mif1heic");
    let meta = |table: Vec<u8>| [start.clone(), full_box(b"meta", &table)].concat();
    // Each location claims 65,535 pieces, which take no bytes.
    let location = [0, 1, 0, 0, 0xff, 0xff];
    let pieces = full_box(b"iloc", &[&[0, 0, 0xff, 0xff][..], &location.repeat(65_535)].concat());
    // An overlap of 64 pieces, each with the whole file.
    let [picture, _] = halves();
    let mut overlapping = File::of([picture]).encode();
    let at = overlapping.windows(4).position(|found| found == b"iloc").unwrap();
    // The number of pieces, of which all but the first are read from what follows.
    overlapping[at + 16..at + 18].copy_from_slice(&60_u16.to_be_bytes());
    let properties = boxed(b"iprp", &boxed(b"ipco", &vec![0; 3_000_000]));
    for file in [meta(pieces), meta(properties), overlapping, meta(numbers(&[u32::MAX; 9]))] {
        assert!(prepare(&file).is_err());
    }
}
