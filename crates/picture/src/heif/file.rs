//! Opens the container and finds the main picture.

use std::borrow::Cow;

use heifer_isobmff::boxes::{HevcConfig, Property};
use heifer_isobmff::{HeifFile as Container, read_box_header};
use image::metadata::Orientation;

use super::bounds::check_tables;
use super::changes::Rectangle;
use super::colors::{ColorNumbers, color_of, numbers_of, profile_of};
use super::error::{container_error, rare};
use super::layers::{Codec, Layer, Part, alpha_of, layer, properties};
use super::track::{Track, is_configuration};
use crate::error::PictureError;

/// Maximum length of the parameters of a HEVC picture. They are repeated for every tile.
const MAX_PARAMETER_BYTES: usize = 100_000;
/// Maximum number of units of a HEVC picture. The largest pictures may have 600 slices.
const MAX_UNITS: usize = 10_000;

/// An opened file.
pub(crate) struct HeifFile<'a> {
    /// The length of the file in bytes.
    len: u64,
    items: Option<Container<'a>>,
    track: Option<Track<'a>>,
    pub(crate) picture: Layer,
    pub(crate) alpha: Option<Layer>,
    /// Whether the colors are multiplied with alpha.
    pub(crate) is_premultiplied: bool,
    /// The visible part of the canvas, before `orientation` is applied.
    pub(crate) visible: Rectangle,
    pub(crate) orientation: Orientation,
    /// `None` if only the coded pictures define them.
    pub(crate) numbers: Option<ColorNumbers>,
    /// Those of the alpha channel: only the range matters.
    pub(crate) alpha_numbers: Option<ColorNumbers>,
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) has_metadata: bool,
    pub(crate) has_frames: bool,
    pub(crate) has_other_pictures: bool,
}

impl<'a> HeifFile<'a> {
    /// # Errors
    /// [`PictureError::Unsupported`] for other codecs and rare ways to combine pictures.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, PictureError> {
        check_tables(bytes)?;
        let len = bytes.len() as u64;
        let track = Track::find(bytes);
        match Container::parse(bytes) {
            Ok(items) => Self::of_items(items, track, len),
            Err(error) => match track {
                Some(track) => Self::of_track(track, len),
                None => Err(container_error(error)),
            },
        }
    }

    fn of_items(items: Container<'a>, track: Option<Track<'a>>, len: u64) -> Result<Self, PictureError> {
        let main = items.primary_id;
        let (picture, changes) = layer(&items, main)?;
        let alpha_item = alpha_of(&items, main);
        let alpha = alpha_item.map(|item| layer(&items, item)).transpose()?.map(|(layer, _)| layer);
        if alpha.as_ref().is_some_and(|alpha| alpha.width > picture.width || alpha.height > picture.height) {
            return Err(rare());
        }
        let is_premultiplied = alpha_item.is_some_and(|item| items.referenced_items(main, b"prem").contains(&item));
        // A grid may leave the colors to its tiles.
        let first = picture.parts.first().and_then(|part| part.item);
        let colors = |item| properties(&items, item).filter_map(color_of);
        let owners = || [Some(main), first].into_iter().flatten().flat_map(colors);
        let numbers = owners().find_map(numbers_of);
        let profile = owners().find_map(profile_of);
        let alpha_numbers = alpha_item.into_iter().flat_map(colors).find_map(numbers_of);
        let has_metadata = items.items.iter().any(|item| {
            item.item_type.0 == *b"Exif"
                || (item.item_type.0 == *b"mime" && item.content_type.as_deref() == Some("application/rdf+xml"))
        });
        let has_frames = track.as_ref().is_some_and(|track| track.frames > 1);
        let has_other_pictures = !has_frames && items.top_level_image_ids().len() > 1;
        Ok(Self {
            len,
            picture,
            alpha,
            is_premultiplied,
            visible: changes.visible,
            orientation: changes.orientation,
            numbers,
            alpha_numbers,
            profile,
            has_metadata,
            has_frames,
            has_other_pictures,
            items: Some(items),
            track: None,
        })
    }

    fn of_track(track: Track<'a>, len: u64) -> Result<Self, PictureError> {
        let (width, height) = track.size;
        let part = Part { left: 0, top: 0, width, height, codec: track.codec, alpha: None, item: None };
        Ok(Self {
            len,
            picture: Layer { width, height, parts: vec![part], fill: [0; 3], is_grid: true },
            alpha: None,
            is_premultiplied: false,
            visible: Rectangle { left: 0, top: 0, width, height },
            orientation: Orientation::NoTransforms,
            numbers: track.color.as_ref().and_then(numbers_of),
            alpha_numbers: None,
            profile: track.color.as_ref().and_then(profile_of),
            has_metadata: false,
            has_frames: track.frames > 1,
            has_other_pictures: false,
            items: None,
            track: Some(track),
        })
    }

    /// The property with the parameters of the decoder of a part.
    pub(crate) fn configuration(&self, part: &Part) -> Option<&Property> {
        match (part.item, &self.items, &self.track) {
            (Some(item), Some(items), _) => properties(items, item).find(|&property| is_configuration(property)),
            (None, _, Some(track)) => Some(&track.configuration),
            _ => None,
        }
    }

    /// The maximum length of the compressed bytes of a part, without reading them.
    pub(crate) fn coded_len(&self, part: &Part) -> u64 {
        let location =
            part.item.zip(self.items.as_ref()).and_then(|(item, items)| items.item(item).ok()?.location.as_ref());
        let extents = location.map_or(&[][..], |location| &location.extents);
        // A length of 0 stands for all of the rest.
        let lengths = extents.iter().map(|extent| if extent.length == 0 { self.len } else { extent.length });
        lengths.fold(0, u64::saturating_add).min(self.len)
    }

    /// The compressed bytes of a part, with the parameters that its decoder needs before them.
    pub(crate) fn coded_bytes(&self, part: &Part) -> Result<Vec<u8>, PictureError> {
        let missing = || PictureError::Damaged("a picture without its parameters".into());
        let data = match (part.item, &self.items, &self.track) {
            (Some(item), Some(items), _) => items.item_data(item).map_err(container_error)?,
            (None, _, Some(track)) => Cow::Borrowed(track.data),
            _ => return Err(missing()),
        };
        match self.configuration(part).ok_or_else(missing)? {
            Property::HevcConfig(parameters) if part.codec == Codec::Hevc => annex_b(parameters, &data),
            // The first four bytes only repeat what the following ones say.
            Property::Unknown(_, parameters) if part.codec == Codec::Av1 => {
                Ok([parameters.get(4..).unwrap_or_default(), &data].concat())
            }
            _ => Err(missing()),
        }
    }
}

