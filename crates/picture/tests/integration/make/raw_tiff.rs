//! Writes TIFF files tag by tag.

/// A TIFF with one strip, unless it says otherwise. Each tag has its values and their length in bytes: 2 or 4.
#[derive(Clone)]
pub struct RawTiff {
    pub big_endian: bool,
    pub width: u32,
    pub height: u32,
    pub bits: u16,
    pub samples: u16,
    pub photometric: u16,
    pub compression: u16,
    pub more: Vec<(u16, Vec<u16>)>,
    /// The lengths of the strips, if there are several.
    pub strips: Vec<u32>,
    /// The length of the sides of the tiles, which replace the strips.
    pub tile: Option<u32>,
    pub profile: Vec<u8>,
    pub data: Vec<u8>,
}

impl RawTiff {
    pub fn new(width: u32, height: u32, bits: u16, samples: u16, photometric: u16, data: Vec<u8>) -> Self {
        Self {
            big_endian: false,
            width,
            height,
            bits,
            samples,
            photometric,
            compression: 1,
            more: Vec::new(),
            strips: vec![data.len() as u32],
            tile: None,
            profile: Vec::new(),
            data,
        }
    }

    pub fn with(mut self, tag: u16, values: &[u16]) -> Self {
        self.more.push((tag, values.to_vec()));
        self
    }

    pub fn encode(&self) -> Vec<u8> {
        let short = |value: u16| if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let long = |value: u32| if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let mut tags: Vec<(u16, u16, u32, Vec<u8>)> = Vec::new();
        let shorts = |tag: u16, values: &[u16]| {
            let bytes = values.iter().flat_map(|value| short(*value)).collect();
            (tag, 3, values.len() as u32, bytes)
        };
        let single = |tag: u16, value: u32| (tag, 4, 1, long(value).to_vec());
        tags.extend([single(256, self.width), single(257, self.height)]);
        tags.extend([shorts(258, &vec![self.bits; self.samples.into()]), shorts(259, &[self.compression])]);
        tags.extend([shorts(262, &[self.photometric]), shorts(277, &[self.samples])]);
        // The pixels follow the header.
        let offsets: Vec<u32> = (0..self.strips.len()).map(|end| 8 + self.strips[..end].iter().sum::<u32>()).collect();
        let longs = |tag: u16, values: &[u32]| {
            let bytes: Vec<u8> = values.iter().flat_map(|value| long(*value)).collect();
            (tag, 4, values.len() as u32, bytes)
        };
        match self.tile {
            Some(side) => {
                tags.extend([single(322, side), single(323, side), longs(324, &offsets), longs(325, &self.strips)]);
            }
            None => {
                let planes = if self.more.contains(&(284, vec![2])) { self.samples } else { 1 };
                let rows = self.height.div_ceil(self.strips.len() as u32 / u32::from(planes));
                tags.extend([single(278, rows), longs(273, &offsets), longs(279, &self.strips)]);
            }
        }
        if !self.profile.is_empty() {
            tags.push((34675, 7, self.profile.len() as u32, self.profile.clone()));
        }
        tags.extend(self.more.iter().map(|(tag, values)| shorts(*tag, values)));
        tags.sort_by_key(|(tag, ..)| *tag);
        let directory = (8 + self.data.len()).next_multiple_of(2);
        let mut after = directory + 2 + 12 * tags.len() + 4;
        let mut bytes = if self.big_endian { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        bytes.extend(long(directory as u32));
        bytes.extend(&self.data);
        bytes.resize(directory, 0);
        bytes.extend(short(tags.len() as u16));
        let mut values = Vec::new();
        for (tag, kind, count, mut content) in tags {
            bytes.extend([short(tag), short(kind)].concat());
            bytes.extend(long(count));
            if content.len() <= 4 {
                content.resize(4, 0);
                bytes.extend(content);
            } else {
                bytes.extend(long(after as u32));
                after += content.len();
                values.extend(content);
            }
        }
        bytes.extend(long(0));
        bytes.extend(values);
        bytes
    }
}
