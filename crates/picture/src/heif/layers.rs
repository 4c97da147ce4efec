//! The coded pictures that make up a picture of the file, their places, and what crops and turns it.

use heifer_isobmff::boxes::Property;
use heifer_isobmff::{HeifFile as Container, ItemId};
use image::metadata::Orientation;

use super::bounds::MAX_ITEMS;
use crate::error::{Format, PictureError};
use crate::frame::then;

/// Maximum number of coded pictures in a picture.
const MAX_PARTS: usize = MAX_ITEMS;
/// Maximum depth of pictures that are made from others.
const MAX_DEPTH: u8 = 4;
/// The two names of the alpha channel among the auxiliary pictures.
const ALPHA_NAMES: [&str; 2] = ["urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1"];

/// The codec of a coded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Hevc,
    Av1,
}

/// Where a coded picture is in the file.
#[derive(Clone, Copy)]
pub(super) enum Source {
    Item(ItemId),
    FirstFrame,
}

/// A coded picture and its place on the canvas, in pixels.
pub(crate) struct Part {
    pub(crate) left: i64,
    pub(crate) top: i64,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) codec: Codec,
    /// Its alpha channel, if it is drawn over others.
    pub(crate) alpha: Option<Box<Self>>,
    pub(super) source: Source,
}

/// A canvas with coded pictures. Later ones cover earlier ones.
pub(crate) struct Layer {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) parts: Vec<Part>,
    /// Red, green, blue of pixels without a part.
    pub(crate) fill: [u8; 3],
    /// Whether the parts do not overlap.
    pub(crate) is_grid: bool,
}

/// The largest factor by which [`Layer::max_factor`] lets parts be reduced.
const MAX_FACTOR: u64 = 64;

impl Layer {
    /// The largest power of two by which all parts can be reduced on their own: it divides their positions.
    pub(crate) fn max_factor(&self) -> u32 {
        let bits = self.parts.iter().fold(MAX_FACTOR, |bits, part| bits | part.left as u64 | part.top as u64);
        1 << bits.trailing_zeros()
    }
}

/// A rectangle in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rectangle {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// What happens to a canvas before it is shown.
#[derive(Clone, Copy)]
pub(super) struct Changes {
    pub(super) visible: Rectangle,
    pub(super) orientation: Orientation,
}

/// The canvas of an item, and its changes.
pub(super) fn layer(items: &Container<'_>, item: ItemId, depth: u8) -> Result<(Layer, Changes), PictureError> {
    if depth > MAX_DEPTH {
        return Err(rare());
    }
    let whole = |width, height| Changes {
        visible: Rectangle { left: 0, top: 0, width, height },
        orientation: Orientation::NoTransforms,
    };
    let sources = items.referenced_items(item, b"dimg");
    let (layer, changes) = match &items.item(item).map_err(container_error)?.item_type.0 {
        kind @ (b"hvc1" | b"hev1" | b"av01") => {
            let codec = if kind == b"av01" { Codec::Av1 } else { Codec::Hevc };
            let (width, height) = size_of(items, item)?;
            let part = Part { left: 0, top: 0, width, height, codec, alpha: None, source: Source::Item(item) };
            (Layer { width, height, parts: vec![part], fill: [0; 3], is_grid: true }, whole(width, height))
        }
        // The tiles of a grid are coded pictures.
        b"grid" if depth < MAX_DEPTH => {
            let layer = grid(items, item, sources)?;
            let changes = whole(layer.width, layer.height);
            (layer, changes)
        }
        b"iovl" => {
            let layer = overlay(items, item, sources, depth)?;
            let changes = whole(layer.width, layer.height);
            (layer, changes)
        }
        b"iden" => match sources {
            [source] => self::layer(items, *source, depth + 1)?,
            _ => return Err(rare()),
        },
        _ => return Err(rare()),
    };
    let changes = properties(items, item).try_fold(changes, change)?;
    Ok((layer, changes))
}

