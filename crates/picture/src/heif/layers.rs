//! The coded pictures that make up a picture of the file, and their places. What crops and turns it is in `changes`.

use heifer_isobmff::boxes::Property;
use heifer_isobmff::{HeifFile as Container, ItemId};

use super::changes::Changes;
use super::error::{container_error, rare};
use crate::error::PictureError;

/// Maximum depth of pictures that are made from others.
const MAX_DEPTH: u8 = 4;
/// Maximum number of items that are read for a picture. A photo of 200 megapixels has about 800 tiles. An overlay can
/// use the same items any number of times.
const MAX_READS: usize = 10_000;
/// Maximum number of pixels of the pictures of an overlay. They can overlap, so the canvas does not limit the time.
const MAX_OVERLAY_PIXELS: u64 = 300_000_000;
/// The two names of the alpha channel among the auxiliary pictures.
const ALPHA_NAMES: [&str; 2] = ["urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1"];

/// The codec of a coded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Hevc,
    Av1,
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
    /// `None` for the first frame of a track.
    pub(super) item: Option<ItemId>,
}

impl Part {
    fn right(&self) -> i64 {
        self.left + i64::from(self.width)
    }

    fn bottom(&self) -> i64 {
        self.top + i64::from(self.height)
    }
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

/// The largest factor by which parts are reduced.
const MAX_FACTOR: i64 = 64;

impl Layer {
    /// The largest power of two by which all parts can be reduced on their own: it divides their positions.
    fn max_factor(&self) -> u32 {
        let bits = self.parts.iter().fold(MAX_FACTOR, |bits, part| bits | part.left | part.top);
        1 << bits.trailing_zeros()
    }

    /// Whether the parts end where the canvas does.
    fn is_filled_exactly(&self) -> bool {
        let (width, height) = (self.width.into(), self.height.into());
        self.parts.iter().all(|part| part.right() <= width && part.bottom() <= height)
    }

    /// The largest power of two that keeps the result at least as large as `scale` asks for.
    pub(crate) fn factor(&self, scale: f64) -> u32 {
        let wanted = (1.0 / scale.min(1.0)) as u32;
        (1 << wanted.max(1).ilog2()).min(self.max_factor())
    }
}

/// The canvas of an item, and its changes.
pub(super) fn layer(items: &Container<'_>, item: ItemId) -> Result<(Layer, Changes), PictureError> {
    Reader { items, left: MAX_READS }.layer(item, 0)
}

/// Reads items that refer to each other.
struct Reader<'b, 'a> {
    items: &'b Container<'a>,
    /// The number of items that may still be read.
    left: usize,
}

impl Reader<'_, '_> {
    fn layer(&mut self, item: ItemId, depth: u8) -> Result<(Layer, Changes), PictureError> {
        if depth > MAX_DEPTH {
            return Err(rare());
        }
        let sources = self.items.referenced_items(item, b"dimg");
        let layer = match &self.kind(item)? {
            b"grid" => self.grid(item, sources)?,
            b"iovl" => self.overlay(item, sources, depth)?,
            b"iden" => {
                let [source] = sources else { return Err(rare()) };
                let (layer, changes) = self.layer(*source, depth + 1)?;
                return Ok((layer, self.changed(item, changes)?));
            }
            kind => {
                let part = self.coded(item, kind)?;
                Layer { width: part.width, height: part.height, parts: vec![part], fill: [0; 3], is_grid: true }
            }
        };
        if layer.width == 0 || layer.height == 0 {
            return Err(PictureError::Damaged("a side has no pixels".into()));
        }
        let changes = self.changed(item, Changes::none(layer.width, layer.height))?;
        Ok((layer, changes))
    }

    fn kind(&mut self, item: ItemId) -> Result<[u8; 4], PictureError> {
        self.left = self.left.checked_sub(1).ok_or(PictureError::TooSlow)?;
        Ok(self.items.item(item).map_err(container_error)?.item_type.0)
    }

    /// The changes before, and then those of an item.
    fn changed(&self, item: ItemId, before: Changes) -> Result<Changes, PictureError> {
        properties(self.items, item).try_fold(before, Changes::and)
    }

    /// A picture that is not made from others.
    fn coded(&self, item: ItemId, kind: &[u8; 4]) -> Result<Part, PictureError> {
        let codec = match kind {
            b"hvc1" | b"hev1" => Codec::Hevc,
            b"av01" => Codec::Av1,
            _ => return Err(rare()),
        };
        let size = self.items.image_size(item).map_err(container_error)?;
        let (width, height) = size.ok_or_else(|| PictureError::Damaged("a picture without a size".into()))?;
        Ok(Part { left: 0, top: 0, width, height, codec, alpha: None, item: Some(item) })
    }

