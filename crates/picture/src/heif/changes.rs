//! The crop, the rotation and the mirroring of a picture.

use heifer_isobmff::boxes::Property;
use image::metadata::Orientation;

use super::error::rare;
use crate::error::PictureError;
use crate::frame::then;

/// A rectangle in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rectangle {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// What happens to a canvas before it is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) visible: Rectangle,
    pub(super) orientation: Orientation,
}

impl Changes {
    /// Shows a canvas of this size as it is.
    pub(super) fn none(width: u32, height: u32) -> Self {
        Self { visible: Rectangle { left: 0, top: 0, width, height }, orientation: Orientation::NoTransforms }
    }

    /// Applies a crop, a rotation or a mirroring after these. A crop after a rotation or a mirroring is rare.
    pub(super) fn and(self, property: &Property) -> Result<Self, PictureError> {
        let turned = |orientation| Ok(Self { orientation: then(self.orientation, orientation), ..self });
        match property {
            Property::Rotation(1) => turned(Orientation::Rotate270),
            Property::Rotation(2) => turned(Orientation::Rotate180),
            Property::Rotation(3) => turned(Orientation::Rotate90),
            Property::Mirror(true) => turned(Orientation::FlipVertical),
            Property::Mirror(false) => turned(Orientation::FlipHorizontal),
            Property::CleanAperture { .. } if self.orientation != Orientation::NoTransforms => Err(rare()),
            &Property::CleanAperture { width, height, horiz_offset, vert_offset } => {
                let before = self.visible;
                let (left, width) = clean_span(before.width, width, horiz_offset)?;
                let (top, height) = clean_span(before.height, height, vert_offset)?;
                let visible = Rectangle { left: before.left + left, top: before.top + top, width, height };
                Ok(Self { visible, ..self })
            }
            _ => Ok(self),
        }
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
