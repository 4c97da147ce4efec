//! Composes the finished square from the visible part of the picture and the background.

use image::{DynamicImage, RgbImage, RgbaImage};

use crate::decode::{Model, Pixels};
use crate::error::PictureError;
use crate::frame::{Area, FileCrop, SIDE};

/// The position of the visible part in the result, in whole pixels: left, top, width, height.
pub(crate) fn target_rect(file_crop: &FileCrop) -> (u32, u32, u32, u32) {
    let FileCrop { square, visible, scale, .. } = file_crop;
    let edge = |at: f64| (at * scale).round().clamp(0.0, f64::from(SIDE)) as u32;
    let span = |from: f64, length: f64| {
        let first = edge(from).min(SIDE - 1);
        (first, edge(from + length).max(first + 1) - first)
    };
    let Area { left, top, width, height } = *visible;
    let ((x, width), (y, height)) = (span(left - square.left, width), span(top - square.top, height));
    (x, y, width, height)
}

/// Draws RGB or RGBA pixels into the square at `left`, `top`.
pub(crate) fn compose(
    pixels: Pixels,
    (left, top): (u32, u32),
    ground: Option<[u8; 3]>,
) -> Result<DynamicImage, PictureError> {
    let fills = (pixels.width, pixels.height) == (SIDE, SIDE);
    let part = to_image(pixels)?;
    match (ground, part) {
        (Some(color), part) => {
            let mut square = DynamicImage::from(RgbImage::from_pixel(SIDE, SIDE, image::Rgb(color))).into_rgba8();
            image::imageops::overlay(&mut square, &part.into_rgba8(), left.into(), top.into());
            Ok(DynamicImage::from(square).into_rgb8().into())
        }
        (None, part) if fills => Ok(part),
        (None, part) => {
            let mut square = RgbaImage::new(SIDE, SIDE);
            image::imageops::replace(&mut square, &part.into_rgba8(), left.into(), top.into());
            Ok(square.into())
        }
    }
}

/// Converts RGB or RGBA pixels to an image.
pub(crate) fn to_image(Pixels { width, height, model, data }: Pixels) -> Result<DynamicImage, PictureError> {
    let image = match model {
        Model::Rgb => RgbImage::from_raw(width, height, data).map(DynamicImage::from),
        _ => RgbaImage::from_raw(width, height, data).map(DynamicImage::from),
    };
    image.ok_or_else(|| PictureError::Damaged("the pixels do not fill the picture".into()))
}
