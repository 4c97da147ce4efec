//! Malicious HEIC files are refused before they take much time or memory.

use crate::make::heif::{CODED_SIDE, Item, boxed, coded, grid, heif, is_alpha, overlay, size, versioned, with_places};
use crate::make::prepare;
use lapel_picture::{Format, PictureError, open};

fn plain() -> Item {
    coded(include_bytes!("../data/plain.heic"))
}

fn with_size(item: Item, width: u32, height: u32) -> Item {
    let others = item.properties.into_iter().filter(|property| property[4..8] != *b"ispe");
    Item { properties: others.chain([size(width, height)]).collect(), ..item }
}

/// Checks that both jobs refuse the file for the same reason, and returns the reason.
#[track_caller]
fn refused(file: &[u8]) -> PictureError {
    let reason = prepare(file).unwrap_err();
    assert_eq!(open(file).unwrap_err(), reason);
    reason
}

#[track_caller]
fn assert_damaged(file: &[u8]) {
    let reason = refused(file);
    // "Gave up" would mean that something panicked.
    assert!(matches!(&reason, PictureError::Damaged(text) if text != "the decoder gave up"), "{reason:?}");
}

const RARE: PictureError = PictureError::Unsupported(Format::RareHeif);

#[test]
fn pictures_made_of_others_are_read() {
    let tiles = |count| (0..count).map(|_| plain());
    let numbers = |count: u16| (2..2 + count).collect::<Vec<u16>>();
    let files = [
        heif(&[plain()], &[]),
        heif(&[grid(3, 2)].into_iter().chain(tiles(6)).collect::<Vec<_>>(), &[(b"dimg", 1, numbers(6))]),
        heif(
            &[overlay(100, 100, &[(0, 0), (50, -30)])].into_iter().chain(tiles(2)).collect::<Vec<_>>(),
            &[(b"dimg", 1, numbers(2))],
        ),
    ];
    for (at, file) in files.iter().enumerate() {
        let opened = open(&file[..]).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(opened.notes, [], "{at}");
    }
}

#[test]
fn items_in_very_many_pieces_are_refused() {
    // 200 items with 65535 pieces each: no byte in the file, but 24 bytes of memory each.
    for version in [0, 1, 2_u32] {
        let method: &[u8] = if version == 0 { &[] } else { &[0, 0] };
        let number = |number: u16| if version == 2 { vec![0, 0, 0, number as u8] } else { vec![0, number as u8] };
        let entries = (1..=200).flat_map(|at| [&number(at)[..], method, &[0, 0], &[0xff, 0xff]].concat());
        let table = [&[0, 0], &number(200)[..], &entries.collect::<Vec<u8>>()].concat();
        let file = with_places(&[plain()], &[], &versioned(b"iloc", version << 24, &table), &[]);
        assert_eq!(refused(&file), RARE, "version {version}");
    }
}

#[test]
fn very_long_tables_are_refused() {
    let empty = Item { kind: *b"hvc1", data: Vec::new(), properties: Vec::new() };
    let mut items = vec![plain()];
    items.resize(9_000, empty.clone());
    assert!(open(&heif(&items, &[])[..]).is_ok());
    items.resize(11_000, empty);
    assert_eq!(refused(&heif(&items, &[])), PictureError::TooSlow);

    let mut long = plain();
    long.properties.push(boxed(b"free", &vec![0; 5_000_000]));
    assert_eq!(refused(&heif(&[long], &[])), PictureError::TooSlow);
}

#[test]
fn sizes_are_checked_before_anything_is_decoded() {
    let huge = 1 << 31;
    assert!(matches!(refused(&heif(&[with_size(plain(), huge, huge)], &[])), PictureError::TooWide { .. }));
    assert_damaged(&heif(&[with_size(plain(), 0, 64)], &[]));

    let with_alpha = |width, height| {
        let mut alpha = with_size(plain(), width, height);
        alpha.properties.push(is_alpha());
        heif(&[plain(), alpha], &[(b"auxl", 2, vec![1])])
    };
    assert!(open(&with_alpha(CODED_SIDE, CODED_SIDE)[..]).is_ok());
    // The product of the first sides and of four bytes is zero in 64 bits.
    for side in [huge, u32::MAX, 30_000] {
        assert_eq!(refused(&with_alpha(side, side)), RARE);
        let tile = with_size(plain(), side, side);
        let file = heif(&[grid(1, 1), tile], &[(b"dimg", 1, vec![2])]);
        assert!(matches!(refused(&file), PictureError::TooMuchMemory { .. }));
        // The copy of a file that is cut off is added.
        let cut = [&file[..], &boxed(b"mdat", &[0; 100])[..50]].concat();
        assert!(matches!(refused(&cut), PictureError::TooMuchMemory { .. }));
    }
    // The place allows no reduction.
    let numbers = [i32::MAX, i32::MAX, 1, 1].map(i32::to_be_bytes).concat();
    let canvas = Item {
        kind: *b"iovl",
        data: [&[0, 1, 0, 0, 0, 0, 0, 0, 255, 255], &numbers[..]].concat(),
        properties: Vec::new(),
    };
    assert!(matches!(refused(&heif(&[canvas, plain()], &[(b"dimg", 1, vec![2])])), PictureError::TooWide { .. }));
    assert_damaged(&with_alpha(0, 0));
}

