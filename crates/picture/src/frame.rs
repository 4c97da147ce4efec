//! The selected square, in the coordinates that the user sees, and its position in the file, where the picture can be
//! stored rotated or mirrored (EXIF orientation).

use image::metadata::Orientation;
use serde::{Deserialize, Serialize};

use crate::error::PictureError;

/// Side of a prepared picture, in pixels.
pub const SIDE: u32 = 512;

/// Maximum length of a side of the preview. Without it, the preview of a panorama would be as large as the file.
const MAX_PREVIEW_SIDE: f64 = 2048.0;

/// Limit for the coordinates and the side of a square, relative to the longer side of the picture. A square around the
/// whole picture needs 1.
const MAX_CROP_RATIO: f64 = 4.0;

/// A square of a picture. Its coordinates are pixels of the upright picture after mirroring and then rotating it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crop {
    /// Clockwise quarter turns, 0 to 3.
    pub turns: u8,
    /// Whether the picture is mirrored left to right, before the rotation.
    pub mirrored: bool,
    /// Left edge. The square may extend beyond the picture on every side.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Length of the sides.
    pub side: f64,
    /// Background color (red, green, blue); `None` leaves the background transparent.
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

/// The position of a crop in the file.
pub(crate) struct FileCrop {
    /// The whole square.
    pub(crate) square: Area,
    /// The part of the square that overlaps the picture.
    pub(crate) visible: Area,
    /// The transformation to apply to the finished square.
    pub(crate) orientation: Orientation,
    /// Pixels of the result per pixel of the file.
    pub(crate) scale: f64,
}

/// A rotation or mirroring as a 2 x 2 matrix, row by row. Coordinates are relative to the center, y points down.
type Matrix = [f64; 4];

const MATRICES: [(Orientation, Matrix); 8] = [
    (Orientation::NoTransforms, [1.0, 0.0, 0.0, 1.0]),
    (Orientation::Rotate90, [0.0, -1.0, 1.0, 0.0]),
    (Orientation::Rotate180, [-1.0, 0.0, 0.0, -1.0]),
    (Orientation::Rotate270, [0.0, 1.0, -1.0, 0.0]),
    (Orientation::FlipHorizontal, [-1.0, 0.0, 0.0, 1.0]),
    (Orientation::FlipVertical, [1.0, 0.0, 0.0, -1.0]),
    (Orientation::Rotate90FlipH, [0.0, 1.0, 1.0, 0.0]),
    (Orientation::Rotate270FlipH, [0.0, -1.0, -1.0, 0.0]),
];

fn matrix_of(orientation: Orientation) -> Matrix {
    MATRICES.iter().find(|(other, _)| *other == orientation).map_or(MATRICES[0].1, |(_, matrix)| *matrix)
}

fn orientation_of(matrix: Matrix) -> Orientation {
    MATRICES
        .iter()
        .find(|(_, other)| *other == matrix)
        .map_or(Orientation::NoTransforms, |(orientation, _)| *orientation)
}

/// The matrix product: the transformation that applies the second argument first.
fn multiply([a, b, c, d]: Matrix, [e, f, g, h]: Matrix) -> Matrix {
    [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]
}

/// The orientation that applies `first` and then `second`.
pub(crate) fn then(first: Orientation, second: Orientation) -> Orientation {
    orientation_of(multiply(matrix_of(second), matrix_of(first)))
}

