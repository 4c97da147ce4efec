//! Finds the first frame of an image sequence: a track as in a video file. Files with a main picture do not need it.
//!
//! Follows ISO/IEC 14496-12.

use heifer_isobmff::boxes::{ColorInfo, Property};
use heifer_isobmff::{BoxIter, FourCC};

use super::bounds::{MAX_PROPERTY_BYTES, boxes};
use super::layers::Codec;

/// Length of the fields of a visual sample entry before its boxes.
const ENTRY_FIELDS: usize = 78;

/// A track with pictures.
pub(super) struct Track<'a> {
    pub(super) codec: Codec,
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
    pub(super) frames: u32,
    /// The compressed bytes of the first frame.
    pub(super) data: &'a [u8],
    pub(super) configuration: Property,
    pub(super) color: Option<ColorInfo>,
}

impl<'a> Track<'a> {
    /// The first track with pictures.
    pub(super) fn find(bytes: &'a [u8]) -> Option<Self> {
        let movie = child(bytes, b"moov")?;
        boxes(movie).filter(|(kind, _)| kind == b"trak").find_map(|(_, track)| Self::read(bytes, track))
    }

    fn read(bytes: &'a [u8], track: &'a [u8]) -> Option<Self> {
        let media = child(track, b"mdia")?;
        // An auxiliary track has another handler.
        if !matches!(child(media, b"hdlr")?.get(8..12)?, b"pict" | b"vide") {
            return None;
        }
        let table = child(child(media, b"minf")?, b"stbl")?;
        let descriptions = child(table, b"stsd")?;
        if descriptions.len() > MAX_PROPERTY_BYTES {
            return None;
        }
        let (kind, entry) = boxes(descriptions.get(8..)?).next()?;
        let codec = match &kind {
            b"hvc1" | b"hev1" => Codec::Hevc,
            b"av01" => Codec::Av1,
            _ => return None,
        };
        let size = (u32_at(entry, 24)? >> 16, u32_at(entry, 24)? & 0xffff);
        let properties: Vec<Property> = BoxIter::new(entry.get(ENTRY_FIELDS..)?)
            .filter_map(Result::ok)
            .filter_map(|found| Property::parse(found.header.box_type, found.content).ok())
            .collect();
        let (configuration, others): (Vec<_>, Vec<_>) = properties.into_iter().partition(is_configuration);
        let color =
            others.into_iter().find_map(|found| if let Property::Color(color) = found { Some(color) } else { None });
        let sizes = child(table, b"stsz")?;
        let (common, frames) = (u32_at(sizes, 4)?, u32_at(sizes, 8)?);
        let length = if common == 0 { u32_at(sizes, 12)? } else { common } as usize;
        let start = match child(table, b"stco") {
            Some(offsets) => u32_at(offsets, 8)? as usize,
            None => usize::try_from(u64::from_be_bytes(*child(table, b"co64")?.get(8..)?.first_chunk()?)).ok()?,
        };
        let data = bytes.get(start..start.checked_add(length)?)?;
        Some(Self { codec, size, frames, data, configuration: configuration.into_iter().next()?, color })
    }
}

/// Whether a property has the parameters of a decoder.
pub(super) fn is_configuration(property: &Property) -> bool {
    matches!(property, Property::HevcConfig(_) | Property::Unknown(FourCC([b'a', b'v', b'1', b'C']), _))
}

fn child<'a>(data: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(data).find(|(found, _)| found == kind).map(|(_, content)| content)
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}
