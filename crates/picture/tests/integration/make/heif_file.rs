//! Writes HEIC and AVIF containers around the coded pictures in `tests/data`, which have 64 x 64 pixels.

use heifer_isobmff::HeifFile;

/// The side of the coded pictures.
pub const TILE: u32 = 64;

/// An item of the container.
#[derive(Clone)]
pub struct Item {
    pub kind: [u8; 4],
    pub data: Vec<u8>,
    pub properties: Vec<Vec<u8>>,
    /// Bytes after its type: the name and the content type.
    pub text: Vec<u8>,
}

impl Item {
    /// The main coded picture of a file, without its colors.
    pub fn coded(file: &[u8]) -> Self {
        let container = HeifFile::parse(file).unwrap();
        let item = container.primary_item().unwrap();
        let data = container.item_data(item.id).unwrap().into_owned();
        let name = if item.item_type.0 == *b"av01" { b"av1C" } else { b"hvcC" };
        let start = file.windows(4).position(|found| found == name).unwrap() - 4;
        let length = u32::from_be_bytes(*file[start..].first_chunk().unwrap()) as usize;
        let properties = vec![file[start..start + length].to_vec(), size(TILE, TILE)];
        Self { kind: item.item_type.0, data, properties, text: vec![0] }
    }

    pub fn new(kind: &[u8; 4], data: &[u8]) -> Self {
        Self { kind: *kind, data: data.to_vec(), properties: Vec::new(), text: vec![0] }
    }

    pub fn with(mut self, property: Vec<u8>) -> Self {
        self.properties.push(property);
        self
    }

    /// Without the property of this type.
    pub fn without(mut self, kind: &[u8; 4]) -> Self {
        self.properties.retain(|property| property[4..8] != *kind);
        self
    }

    /// A picture of tiles. Its size can be smaller than theirs.
    pub fn grid(columns: u8, rows: u8, (width, height): (u32, u32)) -> Self {
        let data = [&[0, 1, rows - 1, columns - 1][..], &numbers(&[width, height])].concat();
        Self::new(b"grid", &data).with(size(width, height))
    }

    /// Pictures on a background.
    pub fn overlay(fill: [u8; 3], (width, height): (u32, u32), places: &[(i32, i32)]) -> Self {
        let [red, green, blue] = fill;
        let places: Vec<u8> = places.iter().flat_map(|(x, y)| [x.to_be_bytes(), y.to_be_bytes()].concat()).collect();
        let data = [&[0, 1, red, 0, green, 0, blue, 0, 255, 255][..], &numbers(&[width, height]), &places].concat();
        Self::new(b"iovl", &data).with(size(width, height))
    }
}

/// A file. The items have the numbers 1, 2 and so on; the first is the main one.
#[derive(Clone, Default)]
pub struct File {
    pub items: Vec<Item>,
    pub references: Vec<([u8; 4], u16, Vec<u16>)>,
    /// Boxes after the last one.
    pub more: Vec<u8>,
}

impl File {
    pub fn of(items: impl IntoIterator<Item = Item>) -> Self {
        Self { items: items.into_iter().collect(), ..Self::default() }
    }

    pub fn refer(mut self, kind: &[u8; 4], from: u16, to: impl IntoIterator<Item = u16>) -> Self {
        self.references.push((*kind, from, to.into_iter().collect()));
        self
    }

    /// A main item that is made from all others.
    pub fn made_from(main: Item, others: impl IntoIterator<Item = Item>) -> Self {
        let file = Self::of([main].into_iter().chain(others));
        let last = file.items.len() as u16;
        file.refer(b"dimg", 1, 2..=last)
    }

    /// A picture with an alpha channel.
    pub fn with_alpha(picture: Item, alpha: Item, name: &str) -> Self {
        let name = full_box(b"auxC", &[name.as_bytes(), &[0]].concat());
        Self::of([picture, alpha.with(name)]).refer(b"auxl", 2, [1])
    }

    pub fn encode(&self) -> Vec<u8> {
        let start = [boxed(b"ftyp", b"mif1\0\0\0\0mif1heic"), self.meta(0)].concat().len() + 8;
        let data: Vec<u8> = self.items.iter().flat_map(|item| item.data.clone()).collect();
        [boxed(b"ftyp", b"mif1\0\0\0\0mif1heic"), self.meta(start), boxed(b"mdat", &data), self.more.clone()].concat()
    }