/// Applies a crop, a rotation or a mirroring. They must be in this order.
fn change(so_far: Changes, property: &Property) -> Result<Changes, PictureError> {
    let turned = |orientation| Ok(Changes { orientation: then(so_far.orientation, orientation), ..so_far });
    match property {
        Property::Rotation(1) => turned(Orientation::Rotate270),
        Property::Rotation(2) => turned(Orientation::Rotate180),
        Property::Rotation(3) => turned(Orientation::Rotate90),
        Property::Mirror(true) => turned(Orientation::FlipVertical),
        Property::Mirror(false) => turned(Orientation::FlipHorizontal),
        Property::CleanAperture { .. } if so_far.orientation != Orientation::NoTransforms => Err(rare()),
        &Property::CleanAperture { width, height, horiz_offset, vert_offset } => {
            let Rectangle { left, top, width: old_width, height: old_height } = so_far.visible;
            let (x, width) = clean_span(old_width, width, horiz_offset)?;
            let (y, height) = clean_span(old_height, height, vert_offset)?;
            Ok(Changes { visible: Rectangle { left: left + x, top: top + y, width, height }, ..so_far })
        }
        _ => Ok(so_far),
    }
}

/// The start and the length of a clean aperture, rounded to whole pixels. It is given by its length and the distance
/// of its center from that of the picture, as fractions (ISO/IEC 14496-12, 12.1.4).
fn clean_span(whole: u32, length: (u32, u32), offset: (i32, u32)) -> Result<(u32, u32), PictureError> {
    let invalid = || PictureError::Damaged("an impossible crop".into());
    if length.1 == 0 || offset.1 == 0 {
        return Err(invalid());
    }
    let length = f64::from(length.0) / f64::from(length.1);
    let start = f64::from(offset.0) / f64::from(offset.1) + (f64::from(whole) - length) / 2.0;
    let start = start.round().max(0.0) as u32;
    let length = (length.round() as u32).min(whole.saturating_sub(start));
    if length == 0 { Err(invalid()) } else { Ok((start, length)) }
}

fn grid(items: &Container<'_>, item: ItemId, tiles: &[ItemId]) -> Result<Layer, PictureError> {
    let grid = items.grid(item).map_err(container_error)?;
    let (rows, columns) = (usize::from(grid.rows), usize::from(grid.columns));
    let first = *tiles
        .first()
        .filter(|_| tiles.len() == rows * columns)
        .ok_or_else(|| PictureError::Damaged("a grid without all of its tiles".into()))?;
    let (width, height) = size_of(items, first)?;
    if tiles.len() > MAX_PARTS {
        return Err(PictureError::TooSlow);
    }
    let mut parts = Vec::with_capacity(tiles.len());
    for (at, &tile_item) in tiles.iter().enumerate() {
        let (tile, changes) = layer(items, tile_item, MAX_DEPTH)?;
        let part = only_part(tile).filter(|_| alpha_of(items, tile_item).is_none()).ok_or_else(rare)?;
        check_unchanged(changes, (width, height))?;
        let (left, top) = ((at % columns) as i64 * i64::from(width), (at / columns) as i64 * i64::from(height));
        parts.push(Part { left, top, ..part });
    }
    Ok(Layer { width: grid.output_width, height: grid.output_height, parts, fill: [0; 3], is_grid: true })
}

