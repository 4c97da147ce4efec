//! Reads the orientation from an EXIF block, and whether the block tells about the place or the camera. The parser of each
//! format finds the block.

use image::metadata::Orientation;

/// Entries that say only how to show the picture: its orientation, resolution, color space and size, and versions. Many
/// programs write them, and an otherwise empty block, into every file.
const NEUTRAL: [u16; 13] =
    [0x0001, 0x0103, 0x0112, 0x011a, 0x011b, 0x0128, 0x0213, 0x9000, 0x9101, 0xa000, 0xa001, 0xa002, 0xa003];
const ORIENTATION: u16 = 0x0112;
/// The entry with the offset of the EXIF directory, and that of the GPS directory.
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
/// The version of the GPS directory, which cameras write even if they do not know the place.
const GPS_VERSION: u16 = 0x0000;

/// The orientation in an EXIF block. Accepts the prefix `Exif\0\0` in all formats, although only JPEG defines it.
pub(super) fn exif_orientation(block: &[u8]) -> Orientation {
    orientation(without_prefix(block)).and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

/// The value of the orientation. By definition it is an unsigned 16-bit number, but some programs write another type.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let reader = Reader::new(tiff)?;
    let directory = reader.u32(4)?;
    let mut entries =
        (0..u32::from(reader.u16(directory)?)).map_while(|number| directory.checked_add(2)?.checked_add(number * 12));
    let entry = entries.find(|&at| reader.u16(at) == Some(ORIENTATION))?;
    let at = entry.checked_add(8)?;
    match reader.u16(entry + 2)? {
        1 | 6 => tiff.get(usize::try_from(at).ok()?).copied(),
        3 | 8 => reader.u16(at)?.try_into().ok(),
        4 | 9 => reader.u32(at)?.try_into().ok(),
        _ => None,
    }
}

/// Whether an EXIF block tells about the place or the camera, or about anything else that the user may not want to publish.
/// A block that cannot be read counts as telling, unless it has no content at all.
pub(super) fn exif_tells(block: &[u8]) -> bool {
    let tiff = without_prefix(block);
    !tiff.iter().all(|&byte| byte == 0) && directory_tells(tiff).unwrap_or(true)
}

/// The tags and values of the first directory of a TIFF. `None` if it is broken.
pub(super) fn first_directory(tiff: &[u8]) -> Option<Vec<(u16, u32)>> {
    let reader = Reader { tiff, big_endian: tiff.starts_with(b"MM") };
    reader.entries(reader.u32(4)?)
}

fn without_prefix(block: &[u8]) -> &[u8] {
    block.strip_prefix(b"Exif\0\0").unwrap_or(block)
}

/// `None` if the block is broken.
fn directory_tells(tiff: &[u8]) -> Option<bool> {
    let reader = Reader::new(tiff)?;
    for (tag, value) in reader.entries(reader.u32(4)?)? {
        let tells = match tag {
            EXIF_DIRECTORY => reader.entries(value)?.iter().any(|(tag, _)| !NEUTRAL.contains(tag)),
            GPS_DIRECTORY => reader.entries(value)?.iter().any(|(tag, _)| *tag != GPS_VERSION),
            _ => !NEUTRAL.contains(&tag),
        };
        if tells {
            return Some(true);
        }
    }
    Some(false)
}

/// Reads numbers from a TIFF block.
struct Reader<'a> {
    tiff: &'a [u8],
    big_endian: bool,
}

impl<'a> Reader<'a> {
    /// `None` if this is not a TIFF block.
    fn new(tiff: &'a [u8]) -> Option<Self> {
        match tiff.first_chunk()? {
            b"MM" => Some(Self { tiff, big_endian: true }),
            b"II" => Some(Self { tiff, big_endian: false }),
            _ => None,
        }
    }