/// The file with a last box that ends where the file ends: in a file that is cut off, it claims to be longer.
pub(crate) fn with_last_box_closed(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut start = 0;
    while let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) {
        // Other bytes after the last box.
        let Ok(header) = read_box_header(rest) else { return Cow::Borrowed(&bytes[..start]) };
        let length = header.size.unwrap_or(rest.len() as u64);
        if length > rest.len() as u64 {
            let mut closed = bytes.to_vec();
            // A length of 1 stands for a longer one after the type, and one of 0 for the rest of the file.
            let is_long = rest.starts_with(&[0, 0, 0, 1]);
            if is_long {
                closed[start + 8..start + 16].copy_from_slice(&(rest.len() as u64).to_be_bytes());
            } else {
                closed[start..start + 4].fill(0);
            }
            return Cow::Owned(closed);
        }
        start += length as usize;
    }
    Cow::Borrowed(bytes)
}

/// Puts the parameter sets before the picture, and a start code before every unit (ITU-T H.265, annex B).
fn annex_b(parameters: &HevcConfig, data: &[u8]) -> Result<Vec<u8>, PictureError> {
    const START: [u8; 4] = [0, 0, 0, 1];
    let mut stream = Vec::with_capacity(data.len() + 256);
    for unit in &parameters.nal_units {
        stream.extend_from_slice(&START);
        stream.extend_from_slice(unit);
    }
    if stream.len() > MAX_PARAMETER_BYTES {
        return Err(rare());
    }
    let mut units = 0;
    let mut rest = data;
    while !rest.is_empty() {
        let unit = rest.split_at_checked(parameters.nal_length_size.into()).and_then(|(length, after)| {
            let length = length.iter().fold(0_usize, |length, &byte| length << 8 | usize::from(byte));
            after.split_at_checked(length)
        });
        let (unit, after) = unit.ok_or_else(|| PictureError::ends_early("a HEIC picture"))?;
        stream.extend_from_slice(&START);
        stream.extend_from_slice(unit);
        rest = after;
        units += 1;
        if units > MAX_UNITS {
            return Err(rare());
        }
    }
    Ok(stream)
}
