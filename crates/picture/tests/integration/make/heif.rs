//! Writes HEIC and AVIF files box by box, with coded pictures from the files in tests/data.

use heifer_isobmff::{BoxIter, HeifFile};

/// The coded pictures are squares with this side.
pub const CODED_SIDE: u32 = 64;

/// A picture or other data. Items are numbered from 1; the first one is the main picture.
#[derive(Clone)]
pub struct Item {
    pub kind: [u8; 4],
    pub data: Vec<u8>,
    /// Whole boxes.
    pub properties: Vec<Vec<u8>>,
}

/// A kind, the number of an item, and the items that it refers to.
pub type Reference<'a> = (&'a [u8; 4], u16, Vec<u16>);

pub fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).unwrap();
    [&length.to_be_bytes(), kind.as_slice(), content].concat()
}

/// A box with a version and flags.
pub fn versioned(kind: &[u8; 4], version_and_flags: u32, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&version_and_flags.to_be_bytes(), content].concat())
}

pub fn size(width: u32, height: u32) -> Vec<u8> {
    versioned(b"ispe", 0, &[width.to_be_bytes(), height.to_be_bytes()].concat())
}

/// The property of an alpha channel.
pub fn is_alpha() -> Vec<u8> {
    versioned(b"auxC", 0, b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")
}

/// The main picture of a file, without the pictures that belong to it.
pub fn coded(file: &[u8]) -> Item {
    let container = HeifFile::parse(file).unwrap();
    let main = container.primary_item().unwrap();
    let inside = |data, kind: &[u8; 4]| BoxIter::new(data).flatten().find(|found| found.header.box_type.0 == *kind);
    let meta = inside(file, b"meta").unwrap().content;
    let container_box = inside(inside(&meta[4..], b"iprp").unwrap().content, b"ipco").unwrap();
    let all: Vec<Vec<u8>> = BoxIter::new(container_box.content)
        .flatten()
        .map(|found| boxed(&found.header.box_type.0, found.content))
        .collect();
    let properties = main.properties.iter().map(|property| all[usize::from(property.index) - 1].clone()).collect();
    Item { kind: main.item_type.0, data: container.item_data(main.id).unwrap().into_owned(), properties }
}

/// A grid of pictures with the side [`CODED_SIDE`].
pub fn grid(columns: u8, rows: u8) -> Item {
    let (width, height) = (u16::from(columns) * CODED_SIDE as u16, u16::from(rows) * CODED_SIDE as u16);
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let data = [&[0, 0, rows - 1, columns - 1], &sides[..]].concat();
    Item { kind: *b"grid", data, properties: vec![size(width.into(), height.into())] }
}

/// A black canvas with pictures at these places.
pub fn overlay(width: u16, height: u16, places: &[(i16, i16)]) -> Item {
    let places = places.iter().flat_map(|(x, y)| [x.to_be_bytes(), y.to_be_bytes()]).flatten().collect::<Vec<u8>>();
    let head = [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
    let data = [&head[..], &width.to_be_bytes(), &height.to_be_bytes(), &places].concat();
    Item { kind: *b"iovl", data, properties: vec![size(width.into(), height.into())] }
}

/// A file with these items.
pub fn heif(items: &[Item], references: &[Reference<'_>]) -> Vec<u8> {
    let mut starts = Vec::new();
    let mut data = Vec::new();
    for item in items {
        starts.push((data.len() as u32, item.data.len() as u32));
        data.extend(&item.data);
    }
    let places = starts.iter().zip(1_u16..).flat_map(|(&(start, length), number)| {
        // Stored in the box idat, in one piece.
        let head = [number, 1, 0, 1].map(u16::to_be_bytes).concat();
        [head, start.to_be_bytes().to_vec(), length.to_be_bytes().to_vec()].concat()
    });
    let places = [[0x44, 0].as_slice(), &(items.len() as u16).to_be_bytes(), &places.collect::<Vec<u8>>()].concat();
    with_places(items, references, &versioned(b"iloc", 0x0100_0000, &places), &data)
}

/// A file with this table of places, and the box idat with this content.
pub fn with_places(items: &[Item], references: &[Reference<'_>], places: &[u8], data: &[u8]) -> Vec<u8> {
    let count = items.len() as u16;
    let infos = items.iter().zip(1_u16..).flat_map(|(item, number)| {
        let content = [&number.to_be_bytes()[..], &[0, 0], &item.kind, &[0]].concat();
        versioned(b"infe", 0x0200_0000, &content)
    });
    let infos = [&count.to_be_bytes()[..], &infos.collect::<Vec<u8>>()].concat();
    let mut next = 0_u16;
    let uses = items.iter().zip(1_u16..).flat_map(|(item, number)| {
        let used = item.properties.iter().flat_map(|_| {
            next += 1;
            next.to_be_bytes()
        });
        let used: Vec<u8> = used.collect();
        [&number.to_be_bytes()[..], &[item.properties.len() as u8], &used].concat()
    });
    let uses = [&u32::from(count).to_be_bytes()[..], &uses.collect::<Vec<u8>>()].concat();
    let properties = items.iter().flat_map(|item| item.properties.concat()).collect::<Vec<u8>>();
    let references = references.iter().flat_map(|(kind, from, to)| {
        let numbers =
            [*from, to.len() as u16].iter().chain(to).flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>();
        boxed(kind, &numbers)
    });
    let meta = [
        versioned(b"hdlr", 0, &[&[0; 4], b"pict".as_slice(), &[0; 13]].concat()),
        versioned(b"pitm", 0, &[0, 1]),
        versioned(b"iinf", 0, &infos),
        places.to_vec(),
        versioned(b"iref", 0, &references.collect::<Vec<u8>>()),
        boxed(b"iprp", &[boxed(b"ipco", &properties), versioned(b"ipma", 1, &uses)].concat()),
        boxed(b"idat", data),
    ];
    [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), versioned(b"meta", 0, &meta.concat())].concat()
}
