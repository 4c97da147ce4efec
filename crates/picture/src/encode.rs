//! Encodes the finished picture and the preview. The files contain pixels only, no metadata.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageError, RgbImage};
use mozjpeg::{ColorSpace, Compress};

use crate::error::PictureError;
use crate::sniff::Mime;

/// Exclusive upper limit for the length of a prepared JPEG.
pub const MAX_JPEG_BYTES: usize = 300_000;

/// Maximum length of a prepared PNG, in bytes. No encoding exceeds it: 512 x 512 pixels of four bytes are 1 MiB, and
/// PNG adds at most a filter byte per row and some headers.
pub const MAX_PNG_BYTES: usize = 1_310_720;

/// JPEG qualities, tried in order. At the first one, only noise exceeds the limit; at the last, not even noise.
const QUALITIES: [u8; 6] = [85, 75, 65, 50, 35, 20];

/// JPEG quality of the preview. High, because the user judges the sharpness of the picture by the preview.
const PREVIEW_QUALITY: f32 = 92.0;

/// Encodes the preview. Optimized for speed, not for size.
pub(crate) fn encode_preview(picture: DynamicImage) -> Result<(Vec<u8>, Mime), PictureError> {
    if let DynamicImage::ImageRgba8(image) = &picture
        && image.pixels().any(|pixel| pixel.0[3] < 255)
    {
        let mut bytes = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
        picture.write_with_encoder(encoder).map_err(failed)?;
        return Ok((bytes, Mime::Png));
    }
    let opaque = picture.into_rgb8();
    let compress = |opaque: &RgbImage| {
        let mut encoder = Compress::new(ColorSpace::JCS_RGB);
        encoder.set_size(opaque.width() as usize, opaque.height() as usize);
        encoder.set_fastest_defaults();
        encoder.set_quality(PREVIEW_QUALITY);
        // No chroma subsampling.
        encoder.set_chroma_sampling_pixel_sizes((1, 1), (1, 1));
        let mut encoder = encoder.start_compress(Vec::new())?;
        encoder.write_scanlines(opaque)?;
        encoder.finish()
    };
    let bytes = compress(&opaque).map_err(|error| PictureError::Damaged(error.to_string()))?;
    Ok((bytes, Mime::Jpeg))
}

/// Encodes as PNG if any pixel is transparent, otherwise as JPEG.
pub(crate) fn encode(square: DynamicImage) -> Result<(Vec<u8>, Mime), PictureError> {
    let opaque = match square {
        DynamicImage::ImageRgba8(image) if image.pixels().any(|pixel| pixel.0[3] < 255) => return png(image.into()),
        DynamicImage::ImageRgba8(image) => DynamicImage::from(image).into_rgb8().into(),
        opaque => opaque,
    };
    jpeg(&opaque)
}

fn jpeg(square: &DynamicImage) -> Result<(Vec<u8>, Mime), PictureError> {
    let mut bytes = Vec::new();
    for quality in QUALITIES {
        bytes.clear();
        square.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).map_err(failed)?;
        if bytes.len() < MAX_JPEG_BYTES {
            break;
        }
    }
    Ok((bytes, Mime::Jpeg))
}

fn png(square: DynamicImage) -> Result<(Vec<u8>, Mime), PictureError> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    square.write_with_encoder(encoder).map_err(failed)?;
    Ok((bytes, Mime::Png))
}

/// Not expected: writing to memory does not fail.
fn failed(error: ImageError) -> PictureError {
    PictureError::Damaged(error.to_string())
}