/// Pictures on a background (ISO/IEC 23008-12, 6.6.2.2).
fn overlay(items: &Container<'_>, item: ItemId, sources: &[ItemId], depth: u8) -> Result<Layer, PictureError> {
    let data = items.item_data(item).map_err(container_error)?;
    let [0, flags, red, _, green, _, blue, _, alpha, _, rest @ ..] = &*data else { return Err(rare()) };
    if *alpha < 255 {
        return Err(rare());
    }
    let length = if flags & 1 == 1 { 4 } else { 2 };
    let numbers: Vec<i64> = rest
        .chunks_exact(length)
        .map(|bytes| {
            let number = bytes.iter().fold(0, |number: u32, &byte| number << 8 | u32::from(byte));
            i64::from(if length == 4 { number as i32 } else { i32::from(number as u16 as i16) })
        })
        .collect();
    let [width, height, positions @ ..] = &numbers[..] else { return Err(rare()) };
    // The sizes are not signed.
    let size = |number: i64| (number as u32) & if length == 4 { u32::MAX } else { u16::MAX.into() };
    let mut parts = Vec::new();
    for (&source, position) in sources.iter().zip(positions.chunks_exact(2)) {
        let (inner, changes) = layer(items, source, depth + 1)?;
        check_unchanged(changes, (inner.width, inner.height))?;
        let alpha = alpha_of(items, source).map(|alpha| layer_of_alpha(items, alpha, &inner)).transpose()?;
        let moved = |part: Part| Part { left: part.left + position[0], top: part.top + position[1], ..part };
        let mut inner = inner.parts.into_iter().map(moved);
        match alpha {
            Some(alpha) => {
                let part = inner.next().filter(|_| inner.next().is_none()).ok_or_else(rare)?;
                parts.push(Part { alpha: Some(Box::new(alpha)), ..part });
            }
            None => parts.extend(inner),
        }
        if parts.len() > MAX_PARTS {
            return Err(PictureError::TooSlow);
        }
    }
    // An overlay of empty overlays would be searched without end.
    if parts.is_empty() {
        return Err(rare());
    }
    Ok(Layer { width: size(*width), height: size(*height), parts, fill: [*red, *green, *blue], is_grid: false })
}

/// The alpha channel of a picture in an overlay: one coded picture of the same size.
fn layer_of_alpha(items: &Container<'_>, alpha: ItemId, picture: &Layer) -> Result<Part, PictureError> {
    let (layer, changes) = layer(items, alpha, MAX_DEPTH)?;
    check_unchanged(changes, (picture.width, picture.height))?;
    only_part(layer).ok_or_else(rare)
}

fn only_part(layer: Layer) -> Option<Part> {
    let mut parts = layer.parts.into_iter();
    parts.next().filter(|_| parts.next().is_none())
}

/// Only the finished picture may be cropped or turned.
fn check_unchanged(changes: Changes, (width, height): (u32, u32)) -> Result<(), PictureError> {
    let is_whole = changes.visible == Rectangle { left: 0, top: 0, width, height };
    if is_whole && changes.orientation == Orientation::NoTransforms { Ok(()) } else { Err(rare()) }
}

pub(super) fn properties<'b>(items: &'b Container<'_>, item: ItemId) -> impl Iterator<Item = &'b Property> {
    items.item_properties(item).ok().into_iter().flatten()
}

fn size_of(items: &Container<'_>, item: ItemId) -> Result<(u32, u32), PictureError> {
    let size = items.image_size(item).map_err(container_error)?;
    size.ok_or_else(|| PictureError::Damaged("a picture without a size".into()))
}

/// The item with the alpha channel of a picture.
pub(super) fn alpha_of(items: &Container<'_>, picture: ItemId) -> Option<ItemId> {
    let is_name = |name: &str| ALPHA_NAMES.contains(&name);
    let is_alpha = |property: &Property| matches!(property, Property::AuxiliaryType(name) if is_name(name));
    let auxiliary = items.referencing_items(picture, b"auxl");
    auxiliary.into_iter().find(|&item| properties(items, item).any(is_alpha))
}

pub(crate) fn rare() -> PictureError {
    PictureError::Unsupported(Format::RareHeif)
}

pub(super) fn container_error(error: heifer_isobmff::Error) -> PictureError {
    match error {
        heifer_isobmff::Error::Unimplemented(_) => rare(),
        other => PictureError::Damaged(other.to_string()),
    }
}
