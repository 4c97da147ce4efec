//! Scales an area of decoded pixels to the target size.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::decode::{Decoded, Model, Pixels};
use crate::error::PictureError;

/// Crops and scales. Scales with premultiplied alpha, so that the color of transparent pixels has no effect.
pub(crate) fn scale(decoded: &mut Decoded, width: u32, height: u32) -> Result<Pixels, PictureError> {
    let Decoded { pixels, area, .. } = decoded;
    let model = pixels.model;
    let kind = match model {
        Model::Gray => PixelType::U8,
        Model::GrayAlpha => PixelType::U8x2,
        Model::Rgb => PixelType::U8x3,
        Model::Rgba | Model::Cmyk => PixelType::U8x4,
    };
    let scales = (area.width, area.height) != (f64::from(width), f64::from(height));
    // Premultiply in place here, because the resizer would copy the whole picture for it.
    let premultiplied = model.has_alpha() && scales;
    if premultiplied {
        let mut whole = Image::from_slice_u8(pixels.width, pixels.height, &mut pixels.data, kind).map_err(failed)?;
        MulDiv::new().multiply_alpha_inplace(&mut whole).map_err(failed)?;
    }
    let source = ImageRef::new(pixels.width, pixels.height, &pixels.data, kind).map_err(failed)?;
    let mut target = Image::new(width, height, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(false).crop(
        area.left,
        area.top,
        area.width,
        area.height,
    );
    Resizer::new().resize(&source, &mut target, &options).map_err(failed)?;
    if premultiplied {
        MulDiv::new().divide_alpha_inplace(&mut target).map_err(failed)?;
    }
    Ok(Pixels { width, height, model, data: target.into_vec() })
}

/// Not expected: happens only if a decoder returned a buffer of the wrong length.
fn failed(error: impl ToString) -> PictureError {
    PictureError::Damaged(error.to_string())
}