    fn meta(&self, start: usize) -> Vec<u8> {
        let ids = || (1..=self.items.len() as u16).zip(&self.items);
        let count = (self.items.len() as u16).to_be_bytes();
        let info = |(id, item): (u16, &Item)| {
            let body = [&[2, 0, 0, 0][..], &id.to_be_bytes(), &[0, 0], &item.kind, &item.text].concat();
            boxed(b"infe", &body)
        };
        let infos: Vec<u8> = ids().flat_map(info).collect();
        let mut place = start;
        let mut location = |(id, item): (u16, &Item)| {
            let numbers = numbers(&[place as u32, item.data.len() as u32]);
            place += item.data.len();
            [&id.to_be_bytes()[..], &[0, 0, 0, 1], &numbers].concat()
        };
        let locations: Vec<u8> = ids().flat_map(&mut location).collect();
        let reference = |(kind, from, to): &([u8; 4], u16, Vec<u16>)| {
            let words = [*from, to.len() as u16].into_iter().chain(to.iter().copied());
            boxed(kind, &words.flat_map(u16::to_be_bytes).collect::<Vec<u8>>())
        };
        let references: Vec<u8> = self.references.iter().flat_map(reference).collect();
        let mut properties: Vec<&Vec<u8>> = self.items.iter().flat_map(|item| &item.properties).collect();
        properties.sort();
        properties.dedup();
        let association = |(id, item): (u16, &Item)| {
            let index = |property| properties.binary_search(&property).unwrap() as u16 + 1;
            let indices = item.properties.iter().flat_map(|property| index(property).to_be_bytes());
            id.to_be_bytes().into_iter().chain([item.properties.len() as u8]).chain(indices).collect::<Vec<u8>>()
        };
        let associations: Vec<u8> = ids().flat_map(association).collect();
        let all: Vec<u8> = properties.iter().flat_map(|property| property.iter().copied()).collect();
        let associations = [&[0, 0, 0, 1, 0, 0][..], &count, &associations].concat();
        let parts = [
            full_box(b"hdlr", b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            full_box(b"pitm", &[0, 1]),
            full_box(b"iinf", &[&count[..], &infos].concat()),
            full_box(b"iloc", &[&[0x44, 0][..], &count, &locations].concat()),
            full_box(b"iref", &references),
            boxed(b"iprp", &[boxed(b"ipco", &all), boxed(b"ipma", &associations)].concat()),
        ];
        full_box(b"meta", &parts.concat())
    }
}

pub fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
}

/// A box with version 0 and without flags.
pub fn full_box(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[0; 4], content].concat())
}

pub fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

pub fn size(width: u32, height: u32) -> Vec<u8> {
    full_box(b"ispe", &numbers(&[width, height]))
}

/// Quarter turns against the clock.
pub fn rotation(turns: u8) -> Vec<u8> {
    boxed(b"irot", &[turns])
}

/// 0 exchanges top and bottom, 1 left and right.
pub fn mirror(axis: u8) -> Vec<u8> {
    boxed(b"imir", &[axis])
}

/// A crop: its size, and the distance of its center from that of the picture, in halves of a pixel.
pub fn crop(width: u32, height: u32, x: i32, y: i32) -> Vec<u8> {
    boxed(b"clap", &numbers(&[width, 1, height, 1, x as u32, 2, y as u32, 2]))
}

pub fn colors(primaries: u16, transfer: u16, matrix: u16, full_range: bool) -> Vec<u8> {
    let words = [primaries, transfer, matrix].map(u16::to_be_bytes).concat();
    boxed(b"colr", &[&b"nclx"[..], &words, &[u8::from(full_range) << 7]].concat())
}

pub fn profile(icc: &[u8]) -> Vec<u8> {
    boxed(b"colr", &[b"prof", icc].concat())
}

/// A sequence of pictures: a movie with one track. `codec` is the type of `picture`; `start` is where its data is.
pub fn movie(picture: &Item, start: u32, frames: u32) -> Vec<u8> {
    let size = [0, TILE as u8, 0, TILE as u8];
    let entry = [&[0; 24][..], &size, &[0; 50], &picture.properties[0]].concat();
    let lengths = numbers(&vec![picture.data.len() as u32; frames as usize]);
    let table = [
        full_box(b"stsd", &[&[0, 0, 0, 1][..], &boxed(&picture.kind, &entry)].concat()),
        full_box(b"stsz", &[&numbers(&[0, frames])[..], &lengths].concat()),
        full_box(b"stco", &numbers(&[1, start])),
    ];
    let handler = full_box(b"hdlr", b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let media = [handler, boxed(b"minf", &boxed(b"stbl", &table.concat()))].concat();
    boxed(b"moov", &boxed(b"trak", &boxed(b"mdia", &media)))
}
