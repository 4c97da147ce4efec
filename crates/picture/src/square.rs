//! From any pixels to the [`SIDE`] x [`SIDE`] square cut from their middle. Turning it upright comes after, where it
//! touches few pixels: the middle stays the middle.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, ImageBuffer};

use crate::SIDE;
use crate::decode::Pixels;
use crate::error::PictureError;

/// Cuts and scales, with the averages taken of what is visible: a transparent pixel's colour counts for nothing.
pub(crate) fn square(mut pixels: Pixels) -> Result<DynamicImage, PictureError> {
    let (kind, has_alpha) = match pixels.channels {
        1 => (PixelType::U8, false),
        2 => (PixelType::U8x2, true),
        3 => (PixelType::U8x3, false),
        _ => (PixelType::U8x4, true),
    };
    let (width, height) = (pixels.width, pixels.height);
    let side = width.min(height);
    let scales = side != SIDE;
    // In place, because the resizer would otherwise make a second copy of the whole picture.
    if has_alpha && scales {
        let mut whole = Image::from_slice_u8(width, height, &mut pixels.data, kind).map_err(failed)?;
        MulDiv::new().multiply_alpha_inplace(&mut whole).map_err(failed)?;
    }
    let source = ImageRef::new(width, height, &pixels.data, kind).map_err(failed)?;
    let mut target = Image::new(SIDE, SIDE, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(false).crop(
        f64::from((width - side) / 2),
        f64::from((height - side) / 2),
        f64::from(side),
        f64::from(side),
    );
    Resizer::new().resize(&source, &mut target, &options).map_err(failed)?;
    if has_alpha && scales {
        MulDiv::new().divide_alpha_inplace(&mut target).map_err(failed)?;
    }
    let data = target.into_vec();
    let image = match pixels.channels {
        1 => ImageBuffer::from_raw(SIDE, SIDE, data).map(DynamicImage::ImageLuma8),
        2 => ImageBuffer::from_raw(SIDE, SIDE, data).map(DynamicImage::ImageLumaA8),
        3 => ImageBuffer::from_raw(SIDE, SIDE, data).map(DynamicImage::ImageRgb8),
        _ => ImageBuffer::from_raw(SIDE, SIDE, data).map(DynamicImage::ImageRgba8),
    };
    image.ok_or_else(|| failed("the square has the wrong size"))
}

/// Only a decoder that filled its buffer wrongly gets here.
fn failed(error: impl ToString) -> PictureError {
    PictureError::Damaged(error.to_string())
}
