//! From the finished square to the file that is uploaded. What is written holds pixels and nothing else.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageError, RgbImage};
use mozjpeg::{ColorSpace, Compress};

use crate::error::PictureError;
use crate::sniff::Mime;

/// A prepared JPEG has fewer bytes than this.
pub const MAX_JPEG_BYTES: usize = 300_000;

/// A prepared PNG has at most this many bytes. No search is needed to keep it: uncompressed, 512 x 512 pixels of four bytes
/// are 1 MiB, and PNG never grows beyond that by more than a filter byte a row and some headers.
pub const MAX_PNG_BYTES: usize = 1_310_720;

/// Qualities to try; only noise needs more than the first. At the last even noise stays below the limit.
const QUALITIES: [u8; 6] = [85, 75, 65, 50, 35, 20];

/// Quality of what is only shown: the person judges the sharpness by it.
const SHOWN_QUALITY: f32 = 92.0;

/// Encodes a picture for a look: fast before small.
pub(crate) fn encode_for_show(picture: DynamicImage) -> Result<(Vec<u8>, Mime), PictureError> {
    if let DynamicImage::ImageRgba8(image) = &picture
        && image.pixels().any(|pixel| pixel.0[3] < 255)
    {
        let mut bytes = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
        picture.write_with_encoder(encoder).map_err(failed)?;
        return Ok((bytes, Mime::Png));
    }
    let opaque = picture.into_rgb8();
    let quick = |opaque: &RgbImage| {
        let mut encoder = Compress::new(ColorSpace::JCS_RGB);
        encoder.set_size(opaque.width() as usize, opaque.height() as usize);
        encoder.set_fastest_defaults();
        encoder.set_quality(SHOWN_QUALITY);
        // Colours as sharp as the rest.
        encoder.set_chroma_sampling_pixel_sizes((1, 1), (1, 1));
        let mut encoder = encoder.start_compress(Vec::new())?;
        encoder.write_scanlines(opaque)?;
        encoder.finish()
    };
    let bytes = quick(&opaque).map_err(|error| PictureError::Damaged(error.to_string()))?;
    Ok((bytes, Mime::Jpeg))
}

/// Encodes as PNG where anything is transparent, else as JPEG.
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

/// Writing to memory does not fail; were it to, the picture is what cannot be used.
fn failed(error: ImageError) -> PictureError {
    PictureError::Damaged(error.to_string())
}