#[test]
fn overlays_of_overlays_are_not_searched_without_end() {
    let tower = |places: &[(i16, i16)]| {
        let mut items = vec![overlay(64, 64, places); 4];
        items.push(plain());
        let references: Vec<_> = (1..=4).map(|level| (b"dimg", level, vec![level + 1; 200])).collect();
        heif(&items, &references)
    };
    assert_eq!(refused(&tower(&[(0, 0); 200])), RARE);
    // Not as many places as pictures.
    assert_damaged(&tower(&[]));
}

#[test]
fn references_in_a_circle_are_refused() {
    let same = Item { kind: *b"iden", data: Vec::new(), properties: vec![size(64, 64)] };
    let circle = [(b"dimg", 1, vec![2]), (b"dimg", 2, vec![1])];
    assert_eq!(refused(&heif(&[same.clone(), same], &circle)), RARE);
    assert_eq!(refused(&heif(&[overlay(64, 64, &[(0, 0)]), overlay(64, 64, &[(0, 0)])], &circle)), RARE);
    assert_eq!(refused(&heif(&[grid(1, 1), grid(1, 1)], &circle)), RARE);
}

/// Bits, from the highest one of each byte on.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn fixed(&mut self, value: u64, count: u32) {
        self.0.extend((0..count).rev().map(|at| value >> at & 1 == 1));
    }

    /// A number in the code of HEVC (Exp-Golomb).
    fn number(&mut self, value: u64) {
        let bits = (value + 1).ilog2();
        self.fixed(0, bits);
        self.fixed(value + 1, bits + 1);
    }

    /// With a mark after every second zero byte (emulation prevention).
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for byte in
            self.0.chunks(8).map(|bits| (0..8).fold(0, |byte, at| byte << 1 | u8::from(bits.get(at) == Some(&true))))
        {
            if byte <= 3 && bytes.ends_with(&[0, 0]) {
                bytes.push(3);
            }
            bytes.push(byte);
        }
        bytes
    }
}

/// The parameters of a HEVC sequence (ITU-T H.265, 7.3.2.2) with this size, and all else as simple as possible.
fn sequence_parameters(width: u64, height: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.fixed(0x42_01, 16);
    bits.fixed(1, 8);
    (0..3).for_each(|_| bits.fixed(0, 32));
    [0, 1, width, height].into_iter().for_each(|value| bits.number(value));
    bits.fixed(0, 1);
    [0, 0, 0].into_iter().for_each(|value| bits.number(value));
    bits.fixed(1, 1);
    [0, 0, 0, 0, 1, 0, 1, 0, 0].into_iter().for_each(|value| bits.number(value));
    bits.fixed(0, 4);
    bits.number(0);
    // The last bits, and the mark of the end.
    bits.fixed(0b00_0001, 6);
    bits.bytes()
}

#[test]
fn a_coded_picture_that_is_larger_than_announced_is_refused() {
    let unit = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat();
    let with_unit = |bytes: &[u8]| {
        let coded = plain();
        heif(&[Item { data: [unit(bytes), coded.data].concat(), ..coded }], &[])
    };
    let contradiction = refused(&heif(&[with_size(plain(), 65, 64)], &[]));
    assert_ne!(open(&with_unit(&sequence_parameters(64, 64))[..]).err(), Some(contradiction.clone()));
    for (width, height) in [(1 << 31, 1 << 31), (1 << 24, 8), (8, 1 << 24)] {
        let file = with_unit(&sequence_parameters(width, height));
        assert_eq!(refused(&file), contradiction, "{width} x {height}");
    }
}

#[test]
fn very_many_units_are_refused() {
    let mut many = plain();
    // Units without content, each with its length.
    many.data = [0, 0, 0, 0].repeat(20_000);
    assert_eq!(refused(&heif(&[many], &[])), RARE);
}