    /// A coded picture that is neither cropped nor turned: only the finished picture may be.
    fn whole(&mut self, item: ItemId) -> Result<Part, PictureError> {
        let kind = self.kind(item)?;
        let part = self.coded(item, &kind)?;
        let unchanged = Changes::none(part.width, part.height);
        if self.changed(item, unchanged)? == unchanged { Ok(part) } else { Err(rare()) }
    }

    fn grid(&mut self, item: ItemId, tiles: &[ItemId]) -> Result<Layer, PictureError> {
        let grid = self.items.grid(item).map_err(container_error)?;
        let (rows, columns) = (usize::from(grid.rows), usize::from(grid.columns));
        let incomplete = || PictureError::Damaged("a grid without all of its tiles".into());
        if tiles.len() != rows * columns {
            return Err(incomplete());
        }
        let mut parts: Vec<Part> = Vec::new();
        for (at, &tile) in tiles.iter().enumerate() {
            let part = self.whole(tile)?;
            if alpha_of(self.items, tile).is_some() {
                return Err(rare());
            }
            // All tiles must have the same size.
            let (width, height) = parts.first().map_or((part.width, part.height), |first| (first.width, first.height));
            if (part.width, part.height) != (width, height) {
                return Err(rare());
            }
            let (left, top) = ((at % columns) as i64 * i64::from(width), (at / columns) as i64 * i64::from(height));
            parts.push(Part { left, top, ..part });
        }
        let (width, height) = (grid.output_width, grid.output_height);
        if parts.last().is_none_or(|last| last.right() < width.into() || last.bottom() < height.into()) {
            return Err(incomplete());
        }
        Ok(Layer { width, height, parts, fill: [0; 3], is_grid: true })
    }

    /// Pictures on a background (ISO/IEC 23008-12, 6.6.2.2).
    fn overlay(&mut self, item: ItemId, sources: &[ItemId], depth: u8) -> Result<Layer, PictureError> {
        let data = self.items.item_data(item).map_err(container_error)?;
        let [0, flags, red, _, green, _, blue, _, alpha, _, rest @ ..] = &*data else { return Err(rare()) };
        if *alpha < 255 {
            return Err(rare());
        }
        // The sizes are unsigned, but those that are negative here are too large anyway.
        let numbers: Vec<i32> = if flags & 1 == 1 {
            rest.as_chunks().0.iter().map(|&bytes| i32::from_be_bytes(bytes)).collect()
        } else {
            rest.as_chunks().0.iter().map(|&bytes| i16::from_be_bytes(bytes).into()).collect()
        };
        let [width, height, positions @ ..] = &numbers[..] else { return Err(rare()) };
        let (Ok(width), Ok(height)) = (u32::try_from(*width), u32::try_from(*height)) else { return Err(rare()) };
        let (positions, []) = positions.as_chunks() else { return Err(rare()) };
        if positions.len() != sources.len() {
            return Err(PictureError::Damaged("an overlay with a wrong number of pictures".into()));
        }
        let mut parts = Vec::new();
        for (&source, &[left, top]) in sources.iter().zip(positions) {
            let (inner, changes) = self.layer(source, depth + 1)?;
            // Only the parts are drawn: not the background of another overlay, and not the end of a grid.
            if !inner.is_grid || changes != Changes::none(inner.width, inner.height) || !inner.is_filled_exactly() {
                return Err(rare());
            }
            let first = parts.len();
            let moved = |part: Part| Part { left: part.left + i64::from(left), top: part.top + i64::from(top), ..part };
            parts.extend(inner.parts.into_iter().map(moved));
            if let Some(alpha) = alpha_of(self.items, source) {
                let alpha = self.whole(alpha)?;
                let [part] = &mut parts[first..] else { return Err(rare()) };
                if (alpha.width, alpha.height) != (part.width, part.height) {
                    return Err(rare());
                }
                part.alpha = Some(Box::new(alpha));
            }
        }
        let pixels = parts.iter().map(|part| u64::from(part.width).saturating_mul(part.height.into()));
        if pixels.fold(0, u64::saturating_add) > MAX_OVERLAY_PIXELS {
            return Err(PictureError::TooSlow);
        }
        Ok(Layer { width, height, parts, fill: [*red, *green, *blue], is_grid: false })
    }
}

pub(super) fn properties<'b>(items: &'b Container<'_>, item: ItemId) -> impl Iterator<Item = &'b Property> {
    items.item_properties(item).ok().into_iter().flatten()
}

/// The item with the alpha channel of a picture.
pub(super) fn alpha_of(items: &Container<'_>, picture: ItemId) -> Option<ItemId> {
    let is_name = |name: &str| ALPHA_NAMES.contains(&name);
    let is_alpha = |property: &Property| matches!(property, Property::AuxiliaryType(name) if is_name(name));
    let auxiliary = items.referencing_items(picture, b"auxl");
    auxiliary.into_iter().find(|&item| properties(items, item).any(is_alpha))
}
