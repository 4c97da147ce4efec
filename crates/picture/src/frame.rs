//! Which square of a picture is wanted, as the person sees it, and where that lies in the file, which may be stored lying
//! on its side.

use image::metadata::Orientation;
use serde::{Deserialize, Serialize};

use crate::SIDE;
use crate::error::PictureError;

/// The most that a square may be larger than the longer side of its picture. Fitting a whole picture in takes 1.
const MOST_ROOM: f64 = 4.0;

/// A square of a picture, in pixels of the picture held upright, then mirrored where wanted, then turned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crop {
    /// Quarter turns clockwise, 0 to 3.
    pub turns: u8,
    /// Whether left and right are swapped, before the turns.
    pub mirrored: bool,
    /// Left edge; may lie outside of the picture, as may the others.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Length of the sides.
    pub side: f64,
    /// Red, green and blue of what lies behind the picture; none leaves it transparent.
    pub ground: Option<[u8; 3]>,
}

/// A rectangle in pixels of the file as it is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Where a crop lies in a file.
pub(crate) struct Placed {
    /// The wanted square.
    pub(crate) square: Area,
    /// The part of it where there is picture.
    pub(crate) visible: Area,
    /// How the finished square has to be turned.
    pub(crate) orientation: Orientation,
    /// Pixels of the result for one of the file.
    pub(crate) scale: f64,
}

/// A way to lay a picture, as the rows of a matrix for coordinates about the middle, y downwards.
type Lay = [f64; 4];

const LAYS: [(Orientation, Lay); 8] = [
    (Orientation::NoTransforms, [1.0, 0.0, 0.0, 1.0]),
    (Orientation::Rotate90, [0.0, -1.0, 1.0, 0.0]),
    (Orientation::Rotate180, [-1.0, 0.0, 0.0, -1.0]),
    (Orientation::Rotate270, [0.0, 1.0, -1.0, 0.0]),
    (Orientation::FlipHorizontal, [-1.0, 0.0, 0.0, 1.0]),
    (Orientation::FlipVertical, [1.0, 0.0, 0.0, -1.0]),
    (Orientation::Rotate90FlipH, [0.0, 1.0, 1.0, 0.0]),
    (Orientation::Rotate270FlipH, [0.0, -1.0, -1.0, 0.0]),
];

fn lay_of(orientation: Orientation) -> Lay {
    LAYS.iter().find(|(other, _)| *other == orientation).map_or(LAYS[0].1, |(_, lay)| *lay)
}

fn orientation_of(lay: Lay) -> Orientation {
    LAYS.iter().find(|(_, other)| *other == lay).map_or(Orientation::NoTransforms, |(orientation, _)| *orientation)
}

/// First `before`, then `after`.
fn both([a, b, c, d]: Lay, [e, f, g, h]: Lay) -> Lay {
    [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]
}

/// Width and height of a picture held upright, of one stored with this orientation.
pub(crate) fn upright((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    if lay_of(orientation)[0] == 0.0 { (height, width) } else { (width, height) }
}

impl Crop {
    /// The largest square in the middle of a picture of this size, upright.
    pub fn centred(width: u32, height: u32) -> Self {
        let side = width.min(height);
        // Whole pixels: what need not be scaled stays as it is.
        let (x, y) = (f64::from((width - side) / 2), f64::from((height - side) / 2));
        Self { turns: 0, mirrored: false, x, y, side: side.into(), ground: None }
    }

    /// Finds the square in a file of this size and orientation.
    ///
    /// # Errors
    /// Where there is no such square, or no picture in it.
    pub(crate) fn place(&self, size: (u32, u32), orientation: Orientation) -> Result<Placed, PictureError> {
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        let longer = width.max(height);
        let numbers = [self.x, self.y, self.side];
        let sound = self.turns < 4
            && numbers.iter().all(|number| number.is_finite() && number.abs() <= longer * MOST_ROOM)
            && self.side >= 1.0;
        if !sound {
            return Err(PictureError::NoSuchSquare);
        }
        let mirror = if self.mirrored { Orientation::FlipHorizontal } else { Orientation::NoTransforms };
        let turn = [Orientation::NoTransforms, Orientation::Rotate90, Orientation::Rotate180, Orientation::Rotate270]
            [usize::from(self.turns)];
        let lay = both(lay_of(turn), both(lay_of(mirror), lay_of(orientation)));
        let orientation = orientation_of(lay);
        let (seen_width, seen_height) = upright(size, orientation);
        let half = self.side / 2.0;
        let (x, y) = (self.x + half - f64::from(seen_width) / 2.0, self.y + half - f64::from(seen_height) / 2.0);
        // The matrix is its own inverse when its rows are read as columns.
        let (x, y) = (lay[0] * x + lay[2] * y + width / 2.0, lay[1] * x + lay[3] * y + height / 2.0);
        let square = Area { left: x - half, top: y - half, width: self.side, height: self.side };
        let (left, top) = (square.left.max(0.0), square.top.max(0.0));
        let (right, bottom) = ((square.left + self.side).min(width), (square.top + self.side).min(height));
        if right - left < 1.0 || bottom - top < 1.0 {
            return Err(PictureError::NoSuchSquare);
        }
        let visible = Area { left, top, width: right - left, height: bottom - top };
        Ok(Placed { square, visible, orientation, scale: f64::from(SIDE) / self.side })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use image::{DynamicImage, RgbImage};

    use super::*;

    /// Every lay does to a marked picture what image does with the orientation of its name.
    #[test]
    fn finds_the_same_pixel_that_turning_the_whole_picture_would_show() {
        let marked = RgbImage::from_fn(5, 3, |x, y| image::Rgb([x as u8, y as u8, 0]));
        for (orientation, _) in LAYS {
            for turns in 0..4 {
                for mirrored in [false, true] {
                    let mut seen = DynamicImage::from(marked.clone());
                    seen.apply_orientation(orientation);
                    if mirrored {
                        seen = seen.fliph();
                    }
                    (0..turns).for_each(|_| seen = seen.rotate90());
                    let seen = seen.into_rgb8();
                    for (x, y, pixel) in seen.enumerate_pixels() {
                        let crop = Crop { turns, mirrored, x: x.into(), y: y.into(), side: 1.0, ground: None };
                        let placed = crop.place((5, 3), orientation).unwrap();
                        assert_eq!([placed.square.left, placed.square.top], [pixel[0], pixel[1]].map(f64::from));
                        let mut corner = DynamicImage::from(marked.clone());
                        corner.apply_orientation(placed.orientation);
                        assert_eq!(corner.into_rgb8(), seen, "{orientation:?} {turns} {mirrored}");
                    }
                }
            }
        }
    }

    #[test]
    fn refuses_what_shows_nothing() {
        let crop = Crop::centred(40, 30);
        for wrong in [
            Crop { side: 0.0, ..crop },
            Crop { side: f64::NAN, ..crop },
            Crop { side: 1e9, ..crop },
            Crop { x: 40.0, ..crop },
            Crop { y: -30.0, ..crop },
            Crop { turns: 4, ..crop },
        ] {
            assert!(wrong.place((40, 30), Orientation::NoTransforms).is_err(), "{wrong:?}");
        }
    }
}