    fn u16(&self, at: u32) -> Option<u16> {
        let bytes = *self.tiff.get(usize::try_from(at).ok()?..)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(&self, at: u32) -> Option<u32> {
        let bytes = *self.tiff.get(usize::try_from(at).ok()?..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// The entries of the directory at an offset: their tags and values. `None` if the directory does not fit into the block.
    fn entries(&self, at: u32) -> Option<Vec<(u16, u32)>> {
        let count = u32::from(self.u16(at)?);
        let entry = |number: u32| {
            let start = at.checked_add(2)?.checked_add(number * 12)?;
            Some((self.u16(start)?, self.u32(start.checked_add(8)?)?))
        };
        (0..count).map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with these entries in its first directory, and an EXIF or GPS directory with one entry.
    fn block(tags: &[u16], inner: Option<(u16, u16)>) -> Vec<u8> {
        let count = tags.len() + usize::from(inner.is_some());
        let mut bytes = b"MM\0\x2a\0\0\0\x08".to_vec();
        bytes.extend((count as u16).to_be_bytes());
        let entry = |tag: u16, value: u32| [&tag.to_be_bytes()[..], &[0, 4, 0, 0, 0, 1], &value.to_be_bytes()].concat();
        tags.iter().for_each(|&tag| bytes.extend(entry(tag, 1)));
        let after = 8 + 2 + 12 * count as u32 + 4;
        if let Some((directory, _)) = inner {
            bytes.extend(entry(directory, after));
        }
        bytes.extend([0; 4]);
        if let Some((_, tag)) = inner {
            bytes.extend([0, 1]);
            bytes.extend(entry(tag, 1));
        }
        bytes
    }

    #[test]
    fn an_orientation_of_every_integer_type_is_read() {
        let block = |kind: u16, value: [u8; 4], big_endian: bool| {
            let short = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
            let long = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
            let start = if big_endian { b"MM\0\x2a" } else { b"II\x2a\0" };
            let entry = [&short(ORIENTATION)[..], &short(kind), &long(1), &value].concat();
            [&start[..], &long(8), &short(1), &entry].concat()
        };
        for (kind, big, little) in [
            (1, [6, 0, 0, 0], [6, 0, 0, 0]),
            (3, [0, 6, 0, 0], [6, 0, 0, 0]),
            (4, [0, 0, 0, 6], [6, 0, 0, 0]),
            (8, [0, 6, 0, 0], [6, 0, 0, 0]),
            (9, [0, 0, 0, 6], [6, 0, 0, 0]),
        ] {
            assert_eq!(exif_orientation(&block(kind, big, true)), Orientation::Rotate90, "type {kind}");
            assert_eq!(exif_orientation(&block(kind, little, false)), Orientation::Rotate90, "type {kind}");
        }
        assert_eq!(exif_orientation(&block(2, *b"6\0\0\0", true)), Orientation::NoTransforms, "a text");
        assert_eq!(exif_orientation(&block(4, [0, 0, 1, 6], true)), Orientation::NoTransforms, "out of range");
    }

    #[test]
    fn a_block_without_place_and_camera_tells_nothing() {
        assert!(!exif_tells(b"Exif\0\0"), "empty");
        assert!(!exif_tells(&block(&[], None)), "without entries");
        assert!(!exif_tells(&block(&[0x0112, 0x011a, 0x0128], Some((EXIF_DIRECTORY, 0xa002)))), "orientation and size");
        assert!(!exif_tells(&block(&[], Some((GPS_DIRECTORY, GPS_VERSION)))), "no place");
    }

    #[test]
    fn a_camera_a_place_and_a_broken_block_tell() {
        assert!(exif_tells(&block(&[0x010f], None)), "a camera make");
        assert!(exif_tells(&block(&[], Some((EXIF_DIRECTORY, 0x9003)))), "the time of the photo");
        assert!(exif_tells(&block(&[], Some((GPS_DIRECTORY, 0x0002)))), "a latitude");
        assert!(exif_tells(b"not a TIFF block"));
        assert!(exif_tells(&block(&[0x0112, 0x0112], None)[..20]), "cut off");
    }
}