/// Upright width and height of a picture that is stored with this size and orientation.
pub(crate) fn upright_size((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    if matrix_of(orientation)[0] == 0.0 { (height, width) } else { (width, height) }
}

/// Scale of the preview of a picture with this size, at most 1. It makes the shorter side as long as a side of the
/// finished picture, or less if [`MAX_PREVIEW_SIDE`] requires that.
pub(crate) fn preview_scale(width: u32, height: u32) -> f64 {
    let (width, height) = (f64::from(width), f64::from(height));
    (f64::from(SIDE) / width.min(height)).min(MAX_PREVIEW_SIDE / width.max(height)).min(1.0)
}

impl Crop {
    /// The largest centered square of a picture with this upright size.
    pub fn centered(width: u32, height: u32) -> Self {
        let side = width.min(height);
        // Whole pixels, so that a picture that needs no scaling keeps its exact pixels.
        let (x, y) = (f64::from((width - side) / 2), f64::from((height - side) / 2));
        Self { turns: 0, mirrored: false, x, y, side: side.into(), ground: None }
    }

    /// Computes the position of the square in a file with this size and orientation.
    ///
    /// # Errors
    /// [`PictureError::NoSuchSquare`] if the numbers are invalid or the square does not overlap the picture.
    pub(crate) fn in_file(&self, size: (u32, u32), orientation: Orientation) -> Result<FileCrop, PictureError> {
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        let longer = width.max(height);
        let numbers = [self.x, self.y, self.side];
        let valid = self.turns < 4
            && numbers.iter().all(|number| number.is_finite() && number.abs() <= longer * MAX_CROP_RATIO)
            && self.side >= 1.0;
        if !valid {
            return Err(PictureError::NoSuchSquare);
        }
        let mirror = if self.mirrored { Orientation::FlipHorizontal } else { Orientation::NoTransforms };
        let turn = [Orientation::NoTransforms, Orientation::Rotate90, Orientation::Rotate180, Orientation::Rotate270]
            [usize::from(self.turns)];
        let matrix = multiply(matrix_of(turn), multiply(matrix_of(mirror), matrix_of(orientation)));
        let orientation = orientation_of(matrix);
        let (seen_width, seen_height) = upright_size(size, orientation);
        let half = self.side / 2.0;
        let (x, y) = (self.x + half - f64::from(seen_width) / 2.0, self.y + half - f64::from(seen_height) / 2.0);
        // Multiply by the transposed matrix, which is the inverse of this orthogonal matrix.
        let (x, y) = (matrix[0] * x + matrix[2] * y + width / 2.0, matrix[1] * x + matrix[3] * y + height / 2.0);
        let square = Area { left: x - half, top: y - half, width: self.side, height: self.side };
        let (left, top) = (square.left.max(0.0), square.top.max(0.0));
        let (right, bottom) = ((square.left + self.side).min(width), (square.top + self.side).min(height));
        if right - left < 1.0 || bottom - top < 1.0 {
            return Err(PictureError::NoSuchSquare);
        }
        let visible = Area { left, top, width: right - left, height: bottom - top };
        Ok(FileCrop { square, visible, orientation, scale: f64::from(SIDE) / self.side })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use image::{DynamicImage, RgbImage};

    use super::*;

    /// Compares every matrix with what the `image` crate does for the same orientation.
    #[test]
    fn finds_the_same_pixel_as_transforming_the_whole_picture() {
        let numbered = RgbImage::from_fn(5, 3, |x, y| image::Rgb([x as u8, y as u8, 0]));
        for (orientation, _) in MATRICES {
            for turns in 0..4 {
                for mirrored in [false, true] {
                    let mut seen = DynamicImage::from(numbered.clone());
                    seen.apply_orientation(orientation);
                    if mirrored {
                        seen = seen.fliph();
                    }
                    (0..turns).for_each(|_| seen = seen.rotate90());
                    let seen = seen.into_rgb8();
                    for (x, y, pixel) in seen.enumerate_pixels() {
                        let crop = Crop { turns, mirrored, x: x.into(), y: y.into(), side: 1.0, ground: None };
                        let file_crop = crop.in_file((5, 3), orientation).unwrap();
                        assert_eq!([file_crop.square.left, file_crop.square.top], [pixel[0], pixel[1]].map(f64::from));
                        let mut whole = DynamicImage::from(numbered.clone());
                        whole.apply_orientation(file_crop.orientation);
                        assert_eq!(whole.into_rgb8(), seen, "{orientation:?} {turns} {mirrored}");
                    }
                }
            }
        }
    }

    #[test]
    fn refuses_invalid_squares_and_squares_outside_of_the_picture() {
        let crop = Crop::centered(40, 30);
        for wrong in [
            Crop { side: 0.0, ..crop },
            Crop { side: f64::NAN, ..crop },
            Crop { side: 1e9, ..crop },
            Crop { x: 40.0, ..crop },
            Crop { y: -30.0, ..crop },
            Crop { turns: 4, ..crop },
        ] {
            assert!(wrong.in_file((40, 30), Orientation::NoTransforms).is_err(), "{wrong:?}");
        }
    }
}
